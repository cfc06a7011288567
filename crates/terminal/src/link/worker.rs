//! One request: ask, keep the answer, deliver it.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use hyper::header::{self, HeaderName};
use onshi_client::Answer;
use onshi_wire::error_codes;
use onshi_wire::{FileName, Limits};

use super::account::Account;
use super::answer::{Media, Note, Sealing};
use super::centre_client::{self, Away, CentreClient, Refusal, Trouble};
use super::check;
use super::disk::Disk;
use super::guarded::{self, Objection};
use super::job::{Folders, Job, OutputFile, Stage};
use super::names::{self, Name};
use super::status::{self, LinkStatus, Seen};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Places named in an `.err`.
const PLACES_MAX: usize = 50;

/// All that a request needs.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) folders: Folders,
    pub(super) disk: Disk,
    pub(super) centre_client: CentreClient,
    pub(super) account: Account,
    pub(super) status: Arc<LinkStatus>,
    pub(super) sealing: Sealing,
    pub(super) touch_after: Option<Duration>,
    pub(super) now: fn() -> i64,
    /// Names that are under way, in lower case: a second request of a name waits for the first.
    pub(super) names: Mutex<HashSet<String>>,
    /// Ids of what is under way.
    pub(super) ids: Mutex<HashSet<String>>,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Served {
    /// Answered, for good.
    Done,
    /// The centre could not; the question stays.
    Away(Away),
    /// A folder of ours could not; everything stays as it is.
    Stuck {
        /// The answer is kept already, so that the centre is not needed.
        kept: bool,
    },
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Worker {
    /// Goes on with a request from where it is.
    pub(super) async fn serve(self: &Arc<Self>, job: &Job) -> Served {
        match self.attempt(job, None).await {
            Ok(Some(away)) => Served::Away(away),
            Ok(None) => Served::Done,
            Err(error) => self.stuck(job, &error),
        }
    }

    /// Ends a request that waited for too long.
    pub(super) async fn give_up(self: &Arc<Self>, job: &Job, away: &Away) -> Served {
        let note = Note::new(
            &error_codes::OFFLINE,
            away.what.clone(),
            format!("{}つながったら、もう一度要求してください。", away.remedy),
        );
        match self.attempt(job, Some(note)).await {
            Ok(_) => Served::Done,
            Err(error) => self.stuck(job, &error),
        }
    }

    fn stuck(&self, job: &Job, error: &io::Error) -> Served {
        tracing::error!(id = job.id, %error, "a folder can't be used; the request waits");
        let text = format!(
            "結果のフォルダー（res）か作業フォルダーに書き込めません（{error}）。\
             フォルダーの共有と権限、空き容量を確かめてください。"
        );
        self.status.folder("res", Some(text));
        let kept = matches!(job.stage(&self.folders), Ok(Stage::Deliver));
        Served::Stuck { kept }
    }

    async fn attempt(self: &Arc<Self>, job: &Job, note: Option<Note>) -> io::Result<Option<Away>> {
        let (worker, own) = (self.clone(), job.clone());
        let stage = blocking(move || own.stage(&worker.folders)).await?;
        let mut outcome = "delivered";
        if stage == Stage::Ask {
            let (worker, own) = (self.clone(), job.clone());
            let request = blocking(move || own.question(&worker.folders)).await?;
            let asked = match note.or_else(|| unfit(&job.name, &request)) {
                Some(note) => Err(note),
                None => match self.ask(job, &request).await {
                    Ok(answered) => answered,
                    Err(away) => return Ok(Some(away)),
                },
            };
            let files = match asked {
                Ok(files) => {
                    outcome = "answered";
                    files
                }
                Err(note) => {
                    outcome = note.code.code;
                    note.files(&job.name, &request)
                }
            };
            let (worker, own) = (self.clone(), job.clone());
            blocking(move || own.keep(&worker.folders, &worker.disk, &files)).await?;
        }
        let (worker, own) = (self.clone(), job.clone());
        let brought = blocking(move || own.deliver(&worker.folders, &worker.disk)).await?;
        self.status.folder("res", None);
        self.told(job, outcome);
        self.touch_later(brought);
        Ok(None)
    }

    fn told(&self, job: &Job, outcome: &'static str) {
        let message = names::prefix(&job.name).to_owned();
        tracing::info!(id = job.id, message, outcome, "a request is done");
        self.status.answer(Seen {
            at_ms: (self.now)(),
            message,
            outcome: Some(outcome),
        });
    }

    /// The files of the answer or a note; what passes is an error.
    async fn ask(&self, job: &Job, request: &[u8]) -> Result<Result<Vec<OutputFile>, Note>, Away> {
        let Name::Known(file) = Name::of(&job.name) else {
            return Ok(Err(unknown_kind()));
        };
        let body = Bytes::copy_from_slice(request);
        let mut renewed = false;
        loop {
            let token = match self.account.token(&self.centre_client).await {
                Ok(token) => token,
                Err(trouble) => return no_answer(trouble),
            };
            let headers = [
                (header::CONTENT_TYPE, "application/xml"),
                (header::ACCEPT, "application/xml"),
                (header::AUTHORIZATION, token.as_str()),
                (IDEMPOTENCY_KEY, job.id.as_str()),
            ];
            let path = names::path(file.kind);
            let reply = match self.centre_client.post(&path, &headers, body.clone()).await {
                Ok(reply) => reply,
                Err(trouble) => return no_answer(trouble),
            };
            if let Some(away) = centre_client::away(&reply) {
                return Err(away);
            }
            if reply.status == 401 && !renewed {
                renewed = true;
                self.account.forget(&token).await;
                continue;
            }
            return Ok(self.settle(&file, &reply, request, &job.name));
        }
    }

    fn settle(
        &self,
        file: &FileName,
        reply: &Answer,
        request: &[u8],
        name: &str,
    ) -> Result<Vec<OutputFile>, Note> {
        if reply.status != 200 {
            return Err(self.refused(reply, request, name));
        }
        let Some(media) = Media::of(reply.content_type()) else {
            return Err(Note::new(
                &error_codes::FAULT,
                "センターの応答の種類が、この端末の想定と異なります。",
                "この端末のソフトウェアが最新か確かめてください。",
            ));
        };
        self.sealing.files(file, media, reply.body.to_vec())
    }

    /// The centre's no to one message.
    fn refused(&self, reply: &Answer, request: &[u8], name: &str) -> Note {
        let problem = centre_client::problem(reply);
        let refusal = Refusal::of(&problem);
        let mut places: Vec<String> = problem.problems.into_iter().map(|p| p.detail).collect();
        let code = match (refusal.code.as_str(), reply.status) {
            ("permission.denied" | "emergency.closed", _) => &error_codes::NOT_PERMITTED,
            ("consent.missing", _) => &error_codes::NO_CONSENT,
            (_, 401) => return login_note(&refusal),
            (code, 403) if status::of_certificate(code) => {
                self.status.account(Err(refusal.clone()));
                return login_note(&refusal);
            }
            (_, 403) => &error_codes::NOT_PERMITTED,
            (_, 413) => &error_codes::TOO_MUCH,
            (_, 400) => {
                let found = check::check(name, request);
                let own = found.problems.iter().map(check::Finding::sentence);
                if places.is_empty() {
                    places.extend(own.take(PLACES_MAX));
                }
                // Only what makes it unreadable; the rest would have been told by an answer.
                let why = [error_codes::ENCODING, error_codes::TOO_MUCH];
                let of = |p: &check::Finding| why.iter().any(|code| code.code == p.code);
                let first = found.problems.iter().find(|p| of(p));
                first
                    .and_then(|p| error_codes::find(p.code))
                    .unwrap_or(&error_codes::NOT_WELL_FORMED)
            }
            (_, 404 | 405) => &error_codes::UNKNOWN_MESSAGE,
            _ => &error_codes::FAULT,
        };
        places.truncate(PLACES_MAX);
        Note {
            code,
            why: refusal.what,
            remedy: refusal.remedy,
            places,
        }
    }

    /// For programs that only notice changes of files that were there.
    fn touch_later(self: &Arc<Self>, names: Vec<String>) {
        let Some(after) = self.touch_after else {
            return;
        };
        let worker = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            let touched = blocking(move || {
                let now = u64::try_from((worker.now)()).unwrap_or(0);
                let moment = UNIX_EPOCH + Duration::from_millis(now);
                for name in names {
                    touch(&worker.folders.res.join(name), moment)?;
                }
                Ok(())
            });
            if let Err(error) = touched.await {
                tracing::debug!(%error, "an answer could not be touched again");
            }
        });
    }
}

/// Nothing is created: a program may have taken the answer away by now, or put something else there.
fn touch(path: &Path, moment: std::time::SystemTime) -> io::Result<()> {
    match guarded::open_file(path)? {
        Ok(file) => file.set_modified(moment),
        Err(_) => Ok(()),
    }
}

/// What no centre needs to be asked about.
fn unfit(name: &str, request: &[u8]) -> Option<Note> {
    if request.is_empty() {
        return Some(Note::new(
            &error_codes::NOT_WELL_FORMED,
            "要求のファイルが空（0バイト）のままでした。",
            "要求を書き込むソフトウェアと共有フォルダーの空き容量を確かめて、もう一度要求してください。",
        ));
    }
    let Name::Known(file) = Name::of(name) else {
        return None;
    };
    let most = check::limits(file.kind).bytes;
    (request.len() > most).then(|| too_large(most))
}

fn too_large(most: usize) -> Note {
    Note::new(
        &error_codes::TOO_MUCH,
        format!("要求のファイルが、この種類の要求の上限（{most}バイト）を超えています。"),
        "要求を分けて、もう一度要求してください。",
    )
}

/// The note for a file that is not read. Nothing lies beside it: what such a file leads to may be
/// nobody's to see.
pub(super) fn refuse(name: &str, objection: Objection) -> Vec<OutputFile> {
    let plain = "共有フォルダーに、通常のファイルとして書き込んでください。";
    let (why, remedy) = match objection {
        Objection::Link => (
            "要求の名前のシンボリックリンクが置かれていました。リンクの先は読み取りません。",
            plain,
        ),
        Objection::HardLink => (
            "要求のファイルが、ほかの名前でも参照されています（ハードリンク）。このようなファイルは読み取りません。",
            plain,
        ),
        Objection::NoFile => (
            "要求の名前のものが、通常のファイルではありません（名前付きパイプ、ソケット、デバイス）。",
            plain,
        ),
        Objection::Unreadable => (
            "要求のファイルを読み取る権限が、連携アプリケーションにありません。",
            "ファイルの権限を確かめて、もう一度要求してください。",
        ),
        Objection::TooLarge => {
            let note = too_large(Limits::BULK.bytes);
            return vec![note.file(name)];
        }
    };
    vec![Note::new(&error_codes::NOT_WELL_FORMED, why, remedy).file(name)]
}

fn unknown_kind() -> Note {
    Note::new(
        &error_codes::UNKNOWN_MESSAGE,
        "ファイル名の始まりが示す種類の要求は、このシステムにありません。",
        "ファイル名を確かめてください。正しいときは、この端末のソフトウェアが最新か確かめてください。",
    )
}

fn no_answer(trouble: Trouble) -> Result<Result<Vec<OutputFile>, Note>, Away> {
    match trouble {
        Trouble::Away(away) => Err(away),
        Trouble::Refused(refusal) => Ok(Err(login_note(&refusal))),
    }
}

fn login_note(refusal: &Refusal) -> Note {
    Note::new(
        &error_codes::LOGIN,
        refusal.what.clone(),
        status::account_remedy(refusal),
    )
}

/// Runs what waits for a disk where it keeps nobody else waiting.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(io::Error::other(error)),
    }
}

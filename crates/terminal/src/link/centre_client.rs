//! The client of the centre, over the gateway's mutual TLS, with one certificate.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::header::{self, HeaderName, HeaderValue};
use onshi_client::{Answer, ProblemDetails, Unread};

use super::status::LinkStatus;
use crate::gateway::centre::{Centre, Line};
use crate::gateway::failure::Failure;
use crate::gateway::folder::{self, Face};
use crate::gateway::renewal;
use crate::gateway::state::{self, CertificateVerdict};

/// The largest answer that is taken: a bulk result of ten thousand persons is a tenth of it.
const ANSWER_BYTES_MAX: usize = 256 << 20;

/// What a request that is sent is paid for by: nobody's line is slower than this in a second.
const BYTES_PER_SECOND: u64 = 64 << 10;

/// Why the centre gave no answer.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// This terminal or its account is refused, until somebody does something about it.
    Refused(Refusal),
    /// The centre is not there now, or can't.
    Away(Away),
}

/// A no to this terminal or its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The centre's stable code, or one of ours of the same shape.
    pub(super) code: String,
    pub(super) what: String,
    pub(super) remedy: String,
}

/// Something that passes.
#[derive(Debug, Clone)]
pub(crate) struct Away {
    pub(super) what: String,
    pub(super) remedy: String,
    /// Whether others need not try either.
    pub(super) for_all: bool,
    /// When the centre says to come again.
    pub(super) again_after: Option<Duration>,
}

/// What the centre says is wrong; a sentence of ours where it says nothing.
pub(super) fn problem(answer: &Answer) -> ProblemDetails {
    let mut problem = answer.problem();
    if problem.title.is_empty() {
        problem.title = format!("センターが応答 {} を返しました。", answer.status);
    }
    problem
}

/// Whether the centre can't now: what it says is then no answer.
pub(super) fn away(answer: &Answer) -> Option<Away> {
    if !answer.is_away() {
        return None;
    }
    let refusal = Refusal::of(&problem(answer));
    Some(Away {
        what: refusal.what,
        remedy: refusal.remedy,
        for_all: answer.is_busy(),
        again_after: answer.again_after(),
    })
}

impl Refusal {
    pub(super) fn of(problem: &ProblemDetails) -> Refusal {
        let mut what = problem.title.clone();
        if let Some(until) = &problem.until {
            what.push_str(&format!("（{until}まで）"));
        }
        Refusal {
            code: problem.code.clone(),
            what,
            remedy: problem.remedy().to_owned(),
        }
    }
}

impl Trouble {
    /// The refusal, where it is one: code, what happened and what to do.
    pub(crate) fn refusal(&self) -> Option<(String, String, String)> {
        match self {
            Self::Refused(refusal) => Some((
                refusal.code.clone(),
                refusal.what.clone(),
                refusal.remedy.clone(),
            )),
            Self::Away(_) => None,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let words = failure.words();
        let (what, remedy) = (words.what.to_owned(), words.steps.concat());
        if failure == Failure::CertificateRefused {
            let code = "certificate.refused".to_owned();
            Self::Refused(Refusal { code, what, remedy })
        } else {
            // A message that takes too long, or breaks the connection, must not keep others waiting.
            let this_one = matches!(
                failure,
                Failure::AnswerTimeout | Failure::Broken | Failure::Puzzling
            );
            Self::Away(Away {
                what: format!("{what}（番号 {}）", words.code),
                remedy,
                for_all: !this_one,
                again_after: None,
            })
        }
    }
}

/// The certificate, and the centre at the other end.
#[derive(Debug)]
pub(crate) struct CentreClient {
    pub(crate) centre: Centre,
    /// Its file, or a folder that holds it.
    pub(crate) certificate: PathBuf,
    /// The file of its key; nothing where a folder holds it.
    pub(crate) key: PathBuf,
    pub(crate) status: Arc<LinkStatus>,
    pub(crate) now: fn() -> i64,
}

impl CentreClient {
    /// Sends something and takes the whole answer.
    pub(crate) async fn post(
        &self,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Bytes,
    ) -> Result<Answer, Trouble> {
        let (line, _) = self.line().await?;
        let answered = self.exchange(&line, path, headers, body).await;
        self.status.heard(answered.as_ref().err().copied());
        answered.map_err(Trouble::from)
    }

    async fn exchange(
        &self,
        line: &Line,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Bytes,
    ) -> Result<Answer, Failure> {
        let patience = self.centre.timeouts.answer;
        let sending = Duration::from_secs(body.len() as u64 / BYTES_PER_SECOND);
        let mut request = Request::post(format!("https://{}{path}", self.centre.authority()));
        for (name, value) in headers {
            let mut value = HeaderValue::try_from(*value).map_err(|_| Failure::Puzzling)?;
            value.set_sensitive(name == header::AUTHORIZATION);
            request = request.header(name, value);
        }
        let body = Full::new(body)
            .map_err(|never| match never {})
            .boxed_unsync();
        let request = request.body(body).map_err(|_| Failure::Puzzling)?;
        let answer = tokio::time::timeout(patience + sending, line.send(request)).await;
        let answer = answer.map_err(|_| Failure::AnswerTimeout)??;
        let whole = Answer::whole(answer, ANSWER_BYTES_MAX, patience).await;
        whole.map_err(|unread| match unread {
            Unread::Broken(_) => Failure::Broken,
            Unread::TooLate => Failure::AnswerTimeout,
            Unread::TooLong => Failure::Puzzling,
        })
    }

    /// What the certificate is worth, in the centre's eyes or failing that in our own.
    pub(super) async fn look_at_certificate(&self) {
        let (line, face) = match self.line().await {
            Ok(found) => found,
            // The status knows already.
            Err(_) => return,
        };
        let view = self.centre.standing(&line).await;
        self.status.heard(view.as_ref().err().copied());
        self.status
            .certificate(state::judge(&face, &view, (self.now)()));
    }

    /// The connections of the certificate as its files are now.
    async fn line(&self) -> Result<(Line, Face), Trouble> {
        let (certificate, key) = (self.certificate.clone(), self.key.clone());
        let file = certificate.file_name().map_or_else(
            || certificate.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let shown = file.clone();
        // A folder has the newest one of its terminal, so that a renewal is picked up as it comes.
        let read = move || match certificate.is_dir() {
            true => renewal::newest(&certificate),
            false => folder::pair(shown, certificate, key),
        };
        let read = tokio::task::spawn_blocking(read).await;
        let entry = read.ok().flatten();
        let face = entry.as_ref().and_then(|entry| entry.face.clone());
        let verdict = match (entry.map(|entry| entry.identity), face) {
            (Some(Ok(identity)), Some(face)) => {
                let line = self.centre.line(&face.fingerprint, &identity);
                let line = line.map_err(|_| Trouble::from(Failure::NoTls))?;
                return Ok((line, face));
            }
            (Some(Err(flaw)), _) => state::flawed(flaw, &file, &Face::unknown(&file), (self.now)()),
            _ => state::flawed(
                folder::Flaw::NotACertificate,
                &file,
                &Face::unknown(&file),
                (self.now)(),
            ),
        };
        let refusal = of_verdict(&verdict);
        self.status.certificate(verdict);
        Err(Trouble::Refused(refusal))
    }
}

fn of_verdict(verdict: &CertificateVerdict) -> Refusal {
    Refusal {
        code: "certificate.unusable".to_owned(),
        what: verdict.reason.clone(),
        remedy: verdict.remedy.clone(),
    }
}

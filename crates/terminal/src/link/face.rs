//! Results of the card reader, on their way into `face/`.
//!
//! The centre keeps each until it is told that it lies there. Here it is written down in our own folder with a
//! mark, renamed into `face`, and only then the centre is told. Whoever is killed in between finds by the mark
//! how far it has come: so it arrives once, also where a program has taken the file away meanwhile.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::header;
use onshi_client::Answer;
use onshi_wire::FileName;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;

use super::centre_client::{self, Trouble};
use super::disk::{self, Disk, Reader};
use super::guarded::Stamp;
use super::names;
use super::worker::{Worker, blocking};

/// Where results are asked for, and where they are said to lie there.
const RESULTS: &str = "/onshi/v1/reader/results";
const DELIVERED: &str = "/onshi/v1/reader/results/delivered";
/// How long is waited after something went wrong, and how long at the most.
const AGAIN: Duration = Duration::from_millis(500);
const AGAIN_MAX: Duration = Duration::from_secs(30);
/// Longer ids are none of the centre's.
const ID_BYTES_MAX: usize = 64;

/// A result as the centre sends it.
#[derive(Debug, Deserialize)]
struct Sent {
    id: String,
    name: String,
    content: String,
}

#[derive(Debug, Deserialize)]
struct Results {
    results: Vec<Sent>,
}

/// The folders of the way.
#[derive(Debug, Clone)]
pub(super) struct FaceFolders {
    /// Where the institution's programs find results.
    pub(super) face: PathBuf,
    /// Ours, with what lies there already and the centre does not know of yet.
    pub(super) work: PathBuf,
    /// Who may read a result.
    pub(super) answer_mode: u32,
}

impl FaceFolders {
    /// The folder in which each result that lies in `face`, and of which the centre was not told, has a mark.
    fn marks(&self) -> PathBuf {
        self.work.join("face")
    }
}

/// Brings results until the end.
pub(super) async fn bring(
    worker: Arc<Worker>,
    folders: FaceFolders,
    mut stop: watch::Receiver<()>,
) {
    let mut pause = AGAIN;
    loop {
        let round = round(&worker, &folders);
        let done = tokio::select! {
            done = round => done,
            // The sender is dropped at the end.
            _ = stop.changed() => return,
        };
        match done {
            Ok(()) => {
                pause = AGAIN;
                continue;
            }
            Err(Stop::NotForUs) => {
                tracing::info!("the centre gives no results of card readers to this account");
                pause = AGAIN_MAX;
            }
            Err(Stop::Centre(what)) => tracing::debug!(what, "no results of the card reader now"),
            Err(Stop::Folder(error)) => {
                tracing::error!(%error, "the folder of the card reader's results can't be used");
                let text = format!(
                    "カードリーダーの結果のフォルダー（face）に書き込めません（{error}）。\
                     フォルダーの共有と権限、空き容量を確かめてください。"
                );
                worker.status.folder("face", Some(text));
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => return,
        }
        pause = (pause * 2).min(AGAIN_MAX);
    }
}

/// Why a round ended.
enum Stop {
    /// An older centre, or an account that may not.
    NotForUs,
    Centre(String),
    Folder(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Folder(error)
    }
}

/// Tells of what lies there already, and brings what waits.
async fn round(worker: &Arc<Worker>, folders: &FaceFolders) -> Result<(), Stop> {
    let (at, by) = (folders.clone(), worker.clone());
    for id in blocking(move || left(&at, &by.disk)).await? {
        tell(worker, folders, &id).await?;
    }
    let answer = post(worker, RESULTS, json!({}).to_string()).await?;
    let results: Results = serde_json::from_slice(&answer.body)
        .map_err(|_| Stop::Centre("what came is no list of results".to_owned()))?;
    for sent in results.results {
        let Some(content) = usable(&sent) else {
            tracing::error!("the centre sent a result that can't be put into a folder");
            continue;
        };
        let (at, worker_of_disk, id) = (folders.clone(), worker.clone(), sent.id.clone());
        blocking(move || put(&at, &worker_of_disk.disk, (&id, &sent.name), &content)).await?;
        worker.status.folder("face", None);
        tell(worker, folders, &sent.id).await?;
    }
    Ok(())
}

/// The results that lie there and of which the centre was not told.
fn left(folders: &FaceFolders, disk: &Disk) -> io::Result<Vec<String>> {
    let mut ids = disk::names(&folders.marks())?;
    ids.retain(|name| !name.contains('.'));
    for id in &ids {
        finish(folders, disk, id)?;
    }
    Ok(ids)
}

/// The bytes of a result whose id and name can be a mark's and a file's of ours.
fn usable(sent: &Sent) -> Option<Vec<u8>> {
    let id = sent.id.len() <= ID_BYTES_MAX
        && !sent.id.is_empty()
        && sent.id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let face = FileName::parse(&sent.name).is_some_and(|file| file.body.starts_with("face_"));
    let plain = !sent.name.contains(['/', '\\']) && names::is_answer(&sent.name);
    (id && face && plain)
        .then(|| STANDARD.decode(&sent.content).ok())
        .flatten()
}

/// Puts a result into the folder, and leaves a mark that it lies there or is about to. May be repeated at any
/// moment.
fn put(
    folders: &FaceFolders,
    disk: &Disk,
    (id, name): (&str, &str),
    content: &[u8],
) -> io::Result<()> {
    let at = Places::of(folders, id);
    if Stamp::of(&folders.marks())?.is_none() {
        disk.create_folder(&folders.marks())?;
    }
    if Stamp::of(&at.mark)?.is_none() {
        for half in [&at.half, &at.ready] {
            disk.remove(half)?;
        }
        disk.write(&at.half, content)?;
        disk.rename(&at.half, &at.ready)?;
        disk.write(&at.half, name.as_bytes())?;
        disk.rename(&at.half, &at.mark)?;
        disk.sync(&folders.marks())?;
    }
    finish(folders, disk, id)
}

/// Where what belongs to a result is kept in our own folder.
struct Places {
    /// Whatever is being written.
    half: PathBuf,
    /// The result, whole, before it goes.
    ready: PathBuf,
    /// The same, when a copy of it lies whole in `face` under a name that nobody looks for.
    going: PathBuf,
    /// The name under which it goes. As long as it is there, the centre was not told.
    mark: PathBuf,
    /// That copy.
    near: PathBuf,
}

impl Places {
    fn of(folders: &FaceFolders, id: &str) -> Places {
        let marks = folders.marks();
        Places {
            half: marks.join(format!("{id}.tmp")),
            ready: marks.join(format!("{id}.ready")),
            going: marks.join(format!("{id}.going")),
            mark: marks.join(id),
            near: folders
                .face
                .join(format!("{}face-{id}.tmp", names::TEMPORARY)),
        }
    }
}

/// Brings a result that has its mark into the folder, unless it was there already: then a program may have
/// taken it away, and it must not come again.
fn finish(folders: &FaceFolders, disk: &Disk, id: &str) -> io::Result<()> {
    let at = Places::of(folders, id);
    let name = disk::read_own(&at.mark)?;
    let there = folders.face.join(&name);
    let reader = Reader {
        folder: &folders.face,
        mode: folders.answer_mode,
    };
    if Stamp::of(&at.ready)?.is_some() {
        disk.hand_over(&at.ready, reader)?;
        match disk.rename(&at.ready, &there) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                disk.remove(&at.near)?;
                disk.copy(&at.ready, &at.near, reader)?;
                disk.sync(&folders.face)?;
                disk.rename(&at.ready, &at.going)?;
                disk.sync(&folders.marks())?;
            }
            other => other?,
        }
    }
    if Stamp::of(&at.going)?.is_some() {
        if Stamp::of(&at.near)?.is_some() {
            disk.rename(&at.near, &there)?;
        }
        disk.sync(&folders.face)?;
        disk.remove(&at.going)?;
    }
    disk.sync(&folders.face)
}

/// Tells the centre that a result lies there, and forgets it.
async fn tell(worker: &Arc<Worker>, folders: &FaceFolders, id: &str) -> Result<(), Stop> {
    match post(worker, DELIVERED, json!({ "id": id }).to_string()).await {
        Ok(_) => {}
        // The centre has forgotten it by now: it is told of nothing any more.
        Err(Stop::Centre(what)) if what == "not_found" => {}
        Err(stop) => return Err(stop),
    }
    let (worker, mark) = (worker.clone(), folders.marks().join(id));
    Ok(blocking(move || worker.disk.remove(&mark)).await?)
}

async fn post(worker: &Arc<Worker>, path: &str, body: String) -> Result<Answer, Stop> {
    let body = Bytes::from(body);
    let mut renewed = false;
    loop {
        let token = match worker.account.token(&worker.centre_client).await {
            Ok(token) => token,
            Err(trouble) => return Err(of(trouble)),
        };
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::ACCEPT, "application/json"),
            (header::AUTHORIZATION, token.as_str()),
        ];
        let sent = worker.centre_client.post(path, &headers, body.clone());
        let answer = sent.await.map_err(of)?;
        if let Some(away) = centre_client::away(&answer) {
            return Err(Stop::Centre(away.what));
        }
        match answer.status {
            200 => return Ok(answer),
            401 if !renewed => {
                renewed = true;
                worker.account.forget(&token).await;
            }
            403..=405 if path == RESULTS => return Err(Stop::NotForUs),
            _ => return Err(Stop::Centre(centre_client::problem(&answer).code)),
        }
    }
}

fn of(trouble: Trouble) -> Stop {
    Stop::Centre(match trouble {
        Trouble::Refused(refusal) => refusal.code,
        Trouble::Away(away) => away.what,
    })
}

#[cfg(test)]
mod tests;

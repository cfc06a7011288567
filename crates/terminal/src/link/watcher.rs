//! Looking into `req`: which files are complete, and making them ours.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;

use super::disk;
use super::guarded::{self, Content, Kind, Stamp};
use super::job::{self, Job};
use super::left_alone::LeftAlone;
use super::names;
use super::status::Seen;
use super::worker::{Worker, blocking, lock, refuse};

/// What is refused unread is looked at for so many times `settle` before: a program may give a file
/// its name by a second link and then take the first away.
const ODD_FOR: u32 = 5;
/// What is claimed and not answered; the rest waits in `req`.
const CLAIMED_MAX: usize = 256;
/// Notices come in bursts.
const DEBOUNCE: Duration = Duration::from_millis(20);
/// How much of a file's end is read to find `</XmlMsg>`.
const TAIL_BYTES: u64 = 1024;

/// A file as it was last seen, and since when it is so.
#[derive(Debug, Clone, Copy)]
struct Observation {
    stamp: Stamp,
    since: Instant,
}

/// What a look found.
#[derive(Debug, Default)]
struct Scan {
    /// Complete files, the oldest first.
    ready: Vec<(String, Stamp)>,
    /// Files that are not complete, or can't be read now.
    incomplete: usize,
    /// Folders that are called like requests.
    folders: usize,
    /// What is called otherwise.
    left_alone: LeftAlone,
}

/// How long a file is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Between two looks.
    pub(super) poll: Duration,
    /// A complete file has not changed for so long.
    pub(super) settle: Duration,
    /// One that is empty or has no end is waited for so long after its last change; then it is
    /// sent as it is, and the centre says what is wrong.
    pub(super) patience: Duration,
}

pub(super) struct Watcher {
    pub(super) worker: Arc<Worker>,
    pace: Pace,
    jobs: mpsc::Sender<Job>,
    observations: HashMap<String, Observation>,
    last_id_ms: i64,
    /// Something in `work` could not be taken up yet.
    stuck: bool,
}

impl Watcher {
    pub(super) fn new(worker: Arc<Worker>, pace: Pace, jobs: mpsc::Sender<Job>) -> Self {
        Self {
            worker,
            pace,
            jobs,
            observations: HashMap::new(),
            last_id_ms: 0,
            stuck: true,
        }
    }

    pub(super) async fn run(mut self, mut stop: watch::Receiver<()>) {
        let noticed = Arc::new(Notify::new());
        // Stops when it is dropped.
        let _notices = notices(&self.worker.folders.req, noticed.clone());
        loop {
            self.worker.status.looked();
            if self.stuck {
                self.take_up().await;
            }
            let pending = match self.scan().await {
                Ok(pending) => {
                    self.worker.status.folder("req", None);
                    pending
                }
                Err(error) => {
                    tracing::warn!(%error, "the folder of requests can't be read");
                    let text = format!(
                        "要求のフォルダー（req）を読み取れません（{error}）。\
                         フォルダーの共有と権限を確かめてください。"
                    );
                    self.worker.status.folder("req", Some(text));
                    false
                }
            };
            let pause = if pending {
                self.pace.settle.min(self.pace.poll).max(DEBOUNCE)
            } else {
                self.pace.poll
            };
            tokio::select! {
                _ = stop.changed() => return,
                () = tokio::time::sleep(pause) => {}
                () = noticed.notified() => tokio::time::sleep(DEBOUNCE).await,
            }
        }
    }

    /// Goes on with what was under way when we were stopped.
    async fn take_up(&mut self) {
        let worker = self.worker.clone();
        let found = blocking(move || {
            let known = |id: &str| lock(&worker.ids).contains(id);
            job::recover(&worker.folders, &worker.disk, known, refuse)
        });
        match found.await {
            Ok((jobs, stuck)) => {
                self.stuck = stuck > 0;
                for job in jobs {
                    if self.under_way(&job.name) {
                        // One after the other.
                        self.stuck = true;
                        continue;
                    }
                    tracing::info!(id = job.id, "taken up again");
                    self.pass_on(job).await;
                }
            }
            Err(error) => tracing::error!(%error, "the work folder can't be read"),
        }
    }

    fn under_way(&self, name: &str) -> bool {
        lock(&self.worker.names).contains(&name.to_lowercase())
    }

    async fn pass_on(&self, job: Job) {
        lock(&self.worker.ids).insert(job.id.clone());
        lock(&self.worker.names).insert(job.name.to_lowercase());
        // Only a queue that has ended takes none; then the job waits on the disk.
        drop(self.jobs.send(job).await);
    }

    /// Whether something is there that needs another look soon.
    async fn scan(&mut self) -> io::Result<bool> {
        let (worker, pace) = (self.worker.clone(), self.pace);
        let mut observations = std::mem::take(&mut self.observations);
        let (observations, scan) = blocking(move || {
            let scan = scan(&worker.folders.req, &mut observations, pace, Instant::now());
            Ok((observations, scan))
        })
        .await?;
        self.observations = observations;
        let scan = scan?;
        let incomplete = scan.incomplete;
        self.worker.status.left_alone(scan.left_alone);
        self.worker.status.queue(|queue| {
            queue.incomplete = incomplete;
            queue.folders = scan.folders;
        });
        for (name, stamp) in scan.ready {
            if self.under_way(&name) || lock(&self.worker.ids).len() >= CLAIMED_MAX {
                continue;
            }
            self.claim(name, stamp).await;
        }
        Ok(incomplete > 0)
    }

    async fn claim(&mut self, name: String, seen: Stamp) {
        let job = Job {
            id: self.next_id(),
            name: name.clone(),
        };
        let worker = self.worker.clone();
        let claimed =
            blocking(move || job::claim(&worker.folders, &worker.disk, job, seen, refuse)).await;
        let message = names::prefix(&name).to_owned();
        match claimed {
            Ok(Some(job)) => {
                tracing::info!(id = job.id, message, "a request came in");
                self.observations.remove(&name);
                self.worker.status.request(Seen {
                    at_ms: (self.worker.now)(),
                    message,
                    outcome: None,
                });
                self.pass_on(job).await;
            }
            Ok(None) => tracing::debug!(message, "a request went away or changed"),
            // Locked by its writer, mostly: the next look tries again.
            Err(error) => {
                tracing::warn!(message, %error, "a request could not be taken");
                // It may lie in `work` by now.
                self.stuck = true;
            }
        }
    }

    /// In order of arrival even within a millisecond.
    fn next_id(&mut self) -> String {
        self.last_id_ms = (self.worker.now)().max(self.last_id_ms + 1).max(0);
        let mut chance = [0; 4];
        // Without it, an id is still its own: the moment is.
        if let Err(error) = getrandom::fill(&mut chance) {
            tracing::warn!(%error, "no random numbers");
        }
        let chance = u32::from_be_bytes(chance);
        format!("{:013}-{chance:08x}", self.last_id_ms)
    }
}

/// The system's own notices of changes, where there are any; a network share often has none.
fn notices(folder: &Path, noticed: Arc<Notify>) -> Option<RecommendedWatcher> {
    let tell = move |event: notify::Result<notify::Event>| {
        let ours = match event {
            // Our own reading is an event too.
            Ok(event) => match event.kind {
                EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
                EventKind::Remove(_) => false,
                _ => true,
            },
            Err(_) => false,
        };
        if ours {
            noticed.notify_one();
        }
    };
    let watching = notify::recommended_watcher(tell).and_then(|mut watcher| {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    match watching {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::info!(%error, "no notices of the folder of requests; it is only polled");
            None
        }
    }
}

/// Looks at the files that are requests, and at no other.
fn scan(
    folder: &Path,
    observations: &mut HashMap<String, Observation>,
    pace: Pace,
    now: Instant,
) -> io::Result<Scan> {
    // Unlike `disk::names`, a folder that is not there is a trouble here, and so is a link.
    if !std::fs::symlink_metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let names = disk::names(folder)?;
    observations.retain(|name, _| names.binary_search(name).is_ok());
    let mut scan = Scan::default();
    for name in names {
        if let Some(why) = names::why_left_alone(&name) {
            scan.left_alone.add(&name, why);
            continue;
        }
        let path = folder.join(&name);
        let stamp = match Stamp::of(&path) {
            Ok(Some(stamp)) => stamp,
            Ok(None) => continue,
            Err(_) => {
                scan.incomplete += 1;
                continue;
            }
        };
        let since = match observations.get(&name) {
            Some(seen) if seen.stamp == stamp => seen.since,
            _ => now,
        };
        observations.insert(name.clone(), Observation { stamp, since });
        if stamp.kind == Kind::Folder {
            scan.folders += 1;
        } else if is_ready(&path, stamp, now.duration_since(since), pace) {
            scan.ready.push((name, stamp));
        } else {
            scan.incomplete += 1;
        }
    }
    scan.ready.sort_by_key(|(_, stamp)| stamp.changed_ns);
    Ok(scan)
}

/// Whether a file that was like this for so long is to be taken.
fn is_ready(path: &Path, stamp: Stamp, quiet: Duration, pace: Pace) -> bool {
    if quiet < pace.settle {
        return false;
    }
    if stamp.kind != Kind::File || stamp.bytes > job::READ_MAX {
        return quiet >= pace.settle * ODD_FOR;
    }
    let waited = quiet >= pace.patience;
    match guarded::open_file(path) {
        Ok(Ok(mut file)) => waited || ends_well(&mut file).unwrap_or(false),
        Ok(Err(Content::Refused(_))) => waited,
        // Whoever still writes may keep others from opening it.
        _ => false,
    }
}

/// Whether the document's end is there. In Shift_JIS too, since none of its bytes is the second of
/// a character there, and in UTF-16, of which the zeros are passed over; so are the ends that old
/// editors and buffers leave.
fn ends_well(file: &mut File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut tail)?;
    tail.retain(|byte| !matches!(byte, 0 | 0x1a));
    Ok(tail.trim_ascii_end().ends_with(b"</XmlMsg>"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn the_end_of_a_message_is_seen_in_every_encoding() {
        let utf16: Vec<u8> = "<XmlMsg></XmlMsg>\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, ends) in [
            (&b"<XmlMsg></XmlMsg>"[..], true),
            (b"</XmlMsg>\r\n\r\n", true),
            (b"</XmlMsg>\r\n\x1a", true),
            (b"</XmlMsg>\0\0\0", true),
            (&utf16, true),
            (b"", false),
            (b"<XmlMsg>", false),
            (b"</XmlMsg> <", false),
        ] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            assert_eq!(ends_well(&mut file).unwrap(), ends, "{bytes:?}");
        }
    }
}

//! One request on its way, as it lies in `work/<id>/`.
//!
//! What is there says how far it has come, so that after a kill at any moment it goes on from the
//! right step and is answered exactly once:
//!
//! | there | then |
//! |---|---|
//! | `taken/F` | the file F of `req`, as it was put there; nothing of it is believed yet |
//! | `claim` | `req` is on another file system; the same file lies there under a name of ours |
//! | the request | our own copy of what was read; what was taken is not needed any more |
//! | the request only | ask the centre, again with the same `Idempotency-Key` |
//! | `out.part/` | the answer is not complete; it counts for nothing |
//! | `out/` | the answer is complete; nothing is asked any more, some may be in `res` already |
//! | `going/F` | F's copy lies in `res` under a temporary name, or has its own name already |
//!
//! A request leaves `req` by one rename, so that a file that gets its name at that moment is the
//! next request and is not lost. It is judged and read only then, by one descriptor (`guarded`),
//! and the copy that is sent and given back is made of what was read.
//!
//! `out/` comes to be by one rename, and a file leaves it by one rename. Where `res` is on another
//! file system, the rename of the temporary file into `res` is that moment; it comes from a folder
//! of its own, since a program that looks for new files does not see a file that only changes its
//! name.
//!
//! One name in `res` has one outcome: what an earlier request of the name left there goes before
//! the new answer comes, and an `.err` comes before the request that lies beside it.

mod delivery;

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use onshi_wire::Limits;

use super::disk::{self, Disk, Reader};
use super::guarded::{self, Content, Objection, Stamp};
use super::names::{self, Name};

const CLAIM: &str = "claim";
const PART: &str = "part";
const TAKEN: &str = "taken";
const OUT: &str = "out";
const OUT_PART: &str = "out.part";
const GOING: &str = "going";

/// More is not read of any file: no message may be longer.
pub(super) const READ_MAX: u64 = Limits::BULK.bytes as u64;

/// The folders of the linked application.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    pub(super) req: PathBuf,
    pub(super) res: PathBuf,
    pub(super) work: PathBuf,
    /// Who may read an answer, as bits of a mode.
    pub(super) answer_mode: u32,
}

impl Folders {
    fn reader(&self) -> Reader<'_> {
        Reader {
            folder: &self.res,
            mode: self.answer_mode,
        }
    }
}

/// A request that is ours to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    /// When it was claimed, then chance: sorting by it is the order of arrival.
    pub(super) id: String,
    /// The file's name in `req`.
    pub(super) name: String,
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Ask,
    Deliver,
}

/// A file of an answer.
pub(super) type OutputFile = (String, Vec<u8>);

/// What a file is told that is not read.
pub(super) type Refuse = fn(&str, Objection) -> Vec<OutputFile>;

/// Makes a request ours. Nothing if it is gone, or is not what was seen any more. A file that must
/// not be read is ours too: its answer is kept at once.
pub(super) fn claim(
    folders: &Folders,
    disk: &Disk,
    job: Job,
    seen: Stamp,
    refuse: Refuse,
) -> io::Result<Option<Job>> {
    let folder = job.folder(folders);
    disk.create_folder(&folder)?;
    let taken = folder.join(TAKEN);
    disk.create_folder(&taken)?;
    let source = folders.req.join(&job.name);
    let moved = match disk.rename(&source, &taken.join(&job.name)) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => take_aside(folders, disk, &job),
        other => other,
    };
    match moved {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return disk.discard(&folder).map(|()| None);
        }
        Err(error) => {
            disk.discard(&folder)?;
            return Err(error);
        }
    }
    let brought = bring_in(folders, disk, &job, Some(seen), refuse)?;
    Ok(brought.then_some(job))
}

/// Where `req` is on another file system, the file gets a name of ours there first.
fn take_aside(folders: &Folders, disk: &Disk, job: &Job) -> io::Result<()> {
    let folder = job.folder(folders);
    disk.write(&folder.join(PART), job.name.as_bytes())?;
    disk.rename(&folder.join(PART), &folder.join(CLAIM))?;
    disk.sync(&folder)?;
    disk.rename(&folders.req.join(&job.name), &job.aside(folders))
}

/// Reads what was taken, and makes the copy that counts from now on. Not if it has changed: then
/// it goes back to where it was.
fn bring_in(
    folders: &Folders,
    disk: &Disk,
    job: &Job,
    seen: Option<Stamp>,
    refuse: Refuse,
) -> io::Result<bool> {
    let folder = job.folder(folders);
    let source = job.source(folders);
    match guarded::read(&source, READ_MAX, seen)? {
        Content::Whole(bytes) => {
            disk.write(&folder.join(PART), &bytes)?;
            disk.rename(&folder.join(PART), &job.request(folders))?;
            disk.sync(&folder)?;
            disk.sync(&folders.work)?;
        }
        Content::Refused(objection) => {
            job.keep(folders, disk, &refuse(&job.name, objection))?;
        }
        Content::Changed | Content::Folder => {
            // When the name is somebody else's by now, this one waits here for its turn.
            disk.rename_if_free(&source, &folders.req.join(&job.name))?;
            disk.discard(&folder)?;
            return Ok(false);
        }
        Content::Gone => {
            disk.discard(&folder)?;
            return Ok(false);
        }
    }
    job.drop_taken(folders, disk)?;
    Ok(true)
}

/// What is under way in `work`, in order of arrival, except what is known already. The number says
/// how many can't be taken up now, for instance because a share is not there; they stay.
pub(super) fn recover(
    folders: &Folders,
    disk: &Disk,
    known: impl Fn(&str) -> bool,
    refuse: Refuse,
) -> io::Result<(Vec<Job>, usize)> {
    let (mut jobs, mut stuck) = (Vec::new(), 0);
    for id in disk::names(&folders.work)? {
        if !names::is_id(&id) || known(&id) {
            continue;
        }
        if let Err(error) = guarded::is_private(&folders.work.join(&id)) {
            tracing::error!(id, %error, "something in the work folder is not ours; it is left alone");
            continue;
        }
        match take_up(folders, disk, &id, refuse) {
            Ok(job) => jobs.extend(job),
            Err(error) => {
                stuck += 1;
                tracing::warn!(id, %error, "a request could not be taken up again yet");
            }
        }
    }
    Ok((jobs, stuck))
}

fn take_up(folders: &Folders, disk: &Disk, id: &str, refuse: Refuse) -> io::Result<Option<Job>> {
    let folder = folders.work.join(id);
    let within = disk::names(&folder)?;
    let has = |name: &str| within.iter().any(|there| there == name);
    let ours = |names: Vec<String>| names.into_iter().find(|name| Name::of(name).is_ours());
    let copied = ours(within.clone());
    let taken = ours(disk::names(&folder.join(TAKEN))?);
    let claimed = if has(CLAIM) {
        let name = guarded::read_own(&folder.join(CLAIM), 1024)?;
        ours(Vec::from_iter(String::from_utf8(name)))
    } else {
        None
    };
    let name = copied.clone().or(taken.clone()).or(claimed.clone());
    let job = Job {
        id: id.to_owned(),
        name: name.unwrap_or_default(),
    };
    if has(OUT) || has(GOING) {
        return Ok(Some(job));
    }
    if copied.is_some() {
        job.drop_taken(folders, disk)?;
        return Ok(Some(job));
    }
    if taken.is_none() && claimed.is_none() {
        return disk.discard(&folder).map(|()| None);
    }
    // What had settled before still has: it is nobody's any more but a slow writer's.
    let brought = bring_in(folders, disk, &job, None, refuse)?;
    Ok(brought.then_some(job))
}

impl Job {
    fn folder(&self, folders: &Folders) -> PathBuf {
        folders.work.join(&self.id)
    }

    /// Where our copy of the request is until it is answered.
    fn request(&self, folders: &Folders) -> PathBuf {
        self.folder(folders).join(&self.name)
    }

    /// The request, as it was read when it was claimed.
    pub(super) fn question(&self, folders: &Folders) -> io::Result<Vec<u8>> {
        guarded::read_own(&self.request(folders), READ_MAX)
    }

    /// What was taken, on `req`'s own file system.
    fn aside(&self, folders: &Folders) -> PathBuf {
        let name = format!("{}{}.req.tmp", names::TEMPORARY, self.id);
        folders.req.join(name)
    }

    fn source(&self, folders: &Folders) -> PathBuf {
        let folder = self.folder(folders);
        match Stamp::of(&folder.join(CLAIM)) {
            Ok(None) => folder.join(TAKEN).join(&self.name),
            _ => self.aside(folders),
        }
    }

    /// What was taken is not needed any more. Only the name goes, of whatever it is.
    fn drop_taken(&self, folders: &Folders, disk: &Disk) -> io::Result<()> {
        let folder = self.folder(folders);
        if Stamp::of(&folder.join(CLAIM))?.is_some() {
            disk.remove(&self.aside(folders))?;
            disk.sync(&folders.req)?;
            disk.remove(&folder.join(CLAIM))?;
        }
        for name in disk::names(&folder.join(TAKEN))? {
            disk.remove(&folder.join(TAKEN).join(name))?;
        }
        disk.remove_folder(&folder.join(TAKEN))
    }

    pub(super) fn stage(&self, folders: &Folders) -> io::Result<Stage> {
        let folder = self.folder(folders);
        let ready =
            Stamp::of(&folder.join(OUT))?.is_some() || Stamp::of(&folder.join(GOING))?.is_some();
        Ok(if ready { Stage::Deliver } else { Stage::Ask })
    }

    /// Keeps the answer. From here on there is one, whatever happens.
    pub(super) fn keep(
        &self,
        folders: &Folders,
        disk: &Disk,
        files: &[OutputFile],
    ) -> io::Result<()> {
        let folder = self.folder(folders);
        let part = folder.join(OUT_PART);
        disk.discard(&part)?;
        disk.create_folder(&part)?;
        for (name, bytes) in files {
            disk.write(&part.join(name), bytes)?;
        }
        disk.sync(&part)?;
        disk.rename(&part, &folder.join(OUT))?;
        disk.sync(&folder)
    }
}

#[cfg(test)]
mod tests;

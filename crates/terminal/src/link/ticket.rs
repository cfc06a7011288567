//! One request on its way, as it lies in `work/<id>/`.
//!
//! What is there says how far it has come, so that after a kill at any moment it goes on from the
//! right step and is answered exactly once:
//!
//! | there | then |
//! |---|---|
//! | `claim` and no request | the copy from `req` was not finished; the request is still there |
//! | the request only | ask the centre, again with the same `Idempotency-Key` |
//! | `out.part/` | the answer is not complete; it counts for nothing |
//! | `out/` | the answer is complete; nothing is asked any more |
//! | `out/` without the request | some of it may be in `res` already |
//! | `going/F` | F's copy lies in `res` under a temporary name, or has its own name already |
//!
//! `out/` comes to be by one rename, and a file leaves it by one rename. Where `res` is on another
//! file system, the rename within `res` of the temporary file is that moment.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::disk::{self, Disk, Stamp};
use super::names::{self, Name};

const CLAIM: &str = "claim";
const PART: &str = "part";
const OUT: &str = "out";
const OUT_PART: &str = "out.part";
const GOING: &str = "going";

/// The folders of the linked application.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    pub(super) req: PathBuf,
    pub(super) res: PathBuf,
    pub(super) work: PathBuf,
}

/// A request that is ours to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ticket {
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
pub(super) type Leaf = (String, Vec<u8>);

/// Makes a request ours. Nothing if it is gone, or is not what was seen any more.
pub(super) fn claim(
    folders: &Folders,
    disk: &Disk,
    ticket: Ticket,
    seen: Stamp,
) -> io::Result<Option<Ticket>> {
    let folder = ticket.folder(folders);
    disk.create_folder(&folder)?;
    let source = folders.req.join(&ticket.name);
    let moved = match disk.rename(&source, &folder.join(&ticket.name)) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            copy_over(folders, disk, &ticket, seen)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        other => other.map(|()| true),
    };
    match moved {
        Ok(true) => {
            // It is ours already; a disk that can't say so now is no reason to lose sight of it.
            if let Err(error) = disk.sync(&folder).and_then(|()| disk.sync(&folders.work)) {
                tracing::warn!(id = ticket.id, %error, "a claim may not be on the disk yet");
            }
            Ok(Some(ticket))
        }
        Ok(false) => disk.discard(&folder).map(|()| None),
        Err(error) => {
            give_back(disk, &folder, &ticket.name)?;
            Err(error)
        }
    }
}

/// The request first: without it, the rest counts for nothing.
fn give_back(disk: &Disk, folder: &Path, name: &str) -> io::Result<()> {
    disk.remove(&folder.join(name))?;
    disk.discard(folder)
}

fn copy_over(folders: &Folders, disk: &Disk, ticket: &Ticket, seen: Stamp) -> io::Result<bool> {
    let folder = ticket.folder(folders);
    let source = folders.req.join(&ticket.name);
    let note = serde_json::to_vec(&(&ticket.name, seen)).map_err(io::Error::other)?;
    disk.write(&folder.join(PART), &note)?;
    disk.rename(&folder.join(PART), &folder.join(CLAIM))?;
    disk.sync(&folder)?;
    match disk.copy(&source, &folder.join(PART)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        other => other?,
    }
    if Stamp::of(&source)? != Some(seen) {
        return Ok(false);
    }
    disk.rename(&folder.join(PART), &folder.join(&ticket.name))?;
    disk.sync(&folder)?;
    disk.remove(&source)?;
    disk.sync(&folders.req)?;
    disk.remove(&folder.join(CLAIM))?;
    Ok(true)
}

/// What is under way in `work`, in order of arrival, except what is known already. The number says
/// how many can't be taken up now, for instance because a share is not there; they stay.
pub(super) fn recover(
    folders: &Folders,
    disk: &Disk,
    known: impl Fn(&str) -> bool,
) -> io::Result<(Vec<Ticket>, usize)> {
    let (mut tickets, mut stuck) = (Vec::new(), 0);
    for id in disk::names(&folders.work)? {
        if !names::is_id(&id) || known(&id) {
            continue;
        }
        match take_up(folders, disk, &id) {
            Ok(ticket) => tickets.extend(ticket),
            Err(error) => {
                stuck += 1;
                tracing::warn!(id, %error, "a request could not be taken up again yet");
            }
        }
    }
    Ok((tickets, stuck))
}

fn take_up(folders: &Folders, disk: &Disk, id: &str) -> io::Result<Option<Ticket>> {
    let folder = folders.work.join(id);
    let within = disk::names(&folder)?;
    let has = |name: &str| within.iter().any(|there| there == name);
    let request = within.iter().find(|name| Name::of(name).is_ours());
    let ticket = |name: &str| Ticket {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    if has(OUT) || has(GOING) {
        return Ok(Some(ticket(request.map_or("", String::as_str))));
    }
    let Some(name) = request else {
        return disk.discard(&folder).map(|()| None);
    };
    if has(CLAIM) {
        // The copy is whole; whether the original was removed is not known.
        let note = std::fs::read(folder.join(CLAIM))?;
        let (_, seen): (String, Stamp) = serde_json::from_slice(&note).map_err(io::Error::other)?;
        let source = folders.req.join(name);
        if Stamp::of(&source)? == Some(seen) {
            disk.remove(&source)?;
            disk.sync(&folders.req)?;
        }
        disk.remove(&folder.join(CLAIM))?;
    }
    Ok(Some(ticket(name)))
}

impl Ticket {
    fn folder(&self, folders: &Folders) -> PathBuf {
        folders.work.join(&self.id)
    }

    /// Where the request is until it is answered.
    pub(super) fn request(&self, folders: &Folders) -> PathBuf {
        self.folder(folders).join(&self.name)
    }

    pub(super) fn stage(&self, folders: &Folders) -> io::Result<Stage> {
        let folder = self.folder(folders);
        let ready = folder.join(OUT).try_exists()? || folder.join(GOING).try_exists()?;
        Ok(if ready { Stage::Deliver } else { Stage::Ask })
    }

    /// Keeps the answer. From here on there is one, whatever happens.
    pub(super) fn keep(&self, folders: &Folders, disk: &Disk, files: &[Leaf]) -> io::Result<()> {
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

    /// Brings the answer into `res` and ends the ticket. May be repeated after an error. Gives the
    /// names of what was brought now. A file of the same name is replaced.
    pub(super) fn deliver(&self, folders: &Folders, disk: &Disk) -> io::Result<Vec<String>> {
        let folder = self.folder(folders);
        if !self.name.is_empty() {
            disk.remove(&folder.join(&self.name))?;
            disk.sync(&folder)?;
        }
        let (out, going) = (folder.join(OUT), folder.join(GOING));
        let mut brought = Vec::new();
        for name in disk::names(&going)? {
            self.arrive(folders, disk, &name)?;
            brought.push(name);
        }
        // Backwards, so that a request lies beside its .err before the .err is seen.
        for name in disk::names(&out)?.into_iter().rev() {
            match disk.rename(&out.join(&name), &folders.res.join(&name)) {
                Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                    disk.copy(&out.join(&name), &self.temporary(folders, &name))?;
                    disk.sync(&folders.res)?;
                    if !going.try_exists()? {
                        disk.create_folder(&going)?;
                    }
                    disk.rename(&out.join(&name), &going.join(&name))?;
                    disk.sync(&going)?;
                    self.arrive(folders, disk, &name)?;
                }
                other => other?,
            }
            brought.push(name);
        }
        disk.sync(&folders.res)?;
        disk.sync(&out)?;
        disk.remove_folder(&out)?;
        disk.remove_folder(&going)?;
        disk.discard(&folder)?;
        Ok(brought)
    }

    /// The copy gets its name, unless it has it already.
    fn arrive(&self, folders: &Folders, disk: &Disk, name: &str) -> io::Result<()> {
        let temporary = self.temporary(folders, name);
        if temporary.try_exists()? {
            disk.rename(&temporary, &folders.res.join(name))?;
            disk.sync(&folders.res)?;
        }
        disk.remove(&self.folder(folders).join(GOING).join(name))
    }

    fn temporary(&self, folders: &Folders, name: &str) -> PathBuf {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        folders
            .res
            .join(format!("{}{}.{extension}.tmp", names::TEMPORARY, self.id))
    }
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
mod tests;

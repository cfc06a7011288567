//! The way of an answer into `res`.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{Folders, GOING, Job, OUT};
use crate::link::disk::{self, Disk};
use crate::link::guarded::{Kind, Stamp};
use crate::link::names;

impl Job {
    /// Brings the answer into `res` and ends the job. May be repeated after an error. Gives the
    /// names of what was brought now.
    pub(in crate::link) fn deliver(
        &self,
        folders: &Folders,
        disk: &Disk,
    ) -> io::Result<Vec<String>> {
        let folder = self.folder(folders);
        self.drop_taken(folders, disk)?;
        let (out, going) = (folder.join(OUT), folder.join(GOING));
        let mut brought = Vec::new();
        let waiting = names::in_order(disk::names(&out)?);
        if disk::names(&going)?.is_empty() {
            make_room(folders, disk, &waiting)?;
        }
        for name in disk::names(&going)? {
            self.arrive(folders, disk, &name)?;
            brought.push(name);
        }
        for name in waiting {
            let kept = out.join(&name);
            disk.hand_over(&kept, folders.reader())?;
            match disk.rename(&kept, &folders.res.join(&name)) {
                Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                    self.send(folders, disk, &name)?;
                    self.arrive(folders, disk, &name)?;
                }
                other => other?,
            }
            brought.push(name);
        }
        disk.sync(&folders.res)?;
        if !self.name.is_empty() {
            disk.remove(&self.request(folders))?;
        }
        disk.sync(&out)?;
        disk.sync(&folder)?;
        disk.remove_folder(&out)?;
        disk.remove_folder(&going)?;
        disk.discard(&folder)?;
        Ok(brought)
    }

    /// A copy on the file system of `res`, under a name that nobody looks for.
    fn send(&self, folders: &Folders, disk: &Disk, name: &str) -> io::Result<()> {
        let folder = self.folder(folders);
        let (kept, going) = (folder.join(OUT).join(name), folder.join(GOING));
        let waiting_room = folders.res.join(names::WAITING_ROOM);
        if Stamp::of(&waiting_room)?.is_none()
            && let Err(error) = disk.create_folder(&waiting_room)
            && error.kind() != ErrorKind::AlreadyExists
        {
            tracing::warn!(%error, "no folder in res for answers on their way; it goes without");
        }
        let temporary = match Stamp::of(&waiting_room)? {
            Some(stamp) if stamp.kind == Kind::Folder => self.temporary(&waiting_room, name),
            _ => self.temporary(&folders.res, name),
        };
        disk.copy(&kept, &temporary, folders.reader())?;
        disk.sync(temporary.parent().unwrap_or(&folders.res))?;
        if Stamp::of(&going)?.is_none() {
            disk.create_folder(&going)?;
        }
        disk.rename(&kept, &going.join(name))?;
        disk.sync(&going)
    }

    /// The copy gets its name, unless it has it already.
    fn arrive(&self, folders: &Folders, disk: &Disk, name: &str) -> io::Result<()> {
        for place in [folders.res.join(names::WAITING_ROOM), folders.res.clone()] {
            let temporary = self.temporary(&place, name);
            if present(&temporary)? {
                disk.rename(&temporary, &folders.res.join(name))?;
                disk.sync(&folders.res)?;
            }
        }
        disk.remove(&self.folder(folders).join(GOING).join(name))
    }

    fn temporary(&self, place: &Path, name: &str) -> PathBuf {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        place.join(format!("{}{}.{extension}.tmp", names::TEMPORARY, self.id))
    }
}

/// Whether a file is there, in a folder that may not be.
fn present(path: &Path) -> io::Result<bool> {
    match Stamp::of(path) {
        Ok(stamp) => Ok(stamp.is_some_and(|stamp| stamp.kind == Kind::File)),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes away what an earlier request of the same name left in `res`. Not when a part of this
/// answer is there already: then that was done before it came.
fn make_room(folders: &Folders, disk: &Disk, waiting: &[String]) -> io::Result<()> {
    let Some(first) = waiting.first() else {
        return Ok(());
    };
    if names::lies_beside(first) {
        return Ok(());
    }
    for name in names::outcomes(first) {
        let path = folders.res.join(name);
        // A folder of that name is nothing that we or a program of the folders put there.
        match Stamp::of(&path)? {
            Some(stamp) if stamp.kind != Kind::Folder => disk.remove(&path)?,
            _ => {}
        }
    }
    Ok(())
}

//! Whether any name in the folder of a database has changed, as the kernel tells it (inotify).
//!
//! The kernel queues what happened to a name before the call that did it returns, so one look at the
//! queue costs a call and misses nothing; looking at six names costs six, each with a walk through
//! the folders. What the queue can't tell, a folder that was moved as a whole or another file system
//! mounted over it, is seen by what the folder's own name leads to.

use rustix::fs::{AtFlags, CWD, inotify, statat};
use rustix::io::Errno;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// A folder that is watched.
#[derive(Debug)]
pub(super) struct WatchedFolder {
    path: PathBuf,
    device: u64,
    inode: u64,
    queue: OwnedFd,
}

impl WatchedFolder {
    /// Begins to watch a folder. None where the kernel can't: then there is only looking at each name.
    pub fn of(path: &Path) -> Option<WatchedFolder> {
        use inotify::{CreateFlags, WatchFlags};
        let queue = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).ok()?;
        let names = WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVE
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR;
        inotify::add_watch(&queue, path, names).ok()?;
        let found = statat(CWD, path, AtFlags::empty()).ok()?;
        Some(WatchedFolder {
            path: path.to_owned(),
            device: found.st_dev,
            inode: found.st_ino,
            queue,
        })
    }

    /// Whether nothing has happened to any name since it was last asked, and the folder is where it
    /// was.
    pub fn is_unchanged(&self) -> bool {
        let mut room = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(&self.queue, &mut room);
        let mut quiet = true;
        loop {
            match events.next() {
                Ok(_) => quiet = false,
                Err(Errno::WOULDBLOCK) => break,
                Err(_) => return false,
            }
        }
        quiet
            && statat(CWD, &self.path, AtFlags::empty())
                .is_ok_and(|found| (found.st_dev, found.st_ino) == (self.device, self.inode))
    }
}

#[cfg(test)]
mod tests {
    use super::WatchedFolder;
    use std::fs;

    /// Whatever happens to a name or to the folder is told once; what is written into a file is not.
    #[test]
    fn what_happens_to_a_name_is_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let (folder, aside) = (dir.path().join("data"), dir.path().join("aside"));
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("a"), "1").expect("a file");
        let watched = WatchedFolder::of(&folder).expect("it can be watched");
        assert!(watched.is_unchanged());
        fs::write(folder.join("a"), "22").expect("it is written");
        assert!(watched.is_unchanged());
        let steps: [(&str, &dyn Fn()); 4] = [
            ("made", &|| fs::write(folder.join("b"), "").expect("a file")),
            ("moved", &|| {
                fs::rename(folder.join("a"), folder.join("c")).expect("it moves");
            }),
            ("replaced", &|| {
                fs::rename(folder.join("b"), folder.join("c")).expect("it moves");
            }),
            ("deleted", &|| {
                fs::remove_file(folder.join("c")).expect("it goes")
            }),
        ];
        for (what, step) in steps {
            step();
            assert!(!watched.is_unchanged(), "{what}");
            assert!(watched.is_unchanged(), "after it was {what}");
        }
        fs::rename(&folder, &aside).expect("it moves");
        assert!(!watched.is_unchanged());
        assert!(!watched.is_unchanged(), "it is still elsewhere");
    }

    /// A folder above that is moved takes the names with it.
    #[test]
    fn a_folder_above_that_is_moved_is_seen() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("above").join("data");
        fs::create_dir_all(&folder).expect("folders");
        let watched = WatchedFolder::of(&folder).expect("it can be watched");
        fs::rename(dir.path().join("above"), dir.path().join("aside")).expect("it moves");
        assert!(!watched.is_unchanged());
    }
}

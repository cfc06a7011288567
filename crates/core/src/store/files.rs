//! The files of a SQLite database, watched: what is written counts only as long as the files that
//! are open are those that the next start will find.
//!
//! A file that was deleted, moved away or put in another's place goes on working for whoever has
//! it open, and everything written to it is lost. So before anything is acknowledged the names are
//! looked at again. The files themselves are never opened for that but as names (`O_PATH`): closing any
//! other descriptor of a file takes away the process's locks on it. As long as the kernel says that no name has changed ([`WatchedFolder`]), only their sizes are asked.

use super::insured_path;
use super::names::WatchedFolder;
use crate::error::Fault;
use rustix::fs::{Mode, OFlags, fstat};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long what the kernel says of the names is believed before each is looked at once more.
const BELIEVED: Duration = Duration::from_millis(100);

/// The files that are open, by name and by what they are.
#[derive(Debug)]
pub(crate) struct Files {
    databases: [Watched; 2],
    /// What was written and not yet moved into the databases, and its index, for each.
    companions: [Watched; 4],
    /// The folder that all of them lie in, where it is one and can be watched.
    folder: Option<WatchedFolder>,
    /// When each name was last looked at and led to the same file, if nothing happened to any since.
    seen: Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct Watched {
    path: PathBuf,
    device: u64,
    inode: u64,
    /// The file as a name: nothing can be read by it but what it is.
    file: OwnedFd,
    /// The largest size that was seen. Ours shrink only where SQLite itself has made them smaller,
    /// which is a `VACUUM`.
    size: AtomicU64,
}

impl Watched {
    fn of(path: PathBuf) -> Result<Watched, Fault> {
        let file = rustix::fs::open(&path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
            .map_err(|e| gone(&path, &e.into()))?;
        let found = fstat(&file).map_err(|e| gone(&path, &e.into()))?;
        Ok(Watched {
            device: found.st_dev,
            inode: found.st_ino,
            size: AtomicU64::new(u64::try_from(found.st_size).unwrap_or(0)),
            file,
            path,
        })
    }

    /// Looks whether the name still leads to the same file.
    fn check(&self) -> Result<(), Fault> {
        let found = std::fs::metadata(&self.path).map_err(|e| gone(&self.path, &e))?;
        if (found.dev(), found.ino()) != (self.device, self.inode) {
            let cause = "another file has taken its place while it was open; stop the service, \
                         put the right one there and start again";
            return Err(Fault::unavailable(place(&self.path), cause));
        }
        Ok(())
    }

    /// How large the file is.
    fn size(&self) -> Result<u64, Fault> {
        let found = fstat(&self.file).map_err(|e| gone(&self.path, &e.into()))?;
        Ok(u64::try_from(found.st_size).unwrap_or(0))
    }
}

fn place(path: &Path) -> String {
    format!("looking at {}", path.display())
}

fn gone(path: &Path, error: &std::io::Error) -> Fault {
    let cause = format!("it is not there any more, while it is open ({error})");
    Fault::unavailable(place(path), cause)
}

/// A file that SQLite keeps beside another one. It lies where the file really is.
fn companion(path: &Path, ending: &str) -> Result<Watched, Fault> {
    let mut name = path
        .canonicalize()
        .map_err(|e| gone(path, &e))?
        .into_os_string();
    name.push(ending);
    Watched::of(PathBuf::from(name))
}

impl Files {
    /// The files of the database at this path, which are open already.
    pub(crate) fn of(path: &Path) -> Result<Files, Fault> {
        let beside = insured_path(path);
        let databases = [Watched::of(path.to_owned())?, Watched::of(beside.clone())?];
        let companions = [
            companion(path, "-wal")?,
            companion(&beside, "-wal")?,
            companion(path, "-shm")?,
            companion(&beside, "-shm")?,
        ];
        let folder = match path.parent() {
            Some(own) if own.as_os_str().is_empty() => Path::new("."),
            own => own.unwrap_or(Path::new("/")),
        };
        let real = folder.canonicalize().map_err(|e| gone(folder, &e))?;
        // Where a name is a link, its companions lie elsewhere.
        let together = companions
            .iter()
            .all(|file| file.path.parent() == Some(&real));
        let folder = together.then(|| WatchedFolder::of(folder)).flatten();
        Ok(Files {
            databases,
            companions,
            folder,
            seen: Mutex::new(None),
        })
    }

    /// Looks whether they are the same, and gives the size of the larger of what is not yet moved
    /// into the databases. `committed` says how large SQLite has left the two databases; it is asked
    /// only where one is smaller than it was.
    pub(crate) fn check(
        &self,
        committed: impl Fn() -> Result<[u64; 2], Fault>,
    ) -> Result<u64, Fault> {
        self.check_names()?;
        for (number, file) in self.databases.iter().enumerate() {
            let size = file.size()?;
            let largest = file.size.fetch_max(size, Ordering::Relaxed);
            if largest > size {
                if committed()?[number] < largest {
                    file.size.store(size, Ordering::Relaxed);
                    continue;
                }
                let cause = "it is smaller than it was: it was overwritten while it was open; \
                             stop the service, put the right one there and start again";
                return Err(Fault::unavailable(place(&file.path), cause));
            }
        }
        let logs = self.companions.iter().take(2);
        logs.map(Watched::size)
            .try_fold(0, |largest, size| Ok(size?.max(largest)))
    }

    /// Looks at each name, unless the kernel says that nothing has happened to any since.
    fn check_names(&self) -> Result<(), Fault> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let unchanged = self
            .folder
            .as_ref()
            .is_some_and(WatchedFolder::is_unchanged);
        if unchanged && seen.is_some_and(|seen| seen.elapsed() < BELIEVED) {
            return Ok(());
        }
        *seen = None;
        let looked_at = Instant::now();
        for file in self.databases.iter().chain(&self.companions) {
            file.check()?;
        }
        *seen = Some(looked_at);
        Ok(())
    }
}

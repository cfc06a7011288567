//! The files of a SQLite database, watched: what is written counts only as long as the files that
//! are open are those that the next start will find.
//!
//! A file that was deleted, moved away or put in another's place goes on working for whoever has
//! it open, and everything written to it is lost. So before anything is acknowledged the names are
//! looked at again. The files themselves are never opened for that: closing any descriptor of a file
//! takes away the process's locks on it.

use super::insured_path;
use crate::error::Fault;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The files that are open, by name and by what they are.
#[derive(Debug)]
pub(crate) struct Files {
    databases: [Watched; 2],
    /// What was written and not yet moved into the databases, and its index, for each.
    companions: [Watched; 4],
}

#[derive(Debug)]
struct Watched {
    path: PathBuf,
    device: u64,
    inode: u64,
    /// The largest size that was seen. Ours shrink only where SQLite itself has made them smaller,
    /// which is a `VACUUM`.
    size: AtomicU64,
}

impl Watched {
    fn of(path: PathBuf) -> Result<Watched, Fault> {
        let found = std::fs::metadata(&path).map_err(|e| gone(&path, &e))?;
        Ok(Watched {
            device: found.dev(),
            inode: found.ino(),
            size: AtomicU64::new(found.len()),
            path,
        })
    }

    /// Looks whether the name still leads to the same file, and gives its size.
    fn check(&self) -> Result<u64, Fault> {
        let found = std::fs::metadata(&self.path).map_err(|e| gone(&self.path, &e))?;
        if (found.dev(), found.ino()) != (self.device, self.inode) {
            let cause = "another file has taken its place while it was open; stop the service, \
                         put the right one there and start again";
            return Err(Fault::unavailable(place(&self.path), cause));
        }
        Ok(found.len())
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
        Ok(Files {
            companions: [
                companion(path, "-wal")?,
                companion(&beside, "-wal")?,
                companion(path, "-shm")?,
                companion(&beside, "-shm")?,
            ],
            databases: [Watched::of(path.to_owned())?, Watched::of(beside)?],
        })
    }

    /// Looks whether they are the same, and gives the size of the larger of what is not yet moved
    /// into the databases. `committed` says how large SQLite has left the two databases; it is asked
    /// only where one is smaller than it was.
    pub(crate) fn check(
        &self,
        committed: impl Fn() -> Result<[u64; 2], Fault>,
    ) -> Result<u64, Fault> {
        for (number, file) in self.databases.iter().enumerate() {
            let size = file.check()?;
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
        let mut largest = 0;
        for (number, file) in self.companions.iter().enumerate() {
            let size = file.check()?;
            if number < 2 {
                largest = largest.max(size);
            }
        }
        Ok(largest)
    }
}

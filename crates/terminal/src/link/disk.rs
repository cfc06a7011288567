//! Changes to files, each of which is either there after a crash or not.
//!
//! Every change goes through here, so that a test can stop the program before any of them.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) bytes: u64,
    pub(super) changed_ns: i128,
}

impl Stamp {
    /// Nothing for what is no regular file: links and folders are nobody's request.
    pub(super) fn of(path: &Path) -> io::Result<Option<Self>> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !metadata.is_file() {
            return Ok(None);
        }
        let changed_ns = match metadata.modified()?.duration_since(UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
        };
        Ok(Some(Self {
            bytes: metadata.len(),
            changed_ns,
        }))
    }
}

/// The file system; in tests one that stops at a given change.
#[derive(Debug, Default)]
pub(super) struct Disk {
    #[cfg(test)]
    pub(super) fate: tests::Fate,
}

impl Disk {
    fn step(&self, _half_done: impl FnOnce()) -> io::Result<()> {
        #[cfg(test)]
        self.fate.step(_half_done)?;
        Ok(())
    }

    pub(super) fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.step(|| ())?;
        fs::create_dir(path)
    }

    /// Writes a file whole and lets the disk have it. The name must be one that nobody looks for.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step(|| drop(fs::write(path, &bytes[..bytes.len() / 2])))?;
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// The same with another file's contents.
    pub(super) fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| drop(fs::write(to, "half")))?;
        let mut from = File::open(from)?;
        let mut file = File::create(to)?;
        io::copy(&mut from, &mut file)?;
        file.sync_all()
    }

    /// Within one file system at once and whole; what was there is replaced.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| ())?;
        #[cfg(test)]
        self.fate.crosses(from, to)?;
        fs::rename(from, to)
    }

    /// Removes a file; one that is gone already is removed.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(|| ())?;
        missing_is_fine(fs::remove_file(path))
    }

    pub(super) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step(|| ())?;
        missing_is_fine(fs::remove_dir(path))
    }

    /// Removes a folder with what is in it.
    pub(super) fn discard(&self, path: &Path) -> io::Result<()> {
        self.step(|| ())?;
        missing_is_fine(fs::remove_dir_all(path))
    }

    /// Lets the disk have the names in a folder. Shares and other systems than Unix do not offer
    /// this; there the file system's own order has to do. A folder that is gone has nothing to keep.
    pub(super) fn sync(&self, folder: &Path) -> io::Result<()> {
        if !cfg!(unix) {
            return Ok(());
        }
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            Err(error)
                if !matches!(
                    error.kind(),
                    ErrorKind::NotFound
                        | ErrorKind::InvalidInput
                        | ErrorKind::Unsupported
                        | ErrorKind::PermissionDenied
                ) =>
            {
                Err(error)
            }
            _ => Ok(()),
        }
    }
}

fn missing_is_fine(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The names in a folder, sorted; none if there is no such folder.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        // A name that is no text is none of ours.
        if let Ok(name) = entry?.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
pub(super) mod tests {
    //! A disk that stops.

    use super::*;
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// How many changes are still made, and which folders lie on disks of their own.
    #[derive(Debug, Default)]
    pub(crate) struct Fate {
        pub(crate) stop_at: Option<usize>,
        pub(crate) made: AtomicUsize,
        pub(crate) apart: Vec<PathBuf>,
    }

    impl Fate {
        pub(super) fn step(&self, half_done: impl FnOnce()) -> io::Result<()> {
            let made = self.made.fetch_add(1, Ordering::SeqCst);
            match self.stop_at {
                Some(stop) if made == stop => {
                    half_done();
                    Err(io::Error::other("killed"))
                }
                Some(stop) if made > stop => Err(io::Error::other("dead")),
                _ => Ok(()),
            }
        }

        pub(super) fn crosses(&self, from: &Path, to: &Path) -> io::Result<()> {
            let disk = |path: &Path| self.apart.iter().position(|disk| path.starts_with(disk));
            if disk(from) == disk(to) {
                Ok(())
            } else {
                Err(ErrorKind::CrossesDevices.into())
            }
        }
    }
}

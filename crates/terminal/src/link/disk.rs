//! Changes to files, each of which is either there after a crash or not.
//!
//! Every change goes through here, so that a test can stop the program before any of them.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

use super::guarded;

/// Who reads an answer: whoever may read the folder, by its group and the mode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) folder: &'a Path,
    pub(super) mode: u32,
}

fn own(path: &Path) -> io::Result<File> {
    let opened = guarded::open_file(path)?;
    opened.map_err(|what| io::Error::other(format!("not a file of ours: {what:?}")))
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
        guarded::create_folder(path)
    }

    /// Writes a file whole and lets the disk have it. The name must be one that nobody looks for.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step(|| drop(fs::write(path, &bytes[..bytes.len() / 2])))?;
        let mut file = guarded::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// The same with the contents of a file of ours, for those who read `folder`.
    pub(super) fn copy(&self, from: &Path, to: &Path, reader: Reader<'_>) -> io::Result<()> {
        self.step(|| drop(fs::write(to, "half")))?;
        let mut from = own(from)?;
        let mut file = guarded::create(to)?;
        io::copy(&mut from, &mut file)?;
        guarded::hand_over(&file, reader.mode, reader.folder);
        file.sync_all()
    }

    /// Gives a file of ours the mode and group of an answer.
    pub(super) fn hand_over(&self, path: &Path, reader: Reader<'_>) -> io::Result<()> {
        self.step(|| ())?;
        guarded::hand_over(&own(path)?, reader.mode, reader.folder);
        Ok(())
    }

    /// Within one file system at once and whole; what was there is replaced.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| ())?;
        #[cfg(test)]
        self.fate.crosses(from, to)?;
        guarded::rename(from, to)
    }

    /// The same, but what is there stays there, and is an error.
    pub(super) fn rename_if_free(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| ())?;
        guarded::rename_if_free(from, to)
    }

    /// Removes a file; one that is gone already is removed.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(|| ())?;
        guarded::remove(path)
    }

    pub(super) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step(|| ())?;
        missing_is_fine(fs::remove_dir(path))
    }

    /// Removes a folder of ours with what is in it.
    pub(super) fn discard(&self, path: &Path) -> io::Result<()> {
        self.step(|| ())?;
        missing_is_fine(fs::remove_dir_all(path))
    }

    /// Lets the disk have the names in a folder. Not every share offers this; there the file
    /// system's own order has to do. A folder that is gone has nothing to keep.
    pub(super) fn sync(&self, folder: &Path) -> io::Result<()> {
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

/// The text of a file of ours.
pub(super) fn read_own(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    own(path)?.read_to_string(&mut text)?;
    Ok(text)
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

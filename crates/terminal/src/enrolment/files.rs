//! Changes to the folder of certificates, each of which is whole or not there after a crash. Nobody but the owner may
//! read what is written.

use super::EnrolmentError;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Longer than any file of ours.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// The folder, for as long as one program works in it.
#[derive(Debug)]
pub(crate) struct Files {
    folder: PathBuf,
    /// Held until it is dropped.
    _lock: File,
    #[cfg(test)]
    pub(super) fate: tests::Fate,
}

impl Files {
    /// Opens the folder, makes it where there is none, and waits until no other program works in it.
    pub(crate) fn open(folder: &Path) -> Result<Files, EnrolmentError> {
        make_folder(folder).map_err(at(folder))?;
        // What is noted of it must be found from wherever the program is begun again.
        let folder = fs::canonicalize(folder).map_err(at(folder))?;
        let path = folder.join("enrolment.lock");
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(at(&path))?;
        lock.lock().map_err(at(&path))?;
        Ok(Files {
            folder,
            _lock: lock,
            #[cfg(test)]
            fate: tests::Fate::default(),
        })
    }

    /// The path of a file of the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The content of a file; none where there is none.
    pub(crate) fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, EnrolmentError> {
        let read = fs::metadata(path).and_then(|found| {
            match found.is_file() && found.len() <= FILE_BYTES_MAX {
                true => fs::read(path),
                false => Err(ErrorKind::InvalidData.into()),
            }
        });
        match read {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at(path)(error)),
        }
    }

    /// Writes a file whole, in the place of what may be there, down to the disk.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), EnrolmentError> {
        self.written(path, bytes).map_err(at(path))
    }

    fn written(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let beside = path.with_file_name(name);
        self.step(|| drop(fs::write(&beside, &bytes[..bytes.len() / 2])))?;
        removed(&beside)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        self.step(|| ())?;
        fs::rename(&beside, path)?;
        sync_folder_of(path)
    }

    /// Makes a folder that only its owner may look into.
    pub(crate) fn make_folder(&self, path: &Path) -> Result<(), EnrolmentError> {
        self.step(|| ())
            .and_then(|()| make_folder(path))
            .map_err(at(path))
    }

    /// Removes a file; one that is gone is removed.
    pub(crate) fn remove(&self, path: &Path) -> Result<(), EnrolmentError> {
        self.step(|| ())
            .and_then(|()| removed(path))
            .and_then(|()| sync_folder_of(path))
            .map_err(at(path))
    }

    fn step(&self, _half_done: impl FnOnce()) -> io::Result<()> {
        #[cfg(test)]
        self.fate.step(_half_done)?;
        Ok(())
    }
}

/// Says of which file a failure is.
fn at(path: &Path) -> impl Fn(io::Error) -> EnrolmentError + use<> {
    let path = path.to_owned();
    move |source| EnrolmentError::File {
        path: path.clone(),
        source,
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// A name in a folder outlives a power failure only when the folder is on the disk too.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
pub(super) mod tests {
    //! A disk that stops.

    use std::cell::Cell;
    use std::io;

    /// How many changes are still made.
    #[derive(Debug, Default)]
    pub(crate) struct Fate {
        pub(crate) stop_at: Option<usize>,
        pub(crate) made: Cell<usize>,
    }

    impl Fate {
        pub(super) fn step(&self, half_done: impl FnOnce()) -> io::Result<()> {
            let made = self.made.replace(self.made.get() + 1);
            match self.stop_at {
                Some(stop) if made == stop => {
                    half_done();
                    Err(io::Error::other("killed"))
                }
                Some(stop) if made > stop => Err(io::Error::other("dead")),
                _ => Ok(()),
            }
        }
    }
}

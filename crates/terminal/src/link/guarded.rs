//! Files in folders into which others write, handled so that no name leads elsewhere.
//!
//! Whoever may write into `req` or `res` can put a link in the place of a file between any two
//! looks. So a name is never trusted twice: the folder is opened first, what is in it is named
//! relative to that, no link is followed, nothing is waited for (a FIFO has no writer), and what
//! was opened is judged by its descriptor and read from it, with a bound.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    /// A regular file with this one name.
    File,
    /// A regular file that has another name too, perhaps where it is secret.
    HardLink,
    /// A symbolic link.
    Link,
    Folder,
    /// A FIFO, a socket or a device.
    Other,
}

impl Kind {
    fn of(metadata: &std::fs::Metadata) -> Self {
        let sort = metadata.file_type();
        if sort.is_symlink() {
            Self::Link
        } else if sort.is_dir() {
            Self::Folder
        } else if !sort.is_file() {
            Self::Other
        } else if metadata.nlink() > 1 {
            Self::HardLink
        } else {
            Self::File
        }
    }
}

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) kind: Kind,
    pub(super) bytes: u64,
    pub(super) changed_ns: i128,
    device: u64,
    inode: u64,
}

impl Stamp {
    fn from(metadata: &std::fs::Metadata) -> io::Result<Self> {
        let changed_ns = match metadata.modified()?.duration_since(UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
        };
        Ok(Self {
            kind: Kind::of(metadata),
            bytes: metadata.len(),
            changed_ns,
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    /// What the name stands for now; a link is not followed, and nothing is opened.
    pub(super) fn of(path: &Path) -> io::Result<Option<Self>> {
        match open(path, OFlags::PATH) {
            Ok(file) => Self::from(&file.metadata()?).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Objection {
    Link,
    HardLink,
    /// A FIFO, a socket or a device.
    NoFile,
    TooLarge,
    Unreadable,
}

/// What came of reading a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    Whole(Vec<u8>),
    /// It is not what was seen, or was written to meanwhile.
    Changed,
    Gone,
    Folder,
    Refused(Objection),
}

/// The folder of a path, opened, and the name in it. A link in the folder's place is an error: who
/// sets a link up for us is resolved at the start (`resolved`).
fn parent(path: &Path) -> io::Result<(OwnedFd, &OsStr)> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(ErrorKind::InvalidInput.into());
    };
    Ok((folder_at(folder)?, name))
}

fn folder_at(folder: &Path) -> io::Result<OwnedFd> {
    let how = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(CWD, folder, how, Mode::empty())?)
}

fn open(path: &Path, how: OFlags) -> io::Result<File> {
    let (folder, name) = parent(path)?;
    let how = how | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(folder, name, how, Mode::empty())?.into())
}

/// Opens a regular file of one name to read it, or says why not.
pub(super) fn open_file(path: &Path) -> io::Result<Result<File, Content>> {
    let refused = |kind| match kind {
        Kind::File => None,
        Kind::HardLink => Some(Content::Refused(Objection::HardLink)),
        Kind::Link => Some(Content::Refused(Objection::Link)),
        Kind::Folder => Some(Content::Folder),
        Kind::Other => Some(Content::Refused(Objection::NoFile)),
    };
    // Looked at first, since opening a device may do something by itself.
    let Some(seen) = Stamp::of(path)? else {
        return Ok(Err(Content::Gone));
    };
    if let Some(content) = refused(seen.kind) {
        return Ok(Err(content));
    }
    let file = match open(path, OFlags::RDONLY) {
        Ok(file) => file,
        Err(error) => {
            // Links have this error alone: a link has come to be there after the look.
            let link = error.raw_os_error() == Some(Errno::LOOP.raw_os_error());
            return match error.kind() {
                _ if link => Ok(Err(Content::Refused(Objection::Link))),
                ErrorKind::NotFound => Ok(Err(Content::Gone)),
                ErrorKind::PermissionDenied => Ok(Err(Content::Refused(Objection::Unreadable))),
                _ => Err(error),
            };
        }
    };
    let opened = Kind::of(&file.metadata()?);
    Ok(refused(opened).map_or(Ok(file), Err))
}

/// Reads a file whole, at most so many bytes; where a stamp is given, only the file that had it.
pub(super) fn read(path: &Path, most: u64, seen: Option<Stamp>) -> io::Result<Content> {
    let mut file = match open_file(path)? {
        Ok(file) => file,
        Err(content) => return Ok(content),
    };
    let before = Stamp::from(&file.metadata()?)?;
    if seen.is_some_and(|seen| seen != before) {
        return Ok(Content::Changed);
    }
    if before.bytes > most {
        return Ok(Content::Refused(Objection::TooLarge));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(before.bytes).unwrap_or(0));
    (&mut file).take(before.bytes + 1).read_to_end(&mut bytes)?;
    let after = Stamp::from(&file.metadata()?)?;
    let same = after == before && u64::try_from(bytes.len()).is_ok_and(|n| n == before.bytes);
    Ok(if same {
        Content::Whole(bytes)
    } else {
        Content::Changed
    })
}

/// Reads a file that only we can have put there.
pub(super) fn read_own(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    match read(path, most, None)? {
        Content::Whole(bytes) => Ok(bytes),
        Content::Gone => Err(ErrorKind::NotFound.into()),
        other => Err(io::Error::other(format!("not a file of ours: {other:?}"))),
    }
}

/// A new file, whatever had the name; readable by us alone.
pub(super) fn create(path: &Path) -> io::Result<File> {
    remove(path)?;
    let (folder, name) = parent(path)?;
    let how = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(folder, name, how, Mode::RUSR | Mode::WUSR)?.into())
}

/// A new folder, for us alone.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let (folder, name) = parent(path)?;
    Ok(rustix::fs::mkdirat(folder, name, Mode::RWXU)?)
}

/// Removes a name that is no folder's; one that is gone already is removed.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    let (folder, name) = match parent(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    match rustix::fs::unlinkat(folder, name, AtFlags::empty()) {
        Err(Errno::NOENT) => Ok(()),
        other => Ok(other?),
    }
}

/// Within one file system at once and whole; what was there is replaced.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let ((old, from), (new, to)) = (parent(from)?, parent(to)?);
    Ok(rustix::fs::renameat(old, from, new, to)?)
}

/// The same, but what is there stays there, and is an error.
pub(super) fn rename_if_free(from: &Path, to: &Path) -> io::Result<()> {
    let ((old, name), (new, wanted)) = (parent(from)?, parent(to)?);
    match rustix::fs::renameat_with(&old, name, &new, wanted, RenameFlags::NOREPLACE) {
        // Not every share's file system knows this.
        Err(Errno::INVAL | Errno::NOSYS) => match Stamp::of(to)? {
            Some(_) => Err(ErrorKind::AlreadyExists.into()),
            None => rename(from, to),
        },
        other => Ok(other?),
    }
}

/// Gives an answer to those who read `res`: the mode, and the folder's group where the folder
/// hands it on. A share that keeps neither is not refused.
pub(super) fn hand_over(file: &File, mode: u32, folder: &Path) {
    let group = std::fs::symlink_metadata(folder)
        .ok()
        .filter(|metadata| metadata.mode() & 0o2000 != 0);
    if let Some(group) = group
        && let Err(error) = std::os::unix::fs::fchown(file, None, Some(group.gid()))
    {
        tracing::debug!(%error, "an answer could not be given to the folder's group");
    }
    if let Err(error) = rustix::fs::fchmod(file, Mode::from_raw_mode(mode & 0o666)) {
        tracing::debug!(%error, "an answer's mode could not be set");
    }
}

/// Whether a folder is one that only we can have made and filled.
pub(super) fn is_private(path: &Path) -> io::Result<()> {
    let metadata = std::fs::symlink_metadata(path)?;
    let uid = rustix::process::geteuid().as_raw();
    let words = if !metadata.is_dir() {
        "it is no folder"
    } else if metadata.uid() != uid {
        "it belongs to another user"
    } else if metadata.mode() & 0o022 != 0 {
        "others may write into it, so that what lies there may not be ours; \
         look through it, empty it and chmod 0700"
    } else {
        return Ok(());
    };
    Err(io::Error::other(words))
}

/// Keeps others from looking into a folder of ours.
pub(super) fn close_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::symlink_metadata(path)?;
    if metadata.mode() & 0o077 == 0 {
        return Ok(());
    }
    tracing::warn!("the work folder was readable by others; it is 0700 now");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

/// Where a folder of the settings really is. The operator may have set up a link; whatever becomes
/// a link later was made by somebody else.
pub(super) fn resolved(path: &Path) -> PathBuf {
    let mut found = path.to_owned();
    for _ in 0..8 {
        if let Ok(real) = std::fs::canonicalize(&found) {
            return real;
        }
        // A share that is not mounted yet, behind a link.
        match (std::fs::read_link(&found), found.parent()) {
            (Ok(target), Some(folder)) => found = folder.join(target),
            _ => break,
        }
    }
    found
}

//! Whether there is room, and whether a place is free.

use super::{BackupError, bytes_in_words, io, refused};
use onshi_language::say;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Looks whether so much fits on the disk of a folder, and a tenth more.
pub(super) fn room_for(folder: &Path, bytes: u64) -> Result<(), BackupError> {
    let found = rustix::fs::statvfs(folder).map_err(|e| io("looking at", folder)(e.into()))?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let wanted = bytes + bytes / 10;
    if free >= wanted {
        return Ok(());
    }
    Err(refused(
        "disk.full",
        say!(
            "there is no room in {}: {} are free, and {} are needed; make room, or name another disk",
            "{} の空き容量が足りません（空き {}、必要 {}）。容量を空けるか、別のディスクを指定してください。",
            folder.display(),
            bytes_in_words(free),
            bytes_in_words(wanted)
        ),
    ))
}

/// A folder that is there.
pub(super) fn existing(folder: &Path) -> Result<(), BackupError> {
    if folder.is_dir() {
        return Ok(());
    }
    Err(refused(
        "folder.missing",
        say!(
            "there is no folder {}; make it, or mount its disk",
            "フォルダ {} がありません。作成するか、ディスクをマウントしてください。",
            folder.display()
        ),
    ))
}

/// Makes a folder that only we may read.
pub(super) fn private_folder(path: &Path) -> Result<(), BackupError> {
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(path)
        .map_err(io("making", path))
}

/// Takes away what an interrupted run has left.
pub(super) fn clear(path: &Path) -> Result<(), BackupError> {
    let removed = match path.is_dir() {
        true => std::fs::remove_dir_all(path),
        false => std::fs::remove_file(path),
    };
    match removed {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(io("removing", path)(e)),
        _ => Ok(()),
    }
}

/// Keeps the names in a folder through a power failure.
pub(super) fn keep_names(folder: &Path) -> Result<(), BackupError> {
    let folder = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    File::open(folder)
        .and_then(|file| file.sync_all())
        .map_err(io("writing", folder))
}

/// The folder in which a path lies.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Keeps a second run out of a folder for as long as the file is held.
pub(super) fn alone_in(folder: &Path) -> Result<File, BackupError> {
    let path = folder.join(".onshi-backup.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(io("writing", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(refused(
            "backup.running",
            say!(
                "another backup or restore is at work in {}; wait for its end",
                "{} では、別のバックアップまたは復元が動いています。終わるのを待ってください。",
                folder.display()
            ),
        )),
        Err(std::fs::TryLockError::Error(e)) => Err(io("locking", &path)(e)),
    }
}

/// The names that a SQLite file has beside it while it is in use.
pub(super) fn companions(path: &Path) -> [PathBuf; 2] {
    ["-wal", "-shm"].map(|ending| {
        let mut name = OsString::from(path.as_os_str());
        name.push(ending);
        PathBuf::from(name)
    })
}

/// The number of a process that has one of these files open, also one that was deleted meanwhile.
pub(super) fn held_by(paths: &[PathBuf]) -> Option<u32> {
    let wanted: Vec<String> = paths
        .iter()
        .filter_map(|path| std::path::absolute(path).ok())
        .flat_map(|path| {
            let folder = folder_of(&path).canonicalize().ok();
            let real = folder.map(|folder| folder.join(path.file_name().unwrap_or_default()));
            let real = real.unwrap_or(path).display().to_string();
            [format!("{real} (deleted)"), real]
        })
        .collect();
    let own = std::process::id();
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    processes
        .filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok())
        .filter(|number| *number != own)
        .find(|number| {
            let files = std::fs::read_dir(format!("/proc/{number}/fd"));
            files.into_iter().flatten().flatten().any(|file| {
                let target = std::fs::read_link(file.path());
                target.is_ok_and(|target| wanted.contains(&target.display().to_string()))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_a_file_open_is_found_though_it_was_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("onshi.db");
        std::fs::write(&path, "x").unwrap();
        assert_eq!(held_by(std::slice::from_ref(&path)), None);
        let file = File::open(&path).unwrap();
        let mut other = std::process::Command::new("sleep")
            .arg("60")
            .stdin(file)
            .spawn()
            .unwrap();
        assert_eq!(held_by(std::slice::from_ref(&path)), Some(other.id()));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(held_by(std::slice::from_ref(&path)), Some(other.id()));
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(held_by(&[path]), None);
    }

    #[test]
    fn nobody_works_beside_another_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = alone_in(folder.path()).unwrap();
        assert!(alone_in(folder.path()).is_err());
        drop(first);
        assert!(alone_in(folder.path()).is_ok());
        assert!(room_for(folder.path(), u64::MAX / 2).is_err());
        assert!(room_for(folder.path(), 1).is_ok());
    }
}

//! The demo's first state: a copy of what a first start made, kept in a folder beside it, and put back by `onshi demo reset`.
//!
//! What is put back are files: folders stay, since programs may watch them.

use super::kept::cannot_use;
use crate::output::Failure;
use onshi_server::Config;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// What a start makes and a run changes.
pub(super) const PARTS: [&str; 7] = [
    "data",
    "secrets",
    "terminal",
    "insurer",
    "reader",
    "cards",
    "operators",
];

/// What only a run makes.
const OF_A_RUN: [&str; 1] = ["mail"];

/// The folder of the copy.
pub(super) const FOLDER: &str = "first-state";

/// There while it is put back: what was killed meanwhile goes on at the next start.
const UNDER_WAY: &str = "first-state.under-way";

fn copy_of(dir: &Path) -> PathBuf {
    dir.join(FOLDER)
}

/// Whether this demo can be put back: an earlier version kept no copy, and a database elsewhere is not in the folder.
pub(super) fn is_kept(config: &Config, dir: &Path) -> bool {
    copy_of(dir).is_dir() && Path::new(&config.store.location).starts_with(dir.join("data"))
}

/// Keeps a copy, while nothing runs. It has all the keys, so that it is its owner's alone.
pub(super) fn keep(dir: &Path) -> Result<(), Failure> {
    let copy = copy_of(dir);
    let unfinished = dir.join(format!("{FOLDER}.new"));
    let used = |e| cannot_use(&unfinished, &e);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(used)?;
    }
    fs::DirBuilder::new()
        .mode(0o700)
        .create(&unfinished)
        .map_err(used)?;
    for part in PARTS {
        let from = dir.join(part);
        if from.exists() {
            same(&from, &unfinished.join(part)).map_err(used)?;
        }
    }
    // Only a copy that is whole has the name.
    fs::rename(&unfinished, &copy).map_err(|e| cannot_use(&copy, &e))
}

/// Whether putting it back was begun and did not come to its end.
pub(super) fn is_under_way(dir: &Path) -> bool {
    dir.join(UNDER_WAY).exists()
}

/// Puts the copy back, while nothing runs.
pub(super) fn put_back(dir: &Path) -> Result<(), Failure> {
    let copy = copy_of(dir);
    let under_way = dir.join(UNDER_WAY);
    fs::write(&under_way, "").map_err(|e| cannot_use(&under_way, &e))?;
    for part in OF_A_RUN {
        empty(&dir.join(part)).map_err(|e| cannot_use(&dir.join(part), &e))?;
    }
    for part in PARTS {
        let (from, to) = (copy.join(part), dir.join(part));
        if from.exists() {
            same(&from, &to).map_err(|e| cannot_use(&to, &e))?;
        }
    }
    fs::remove_file(&under_way).map_err(|e| cannot_use(&under_way, &e))
}

/// Lets a folder have what another has, and nothing else.
fn same(from: &Path, to: &Path) -> std::io::Result<()> {
    let is_folder = fs::symlink_metadata(to).is_ok_and(|there| there.is_dir());
    if !is_folder {
        remove(to)?;
        fs::create_dir(to)?;
        fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            remove(&entry.path())?;
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            same(&from, &to)?;
        } else {
            // Anew, and not into the old one, which somebody may still have open.
            remove(&to)?;
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// Takes away what a folder holds, where it is there.
fn empty(folder: &Path) -> std::io::Result<()> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                remove(&entry?.path())?;
            }
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_changed_made_and_took_away_is_put_back_and_folders_stay() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path();
        fs::create_dir_all(dir.join("data")).unwrap();
        fs::create_dir_all(dir.join("terminal/req")).unwrap();
        fs::write(dir.join("data/onshi.db"), "first").unwrap();
        fs::write(dir.join("terminal/password"), "one").unwrap();
        keep(dir).unwrap();
        fs::write(dir.join("data/onshi.db"), "changed").unwrap();
        fs::write(dir.join("data/onshi.db-wal"), "more").unwrap();
        fs::write(dir.join("terminal/req/request.xml"), "x").unwrap();
        fs::remove_file(dir.join("terminal/password")).unwrap();
        fs::create_dir_all(dir.join("mail/new")).unwrap();
        let watched = fs::File::open(dir.join("terminal/req")).unwrap();
        put_back(dir).unwrap();
        let text = |name: &str| fs::read_to_string(dir.join(name)).unwrap_or_default();
        assert_eq!(text("data/onshi.db"), "first");
        assert_eq!(text("terminal/password"), "one");
        assert!(!dir.join("data/onshi.db-wal").exists());
        assert_eq!(fs::read_dir(dir.join("terminal/req")).unwrap().count(), 0);
        assert_eq!(fs::read_dir(dir.join("mail")).unwrap().count(), 0);
        use std::os::unix::fs::MetadataExt;
        let now = fs::metadata(dir.join("terminal/req")).unwrap();
        assert_eq!(watched.metadata().unwrap().ino(), now.ino());
    }
}

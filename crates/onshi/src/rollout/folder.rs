//! The folder of what is handed over. What belongs to a sheet is written beside its place first and is on the disk before anything is
//! made; when it was made, one renaming puts it there. A kill in between leaves a folder that says of which roll-out it is: it is
//! finished or thrown away the next time.

use onshi_server::web::rollout::plan::file_name;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// What stands between the parts of the name of a folder that was begun.
const BETWEEN: char = '.';

/// The folder that was named, for as long as one command works in it.
pub(super) struct Out {
    path: PathBuf,
    /// Held until it is dropped.
    _lock: File,
}

/// What was begun for one sheet.
pub(super) struct Begun {
    /// The number of its roll-out.
    pub(super) rollout_id: String,
    beside: PathBuf,
    place: PathBuf,
}

impl Out {
    /// Opens the folder, makes it where there is none, and waits until no other command works in it. Nobody but the owner may look
    /// into it.
    pub(super) fn open(path: &Path) -> io::Result<Out> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let path = fs::canonicalize(path)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path.join(".lock"))?;
        lock.lock()?;
        Ok(Out { path, _lock: lock })
    }

    /// What was begun and neither finished nor thrown away.
    pub(super) fn begun(&self) -> io::Result<Vec<Begun>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let parts = name
                .strip_prefix(BETWEEN)
                .and_then(|name| name.split_once(BETWEEN));
            if let Some((rollout_id, place)) = parts
                && entry.file_type()?.is_dir()
            {
                found.push(Begun {
                    rollout_id: rollout_id.to_owned(),
                    beside: entry.path(),
                    place: self.path.join(place),
                });
            }
        }
        Ok(found)
    }

    /// Begins the folder of a sheet. Where another one has its name, of another sheet or of an earlier command, it gets a number behind
    /// it.
    pub(super) fn begin(&self, rollout_id: &str, name: &str) -> io::Result<Begun> {
        let begun = self.begun()?;
        let is_taken = |place: &Path| begun.iter().any(|one| one.place == *place);
        let place = free_place(self.path.join(name), is_taken);
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let beside = format!("{BETWEEN}{rollout_id}{BETWEEN}{name}");
        let begun = Begun {
            rollout_id: rollout_id.to_owned(),
            beside: self.path.join(beside),
            place,
        };
        DirBuilder::new().mode(0o700).create(&begun.beside)?;
        Ok(begun)
    }
}

impl Begun {
    /// Writes a file into a folder of it.
    pub(super) fn write(&self, (folder, name): (&str, &str), bytes: &[u8]) -> io::Result<()> {
        let folder = self.beside.join(file_name(folder));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.join(name))?;
        file.write_all(bytes)
    }

    /// Waits until all of it is on the disk.
    pub(super) fn settle(&self) -> io::Result<()> {
        let folder = File::open(&self.beside)?;
        Ok(rustix::fs::syncfs(&folder)?)
    }

    /// Puts it into its place, and says where that is. What somebody put there meanwhile stays.
    pub(super) fn finish(self) -> io::Result<PathBuf> {
        let place = free_place(self.place, |_| false);
        fs::rename(&self.beside, &place)?;
        if let Some(folder) = place.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(place)
    }

    /// Throws it away: nothing of it is good.
    pub(super) fn drop_it(self) -> io::Result<()> {
        fs::remove_dir_all(&self.beside)
    }
}

/// A place where nothing lies and that nobody else has: this one, or the first with a number behind its name.
fn free_place(place: PathBuf, is_taken: impl Fn(&Path) -> bool) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_owned();
    let mut number = 1_u32;
    let mut free = place;
    while is_taken(&free) || fs::symlink_metadata(&free).is_ok() {
        number += 1;
        let mut other = name.clone();
        other.push(format!("-{number}"));
        free.set_file_name(other);
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_is_found_and_finished_by_one_renaming() {
        let folder = tempfile::tempdir().unwrap();
        let out = Out::open(&folder.path().join("out")).unwrap();
        let begun = out.begin("r1", "20261127-ヒアリングシート").unwrap();
        begun.write(("1310000011", "a.txt"), b"a").unwrap();
        begun.write(("../up", "b.txt"), b"b").unwrap();
        begun.settle().unwrap();
        let found = out.begun().unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].rollout_id, "r1");
        let place = begun.finish().unwrap();
        assert!(out.begun().unwrap().is_empty());
        assert!(place.join("1310000011/a.txt").is_file());
        assert!(
            place.join("___up/b.txt").is_file(),
            "a name leads nowhere else"
        );

        let other = out.begin("r2", "x").unwrap();
        other.write(("y", "z"), b"").unwrap();
        out.begun().unwrap().remove(0).drop_it().unwrap();
        assert!(out.begun().unwrap().is_empty());
    }

    #[test]
    fn two_sheets_of_one_name_get_a_folder_each() {
        let folder = tempfile::tempdir().unwrap();
        let out = Out::open(&folder.path().join("out")).unwrap();
        let first = out.begin("r1", "20261127-シート").unwrap();
        let second = out.begin("r2", "20261127-シート").unwrap();
        for (begun, file) in [(&first, "a"), (&second, "b")] {
            begun.write(("1310000011", file), b"x").unwrap();
        }
        let first = first.finish().unwrap();
        // What was begun before a kill is put beside what came there meanwhile.
        let [begun] = out.begun().unwrap().try_into().ok().unwrap();
        fs::create_dir(&begun.place).unwrap();
        let second = begun.finish().unwrap();
        assert!(first.join("1310000011/a").is_file());
        assert!(second.join("1310000011/b").is_file());
        assert_ne!(first, second);
        let third = out.begin("r3", "20261127-シート").unwrap();
        third.write(("1310000011", "c"), b"x").unwrap();
        assert!(third.finish().unwrap().join("1310000011/c").is_file());
    }
}

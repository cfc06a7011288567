//! Names of backups.

use super::{BackupError, io};
use onshi_core::{Fault, Moment};
use std::path::Path;

/// The name of a backup: when it is from, and of which database.
fn name_of(now: Moment, database: &str) -> String {
    let fourteen = now.jst_fourteen();
    let (day, time) = fourteen.split_at(8);
    format!("onshi-{day}-{time}-{}", &database[..8.min(database.len())])
}

/// The name that a backup gets in its folder: several of one second are numbered from the second on, so none takes the
/// place of an earlier one.
pub(super) fn free_name(folder: &Path, now: Moment, database: &str) -> Result<String, BackupError> {
    let first = name_of(now, database);
    let numbered = (2u32..).map(|number| format!("{first}-{number}"));
    for name in std::iter::once(first.clone()).chain(numbered) {
        let forms = [folder.join(&name), folder.join(format!("{name}.age"))];
        let mut taken = false;
        for form in forms {
            taken |= form.try_exists().map_err(io("reading", &form))?;
        }
        if !taken {
            return Ok(name);
        }
    }
    // Nobody has made four thousand million backups in a second.
    Err(Fault::at("naming the backup", "every number is taken").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_their_moments() {
        let name = |ms| name_of(Moment::from_ms(ms), "0123456789abcdef");
        assert_eq!(name(1_774_999_800_000), "onshi-20260401-083000-01234567");
        assert!(name(1_774_999_800_000) < name(1_774_999_801_000));
    }

    #[test]
    fn a_second_backup_of_one_second_takes_no_earlier_ones_place() {
        let folder = tempfile::tempdir().unwrap();
        let name = || {
            let now = Moment::from_ms(1_774_999_800_000);
            free_name(folder.path(), now, "0123456789abcdef").unwrap()
        };
        let first = "onshi-20260401-083000-01234567";
        assert_eq!(name(), first);
        std::fs::create_dir(folder.path().join(first)).unwrap();
        assert_eq!(name(), format!("{first}-2"));
        // An encrypted one is a file, over which a renaming would write without a word.
        std::fs::write(folder.path().join(format!("{first}-2.age")), "age").unwrap();
        assert_eq!(name(), format!("{first}-3"));
    }
}

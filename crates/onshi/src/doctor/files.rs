//! Who may read what is secret: the keys, the database, the settings.

use super::Place;
use super::finding::Finding;
use onshi_core::store::{Location, insured_file};
use onshi_language::say;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const ABOUT: &str = "files";

pub(super) fn look(place: &Place<'_>) -> Vec<Finding> {
    let config = place.config;
    let mut closed: Vec<PathBuf> = vec![config.centre.secrets.clone()];
    if let Ok(entries) = std::fs::read_dir(&config.centre.secrets) {
        closed.extend(entries.flatten().map(|entry| entry.path()));
    }
    if let Some(database) = &place.database {
        for path in [database.clone(), insured_file(database)] {
            closed.extend(["", "-wal", "-shm"].map(|ending| {
                let mut name = path.clone().into_os_string();
                name.push(ending);
                PathBuf::from(name)
            }));
        }
    }
    closed.extend(config.mail.password_file.clone());
    let mut found: Vec<Finding> = closed
        .iter()
        .filter(|path| mode(path).is_some_and(|mode| mode & 0o077 != 0))
        .map(|path| open(path))
        .collect();
    found.extend(other_owner(&closed));
    if found.is_empty() {
        let there = closed.iter().filter(|path| path.exists()).count();
        let told = say!(
            "keys and database: {there} files and folders that only their owner may read",
            "鍵とデータベースの{there}個のファイル・フォルダは、所有者だけが読めます"
        );
        found.push(Finding::good(ABOUT, told));
    }
    found.extend(settings(place));
    found
}

fn mode(path: &Path) -> Option<u32> {
    std::fs::metadata(path)
        .ok()
        .map(|found| found.mode() & 0o7777)
}

fn open(path: &Path) -> Finding {
    let mode = mode(path).unwrap_or_default();
    let found = say!(
        "{} has mode {mode:04o}: others than its owner may use it",
        "{} の権限が {mode:04o} で、所有者以外も使えます",
        path.display()
    );
    let right = if path.is_dir() { "0700" } else { "0600" };
    let next = say!("chmod {right} {}", "chmod {right} {}", path.display());
    Finding::bad(ABOUT, found, next)
}

/// All of it belongs to one user, the service's.
fn other_owner(paths: &[PathBuf]) -> Option<Finding> {
    let owner = |path: &PathBuf| std::fs::metadata(path).ok().map(|found| found.uid());
    let first = paths.iter().find_map(owner)?;
    let other = paths
        .iter()
        .find(|path| owner(path).is_some_and(|uid| uid != first))?;
    let found = say!(
        "{} belongs to another user than {}",
        "{} の所有者が {} と異なります",
        other.display(),
        paths[0].display()
    );
    let next = say!(
        "chown it to the service's user: the commands of the operator are run as that user (sudo -u onshi)",
        "サービスの利用者に chown してください。運用コマンドは、その利用者で実行します（sudo -u onshi）。"
    );
    Some(Finding::bad(ABOUT, found, next))
}

/// The settings are secret where they hold the database's password.
fn settings(place: &Place<'_>) -> Option<Finding> {
    let path = place.file?;
    let mode = mode(path)?;
    let secret = match place.config.location() {
        Location::Postgres(url) => url.rsplit_once('@').is_some_and(|(user, _)| {
            user.split_once("://")
                .is_some_and(|(_, user)| user.contains(':'))
        }),
        Location::Sqlite(_) => false,
    };
    let found = say!(
        "{} has mode {mode:04o}",
        "{} の権限は {mode:04o}",
        path.display()
    );
    let good = mode & 0o022 == 0 && !(secret && mode & 0o007 != 0);
    Some(Finding::judged(good, ABOUT, found, || {
        say!(
            "chmod 0640 {}, owner root, group onshi: nobody else may change the settings, nor read a password in them",
            "chmod 0640 {}（所有者 root、グループ onshi）。ほかの利用者が設定を変えたり、パスワードを読んだりできないようにします。",
            path.display()
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_others_may_read_is_told_with_the_command_that_closes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("onshi.db");
        let mut config = onshi_server::Config::default();
        config.centre.secrets = folder.path().join("secrets");
        config.store.location = path.display().to_string();
        let place = Place {
            config: &config,
            file: None,
            database: Some(path.clone()),
        };
        std::fs::write(&path, "x").unwrap();
        let set = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        set(0o644);
        let found = look(&place);
        assert!(found.iter().any(|it| {
            it.state == State::Bad
                && it
                    .next
                    .as_ref()
                    .is_some_and(|next| next.starts_with("chmod 0600"))
        }));
        set(0o600);
        assert!(look(&place).iter().all(|it| it.state == State::Good));
    }
}

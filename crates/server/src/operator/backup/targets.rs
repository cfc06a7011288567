//! The places into which a restore puts keys and database: free before, and filled by renaming.

use super::manifest::{DATABASE, INSURED, Manifest, Part, SECRETS};
use super::place::{companions, folder_of, held_by, keep_names};
use super::{BackupError, bundle, io, refused};
use crate::start::secrets::{Secrets, write_new};
use onshi_core::store::insured_file;
use onshi_language::say;
use std::path::{Path, PathBuf};

/// Where everything goes.
pub(super) struct Targets {
    pub(super) database: Option<PathBuf>,
    pub(super) secrets: PathBuf,
}

/// Puts the two files in place, the insured persons first: without them the other is refused, and nothing is begun.
pub(super) fn put_database(stage: &Path, target: &Path) -> Result<(), BackupError> {
    let beside = insured_file(target);
    for (name, target) in [(INSURED, beside.as_path()), (DATABASE, target)] {
        let staged = stage.join(name);
        if !staged.exists() {
            // It was put there before; which it is, the verification says.
            continue;
        }
        if target.exists() {
            return Err(in_use(target));
        }
        std::fs::rename(&staged, target).map_err(io("putting in place", target))?;
        keep_names(folder_of(target))?;
    }
    Ok(())
}

fn in_use(path: &Path) -> BackupError {
    refused(
        "restore.place_taken",
        say!(
            "{} is there already; a restore writes over nothing: stop the service, move it and what belongs to it away, and run the command again",
            "{} がすでにあります。復元は既存のファイルを上書きしません。サービスを止め、このファイルと関連するファイルを別の場所に移してから、もう一度実行してください。",
            path.display()
        ),
    )
}

impl Targets {
    /// Refuses where anything is in the place, or where somebody works with what was there.
    pub(super) fn must_be_free(&self) -> Result<(), BackupError> {
        let Some(database) = &self.database else {
            return Ok(());
        };
        let files = [database.clone(), insured_file(database)];
        let mut all: Vec<PathBuf> = files.iter().flat_map(|file| companions(file)).collect();
        all.extend(files);
        if let Some(process) = held_by(&all) {
            return Err(refused(
                "restore.running",
                say!(
                    "the process {process} works with {}; stop the service before the restore",
                    "プロセス {process} が {} を使っています。復元の前に、サービスを止めてください。",
                    database.display()
                ),
            ));
        }
        match all.iter().find(|path| path.exists()) {
            Some(path) => Err(in_use(path)),
            None => Ok(()),
        }
    }

    /// Puts keys and database in place. What is in its place already stays.
    pub(super) fn put(&self, manifest: &Manifest, stage: &Path) -> Result<(), BackupError> {
        self.put_secrets(manifest, stage)?;
        match &self.database {
            Some(database) => put_database(stage, database),
            None => Ok(()),
        }
    }

    fn put_secrets(&self, manifest: &Manifest, stage: &Path) -> Result<(), BackupError> {
        drop(Secrets::open(&self.secrets)?);
        let prefix = format!("{SECRETS}/");
        let keys = manifest.files.iter().filter_map(|part| {
            let name = part.name.strip_prefix(&prefix)?;
            Some((self.secrets.join(name), part))
        });
        for (target, part) in keys {
            if !target.exists() {
                let staged = stage.join(&part.name);
                let content = std::fs::read(&staged).map_err(io("reading", &staged))?;
                write_new(&target, &content)?;
            } else if !bundle::is_there(&target, part) && !is_of_the_server(part) {
                return Err(other_keys(&target));
            }
        }
        Ok(())
    }
}

/// The server's certificate is made anew now and then; the newer one is as good.
fn is_of_the_server(part: &Part) -> bool {
    part.name.starts_with(&format!("{SECRETS}/server."))
}

fn other_keys(path: &Path) -> BackupError {
    refused(
        "restore.other_keys",
        say!(
            "{} is there and is another one than in the backup; move the folder of the keys away, or name another one in centre.secrets, and run the command again",
            "{} がすでにあり、バックアップのものと異なります。鍵のフォルダを別の場所に移すか、設定 centre.secrets に別の場所を指定してから、もう一度実行してください。",
            path.display()
        ),
    )
}

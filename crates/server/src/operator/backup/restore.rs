//! Restoring a backup, where nothing is.
//!
//! Everything is unpacked, verified and compared with the seals that were noted elsewhere before anything
//! is put in place. Putting in place is renaming: a run that is interrupted is gone on with by the same command.

use super::bundle::{self, Source};
use super::make::{nothing_beside, seal_key};
use super::manifest::{DATABASE, Kind, MANIFEST, Manifest, SECRETS};
use super::place::{alone_in, clear, existing, folder_of, keep_names, private_folder};
use super::targets::{Targets, put_database};
use super::{BackupError, io, refused};
use crate::config::Config;
use crate::start::seals::book::{self, Book, Gap, Line, NotedHead};
use crate::start::secrets::Secrets;
use onshi_age::Key;
use onshi_core::audit::{Verification, verify_at};
use onshi_core::backup;
use onshi_core::service::OperationContext;
use onshi_core::store::{Location, check_pages, insured_file};
use onshi_core::{Function, Moment, Request};
use onshi_language::say;
use serde::Serialize;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// What is asked for.
pub struct Wanted {
    /// The backup: its folder or its file.
    pub from: PathBuf,
    /// What opens it, where it is encrypted.
    pub key: Option<Key>,
    /// Where the seals were noted.
    pub seals: Option<PathBuf>,
    /// Restore what is not whole, too.
    pub although_not_whole: bool,
    /// Whether what is restored goes on in the place of what was lost; not on trial.
    pub goes_on: bool,
}

/// A backup that was restored.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// Of which moment.
    pub moment: String,
    /// Which database.
    pub database: String,
    /// How many entries the log has.
    pub entries: i64,
    /// How many seals were verified, or where there are problems, were read.
    pub seals: i64,
    /// What is not whole of the audit log, or not as it was noted; it was restored although.
    pub problems: Vec<String>,
    /// What was noted elsewhere.
    pub noted: Noted,
    /// Up to where PostgreSQL's write-ahead log had to be replayed.
    pub lsn: Option<String>,
}

/// What the notes of a second place say.
#[derive(Clone, Debug, Serialize)]
pub struct Noted {
    /// Whether there were any of this database.
    pub known: bool,
    /// When the last one was made.
    pub last: Option<String>,
    /// How many entries are missing for certain.
    pub missing: i64,
    /// The same for each chain.
    pub gaps: Vec<Gap>,
    /// How many lines of notes could not be read.
    pub unreadable: usize,
}

const STAGE: &str = ".onshi-restore";
/// Says that all is verified, and of which backup it is.
const PLACING: &str = "placing";

/// Restores a backup into the place of this configuration.
pub fn restore(config: &Config, wanted: &Wanted) -> Result<Restored, BackupError> {
    let targets = Targets {
        database: match config.location() {
            Location::Sqlite(path) => Some(path),
            Location::Postgres(_) => None,
        },
        secrets: config.centre.secrets.clone(),
    };
    let beside = targets.database.as_deref().unwrap_or(&targets.secrets);
    let folder = folder_of(beside).to_owned();
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .map_err(io("making", &folder))?;
    let _alone = alone_in(&folder)?;
    let stage = folder.join(STAGE);
    let manifest = match interrupted(&stage)? {
        Some(manifest) => {
            same_backup(&manifest, wanted, &stage)?;
            manifest
        }
        None => {
            targets.must_be_free()?;
            clear(&stage)?;
            unpacked(wanted, &targets, &stage)?
        }
    };
    let (found, noted) = judged(config, wanted, &manifest, &stage)?;
    let mark = stage.join(PLACING);
    if !mark.exists() {
        targets.must_be_free()?;
        bundle::write(&stage, PLACING, manifest.moment.as_bytes())?;
        keep_names(&stage)?;
    }
    targets.put(&manifest, &stage)?;
    clear(&stage)?;
    keep_names(&folder)?;
    let known = (noted.missing, found.problems.len());
    go_on(config, wanted, &manifest, known)?;
    Ok(Restored {
        moment: manifest.moment.clone(),
        database: manifest.database.clone(),
        entries: found.entries,
        seals: found.seals,
        problems: told(&found).clone(),
        noted,
        lsn: manifest.lsn,
    })
}

/// What a run has left that was interrupted while it put things in place.
fn interrupted(stage: &Path) -> Result<Option<Manifest>, BackupError> {
    if !stage.join(PLACING).exists() {
        return Ok(None);
    }
    let path = stage.join(MANIFEST);
    let text = std::fs::read(&path).map_err(io("reading", &path))?;
    Manifest::parse(&text).map(Some)
}

/// A folder says at once whether it is the same; of a file the moment is in its name alone, so that what was
/// begun is ended.
fn same_backup(begun: &Manifest, wanted: &Wanted, stage: &Path) -> Result<(), BackupError> {
    let path = wanted.from.join(MANIFEST);
    let other = match std::fs::read(&path) {
        Ok(text) => Manifest::parse(&text)?.text()? != begun.text()?,
        Err(_) => {
            let fourteen = begun.moment().jst_fourteen();
            let (day, time) = fourteen.split_at(8);
            let name = wanted.from.file_name().unwrap_or_default();
            !name.to_string_lossy().contains(&format!("{day}-{time}"))
        }
    };
    if !other {
        return Ok(());
    }
    Err(refused(
        "restore.another_begun",
        say!(
            "the restore of another backup, of {}, was interrupted here; end it with the same command, or remove {} and what it has put in place",
            "ここでは、別のバックアップ（{}）の復元が途中で止まっています。同じコマンドでその復元を終えるか、{} と置かれたファイルを取り除いてください。",
            begun.moment,
            stage.display()
        ),
    ))
}

fn unpacked(wanted: &Wanted, targets: &Targets, stage: &Path) -> Result<Manifest, BackupError> {
    let source = match wanted.from.is_dir() {
        true => Source::Folder(wanted.from.clone()),
        false => Source::Archive(wanted.from.clone()),
    };
    private_folder(stage)?;
    let manifest = bundle::unpack(&source, wanted.key.as_ref(), stage)?;
    let fits = match manifest.kind {
        Kind::Sqlite => targets.database.is_some(),
        Kind::Postgres => targets.database.is_none(),
    };
    if !fits {
        return Err(refused(
            "restore.another_database",
            say!(
                "the backup is of {}, and store.location names another kind of database; name the right one",
                "バックアップは{}のものですが、設定 store.location は別の種類のデータベースです。正しい場所を指定してください。",
                match manifest.kind {
                    Kind::Sqlite => "SQLite",
                    Kind::Postgres => "PostgreSQL",
                }
            ),
        ));
    }
    Ok(manifest)
}

/// What is wrong, in the language that is spoken.
fn told(found: &Verification) -> &Vec<String> {
    onshi_language::spoken().choose(&found.problems, &found.problems_in_japanese)
}

/// Verifies what is to be put in place, or on PostgreSQL what is there, and compares it with the notes.
fn judged(
    config: &Config,
    wanted: &Wanted,
    manifest: &Manifest,
    stage: &Path,
) -> Result<(Verification, Noted), BackupError> {
    let at = |staged: PathBuf, target: PathBuf| match staged.exists() {
        true => staged,
        // It is in its place already.
        false => target,
    };
    let key = at(
        stage.join(SECRETS).join("audit-seal.key"),
        config.centre.secrets.join("audit-seal.key"),
    );
    let key = seal_key(&std::fs::read(&key).map_err(io("reading", &key))?)?;
    let location = match config.location() {
        Location::Sqlite(path) => {
            let copy = stage.join(DATABASE);
            // Half of it may be in its place already; it was verified before.
            let both = copy.exists() && insured_file(&copy).exists();
            let verified = if both { copy } else { path };
            let whole = both || insured_file(&verified).exists() && verified.exists();
            if !whole {
                put_database(stage, &verified)?;
            }
            if let Some(said) = check_pages(&verified)? {
                return Err(refused(
                    "backup.damaged",
                    say!(
                        "the database in the backup is damaged ({said}); take another backup",
                        "バックアップのデータベースが壊れています［{said}］。別のバックアップを使ってください。"
                    ),
                ));
            }
            Location::Sqlite(verified)
        }
        postgres => postgres,
    };
    let book = match wanted.seals.as_deref().or(config.seals.folder.as_deref()) {
        Some(folder) => {
            existing(folder)?;
            Book::read(folder, &manifest.database)?
        }
        None => Book::default(),
    };
    let heads = onshi_core::audit::heads_at(&location)?;
    let mut known: Vec<String> = book.must_be_there(&heads);
    if manifest.problems.is_empty() {
        let of_backup = manifest.heads.iter().filter(|head| head.seq > 0);
        known.extend(of_backup.map(|head| head.seal.clone()));
    }
    let found = verify_at(&location, &key, &known)?;
    if let Location::Sqlite(path) = &location {
        nothing_beside(path)?;
    }
    if !found.problems.is_empty() && !wanted.although_not_whole {
        let problems = told(&found);
        return Err(BackupError::NotWhole(say!(
            "the audit log of the backup is not whole, or not the one that was noted, and nothing was put in place; take another backup, or say --although-not-whole: {}",
            "バックアップの操作履歴が完全でないか、控えと一致しないため、復元していません。別のバックアップを使うか、それでも復元するときは --although-not-whole を付けてください: {}",
            problems.join("; ")
        )));
    }
    let gaps = book.gaps(&found.heads);
    let noted = Noted {
        known: book.last.is_some(),
        last: book.last.map(Moment::jst_table),
        missing: gaps.iter().map(|gap| gap.missing).sum(),
        gaps,
        unreadable: book.unreadable,
    };
    Ok((found, noted))
}

/// Opens what was restored, which brings its schema up to date, notes the restore in its log, and in the
/// second place that it goes on from here.
fn go_on(
    config: &Config,
    wanted: &Wanted,
    manifest: &Manifest,
    (missing, problems): (i64, usize),
) -> Result<(), BackupError> {
    let secrets = Secrets::open(&config.centre.secrets)?;
    let service = crate::start::open_for_operator(config, &secrets, "operator")?;
    let operator = service.operator(&secrets.seal_key()?)?;
    let heads = service.audit_heads()?;
    let operation = OperationContext::new(operator.actor(), Function::Restore, Request::fresh());
    let of = manifest.moment();
    service.change_and_wait(operation, move |tx| {
        backup::restored(tx, of, (missing, problems as i64));
        Ok(())
    })?;
    let folder = wanted.seals.as_deref().or(config.seals.folder.as_deref());
    let Some(folder) = folder.filter(|_| wanted.goes_on) else {
        return Ok(());
    };
    let now = onshi_core::clock::now();
    let line = Line {
        at: now.ms(),
        moment: now.jst_table(),
        database: manifest.database.clone(),
        by: "restore".to_owned(),
        restored: true,
        heads: heads.iter().map(NotedHead::of).collect(),
    };
    Ok(book::add(folder, &line)?)
}

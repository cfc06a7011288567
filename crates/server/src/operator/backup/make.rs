//! Making a backup, while the service runs.

use super::manifest::{
    DATABASE, FORMAT, INSURED, Kind, Manifest, Part, SECRETS, SETTINGS, digest_of,
};
use super::name::free_name;
use super::place::{
    alone_in, clear, companions, existing, folder_of, keep_names, private_folder, room_for,
};
use super::{BackupError, bundle, io};
use crate::config::Config;
use crate::start::seals::book::NotedHead;
use crate::start::secrets::{SecretFile, Secrets};
use onshi_age::Lock;
use onshi_core::audit::{ChainHead, SealKey, Verification, verify_at};
use onshi_core::authn::Operator;
use onshi_core::backup;
use onshi_core::service::OperationContext;
use onshi_core::store::{Copying, Location, Position, Snapshot, check_pages, insured_file};
use onshi_core::{Fault, Function, Moment, Request, Service};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is asked for.
pub struct Wanted<'a> {
    /// The folder into which the backup is put.
    pub to: PathBuf,
    /// For whom it is encrypted; a folder in clear where it is for nobody in particular.
    pub lock: Option<Lock<'a>>,
    /// Where the copy is made before it is encrypted; beside the database where none is named.
    pub staging: Option<PathBuf>,
    /// How many bytes a second are copied at the most.
    pub bytes_per_second: Option<u64>,
    /// The file of the settings.
    pub settings: Option<PathBuf>,
}

/// Whose backup it is.
pub struct Centre<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The keys.
    pub secrets: &'a Secrets,
    /// The service, opened for the operator.
    pub service: &'a Service,
    /// Who may.
    pub operator: &'a Operator,
}

/// A backup that was made.
#[derive(Debug, Serialize)]
pub struct Made {
    /// Where it is.
    pub path: PathBuf,
    /// Its digest, which the log has too: of the file, or of `backup.json`.
    pub sha256: String,
    /// What it says of itself.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// What is wrong with the log, in Japanese.
    #[serde(skip)]
    pub problems_in_japanese: Vec<String>,
    /// How long each step took.
    #[serde(skip)]
    pub took: Took,
}

/// How long the steps of a backup took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// While nobody could write.
    pub held: Duration,
    /// Copying.
    pub copy: Duration,
    /// Verifying the copy.
    pub verify: Duration,
    /// Encrypting it.
    pub seal: Duration,
}

/// What was taken of one moment.
struct Taken {
    heads: Vec<ChainHead>,
    secrets: Vec<SecretFile>,
    position: Option<Position>,
    /// Of PostgreSQL there is none.
    snapshot: Option<Snapshot>,
    now: Moment,
}

fn note(centre: &Centre<'_>, digest: &str) -> Result<(), BackupError> {
    let digest = digest.to_owned();
    let actor = centre.operator.actor();
    let operation = OperationContext::new(actor, Function::BackUp, Request::fresh());
    Ok(centre.service.change_and_wait(operation, move |tx| {
        backup::done(tx, &digest);
        Ok(())
    })?)
}

/// Takes the moment: both files, how far the log is, and the keys.
fn take(centre: &Centre<'_>) -> Result<(Taken, Duration), BackupError> {
    // So the copy says in its log what it was made for.
    let operation =
        |function| OperationContext::new(centre.operator.actor(), function, Request::fresh());
    let service = centre.service;
    match centre.config.location() {
        Location::Sqlite(path) => {
            service.change_and_wait(operation(Function::BackUp), |tx| {
                backup::begin(tx);
                Ok(())
            })?;
            let turn = centre.secrets.turn()?;
            let begun = Instant::now();
            let (snapshot, heads, (secrets, now)) =
                backup::take_moment(&path, || Ok((turn.files()?, onshi_core::clock::now())))?;
            let taken = Taken {
                heads,
                secrets,
                position: None,
                snapshot: Some(snapshot),
                now,
            };
            Ok((taken, begun.elapsed()))
        }
        Location::Postgres(_) => {
            let turn = centre.secrets.turn()?;
            let (heads, position) =
                service.read_and_wait(operation(Function::BackUp), backup::position)?;
            let taken = Taken {
                heads,
                secrets: turn.files()?,
                position,
                snapshot: None,
                now: onshi_core::clock::now(),
            };
            Ok((taken, Duration::ZERO))
        }
    }
}

/// Makes a backup. Until it is whole it has another name; what an interrupted one left is taken away by the next.
pub fn make(centre: &Centre<'_>, wanted: &Wanted<'_>) -> Result<Made, BackupError> {
    existing(&wanted.to)?;
    let _alone = alone_in(&wanted.to)?;
    clear_rests(&wanted.to)?;
    let location = centre.config.location();
    let (taken, held) = take(centre)?;
    let database = centre.secrets.turn()?.keys()?.identity;
    let database = database.map_or_else(String::new, |id| id.as_str().to_owned());
    let name = free_name(&wanted.to, taken.now, &database)?;
    let stage = stage_for(wanted, &location, &name);
    // Another backup, to another folder, may be at work beside the same database.
    let beside = folder_of(&stage);
    let _alone_beside = match beside == wanted.to {
        true => None,
        false => Some(alone_in(beside)?),
    };
    clear(&stage)?;
    private_folder(&stage)?;
    let made = fill(centre, wanted, taken, &stage, (database, name));
    match made {
        Ok((mut made, mut took)) => {
            took.held = held;
            made.took = took;
            note(centre, &made.sha256)?;
            Ok(made)
        }
        Err(error) => {
            // Why it failed is worth more than that its rest could not be taken away.
            let _ = clear(&stage);
            Err(error)
        }
    }
}

const UNFINISHED: &str = ".part";
const STAGE: &str = ".onshi-backup";

fn stage_for(wanted: &Wanted<'_>, location: &Location, name: &str) -> PathBuf {
    let beside = match location {
        Location::Sqlite(path) => folder_of(path).to_owned(),
        Location::Postgres(_) => wanted.to.clone(),
    };
    match &wanted.lock {
        None => wanted.to.join(format!("{name}{UNFINISHED}")),
        // What is not encrypted yet stays where the database is.
        Some(_) => wanted.staging.clone().unwrap_or(beside).join(STAGE),
    }
}

/// Takes away what an interrupted backup has left in a folder.
fn clear_rests(folder: &Path) -> Result<(), BackupError> {
    for entry in std::fs::read_dir(folder).map_err(io("reading", folder))? {
        let entry = entry.map_err(io("reading", folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("onshi-") && name.ends_with(UNFINISHED) {
            clear(&entry.path())?;
        }
    }
    Ok(())
}

fn fill(
    centre: &Centre<'_>,
    wanted: &Wanted<'_>,
    taken: Taken,
    stage: &Path,
    (database, name): (String, String),
) -> Result<(Made, Took), BackupError> {
    let mut took = Took::default();
    let mut names = write_small(&taken.secrets, wanted.settings.as_deref(), stage)?;
    let mut manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        kind: Kind::Postgres,
        database,
        at: taken.now.ms(),
        moment: taken.now.jst_table(),
        heads: taken.heads.iter().map(NotedHead::of).collect(),
        entries: 0,
        seals: 0,
        problems: Vec::new(),
        lsn: taken.position.as_ref().map(|at| at.lsn.clone()),
        cluster: taken.position.as_ref().map(|at| at.system.clone()),
        files: Vec::new(),
    };
    let mut problems_in_japanese = Vec::new();
    if let Some(snapshot) = taken.snapshot {
        manifest.kind = Kind::Sqlite;
        let bytes = snapshot.bytes()?;
        room_for(stage, bytes)?;
        if wanted.lock.is_some() {
            room_for(&wanted.to, bytes)?;
        }
        let begun = Instant::now();
        let copy = stage.join(DATABASE);
        let how = Copying {
            bytes_per_second: wanted.bytes_per_second,
            log_most: centre.config.store.settings().wal_max / 4 * 3,
        };
        snapshot.copy(&copy, how)?;
        took.copy = begun.elapsed();
        let begun = Instant::now();
        let found = verified(&copy, &taken.secrets, &taken.heads)?;
        took.verify = begun.elapsed();
        (manifest.entries, manifest.seals) = (found.entries, found.seals);
        manifest.problems = found.problems;
        problems_in_japanese = found.problems_in_japanese;
        names.extend([DATABASE.to_owned(), INSURED.to_owned()]);
    }
    for name in &names {
        manifest.files.push(Part::of(stage, name)?);
    }
    let text = manifest.text()?;
    bundle::write(stage, super::manifest::MANIFEST, text.as_bytes())?;
    keep_names(&stage.join(SECRETS))?;
    keep_names(stage)?;
    let begun = Instant::now();
    let (path, sha256) = match &wanted.lock {
        None => {
            let path = wanted.to.join(&name);
            std::fs::rename(stage, &path).map_err(io("renaming", stage))?;
            let digest = digest_of(text.as_bytes()).map_err(io("reading", &path))?;
            (path, digest.0)
        }
        Some(lock) => {
            let path = wanted.to.join(format!("{name}.age"));
            let unfinished = wanted.to.join(format!("{name}.age{UNFINISHED}"));
            let sha256 = bundle::seal(stage, &manifest, &unfinished, lock)?;
            std::fs::rename(&unfinished, &path).map_err(io("renaming", &unfinished))?;
            clear(stage)?;
            (path, sha256)
        }
    };
    keep_names(&wanted.to)?;
    took.seal = begun.elapsed();
    let made = Made {
        path,
        sha256,
        manifest,
        problems_in_japanese,
        took,
    };
    Ok((made, took))
}

/// Writes keys and settings into the stage, and gives their names.
fn write_small(
    secrets: &[SecretFile],
    settings: Option<&Path>,
    stage: &Path,
) -> Result<Vec<String>, BackupError> {
    private_folder(&stage.join(SECRETS))?;
    let mut names = Vec::new();
    for file in secrets {
        let name = format!("{SECRETS}/{}", file.name);
        bundle::write(stage, &name, &file.content)?;
        names.push(name);
    }
    if let Some(path) = settings {
        let text = std::fs::read(path).map_err(io("reading", path))?;
        bundle::write(stage, SETTINGS, &text)?;
        names.push(SETTINGS.to_owned());
    }
    Ok(names)
}

/// The key of the seals among the keys.
pub(super) fn seal_key(content: &[u8]) -> Result<SealKey, Fault> {
    let key: [u8; 32] = content
        .try_into()
        .map_err(|_| Fault::at("reading audit-seal.key", "it is not 32 bytes"))?;
    Ok(SealKey::new(key))
}

/// What was read is in the files themselves: SQLite has left no log beside them.
pub(super) fn nothing_beside(copy: &Path) -> Result<(), BackupError> {
    let files = [copy.to_owned(), insured_file(copy)];
    let mut beside = files.iter().flat_map(|file| companions(file));
    let full = |path: &PathBuf| path.metadata().is_ok_and(|found| found.len() > 0);
    match beside.find(full) {
        Some(path) => {
            let place = format!("verifying {}", copy.display());
            Err(Fault::at(place, format!("{} is left", path.display())).into())
        }
        None => Ok(()),
    }
}

/// Verifies a copy: SQLite's pages, every seal, and that it is of the moment that was taken.
fn verified(
    copy: &Path,
    secrets: &[SecretFile],
    heads: &[ChainHead],
) -> Result<Verification, BackupError> {
    let place = || format!("verifying {}", copy.display());
    if let Some(said) = check_pages(copy)? {
        return Err(Fault::at(place(), said).into());
    }
    let key = secrets.iter().find(|file| file.name == "audit-seal.key");
    let key = key.ok_or_else(|| Fault::at(place(), "there is no audit-seal.key"))?;
    let seals: Vec<String> = heads
        .iter()
        .filter(|head| head.last_seq > 0)
        .map(|head| head.seal.clone())
        .collect();
    let location = Location::Sqlite(copy.to_owned());
    let found = verify_at(&location, &seal_key(&key.content)?, &seals)?;
    nothing_beside(copy)?;
    for file in [copy.to_owned(), insured_file(copy)] {
        // What was looked at is on the disk, and nothing beside it.
        let opened = std::fs::File::open(&file).and_then(|file| file.sync_all());
        opened.map_err(io("writing", &file))?;
    }
    Ok(found)
}

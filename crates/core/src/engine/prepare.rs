//! Before a database is opened: whether it is there, whose it is, and its schema.
//!
//! A database, the file of the insured persons beside it, and the keys carry one word, made when
//! the database is begun. What does not belong together is refused by name: keys without their
//! database, a database without its keys, one half of another. Nothing is begun anew but by name.

use crate::audit::{SealKey, newest_seal_fits};
use crate::entropy::Entropy;
use crate::error::Fault;
use crate::store::identity::{DatabaseId, has_seals, identities, keep, swapped};
use crate::store::migrate::{alone, run as apply_migrations};
use crate::store::opening::sqlite_is_in_use;
use crate::store::{Connection, Location, StoreSettings, create_private, insured_path};
use std::path::Path;
use std::time::Duration;

/// What the keys say of the database that they belong to.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Where they are, for people.
    pub place: String,
    /// Which database they belong to; none before the first, and in a folder of an earlier version.
    pub identity: Option<DatabaseId>,
    /// The key of the audit log's seals, where there is one.
    pub seal: Option<SealKey>,
}

impl Keys {
    fn are_there(&self) -> bool {
        self.identity.is_some() || self.seal.is_some()
    }
}

/// What may be begun anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Begin {
    /// A database, where there were never keys of one.
    #[default]
    AtFirst,
    /// A database for keys whose own is gone for good.
    Database,
    /// The file of the insured persons, which is gone for good.
    Insured,
}

/// What preparing needs to know.
#[derive(Clone, Debug)]
pub struct Preparation {
    /// The moment, in milliseconds.
    pub now_ms: i64,
    /// Where a new identity comes from.
    pub seed: [u8; 32],
    /// The keys.
    pub keys: Keys,
    /// What may be begun anew.
    pub begin: Begin,
}

/// A database that is ready to be opened.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Which it is.
    pub identity: DatabaseId,
    /// How many migrations were applied.
    pub applied: usize,
}

/// Makes sure that the database is there and belongs to these keys, and brings its schema up to
/// date.
pub fn prepare(
    location: &Location,
    settings: &StoreSettings,
    with: &Preparation,
) -> Result<Prepared, Fault> {
    // A migration of many rows takes its time, and waits for another node's.
    let mut settings = settings.clone();
    settings.postgres.statement = None;
    settings.postgres.lock = None;
    let place = format!("opening {}", location.shown());
    if let Location::Sqlite(path) = location {
        find_files(path, &settings, with)?;
    }
    let mut connection = location.connect_with(&settings)?;
    let begun = connection.has_table("schema_migration")?;
    if !begun && with.keys.are_there() && with.begin != Begin::Database {
        return Err(no_database(location, &with.keys));
    }
    let in_use = begun && has_seals(&mut connection)?;
    if in_use && with.begin == Begin::Database {
        let cause = "there is a database in use already; a new one is begun only where none is";
        let japanese = format!(
            "{} には、すでに使われているデータベースがあります。新しいデータベースは、何もないところにだけ作れます。",
            location.shown()
        );
        return Err(Fault::at(place, cause).in_japanese(japanese));
    }
    if in_use && with.keys.seal.is_none() {
        let cause = format!(
            "the database is in use, and its keys are not in {}; put the folder back from the \
             backup, since new keys would make every terminal foreign and the audit log \
             unverifiable",
            with.keys.place
        );
        let japanese = format!(
            "データベース {} は使われていますが、その鍵が {} にありません。新しい鍵では、すべての端末の電子証明書が無効になり、操作履歴も検証できなくなります。鍵のフォルダをバックアップから戻してください。",
            location.shown(),
            with.keys.place
        );
        return Err(Fault::at(place, cause).in_japanese(japanese));
    }
    let identified = begun && connection.has_table("database_identity")?;
    let found = match identified {
        true => identities(&mut connection)?.0,
        false => None,
    };
    if let (Location::Sqlite(path), Some(own)) = (location, &found)
        && !connection.has_table("insured_identity")?
    {
        // Another site's, or one of before the identity came.
        return Err(swapped(path, own, None));
    }
    let applied = apply_migrations(&mut connection, with.now_ms)?;
    let identity = alone(&mut connection, |connection| {
        identify(connection, location, with)
    })?;
    Ok(Prepared { identity, applied })
}

/// Looks which of the two files are there, and makes those that may be made.
fn find_files(path: &Path, settings: &StoreSettings, with: &Preparation) -> Result<(), Fault> {
    let beside = insured_path(path);
    let there = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.len() > 0);
    let location = Location::Sqlite(path.to_owned());
    if !there(path) {
        if with.keys.are_there() && with.begin != Begin::Database {
            return Err(no_database(&location, &with.keys));
        }
        if there(&beside) {
            let cause = format!(
                "it is not there, and {} is: that one belongs to another database; move it away, \
                 or put back the database that it belongs to",
                beside.display()
            );
            let japanese = format!(
                "{} がなく、{} があります。後者は別のデータベースのものです。移動するか、それが属するデータベースを戻してください。",
                path.display(),
                beside.display()
            );
            let place = format!("opening {}", path.display());
            return Err(Fault::at(place, cause).in_japanese(japanese));
        }
        if let Some(folder) = path.parent().filter(|p| *p != Path::new("")) {
            std::fs::create_dir_all(folder)
                .map_err(|e| Fault::at(format!("creating the folder {}", folder.display()), e))?;
        }
        create_private(path)?;
        create_private(&beside)?;
        return Ok(());
    }
    let whole = there(&beside)
        && location
            .connect_with(settings)?
            .has_table("qualification")?;
    if with.begin == Begin::Insured && whole {
        let cause = "it is there; a new one is begun only where none is";
        let japanese = format!(
            "{} はあります。新しいファイルは、何もないところにだけ作れます。",
            beside.display()
        );
        let place = format!("opening {}", beside.display());
        return Err(Fault::at(place, cause).in_japanese(japanese));
    }
    if whole {
        return Ok(());
    }
    let in_use = sqlite_is_in_use(path)?;
    if in_use && with.begin != Begin::Insured {
        let cause = format!(
            "the insured persons of {} are not there; put the file back from the backup, or begin \
             an empty one with `onshi migrate --new-insured-database` and import them again",
            path.display()
        );
        let japanese = format!(
            "データベース {} の加入者のファイル {} がありません。バックアップから戻すか、`onshi migrate --new-insured-database` で空のファイルを作り、加入者をもう一度取り込んでください。",
            path.display(),
            beside.display()
        );
        let place = format!("opening {}", beside.display());
        return Err(Fault::at(place, cause).in_japanese(japanese));
    }
    begin_insured(path, &beside, settings, with.now_ms)
}

/// Makes the file of the insured persons anew, with the whole schema in it: it is made beside another
/// database, which is then thrown away.
fn begin_insured(
    path: &Path,
    beside: &Path,
    settings: &StoreSettings,
    now_ms: i64,
) -> Result<(), Fault> {
    let fault = |e: std::io::Error| Fault::at(format!("making {}", beside.display()), e);
    let folder = path.with_file_name(".onshi-begin");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).map_err(fault)?;
    let made = folder.join(path.file_name().unwrap_or_default());
    let made_beside = insured_path(&made);
    create_private(&made)?;
    create_private(&made_beside)?;
    let mut connection = Location::Sqlite(made).connect_with(settings)?;
    apply_migrations(&mut connection, now_ms)?;
    connection.batch("pragma insured.wal_checkpoint(truncate)")?;
    drop(connection);
    // What a file that is gone has left says nothing to another one.
    for ending in ["-wal", "-shm"] {
        let mut left = beside.as_os_str().to_owned();
        left.push(ending);
        match std::fs::remove_file(left) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(fault(e)),
            _ => {}
        }
    }
    std::fs::rename(&made_beside, beside).map_err(fault)?;
    std::fs::remove_dir_all(&folder).map_err(fault)
}

fn no_database(location: &Location, keys: &Keys) -> Fault {
    let cause = format!(
        "the keys in {} belong to a database, and it is not there; put it back from the backup, or \
         name the right one in store.location. If it is gone for good, begin a new and empty one \
         with `onshi migrate --new-database`",
        keys.place
    );
    let japanese = format!(
        "{} の鍵が属するデータベース {} がありません。バックアップから戻すか、設定 store.location に正しい場所を指定してください。失われたときは、`onshi migrate --new-database` で新しい空のデータベースを作れます。",
        keys.place,
        location.shown()
    );
    Fault::at(format!("opening {}", location.shown()), cause).in_japanese(japanese)
}

/// Says which database this is, and refuses what does not belong together.
fn identify(
    connection: &mut Connection,
    location: &Location,
    with: &Preparation,
) -> Result<DatabaseId, Fault> {
    let (own, beside) = identities(connection)?;
    let identity = match own.clone() {
        Some(own) => own,
        None => first_identity(beside.as_ref(), with),
    };
    if !belongs(connection, &identity, own.is_some(), with)? {
        let named = with.keys.identity.as_ref().map(DatabaseId::short);
        let cause = format!(
            "the keys in {} belong to another database ({}) than this one ({}); name the right \
             database in store.location, or the right keys in centre.secrets",
            with.keys.place,
            named.unwrap_or("its audit log was sealed with another key"),
            identity.short()
        );
        let japanese = format!(
            "{} の鍵は、データベース {} のものではありません。設定 store.location に正しいデータベースを、または centre.secrets に正しい鍵を指定してください。",
            with.keys.place,
            location.shown()
        );
        let place = format!("opening {}", location.shown());
        return Err(Fault::at(place, cause).in_japanese(japanese));
    }
    if let Location::Sqlite(path) = location {
        match &beside {
            None => keep(connection, "insured_identity", &identity)?,
            Some(beside) if *beside == identity => {}
            Some(other) => return Err(swapped(path, &identity, Some(other))),
        }
    }
    if own.is_none() {
        keep(connection, "database_identity", &identity)?;
    }
    Ok(identity)
}

/// The identity of a database that has none yet: that of the keys, where it is one of before the
/// identity came, and else a new one.
fn first_identity(beside: Option<&DatabaseId>, with: &Preparation) -> DatabaseId {
    let kept = with.keys.identity.as_ref().or(beside);
    match kept.filter(|_| with.begin != Begin::Database) {
        Some(kept) => kept.clone(),
        None => DatabaseId::begun(&mut Entropy::new(with.seed)),
    }
}

/// Whether a database belongs to the keys: by the identity that they name, and where one of the
/// two has none yet by the newest seal.
fn belongs(
    connection: &mut Connection,
    identity: &DatabaseId,
    has_one: bool,
    with: &Preparation,
) -> Result<bool, Fault> {
    if with.begin == Begin::Database {
        return Ok(true);
    }
    match (&with.keys.identity, &with.keys.seal) {
        (Some(named), _) if has_one => Ok(named == identity),
        (_, Some(key)) => Ok(newest_seal_fits(connection, key)?.unwrap_or(true)),
        (_, None) => Ok(true),
    }
}

/// Brings the schema of a database up to date that belongs to no keys, and says how many migrations
/// were applied. For tests and measurements.
pub fn migrate(location: &Location, now_ms: i64) -> Result<usize, Fault> {
    let with = Preparation {
        now_ms,
        seed: crate::entropy::fresh_seed(),
        keys: Keys::default(),
        begin: Begin::AtFirst,
    };
    let settings = StoreSettings {
        answer: Duration::from_secs(60),
        ..StoreSettings::default()
    };
    Ok(prepare(location, &settings, &with)?.applied)
}

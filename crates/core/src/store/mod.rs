//! The store: one SQL text for SQLite and PostgreSQL.
//!
//! Parameters are `$1`, `$2`, …; columns are `text`, `bigint` and blobs. Outside this folder
//! nothing knows which database it talks to. What runs on it (the one writer, the threads that read)
//! is the [`engine`](crate::engine)'s.

mod catalogue;
mod condition;
pub(crate) mod connection;
mod database;
mod faults;
mod files;
pub(crate) mod floor;
mod health;
pub(crate) mod identity;
pub(crate) mod migrate;
mod names;
pub(crate) mod opening;
mod pool;
mod position;
pub(crate) mod probe;
mod snapshot;
mod staging;
mod transaction;
mod value;

pub use condition::{Condition, condition, newest_migration};
pub(crate) use connection::Connection;
pub use identity::DatabaseId;
pub use migrate::{MIGRATIONS, describe_schema};
pub use onshi_postgres::{Settings as PostgresSettings, Tls};
pub use position::Position;
pub use snapshot::{Copying, Snapshot, check_pages, insured_file};
pub(crate) use staging::{Kind, Staging};
pub(crate) use value::{Row, Value};

use crate::error::Fault;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Location {
    /// An embedded database in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, by its connection string.
    Postgres(String),
}

impl Location {
    /// Reads `postgres://…` as PostgreSQL and anything else as the path of a SQLite file.
    pub fn parse(text: &str) -> Location {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Location::Postgres(text.to_owned())
        } else {
            Location::Sqlite(PathBuf::from(text))
        }
    }

    /// The location for people: a connection string loses its password.
    pub fn shown(&self) -> String {
        match self {
            Location::Sqlite(path) => path.display().to_string(),
            Location::Postgres(url) => match (url.find("://"), url.rfind('@')) {
                (Some(scheme), Some(at)) => format!("{}://***{}", &url[..scheme], &url[at..]),
                _ => "postgres".to_owned(),
            },
        }
    }

    /// Opens one connection, ready for use, as a service does where nothing is set.
    pub(crate) fn connect(&self) -> Result<Connection, Fault> {
        self.connect_with(&StoreSettings::default())
    }

    /// The same with these settings.
    pub(crate) fn connect_with(&self, settings: &StoreSettings) -> Result<Connection, Fault> {
        match self {
            Location::Sqlite(path) => Connection::sqlite(path, settings),
            Location::Postgres(url) => Connection::postgres(url, settings),
        }
    }

    /// Whether the location and the settings fit, without connecting.
    pub fn check(&self, settings: &StoreSettings) -> Result<(), Fault> {
        let Location::Postgres(url) = self else {
            return Ok(());
        };
        let settings = PostgresSettings {
            url: url.clone(),
            ..settings.postgres.clone()
        };
        Ok(settings.check()?)
    }
}

/// How a database is reached, and how it is watched.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// How PostgreSQL is reached; its address is the location's.
    pub postgres: PostgresSettings,
    /// How often it is tried whether the database can be written, when nothing else is.
    pub probe: Duration,
    /// How long something may wait before it is begun; then nobody waits for it any more.
    pub answer: Duration,
    /// To how many bytes SQLite's write-ahead log is cut when it was moved into the database.
    pub wal_limit: u64,
    /// From how many bytes of it on nothing more is written.
    pub wal_max: u64,
}

impl Default for StoreSettings {
    fn default() -> Self {
        StoreSettings {
            postgres: PostgresSettings::of(""),
            probe: Duration::from_secs(5),
            answer: Duration::from_secs(15),
            wal_limit: 64 << 20,
            wal_max: 2 << 30,
        }
    }
}

/// Where the insured persons are kept beside a SQLite file: `onshi-insured.db` beside `onshi.db`.
pub(crate) fn insured_path(path: &Path) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_os_string();
    name.push("-insured");
    let mut beside = path.with_file_name(name);
    if let Some(extension) = path.extension() {
        beside.set_extension(extension);
    }
    beside
}

/// Makes the file before SQLite does, so that only we may read it; its companions take over its
/// mode.
pub(crate) fn create_private(path: &Path) -> Result<(), Fault> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Fault::at(format!("creating {}", path.display()), error)),
    }
}

/// The marks of so many rows of parameters, `($1, $2), ($3, $4)`, as they stand behind `values`.
pub(crate) fn marks_of_rows(rows: usize, columns: usize) -> String {
    let groups: Vec<String> = (0..rows)
        .map(|row| {
            let marks: Vec<String> = (1..=columns)
                .map(|column| format!("${}", row * columns + column))
                .collect();
            format!("({})", marks.join(", "))
        })
        .collect();
    groups.join(", ")
}

pub(crate) use database::Database;
pub(crate) use health::Health;
pub(crate) use pool::Pool;

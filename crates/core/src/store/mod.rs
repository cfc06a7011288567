//! The store: one SQL text for SQLite and PostgreSQL.
//!
//! Parameters are `$1`, `$2`, …; columns are `text`, `bigint` and blobs. Outside this folder
//! nothing knows which database it talks to. Reads run on a few threads with a pool of connections;
//! every write goes to one [`writer`] thread, which commits groups.

mod catalogue;
mod connection;
mod migrate;
mod pool;
mod readers;
mod transaction;
mod value;
pub mod writer;

pub use connection::Connection;
pub use migrate::{MIGRATIONS, describe_schema};
pub use value::{Row, Value};

use crate::error::Fault;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

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

    /// Opens one connection, ready for use.
    pub fn connect(&self) -> Result<Connection, Fault> {
        match self {
            Location::Sqlite(path) => Connection::sqlite(path),
            Location::Postgres(url) => Connection::postgres(url),
        }
    }
}

/// Brings the schema up to date and says how many migrations were applied.
pub fn migrate(location: &Location, now_ms: i64) -> Result<usize, Fault> {
    if let Location::Sqlite(path) = location
        && let Some(folder) = path.parent().filter(|p| *p != Path::new(""))
    {
        std::fs::create_dir_all(folder)
            .map_err(|e| Fault::at(format!("creating the folder {}", folder.display()), e))?;
    }
    if let Location::Sqlite(path) = location {
        create_private(path)?;
        create_private(&insured_path(path))?;
    }
    migrate::run(&mut location.connect()?, now_ms)
}

/// Where the insured persons are kept beside a SQLite file: `onshi-insured.db` beside `onshi.db`.
fn insured_path(path: &Path) -> PathBuf {
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
fn create_private(path: &Path) -> Result<(), Fault> {
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

/// Whether anything was ever written to the audit log of this database.
pub fn is_in_use(location: &Location) -> Result<bool, Fault> {
    let found = location
        .connect()?
        .row("select chain from audit_seal limit 1", &[])?;
    Ok(found.is_some())
}

pub(crate) use pool::Pool;
pub(crate) use readers::{Length, Readers};

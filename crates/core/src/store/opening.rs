//! How a connection is opened, which is where the two databases differ most.

use super::connection::{Backend, Connection};
use super::{StoreSettings, insured_path};
use crate::error::{Effect, Fault};
use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// How long a connection waits for another process of ours that writes.
pub(crate) const BUSY: Duration = Duration::from_secs(20);

impl Connection {
    /// Opens the two files, which must be there: SQLite would make a missing one anew, and nobody
    /// would notice.
    pub(crate) fn sqlite(path: &Path, settings: &StoreSettings) -> Result<Connection, Fault> {
        let beside = insured_path(path);
        let connection = open(path)?;
        must_be_writable(&connection, "main", path)?;
        connection
            .execute(
                "attach database ?1 as insured",
                [beside.display().to_string()],
            )
            .map_err(|e| opening(&beside, e))?;
        // With pages of 8 KiB ten million are found in as many steps as one million; larger ones
        // make imports write more. The cache of insured persons is for imports too: who reads
        // them reads the map of the file.
        for (part, path, more) in [
            (
                "main",
                path,
                "mmap_size = 0; pragma main.cache_size = -65536",
            ),
            (
                "insured",
                beside.as_path(),
                "mmap_size = 1099511627776; pragma insured.cache_size = -262144",
            ),
        ] {
            let limit = settings.wal_limit;
            connection
                .execute_batch(&format!(
                    "pragma insured.page_size = 8192; pragma {part}.journal_mode = wal; \
                     pragma {part}.synchronous = full; \
                     pragma {part}.journal_size_limit = {limit}; pragma {part}.{more};"
                ))
                .map_err(|e| opening(path, e))?;
            must_be_writable(&connection, part, path)?;
        }
        connection.execute_batch(
            "pragma foreign_keys = on; pragma temp_store = memory; \
             pragma wal_autocheckpoint = 4000;",
        )?;
        connection.set_prepared_statement_cache_capacity(256);
        // Else SQLite plans anew whenever a parameter changes, which costs more than a whole check.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Connection(Backend::Sqlite {
            connection,
            translated: HashMap::new(),
        }))
    }

    pub(crate) fn postgres(url: &str, settings: &StoreSettings) -> Result<Connection, Fault> {
        let settings = onshi_postgres::Settings {
            url: url.to_owned(),
            ..settings.postgres.clone()
        };
        let client = onshi_postgres::Client::connect(&settings).map_err(|e| Fault {
            place: "connecting to PostgreSQL".to_owned(),
            effect: Effect::NotDone,
            ..Fault::from(e)
        })?;
        Ok(Connection(Backend::Postgres {
            client,
            prepared: HashMap::new(),
            lost: false,
        }))
    }
}

fn open(path: &Path) -> Result<rusqlite::Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        rusqlite::Connection::open_with_flags(path, flags).map_err(|e| opening(path, e))?;
    connection
        .busy_timeout(BUSY)
        .map_err(|e| opening(path, e))?;
    Ok(connection)
}

/// SQLite opens what it may not write for reading, and says nothing of it.
fn must_be_writable(
    connection: &rusqlite::Connection,
    part: &str,
    path: &Path,
) -> Result<(), Fault> {
    if !connection.is_readonly(part).map_err(|e| opening(path, e))? {
        return Ok(());
    }
    let cause = "it can be read and not written: look at its owner and mode, its folder's, and the \
                 file system";
    Err(Fault::unavailable(opening_place(path), cause))
}

/// Whether anything was ever written to the audit log in this file, without the one beside it.
pub(crate) fn sqlite_is_in_use(path: &Path) -> Result<bool, Fault> {
    let fault = |e| opening(path, e);
    let connection = open(path)?;
    let table = "select count(*) from sqlite_master where name = 'audit_seal'";
    let tables: i64 = connection
        .query_row(table, [], |row| row.get(0))
        .map_err(fault)?;
    if tables == 0 {
        return Ok(false);
    }
    let seal = "select count(*) from (select chain from audit_seal limit 1)";
    let seals: i64 = connection
        .query_row(seal, [], |row| row.get(0))
        .map_err(fault)?;
    Ok(seals > 0)
}

fn opening_place(path: &Path) -> String {
    format!("opening {}", path.display())
}

pub(super) fn opening(path: &Path, error: rusqlite::Error) -> Fault {
    Fault {
        place: opening_place(path),
        effect: Effect::NotDone,
        ..Fault::from(error)
    }
}

//! What a database says of itself and its settings, for whoever looks whether it is set as it has to be.

use super::connection::Backend;
use super::{Connection, Location, StoreSettings};
use crate::clock::Moment;
use crate::error::Fault;
use std::collections::BTreeMap;

/// A database as it is set (データベースの設定).
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// What it says by name, as it says it.
    pub settings: BTreeMap<String, String>,
    /// Its clock; SQLite has none of its own.
    pub clock: Option<Moment>,
    /// Whether texts order by their bytes.
    pub orders_by_bytes: bool,
    /// The number of its newest migration; none where none was applied.
    pub migration: Option<i64>,
    /// The migration that a program must know to serve on it; none where nothing was ever taken away.
    pub floor: Option<i64>,
}

/// Of SQLite, on a connection as the service has it.
const SQLITE: [(&str, &str); 7] = [
    ("version", "select sqlite_version()"),
    ("main.journal_mode", "pragma main.journal_mode"),
    ("insured.journal_mode", "pragma insured.journal_mode"),
    ("main.synchronous", "pragma main.synchronous"),
    ("insured.synchronous", "pragma insured.synchronous"),
    ("main.foreign_keys", "pragma foreign_keys"),
    ("main.freelist_count", "pragma main.freelist_count"),
];

const POSTGRES: &str = "select name, setting from pg_settings where name in ('server_version', \
    'fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names', 'wal_level', \
    'archive_mode', 'max_connections', 'statement_timeout', 'lock_timeout', \
    'idle_in_transaction_session_timeout', 'tcp_user_timeout', 'data_checksums', 'wal_sync_method') \
    union all select 'tls', case when s.ssl then 'on' else 'off' end from pg_stat_ssl s \
    where s.pid = pg_backend_pid() \
    union all select 'in_recovery', case when pg_is_in_recovery() then 'on' else 'off' end \
    union all select 'collation', datcollate::text from pg_database where datname = current_database() \
    union all select 'encoding', pg_encoding_to_char(encoding)::text from pg_database \
    where datname = current_database() \
    union all select 'over_loopback', case when inet_server_addr() is null \
    or host(inet_server_addr()) in ('127.0.0.1', '::1') then 'on' else 'off' end";

/// Asks a database how it is set. Nothing is written, and nothing is begun.
pub fn condition(location: &Location, settings: &StoreSettings) -> Result<Condition, Fault> {
    let mut connection = location.connect_with(settings)?;
    let mut condition = Condition {
        orders_by_bytes: connection.orders_by_bytes()?,
        ..Condition::default()
    };
    match &connection.0 {
        Backend::Sqlite { .. } => {
            for (name, sql) in SQLITE {
                let said = said(&mut connection, sql)?;
                condition.settings.insert(name.to_owned(), said);
            }
        }
        Backend::Postgres { .. } => {
            for row in connection.rows(POSTGRES, &[])? {
                condition.settings.insert(row.text(0)?, row.text(1)?);
            }
            let now = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
            let row = connection.row(now, &[])?;
            condition.clock = row.map(|row| row.moment(0)).transpose()?;
        }
    }
    if connection.has_table("schema_migration")? {
        let newest = "select max(number) from schema_migration";
        let row = connection.row(newest, &[])?;
        condition.migration = row.map(|row| row.opt_int(0)).transpose()?.flatten();
        condition.floor = super::floor::floor(&mut connection)?;
    }
    Ok(condition)
}

/// One value of a database, whatever it is, as text.
fn said(connection: &mut Connection, sql: &'static str) -> Result<String, Fault> {
    use super::Value;
    let row = connection.row(sql, &[])?;
    let value = row.as_ref().and_then(|row| row.values().first());
    Ok(match value {
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Shared(text)) => text.to_string(),
        _ => String::new(),
    })
}

/// The number of the newest migration that this program has.
pub fn newest_migration() -> i64 {
    super::MIGRATIONS
        .iter()
        .map(|(number, ..)| *number)
        .max()
        .unwrap_or(0)
}

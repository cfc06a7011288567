//! One connection to either database, and the few places where they differ.

use super::value::{Row, Value};
use crate::error::Fault;
use postgres::fallible_iterator::FallibleIterator;
use rusqlite::config::DbConfig;
use std::collections::HashMap;
use std::path::Path;

/// A connection. The SQL given to it is the same for both databases.
pub struct Connection(pub(super) Backend);

pub(super) enum Backend {
    Sqlite {
        connection: rusqlite::Connection,
        /// By place and length of the text, which is static: its hash costs as much as a look-up.
        translated: HashMap<(usize, usize), String>,
    },
    Postgres {
        client: Client,
        prepared: HashMap<&'static str, postgres::Statement>,
        /// The server cut us off, or can't be reached any more.
        lost: bool,
    },
}

/// A client that may be dropped anywhere. Its own end blocks on a runtime, which is a panic on any
/// thread that drives another one, such as the service's when it stops. So it ends elsewhere.
pub(super) struct Client(Option<Box<postgres::Client>>);

impl std::ops::Deref for Client {
    type Target = postgres::Client;

    fn deref(&self) -> &postgres::Client {
        self.0.as_ref().expect("it is only taken when dropped")
    }
}

impl std::ops::DerefMut for Client {
    fn deref_mut(&mut self) -> &mut postgres::Client {
        self.0.as_mut().expect("it is only taken when dropped")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let client = self.0.take();
        // Without a thread to spare the process is at its end anyway.
        if let Ok(thread) = std::thread::Builder::new().spawn(move || drop(client)) {
            let _ = thread.join();
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::at("sqlite", error)
    }
}

impl From<postgres::Error> for Fault {
    fn from(error: postgres::Error) -> Fault {
        use postgres::error::SqlState;
        let again = matches!(
            error.code(),
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED)
        );
        let cause = match error.as_db_error() {
            Some(inner) => format!("{} ({})", inner.message(), inner.code().code()),
            None => format!("{error:?}"),
        };
        Fault {
            place: "postgres".to_owned(),
            cause,
            again,
        }
    }
}

/// SQLite numbers `$1` by first appearance, so `$n` has to become `?n`.
fn to_question_marks(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        let marks_parameter = c == '$' && rest.peek().is_some_and(char::is_ascii_digit);
        out.push(if marks_parameter { '?' } else { c });
    }
    out
}

impl Connection {
    pub(super) fn sqlite(path: &Path) -> Result<Connection, Fault> {
        let fault = |e| Fault::at(format!("opening {}", path.display()), e);
        let connection = rusqlite::Connection::open(path).map_err(fault)?;
        connection
            .busy_timeout(std::time::Duration::from_secs(20))
            .map_err(fault)?;
        connection
            .execute(
                "attach database ?1 as insured",
                [super::insured_path(path).display().to_string()],
            )
            .map_err(fault)?;
        // With pages of 8 KiB ten million are found in as many steps as one million; larger ones
        // make imports write more. The cache of insured persons is for imports too: who reads
        // them reads the map of the file.
        connection
            .execute_batch(
                "pragma insured.page_size = 8192; \
             pragma main.journal_mode = wal; pragma main.synchronous = full; \
             pragma insured.journal_mode = wal; pragma insured.synchronous = full; \
             pragma foreign_keys = on; pragma temp_store = memory; \
             pragma main.mmap_size = 0; pragma insured.mmap_size = 1099511627776; \
             pragma main.cache_size = -65536; pragma insured.cache_size = -262144; \
             pragma wal_autocheckpoint = 4000;",
            )
            .map_err(fault)?;
        connection.set_prepared_statement_cache_capacity(256);
        // Else SQLite plans anew whenever a parameter changes, which costs more than a whole check.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Connection(Backend::Sqlite {
            connection,
            translated: HashMap::new(),
        }))
    }

    pub(super) fn postgres(url: &str) -> Result<Connection, Fault> {
        let client = postgres::Client::connect(url, postgres::NoTls).map_err(|e| Fault {
            place: "connecting to PostgreSQL".to_owned(),
            ..Fault::from(e)
        })?;
        Ok(Connection(Backend::Postgres {
            client: Client(Some(Box::new(client))),
            prepared: HashMap::new(),
            lost: false,
        }))
    }

    /// True when the connection is lost and a new one is wanted.
    pub fn is_lost(&self) -> bool {
        match &self.0 {
            Backend::Sqlite { .. } => false,
            Backend::Postgres { client, lost, .. } => *lost || client.is_closed(),
        }
    }

    /// Runs a query and gives every row.
    pub fn rows(&mut self, sql: &'static str, parameters: &[Value]) -> Result<Vec<Row>, Fault> {
        match &mut self.0 {
            Backend::Sqlite {
                connection,
                translated,
            } => {
                let sql = translated
                    .entry((sql.as_ptr().addr(), sql.len()))
                    .or_insert_with(|| to_question_marks(sql));
                let mut statement = connection.prepare_cached(sql)?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
                let mut all = Vec::new();
                while let Some(row) = rows.next()? {
                    all.push(sqlite_row(row, columns)?);
                }
                Ok(all)
            }
            Backend::Postgres {
                client,
                prepared,
                lost,
            } => Ok(watch(
                lost,
                postgres_rows(client, prepared, sql, parameters),
            )?),
        }
    }

    /// Runs a query that gives at most one row.
    pub fn row(&mut self, sql: &'static str, parameters: &[Value]) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, parameters)?.into_iter().next())
    }

    /// Runs a statement and says how many rows it touched.
    pub fn execute(&mut self, sql: &'static str, parameters: &[Value]) -> Result<u64, Fault> {
        match &mut self.0 {
            Backend::Sqlite {
                connection,
                translated,
            } => {
                let sql = translated
                    .entry((sql.as_ptr().addr(), sql.len()))
                    .or_insert_with(|| to_question_marks(sql));
                let mut statement = connection.prepare_cached(sql)?;
                Ok(statement.execute(rusqlite::params_from_iter(parameters))? as u64)
            }
            Backend::Postgres {
                client,
                prepared,
                lost,
            } => {
                let parameters: Vec<&(dyn postgres::types::ToSql + Sync)> =
                    parameters.iter().map(|value| value as _).collect();
                let done = prepare(client, prepared, sql)
                    .and_then(|statement| client.execute(&statement, &parameters));
                Ok(watch(lost, done)?)
            }
        }
    }

    /// Runs a text of several statements without parameters (migrations, transaction control).
    pub fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        match &mut self.0 {
            Backend::Sqlite { connection, .. } => Ok(connection.execute_batch(sql)?),
            Backend::Postgres { client, lost, .. } => Ok(watch(lost, client.batch_execute(sql))?),
        }
    }

    /// Makes the connection one that can't write, whatever it is asked to.
    pub(super) fn read_only(&mut self) -> Result<(), Fault> {
        match self.0 {
            Backend::Sqlite { .. } => self.batch("pragma query_only = on"),
            Backend::Postgres { .. } => {
                self.batch("set session characteristics as transaction read only")
            }
        }
    }

    /// How many bind parameters one statement may have on either database, with room to spare.
    pub const PARAMETERS_MAX: usize = 16_000;

    /// The type name for bytes, the one word of the migrations that differs.
    pub(super) fn bytes_type(&self) -> &'static str {
        match self.0 {
            Backend::Sqlite { .. } => "blob",
            Backend::Postgres { .. } => "bytea",
        }
    }

    /// What stands before the name of a table that holds what insurers report.
    pub(super) fn insured_schema(&self) -> &'static str {
        match self.0 {
            Backend::Sqlite { .. } => "insured.",
            Backend::Postgres { .. } => "",
        }
    }

    /// Checks that texts order by their bytes and only ASCII letters lose their case, as in SQLite.
    pub(super) fn orders_by_bytes(&mut self) -> Result<bool, Fault> {
        match self.0 {
            Backend::Sqlite { .. } => Ok(true),
            Backend::Postgres { .. } => {
                let sql = "select case when 'B' < 'a' and 'a b' < 'aa' and lower('ＡB') = 'Ａb' \
                           then 1 else 0 end";
                Ok(self
                    .row(sql, &[])?
                    .is_some_and(|row| row.int(0).is_ok_and(|yes| yes == 1)))
            }
        }
    }
}

fn prepare(
    client: &mut postgres::Client,
    prepared: &mut HashMap<&'static str, postgres::Statement>,
    sql: &'static str,
) -> Result<postgres::Statement, postgres::Error> {
    if let Some(statement) = prepared.get(sql) {
        return Ok(statement.clone());
    }
    let statement = client.prepare(sql)?;
    prepared.insert(sql, statement.clone());
    Ok(statement)
}

/// Notes whether an error means that the connection is of no more use: anything but the server's
/// own answer, or its answer that it is going down.
fn watch<T>(lost: &mut bool, answer: Result<T, postgres::Error>) -> Result<T, postgres::Error> {
    if let Err(error) = &answer {
        let code = error.code().map(postgres::error::SqlState::code);
        *lost |= code.is_none_or(|code| code.starts_with("57P"));
    }
    answer
}

fn postgres_rows(
    client: &mut postgres::Client,
    prepared: &mut HashMap<&'static str, postgres::Statement>,
    sql: &'static str,
    parameters: &[Value],
) -> Result<Vec<Row>, postgres::Error> {
    let statement = prepare(client, prepared, sql)?;
    let mut rows = client.query_raw(&statement, parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(postgres_row(&row)?);
    }
    Ok(all)
}

fn sqlite_row(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row, Fault> {
    use rusqlite::types::ValueRef;
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        values.push(match row.get_ref(column)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Text(text) => Value::Text(match std::str::from_utf8(text) {
                Ok(text) => text.to_owned(),
                Err(_) => String::from_utf8_lossy(text).into_owned(),
            }),
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
            ValueRef::Real(_) => return Err(Fault::at("sqlite", "a column of type real")),
        });
    }
    Ok(Row(values))
}

fn postgres_row(row: &postgres::Row) -> Result<Row, postgres::Error> {
    use postgres::types::Type;
    let mut values = Vec::with_capacity(row.len());
    for (index, column) in row.columns().iter().enumerate() {
        values.push(match *column.type_() {
            Type::INT8 => row
                .try_get::<_, Option<i64>>(index)?
                .map_or(Value::Null, Value::Int),
            Type::INT4 => row
                .try_get::<_, Option<i32>>(index)?
                .map_or(Value::Null, |number| Value::Int(i64::from(number))),
            Type::BYTEA => row
                .try_get::<_, Option<Vec<u8>>>(index)?
                .map_or(Value::Null, Value::Bytes),
            _ => row
                .try_get::<_, Option<String>>(index)?
                .map_or(Value::Null, Value::Text),
        });
    }
    Ok(Row(values))
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_numbered_parameters_become_question_marks() {
        assert_eq!(
            super::to_question_marks("a = $2 and b = $1 || '$x'"),
            "a = ?2 and b = ?1 || '$x'"
        );
    }
}

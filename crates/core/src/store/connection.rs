//! One connection to either database, and the few places where they differ.

use super::value::{Row, Value};
use crate::error::Fault;
use std::collections::HashMap;

/// A connection. The SQL given to it is the same for both databases.
pub struct Connection(pub(crate) Backend);

pub(crate) enum Backend {
    Sqlite {
        connection: rusqlite::Connection,
        /// By place and length of the text, which is static: its hash costs as much as a look-up.
        translated: HashMap<(usize, usize), String>,
    },
    Postgres {
        client: onshi_postgres::Client,
        prepared: HashMap<&'static str, onshi_postgres::Statement>,
        /// The server cut us off, or can't be reached any more.
        lost: bool,
    },
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
                let parameters: Vec<&(dyn onshi_postgres::types::ToSql + Sync)> =
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
    pub(crate) fn read_only(&mut self) -> Result<(), Fault> {
        match self.0 {
            Backend::Sqlite { .. } => self.batch("pragma query_only = on"),
            Backend::Postgres { .. } => {
                self.batch("set session characteristics as transaction read only")
            }
        }
    }

    /// Whether there is a table of this name.
    pub(crate) fn has_table(&mut self, name: &str) -> Result<bool, Fault> {
        let sql = match self.0 {
            Backend::Sqlite { .. } => {
                "select 1 from (select name from main.sqlite_master union all \
                 select name from insured.sqlite_master) where name = $1"
            }
            Backend::Postgres { .. } => {
                "select 1 from information_schema.tables \
                 where table_schema = current_schema() and table_name::text = $1"
            }
        };
        Ok(self.row(sql, &[name.into()])?.is_some())
    }

    /// How many bind parameters one statement may have on either database, with room to spare.
    pub const PARAMETERS_MAX: usize = 16_000;

    /// The type name for bytes, the one word of the migrations that differs.
    pub(crate) fn bytes_type(&self) -> &'static str {
        match self.0 {
            Backend::Sqlite { .. } => "blob",
            Backend::Postgres { .. } => "bytea",
        }
    }

    /// What is said of a table whose rows are to lie in the order of their key. PostgreSQL keeps rows
    /// as they came.
    pub(crate) fn clustered(&self) -> &'static str {
        match self.0 {
            Backend::Sqlite { .. } => "without rowid",
            Backend::Postgres { .. } => "",
        }
    }

    /// What stands before the name of a table that holds what insurers report.
    pub(crate) fn insured_schema(&self) -> &'static str {
        match self.0 {
            Backend::Sqlite { .. } => "insured.",
            Backend::Postgres { .. } => "",
        }
    }

    /// Checks that texts order by their bytes and only ASCII letters lose their case, as in SQLite.
    pub(crate) fn orders_by_bytes(&mut self) -> Result<bool, Fault> {
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
    client: &mut onshi_postgres::Client,
    prepared: &mut HashMap<&'static str, onshi_postgres::Statement>,
    sql: &'static str,
) -> Result<onshi_postgres::Statement, onshi_postgres::Error> {
    if let Some(statement) = prepared.get(sql) {
        return Ok(statement.clone());
    }
    let statement = client.prepare(sql)?;
    prepared.insert(sql, statement.clone());
    Ok(statement)
}

/// Notes whether an error means that the connection is of no more use: it broke, or the server says
/// that it is going down or ends us.
pub(super) fn watch<T>(
    lost: &mut bool,
    answer: Result<T, onshi_postgres::Error>,
) -> Result<T, onshi_postgres::Error> {
    if let Err(error) = &answer {
        let code = error.code().map(onshi_postgres::SqlState::code);
        let ended = code.is_some_and(|code| code.starts_with("57P") || code == "25P03");
        *lost |= ended || error.is_of_the_connection();
    }
    answer
}

fn postgres_rows(
    client: &mut onshi_postgres::Client,
    prepared: &mut HashMap<&'static str, onshi_postgres::Statement>,
    sql: &'static str,
    parameters: &[Value],
) -> Result<Vec<Row>, onshi_postgres::Error> {
    let statement = prepare(client, prepared, sql)?;
    let rows = client.query(&statement, parameters)?;
    rows.iter().map(postgres_row).collect()
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

fn postgres_row(row: &onshi_postgres::Row) -> Result<Row, onshi_postgres::Error> {
    use onshi_postgres::types::Type;
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

//! A connection to a test's database that knows nothing of the product: what somebody with the file
//! or the address can do. The product's own connections can't be had outside of core.

use onshi_core::store::{Location, PostgresSettings};
use std::path::Path;

/// A connection to a database.
pub enum Database {
    /// The two files of SQLite.
    Sqlite(rusqlite::Connection),
    /// PostgreSQL.
    Postgres(onshi_postgres::Client),
}

/// What a column may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub Vec<Cell>);

impl Row {
    /// The number in a column.
    ///
    /// # Panics
    /// When there is none.
    pub fn int(&self, column: usize) -> i64 {
        match &self.0[column] {
            Cell::Int(number) => *number,
            other => panic!("column {column} is {other:?}"),
        }
    }

    /// The text in a column.
    ///
    /// # Panics
    /// When there is none.
    pub fn text(&self, column: usize) -> String {
        match &self.0[column] {
            Cell::Text(text) => text.clone(),
            other => panic!("column {column} is {other:?}"),
        }
    }
}

impl Database {
    /// Opens a database that is there.
    ///
    /// # Panics
    /// When it can't be opened: nothing can be tested then.
    pub fn open(location: &Location) -> Database {
        match location {
            Location::Sqlite(path) => Database::Sqlite(sqlite(path).expect("the files are there")),
            Location::Postgres(url) => {
                let client = onshi_postgres::Client::connect(&PostgresSettings::of(url));
                Database::Postgres(client.expect("the server is there"))
            }
        }
    }

    /// Runs a query and gives every row.
    ///
    /// # Panics
    /// When it fails.
    pub fn rows(&mut self, sql: &str) -> Vec<Row> {
        match self {
            Database::Sqlite(connection) => sqlite_rows(connection, sql).expect("it is a query"),
            Database::Postgres(client) => {
                let statement = client.prepare(sql).expect("it is a query");
                let none: [&(dyn onshi_postgres::types::ToSql + Sync); 0] = [];
                let rows = client.query(&statement, none).expect("it is answered");
                rows.iter().map(postgres_row).collect()
            }
        }
    }

    /// The one number that a query gives; none where it gives no row.
    pub fn number(&mut self, sql: &str) -> Option<i64> {
        self.rows(sql).first().map(|row| row.int(0))
    }

    /// Runs statements.
    ///
    /// # Panics
    /// When one fails.
    pub fn batch(&mut self, sql: &str) {
        match self {
            Database::Sqlite(connection) => connection.execute_batch(sql).expect("it runs"),
            Database::Postgres(client) => client.batch_execute(sql).expect("it runs"),
        }
    }
}

fn sqlite(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let connection = rusqlite::Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(20))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!("{stem}-insured.{extension}"));
    let beside = beside.to_string_lossy();
    connection.execute("attach database ?1 as insured", [beside])?;
    Ok(connection)
}

fn sqlite_rows(connection: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Vec<Row>> {
    use rusqlite::types::Value;
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let cell = |column| {
            Ok(match row.get::<_, Value>(column)? {
                Value::Null => Cell::Null,
                Value::Integer(number) => Cell::Int(number),
                Value::Text(text) => Cell::Text(text),
                Value::Blob(bytes) => Cell::Bytes(bytes),
                Value::Real(number) => Cell::Text(number.to_string()),
            })
        };
        (0..columns)
            .map(cell)
            .collect::<rusqlite::Result<_>>()
            .map(Row)
    })?;
    rows.collect()
}

fn postgres_row(row: &onshi_postgres::Row) -> Row {
    use onshi_postgres::types::Type;
    let cell = |(at, column): (usize, &Type)| match *column {
        Type::INT8 => row.get::<_, Option<i64>>(at).map_or(Cell::Null, Cell::Int),
        Type::INT4 => {
            let number = row.get::<_, Option<i32>>(at);
            number.map_or(Cell::Null, |number| Cell::Int(number.into()))
        }
        Type::BYTEA => row
            .get::<_, Option<Vec<u8>>>(at)
            .map_or(Cell::Null, Cell::Bytes),
        _ => row
            .get::<_, Option<String>>(at)
            .map_or(Cell::Null, Cell::Text),
    };
    let types = row.columns().iter().map(|column| column.type_());
    Row(types.enumerate().map(cell).collect())
}

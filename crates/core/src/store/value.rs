//! Values that go into and come out of the database.

use crate::error::Fault;
use onshi_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use std::sync::Arc;

/// A value of the three types that columns have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    /// A text that many requests share, such as the institution's code.
    Shared(Arc<str>),
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::Text(text.clone())
    }
}

impl From<&Arc<str>> for Value {
    fn from(text: &Arc<str>) -> Value {
        Value::Shared(text.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Value {
        Value::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<crate::clock::Moment> for Value {
    fn from(moment: crate::clock::Moment) -> Value {
        Value::Int(moment.ms())
    }
}

impl From<crate::clock::Day> for Value {
    fn from(day: crate::clock::Day) -> Value {
        Value::Int(day.number())
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => match *kind {
                Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
                _ => number.to_sql(kind, out),
            },
            Value::Text(text) => text.to_sql(kind, out),
            Value::Shared(text) => text.as_ref().to_sql(kind, out),
            Value::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::INT8 | Type::INT4 | Type::TEXT | Type::VARCHAR | Type::BYTEA
        )
    }

    to_sql_checked!();
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Shared(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// One row of an answer; columns are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub(super) Vec<Value>);

impl Row {
    /// Every column, in order.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    fn at(&self, column: usize) -> Result<&Value, Fault> {
        self.0
            .get(column)
            .ok_or_else(|| Fault::at("reading a row", format!("no column {column}")))
    }

    fn wrong(&self, column: usize, wanted: &str) -> Fault {
        Fault::at("reading a row", format!("column {column} is not {wanted}"))
    }

    /// A number that is there.
    pub fn int(&self, column: usize) -> Result<i64, Fault> {
        self.opt_int(column)?
            .ok_or_else(|| self.wrong(column, "a number"))
    }

    /// A number that may be absent.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, Fault> {
        match self.at(column)? {
            Value::Int(number) => Ok(Some(*number)),
            Value::Null => Ok(None),
            _ => Err(self.wrong(column, "a number")),
        }
    }

    /// A text that is there.
    pub fn text(&self, column: usize) -> Result<String, Fault> {
        self.opt_text(column)?
            .ok_or_else(|| self.wrong(column, "a text"))
    }

    /// A text that may be absent.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>, Fault> {
        match self.at(column)? {
            Value::Text(text) => Ok(Some(text.clone())),
            Value::Null => Ok(None),
            _ => Err(self.wrong(column, "a text")),
        }
    }

    /// Takes out a text that is there. For rows of many texts, which need not be copied.
    pub fn take_text(&mut self, column: usize) -> Result<String, Fault> {
        self.take_opt_text(column)?
            .ok_or_else(|| self.wrong(column, "a text"))
    }

    /// Takes out a text that may be absent.
    pub fn take_opt_text(&mut self, column: usize) -> Result<Option<String>, Fault> {
        self.at(column)?;
        match std::mem::replace(&mut self.0[column], Value::Null) {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            _ => Err(self.wrong(column, "a text")),
        }
    }

    /// Bytes that are there.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, Fault> {
        match self.at(column)? {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            _ => Err(self.wrong(column, "bytes")),
        }
    }

    /// Bytes that may be absent.
    pub fn opt_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, Fault> {
        match self.at(column)? {
            Value::Bytes(bytes) => Ok(Some(bytes.clone())),
            Value::Null => Ok(None),
            _ => Err(self.wrong(column, "bytes")),
        }
    }

    /// A moment that is there.
    pub fn moment(&self, column: usize) -> Result<crate::clock::Moment, Fault> {
        self.int(column).map(crate::clock::Moment::from_ms)
    }

    /// A moment that may be absent.
    pub fn opt_moment(&self, column: usize) -> Result<Option<crate::clock::Moment>, Fault> {
        Ok(self.opt_int(column)?.map(crate::clock::Moment::from_ms))
    }

    /// A day that may be absent.
    pub fn opt_day(&self, column: usize) -> Result<Option<crate::clock::Day>, Fault> {
        self.opt_int(column)?
            .map(|number| {
                crate::clock::Day::from_number(number).ok_or_else(|| self.wrong(column, "a day"))
            })
            .transpose()
    }
}

//! How far PostgreSQL's write-ahead log is, for whoever has to replay it up to there.

use super::Connection;
use super::connection::Backend;
use crate::error::Fault;

/// A place in the write-ahead log of a PostgreSQL cluster (LSN).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// How far what is written there goes.
    pub lsn: String,
    /// Which cluster it is.
    pub system: String,
}

impl Position {
    /// The present one; none on SQLite.
    pub(crate) fn of(connection: &mut Connection) -> Result<Option<Position>, Fault> {
        if let Backend::Sqlite { .. } = connection.0 {
            return Ok(None);
        }
        let sql = "select case when pg_is_in_recovery() then pg_last_wal_replay_lsn()::text \
                   else pg_current_wal_lsn()::text end, system_identifier::text \
                   from pg_control_system()";
        let row = connection.row(sql, &[])?;
        let row = row.ok_or_else(|| Fault::at("asking PostgreSQL how far it is", "no row"))?;
        Ok(Some(Position {
            lsn: row.text(0)?,
            system: row.text(1)?,
        }))
    }
}

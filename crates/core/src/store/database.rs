//! A database that was opened: which one it is, and that it is still the same.

use super::connection::{Backend, Connection};
use super::files::Files;
use super::identity::{self, DatabaseId, identities};
use super::{Location, StoreSettings};
use crate::error::Fault;

/// An open database. Every connection to it is made here, so that none leads elsewhere.
pub(crate) struct Database {
    location: Location,
    pub(crate) settings: StoreSettings,
    identity: DatabaseId,
    /// The files, on SQLite.
    files: Option<Files>,
}

impl Database {
    /// Opens a database whose schema is up to date, with a first connection, and finds out whether
    /// it can be written.
    pub(crate) fn open(
        location: Location,
        settings: StoreSettings,
        probe: impl FnOnce(&mut Connection) -> Result<(), Fault>,
    ) -> Result<(Database, Connection), Fault> {
        let mut connection = location.connect_with(&settings)?;
        let identity = own_identity(&mut connection, &location)?;
        // What is written makes the companions, which are there from now on.
        probe(&mut connection)?;
        let files = match &location {
            Location::Sqlite(path) => Some(Files::of(path)?),
            Location::Postgres(_) => None,
        };
        let database = Database {
            location,
            settings,
            identity,
            files,
        };
        Ok((database, connection))
    }

    /// One more connection, to the same database and no other.
    pub(crate) fn connect(&self) -> Result<Connection, Fault> {
        self.check()?;
        let mut connection = self.location.connect_with(&self.settings)?;
        match connection.0 {
            Backend::Sqlite { .. } => drop(self.check()?),
            Backend::Postgres { .. } => {
                let found = own_identity(&mut connection, &self.location)?;
                if found != self.identity {
                    let cause = "another database has taken its place while it was in use; stop \
                                 the service, put the right one there and start again";
                    return Err(Fault::unavailable("connecting to PostgreSQL", cause));
                }
            }
        }
        Ok(connection)
    }

    /// How long anybody waits for an answer.
    pub(crate) fn patience(&self) -> std::time::Duration {
        self.settings.answer
    }

    /// Looks whether what is open is still what the next start will find, and gives how much is
    /// written and not yet in its place.
    pub(crate) fn check(&self) -> Result<u64, Fault> {
        match &self.files {
            Some(files) => files.check(|| self.committed_sizes()),
            None => Ok(0),
        }
    }

    /// How large the two databases are after the last commit, as SQLite says: whoever writes over a
    /// file does not change that, and a `VACUUM` does. It is asked on a new connection, on which
    /// the database must still be the same.
    fn committed_sizes(&self) -> Result<[u64; 2], Fault> {
        let mut connection = self.location.connect_with(&self.settings)?;
        if own_identity(&mut connection, &self.location)? != self.identity {
            let cause = "another database has taken its place while it was open; stop the service, \
                         put the right one there and start again";
            return Err(Fault::unavailable("looking at the database", cause));
        }
        let mut size = |pages, bytes| -> Result<u64, Fault> {
            let mut number = |sql| -> Result<i64, Fault> {
                let row = connection.row(sql, &[])?;
                row.map_or(Ok(0), |row| row.int(0))
            };
            let size = number(pages)?.saturating_mul(number(bytes)?);
            Ok(u64::try_from(size).unwrap_or(u64::MAX))
        };
        Ok([
            size("pragma main.page_count", "pragma main.page_size")?,
            size("pragma insured.page_count", "pragma insured.page_size")?,
        ])
    }
}

fn own_identity(connection: &mut Connection, location: &Location) -> Result<DatabaseId, Fault> {
    let (own, beside) = identities(connection)?;
    let own = own.ok_or_else(|| {
        let cause = "it has no identity; begin it with `onshi migrate`";
        Fault::unavailable(format!("opening {}", location.shown()), cause)
    })?;
    if let Location::Sqlite(path) = location
        && beside.as_ref() != Some(&own)
    {
        return Err(identity::swapped(path, &own, beside.as_ref()));
    }
    Ok(own)
}

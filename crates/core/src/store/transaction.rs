//! How transactions begin, which is where the two databases differ most.

use super::connection::{Backend, Connection};
use crate::error::Fault;

impl Connection {
    /// Begins a transaction that will write. SQLite must take its lock at once, or it could fail
    /// half-way when another process wrote in between. PostgreSQL must not let us write over what
    /// another node wrote after we read it (a count of failures, say): with repeatable reads it
    /// asks for a repeat instead.
    pub fn begin(&mut self) -> Result<(), Fault> {
        match self.0 {
            Backend::Sqlite { .. } => self.execute("begin immediate", &[]).map(drop),
            // The lock lets others write as well; it is only for `begin_first_in_line` to wait for.
            Backend::Postgres { .. } => self.batch(
                "begin isolation level repeatable read; \
                 lock table audit_chain in row exclusive mode",
            ),
        }
    }

    /// The same for a group that had to be repeated again and again: it waits for the groups that
    /// run, and holds up those that come, so that none can get in between once more. Every group
    /// takes its lock before it touches a row, so that nobody waits here who is waited for; and
    /// before anything is read, so that all of it is read after the others.
    pub(crate) fn begin_first_in_line(&mut self) -> Result<(), Fault> {
        match self.0 {
            Backend::Sqlite { .. } => self.begin(),
            Backend::Postgres { .. } => self.batch(
                "begin isolation level repeatable read; \
                 lock table audit_chain in exclusive mode",
            ),
        }
    }

    /// Begins a transaction that waits until no other of its kind runs: nodes that start at the
    /// same moment migrate one after the other. It waits for a table for moments only, less than PostgreSQL takes to find out
    /// that two wait for each other (`deadlock_timeout`): then it is not one who serves that is told to give way.
    pub(crate) fn begin_alone(&mut self) -> Result<(), Fault> {
        match self.0 {
            Backend::Sqlite { .. } => self.batch("begin immediate"),
            // The number is the word "onshi" on a telephone, and means nothing.
            Backend::Postgres { .. } => self.batch(
                "begin; set local lock_timeout = '200ms'; select pg_advisory_xact_lock(66744)",
            ),
        }
    }

    /// Ends a transaction, and keeps what it wrote.
    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        self.control("commit")
    }

    /// Begins what can be undone by itself within the transaction.
    pub(crate) fn begin_savepoint(&mut self) -> Result<(), Fault> {
        self.control("savepoint job")
    }

    /// Ends that, and undoes it where it is not to be kept.
    pub(crate) fn end_savepoint(&mut self, keep: bool) -> Result<(), Fault> {
        if !keep {
            self.control("rollback to job")?;
        }
        self.control("release job")
    }

    /// Runs a statement that controls a transaction. SQLite keeps it prepared; PostgreSQL takes it as
    /// text, since a prepared one fails where the transaction has failed before.
    fn control(&mut self, sql: &'static str) -> Result<(), Fault> {
        match self.0 {
            Backend::Sqlite { .. } => self.execute(sql, &[]).map(drop),
            Backend::Postgres { .. } => self.batch(sql),
        }
    }

    /// Whether the database has rolled the transaction back by itself, as SQLite does when its disk
    /// is full or fails.
    pub(crate) fn has_ended_transaction(&self) -> bool {
        match &self.0 {
            Backend::Sqlite { connection, .. } => connection.is_autocommit(),
            Backend::Postgres { .. } => false,
        }
    }

    /// Moves SQLite's write-ahead log into the database and cuts it, as far as nobody reads what is
    /// older. Waits so long for who does, and then `usual` again for who writes.
    pub(crate) fn cut_write_ahead_log(
        &mut self,
        wait: std::time::Duration,
        usual: std::time::Duration,
    ) -> Result<(), Fault> {
        let Backend::Sqlite { connection, .. } = &self.0 else {
            return Ok(());
        };
        connection.busy_timeout(wait)?;
        // Whether it was cut is in the row that it gives, and seen by the file's size.
        let cut = connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()));
        connection.busy_timeout(usual)?;
        Ok(cut?)
    }

    /// Reads several things as they are at one moment, whoever writes meanwhile. On PostgreSQL no transaction may run yet.
    pub(crate) fn at_one_moment<T>(
        &mut self,
        read: impl FnOnce(&mut Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match &self.0 {
            // The threads that read have begun one already.
            Backend::Sqlite { connection, .. } if !connection.is_autocommit() => return read(self),
            Backend::Sqlite { .. } => self.batch("begin")?,
            Backend::Postgres { .. } => {
                self.batch("begin isolation level repeatable read, read only")?;
            }
        }
        let found = read(self);
        // It wrote nothing; a rollback's own failure would hide what was found.
        let _ = self.batch("rollback");
        found
    }

    /// Begins a transaction for several reads. SQLite would otherwise take and give back its lock,
    /// and look whether others have written, for each of them. On PostgreSQL one read that fails
    /// would take the others of its transaction with it, and nothing would be gained.
    pub(crate) fn begin_reading(&mut self) -> Result<(), Fault> {
        match self.0 {
            Backend::Sqlite { .. } => self.execute("begin", &[]).map(drop),
            Backend::Postgres { .. } => Ok(()),
        }
    }

    /// Ends it.
    pub(crate) fn end_reading(&mut self) -> Result<(), Fault> {
        match self.0 {
            Backend::Sqlite { .. } => self.execute("commit", &[]).map(drop),
            Backend::Postgres { .. } => Ok(()),
        }
    }
}

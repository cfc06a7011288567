//! What the writer does beside the groups: it tries whether the database can be written, finds out
//! what became of a commit, and keeps SQLite's write-ahead log short.

use super::Worker;
use crate::audit;
use crate::error::Fault;
use crate::store::floor;
use crate::store::opening::BUSY;
use crate::store::probe::{commit_probes, probe};
use std::time::{Duration, Instant};

/// How soon it is tried again after it failed.
const AGAIN: Duration = Duration::from_secs(1);
/// How long is waited for readers when the write-ahead log is to be cut.
const MOVE_WAIT: Duration = Duration::from_millis(100);
/// How long is waited until that is tried again.
const MOVE_AGAIN: Duration = Duration::from_secs(2);

impl Worker {
    /// Tries whether the database can be written, and tells whoever asks.
    pub(super) fn probe(&mut self) {
        let mut probed = self.try_probe();
        if probed.is_err() && self.connection.is_lost() {
            // That a connection was cut off is noticed only here.
            probed = self.try_probe();
        }
        match probed {
            Err(fault) => {
                tracing::error!(%fault, "the database can't be used");
                self.health.tried(Some(&fault));
                self.next_probe = Instant::now() + AGAIN;
            }
            Ok(()) => {
                self.health.tried(None);
                self.next_probe = Instant::now() + self.database.settings.probe;
            }
        }
    }

    fn try_probe(&mut self) -> Result<(), Fault> {
        let written = self.database.check()?;
        self.keep_moving(written)?;
        if self.connection.is_lost() {
            self.connection = self.database.connect()?;
        }
        probe(&mut self.connection, &self.node)?;
        // A newer program may have taken something away that this one needs.
        floor::check(&mut self.connection)?;
        self.database.check().map(drop)
    }

    /// Finds out whether the group was kept whose commit was not answered, on a new connection. The
    /// row of our chain is locked by whoever still works on it; who gets the lock knows that it is
    /// over, one way or the other.
    pub(super) fn find_out(&mut self, unanswered: &Fault) -> Result<bool, Fault> {
        let Some(head) = self.sealed.clone() else {
            return Err(unanswered.within("no entry says whether it was kept"));
        };
        let mut fresh = self.database.connect()?;
        // Not a repeatable read, which would not see what is committed while it waits.
        fresh.batch("begin isolation level read committed")?;
        audit::lock_chain(&mut fresh, self.chain)?;
        let found = audit::is_there(&mut fresh, self.chain, &head)?;
        fresh.batch("rollback")?;
        if found {
            // It is there on this server, perhaps on no other: only a commit behind it says that it is kept.
            commit_probes(&mut fresh, &self.node)?;
        }
        self.connection = fresh;
        Ok(found)
    }

    /// Moves SQLite's write-ahead log into the database and cuts it, when it has grown beyond its
    /// limit. That needs a moment in which nobody reads what is older; whoever reads for long keeps
    /// it from being cut, and beyond the greatest size nothing more is written.
    pub(super) fn keep_moving(&mut self, written: u64) -> Result<(), Fault> {
        let settings = &self.database.settings;
        if written <= settings.wal_limit || Instant::now() < self.next_move {
            return self.refuse_beyond(written);
        }
        metrics::gauge!("onshi_wal_bytes").set(written as f64);
        let now = Instant::now();
        self.next_move = now + MOVE_AGAIN;
        self.connection.cut_write_ahead_log(MOVE_WAIT, BUSY)?;
        let written = self.database.check()?;
        if written <= self.database.settings.wal_limit {
            // Nobody is in its way: there is nothing to wait for the next time.
            self.next_move = now;
        }
        metrics::gauge!("onshi_wal_bytes").set(written as f64);
        self.refuse_beyond(written)
    }

    fn refuse_beyond(&self, written: u64) -> Result<(), Fault> {
        let most = self.database.settings.wal_max;
        if written <= most {
            return Ok(());
        }
        let cause = format!(
            "the write-ahead log has grown to {written} bytes (store.wal_max_mib allows {most}), since \
             somebody has been reading for so long; end that (a shell, a backup), and it goes on"
        );
        Err(Fault::unavailable("writing the database", cause))
    }
}

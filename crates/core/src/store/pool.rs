//! Connections for reading, handed out and taken back.

use super::{Connection, Database};
use crate::error::Fault;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

/// A pool of so many connections and no more: whoever comes when all are out waits, so that a burst
/// can't use up what the database server has; but not longer than anybody waits for the answer.
pub(crate) struct Pool {
    database: Arc<Database>,
    most: usize,
    state: Mutex<State>,
    given_back: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    /// How many exist, idle or handed out.
    open: usize,
}

impl Pool {
    pub(crate) fn new(database: Arc<Database>, most: usize) -> Pool {
        let (state, given_back) = (Mutex::new(State::default()), Condvar::new());
        Pool {
            database,
            most: most.max(1),
            state,
            given_back,
        }
    }

    /// Runs `work` with a connection.
    pub(crate) fn with<T, E: From<Fault>>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut place = Place {
            pool: self,
            connection: Some(self.take()?),
        };
        match place.connection.as_mut() {
            Some(connection) => work(connection),
            None => Err(Fault::at("reading", "the connection is gone").into()),
        }
    }

    fn take(&self) -> Result<Connection, Fault> {
        let mut since = None;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            while let Some(connection) = state.idle.pop() {
                if !connection.is_lost() {
                    return Ok(connection);
                }
                state.open -= 1;
            }
            if state.open < self.most {
                break;
            }
            // Looked at only here: whoever finds a connection has not waited.
            let since = *since.get_or_insert_with(Instant::now);
            let left = self.database.settings.answer.checked_sub(since.elapsed());
            let Some(left) = left else {
                let cause = "no connection to the database came free";
                return Err(Fault::unavailable("reading", cause));
            };
            state = self
                .given_back
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.open += 1;
        drop(state);
        let opened = self.database.connect().and_then(|mut fresh| {
            fresh.read_only()?;
            Ok(fresh)
        });
        if opened.is_err() {
            self.state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .open -= 1;
            self.given_back.notify_one();
        }
        opened
    }
}

/// Gives the connection back, also when the work panics.
struct Place<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self
            .pool
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match self.connection.take() {
            // What a panic left in the middle of a query is not trusted again.
            Some(connection) if !connection.is_lost() && !std::thread::panicking() => {
                state.idle.push(connection);
            }
            lost => {
                let was_lost = lost.as_ref().is_some_and(Connection::is_lost);
                state.open -= 1;
                if was_lost {
                    // When the server went down, it went down for all of them.
                    state.open -= state.idle.len();
                    state.idle.clear();
                }
            }
        }
        drop(state);
        self.pool.given_back.notify_one();
    }
}

//! Connections for reading, handed out and taken back.

use super::{Connection, Location};
use crate::error::Fault;
use std::sync::Mutex;

/// A pool that opens what is needed and keeps what is given back, up to a limit.
pub(crate) struct Pool {
    location: Location,
    keep: usize,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(crate) fn new(location: Location, keep: usize) -> Pool {
        Pool {
            location,
            keep,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Runs `work` with a connection.
    pub(crate) fn with<T, E: From<Fault>>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let kept = self
            .idle
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .pop();
        let mut connection = match kept {
            Some(connection) if !connection.is_lost() => connection,
            _ => {
                let mut fresh = self.location.connect()?;
                fresh.read_only()?;
                fresh
            }
        };
        let answer = work(&mut connection);
        let mut idle = self
            .idle
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if connection.is_lost() {
            // When the server went down, it went down for all of them.
            idle.clear();
        } else if idle.len() < self.keep {
            idle.push(connection);
        }
        answer
    }
}

//! Linked applications that wait for results of their institution's card reader.
//!
//! A result that this node took wakes those of its institution at once. What another node took is found
//! when they look again, which they do often enough for two seconds (`limits.reader_recheck_ms`).

use crate::capacity::shares::{Place, Shares};
use onshi_core::RefusalCode;
use onshi_core::turns::Bounds;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::{Notify, watch};

/// Who waits, and for whom there is room.
pub struct ReaderWaits {
    places: Shares,
    institutions: Mutex<HashMap<String, Weak<Notify>>>,
    stop: watch::Receiver<bool>,
}

impl ReaderWaits {
    /// So many may wait; nobody waits any more when the centre stops.
    pub fn new(bounds: Bounds, stop: watch::Receiver<bool>) -> ReaderWaits {
        ReaderWaits {
            places: Shares::new("reader_waits", bounds),
            institutions: Mutex::default(),
            stop,
        }
    }

    /// A place among those who wait.
    pub async fn place(&self, institution: &str) -> Result<Place, RefusalCode> {
        self.places.place(institution).await
    }

    /// What wakes those of an institution.
    pub fn waiter(&self, institution: &str) -> Arc<Notify> {
        let mut all = self
            .institutions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(institution).and_then(Weak::upgrade) {
            return known;
        }
        let new = Arc::new(Notify::new());
        // Who waits no more leaves an empty entry, of which there is one an institution at the most.
        all.insert(institution.to_owned(), Arc::downgrade(&new));
        new
    }

    /// Wakes those of an institution.
    pub fn wake(&self, institution: &str) {
        let all = self
            .institutions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(institution).and_then(Weak::upgrade) {
            known.notify_waiters();
        }
    }

    /// Whether the centre stops.
    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits until the centre stops.
    pub async fn stopping(&self) {
        let mut stop = self.stop.clone();
        // An error is that nobody can stop it any more, which is a stop too.
        drop(stop.wait_for(|stop| *stop).await);
    }
}

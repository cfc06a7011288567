//! The seals of the audit log, noted in a second place (監査ログの封印の控え).
//!
//! A database that is set back, or restored from a backup, can't say what it has lost. Its seals, noted
//! elsewhere each minute, can: which entries there were, up to which minute. A thread of its own writes
//! them, so that a folder of another machine that does not answer holds up nobody.

pub mod book;

use crate::config::Config;
use book::{Line, NotedHead};
use onshi_core::clock::Moment;
use onshi_core::store::DatabaseId;
use onshi_core::{Fault, Service};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How long the end of the service waits for the last note.
const LAST: Duration = Duration::from_secs(2);

/// The thread that notes them.
pub struct Noting {
    ask: SyncSender<SyncSender<()>>,
}

/// What the thread needs.
struct Notes {
    service: Weak<Service>,
    folder: PathBuf,
    every: Duration,
    database: DatabaseId,
    node: String,
    clock: fn() -> Moment,
}

impl Noting {
    /// Begins, where a folder is set.
    pub fn start(
        config: &Config,
        service: &Arc<Service>,
        database: &DatabaseId,
        clock: fn() -> Moment,
    ) -> Result<Option<Noting>, Fault> {
        let Some(folder) = &config.seals.folder else {
            return Ok(None);
        };
        let notes = Notes {
            service: Arc::downgrade(service),
            folder: folder.clone(),
            every: Duration::from_secs(config.seals.every_seconds),
            database: database.clone(),
            node: config.store.node.clone(),
            clock,
        };
        let (ask, asked) = sync_channel(1);
        std::thread::Builder::new()
            .name("onshi-seals".to_owned())
            .spawn(move || notes.work(&asked))
            .map_err(|e| Fault::at("starting to note the seals", e))?;
        Ok(Some(Noting { ask }))
    }

    /// Notes once more before the end; not longer than a moment.
    pub fn last(&self) {
        let (tell, told) = sync_channel(1);
        if self.ask.try_send(tell).is_ok() {
            // The place may not answer; then the minute before stands there.
            let _ = told.recv_timeout(LAST);
        }
    }
}

impl Notes {
    fn work(&self, asked: &Receiver<SyncSender<()>>) {
        loop {
            self.note_or_tell();
            match asked.recv_timeout(self.every) {
                Ok(tell) => {
                    self.note_or_tell();
                    // Whoever asked may wait no more.
                    let _ = tell.try_send(());
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn note_or_tell(&self) {
        match self.note() {
            Ok(()) => {
                let seconds = (self.clock)().ms() as f64 / 1000.0;
                metrics::gauge!("onshi_seals_noted_timestamp_seconds").set(seconds);
            }
            Err(fault) => {
                metrics::counter!("onshi_seals_not_noted_total").increment(1);
                let folder = self.folder.display();
                tracing::error!(%fault, %folder, "the seals of the audit log could not be noted in the second place");
            }
        }
    }

    fn note(&self) -> Result<(), Fault> {
        let Some(service) = self.service.upgrade() else {
            return Ok(());
        };
        let mut heads = service.audit_heads()?;
        drop(service);
        // A chain that was only begun says nothing.
        heads.retain(|head| head.last_seq > 0);
        let line = Line {
            at: (self.clock)().ms(),
            moment: (self.clock)().jst_table(),
            database: self.database.as_str().to_owned(),
            by: self.node.clone(),
            restored: false,
            heads: heads.iter().map(NotedHead::of).collect(),
        };
        book::add(&self.folder, &line)
    }
}

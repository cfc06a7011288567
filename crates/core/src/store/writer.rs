//! The one thread that writes: it commits groups.
//!
//! A disk flushes a few hundred times a second. So the writer takes what is queued, runs each
//! piece in a savepoint of its own, writes the audit entries of all of them and one seal, commits
//! once, and only then answers every piece. What is answered is on the disk.

use super::{Connection, Location};
use crate::audit::{self, Entry, SealKey};
use crate::clock::Moment;
use crate::error::Fault;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// A piece of work for the writer. It may be run more than once, when a group has to be repeated;
/// exactly one of `committed` and `failed` is called at the end.
pub trait Piece: Send {
    /// Does the work inside the group's transaction, and says whether what it wrote is to be kept;
    /// else it is undone, and only the audit entries stay. A piece that only leaves an audit entry
    /// never touches the connection.
    fn run(&mut self, connection: &mut Connection) -> Result<bool, Fault>;
    /// What the audit log is told after the run: one entry, or one for each person of a bulk
    /// request.
    fn entries(&self) -> &[Entry];
    /// True when `run` writes, and therefore needs a savepoint.
    fn writes(&self) -> bool;
    /// When the piece was asked for.
    fn asked_at(&self) -> Moment;
    /// What was done is on the disk.
    fn committed(self: Box<Self>);
    /// Nothing was done, since we failed.
    fn failed(self: Box<Self>, fault: Fault);
    /// Nothing was done, since too much is waiting.
    fn turned_away(self: Box<Self>);
}

/// How the writer works.
#[derive(Clone, Debug)]
pub struct WriterSettings {
    /// The name of this node's chain in the audit log.
    pub node: String,
    /// The most pieces in one group.
    pub group_max: usize,
    /// The most pieces that may wait; beyond it the answer is "busy".
    pub queue_max: usize,
}

/// The way to the writer thread. Dropping it lets the thread finish what is queued, and waits.
pub struct Writer {
    queue: Option<SyncSender<Box<dyn Piece>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the writer on a connection of its own.
    pub fn start(
        location: Location,
        key: SealKey,
        settings: WriterSettings,
    ) -> Result<Writer, Fault> {
        let mut connection = location.connect()?;
        let chain = audit::store::open_chain(&mut connection, &settings.node)?;
        let (queue, incoming) = sync_channel(settings.queue_max);
        let worker = Worker {
            location,
            connection,
            key,
            chain,
            group_max: settings.group_max,
        };
        let thread = std::thread::Builder::new()
            .name("onshi-writer".to_owned())
            .spawn(move || worker.work(&incoming))
            .map_err(|e| Fault::at("starting the writer", e))?;
        Ok(Writer {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Queues a piece. When the queue is full the piece comes back, to be told so.
    pub fn submit(&self, piece: Box<dyn Piece>) -> Result<(), Box<dyn Piece>> {
        match self.queue.as_ref().map(|queue| queue.try_send(piece)) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(piece) | TrySendError::Disconnected(piece))) => Err(piece),
            None => unreachable!("the queue is only taken when the writer is dropped"),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the writer was already reported where it happened.
            let _ = thread.join();
        }
    }
}

struct Worker {
    location: Location,
    connection: Connection,
    key: SealKey,
    chain: i64,
    group_max: usize,
}

impl Worker {
    fn work(mut self, incoming: &Receiver<Box<dyn Piece>>) {
        while let Ok(first) = incoming.recv() {
            let mut group = vec![first];
            while group.len() < self.group_max
                && let Ok(piece) = incoming.try_recv()
            {
                group.push(piece);
            }
            self.commit(group);
        }
    }

    fn commit(&mut self, mut group: Vec<Box<dyn Piece>>) {
        let begun = std::time::Instant::now();
        metrics::histogram!("onshi_commit_group_pieces").record(group.len() as f64);
        let mut outcome = self.attempt(&mut group, Connection::begin);
        // Another node's group may have met ours half-way; the database then asks for a repeat.
        for repeat in 0..5 {
            if !outcome.as_ref().is_err_and(|fault| fault.again) {
                break;
            }
            let begin = if repeat == 0 {
                Connection::begin
            } else {
                Connection::begin_first_in_line
            };
            outcome = self.attempt(&mut group, begin);
        }
        metrics::histogram!("onshi_commit_seconds").record(begun.elapsed().as_secs_f64());
        match outcome {
            Ok(faults) => {
                for (piece, fault) in group.into_iter().zip(faults) {
                    match fault {
                        None => piece.committed(),
                        Some(fault) => piece.failed(fault),
                    }
                }
            }
            Err(fault) => {
                tracing::error!(%fault, pieces = group.len(), "a group could not be committed");
                for piece in group {
                    piece.failed(Fault::at("committing a group", &fault));
                }
            }
        }
    }

    fn attempt(
        &mut self,
        group: &mut [Box<dyn Piece>],
        begin: fn(&mut Connection) -> Result<(), Fault>,
    ) -> Result<Vec<Option<Fault>>, Fault> {
        if self.connection.is_lost() {
            self.connection = self.location.connect()?;
        }
        if let Err(fault) = begin(&mut self.connection) {
            if !self.connection.is_lost() {
                // The rollback's own failure would hide why we roll back.
                let _ = self.connection.batch("rollback");
                return Err(fault);
            }
            // That a connection was cut off is noticed only here; nothing was done yet.
            self.connection = self.location.connect()?;
            begin(&mut self.connection)?;
        }
        let done = self.run_group(group).and_then(|faults| {
            self.connection.batch("commit")?;
            Ok(faults)
        });
        if done.is_err() {
            // The rollback's own failure would hide why we roll back.
            let _ = self.connection.batch("rollback");
        }
        done
    }

    fn run_group(&mut self, group: &mut [Box<dyn Piece>]) -> Result<Vec<Option<Fault>>, Fault> {
        let mut faults = Vec::with_capacity(group.len());
        let mut sealed_at = Moment::from_ms(0);
        for piece in group.iter_mut() {
            sealed_at = sealed_at.max(piece.asked_at());
            faults.push(self.run_piece(piece.as_mut())?);
        }
        let entries: Vec<&Entry> = group
            .iter()
            .zip(&faults)
            .filter(|(_, fault)| fault.is_none())
            .flat_map(|(piece, _)| piece.entries())
            .collect();
        if !entries.is_empty() {
            let Worker {
                connection,
                key,
                chain,
                ..
            } = self;
            audit::store::append(connection, key, *chain, &entries, sealed_at)?;
        }
        Ok(faults)
    }

    /// Runs one piece. The error is the whole group's, the fault that is returned only the piece's.
    fn run_piece(&mut self, piece: &mut dyn Piece) -> Result<Option<Fault>, Fault> {
        let writes = piece.writes();
        if writes {
            self.connection.batch("savepoint piece")?;
        }
        let connection = &mut self.connection;
        let ran = catch_unwind(AssertUnwindSafe(|| piece.run(connection)))
            .unwrap_or_else(|_| Err(Fault::at("running a piece", "it panicked")));
        if ran.as_ref().is_err_and(|fault| fault.again) {
            return ran.map(|_| None);
        }
        if writes {
            let keep = *ran.as_ref().unwrap_or(&false);
            let end = if keep {
                "release piece"
            } else {
                "rollback to piece; release piece"
            };
            self.connection.batch(end)?;
        }
        Ok(ran.err())
    }
}

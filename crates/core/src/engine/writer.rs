//! The one thread that writes: it commits groups.
//!
//! A disk flushes a few hundred times a second. So the writer takes what is queued, runs each
//! job in a savepoint of its own, writes the audit entries of all of them and one seal, commits
//! once, and only then answers every job. What is answered is on the disk, and in the files that
//! the next start will find.

mod upkeep;

use crate::audit::{self, AuditEntry, Head, SealKey};
use crate::clock::Moment;
use crate::error::{Effect, Fault};
use crate::store::probe::probe;
use crate::store::{Connection, Database, Health, Location, StoreSettings};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

/// A job for the writer. It may be run more than once, when a group has to be repeated;
/// exactly one of `committed` and `failed` is called at the end.
pub trait WriteJob: Send {
    /// Does the work inside the group's transaction, and says whether what it wrote is to be kept;
    /// else it is undone, and only the audit entries stay. A job that only leaves an audit entry
    /// never touches the connection.
    fn run(&mut self, connection: &mut Connection) -> Result<bool, Fault>;
    /// Whoever asked waits no more: it is not to be done, and that is audited.
    fn give_up(&mut self, fault: Fault);
    /// What the audit log is told after the run: one entry, or one for each person of a bulk
    /// request.
    fn entries(&self) -> &[AuditEntry];
    /// True when `run` writes, and therefore needs a savepoint.
    fn writes(&self) -> bool;
    /// When the job was asked for.
    fn asked_at(&self) -> Moment;
    /// What was done is on the disk.
    fn committed(self: Box<Self>);
    /// Nothing was done, or it is not known whether anything was, since we failed.
    fn failed(self: Box<Self>, fault: Fault);
    /// Nothing was done, since too much is waiting.
    fn turned_away(self: Box<Self>);
}

/// How the writer works.
#[derive(Clone, Debug)]
pub struct WriterSettings {
    /// The name of this node's chain in the audit log.
    pub node: String,
    /// The most jobs in one group.
    pub group_max: usize,
    /// The most jobs that may wait; beyond it the answer is "busy".
    pub queue_max: usize,
}

/// What the writer is sent.
enum Message {
    /// A job, and since when it waits.
    Job(Instant, Box<dyn WriteJob>),
    /// A question how the database is.
    Probe,
}

/// The way to the writer thread. Dropping it lets the thread finish what is queued, and waits.
pub struct Writer {
    queue: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the writer on a connection of its own, and gives the database that it opened.
    pub(crate) fn start(
        (location, store): (Location, StoreSettings),
        key: SealKey,
        settings: WriterSettings,
        health: Arc<Health>,
    ) -> Result<(Writer, Arc<Database>), Fault> {
        let node = settings.node;
        let (database, mut connection) =
            Database::open(location, store, |connection| probe(connection, &node))?;
        let database = Arc::new(database);
        let chain = audit::open_chain(&mut connection, &node)?;
        health.good();
        let (queue, incoming) = sync_channel(settings.queue_max);
        let worker = Worker {
            next_probe: Instant::now() + database.settings.probe,
            next_move: Instant::now(),
            database: database.clone(),
            connection,
            key,
            node,
            chain,
            newest: 0,
            sealed: None,
            health,
            group_max: settings.group_max,
        };
        let thread = std::thread::Builder::new()
            .name("onshi-writer".to_owned())
            .spawn(move || worker.work(&incoming))
            .map_err(|e| Fault::at("starting the writer", e))?;
        let writer = Writer {
            queue: Some(queue),
            thread: Some(thread),
        };
        Ok((writer, database))
    }

    /// Queues a job. When the queue is full the job comes back, to be told so.
    pub fn submit(&self, job: Box<dyn WriteJob>) -> Result<(), Box<dyn WriteJob>> {
        let message = Message::Job(Instant::now(), job);
        match self.queue.as_ref().map(|queue| queue.try_send(message)) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(message) | TrySendError::Disconnected(message))) => {
                match message {
                    Message::Job(_, job) => Err(job),
                    Message::Probe => unreachable!("a piece was sent"),
                }
            }
            None => unreachable!("the queue is only taken when the writer is dropped"),
        }
    }

    /// Asks for a commit. Where the queue is full there will be one anyway.
    pub(crate) fn ask_for_probe(&self) {
        let sent = self
            .queue
            .as_ref()
            .map(|queue| queue.try_send(Message::Probe));
        drop(sent);
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
    database: Arc<Database>,
    connection: Connection,
    key: SealKey,
    node: String,
    chain: i64,
    /// The newest entry of our chain that we know to be kept.
    newest: i64,
    /// How far the chain is when the group that runs is kept.
    sealed: Option<Head>,
    health: Arc<Health>,
    /// When it is next tried whether the database can be written.
    next_probe: Instant,
    /// When the write-ahead log is next moved, at the earliest.
    next_move: Instant,
    group_max: usize,
}

impl Worker {
    fn work(mut self, incoming: &Receiver<Message>) {
        loop {
            let wait = self.next_probe.saturating_duration_since(Instant::now());
            match incoming.recv_timeout(wait) {
                Ok(Message::Job(since, job)) => self.take(since, job, incoming),
                Ok(Message::Probe) | Err(RecvTimeoutError::Timeout) => self.probe(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Takes this job and what waits behind it as a group.
    fn take(&mut self, since: Instant, job: Box<dyn WriteJob>, incoming: &Receiver<Message>) {
        let now = Instant::now();
        let patience = self.database.settings.answer;
        let mut group: Vec<Box<dyn WriteJob>> = Vec::new();
        let mut next = Some((since, job));
        let mut probe = now >= self.next_probe;
        while let Some((since, mut job)) = next.take() {
            if now.saturating_duration_since(since) > patience {
                job.give_up(Fault::unavailable("waiting", "it waited for too long"));
            }
            group.push(job);
            while group.len() < self.group_max && next.is_none() {
                match incoming.try_recv() {
                    Ok(Message::Job(since, job)) => next = Some((since, job)),
                    Ok(Message::Probe) => probe = true,
                    Err(_) => break,
                }
            }
        }
        if let Err(fault) = self.commit(group) {
            self.turn_away(&fault, incoming);
        }
        // The group was a commit, but in one of two files only.
        if probe && Instant::now() >= self.next_probe {
            self.probe();
        }
    }

    /// Where the database can't be used, nobody is kept waiting to find that out one by one.
    fn turn_away(&self, fault: &Fault, incoming: &Receiver<Message>) {
        if fault.effect == Effect::Broken {
            return;
        }
        while let Ok(message) = incoming.try_recv() {
            if let Message::Job(_, job) = message {
                let fault = Fault::unavailable("waiting", fault);
                job.failed(fault);
            }
        }
    }

    fn commit(&mut self, mut group: Vec<Box<dyn WriteJob>>) -> Result<(), Fault> {
        let begun = Instant::now();
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
                self.health.good();
                for (job, fault) in group.into_iter().zip(faults) {
                    match fault {
                        None => job.committed(),
                        Some(fault) => job.failed(fault),
                    }
                }
                Ok(())
            }
            Err(fault) => {
                let jobs = group.len();
                tracing::error!(%fault, effect = fault.effect.code(), jobs, "a group was not committed");
                self.health.bad(&fault);
                for job in group {
                    job.failed(fault.within("committing a group"));
                }
                Err(fault)
            }
        }
    }

    fn attempt(
        &mut self,
        group: &mut [Box<dyn WriteJob>],
        begin: fn(&mut Connection) -> Result<(), Fault>,
    ) -> Result<Vec<Option<Fault>>, Fault> {
        self.begin(begin)?;
        match self.run_group(group) {
            Ok(faults) => self.finish().map(|()| faults),
            Err(fault) => {
                // The rollback's own failure would hide why we roll back.
                let _ = self.connection.batch("rollback");
                Err(fault)
            }
        }
    }

    /// Begins a transaction in the database that was opened, and in no other.
    fn begin(&mut self, begin: fn(&mut Connection) -> Result<(), Fault>) -> Result<(), Fault> {
        let written = self.database.check()?;
        self.keep_moving(written)?;
        if self.connection.is_lost() {
            self.connection = self.database.connect()?;
        }
        self.sealed = None;
        if let Err(fault) = begin(&mut self.connection) {
            if !self.connection.is_lost() {
                // The rollback's own failure would hide why we roll back.
                let _ = self.connection.batch("rollback");
                return Err(fault);
            }
            // That a connection was cut off is noticed only here; nothing was done yet.
            self.connection = self.database.connect()?;
            begin(&mut self.connection)?;
        }
        Ok(())
    }

    /// Commits, and makes sure that it is kept where the next start will find it.
    fn finish(&mut self) -> Result<(), Fault> {
        if let Err(fault) = self.connection.commit() {
            if !self.connection.is_lost() {
                // The rollback's own failure would hide why we roll back.
                let _ = self.connection.batch("rollback");
                return Err(fault);
            }
            // The commit was asked for, and no answer came.
            let fault = fault.unknown();
            match self.find_out(&fault) {
                Ok(true) => {}
                Ok(false) => {
                    return Err(Fault {
                        effect: Effect::NotDone,
                        ..fault
                    });
                }
                Err(later) => {
                    tracing::error!(%later, "what became of a commit could not be found out");
                    return Err(fault);
                }
            }
        }
        self.database.check().map_err(Fault::unknown)?;
        if let Some(head) = self.sealed.take() {
            self.newest = head.last;
        }
        Ok(())
    }

    fn run_group(&mut self, group: &mut [Box<dyn WriteJob>]) -> Result<Vec<Option<Fault>>, Fault> {
        let mut faults = Vec::with_capacity(group.len());
        let mut sealed_at = Moment::from_ms(0);
        for job in group.iter_mut() {
            sealed_at = sealed_at.max(job.asked_at());
            faults.push(self.run_job(job.as_mut())?);
        }
        let entries: Vec<&AuditEntry> = group
            .iter()
            .zip(&faults)
            .filter(|(_, fault)| fault.is_none())
            .flat_map(|(job, _)| job.entries())
            .collect();
        if !entries.is_empty() {
            let Worker {
                connection,
                key,
                chain,
                ..
            } = self;
            let head = audit::append(connection, key, *chain, &entries, sealed_at)?;
            if head.first <= self.newest {
                let cause = format!(
                    "the audit log ends before entry {}, which was kept: the database was \
                     replaced by an earlier one while it was open; stop the service, put the right \
                     one there and start again",
                    self.newest
                );
                return Err(Fault::unavailable("sealing", cause));
            }
            self.sealed = Some(head);
        }
        Ok(faults)
    }

    /// Runs one job. The error is the whole group's, the fault that is returned only the job's.
    fn run_job(&mut self, job: &mut dyn WriteJob) -> Result<Option<Fault>, Fault> {
        let writes = job.writes();
        if writes {
            self.connection.begin_savepoint()?;
        }
        let connection = &mut self.connection;
        let ran = catch_unwind(AssertUnwindSafe(|| job.run(connection)))
            .unwrap_or_else(|_| Err(Fault::at("running a piece", "it panicked")));
        if ran.as_ref().is_err_and(|fault| fault.again) {
            return ran.map(|_| None);
        }
        if self.connection.has_ended_transaction() {
            let cause = "the database ended the transaction: the disk is full, or its files fail";
            return Err(Fault::unavailable("running a piece", cause));
        }
        if writes {
            let keep = *ran.as_ref().unwrap_or(&false);
            self.connection.end_savepoint(keep)?;
        }
        Ok(ran.err())
    }
}

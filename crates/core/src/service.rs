//! The door. Screens, Web API, folders and the command line all come here, and only here is a
//! [`Tx`] handed out, so that nothing can be read or changed without the permission table and
//! the audit log.

mod job;
mod keys;
mod operation;
mod operation_job;
mod refusals;
mod request;
mod tx;

pub use crate::terms::Subject;
pub use job::Job;
pub(crate) use job::{Upkeep, deleted};
pub use operation::OperationContext;
pub use request::{Request, RequestId};
pub use tx::Tx;

use crate::audit::{self, AuditEntry, ChainHead, SealKey};
use crate::clock::Moment;
use crate::engine::writer::{WriteJob, Writer};
use crate::engine::{ReadKind, Readers, WriterSettings};
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::rules::Rules;
use crate::store::{Connection, Database, Health, Location, Pool, StoreSettings};
use keys::Keys;
use operation_job::{LastSeenJob, OperationJob};
use refusals::{Left, Refusals};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How the service keeps its data.
#[derive(Clone, Debug)]
pub struct ServiceSettings {
    /// Where the data is.
    pub location: Location,
    /// How it is reached and watched.
    pub store: StoreSettings,
    /// The key of the audit log's seals.
    pub seal_key: SealKey,
    /// The writer.
    pub writer: WriterSettings,
    /// How many connections for reading are kept.
    pub readers: usize,
    /// The numbers of the rules.
    pub rules: Rules,
}

/// The service behind the door.
pub struct Service {
    terms: Arc<Terms>,
    /// Ends before the writer does, which it still gives work to.
    readers: Readers,
    connections: Arc<Pool>,
    writer: Arc<Writer>,
    refusals: Arc<Refusals>,
    database: Arc<Database>,
    health: Arc<Health>,
    /// The institution whose bulk request was worked last.
    pub(crate) bulk_turn: Mutex<String>,
}

/// What holds for every job.
struct Terms {
    rules: Rules,
    keys: Keys,
}

impl Service {
    /// Opens the service over a database whose schema is up to date, and that can be written.
    pub fn open(settings: ServiceSettings) -> Result<Service, Fault> {
        let keys = Keys::of(&settings.seal_key);
        let waiting = (settings.writer.queue_max, settings.store.answer);
        let health = Arc::new(Health::default());
        let (writer, database) = Writer::start(
            (settings.location, settings.store),
            settings.seal_key,
            settings.writer,
            health.clone(),
        )?;
        let writer = Arc::new(writer);
        let connections = Arc::new(Pool::new(database.clone(), settings.readers));
        Ok(Service {
            refusals: Arc::new(Refusals::new(&settings.rules.refusals)),
            terms: Arc::new(Terms {
                rules: settings.rules,
                keys,
            }),
            readers: Readers::start(
                connections.clone(),
                writer.clone(),
                settings.readers,
                waiting,
            )?,
            connections,
            writer,
            bulk_turn: Mutex::default(),
            database,
            health,
        })
    }

    /// How long anybody waits for an answer. What waited for longer is not begun any more.
    pub fn patience(&self) -> Duration {
        self.database.patience()
    }

    /// Whether the database can be used: its files are those that were opened, and the last commit
    /// worked. Where none was made lately one is asked for, and waited for so long and no longer.
    /// Else what is wrong, in words for the operator.
    pub fn health(&self, patience: Duration) -> Result<(), String> {
        self.database.check().map_err(|fault| fault.to_string())?;
        self.health.check(patience, || self.writer.ask_for_probe())
    }

    /// Whether a commit has worked within the last second, without asking for one.
    pub fn has_just_committed(&self) -> bool {
        self.database.check().is_ok() && self.health.check(Duration::ZERO, || {}).is_ok()
    }

    /// How far each chain of the audit log is, for whoever keeps that elsewhere. It is nobody's deed and
    /// tells of nobody, so it leaves no entry.
    pub fn audit_heads(&self) -> Result<Vec<ChainHead>, Fault> {
        self.connections.with(audit::heads)
    }

    /// The numbers of the rules.
    pub fn rules(&self) -> &Rules {
        &self.terms.rules
    }

    /// Does something that changes what is kept. `work` runs in the writer's transaction, together
    /// with its audit entry; `done` is called when both are on the disk, or when nothing was done.
    pub fn change<T: Send + 'static>(
        &self,
        operation: OperationContext,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        self.queue_change(operation, work, Some(self.refusals.clone()), done);
    }

    fn queue_change<T: Send + 'static>(
        &self,
        operation: OperationContext,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        refusals: Option<Arc<Refusals>>,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let grant = match operation.granted() {
            Ok(grant) => grant,
            Err(code) => return self.refuse(operation, code, done),
        };
        let terms = self.terms.clone();
        let operation_job = OperationJob::change((operation, grant), terms, work, refusals, done);
        self.submit(Box::new(operation_job));
    }

    /// Reads a list, or anything that may walk through much. `work` runs on a thread that reads;
    /// `done` is called when the audit entry that says so is on the disk, and only then with what
    /// was read.
    pub fn scan<T: Send + 'static>(
        &self,
        operation: OperationContext,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let share = operation.actor.share().to_owned();
        self.queue_read(ReadKind::Scan(&share), operation, work, done);
    }

    /// [`Service::scan`] for a few rows that are found by their keys: several of these are done
    /// together.
    pub fn point_read<T: Send + 'static>(
        &self,
        operation: OperationContext,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        self.queue_read(ReadKind::Point, operation, work, done);
    }

    fn queue_read<T: Send + 'static>(
        &self,
        length: ReadKind<'_>,
        operation: OperationContext,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let grant = match operation.granted() {
            Ok(grant) => grant,
            Err(code) => return self.refuse(operation, code, done),
        };
        let (terms, refusals) = (self.terms.clone(), self.refusals.clone());
        let read_job = Box::new(move |connection: Result<&mut Connection, Fault>| {
            let read = match connection {
                Ok(connection) => operation.run(grant, connection, &terms, work),
                Err(fault) => operation.failed(fault),
            };
            let read = refusals.settle(&operation, &mut None, read);
            Box::new(OperationJob::read(operation, terms, read, done)) as Box<dyn WriteJob>
        });
        if let Err(read_job) = self.readers.submit(length, read_job) {
            let fault = Fault::unavailable("reading", "too much is waiting");
            read_job(Err(fault)).turned_away();
        }
    }

    /// Whether the table lets an operation in; to be asked where a yes leaves no trace.
    pub fn lets_in(&self, operation: &OperationContext) -> bool {
        operation.granted().is_ok()
    }

    /// Comes in without reading anything: an empty form, say. A refusal is audited, and `done` is
    /// called when it is; a yes leaves no trace, since nothing was done yet.
    pub fn enter(
        &self,
        operation: OperationContext,
        done: impl FnOnce(Result<(), Error>) + Send + 'static,
    ) {
        match operation.granted() {
            Ok(_) => done(Ok(())),
            Err(code) => self.refuse(operation, code, done),
        }
    }

    /// Refuses before the table was asked, for a reason that comes before it, and audits that; of a
    /// certificate that is refused too often it is only counted.
    pub fn refuse<T: Send + 'static>(
        &self,
        operation: OperationContext,
        code: RefusalCode,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let refused = (Err(code.into()), vec![operation.entry_of_refusal(code)]);
        let (answer, entries) = self.refusals.settle(&operation, &mut None, refused);
        if entries.is_empty() {
            return done(answer);
        }
        let told = (answer, entries);
        self.submit(Box::new(OperationJob::read(
            operation,
            self.terms.clone(),
            told,
            done,
        )));
    }

    /// Counts a refusal that leaves no entry of its own, such as a token that is over. Of a
    /// certificate that is refused too often it is a refusal of another kind, and the log has the
    /// count.
    pub fn count_refusal(&self, operation: OperationContext) -> Result<(), Refusal> {
        let until = match self.refusals.judge(&operation) {
            Left::Entry => return Ok(()),
            Left::Counted(until) => until,
            Left::First(until) => {
                let code = RefusalCode::TooManyRefusals;
                let entry = refusals::first_counted(operation.entry_of_refusal(code));
                self.leave(operation, entry, |_| ());
                until
            }
        };
        Err(refusals::too_many(until))
    }

    /// Writes into the audit log how many refusals were only counted: where the last time is long
    /// enough ago, or all of them before an end.
    pub fn tell_counted_refusals(&self, request: &Request, all: bool) {
        for (who, last, count) in self.refusals.due(request.now, all) {
            let operation = OperationContext {
                request: Request {
                    peer: last.request.peer.clone(),
                    ..request.clone()
                },
                ..last
            };
            let entry = refusals::counted(&operation, count);
            let (refusals, again) = (self.refusals.clone(), operation.clone());
            self.leave(operation, entry, move |left| {
                if left.is_err() {
                    refusals.put_back(&who, &again, count);
                }
            });
        }
    }

    /// Leaves an entry that nobody waits for.
    fn leave(
        &self,
        operation: OperationContext,
        entry: AuditEntry,
        done: impl FnOnce(Result<(), Error>) + Send + 'static,
    ) {
        let told = (Ok(()), vec![entry]);
        self.submit(Box::new(OperationJob::read(
            operation,
            self.terms.clone(),
            told,
            done,
        )));
    }

    /// [`Service::change`] for callers that can wait: the command line and tests.
    pub fn change_and_wait<T: Send + 'static>(
        &self,
        operation: OperationContext,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (tell, told) = std::sync::mpsc::channel();
        // The receiver waits below, so the sending can't fail.
        self.queue_change(operation, work, None, move |answer| drop(tell.send(answer)));
        told.recv()
            .unwrap_or_else(|_| Err(Fault::at("waiting for the writer", "it ended").into()))
    }

    /// [`Service::scan`] for callers that can wait: `work` runs on their own thread.
    pub fn read_and_wait<T: Send + 'static>(
        &self,
        operation: OperationContext,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (tell, told) = std::sync::mpsc::channel();
        let done = move |answer| drop(tell.send(answer));
        match operation.granted() {
            Err(code) => self.refuse(operation, code, done),
            Ok(grant) => {
                let read = self
                    .connections
                    .with(|connection| {
                        Ok::<_, Fault>(operation.run(grant, connection, &self.terms, work))
                    })
                    .unwrap_or_else(|fault| operation.failed(fault));
                self.submit(Box::new(OperationJob::read(
                    operation,
                    self.terms.clone(),
                    read,
                    done,
                )));
            }
        }
        told.recv()
            .unwrap_or_else(|_| Err(Fault::at("waiting for the writer", "it ended").into()))
    }

    fn submit(&self, job: Box<dyn WriteJob>) {
        if let Err(job) = self.writer.submit(job) {
            job.turned_away();
        }
    }

    /// For authentication alone: looks at who is at the door before anything is asked.
    pub(crate) fn read_for_authn<T>(
        &self,
        read_job: impl FnOnce(&mut Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.connections.with(read_job)
    }

    /// For authentication alone: keeps a session's last-seen time, in nobody's name.
    pub(crate) fn write_for_authn(
        &self,
        now: Moment,
        write: impl FnMut(&mut Connection) -> Result<(), Fault> + Send + 'static,
    ) {
        self.submit(Box::new(LastSeenJob::new(now, write)));
    }
}

impl Service {
    /// Whether this is the key of the seals that the service was opened with.
    pub(crate) fn was_opened_with(&self, key: &SealKey) -> bool {
        self.terms.keys.operator == Keys::of(key).operator
    }

    pub(crate) fn typed_ids(&self) -> &[u8; 32] {
        &self.terms.keys.typed_ids
    }

    pub(crate) fn one_time_codes(&self) -> &[u8; 32] {
        &self.terms.keys.one_time_codes
    }

    pub(crate) fn second_factors(&self) -> &[u8; 32] {
        &self.terms.keys.second_factors
    }

    pub(crate) fn challenges(&self) -> &[u8; 32] {
        &self.terms.keys.challenges
    }
}

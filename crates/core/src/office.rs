//! The door. Screens, Web API, folders and the command line all come here, and only here is a
//! [`Work`] handed out, so that nothing can be read or changed without the permission table and
//! the audit log.

use crate::account;
use crate::actor::{AccountKind, Actor};
use crate::audit::{Entry, Outcome, SealKey, SubjectKind};
use crate::clock::Moment;
use crate::entropy::Entropy;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::facility::FacilityCode;
use crate::permission::{Function, Mark};
use crate::rules::Rules;
use crate::store::writer::{Piece, Writer, WriterSettings};
use crate::store::{Connection, Length, Location, Pool, Readers, Row, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

pub use crate::request::{Request, RequestId, Subject};

/// Permission to work: what the door hands out.
pub struct Work<'a> {
    connection: &'a mut Connection,
    rules: &'a Rules,
    now: Moment,
    entropy: Entropy,
    actor: Actor,
    subject: Subject,
    basis: Option<String>,
    detail: Option<String>,
    refused: Option<Refusal>,
    /// What was done before, in a piece that does many things.
    earlier: Vec<Deal>,
}

/// One thing that was done in a piece of work, as the audit log is told of it.
#[derive(Clone, Default)]
struct Deal {
    about: Option<(SubjectKind, String)>,
    detail: Option<String>,
    refused: Option<Refusal>,
}

impl Work<'_> {
    /// When the request was made.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// The numbers of the rules.
    pub fn rules(&self) -> &Rules {
        self.rules
    }

    /// Randomness for ids and tokens.
    pub fn entropy(&mut self) -> &mut Entropy {
        &mut self.entropy
    }

    /// Who is asking.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The institution that this work may touch. Every query is scoped by it.
    pub fn facility(&self) -> Result<FacilityCode, Error> {
        self.actor
            .facility()
            .cloned()
            .ok_or_else(|| RefusalCode::NotPermitted.into())
    }

    /// Says what the work turned out to be about.
    pub fn about(&mut self, kind: SubjectKind, id: &str) {
        self.subject = Subject::of(kind, id);
    }

    /// Says what was changed, in machine words, for the audit log.
    pub fn note(&mut self, detail: impl Into<String>) {
        self.detail = Some(detail.into());
    }

    /// Ends one of several things that a piece does: it gets an audit entry of its own.
    pub(crate) fn close_entry(&mut self) {
        let about = self.subject.id.take().map(|id| (self.subject.kind, id));
        self.subject = Subject::NONE;
        self.earlier.push(Deal {
            about,
            detail: self.detail.take(),
            refused: self.refused.take(),
        });
    }

    /// Says who the visitor turned out to be (at a log-in).
    pub(crate) fn identify(&mut self, kind: AccountKind, account_id: &str) {
        self.actor.identify(kind, account_id);
    }

    /// Refuses, and yet keeps what was written: a failed log-in is counted.
    pub(crate) fn refuse_and_keep(&mut self, refusal: Refusal) {
        self.refused = Some(refusal);
    }

    pub(crate) fn rows(&mut self, sql: &'static str, with: &[Value]) -> Result<Vec<Row>, Fault> {
        self.connection.rows(sql, with)
    }

    pub(crate) fn row(&mut self, sql: &'static str, with: &[Value]) -> Result<Option<Row>, Fault> {
        self.connection.row(sql, with)
    }

    pub(crate) fn execute(&mut self, sql: &'static str, with: &[Value]) -> Result<u64, Fault> {
        self.connection.execute(sql, with)
    }

    pub(crate) fn connection(&mut self) -> &mut Connection {
        self.connection
    }
}

/// How the office keeps its data.
#[derive(Clone, Debug)]
pub struct OfficeSettings {
    /// Where the data is.
    pub location: Location,
    /// The key of the audit log's seals.
    pub seal_key: SealKey,
    /// The writer.
    pub writer: WriterSettings,
    /// How many connections for reading are kept.
    pub readers: usize,
    /// The numbers of the rules.
    pub rules: Rules,
}

/// The office behind the door.
pub struct Office {
    rules: Arc<Rules>,
    /// Ends before the writer does, which it still gives work to.
    readers: Readers,
    connections: Arc<Pool>,
    writer: Arc<Writer>,
}

impl Office {
    /// Opens the office over a database whose schema is up to date.
    pub fn open(settings: OfficeSettings) -> Result<Office, Fault> {
        let queue_max = settings.writer.queue_max;
        let writer = Arc::new(Writer::start(
            settings.location.clone(),
            settings.seal_key,
            settings.writer,
        )?);
        let connections = Arc::new(Pool::new(settings.location, settings.readers));
        Ok(Office {
            rules: Arc::new(settings.rules),
            readers: Readers::start(
                connections.clone(),
                writer.clone(),
                settings.readers,
                queue_max,
            )?,
            connections,
            writer,
        })
    }

    /// The numbers of the rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Does something that changes what is kept. `work` runs in the writer's transaction, together
    /// with its audit entry; `done` is called when both are on the disk, or when nothing was done.
    pub fn change<T: Send + 'static>(
        &self,
        errand: Errand,
        work: impl FnMut(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        if let Some(code) = errand.denied() {
            return self.refuse(errand, code, done);
        }
        let piece = Deed {
            errand,
            rules: self.rules.clone(),
            work: Box::new(work),
            writes: true,
            answer: None,
            entries: Vec::new(),
            done: Box::new(done),
        };
        self.submit(Box::new(piece));
    }

    /// Reads a list, or anything that may walk through much. `work` runs on a thread that reads;
    /// `done` is called when the audit entry that says so is on the disk, and only then with what
    /// was read.
    pub fn read<T: Send + 'static>(
        &self,
        errand: Errand,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        self.queue_read(Length::Long, errand, work, done);
    }

    /// [`Office::read`] for a few rows that are found by their keys: several of these are done
    /// together.
    pub fn look_up<T: Send + 'static>(
        &self,
        errand: Errand,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        self.queue_read(Length::Short, errand, work, done);
    }

    fn queue_read<T: Send + 'static>(
        &self,
        length: Length,
        errand: Errand,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        if let Some(code) = errand.denied() {
            return self.refuse(errand, code, done);
        }
        let rules = self.rules.clone();
        let look = Box::new(move |connection: Result<&mut Connection, Fault>| {
            let read = match connection {
                Ok(connection) => errand.run(connection, &rules, work),
                Err(fault) => errand.failed(fault),
            };
            Box::new(Deed::read(errand, rules, read, done)) as Box<dyn Piece>
        });
        if let Err(look) = self.readers.submit(length, look) {
            look(Err(Fault::at("reading", "too much is waiting"))).turned_away();
        }
    }

    /// Comes in without reading anything: an empty form, say. A refusal is audited, and `done` is
    /// called when it is; a yes leaves no trace, since nothing was done yet.
    pub fn enter(&self, errand: Errand, done: impl FnOnce(Result<(), Error>) + Send + 'static) {
        match errand.denied() {
            None => done(Ok(())),
            Some(code) => self.refuse(errand, code, done),
        }
    }

    /// Refuses before the table was asked, for a reason that comes before it, and audits that.
    pub fn refuse<T: Send + 'static>(
        &self,
        errand: Errand,
        code: RefusalCode,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let refused = (Err(code.into()), vec![errand.entry_of_refusal(code)]);
        self.submit(Box::new(Deed::read(
            errand,
            self.rules.clone(),
            refused,
            done,
        )));
    }

    /// [`Office::change`] for callers that can wait: the command line and tests.
    pub fn change_and_wait<T: Send + 'static>(
        &self,
        errand: Errand,
        work: impl FnMut(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (tell, told) = std::sync::mpsc::channel();
        // The receiver waits below, so the sending can't fail.
        self.change(errand, work, move |answer| drop(tell.send(answer)));
        told.recv()
            .unwrap_or_else(|_| Err(Fault::at("waiting for the writer", "it ended").into()))
    }

    /// [`Office::read`] for callers that can wait: `work` runs on their own thread.
    pub fn read_and_wait<T: Send + 'static>(
        &self,
        errand: Errand,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (tell, told) = std::sync::mpsc::channel();
        let done = move |answer| drop(tell.send(answer));
        match errand.denied() {
            Some(code) => self.refuse(errand, code, done),
            None => {
                let read = self
                    .connections
                    .with(|connection| Ok::<_, Fault>(errand.run(connection, &self.rules, work)))
                    .unwrap_or_else(|fault| errand.failed(fault));
                self.submit(Box::new(Deed::read(errand, self.rules.clone(), read, done)));
            }
        }
        told.recv()
            .unwrap_or_else(|_| Err(Fault::at("waiting for the writer", "it ended").into()))
    }

    fn submit(&self, piece: Box<dyn Piece>) {
        if let Err(piece) = self.writer.submit(piece) {
            piece.turned_away();
        }
    }

    /// For the gate alone: looks at who is at the door before anything is asked.
    pub(crate) fn at_the_gate<T>(
        &self,
        look: impl FnOnce(&mut Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.connections.with(look)
    }

    /// For the gate alone: keeps a session's last-seen time, which is nobody's deed.
    pub(crate) fn keep_gate_book(
        &self,
        now: Moment,
        write: impl FnMut(&mut Connection) -> Result<(), Fault> + Send + 'static,
    ) {
        self.submit(Box::new(GateNote {
            now,
            write: Box::new(write),
        }));
    }
}

/// Who asks for what, and in which request.
#[derive(Clone)]
pub struct Errand {
    /// Who is asking.
    pub actor: Actor,
    /// What for.
    pub function: Function,
    /// On what, as far as it is known beforehand.
    pub subject: Subject,
    /// In which request.
    pub request: Request,
}

impl Errand {
    /// An errand on nothing in particular.
    pub fn new(actor: Actor, function: Function, request: Request) -> Errand {
        Errand {
            actor,
            function,
            subject: Subject::NONE,
            request,
        }
    }

    /// What the permission table says against it.
    fn denied(&self) -> Option<RefusalCode> {
        match self.function.mark(self.actor.role()) {
            Mark::Never => Some(RefusalCode::NotPermitted),
            Mark::WhileOpened => Some(RefusalCode::NotOpened),
            Mark::OwnInsurer if self.actor.reports_for(&self.subject) => None,
            Mark::OwnInsurer => Some(RefusalCode::InsurerNotOwn),
            Mark::OwnAccount | Mark::OwnFacility | Mark::WithConsent | Mark::Everywhere => None,
        }
    }

    fn entry(&self, outcome: Outcome, refusal: Option<RefusalCode>) -> Entry {
        Entry {
            at: self.request.now,
            request: self.request.id.0,
            function: self.function,
            outcome,
            refusal,
            role: self.actor.role(),
            account_id: self.actor.account_id.clone(),
            facility_code: self.actor.facility.as_ref().map(FacilityCode::shared),
            certificate_serial: self.actor.certificate.clone(),
            subject_kind: self.subject.kind,
            subject: self.subject.id.clone(),
            basis: None,
            detail: None,
        }
    }

    fn entry_of_refusal(&self, code: RefusalCode) -> Entry {
        self.entry(Outcome::Refused, Some(code))
    }

    /// What there is when nothing could be read.
    fn failed<T>(&self, fault: Fault) -> (Result<T, Error>, Vec<Entry>) {
        (Err(fault.into()), vec![self.entry(Outcome::Failed, None)])
    }

    fn run<T>(
        &self,
        connection: &mut Connection,
        rules: &Rules,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error>,
    ) -> (Result<T, Error>, Vec<Entry>) {
        let mut desk = Work {
            connection,
            rules,
            now: self.request.now,
            // The first block is the request's number; ids and tokens must not repeat it.
            entropy: Entropy::after_first(self.request.seed),
            actor: self.actor.clone(),
            subject: self.subject.clone(),
            basis: None,
            detail: None,
            refused: None,
            earlier: Vec::new(),
        };
        // A panic is a fault of ours like any other, and the log says that it was tried.
        let answer = catch_unwind(AssertUnwindSafe(|| work(&mut desk)))
            .unwrap_or_else(|_| Err(Fault::at("doing what was asked", "it panicked").into()));
        let Work {
            actor,
            subject,
            basis,
            detail,
            refused,
            earlier,
            ..
        } = desk;
        if answer.is_ok() && !earlier.is_empty() {
            let told = |deal: Deal| {
                let subject = deal
                    .about
                    .map_or(Subject::NONE, |(kind, id)| Subject::of(kind, id));
                let errand = Errand {
                    actor: actor.clone(),
                    subject,
                    ..self.clone()
                };
                let (outcome, refusal) = match &deal.refused {
                    Some(refusal) => (Outcome::Refused, Some(refusal.code)),
                    None => (Outcome::Done, None),
                };
                Entry {
                    detail: deal.detail,
                    ..errand.entry(outcome, refusal)
                }
            };
            return (answer, earlier.into_iter().map(told).collect());
        }
        let (outcome, refusal) = match (&answer, &refused) {
            (Err(Error::Refused(refusal)), _) | (Ok(_), Some(refusal)) => {
                (Outcome::Refused, Some(refusal.code))
            }
            (Ok(_), None) => (Outcome::Done, None),
            (Err(Error::Fault(_)), _) => (Outcome::Failed, None),
        };
        let told = Errand {
            actor,
            subject,
            ..self.clone()
        };
        let entry = Entry {
            basis,
            detail,
            ..told.entry(outcome, refusal)
        };
        (answer, vec![entry])
    }
}

type Doing<T> = Box<dyn FnMut(&mut Work<'_>) -> Result<T, Error> + Send>;

/// A piece for the writer that comes from an errand.
struct Deed<T> {
    errand: Errand,
    rules: Arc<Rules>,
    work: Doing<T>,
    writes: bool,
    answer: Option<Result<T, Error>>,
    entries: Vec<Entry>,
    done: Box<dyn FnOnce(Result<T, Error>) + Send>,
}

impl<T> Deed<T> {
    /// What is left to do after something was read, or after nothing was: to be audited, and told.
    fn read(
        errand: Errand,
        rules: Arc<Rules>,
        (answer, entries): (Result<T, Error>, Vec<Entry>),
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) -> Deed<T> {
        Deed {
            errand,
            rules,
            work: Box::new(|_: &mut Work<'_>| unreachable!("a read was done before it was queued")),
            writes: false,
            answer: Some(answer),
            entries,
            done: Box::new(done),
        }
    }
}

impl<T: Send> Piece for Deed<T> {
    fn run(&mut self, connection: &mut Connection) -> Result<bool, Fault> {
        if !self.writes {
            return Ok(true);
        }
        let (answer, entries) = self.errand.run(connection, &self.rules, &mut self.work);
        if let Err(Error::Fault(fault)) = &answer
            && fault.again
        {
            return Err(Fault {
                place: fault.place.clone(),
                cause: fault.cause.clone(),
                again: true,
            });
        }
        let keep = answer.is_ok();
        self.answer = Some(answer);
        self.entries = entries;
        Ok(keep)
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn writes(&self) -> bool {
        self.writes
    }

    fn asked_at(&self) -> Moment {
        self.errand.request.now
    }

    fn committed(self: Box<Self>) {
        let answer = self.answer.unwrap_or_else(|| {
            Err(Fault::at("committing a piece", "it was committed before it ran").into())
        });
        (self.done)(answer);
    }

    fn failed(self: Box<Self>, fault: Fault) {
        (self.done)(Err(fault.into()));
    }

    fn turned_away(self: Box<Self>) {
        (self.done)(Err(RefusalCode::Busy.into()));
    }
}

type Noting = Box<dyn FnMut(&mut Connection) -> Result<(), Fault> + Send>;

struct GateNote {
    now: Moment,
    write: Noting,
}

impl Piece for GateNote {
    fn run(&mut self, connection: &mut Connection) -> Result<bool, Fault> {
        (self.write)(connection).map(|()| true)
    }

    fn entries(&self) -> &[Entry] {
        &[]
    }

    fn writes(&self) -> bool {
        true
    }

    fn asked_at(&self) -> Moment {
        self.now
    }

    fn committed(self: Box<Self>) {}

    fn failed(self: Box<Self>, fault: Fault) {
        tracing::warn!(%fault, "a session's last-seen time was not kept");
    }

    fn turned_away(self: Box<Self>) {}
}

impl Office {
    /// The gate's own look-ups: sessions, certificates, credentials.
    pub fn gate(&self) -> account::gate::Gate<'_> {
        account::gate::Gate::new(self)
    }
}

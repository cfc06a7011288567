//! What an operation leaves for the writer: something to do, or only something to audit and to tell.

use super::refusals::{Left, Refusals};
use super::{OperationContext, Terms, Tx};
use crate::audit::AuditEntry;
use crate::clock::Moment;
use crate::engine::writer::WriteJob;
use crate::error::{Error, Fault, RefusalCode};
use crate::permission::Grant;
use crate::store::Connection;
use std::sync::Arc;

type Doing<T> = Box<dyn FnMut(&mut Tx<'_>) -> Result<T, Error> + Send>;

/// A job for the writer that comes from an operation.
pub(super) struct OperationJob<T> {
    operation: OperationContext,
    /// What the table grants; none where there is nothing left to do.
    grant: Option<Grant>,
    terms: Arc<Terms>,
    work: Doing<T>,
    writes: bool,
    answer: Option<Result<T, Error>>,
    entries: Vec<AuditEntry>,
    /// Where refusals are counted, on what a request asks for; and what was found there, once,
    /// however often the job is run.
    refusals: Option<Arc<Refusals>>,
    left: Option<Left>,
    done: Box<dyn FnOnce(Result<T, Error>) + Send>,
}

impl<T> OperationJob<T> {
    /// Something to do, and then to be audited and told.
    pub(super) fn change(
        (operation, grant): (OperationContext, Grant),
        terms: Arc<Terms>,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        refusals: Option<Arc<Refusals>>,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) -> OperationJob<T> {
        OperationJob {
            operation,
            grant: Some(grant),
            terms,
            work: Box::new(work),
            writes: true,
            answer: None,
            entries: Vec::new(),
            refusals,
            left: None,
            done: Box::new(done),
        }
    }

    /// What is left to do after something was read, or after nothing was: to be audited, and told.
    pub(super) fn read(
        operation: OperationContext,
        terms: Arc<Terms>,
        (answer, entries): (Result<T, Error>, Vec<AuditEntry>),
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) -> OperationJob<T> {
        OperationJob {
            operation,
            grant: None,
            terms,
            work: Box::new(|_: &mut Tx<'_>| unreachable!("a read was done before it was queued")),
            writes: false,
            answer: Some(answer),
            entries,
            refusals: None,
            left: None,
            done: Box::new(done),
        }
    }
}

impl<T: Send> WriteJob for OperationJob<T> {
    fn run(&mut self, connection: &mut Connection) -> Result<bool, Fault> {
        let Some(grant) = self.grant.filter(|_| self.writes) else {
            return Ok(true);
        };
        let ran = self
            .operation
            .run(grant, connection, &self.terms, &mut self.work);
        let (answer, entries) = ran;
        if let Err(Error::Fault(fault)) = &answer
            && fault.again
        {
            return Err(Fault {
                place: fault.place.clone(),
                cause: fault.cause.clone(),
                japanese: None,
                ..*fault
            });
        }
        let (answer, entries) = match &self.refusals {
            None => (answer, entries),
            Some(refusals) => refusals.settle(&self.operation, &mut self.left, (answer, entries)),
        };
        let keep = answer.is_ok();
        self.answer = Some(answer);
        self.entries = entries;
        Ok(keep)
    }

    fn give_up(&mut self, fault: Fault) {
        let (answer, entries) = self.operation.failed(fault);
        self.writes = false;
        self.answer = Some(answer);
        self.entries = entries;
    }

    fn entries(&self) -> &[AuditEntry] {
        &self.entries
    }

    fn writes(&self) -> bool {
        self.writes
    }

    fn asked_at(&self) -> Moment {
        self.operation.request.now
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

type KeepLastSeen = Box<dyn FnMut(&mut Connection) -> Result<(), Fault> + Send>;

pub(super) struct LastSeenJob {
    now: Moment,
    write: KeepLastSeen,
}

impl LastSeenJob {
    pub(super) fn new(
        now: Moment,
        write: impl FnMut(&mut Connection) -> Result<(), Fault> + Send + 'static,
    ) -> LastSeenJob {
        LastSeenJob {
            now,
            write: Box::new(write),
        }
    }
}

impl WriteJob for LastSeenJob {
    fn run(&mut self, connection: &mut Connection) -> Result<bool, Fault> {
        (self.write)(connection).map(|()| true)
    }

    /// Nobody waits for it, and it is as good later on.
    fn give_up(&mut self, _fault: Fault) {}

    fn entries(&self) -> &[AuditEntry] {
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

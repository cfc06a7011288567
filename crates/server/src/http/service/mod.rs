//! The handle to the service: how a screen or a message reaches the door without blocking the sockets.

mod cards;
mod credentials;
pub(crate) mod reminders;

use crate::http::reply;
use crate::http::submission::After;
use crate::state::blocking::beside;
use crate::state::context::Context;
use axum::response::Response;
use onshi_core::error::Effect;
use onshi_core::form::{self, Submission};
use onshi_core::reader::results::Waiting;
use onshi_core::service::OperationContext;
use onshi_core::{Error, Fault, Moment, RefusalCode, Service, Subject, Tx};
use std::sync::Arc;
use tokio::sync::oneshot;

/// A handle to the service, for one request. Actor and function are fixed: the route named them.
/// An open route names none, and its handle is closed.
#[derive(Clone)]
pub struct ServiceHandle {
    service: Arc<Service>,
    operation: Option<OperationContext>,
    submission: Option<Submission>,
}

impl ServiceHandle {
    /// A handle for this operation.
    pub fn new(service: Arc<Service>, operation: OperationContext) -> ServiceHandle {
        ServiceHandle {
            service,
            operation: Some(operation),
            submission: None,
        }
    }

    /// A handle for what this form asks: the first change spends it.
    #[must_use]
    pub fn for_form(mut self, submission: Submission) -> ServiceHandle {
        self.submission = Some(submission);
        self
    }

    /// A handle that refuses everything.
    pub fn closed(service: Arc<Service>) -> ServiceHandle {
        ServiceHandle {
            service,
            operation: None,
            submission: None,
        }
    }

    /// The same handle at a later moment, for a request that goes on for minutes.
    pub fn later(&self, now: Moment) -> ServiceHandle {
        let mut service = self.clone();
        if let Some(operation) = &mut service.operation {
            operation.request.now = operation.request.now.max(now);
        }
        service
    }

    /// Whose share of what is bounded this request uses; see [`onshi_core::Actor::share`].
    pub fn share(&self) -> &str {
        self.operation
            .as_ref()
            .map_or("", |operation| operation.actor.share())
    }

    /// A line in the operator's log about whoever asks, with the address and the certificate.
    pub fn log(&self, what: &'static str) {
        if let Some(operation) = &self.operation {
            tracing::info!(
                request = %operation.request.id,
                peer = operation.request.peer.as_deref(),
                certificate = operation.actor.certificate(),
                function = operation.function.code(),
                "{what}"
            );
        }
    }

    /// The same for a refusal that was kept, such as a failed log-in.
    pub fn log_refused(&self, code: RefusalCode) {
        if let Some(operation) = &self.operation {
            log(operation, code);
        }
    }

    /// What the door answered; a refusal leaves a line in the operator's log.
    fn told<T>(&self, answer: Result<T, Error>) -> Result<T, Error> {
        if let (Err(Error::Refused(refusal)), Some(operation)) = (&answer, &self.operation) {
            log(operation, refusal.code);
        }
        answer
    }

    fn own_operation(&self) -> Result<OperationContext, Error> {
        self.operation
            .clone()
            .ok_or_else(|| RefusalCode::NotPermitted.into())
    }

    fn operation(&self, subject: Subject) -> Result<OperationContext, Error> {
        Ok(OperationContext {
            subject,
            ..self.own_operation()?
        })
    }

    /// Does something that changes what is kept; answers when it is on the disk. Where a form asks
    /// for it, it is done once: who sends the form again is refused.
    pub async fn change<T: Send + 'static>(
        &self,
        subject: Subject,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (done, answer) = awaited(&self.service, Effect::Unknown);
        let submission = self.submission.clone();
        let once = move |tx: &mut Tx<'_>| {
            if let Some(submission) = &submission {
                form::spend(tx, submission)?;
            }
            work(tx)
        };
        self.service.change(self.operation(subject)?, once, done);
        self.told(answer.await)
    }

    /// [`ServiceHandle::change`] for a form that is answered by the page after it: `after` says what that
    /// page shows, which is kept in the same transaction. Gives what was done, and the way there.
    pub async fn submit<T: Send + 'static>(
        &self,
        subject: Subject,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        after: impl Fn(&T) -> After + Send + 'static,
    ) -> Result<(T, Response), Error> {
        let submission = self.submission.clone().ok_or(RefusalCode::FormUnknown)?;
        let kept = move |tx: &mut Tx<'_>| {
            let done = work(tx)?;
            let location = after(&done).keep(tx, &submission)?;
            Ok((done, location))
        };
        let (done, location) = self.change(subject, kept).await?;
        Ok((done, reply::redirect(&location)))
    }

    /// Reads a list, or anything that may walk through much; answers when the audit entry that
    /// says so is on the disk.
    pub async fn scan<T: Send + 'static>(
        &self,
        subject: Subject,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (done, answer) = awaited(&self.service, Effect::NotDone);
        self.service.scan(self.operation(subject)?, work, done);
        self.told(answer.await)
    }

    /// [`ServiceHandle::scan`] for a few rows that are found by their keys.
    pub async fn point_read<T: Send + 'static>(
        &self,
        subject: Subject,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (done, answer) = awaited(&self.service, Effect::NotDone);
        self.service
            .point_read(self.operation(subject)?, work, done);
        self.told(answer.await)
    }

    /// Whether a result of a card reader waits for a terminal of the own institution. It tells nothing of
    /// anybody, and leaves no entry in the audit log: it is asked all day.
    pub async fn has_reader_result(
        &self,
        context: &Context,
        whose: Waiting,
    ) -> Result<bool, Error> {
        let operation = self.own_operation()?;
        if operation.actor.facility() != Some(&whose.facility) {
            return Err(RefusalCode::NotPermitted.into());
        }
        let service = self.service.clone();
        let look = move || service.has_reader_result(&whose).map_err(Error::from);
        beside(context, "looking for results of a reader", look).await
    }

    /// Comes in without reading anything. A refusal is audited, which has to be waited for.
    pub async fn enter(&self) -> Result<(), Error> {
        if let Some(operation) = &self.operation
            && self.service.lets_in(operation)
        {
            return Ok(());
        }
        let (done, answer) = awaited(&self.service, Effect::NotDone);
        self.service.enter(self.own_operation()?, done);
        self.told(answer.await)
    }

    /// Refuses before anything was looked at, and leaves that in the audit log.
    pub async fn refuse<T: Send + 'static>(&self, code: RefusalCode) -> Result<T, Error> {
        let (done, answer) = awaited(&self.service, Effect::NotDone);
        self.service.refuse(self.own_operation()?, code, done);
        self.told(answer.await)
    }
}

impl ServiceHandle {
    /// Leaves in the audit log that a message was refused. What was wrong is told by the answer, so
    /// the refusal itself is not passed on, unless it is that there were too many; a fault is logged
    /// where it happens.
    pub async fn note_refusal(&self, code: RefusalCode) -> Result<(), Error> {
        match self.refuse::<()>(code).await {
            Err(Error::Refused(refusal)) if refusal.code == RefusalCode::TooManyRefusals => {
                Err(refusal.into())
            }
            Err(Error::Fault(fault)) => {
                let request = self
                    .operation
                    .as_ref()
                    .map(|operation| operation.request.id);
                let request = request.map(|id| id.to_string());
                tracing::error!(request, %fault, "a refusal was not audited");
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A line in the operator's log about a refusal. What is only counted leaves none either.
pub(crate) fn log(operation: &OperationContext, code: RefusalCode) {
    if matches!(code, RefusalCode::TooManyRefusals | RefusalCode::Busy) {
        return;
    }
    tracing::info!(
        request = %operation.request.id,
        peer = operation.request.peer.as_deref(),
        certificate = operation.actor.certificate(),
        function = operation.function.code(),
        code = code.code(),
        "refused"
    );
}

/// What the service calls when it is done, and what waits for that. Whoever has waited for long
/// enough is told so; what was asked to be done may still be done, and a read is not told.
fn awaited<T: Send + 'static>(
    service: &Service,
    late: Effect,
) -> (
    impl FnOnce(Result<T, Error>) + Send + 'static,
    impl Future<Output = Result<T, Error>>,
) {
    let (tell, told) = oneshot::channel();
    let done = move |answer| {
        // Whoever asked may have gone away; what was done stays done.
        let _ = tell.send(answer);
    };
    let told = tokio::time::timeout(service.patience(), told);
    let answer = async move {
        match told.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(lost()),
            Err(_) => {
                let fault = Fault::at(
                    "waiting for the service",
                    "the database did not answer in time",
                );
                Err(Fault {
                    effect: late,
                    ..fault
                }
                .into())
            }
        }
    };
    (done, answer)
}

fn lost() -> Error {
    Fault::at("waiting for the service", "the answer was lost").into()
}

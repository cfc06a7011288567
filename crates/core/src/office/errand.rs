//! Who asks for what: the permission table is asked here, and here the audit entry is made.

use super::work::Deal;
use super::{Request, Subject, Terms, Work};
use crate::actor::Actor;
use crate::audit::{Entry, Outcome};
use crate::entropy::Entropy;
use crate::error::{Error, Fault, RefusalCode};
use crate::facility::FacilityCode;
use crate::permission::{Function, Mark};
use crate::store::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};

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
    pub(super) fn denied(&self) -> Option<RefusalCode> {
        match self.function.mark(self.actor.role()) {
            Mark::Never => Some(RefusalCode::NotPermitted),
            Mark::WhileOpened => Some(RefusalCode::NotOpened),
            Mark::OwnInsurer if self.actor.reports_for(&self.subject) => None,
            Mark::OwnInsurer => Some(RefusalCode::InsurerNotOwn),
            Mark::OwnAccount | Mark::OwnFacility | Mark::WithConsent | Mark::Everywhere => None,
        }
    }

    pub(super) fn entry(&self, outcome: Outcome, refusal: Option<RefusalCode>) -> Entry {
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
            checked: None,
            peer: self.request.peer.clone(),
        }
    }

    pub(super) fn entry_of_refusal(&self, code: RefusalCode) -> Entry {
        self.entry(Outcome::Refused, Some(code))
    }

    /// What there is when nothing could be read.
    pub(super) fn failed<T>(&self, fault: Fault) -> (Result<T, Error>, Vec<Entry>) {
        (Err(fault.into()), vec![self.entry(Outcome::Failed, None)])
    }

    pub(super) fn run<T>(
        &self,
        connection: &mut Connection,
        terms: &Terms,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error>,
    ) -> (Result<T, Error>, Vec<Entry>) {
        let mut desk = Work {
            connection,
            terms,
            now: self.request.now,
            // The first block is the request's number; ids and tokens must not repeat it.
            entropy: Entropy::after_first(self.request.seed),
            actor: self.actor.clone(),
            subject: self.subject.clone(),
            basis: None,
            detail: None,
            checked: None,
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
            checked,
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
                    checked: deal.checked,
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
            checked,
            ..told.entry(outcome, refusal)
        };
        (answer, vec![entry])
    }
}

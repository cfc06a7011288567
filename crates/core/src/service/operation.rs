//! Who asks for what: the permission table is asked here, and here the audit entry is made.

use super::tx::AuditRecord;
use super::{Request, Subject, Terms, Tx};
use crate::actor::Actor;
use crate::audit::{AuditEntry, Outcome};
use crate::entropy::Entropy;
use crate::error::{Error, Fault, RefusalCode};
use crate::permission::{Function, Grant};
use crate::store::Connection;
use crate::terms::FacilityCode;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Who asks for what, and in which request.
#[derive(Clone)]
pub struct OperationContext {
    /// Who is asking.
    pub actor: Actor,
    /// What for.
    pub function: Function,
    /// On what, as far as it is known beforehand.
    pub subject: Subject,
    /// In which request.
    pub request: Request,
}

impl OperationContext {
    /// An operation on nothing in particular.
    pub fn new(actor: Actor, function: Function, request: Request) -> OperationContext {
        OperationContext {
            actor,
            function,
            subject: Subject::NONE,
            request,
        }
    }

    /// What the permission table grants, or what it says against it.
    pub(super) fn granted(&self) -> Result<Grant, RefusalCode> {
        match self.function.grant(self.actor.role()) {
            None => Err(RefusalCode::NotPermitted),
            Some(Grant::OwnInsurer) if !self.actor.reports_for(&self.subject) => {
                Err(RefusalCode::InsurerNotOwn)
            }
            Some(grant) => Ok(grant),
        }
    }

    pub(super) fn entry(&self, outcome: Outcome, refusal: Option<RefusalCode>) -> AuditEntry {
        AuditEntry {
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

    pub(super) fn entry_of_refusal(&self, code: RefusalCode) -> AuditEntry {
        self.entry(Outcome::Refused, Some(code))
    }

    /// What there is when nothing could be read.
    pub(super) fn failed<T>(&self, fault: Fault) -> (Result<T, Error>, Vec<AuditEntry>) {
        (Err(fault.into()), vec![self.entry(Outcome::Failed, None)])
    }

    /// Does the work, and says what the audit log is told of it.
    pub(super) fn run<T>(
        &self,
        grant: Grant,
        connection: &mut Connection,
        terms: &Terms,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> (Result<T, Error>, Vec<AuditEntry>) {
        let mut tx = Tx {
            connection,
            terms,
            function: self.function,
            grant,
            now: self.request.now,
            // The first block is the request's number; ids and tokens must not repeat it.
            entropy: Entropy::after_first(self.request.seed),
            actor: self.actor.clone(),
            record: AuditRecord::of(&self.subject),
            earlier: Vec::new(),
            begun_as: None,
        };
        // A panic is a fault of ours like any other, and the log says that it was tried.
        let answer = catch_unwind(AssertUnwindSafe(|| work(&mut tx)))
            .unwrap_or_else(|_| Err(Fault::at("doing what was asked", "it panicked").into()));
        let Tx {
            actor,
            function,
            grant,
            record,
            earlier,
            ..
        } = tx;
        let operation = OperationContext {
            actor,
            function,
            subject: Subject::NONE,
            request: self.request.clone(),
        };
        if let Err(error) = &answer {
            // Nothing of what was done before stays; one entry says how it ended.
            let outcome = match error {
                Error::Refused(refusal) => (Outcome::Refused, Some(refusal.code)),
                Error::Fault(_) => (Outcome::Failed, None),
            };
            return (answer, vec![operation.entry_of(record, outcome)]);
        }
        let last = (earlier.is_empty() || record.says_something()).then_some(record);
        let lacks_basis = |record: &AuditRecord| {
            let grant = record.in_the_name_of.as_ref().map_or(grant, |by| by.grant);
            grant.needs_a_basis() && record.refused.is_none() && record.basis.is_none()
        };
        if earlier.iter().chain(&last).any(lacks_basis) {
            let fault = Fault::at(
                "ending what needs a consent or an opening",
                "it was done without one",
            );
            return self.failed(fault);
        }
        let entry = |record: AuditRecord| {
            let outcome = match &record.refused {
                Some(refusal) => (Outcome::Refused, Some(refusal.code)),
                None => (Outcome::Done, None),
            };
            operation.entry_of(record, outcome)
        };
        let entries = earlier.into_iter().chain(last).map(entry).collect();
        (answer, entries)
    }

    fn entry_of(
        &self,
        record: AuditRecord,
        (outcome, refusal): (Outcome, Option<RefusalCode>),
    ) -> AuditEntry {
        let entry = match &record.in_the_name_of {
            None => self.entry(outcome, refusal),
            Some(by) => {
                let operation =
                    OperationContext::new(by.actor.clone(), by.function, self.request.clone());
                operation.entry(outcome, refusal)
            }
        };
        AuditEntry {
            subject_kind: record.subject.kind,
            subject: record.subject.id,
            basis: record.basis,
            detail: record.detail,
            checked: record.checked,
            ..entry
        }
    }
}

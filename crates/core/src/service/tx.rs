//! Permission to work: what the door hands out, and what is told to the audit log about it.

use super::Terms;
use crate::actor::{AccountKind, Actor};
use crate::audit::{Checked, Detail};
use crate::clock::Moment;
use crate::entropy::Entropy;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::opaque_id;
use crate::permission::{Function, Grant};
use crate::rules::Rules;
use crate::store::{Connection, Row, Value};
use crate::terms::{FacilityCode, Subject, SubjectKind};

/// Permission to work: what the door hands out.
pub struct Tx<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) terms: &'a Terms,
    pub(super) function: Function,
    pub(super) grant: Grant,
    pub(super) now: Moment,
    pub(super) entropy: Entropy,
    pub(super) actor: Actor,
    /// What the audit log is told of what is being done.
    pub(super) record: AuditRecord,
    /// What was done before, in a job that does many things.
    pub(super) earlier: Vec<AuditRecord>,
    /// As whom and for what the work was begun, while it is done in an account's name.
    pub(super) begun_as: Option<Box<InTheNameOf>>,
}

/// In whose name something is done, for what, and what grants it.
#[derive(Clone)]
pub(super) struct InTheNameOf {
    pub(super) actor: Actor,
    pub(super) function: Function,
    pub(super) grant: Grant,
}

/// What the audit log is told of one thing that was done: each has its own subject, detail and basis.
#[derive(Clone)]
pub(super) struct AuditRecord {
    pub(super) subject: Subject,
    pub(super) basis: Option<String>,
    pub(super) detail: Option<Detail>,
    pub(super) checked: Option<Checked>,
    pub(super) refused: Option<Refusal>,
    /// In whose name it was done, where that is not as whom the work ends.
    pub(super) in_the_name_of: Option<Box<InTheNameOf>>,
}

impl AuditRecord {
    /// Nothing yet, about this.
    pub(super) fn of(subject: &Subject) -> AuditRecord {
        AuditRecord {
            subject: subject.clone(),
            basis: None,
            detail: None,
            checked: None,
            refused: None,
            in_the_name_of: None,
        }
    }

    /// Whether anything was said since the last thing was closed.
    pub(super) fn says_something(&self) -> bool {
        self.subject.id.is_some()
            || self.basis.is_some()
            || self.detail.is_some()
            || self.checked.is_some()
            || self.refused.is_some()
    }
}

impl Tx<'_> {
    /// When the request was made.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// The numbers of the rules.
    pub fn rules(&self) -> &Rules {
        &self.terms.rules
    }

    /// The key under which what nobody has is kept, where it may be somebody's secret.
    pub(crate) fn typed_ids(&self) -> &[u8; 32] {
        &self.terms.keys.typed_ids
    }

    /// What the own institution is told instead of two of our numbers, for a kind of thing.
    pub fn opaque_id(&self, kind: &str, numbers: [i64; 2]) -> Result<String, Error> {
        let whose = self.facility()?;
        let of = (whose.as_str(), kind);
        Ok(opaque_id::seal(&self.terms.keys.opaque_ids, of, numbers))
    }

    /// Reads them back; what was not told to the own institution is not there.
    pub fn open_opaque_id(&self, kind: &str, id: &str) -> Result<[i64; 2], Error> {
        let whose = self.facility()?;
        let of = (whose.as_str(), kind);
        opaque_id::open(&self.terms.keys.opaque_ids, of, id)
            .ok_or_else(|| RefusalCode::NotFound.into())
    }

    /// The key of what cards are asked to sign, and of passcodes.
    pub(crate) fn challenges(&self) -> &[u8; 32] {
        &self.terms.keys.challenges
    }

    /// The key under which one-time codes are kept.
    pub(crate) fn one_time_codes(&self) -> &[u8; 32] {
        &self.terms.keys.one_time_codes
    }

    /// The key under which the text of a letter is kept until it is sent.
    pub(crate) fn mail_key(&self) -> &[u8; 32] {
        &self.terms.keys.mail
    }

    /// The key under which second factors are kept.
    pub(crate) fn second_factors(&self) -> &[u8; 32] {
        &self.terms.keys.second_factors
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
    pub fn set_subject(&mut self, kind: SubjectKind, id: &str) {
        self.record.subject = Subject::of(kind, id);
    }

    /// Says what exactly was done, for the audit log.
    pub fn set_detail(&mut self, detail: Detail) {
        self.record.detail = Some(detail);
    }

    /// What was said so far of the present thing.
    pub(crate) fn noted(&self) -> Option<&Detail> {
        self.record.detail.as_ref()
    }

    /// Says for which institution the system works, so that it stands in that one's log.
    pub(crate) fn set_facility(&mut self, facility: &FacilityCode) {
        self.actor.facility = Some(facility.clone());
    }

    /// Says what a check asked and found.
    pub(crate) fn set_checked(&mut self, checked: Checked) {
        self.record.checked = Some(checked);
    }

    /// Says what else was told with it; see [`Checked::told`].
    pub(crate) fn set_told(&mut self, told: i64) {
        if let Some(checked) = &mut self.record.checked {
            checked.told = told;
        }
    }

    /// Ends one of several things that a job does: it gets an audit entry of its own.
    pub(crate) fn close_entry(&mut self) {
        let next = AuditRecord::of(&Subject::NONE);
        let mut record = std::mem::replace(&mut self.record, next);
        if self.begun_as.is_some() {
            record.in_the_name_of = Some(Box::new(InTheNameOf {
                actor: self.actor.clone(),
                function: self.function,
                grant: self.grant,
            }));
        }
        self.earlier.push(record);
    }

    /// Does what comes next in the name of the account that asked for it earlier, where the table
    /// grants it that. Each thing that is done so is closed ([`Tx::close_entry`]).
    pub(crate) fn act_for(&mut self, actor: Actor, function: Function) -> Result<(), RefusalCode> {
        let grant = function
            .grant(actor.role())
            .ok_or(RefusalCode::NotPermitted)?;
        self.begun_as = Some(Box::new(InTheNameOf {
            actor: std::mem::replace(&mut self.actor, actor),
            function: std::mem::replace(&mut self.function, function),
            grant: std::mem::replace(&mut self.grant, grant),
        }));
        Ok(())
    }

    /// Does what comes next on this institution, in whose log it stands. Only the operator works on any. Each thing that
    /// is done so is closed ([`Tx::close_entry`]).
    pub(crate) fn act_at(
        &mut self,
        facility: &FacilityCode,
        function: Function,
    ) -> Result<(), RefusalCode> {
        let actor = self.actor.at(facility.clone());
        self.act_for(actor.ok_or(RefusalCode::NotPermitted)?, function)
    }

    /// Goes on for another function than that of the route, where the table grants the same actor that: what a
    /// message is for may stand in the message.
    pub(crate) fn go_on_for(&mut self, function: Function) -> Result<(), RefusalCode> {
        let grant = function.grant(self.actor.role());
        // The refusal, too, is one of what was asked for.
        self.function = function;
        self.grant = grant.ok_or(RefusalCode::NotPermitted)?;
        Ok(())
    }

    /// Goes on as whom the work was begun.
    pub(crate) fn act_for_nobody(&mut self) {
        if let Some(begun) = self.begun_as.take() {
            (self.actor, self.function, self.grant) = (begun.actor, begun.function, begun.grant);
        }
    }

    /// Says on what the access rests. Only what has read a consent or an opening says so. What rests
    /// on several names each.
    pub(crate) fn add_basis(&mut self, basis: &str) {
        match &mut self.record.basis {
            None => self.record.basis = Some(basis.to_owned()),
            Some(before) if before.contains(basis) => {}
            Some(before) => {
                before.push_str(", ");
                before.push_str(basis);
            }
        }
    }

    /// Begins with another person: what was told of somebody else is an entry of its own.
    pub(crate) fn begin_person(&mut self, person: i64) {
        let person = person.to_string();
        if self.record.basis.is_some() && self.record.subject.id.as_ref() != Some(&person) {
            self.close_entry();
        }
        self.set_subject(SubjectKind::Person, &person);
    }

    /// What the permission table grants.
    pub fn grant(&self) -> Grant {
        self.grant
    }

    /// For what the work is done.
    pub(crate) fn function(&self) -> Function {
        self.function
    }

    /// Says who the visitor turned out to be (at a log-in).
    pub(crate) fn identify(&mut self, kind: AccountKind, account_id: &str) {
        self.actor.identify(kind, account_id);
    }

    /// Refuses, and yet keeps what was written: a failed log-in is counted.
    pub(crate) fn refuse_and_keep(&mut self, refusal: Refusal) {
        self.record.refused = Some(refusal);
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

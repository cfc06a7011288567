//! Permission to work: what the door hands out, and what is told to the audit log about it.

use super::Terms;
use crate::actor::{AccountKind, Actor};
use crate::audit::{Checked, Detail, SubjectKind};
use crate::clock::Moment;
use crate::entropy::Entropy;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::facility::FacilityCode;
use crate::rules::Rules;
use crate::store::{Connection, Row, Value};

/// What something is to be done to, as far as it is known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub(crate) kind: SubjectKind,
    pub(crate) id: Option<String>,
}

impl Subject {
    /// Nothing in particular, or not known yet.
    pub const NONE: Subject = Subject {
        kind: SubjectKind::None,
        id: None,
    };

    /// This thing.
    pub fn of(kind: SubjectKind, id: impl Into<String>) -> Subject {
        Subject {
            kind,
            id: Some(id.into()),
        }
    }
}

/// Permission to work: what the door hands out.
pub struct Work<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) terms: &'a Terms,
    pub(super) now: Moment,
    pub(super) entropy: Entropy,
    pub(super) actor: Actor,
    pub(super) subject: Subject,
    pub(super) basis: Option<String>,
    pub(super) detail: Option<Detail>,
    pub(super) checked: Option<Checked>,
    pub(super) refused: Option<Refusal>,
    /// What was done before, in a piece that does many things.
    pub(super) earlier: Vec<Deal>,
}

/// One thing that was done in a piece of work, as the audit log is told of it.
#[derive(Clone, Default)]
pub(super) struct Deal {
    pub(super) about: Option<(SubjectKind, String)>,
    pub(super) detail: Option<Detail>,
    pub(super) checked: Option<Checked>,
    pub(super) refused: Option<Refusal>,
}

impl Work<'_> {
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
        &self.terms.typed_ids
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

    /// Says what exactly was done, for the audit log.
    pub fn note(&mut self, detail: Detail) {
        self.detail = Some(detail);
    }

    /// Says for which institution the system works, so that it stands in that one's log.
    pub(crate) fn work_for(&mut self, facility: &FacilityCode) {
        self.actor.facility = Some(facility.clone());
    }

    /// Says what a check asked and found.
    pub(crate) fn checked(&mut self, checked: Checked) {
        self.checked = Some(checked);
    }

    /// Says what else was told with it; see [`Checked::told`].
    pub(crate) fn told_with_it(&mut self, told: i64) {
        if let Some(checked) = &mut self.checked {
            checked.told = told;
        }
    }

    /// Ends one of several things that a piece does: it gets an audit entry of its own.
    pub(crate) fn close_entry(&mut self) {
        let about = self.subject.id.take().map(|id| (self.subject.kind, id));
        self.subject = Subject::NONE;
        self.earlier.push(Deal {
            about,
            detail: self.detail.take(),
            checked: self.checked.take(),
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

//! On what a record may be read: a consent, an opening for one person, or what a hospital declared for one in
//! emergency care. There is nothing else.

use super::{Scope, Source};
use crate::clock::Day;
use crate::consent::Consented;
use crate::emergency::OpenedFor;
use crate::emergency::care::InEmergencyCare;
use crate::error::{Error, RefusalCode};

mod sealed {
    /// Nobody outside says that something is a basis.
    pub trait Sealed {}
}

/// What was shown to be allowed: whose records, and of which kinds. It can be had only from what
/// read a consent or an opening in the same transaction.
pub trait MayRead: sealed::Sealed {
    /// Whose records.
    fn person(&self) -> i64;

    /// Whether records of this kind.
    fn may_read(&self, scope: Scope) -> bool;

    /// How it is refused where it is for other kinds.
    fn other_kind(&self) -> RefusalCode {
        RefusalCode::ConsentMissing
    }

    /// The first day of which such records are told, where the basis says one; medicines by their source.
    fn since(&self, _scope: Scope, _source: Option<Source>) -> Option<Day> {
        None
    }

    /// Whether medicines from this source.
    fn may_read_from(&self, _source: Source) -> bool {
        true
    }
}

impl sealed::Sealed for Consented {}

impl MayRead for Consented {
    fn person(&self) -> i64 {
        Consented::person(self)
    }

    fn may_read(&self, scope: Scope) -> bool {
        self.scope() == scope
    }
}

impl sealed::Sealed for OpenedFor {}

impl MayRead for OpenedFor {
    fn person(&self) -> i64 {
        OpenedFor::person(self)
    }

    /// In a disaster everything is told but 特定疾病療養受療証, which is no medical record.
    fn may_read(&self, scope: Scope) -> bool {
        self.is_medical() && scope != Scope::SpecificDiseases
    }
}

impl sealed::Sealed for InEmergencyCare {}

impl MayRead for InEmergencyCare {
    fn person(&self) -> i64 {
        InEmergencyCare::person(self)
    }

    fn may_read(&self, scope: Scope) -> bool {
        self.scopes().contains(&scope)
    }

    fn other_kind(&self) -> RefusalCode {
        RefusalCode::EmergencyPatternOther
    }

    fn since(&self, scope: Scope, source: Option<Source>) -> Option<Day> {
        InEmergencyCare::since(
            self,
            scope,
            source.is_some_and(|source| source != Source::Claim),
        )
    }

    fn may_read_from(&self, source: Source) -> bool {
        source == Source::Claim || self.has_prescriptions()
    }
}

/// Whose records of this kind may be read on this basis; refused where it is for another kind.
pub(super) fn person(basis: &(impl MayRead + ?Sized), scope: Scope) -> Result<i64, Error> {
    if basis.may_read(scope) {
        Ok(basis.person())
    } else {
        Err(basis.other_kind().into())
    }
}

//! On what a record may be read: a consent, or an opening for one person. There is nothing else.

use super::Scope;
use crate::consent::Consented;
use crate::emergency::OpenedFor;
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

/// Whose records of this kind may be read on this basis; refused where it is for another kind.
pub(super) fn person(basis: &(impl MayRead + ?Sized), scope: Scope) -> Result<i64, Error> {
    if basis.may_read(scope) {
        Ok(basis.person())
    } else {
        Err(RefusalCode::ConsentMissing.into())
    }
}

//! An applicant at the portal, who is anybody: which application is theirs, its receipt number and code say in the work.

use super::Authn;
use crate::actor::Actor;

impl Authn<'_> {
    /// Whoever is at the portal and applies for an institution.
    pub fn applicant(&self) -> Actor {
        Actor::applicant()
    }
}

//! A patient at an institution's address of マイナ在宅受付Web, whom nobody knows before the card has signed.

use super::Authn;
use crate::actor::Actor;
use crate::error::Fault;
use crate::home_reception::{self, HomeInstitution};

/// The bytes of an address; whatever else is asked for is nobody's.
const TOKEN_BYTES: usize = 32;

/// Whoever opened an address.
#[derive(Clone, Debug)]
pub struct HomeVisitor {
    /// Whose address it is.
    pub institution: HomeInstitution,
    actor: Actor,
}

impl HomeVisitor {
    /// As whom they are let in.
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }
}

impl Authn<'_> {
    /// Whoever opened this address; none where it is nobody's, was voided, or its institution is stopped.
    pub fn home_visitor(&self, token: &str) -> Result<Option<HomeVisitor>, Fault> {
        if token.len() != TOKEN_BYTES {
            return Ok(None);
        }
        let found = self
            .service
            .read_for_authn(|connection| home_reception::find(connection, token))?;
        Ok(found.map(|institution| HomeVisitor {
            actor: Actor::patient(institution.code.clone()),
            institution,
        }))
    }
}

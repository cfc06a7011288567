//! The operator (実施機関): whoever holds the secrets folder.

use crate::actor::{AccountKind, Actor};
use crate::audit::SealKey;
use crate::error::Fault;
use crate::service::Service;
use crate::terms::FacilityCode;

/// Whoever holds the key of the seals, and with it the folder of the secrets. It may be had only by
/// showing that key to a service that was opened with the same.
#[derive(Clone, Debug)]
pub struct Operator(());

impl Service {
    /// Lets the operator in, by the key that lies in the folder of the secrets.
    pub fn operator(&self, key: &SealKey) -> Result<Operator, Fault> {
        if self.was_opened_with(key) {
            Ok(Operator(()))
        } else {
            Err(Fault::at(
                "letting the operator in",
                "the key is not the one of these seals",
            ))
        }
    }
}

impl Operator {
    /// The operator, working on no institution in particular.
    pub fn actor(&self) -> Actor {
        Actor::operator()
    }

    /// The operator, working on this institution.
    pub fn at(&self, facility: FacilityCode) -> Actor {
        Actor::operator_at(facility)
    }

    /// This account at this terminal: the operator sets up what its holders are handed. Whoever
    /// holds the secrets can issue the certificate and reset the password as well.
    pub fn in_place_of(
        &self,
        (kind, account_id): (AccountKind, &str),
        facility: FacilityCode,
        certificate_serial: &str,
    ) -> Actor {
        Actor::account(kind, account_id, facility, certificate_serial)
    }

    /// Whoever is at this terminal and has not logged in.
    pub fn in_place_of_a_visitor(&self, facility: FacilityCode, certificate_serial: &str) -> Actor {
        Actor::visitor(facility, certificate_serial)
    }
}

//! Whoever has a code for a certificate: a terminal, a reader or an insurer's program that has none yet.

use super::Authn;
use crate::actor::Actor;
use crate::enrolment::{self, EnrolmentFor, code_hash};
use crate::error::Fault;
use crate::facility;
use crate::service::Subject;
use crate::terms::SubjectKind;

/// Whoever showed a code.
#[derive(Clone, Debug)]
pub struct Enrolling {
    /// What the code's issue is known by.
    pub id: String,
    /// For whom it fetches a certificate.
    pub of: EnrolmentFor,
    /// The name of the institution; of an insurer, its own.
    pub holder_name: String,
    actor: Actor,
}

impl Enrolling {
    /// As whom they are let in.
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// What the table is asked about.
    pub fn subject(&self) -> Subject {
        match self.of.numbers().first() {
            Some(number) => Subject::of(SubjectKind::Insurer, number.clone()),
            None => Subject::NONE,
        }
    }
}

impl Authn<'_> {
    /// Whoever showed this code, whatever it is worth now; none where there is no such code, or its institution is
    /// stopped.
    pub fn enrolling(&self, code: &str) -> Result<Option<Enrolling>, Fault> {
        let hash = code_hash(code);
        self.service.read_for_authn(|connection| {
            let Some(found) = enrolment::find(connection, &hash)? else {
                return Ok(None);
            };
            let (actor, holder_name) = match found.of.facility() {
                Some(code) => match facility::find(connection, code)? {
                    Some(facility) if facility.stopped.is_none() => {
                        (Actor::visitor(facility.code, ""), facility.name)
                    }
                    _ => return Ok(None),
                },
                None => (
                    Actor::insurer("", found.of.numbers().to_vec()),
                    found.of.name().to_owned(),
                ),
            };
            Ok(Some(Enrolling {
                id: found.id,
                of: found.of,
                holder_name,
                actor: Actor {
                    certificate: None,
                    ..actor
                },
            }))
        })
    }
}

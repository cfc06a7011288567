//! Revoking, and the lists of revoked certificates (CRL): one for each municipality, as the
//! certificates say.

use super::certificate::authority_key_identifier;
use super::writing::{Extension, algorithm, extensions, signed, time};
use super::{Authority, Issued, Issuer, Municipality, Purpose, Revocation, names};
use crate::key::KeyError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use yasna::{Tag, construct_der};

const NUMBER: &[u64] = &[2, 5, 29, 20];
const REASON: &[u64] = &[2, 5, 29, 21];
const POINT: &[u64] = &[2, 5, 29, 28];

/// Why a certificate was revoked, by the numbers of RFC 5280.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The card was lost or stolen.
    KeyCompromise,
    /// What it says is no longer so: the holder moved, married or died.
    AffiliationChanged,
    /// A new card has taken its place.
    Superseded,
    /// The card was given back.
    CessationOfOperation,
}

impl Reason {
    pub(super) fn number(self) -> u8 {
        match self {
            Reason::KeyCompromise => 1,
            Reason::AffiliationChanged => 3,
            Reason::Superseded => 4,
            Reason::CessationOfOperation => 5,
        }
    }
}

/// A list of revoked certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    /// The name under which certificates say it is found (DER).
    pub name: Vec<u8>,
    /// What it is about.
    pub purpose: Purpose,
    /// Whose certificates it lists: the identifier of the issuer's key.
    pub issuer_key: Vec<u8>,
    /// The list (DER).
    pub der: Vec<u8>,
}

impl Authority {
    /// Revokes a certificate. It stays revoked, with the first moment and reason; `false` if no such
    /// certificate was issued.
    pub fn revoke(&mut self, issuer_key: &[u8], serial: u32, at: i64, reason: Reason) -> bool {
        let Some((purpose, generation)) = self.issuer_by_key(issuer_key) else {
            return false;
        };
        let found = self.issued.iter_mut().find(|one| {
            one.purpose == purpose && one.generation == generation && one.serial == serial
        });
        found.is_some_and(|one| {
            one.revoked.get_or_insert(Revocation { at, reason });
            true
        })
    }

    fn issuer_by_key(&self, issuer_key: &[u8]) -> Option<(Purpose, super::Generation)> {
        let mut all = self.issuers.iter();
        let found = all.find(|one| super::writing::key_identifier(&one.key) == issuer_key)?;
        Some((found.purpose, found.generation))
    }

    /// All lists as of a moment: for each purpose, generation and municipality with certificates.
    /// They are to be fetched anew before `next`.
    pub fn lists(&mut self, now: i64, next: i64) -> Result<Vec<RevocationList>, KeyError> {
        self.lists += 1;
        let mut all = Vec::new();
        for issuer in self.issuers() {
            let own = self
                .issued()
                .iter()
                .filter(|one| one.purpose == issuer.purpose && one.generation == issuer.generation);
            let places: BTreeSet<&Municipality> = own.map(|one| &one.municipality).collect();
            for place in places {
                let der = self.list(issuer, place, now, next)?;
                all.push(RevocationList {
                    name: names::list(issuer.purpose, place),
                    purpose: issuer.purpose,
                    issuer_key: super::writing::key_identifier(&issuer.key),
                    der,
                });
            }
        }
        Ok(all)
    }

    fn list(
        &self,
        issuer: &Issuer,
        place: &Municipality,
        now: i64,
        next: i64,
    ) -> Result<Vec<u8>, KeyError> {
        let revoked: Vec<(&Issued, Revocation)> = self
            .issued
            .iter()
            .filter(|one| {
                one.purpose == issuer.purpose
                    && one.generation == issuer.generation
                    && one.municipality == *place
            })
            .filter_map(|one| Some((one, one.revoked.filter(|revoked| revoked.at <= now)?)))
            .collect();
        let body = construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_u8(1);
                algorithm(writer.next(), issuer.key.kind());
                writer.next().write_der(&names::issuer(issuer.purpose));
                time(writer.next(), now);
                time(writer.next(), next);
                // An empty sequence is not allowed here.
                if !revoked.is_empty() {
                    writer.next().write_sequence_of(|writer| {
                        for (one, revocation) in &revoked {
                            writer.next().write_sequence(|writer| {
                                writer.next().write_u32(one.serial);
                                time(writer.next(), revocation.at);
                                extensions(writer.next(), &[reason(revocation.reason)]);
                            });
                        }
                    });
                }
                writer.next().write_tagged(Tag::context(0), |writer| {
                    let all = [
                        authority_key_identifier(&issuer.key),
                        number(self.lists),
                        point(&names::list(issuer.purpose, place)),
                    ];
                    extensions(writer, &all);
                });
            });
        });
        signed(&body, &issuer.key)
    }
}

fn reason(reason: Reason) -> Extension {
    Extension {
        oid: REASON,
        critical: false,
        value: construct_der(|writer| writer.write_enum(i64::from(reason.number()))),
    }
}

fn number(number: u32) -> Extension {
    Extension {
        oid: NUMBER,
        critical: false,
        value: construct_der(|writer| writer.write_u32(number)),
    }
}

/// Which part of all revoked certificates this list holds.
fn point(name: &[u8]) -> Extension {
    let value = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_tagged(Tag::context(0), |writer| {
                writer.write_tagged_implicit(Tag::context(0), |writer| {
                    writer.write_sequence(|writer| names::directory(writer.next(), name));
                });
            });
        });
    });
    Extension {
        oid: POINT,
        critical: true,
        value,
    }
}

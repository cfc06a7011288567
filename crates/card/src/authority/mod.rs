//! JPKI-SIM, the authority that issues our cards (the real one is JPKI of 地方公共団体情報システム機構).
//!
//! Names, extensions and lifetimes are those of the real certificates, as far as samples show them;
//! the organisation is `JPKI-SIM`, the policies are of the test's arc and every address ends in
//! `.invalid` or is one's own, so that no certificate of ours passes for a real one. As there, the
//! generations of an authority have the same name: who checks must choose by key and signature.

mod certificate;
mod names;
mod ocsp;
pub(crate) mod records;
mod revocation;
mod terminal;
mod writing;

pub use certificate::{Certificate, CertificateError, Subject, Told};
pub use names::Municipality;
pub use ocsp::{CertificateStatus, OcspError, Question};
pub(crate) use records::RecordKeys;
pub use revocation::{Reason, RevocationList};
pub(crate) use terminal::key_name;
pub use terminal::{TerminalCertificate, TerminalCredential};
pub(crate) use writing::oid;

use crate::date::Date;
use crate::key::{KeyError, KeyKind, PrivateKey};
use crate::memory::Bytes;
use crate::profile::Profile;
use crate::random::Random;
use serde::{Deserialize, Serialize};

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// 利用者証明用: to say who one is.
    Authentication,
    /// 署名用: to sign documents.
    Signature,
}

/// Which generation of the authority issued. All have the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Generation {
    /// Issued until two years before the authority was founded here; its certificates are still good.
    Previous,
    /// Issues today.
    Current,
    /// Issues the next card, with P-384.
    Next,
}

/// Years before the founding in which the generations begin. Each lives ten.
const BEGINS: [(Generation, i64); 3] = [
    (Generation::Previous, 8),
    (Generation::Current, 2),
    (Generation::Next, 1),
];
const LIFETIME_YEARS: i64 = 10;

/// Where numbers of certificates begin, in every generation: the same number stands under two keys,
/// as it can in reality, so nobody gets away with looking up by the number alone.
const FIRST_SERIAL: u32 = 0x0022_7B00;

/// The authority with its keys and what it has issued.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authority {
    founded: Date,
    /// Where answers about certificates are asked for (OCSP).
    ocsp: String,
    issuers: Vec<Issuer>,
    terminals: PrivateKey,
    records: RecordKeys,
    issued: Vec<Issued>,
    /// The number of the last list of revoked certificates.
    lists: u32,
}

/// One generation for one purpose.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Issuer {
    pub(crate) purpose: Purpose,
    pub(crate) generation: Generation,
    pub(crate) key: PrivateKey,
    pub(crate) certificate: Bytes,
    pub(crate) serial: u32,
    pub(crate) begins: Date,
    pub(crate) responder: Responder,
    next_serial: u32,
}

/// Who answers for an issuer about its certificates.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Responder {
    pub(crate) key: PrivateKey,
    pub(crate) certificate: Bytes,
}

/// A certificate that was issued.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Issued {
    pub(crate) purpose: Purpose,
    pub(crate) generation: Generation,
    pub(crate) serial: u32,
    pub(crate) municipality: Municipality,
    pub(crate) revoked: Option<Revocation>,
}

/// When and why a certificate was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Revocation {
    /// Seconds since 1970.
    pub(crate) at: i64,
    pub(crate) reason: Reason,
}

impl Authority {
    /// Founds an authority; everything follows from the seed. It makes thirteen RSA keys, which takes
    /// one or two seconds.
    pub fn found(seed: &[u8; 32], founded: Date, ocsp: &str) -> Result<Authority, KeyError> {
        let mut issuers = Vec::new();
        for purpose in [Purpose::Authentication, Purpose::Signature] {
            for (place, (generation, years)) in (0u32..).zip(BEGINS) {
                let begins = founded.birthday(-years);
                let name = format!("issuer {purpose:?} {generation:?}");
                let key = PrivateKey::make(keys(generation), &mut Random::named(seed, &name))?;
                let name = format!("responder {purpose:?} {generation:?}");
                let own = PrivateKey::make(keys(generation), &mut Random::named(seed, &name))?;
                let serial = 1 + place;
                let certificate = certificate::authority(purpose, serial, begins, &key)?;
                let answering = certificate::responder(purpose, &key, begins, &own)?;
                issuers.push(Issuer {
                    purpose,
                    generation,
                    key,
                    certificate: Bytes(certificate),
                    serial,
                    begins,
                    responder: Responder {
                        key: own,
                        certificate: Bytes(answering),
                    },
                    next_serial: FIRST_SERIAL,
                });
            }
        }
        Ok(Authority {
            founded,
            ocsp: ocsp.to_owned(),
            issuers,
            terminals: PrivateKey::make(KeyKind::P384, &mut Random::named(seed, "terminals"))?,
            records: RecordKeys::make(seed)?,
            issued: Vec::new(),
            lists: 0,
        })
    }

    /// The day on which it was founded here.
    pub fn founded(&self) -> Date {
        self.founded
    }

    /// Where answers about certificates are asked for, as the certificates of cards say.
    pub fn ocsp(&self) -> &str {
        &self.ocsp
    }

    /// Sets the address for certificates that are issued from now on.
    pub fn set_ocsp(&mut self, address: &str) {
        address.clone_into(&mut self.ocsp);
    }

    /// The authority's own certificates (DER): what a checker trusts.
    pub fn certificates(&self, purpose: Purpose) -> Vec<Vec<u8>> {
        let all = self.issuers.iter().filter(|one| one.purpose == purpose);
        all.map(|one| one.certificate.0.clone()).collect()
    }

    /// The generation that issued a kind of card on a day.
    pub fn generation(&self, profile: Profile, day: Date) -> Generation {
        if profile == Profile::NextCard {
            return Generation::Next;
        }
        match self.issuer(Purpose::Authentication, Generation::Current) {
            Some(current) if day < current.begins => Generation::Previous,
            _ => Generation::Current,
        }
    }

    pub(crate) fn issuer(&self, purpose: Purpose, generation: Generation) -> Option<&Issuer> {
        let mut all = self.issuers.iter();
        all.find(|one| one.purpose == purpose && one.generation == generation)
    }

    pub(crate) fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    pub(crate) fn issued(&self) -> &[Issued] {
        &self.issued
    }

    /// The keys that sign what stands on cards.
    pub(crate) fn records(&self) -> &RecordKeys {
        &self.records
    }

    /// The key of those who name terminals, as a card keeps it.
    pub(crate) fn terminal_point(&self) -> Vec<u8> {
        // 86 61 and the point.
        self.terminals.public_record().split_off(2)
    }

    /// Names a terminal that may let cards sign without a PIN (特定機関認証, simulated).
    pub fn terminal(&self, number: u32, seed: &[u8; 32]) -> Result<TerminalCredential, KeyError> {
        TerminalCredential::issue(&self.terminals, number, seed)
    }

    /// Issues a certificate for the public half of a card's key.
    pub fn issue(&mut self, subject: &Subject<'_>) -> Result<Certificate, CertificateError> {
        let ocsp = self.ocsp.clone();
        let issuer = self
            .issuers
            .iter_mut()
            .find(|one| one.purpose == subject.purpose && one.generation == subject.generation);
        let issuer = issuer.ok_or(CertificateError::NoIssuer)?;
        if subject.not_before < issuer.begins.at(0, 0, 0) {
            return Err(CertificateError::TooEarly);
        }
        let serial = issuer.next_serial;
        let certificate = certificate::of_card(issuer, serial, subject, &ocsp)?;
        issuer.next_serial += 1;
        self.issued.push(Issued {
            purpose: subject.purpose,
            generation: subject.generation,
            serial,
            municipality: subject.municipality.clone(),
            revoked: None,
        });
        Ok(certificate)
    }
}

fn keys(generation: Generation) -> KeyKind {
    match generation {
        Generation::Next => KeyKind::P384,
        Generation::Previous | Generation::Current => KeyKind::Rsa2048,
    }
}

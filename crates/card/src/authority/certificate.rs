//! Certificates: of the authority, of who answers for it, of cards.

use super::writing::{Extension, algorithm, extensions, key_identifier, oid, signed, time};
use super::{Generation, Issuer, LIFETIME_YEARS, Municipality, Purpose, names};
use crate::date::Date;
use crate::key::{KeyError, PrivateKey};
use crate::profile::Profile;
use yasna::{Tag, construct_der};

const KEY_USAGE: &[u64] = &[2, 5, 29, 15];
const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
const POLICIES: &[u64] = &[2, 5, 29, 32];
const SUBJECT_ALTERNATIVE: &[u64] = &[2, 5, 29, 17];
const ISSUER_ALTERNATIVE: &[u64] = &[2, 5, 29, 18];
const BASIC_CONSTRAINTS: &[u64] = &[2, 5, 29, 19];
const LIST_POINTS: &[u64] = &[2, 5, 29, 31];
const AUTHORITY_KEY: &[u64] = &[2, 5, 29, 35];
const SUBJECT_KEY: &[u64] = &[2, 5, 29, 14];
const AUTHORITY_ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
const NO_CHECK: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 5];

/// The arc of what 署名用証明書 say of their holder.
const HOLDER: [u64; 7] = [1, 2, 392, 200_149, 8, 5, 5];

/// Where the practice statement would be found.
const PRACTICE: &str = "http://jpki-sim.invalid/cps.html";

/// Whom a certificate is issued to.
pub struct Subject<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// Which generation issues.
    pub generation: Generation,
    /// What the key lives in; phones have policies of their own.
    pub profile: Profile,
    /// The holder's number within the name.
    pub common: &'a str,
    /// Where the holder lives.
    pub municipality: &'a Municipality,
    /// Seconds since 1970 from which it counts.
    pub not_before: i64,
    /// Seconds since 1970 until which it counts.
    pub not_after: i64,
    /// The key of which it certifies the public half.
    pub key: &'a PrivateKey,
    /// 氏名, 生年月日 (`EYYYYMMDD`), 性別 and 住所, which a certificate of 署名 tells.
    pub told: Option<Told<'a>>,
}

/// What a 署名用証明書 tells of its holder.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// 氏名.
    pub name: &'a str,
    /// 生年月日, `EYYYYMMDD`.
    pub born: &'a str,
    /// 性別, `1` or `2`.
    pub sex: &'a str,
    /// 住所.
    pub address: &'a str,
}

/// A certificate that was issued, with what one needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate (DER).
    pub der: Vec<u8>,
    /// Its number. It is one of a kind only under its issuer's key.
    pub serial: u32,
    /// The identifier of the issuer's key, as the certificate has it.
    pub issuer_key: Vec<u8>,
    /// Which generation issued it.
    pub generation: Generation,
    /// Seconds since 1970 from which it counts.
    pub not_before: i64,
    /// Seconds since 1970 until which it counts.
    pub not_after: i64,
}

/// Why a certificate was not issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No such generation for this purpose.
    #[error("the authority has no such generation")]
    NoIssuer,
    /// It would begin before its issuer does.
    #[error("the certificate would begin before its issuer's own")]
    TooEarly,
    /// The issuer's key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}

struct Template<'a> {
    serial: u32,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    not_before: i64,
    not_after: i64,
    key: &'a PrivateKey,
    extensions: Vec<Extension>,
}

impl Template<'_> {
    fn sign(&self, by: &PrivateKey) -> Result<Vec<u8>, KeyError> {
        let body = construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer
                    .next()
                    .write_tagged(Tag::context(0), |writer| writer.write_u8(2));
                writer.next().write_u32(self.serial);
                algorithm(writer.next(), by.kind());
                writer.next().write_der(&self.issuer);
                writer.next().write_sequence(|writer| {
                    time(writer.next(), self.not_before);
                    time(writer.next(), self.not_after);
                });
                writer.next().write_der(&self.subject);
                writer.next().write_der(&self.key.public_der());
                writer.next().write_tagged(Tag::context(3), |writer| {
                    extensions(writer, &self.extensions);
                });
            });
        });
        signed(&body, by)
    }
}

fn extension(oid: &'static [u64], critical: bool, value: Vec<u8>) -> Extension {
    Extension {
        oid,
        critical,
        value,
    }
}

/// The bits of the key's use, from the left.
fn usage(bits: u8, unused: u8) -> Extension {
    extension(KEY_USAGE, true, vec![3, 2, unused, bits])
}

fn alternative(oid: &'static [u64], name: &[u8]) -> Extension {
    let value = construct_der(|writer| {
        writer.write_sequence(|writer| names::directory(writer.next(), name));
    });
    extension(oid, false, value)
}

fn list_point(name: &[u8]) -> Extension {
    let value = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_sequence(|writer| {
                writer.next().write_tagged(Tag::context(0), |writer| {
                    writer.write_tagged_implicit(Tag::context(0), |writer| {
                        writer.write_sequence(|writer| names::directory(writer.next(), name));
                    });
                });
            });
        });
    });
    extension(LIST_POINTS, false, value)
}

fn subject_key(key: &PrivateKey) -> Extension {
    let value = construct_der(|writer| writer.write_bytes(&key_identifier(key)));
    extension(SUBJECT_KEY, false, value)
}

/// The issuer's key by its identifier, and by the name and number of its certificate.
fn authority_key(key: &PrivateKey, name: &[u8], serial: u32) -> Extension {
    let value = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer
                .next()
                .write_tagged_implicit(Tag::context(0), |writer| {
                    writer.write_bytes(&key_identifier(key));
                });
            writer
                .next()
                .write_tagged_implicit(Tag::context(1), |writer| {
                    writer.write_sequence(|writer| names::directory(writer.next(), name));
                });
            writer
                .next()
                .write_tagged_implicit(Tag::context(2), |writer| {
                    writer.write_u32(serial);
                });
        });
    });
    extension(AUTHORITY_KEY, false, value)
}

fn extended_usage(purpose: u64) -> Extension {
    let value = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer
                .next()
                .write_oid(&oid(&[1, 3, 6, 1, 5, 5, 7, 3, purpose]));
        });
    });
    extension(EXTENDED_KEY_USAGE, false, value)
}

/// The authority's own certificate.
pub(super) fn authority(
    purpose: Purpose,
    serial: u32,
    begins: Date,
    key: &PrivateKey,
) -> Result<Vec<u8>, KeyError> {
    let name = names::issuer(purpose);
    let basic = construct_der(|writer| {
        writer.write_sequence(|writer| writer.next().write_bool(true));
    });
    Template {
        serial,
        issuer: name.clone(),
        subject: name.clone(),
        not_before: begins.at(11, 5, 2),
        not_after: begins.birthday(LIFETIME_YEARS).plus_days(-1).at(23, 59, 59),
        key,
        extensions: vec![
            usage(0x06, 1),
            alternative(SUBJECT_ALTERNATIVE, &names::issuer_in_japanese(purpose)),
            extension(BASIC_CONSTRAINTS, true, basic),
            list_point(&name),
            subject_key(key),
        ],
    }
    .sign(key)
}

/// The certificate of who answers for an issuer about its certificates.
pub(super) fn responder(
    purpose: Purpose,
    issuer: &PrivateKey,
    begins: Date,
    key: &PrivateKey,
) -> Result<Vec<u8>, KeyError> {
    Template {
        serial: 0x100,
        issuer: names::issuer(purpose),
        subject: names::responder(purpose),
        not_before: begins.at(12, 0, 0),
        not_after: begins.birthday(LIFETIME_YEARS).plus_days(-1).at(23, 59, 59),
        key,
        extensions: vec![
            usage(0x80, 7),
            extended_usage(9),
            extension(NO_CHECK, false, vec![5, 0]),
            authority_key_identifier(issuer),
            subject_key(key),
        ],
    }
    .sign(issuer)
}

/// The issuer's key by its identifier alone.
pub(super) fn authority_key_identifier(key: &PrivateKey) -> Extension {
    let value = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer
                .next()
                .write_tagged_implicit(Tag::context(0), |writer| {
                    writer.write_bytes(&key_identifier(key));
                });
        });
    });
    extension(AUTHORITY_KEY, false, value)
}

/// A card's certificate, in the order of extensions that the real ones have.
pub(super) fn of_card(
    issuer: &Issuer,
    serial: u32,
    subject: &Subject<'_>,
    ocsp: &str,
) -> Result<Certificate, CertificateError> {
    let name = names::issuer(subject.purpose);
    let mut all = Vec::new();
    match subject.purpose {
        Purpose::Authentication => all.extend([usage(0x80, 7), extended_usage(2)]),
        Purpose::Signature => {
            all.push(usage(0xC0, 6));
            if let Some(told) = subject.told {
                all.push(extension(SUBJECT_ALTERNATIVE, false, holder(told)));
            }
        }
    }
    all.extend([
        policies(subject.purpose, subject.profile),
        alternative(
            ISSUER_ALTERNATIVE,
            &names::issuer_in_japanese(subject.purpose),
        ),
        list_point(&names::list(subject.purpose, subject.municipality)),
    ]);
    if subject.purpose == Purpose::Authentication {
        all.push(ocsp_access(ocsp));
    }
    all.extend([
        authority_key(&issuer.key, &name, issuer.serial),
        subject_key(subject.key),
    ]);
    let template = Template {
        serial,
        issuer: name,
        subject: match subject.purpose {
            Purpose::Authentication => names::authentication(subject.common),
            Purpose::Signature => names::signature(subject.municipality, subject.common),
        },
        not_before: subject.not_before,
        not_after: subject.not_after,
        key: subject.key,
        extensions: all,
    };
    Ok(Certificate {
        der: template.sign(&issuer.key)?,
        serial,
        issuer_key: key_identifier(&issuer.key),
        generation: issuer.generation,
        not_before: subject.not_before,
        not_after: subject.not_after,
    })
}

/// The arc of the test's policies: 30 and 20 on cards, 40 on phones (利用者証明's on phones is
/// simulated; no sample is public).
fn policies(purpose: Purpose, profile: Profile) -> Extension {
    let last = match (purpose, profile.is_phone()) {
        (_, true) => 40,
        (Purpose::Authentication, false) => 30,
        (Purpose::Signature, false) => 20,
    };
    let value = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_sequence(|writer| {
                let policy = [1, 2, 392, 200_149, 8, 5, 1, 0, last];
                writer.next().write_oid(&oid(&policy));
                writer.next().write_sequence(|writer| {
                    writer.next().write_sequence(|writer| {
                        let practice = [1, 3, 6, 1, 5, 5, 7, 2, 1];
                        writer.next().write_oid(&oid(&practice));
                        writer.next().write_ia5_string(PRACTICE);
                    });
                });
            });
        });
    });
    extension(POLICIES, true, value)
}

fn ocsp_access(address: &str) -> Extension {
    let value = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_sequence(|writer| {
                writer.next().write_oid(&oid(&[1, 3, 6, 1, 5, 5, 7, 48, 1]));
                writer
                    .next()
                    .write_tagged_implicit(Tag::context(6), |writer| {
                        writer.write_ia5_string(address);
                    });
            });
        });
    });
    extension(AUTHORITY_ACCESS, false, value)
}

/// 氏名, 生年月日, 性別, 住所, and the places of characters that were replaced: none.
fn holder(told: Told<'_>) -> Vec<u8> {
    let zeros = |text: &str| "0".repeat(text.chars().count());
    let (name, address) = (zeros(told.name), zeros(told.address));
    let all = [
        (1, told.name),
        (4, told.born),
        (3, told.sex),
        (5, told.address),
        (2, &name),
        (6, &address),
    ];
    construct_der(|writer| {
        writer.write_sequence(|writer| {
            for (number, value) in all {
                writer
                    .next()
                    .write_tagged_implicit(Tag::context(0), |writer| {
                        writer.write_sequence(|writer| {
                            let mut arc = HOLDER.to_vec();
                            arc.push(number);
                            writer.next().write_oid(&oid(&arc));
                            writer.next().write_tagged(Tag::context(0), |writer| {
                                writer.write_utf8_string(value);
                            });
                        });
                    });
            }
        });
    })
}

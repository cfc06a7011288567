//! Answers about single certificates (OCSP, RFC 6960), signed by who answers for the issuer.

use super::writing::{Extension, algorithm, extensions, generalized, oid, public_bits};
use super::{Authority, Issuer, names};
use crate::key::KeyError;
use rsa::sha2::{Digest, Sha256};
use yasna::models::ObjectIdentifier;
use yasna::{ASN1Result, BERReader, DERWriter, Tag, construct_der};

const SHA256: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 1];
const NONCE: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 2];
const BASIC: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 1];

/// Which certificate is asked about. Digests are SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The digest of the issuer's name.
    pub name_digest: Vec<u8>,
    /// The digest of the issuer's key.
    pub key_digest: Vec<u8>,
    /// The certificate's number.
    pub serial: u32,
    /// What the answer must repeat.
    pub nonce: Option<Vec<u8>>,
}

/// What is said of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// It is not revoked.
    Good,
    /// It is, since this moment.
    Revoked(i64),
    /// Nobody issued it.
    Unknown,
}

/// Why there is no answer. Both are told to who asks, unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OcspError {
    /// The request is none, or asks for what is not done here.
    #[error("the request can't be read")]
    Malformed,
    /// The issuer is not of this authority.
    #[error("the issuer is not of this authority")]
    Unauthorized,
    /// The key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl OcspError {
    /// The unsigned answer that says so.
    pub fn response(self) -> Vec<u8> {
        let status = match self {
            OcspError::Malformed => 1,
            OcspError::Key(_) => 2,
            OcspError::Unauthorized => 6,
        };
        construct_der(|writer| {
            writer.write_sequence(|writer| writer.next().write_enum(status));
        })
    }
}

impl Question {
    /// Reads a request about one certificate.
    pub fn parse(request: &[u8]) -> Result<Question, OcspError> {
        yasna::parse_der(request, question).map_err(|_| OcspError::Malformed)
    }
}

fn question(reader: BERReader<'_, '_>) -> ASN1Result<Question> {
    reader.read_sequence(|reader| {
        let asked = reader.next().read_sequence(|reader| {
            reader.read_optional(|reader| {
                reader.read_tagged(Tag::context(0), |reader| reader.read_u8())
            })?;
            reader.read_optional(|reader| reader.read_tagged(Tag::context(1), |r| r.read_der()))?;
            let (name_digest, key_digest, serial) = reader.next().read_sequence(|reader| {
                reader.next().read_sequence(|reader| {
                    let asked = reader.next().read_sequence(certificate)?;
                    reader.read_optional(|reader| {
                        reader.read_tagged(Tag::context(0), |reader| reader.read_der())
                    })?;
                    Ok(asked)
                })
            })?;
            let nonce =
                reader.read_optional(|reader| reader.read_tagged(Tag::context(2), nonce))?;
            Ok(Question {
                name_digest,
                key_digest,
                serial,
                nonce: nonce.flatten(),
            })
        })?;
        // A signature of who asks is passed over.
        reader.read_optional(|reader| reader.read_tagged(Tag::context(0), |r| r.read_der()))?;
        Ok(asked)
    })
}

fn certificate(reader: &mut yasna::BERReaderSeq<'_, '_>) -> ASN1Result<(Vec<u8>, Vec<u8>, u32)> {
    let algorithm = reader.next().read_sequence(|reader| {
        let algorithm = reader.next().read_oid()?;
        reader.read_optional(|reader| reader.read_null())?;
        Ok(algorithm)
    })?;
    if algorithm != oid(SHA256) {
        return Err(yasna::ASN1Error::new(yasna::ASN1ErrorKind::Invalid));
    }
    Ok((
        reader.next().read_bytes()?,
        reader.next().read_bytes()?,
        reader.next().read_u32()?,
    ))
}

fn nonce(reader: BERReader<'_, '_>) -> ASN1Result<Option<Vec<u8>>> {
    let mut found = None;
    reader.read_sequence_of(|reader| {
        reader.read_sequence(|reader| {
            let kind: ObjectIdentifier = reader.next().read_oid()?;
            reader.read_optional(|reader| reader.read_bool())?;
            let value = reader.next().read_bytes()?;
            if kind == oid(NONCE) {
                found = Some(value);
            }
            Ok(())
        })
    })?;
    Ok(found)
}

impl Authority {
    /// Answers a request. The answer counts from `now`, and another is to be had before `next`.
    pub fn answer(&self, request: &[u8], now: i64, next: i64) -> Result<Vec<u8>, OcspError> {
        let question = Question::parse(request)?;
        let issuer = self.asked(&question).ok_or(OcspError::Unauthorized)?;
        Ok(self.respond(issuer, &question, now, next)?)
    }

    /// The request about a certificate, as a checker sends it.
    pub fn ask(&self, issuer_key: &[u8], serial: u32, nonce: Option<&[u8]>) -> Option<Vec<u8>> {
        let mut all = self.issuers().iter();
        let issuer = all.find(|one| super::writing::key_identifier(&one.key) == issuer_key)?;
        let asked = Question {
            name_digest: Sha256::digest(names::issuer(issuer.purpose)).to_vec(),
            key_digest: Sha256::digest(public_bits(&issuer.key)).to_vec(),
            serial,
            nonce: nonce.map(|nonce| construct_der(|writer| writer.write_bytes(nonce))),
        };
        Some(construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_sequence(|writer| {
                    writer.next().write_sequence(|writer| {
                        writer
                            .next()
                            .write_sequence(|writer| identify(writer.next(), &asked));
                    });
                    if let Some(nonce) = &asked.nonce {
                        writer.next().write_tagged(Tag::context(2), |writer| {
                            extensions(writer, &[repeated(nonce)]);
                        });
                    }
                });
            });
        }))
    }

    fn asked(&self, question: &Question) -> Option<&Issuer> {
        self.issuers().iter().find(|one| {
            Sha256::digest(names::issuer(one.purpose)).as_slice() == question.name_digest
                && Sha256::digest(public_bits(&one.key)).as_slice() == question.key_digest
        })
    }

    fn status(&self, issuer: &Issuer, serial: u32, now: i64) -> CertificateStatus {
        let found = self.issued().iter().find(|one| {
            one.purpose == issuer.purpose
                && one.generation == issuer.generation
                && one.serial == serial
        });
        match found.map(|one| one.revoked) {
            None => CertificateStatus::Unknown,
            Some(Some(revoked)) if revoked.at <= now => CertificateStatus::Revoked(revoked.at),
            Some(_) => CertificateStatus::Good,
        }
    }

    fn respond(
        &self,
        issuer: &Issuer,
        question: &Question,
        now: i64,
        next: i64,
    ) -> Result<Vec<u8>, KeyError> {
        let status = self.status(issuer, question.serial, now);
        let data = construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_tagged(Tag::context(1), |writer| {
                    writer.write_der(&names::responder(issuer.purpose));
                });
                generalized(writer.next(), now);
                writer.next().write_sequence(|writer| {
                    writer.next().write_sequence(|writer| {
                        identify(writer.next(), question);
                        say(writer.next(), status);
                        generalized(writer.next(), now);
                        writer.next().write_tagged(Tag::context(0), |writer| {
                            generalized(writer, next);
                        });
                    });
                });
                if let Some(nonce) = &question.nonce {
                    writer.next().write_tagged(Tag::context(1), |writer| {
                        extensions(writer, &[repeated(nonce)]);
                    });
                }
            });
        });
        let signature = issuer.responder.key.sign(&data)?;
        let basic = construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_der(&data);
                algorithm(writer.next(), issuer.responder.key.kind());
                let bits = signature.len() * 8;
                writer.next().write_bitvec_bytes(&signature, bits);
                writer.next().write_tagged(Tag::context(0), |writer| {
                    writer.write_sequence(|writer| {
                        writer.next().write_der(&issuer.responder.certificate.0);
                    });
                });
            });
        });
        Ok(construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_enum(0);
                writer.next().write_tagged(Tag::context(0), |writer| {
                    writer.write_sequence(|writer| {
                        writer.next().write_oid(&oid(BASIC));
                        writer.next().write_bytes(&basic);
                    });
                });
            });
        }))
    }
}

fn repeated(nonce: &[u8]) -> Extension {
    Extension {
        oid: NONCE,
        critical: false,
        value: nonce.to_vec(),
    }
}

fn identify(writer: DERWriter<'_>, asked: &Question) {
    writer.write_sequence(|writer| {
        writer.next().write_sequence(|writer| {
            writer.next().write_oid(&oid(SHA256));
            writer.next().write_null();
        });
        writer.next().write_bytes(&asked.name_digest);
        writer.next().write_bytes(&asked.key_digest);
        writer.next().write_u32(asked.serial);
    });
}

fn say(writer: DERWriter<'_>, status: CertificateStatus) {
    match status {
        CertificateStatus::Good => {
            writer.write_tagged_implicit(Tag::context(0), |writer| writer.write_null());
        }
        CertificateStatus::Revoked(at) => {
            writer.write_tagged_implicit(Tag::context(1), |writer| {
                writer.write_sequence(|writer| generalized(writer.next(), at));
            });
        }
        CertificateStatus::Unknown => {
            writer.write_tagged_implicit(Tag::context(2), |writer| writer.write_null());
        }
    }
}

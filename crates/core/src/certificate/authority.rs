//! The operator's private authority: issues terminals' and servers' certificates.

mod parts;
mod request;

pub use request::{CertificateRequest, Certified, Certifies};

use std::fmt;

use parts::{NAME_CHARS_MAX, pair_from_pem, params, parse, words};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber,
};
use rustls_pki_types::{CertificateDer, ServerName};
use zeroize::Zeroizing;

use super::{INSURER_UNIT, fingerprint, period_of, serial_of};

/// id-kp-documentSigning (RFC 9336).
const DOCUMENT_SIGNING: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 3, 36];

/// Why a certificate, a key or a file of both could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateFault {
    #[error("a certificate's {part} {why}")]
    Words {
        part: &'static str,
        why: &'static str,
    },
    #[error("a certificate's period {0}")]
    Period(&'static str),
    #[error("a certificate's serial number must not be zero")]
    Serial,
    #[error("{0}")]
    Unreadable(&'static str),
    #[error("making a certificate failed")]
    Making(#[from] rcgen::Error),
    #[error("making a PKCS#12 file failed")]
    Pkcs12(#[from] p12_keystore::error::Error),
}

/// The private authority (認証局) with its key. `Debug` prints no key.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
    certificate_der: Vec<u8>,
    not_before_ms: i64,
    not_after_ms: i64,
}

/// What a certificate's key is for.
#[derive(Clone, Copy)]
enum Purpose {
    /// To be a client of ours.
    Client,
    /// To sign what a card reader sends.
    Signature,
}

impl Purpose {
    fn usage(self) -> ExtendedKeyUsagePurpose {
        match self {
            Purpose::Client => ExtendedKeyUsagePurpose::ClientAuth,
            Purpose::Signature => ExtendedKeyUsagePurpose::Other(DOCUMENT_SIGNING.to_vec()),
        }
    }
}

/// Whose certificate a terminal's is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalSubject {
    pub facility_code: String,
    pub facility_name: String,
    pub terminal_name: String,
}

/// A certificate just issued, with its key. `Debug` prints no key.
#[derive(Clone)]
pub struct Issued {
    pub certificate_pem: String,
    pub certificate_der: Vec<u8>,
    /// PKCS#8.
    pub key_pem: Zeroizing<String>,
    /// Lower hex, as `openssl x509 -serial` prints it but for the case.
    pub serial: String,
    /// SHA-256 in lower hex.
    pub fingerprint: String,
    pub not_before_ms: i64,
    pub not_after_ms: i64,
}

impl Authority {
    /// A new authority with a new P-256 key. It can issue, and nothing below it can.
    pub fn create(
        name: &str,
        not_before_ms: i64,
        not_after_ms: i64,
    ) -> Result<Authority, CertificateFault> {
        let key = Zeroizing::new(KeyPair::generate()?.serialize_pem());
        Authority::of_key(&key, name, not_before_ms, not_after_ms)
    }

    /// An authority with a key that is there already: its certificate was never kept, or was lost.
    pub fn of_key(
        key_pem: &str,
        name: &str,
        not_before_ms: i64,
        not_after_ms: i64,
    ) -> Result<Authority, CertificateFault> {
        let mut params = params(vec![], not_before_ms, not_after_ms)?;
        params
            .distinguished_name
            .push(DnType::CommonName, words("authority's name", name)?);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::from_pem(key_pem)?;
        let certificate = params.self_signed(&key)?;
        Authority::from_pem(&certificate.pem(), key_pem)
    }

    /// The authority that was kept in two files.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Authority, CertificateFault> {
        let (der, key) = pair_from_pem(certificate_pem, key_pem)?;
        let certificate = parse(&der)?;
        let can_issue = certificate.is_ca()
            && matches!(certificate.key_usage(), Ok(Some(usage)) if usage.value.key_cert_sign());
        if !can_issue {
            return Err(CertificateFault::Unreadable(
                "the certificate is not an authority's",
            ));
        }
        if key.algorithm() != &PKCS_ECDSA_P256_SHA256 {
            return Err(CertificateFault::Unreadable(
                "the authority's key is not of P-256",
            ));
        }
        let (not_before_ms, not_after_ms) = period_of(&certificate);
        Ok(Authority {
            issuer: Issuer::from_ca_cert_der(&CertificateDer::from(der.as_slice()), key)?,
            certificate_pem: certificate_pem.to_owned(),
            certificate_der: der,
            not_before_ms,
            not_after_ms,
        })
    }

    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// The key as PKCS#8. It is the whole system's trust: keep it readable by one user only.
    pub fn key_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.issuer.key().serialize_pem())
    }

    pub fn fingerprint(&self) -> String {
        fingerprint(&self.certificate_der)
    }

    /// A certificate with which a terminal of a facility connects.
    pub fn issue_terminal(
        &self,
        subject: &TerminalSubject,
        serial: [u8; 16],
        not_before_ms: i64,
        not_after_ms: i64,
    ) -> Result<Issued, CertificateFault> {
        self.issue_at(
            subject,
            Purpose::Client,
            (serial, not_before_ms, not_after_ms),
        )
    }

    fn issue_at(
        &self,
        subject: &TerminalSubject,
        purpose: Purpose,
        period: ([u8; 16], i64, i64),
    ) -> Result<Issued, CertificateFault> {
        self.issue(self.params_for(subject, purpose, period)?)
    }

    fn params_for(
        &self,
        subject: &TerminalSubject,
        purpose: Purpose,
        (serial, not_before_ms, not_after_ms): ([u8; 16], i64, i64),
    ) -> Result<CertificateParams, CertificateFault> {
        let mut params = params(vec![], not_before_ms, not_after_ms)?;
        let name = &mut params.distinguished_name;
        for (kind, part, text) in [
            (
                DnType::OrganizationName,
                "facility's name",
                &subject.facility_name,
            ),
            (
                DnType::OrganizationalUnitName,
                "facility's code",
                &subject.facility_code,
            ),
            (
                DnType::CommonName,
                "terminal's name",
                &subject.terminal_name,
            ),
        ] {
            name.push(kind, words(part, text)?);
        }
        params.extended_key_usages = vec![purpose.usage()];
        self.complete(params, serial, not_after_ms)
    }

    /// A certificate with which an insurer's program connects: a client's like a terminal's, with
    /// [`INSURER_UNIT`] where a terminal's has its facility's code.
    pub fn issue_insurer(
        &self,
        name: &str,
        serial: [u8; 16],
        not_before_ms: i64,
        not_after_ms: i64,
    ) -> Result<Issued, CertificateFault> {
        let subject = TerminalSubject {
            facility_code: INSURER_UNIT.to_owned(),
            facility_name: name.to_owned(),
            terminal_name: "reports".to_owned(),
        };
        self.issue_terminal(&subject, serial, not_before_ms, not_after_ms)
    }

    /// A certificate for a card reader, which stands at a facility like a terminal. Its key signs what the
    /// reader sends, and opens no connection.
    pub fn issue_reader(
        &self,
        subject: &TerminalSubject,
        serial: [u8; 16],
        not_before_ms: i64,
        not_after_ms: i64,
    ) -> Result<Issued, CertificateFault> {
        self.issue_at(
            subject,
            Purpose::Signature,
            (serial, not_before_ms, not_after_ms),
        )
    }

    /// A certificate for the names (DNS names or addresses) at which a server of ours is reached.
    pub fn issue_server(
        &self,
        names: &[String],
        serial: [u8; 16],
        not_before_ms: i64,
        not_after_ms: i64,
    ) -> Result<Issued, CertificateFault> {
        let part = "server name";
        let first = names
            .first()
            .ok_or(CertificateFault::Words {
                part,
                why: "is missing",
            })?
            .as_str();
        if names
            .iter()
            .any(|name| ServerName::try_from(name.as_str()).is_err())
        {
            return Err(CertificateFault::Words {
                part,
                why: "is not a host name or an address",
            });
        }
        let mut params = params(names.to_vec(), not_before_ms, not_after_ms)?;
        // Only the alternative names count; the common name is for people, and has room for 64.
        let shown = if first.len() <= NAME_CHARS_MAX {
            first
        } else {
            "server"
        };
        params.distinguished_name.push(DnType::CommonName, shown);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(self.complete(params, serial, not_after_ms)?)
    }

    /// What every certificate of ours has.
    fn complete(
        &self,
        mut params: CertificateParams,
        serial: [u8; 16],
        not_after_ms: i64,
    ) -> Result<CertificateParams, CertificateFault> {
        if serial == [0; 16] {
            return Err(CertificateFault::Serial);
        }
        // A browser refuses what outlives its authority; better that the operator hears it now.
        if not_after_ms.div_euclid(1000) > self.not_after_ms / 1000 {
            return Err(CertificateFault::Period("ends after the authority's own"));
        }
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        Ok(params)
    }

    fn issue(&self, params: CertificateParams) -> Result<Issued, CertificateFault> {
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Issued::from_pem(&certificate.pem(), &key.serialize_pem())
    }
}

impl Issued {
    /// What was issued before and kept in two files.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Issued, CertificateFault> {
        let (der, _) = pair_from_pem(certificate_pem, key_pem)?;
        let read = details_of(&der, certificate_pem.to_owned())?;
        Ok(Issued {
            certificate_pem: read.certificate_pem,
            key_pem: Zeroizing::new(key_pem.to_owned()),
            serial: read.serial,
            fingerprint: read.fingerprint,
            not_before_ms: read.not_before_ms,
            not_after_ms: read.not_after_ms,
            certificate_der: read.certificate_der,
        })
    }
}

/// What stands in a certificate of ours.
fn details_of(der: &[u8], certificate_pem: String) -> Result<Certified, CertificateFault> {
    let certificate = parse(der)?;
    let (not_before_ms, not_after_ms) = period_of(&certificate);
    Ok(Certified {
        certificate_pem,
        serial: serial_of(&certificate),
        fingerprint: fingerprint(der),
        not_before_ms,
        not_after_ms,
        certificate_der: der.to_vec(),
    })
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("fingerprint", &self.fingerprint())
            .field("not_before_ms", &self.not_before_ms)
            .field("not_after_ms", &self.not_after_ms)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued")
            .field("serial", &self.serial)
            .field("fingerprint", &self.fingerprint)
            .field("not_before_ms", &self.not_before_ms)
            .field("not_after_ms", &self.not_after_ms)
            .finish_non_exhaustive()
    }
}

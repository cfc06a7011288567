//! A request for a certificate (CSR): the key was made by whoever will hold the certificate, and never leaves them.

use super::{Authority, CertificateFault, INSURER_UNIT, Purpose, TerminalSubject, details_of};
use rcgen::{CertificateSigningRequestParams, PKCS_ECDSA_P256_SHA256, PublicKey, PublicKeyData};
use sha2::{Digest, Sha256};

/// A request has a name and a key; more is nothing of ours.
const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// A request that was signed with the key that it is about. Of what it asks for only the key counts: the name and what
/// the certificate is good for are ours to say.
#[derive(Clone, Debug)]
pub struct CertificateRequest {
    key: PublicKey,
}

/// A certificate that was issued for a request. Its key is the asker's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    pub certificate_pem: String,
    pub certificate_der: Vec<u8>,
    /// Lower hex, as `openssl x509 -serial` prints it but for the case.
    pub serial: String,
    /// SHA-256 in lower hex.
    pub fingerprint: String,
    pub not_before_ms: i64,
    pub not_after_ms: i64,
}

/// What a certificate is to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certifies {
    /// A terminal, as a client.
    Terminal,
    /// A card reader, which signs what it sends.
    Reader,
    /// An insurer's program, as a client; the subject's name is the insurer's.
    Insurer,
}

impl CertificateRequest {
    /// Reads a request in PEM and proves its signature.
    pub fn from_pem(pem: &str) -> Result<CertificateRequest, CertificateFault> {
        if pem.len() > REQUEST_BYTES_MAX {
            return Err(CertificateFault::Unreadable("the request is too long"));
        }
        let read = CertificateSigningRequestParams::from_pem(pem)
            .map_err(|_| CertificateFault::Unreadable("the request is not readable"))?;
        if read.public_key.algorithm() != &PKCS_ECDSA_P256_SHA256 {
            return Err(CertificateFault::Unreadable(
                "the request's key is not of P-256",
            ));
        }
        Ok(CertificateRequest {
            key: read.public_key,
        })
    }

    /// The SHA-256 of the key (SubjectPublicKeyInfo) in lower hex: two requests with the same are of the same asker.
    pub fn key_digest(&self) -> String {
        crate::entropy::hex(&Sha256::digest(self.key.subject_public_key_info()))
    }
}

impl Authority {
    /// Issues a certificate for a request.
    pub fn certify(
        &self,
        request: &CertificateRequest,
        (certifies, subject): (Certifies, &TerminalSubject),
        (serial, not_before_ms, not_after_ms): ([u8; 16], i64, i64),
    ) -> Result<Certified, CertificateFault> {
        let (purpose, subject) = match certifies {
            Certifies::Terminal => (Purpose::Client, subject.clone()),
            Certifies::Reader => (Purpose::Signature, subject.clone()),
            Certifies::Insurer => (
                Purpose::Client,
                TerminalSubject {
                    facility_code: INSURER_UNIT.to_owned(),
                    terminal_name: "reports".to_owned(),
                    ..subject.clone()
                },
            ),
        };
        let params = self.params_for(&subject, purpose, (serial, not_before_ms, not_after_ms))?;
        let certificate = params.signed_by(&request.key, &self.issuer)?;
        details_of(certificate.der(), certificate.pem())
    }
}

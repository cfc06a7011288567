//! The reader's own certificate, by whose number the centre knows who signed.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The files of the reader's own certificate and its key.
#[derive(Clone, Debug)]
pub struct OwnFiles {
    /// The certificate (PEM).
    pub certificate: PathBuf,
    /// Its key (PEM, PKCS#8).
    pub key: PathBuf,
}

/// The serial number of a certificate (PEM), in lower hexadecimal, two digits a byte, as the centre
/// writes it. None where it is no certificate.
pub fn serial_number(pem: &str) -> Option<String> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
    let raw = certificate.raw_serial();
    let zeros = raw.iter().take_while(|byte| **byte == 0).count();
    let mut text = String::new();
    for byte in raw.get(zeros..)? {
        write!(text, "{byte:02x}").ok()?;
    }
    Some(text)
}

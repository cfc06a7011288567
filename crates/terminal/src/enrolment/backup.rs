//! The backup of a certificate with its key: a file that only its owner may read, encrypted where there is a passphrase.

use super::EnrolmentError;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey,
    PrivateKeyChain,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

/// Whether a passphrase can encrypt a backup: readers of PKCS#12 disagree on how to encode what is not ASCII.
pub(super) fn check(passphrase: &str) -> Result<(), EnrolmentError> {
    let printable = passphrase.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
    match printable && (8..=128).contains(&passphrase.len()) {
        true => Ok(()),
        false => Err(EnrolmentError::Passphrase),
    }
}

/// What the file's name ends with.
pub(super) const fn ending(passphrase: Option<&str>) -> &'static str {
    match passphrase {
        Some(_) => "p12",
        None => "backup.pem",
    }
}

/// The content of the file: PKCS#12 under the passphrase, or both in PEM.
pub(super) fn content(
    (certificate, authority, key): (&str, &str, &str),
    alias: &str,
    passphrase: Option<&str>,
) -> Result<Zeroizing<Vec<u8>>, EnrolmentError> {
    let Some(passphrase) = passphrase else {
        let both = Zeroizing::new(format!("{certificate}{key}"));
        return Ok(Zeroizing::new(both.as_bytes().to_vec()));
    };
    let written = pkcs12((certificate, authority, key), alias, passphrase);
    Ok(Zeroizing::new(written.ok_or(EnrolmentError::NotOurs)?))
}

/// AES-256 and SHA-256, as the centre's own files are.
fn pkcs12(
    (certificate, authority, key): (&str, &str, &str),
    alias: &str,
    passphrase: &str,
) -> Option<Vec<u8>> {
    let der = |pem: &str| {
        let read = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
        Certificate::from_der(&read).ok()
    };
    let key = PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes()).ok()?;
    let key = PrivateKey::from_der(key.secret_pkcs8_der()).ok()?;
    let chain = [der(certificate)?, der(authority)?];
    let chain = PrivateKeyChain::new(alias.as_bytes(), key, chain);
    let mut store = KeyStore::new();
    store.add_entry(alias, KeyStoreEntry::PrivateKeyChain(chain));
    store
        .writer(passphrase)
        .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
        .mac_algorithm(MacAlgorithm::HmacSha256)
        .write()
        .ok()
}

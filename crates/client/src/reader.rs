//! What a card reader signs: ECDSA over P-256 and SHA-256 of what is sent, byte for byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

/// The header with the serial number of the reader's certificate.
pub const CERTIFICATE: &str = "reader-certificate";
/// The header with the signature.
pub const SIGNATURE: &str = "reader-signature";
/// Where consents are recorded.
pub const CONSENTS: &str = "/onshi/v1/reader/consents";
/// Where they are taken back.
pub const WITHDRAWALS: &str = "/onshi/v1/reader/withdrawals";

/// The signature of a reader for the header, by its key (PEM, PKCS#8); none where the key can't be read.
pub fn sign(key_pem: &str, content: &[u8]) -> Option<String> {
    let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).ok()?;
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let key = EcdsaKeyPair::from_pkcs8(algorithm, key.secret_der(), &random).ok()?;
    let signature = key.sign(&random, content).ok()?;
    Some(STANDARD.encode(signature))
}

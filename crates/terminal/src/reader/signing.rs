//! What a card is given to sign: it depends on the key of its certificate.

use super::apdu;
use super::secret::Secret;
use sha2::{Digest, Sha256, Sha384};

/// The object identifier of the curve P-384: cards of the next generation.
const P384: [u8; 5] = [0x2B, 0x81, 0x04, 0x00, 0x22];

/// What goes into `COMPUTE SIGNATURE`: for RSA the DigestInfo of SHA-256, for P-384 the bare SHA-384.
pub fn prepared(certificate: &[u8], to_sign: &[u8]) -> Secret {
    let parsed = x509_parser::parse_x509_certificate(certificate).ok();
    let curve = parsed.and_then(|(_, certificate)| {
        let parameters = certificate.public_key().algorithm.parameters.as_ref()?;
        Some(parameters.as_bytes() == P384)
    });
    if curve == Some(true) {
        Secret::new(Sha384::digest(to_sign).to_vec())
    } else {
        let digest: [u8; 32] = Sha256::digest(to_sign).into();
        Secret::new(apdu::digest_info(&digest))
    }
}

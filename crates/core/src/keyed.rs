//! What is made with a key of the centre that is not in the database: hashes of several parts, and sealed bytes.

use crate::error::Fault;
use hmac::{Hmac, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::Sha256;

/// The HMAC-SHA256 of all parts, each behind its length, so that no two lists of parts have the same.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        mac.update(&length.to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, Fault> {
    UnboundKey::new(&CHACHA20_POLY1305, key)
        .map(LessSafeKey::new)
        .map_err(|error| Fault::at("making a key to seal with", error))
}

/// Seals bytes for what `context` says. The nonce must be fresh randomness; it stands before them.
pub(crate) fn seal(
    key: &[u8; 32],
    context: &[u8],
    nonce: [u8; NONCE_LEN],
    bytes: &[u8],
) -> Result<Vec<u8>, Fault> {
    let mut sealed = bytes.to_vec();
    let nonce_once = Nonce::assume_unique_for_key(nonce);
    cipher(key)?
        .seal_in_place_append_tag(nonce_once, Aad::from(context), &mut sealed)
        .map_err(|error| Fault::at("sealing", error))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens them; none where they were sealed with another key or for another context, or were changed.
pub(crate) fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let mut bytes = sealed.to_vec();
    let opened = cipher(key)
        .ok()?
        .open_in_place(nonce, Aad::from(context), &mut bytes)
        .ok()?;
    Some(opened.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_context_alone() {
        let whose = b"totp of a1".as_slice();
        let sealed = seal(&[1; 32], whose, [9; NONCE_LEN], b"secret").unwrap();
        assert_eq!(
            open(&[1; 32], whose, &sealed).as_deref(),
            Some(&b"secret"[..])
        );
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_eq!(open(&[2; 32], whose, &sealed), None);
        assert_eq!(open(&[1; 32], b"totp of a2", &sealed), None);
        assert_eq!(open(&[1; 32], b"offer of a1", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&[1; 32], whose, &changed), None, "byte {at}");
        }
        assert_eq!(open(&[1; 32], whose, &sealed[..5]), None);
    }
}

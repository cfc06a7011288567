//! The text of a letter while it waits: sealed under a key that is not in the database.

use crate::error::Fault;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, Fault> {
    UnboundKey::new(&CHACHA20_POLY1305, key)
        .map(LessSafeKey::new)
        .map_err(|e| Fault::at("making the key of letters", e))
}

/// The nonce, and behind it what is sealed for the letter of this id.
pub(super) fn seal(
    key: &[u8; 32],
    id: &str,
    nonce: [u8; NONCE_LEN],
    text: &str,
) -> Result<Vec<u8>, Fault> {
    let mut bytes = text.as_bytes().to_vec();
    let aad = Aad::from(id.as_bytes());
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut bytes)
        .map_err(|e| Fault::at("sealing a letter", e))?;
    Ok([nonce.as_slice(), &bytes].concat())
}

/// The text again; none where somebody else's hand was in the database.
pub(super) fn open(key: &[u8; 32], id: &str, sealed: &[u8]) -> Option<String> {
    let (nonce, bytes) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut bytes = bytes.to_vec();
    let aad = Aad::from(id.as_bytes());
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let text = cipher(key)
        .ok()?
        .open_in_place(nonce, aad, &mut bytes)
        .ok()?;
    String::from_utf8(text.to_vec()).ok()
}

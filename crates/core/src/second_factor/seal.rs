//! What is kept of a second factor that must not be read: sealed with a key of the centre that is not in the database.

use crate::error::Fault;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// For what a text is sealed, and for whom: it opens for nothing and nobody else.
pub(super) fn context(purpose: &str, account_id: &str) -> Vec<u8> {
    [purpose.as_bytes(), &[0], account_id.as_bytes()].concat()
}

fn key(bytes: &[u8; 32]) -> Result<LessSafeKey, Fault> {
    UnboundKey::new(&CHACHA20_POLY1305, bytes)
        .map(LessSafeKey::new)
        .map_err(|error| Fault::at("making the key of second factors", error))
}

/// Seals bytes. The nonce must be fresh randomness; it stands before them.
pub(super) fn seal(
    with: &[u8; 32],
    context: &[u8],
    nonce: [u8; NONCE_LEN],
    bytes: &[u8],
) -> Result<Vec<u8>, Fault> {
    let mut sealed = bytes.to_vec();
    key(with)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context),
            &mut sealed,
        )
        .map_err(|error| Fault::at("sealing a second factor", error))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens them; none where they were sealed by another centre, for another purpose or person, or were changed.
pub(super) fn open(with: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut bytes = sealed.to_vec();
    let opened = key(with)
        .ok()?
        .open_in_place(nonce, Aad::from(context), &mut bytes)
        .ok()?;
    Some(opened.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_for_the_same_person_at_the_same_centre_alone() {
        let whose = context("totp", "a1");
        let sealed = seal(&[1; 32], &whose, [9; NONCE_LEN], b"secret").unwrap();
        assert_eq!(
            open(&[1; 32], &whose, &sealed).as_deref(),
            Some(&b"secret"[..])
        );
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_eq!(open(&[2; 32], &whose, &sealed), None);
        assert_eq!(open(&[1; 32], &context("totp", "a2"), &sealed), None);
        assert_eq!(open(&[1; 32], &context("offer", "a1"), &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&[1; 32], &whose, &changed), None, "byte {at}");
        }
        assert_eq!(open(&[1; 32], &whose, &sealed[..5]), None);
    }
}

//! What a card is asked to sign: bytes that are good once, for a short time, for whoever asked.
//!
//! They say themselves until when they are good, and are bound by a MAC under a key that all nodes share; so they
//! are kept nowhere until a card has signed them, and who only puts cards down and takes them away costs nothing.

use super::store;
use crate::clock::Moment;
use crate::entropy::{Entropy, hex};
use crate::error::{Error, RefusalCode};
use crate::keyed;
use crate::service::Tx;
use sha2::{Digest, Sha256};

/// Bytes of randomness, and with those of the moment.
const PARTS: (usize, usize) = (8, 16);
/// The bytes of all.
const BYTES: usize = 32;

fn mac(key: &[u8], begin: &[u8], whom: &[&[u8]]) -> Vec<u8> {
    let whole = keyed::mac(key, &[&[begin], whom].concat());
    whole[..BYTES - PARTS.1].to_vec()
}

/// Makes up what is good until then for `whom`, who is described by texts in an order of their own.
pub(crate) fn make_up(key: &[u8; 32], whom: &[&[u8]], until: Moment, seed: [u8; 32]) -> Vec<u8> {
    let mut bytes = Entropy::new(seed).bytes::<8>().to_vec();
    bytes.extend(until.ms().to_be_bytes());
    let seal = mac(key, &bytes, whom);
    bytes.extend(seal);
    bytes
}

/// Spends what was signed; refused where it is not good for `whom` now, or was spent.
pub(crate) fn spend(tx: &mut Tx<'_>, bytes: &[u8], whom: &[&[u8]]) -> Result<(), Error> {
    let refused = || Error::from(RefusalCode::CardChallenge);
    let (begin, seal) = bytes.split_at_checked(PARTS.1).ok_or_else(refused)?;
    let expected = mac(tx.challenges(), begin, whom);
    let is_ours: bool = subtle::ConstantTimeEq::ct_eq(seal, expected.as_slice()).into();
    let until = begin
        .get(PARTS.0..)
        .and_then(|ms| ms.try_into().ok())
        .map(i64::from_be_bytes);
    let until = until.map(Moment::from_ms).filter(|until| tx.now() < *until);
    let Some(until) = until.filter(|_| is_ours) else {
        return Err(refused());
    };
    match store::insert_challenge(tx, &hex(&Sha256::digest(bytes)), until)? {
        true => Ok(()),
        false => Err(refused()),
    }
}

//! What a card is asked to sign: once, for a short time, for one reader, account and institution.
//!
//! A challenge says itself until when it is good, and is bound by a MAC under a key that all nodes share; so it
//! is kept nowhere until a card has signed it, and who only puts cards down and takes them away costs nothing.

use super::store;
use crate::clock::Moment;
use crate::entropy::{Entropy, hex};
use crate::error::{Error, RefusalCode};
use crate::service::{Service, Tx};
use crate::terms::FacilityCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// Bytes of randomness, of the moment, and of the MAC.
const PARTS: (usize, usize) = (8, 16);
/// The bytes of all.
const BYTES: usize = 32;

/// For whom a challenge is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeFor {
    /// The serial number of the reader's certificate.
    pub reader: String,
    /// The account by which the reader speaks.
    pub account: String,
    /// Where the reader stands.
    pub facility: FacilityCode,
}

/// A challenge as the reader gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// By which it is sent back.
    pub text: String,
    /// The bytes that the card signs.
    pub to_sign: Vec<u8>,
    /// Until when it is good.
    pub until: Moment,
}

/// The bytes that a card signs for a challenge.
pub fn to_sign(text: &str, reader: &str, facility: &str) -> Vec<u8> {
    format!("ONSHI-CARD-1\n{text}\n{reader}\n{facility}\n").into_bytes()
}

fn mac(key: &[u8; 32], begin: &[u8], whom: &ChallengeFor) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in [
        begin,
        whom.reader.as_bytes(),
        whom.account.as_bytes(),
        whom.facility.as_str().as_bytes(),
    ] {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    let whole = mac.finalize().into_bytes();
    whole.iter().take(BYTES - PARTS.1).copied().collect()
}

impl Service {
    /// Makes up what a card at a reader is to sign.
    pub fn challenge(&self, whom: &ChallengeFor, now: Moment, seed: [u8; 32]) -> Challenge {
        let until = now.plus_seconds(self.rules().card.challenge_seconds);
        let mut bytes = Entropy::new(seed).bytes::<8>().to_vec();
        bytes.extend(until.ms().to_be_bytes());
        let seal = mac(self.challenges(), &bytes, whom);
        bytes.extend(seal);
        let text = STANDARD.encode(bytes);
        Challenge {
            to_sign: to_sign(&text, &whom.reader, whom.facility.as_str()),
            text,
            until,
        }
    }
}

/// Spends a challenge that was signed; refused where it is not good for this reader now, or was spent.
pub(super) fn spend(tx: &mut Tx<'_>, text: &str, whom: &ChallengeFor) -> Result<(), Error> {
    let refused = || Error::from(RefusalCode::CardChallenge);
    let bytes = STANDARD.decode(text).map_err(|_| refused())?;
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
    match store::insert_challenge(tx, &hex(&Sha256::digest(&bytes)), until)? {
        true => Ok(()),
        false => Err(refused()),
    }
}

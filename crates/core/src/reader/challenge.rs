//! What a card at a reader is asked to sign: once, for a short time, for one reader, account and institution.

use crate::card::challenge;
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::service::{Service, Tx};
use crate::terms::FacilityCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

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

impl ChallengeFor {
    fn parts(&self) -> [&[u8]; 3] {
        [
            self.reader.as_bytes(),
            self.account.as_bytes(),
            self.facility.as_str().as_bytes(),
        ]
    }
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

impl Service {
    /// Makes up what a card at a reader is to sign.
    pub fn challenge(&self, whom: &ChallengeFor, now: Moment, seed: [u8; 32]) -> Challenge {
        let until = now.plus_seconds(self.rules().card.challenge_seconds);
        let bytes = challenge::make_up(self.challenges(), &whom.parts(), until, seed);
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
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| RefusalCode::CardChallenge)?;
    challenge::spend(tx, &bytes, &whom.parts())
}

//! Who signs the records on cards: card-verifiable certificates from a root down to the
//! municipality's key, as the master file and the two 券面 applications have them.
//!
//! The numbers of the keys begin with 9 and none is among those that readers know, so that our
//! records can be checked for being whole, and never pass for real ones.

use super::terminal::key_name;
use crate::key::{KeyError, KeyKind, PrivateKey};
use crate::random::Random;
use crate::tlv::record;
use serde::{Deserialize, Serialize};

/// The last digits of the keys' numbers, as the real ones have them.
pub(crate) const ROOT: u32 = 20;
pub(crate) const SURFACE: u32 = 23;
pub(crate) const SURFACE_NAMED: u32 = 24;
pub(crate) const TEXT: u32 = 33;
pub(crate) const TEXT_NAMED: u32 = 34;
const INTERMEDIATE: u32 = 21;
const CARDS: u32 = 22;

/// The keys that sign records, and certify each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecordKeys {
    root: PrivateKey,
    intermediate: PrivateKey,
    surface: PrivateKey,
    text: PrivateKey,
    /// The municipality's: it signs the records of its cards.
    municipality: PrivateKey,
}

impl RecordKeys {
    pub(super) fn make(seed: &[u8; 32]) -> Result<RecordKeys, KeyError> {
        let key = |name: &str| {
            let name = format!("records {name}");
            PrivateKey::make(KeyKind::Rsa2048, &mut Random::named(seed, &name))
        };
        Ok(RecordKeys {
            root: key("root")?,
            intermediate: key("intermediate")?,
            surface: key("surface")?,
            text: key("text")?,
            municipality: key("municipality")?,
        })
    }

    /// The master file's chain: the root certifies the intermediate, and that a key below it.
    pub(crate) fn chain(&self) -> Result<[Vec<u8>; 2], KeyError> {
        Ok([
            certificate(&self.root, ROOT, &self.intermediate, INTERMEDIATE)?,
            certificate(&self.intermediate, INTERMEDIATE, &self.surface, CARDS)?,
        ])
    }

    /// The certificate in EF 0004 of 券面事項確認AP.
    pub(crate) fn surface_certificate(&self, place: u32) -> Result<Vec<u8>, KeyError> {
        certificate(&self.surface, SURFACE, &self.municipality, place)
    }

    /// The certificate in EF 0004 of 券面事項入力補助AP.
    pub(crate) fn text_certificate(&self, place: u32) -> Result<Vec<u8>, KeyError> {
        certificate(&self.text, TEXT, &self.municipality, place)
    }

    /// Signs a record.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.municipality.sign(message)
    }

    /// Signs several digests as one.
    pub(crate) fn sign_digests(&self, digests: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.municipality
            .sign_padded(&crate::key::digest_info(digests))
    }
}

/// 証明者鍵ID, 被証明者鍵ID and the public key, signed.
fn certificate(
    by: &PrivateKey,
    number: u32,
    of: &PrivateKey,
    named: u32,
) -> Result<Vec<u8>, KeyError> {
    let body = [key_name(number), key_name(named), of.public_record()].concat();
    let signature = by.sign(&body)?;
    let inner = [record(0x5F4E, &body), record(0x5F37, &signature)].concat();
    Ok(record(0x7F21, &inner))
}

//! Private keys of cards and of the authority: RSA-2048, as today's card has them, and P-384, as the
//! next one will.

use crate::Random;
use crate::base64_bytes;
use p384::ecdsa;
use p384::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p384::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::sha2::{Digest, Sha256, Sha384};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, Pss};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// Which keys a card has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// RSA of 2048 bits.
    Rsa2048,
    /// ECDSA on P-384.
    P384,
}

/// A private key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Kept", into = "Kept")]
pub enum PrivateKey {
    /// RSA of 2048 bits.
    Rsa(Box<rsa::PrivateKey>),
    /// ECDSA on P-384.
    P384(Box<ecdsa::SigningKey>),
}

/// Why a key could not be read, or can't sign what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The file has no key that we know.
    #[error("the private key can't be read")]
    Unreadable,
    /// The key can't sign this.
    #[error("the key can't sign what it was given")]
    Unsuitable,
}

/// How a key is kept: its kind, and PKCS#8 in Base64.
#[derive(Serialize, Deserialize)]
struct Kept {
    kind: KeyKind,
    #[serde(with = "base64_bytes")]
    pkcs8: Vec<u8>,
}

impl TryFrom<Kept> for PrivateKey {
    type Error = KeyError;

    fn try_from(kept: Kept) -> Result<PrivateKey, KeyError> {
        let der = Zeroizing::new(kept.pkcs8);
        match kept.kind {
            KeyKind::Rsa2048 => rsa::PrivateKey::from_pkcs8_der(&der)
                .map(|key| PrivateKey::Rsa(Box::new(key)))
                .map_err(|_| KeyError::Unreadable),
            KeyKind::P384 => ecdsa::SigningKey::from_pkcs8_der(&der)
                .map(|key| PrivateKey::P384(Box::new(key)))
                .map_err(|_| KeyError::Unreadable),
        }
    }
}

impl From<PrivateKey> for Kept {
    fn from(key: PrivateKey) -> Kept {
        let document = match &key {
            PrivateKey::Rsa(key) => key.to_pkcs8_der(),
            PrivateKey::P384(key) => key.to_pkcs8_der(),
        };
        Kept {
            kind: key.kind(),
            pkcs8: document.map_or_else(|_| Vec::new(), |document| document.as_bytes().to_vec()),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?})", self.kind())
    }
}

impl PrivateKey {
    /// Makes a key. It follows from the stream: the same seed makes the same key. An RSA key takes
    /// about a tenth of a second.
    pub fn make(kind: KeyKind, random: &mut Random) -> Result<PrivateKey, KeyError> {
        match kind {
            KeyKind::Rsa2048 => rsa::PrivateKey::new(random.generator(), 2048)
                .map(|key| PrivateKey::Rsa(Box::new(key)))
                .map_err(|_| KeyError::Unsuitable),
            KeyKind::P384 => {
                // A number that is none of the curve's is drawn about once in 2^190 times.
                let mut bytes = Zeroizing::new([0; 48]);
                loop {
                    random.fill(bytes.as_mut());
                    if let Ok(key) = ecdsa::SigningKey::from_slice(bytes.as_ref()) {
                        return Ok(PrivateKey::P384(Box::new(key)));
                    }
                }
            }
        }
    }

    /// Which kind of key it is.
    pub fn kind(&self) -> KeyKind {
        match self {
            PrivateKey::Rsa(_) => KeyKind::Rsa2048,
            PrivateKey::P384(_) => KeyKind::P384,
        }
    }

    /// The public half as SubjectPublicKeyInfo.
    pub fn public_der(&self) -> Vec<u8> {
        let document = match self {
            PrivateKey::Rsa(key) => key.to_public_key().to_public_key_der(),
            PrivateKey::P384(key) => key.verifying_key().to_public_key_der(),
        };
        document.map_or_else(|_| Vec::new(), |document| document.as_bytes().to_vec())
    }

    /// The public half as the card's own records have it: `90` exponent and `91` modulus; for P-384
    /// the point under `86` (simulated: no record of the next card is public).
    pub fn public_record(&self) -> Vec<u8> {
        match self {
            PrivateKey::Rsa(key) => {
                let exponent = crate::tlv::tlv(&[0x90], &key.e().to_be_bytes_trimmed_vartime());
                let modulus = crate::tlv::tlv(&[0x91], &key.n().to_be_bytes_trimmed_vartime());
                [exponent, modulus].concat()
            }
            PrivateKey::P384(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                crate::tlv::tlv(&[0x86], point.as_bytes())
            }
        }
    }

    /// Signs a message as certificates are signed: sha256WithRSAEncryption, or ecdsa-with-SHA384.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match self {
            PrivateKey::Rsa(_) => self.sign_padded(&digest_info(&Sha256::digest(message))),
            PrivateKey::P384(_) => self.sign_digest(&Sha384::digest(message)),
        }
    }

    /// RSA: pads what is given (PKCS#1 v1.5), whatever it is, and signs that. At most 245 bytes.
    pub fn sign_padded(&self, payload: &[u8]) -> Result<Vec<u8>, KeyError> {
        let PrivateKey::Rsa(key) = self else {
            return Err(KeyError::Unsuitable);
        };
        key.sign(Pkcs1v15Sign::new_unprefixed(), payload)
            .map_err(|_| KeyError::Unsuitable)
    }

    /// RSA: signs a SHA-256 with PSS; the salt is drawn.
    pub fn sign_pss(&self, digest: &[u8], random: &mut Random) -> Result<Vec<u8>, KeyError> {
        let PrivateKey::Rsa(key) = self else {
            return Err(KeyError::Unsuitable);
        };
        key.sign_with_rng(random.generator(), Pss::<Sha256>::new(), digest)
            .map_err(|_| KeyError::Unsuitable)
    }

    /// P-384: signs a SHA-384; the signature is DER, as certificates have it.
    pub fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>, KeyError> {
        let PrivateKey::P384(key) = self else {
            return Err(KeyError::Unsuitable);
        };
        let signature: Result<ecdsa::Signature, _> = key.sign_prehash(digest);
        signature
            .map(|signature| signature.to_der().as_bytes().to_vec())
            .map_err(|_| KeyError::Unsuitable)
    }
}

/// The PKCS#1 DigestInfo of a SHA-256. The card's face has three of them in one, so the length is
/// that of what is given.
pub fn digest_info(digest: &[u8]) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_sequence(|writer| {
                writer
                    .next()
                    .write_oid(&crate::authority::oid(&[2, 16, 840, 1, 101, 3, 4, 2, 1]));
                writer.next().write_null();
            });
            writer.next().write_bytes(digest);
        });
    })
}

/// Whether the signature of a message is right under a point on P-384 (SEC1).
pub(crate) fn p384_verifies(point: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = ecdsa::VerifyingKey::from_sec1_bytes(point) else {
        return false;
    };
    let Ok(signature) = ecdsa::Signature::from_der(signature) else {
        return false;
    };
    key.verify_prehash(&Sha384::digest(message), &signature)
        .is_ok()
}

//! A device and a browser in software, for tests here and in `scenarios`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

/// Bits of what a device says: somebody was there, and was known; and a credential follows.
pub(crate) const PRESENT: u8 = 0x01;
pub(crate) const KNOWN: u8 = 0x04;
pub(crate) const HAS_CREDENTIAL: u8 = 0x40;

/// The page on which it is used.
const ORIGIN: &str = "https://centre.example:8443";

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a device and a browser say, each part of which a test may change.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) kind: &'static str,
    pub(crate) challenge: String,
    pub(crate) origin: String,
    pub(crate) cross_origin: bool,
    pub(crate) site: String,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
}

impl Said {
    pub(crate) fn new(kind: &'static str, challenge: &str) -> Said {
        Said {
            kind,
            challenge: challenge.to_owned(),
            origin: ORIGIN.to_owned(),
            cross_origin: false,
            site: "centre.example".to_owned(),
            flags: PRESENT | KNOWN,
            counter: 1,
        }
    }

    fn client(&self) -> Vec<u8> {
        json!({"type": self.kind, "challenge": self.challenge, "origin": self.origin,
            "crossOrigin": self.cross_origin, "other": [1]})
        .to_string()
        .into_bytes()
    }

    fn device(&self) -> Vec<u8> {
        let hash = digest(&SHA256, self.site.as_bytes());
        [hash.as_ref(), &[self.flags], &self.counter.to_be_bytes()].concat()
    }
}

/// A device with a key of its own.
pub(crate) struct Device {
    pub(crate) id: Vec<u8>,
    pub(crate) pair: EcdsaKeyPair,
    random: SystemRandom,
}

/// What stands before a point of P-256 in its SubjectPublicKeyInfo.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
impl Device {
    pub(crate) fn new() -> Device {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).unwrap();
        Device {
            id: b"credential 1".to_vec(),
            pair,
            random,
        }
    }

    pub(crate) fn info(&self) -> Vec<u8> {
        [&P256[..], self.pair.public_key().as_ref()].concat()
    }

    pub(crate) fn makes(&self, said: &Said, info: &[u8], algorithm: i64) -> String {
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [&said.device()[..], &[0; 16], &length, &self.id, b"cose"].concat();
        json!({"id": encoded(&self.id), "client_data": encoded(said.client()),
            "authenticator_data": encoded(data), "public_key": encoded(info),
            "algorithm": algorithm})
        .to_string()
    }

    pub(crate) fn signs(&self, said: &Said) -> String {
        let (client, device) = (said.client(), said.device());
        let message = [&device[..], digest(&SHA256, &client).as_ref()].concat();
        let signature = self.pair.sign(&self.random, &message).unwrap();
        json!({"id": encoded(&self.id), "client_data": encoded(client),
            "authenticator_data": encoded(device), "signature": encoded(signature.as_ref())})
        .to_string()
    }
}

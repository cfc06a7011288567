//! Terminals that may let cards sign without a PIN (特定機関認証, simulated): their certificates and keys.

use crate::key::{KeyError, KeyKind, PrivateKey, p384_verifies};
use crate::memory::Bytes;
use crate::random::Random;
use crate::tlv::tlv;
use serde::{Deserialize, Serialize};

const CERTIFICATE: [u8; 2] = [0x7F, 0x21];
const BODY: [u8; 2] = [0x5F, 0x4E];
const SIGNATURE: [u8; 2] = [0x5F, 0x37];
/// Two key identifiers, and a point under its tag and length.
const BODY_LENGTH: usize = 16 + 16 + 2 + POINT_LENGTH;
const POINT_LENGTH: usize = 97;

/// A terminal's certificate for cards, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalCertificate {
    body: Vec<u8>,
    signature: Vec<u8>,
    /// The terminal's public key (SEC1).
    pub point: Vec<u8>,
}

/// What a terminal has: its certificate for cards, and the key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TerminalCredential {
    /// The certificate, as it is sent to the card in one command.
    pub certificate: Bytes,
    key: PrivateKey,
}

/// The identifier of a key, as 証明者鍵ID are written: seven digits, two bytes, three digits. Those
/// that begin with 9 are ours; the real ones begin with 5, and 6 in tests.
pub(crate) fn key_name(number: u32) -> Vec<u8> {
    let mut name = format!("{:07}", 9_000_000 + number % 1_000_000).into_bytes();
    name.extend_from_slice(b"\x08\x05001\0\0\0\0");
    name
}

/// The key that names terminals.
const TERMINALS: u32 = 16;

impl TerminalCertificate {
    /// Reads a certificate; `None` if it is none.
    pub fn parse(bytes: &[u8]) -> Option<TerminalCertificate> {
        let inner = value(bytes, CERTIFICATE)?;
        let body = value(inner, BODY)?;
        let signature = value(inner.get(tlv(&BODY, body).len()..)?, SIGNATURE)?;
        if body.len() != BODY_LENGTH || body[32..34] != [0x86, 97] {
            return None;
        }
        Some(TerminalCertificate {
            body: body.to_vec(),
            signature: signature.to_vec(),
            point: body[34..].to_vec(),
        })
    }

    /// Whether the key that names terminals signed it.
    pub fn verifies(&self, by: &[u8]) -> bool {
        p384_verifies(by, &self.body, &self.signature)
    }
}

/// The value of the object with this tag at the beginning.
fn value(bytes: &[u8], tag: [u8; 2]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(&tag)?;
    let (length, rest) = match rest {
        [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [length, rest @ ..] if *length < 0x80 => (usize::from(*length), rest),
        _ => return None,
    };
    rest.get(..length)
}

impl TerminalCredential {
    pub(super) fn issue(
        by: &PrivateKey,
        number: u32,
        seed: &[u8; 32],
    ) -> Result<TerminalCredential, KeyError> {
        let name = format!("terminal {number}");
        let key = PrivateKey::make(KeyKind::P384, &mut Random::named(seed, &name))?;
        let body = [
            key_name(TERMINALS),
            key_name(1000 + number),
            key.public_record(),
        ]
        .concat();
        let signature = by.sign(&body)?;
        let inner = [tlv(&BODY, &body), tlv(&SIGNATURE, &signature)].concat();
        Ok(TerminalCredential {
            certificate: Bytes(tlv(&CERTIFICATE, &inner)),
            key,
        })
    }

    /// The answer to a card's challenge.
    pub fn answer(&self, challenge: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.key.sign(challenge)
    }

    /// The commands that show the card who the terminal is, but for the last: the certificate, and
    /// the wish for a challenge.
    pub fn begin(&self) -> [Vec<u8>; 2] {
        let certificate = &self.certificate.0;
        let length = u8::try_from(certificate.len()).unwrap_or(0);
        let mut present = vec![0xB0, 0xA2, 0x00, 0x96, length];
        present.extend_from_slice(certificate);
        [present, vec![0x00, 0x84, 0x00, 0x00, 0x20]]
    }

    /// The last command: the answer to the challenge.
    pub fn finish(&self, challenge: &[u8]) -> Result<Vec<u8>, KeyError> {
        let answer = self.answer(challenge)?;
        let length = u8::try_from(answer.len()).unwrap_or(0);
        let mut command = vec![0xB0, 0x82, 0x00, 0x00, length];
        command.extend(answer);
        Ok(command)
    }
}

//! The keys of those for whom files are encrypted (X25519), as they are written down (Bech32).

use crate::AgeError;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use curve25519_dalek::montgomery::MontgomeryPoint;
use zeroize::Zeroizing;

const RECIPIENT: &str = "age";
const IDENTITY: &str = "age-secret-key-";

/// For whom a file is encrypted (受取人の公開鍵), written `age1…`. It opens nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient(pub(crate) [u8; 32]);

/// The key of a recipient (受取人の秘密鍵), written `AGE-SECRET-KEY-1…`.
#[derive(Clone)]
pub struct Identity(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(***)")
    }
}

fn read(text: &str, prefix: &str) -> Result<[u8; 32], AgeError> {
    let checked = CheckedHrpstring::new::<Bech32>(text.trim()).map_err(|_| AgeError::Misspelt)?;
    if !checked.hrp().as_str().eq_ignore_ascii_case(prefix) {
        return Err(AgeError::Misspelt);
    }
    let bytes: Vec<u8> = checked.byte_iter().collect();
    bytes.try_into().map_err(|_| AgeError::Misspelt)
}

fn written(prefix: &str, bytes: &[u8]) -> String {
    let prefix = Hrp::parse(prefix).expect("the prefix is a short ASCII word");
    bech32::encode::<Bech32>(prefix, bytes).expect("32 bytes are short enough")
}

/// The lines that say something: neither blank nor a remark.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let trimmed = text.lines().map(str::trim);
    trimmed.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

impl Recipient {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Recipient, AgeError> {
        read(text, RECIPIENT).map(Recipient)
    }

    /// Reads a file with one a line; lines with `#` are remarks.
    pub fn parse_all(text: &str) -> Result<Vec<Recipient>, AgeError> {
        lines(text).map(Recipient::parse).collect()
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&written(RECIPIENT, &self.0))
    }
}

impl Identity {
    /// A new one, of random bytes.
    pub fn new(random: [u8; 32]) -> Identity {
        Identity(Zeroizing::new(random))
    }

    /// Reads one.
    pub fn parse(text: &str) -> Result<Identity, AgeError> {
        read(text, IDENTITY).map(Identity::new)
    }

    /// Reads a file with one a line; lines with `#` are remarks.
    pub fn parse_all(text: &str) -> Result<Vec<Identity>, AgeError> {
        lines(text).map(Identity::parse).collect()
    }

    /// As it is kept. It is a secret.
    pub fn secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(written(IDENTITY, &self.0[..]).to_uppercase())
    }

    /// Whom others encrypt for.
    pub fn recipient(&self) -> Recipient {
        Recipient(MontgomeryPoint::mul_base_clamped(*self.0).to_bytes())
    }

    /// What this key and another's public one have in common; nothing where that one is none.
    pub(crate) fn agree(&self, other: [u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
        let shared = MontgomeryPoint(other).mul_clamped(*self.0).to_bytes();
        let shared = Zeroizing::new(shared);
        (*shared != [0; 32]).then_some(shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_and_read_as_age_keygen_writes_them() {
        // What age-keygen 1.1.1 printed. It opens nothing but the file of this test.
        let secret = include_str!("../tests/vectors/identity.txt");
        let identity = Identity::parse_all(secret).unwrap().remove(0);
        let recipient = include_str!("../tests/vectors/recipient.txt").trim();
        assert_eq!(identity.recipient().to_string(), recipient);
        assert!(secret.contains(identity.secret_text().as_str()));
        assert_eq!(Recipient::parse(recipient).unwrap(), identity.recipient());
    }

    #[test]
    fn what_is_misspelt_is_told() {
        let recipient = Identity::new([7; 32]).recipient().to_string();
        let secret = Identity::new([7; 32]).secret_text();
        let other = recipient.replacen('q', "p", 1);
        for text in ["", "age1", &recipient[..40], &other, &secret] {
            assert!(Recipient::parse(text).is_err(), "{text}");
        }
        assert!(Identity::parse(&recipient).is_err());
        assert!(Recipient::parse_all("# a remark\n\n").unwrap().is_empty());
        assert!(Identity::new([7; 32]).agree([0; 32]).is_none());
    }
}

//! Files encrypted as age does (暗号化ファイル): the published format `age-encryption.org/v1`, to the keys of
//! recipients (X25519) or by a passphrase (scrypt).
//!
//! Whoever has the file and the key reads it with any program of that format, without this one. The
//! content is a stream of pieces of 64 KiB, each with a mark of its own (ChaCha20-Poly1305): nothing of a
//! piece is given away before its mark was looked at, and a stream that was cut short is told.
//! Randomness is the caller's.

mod header;
mod key;
mod payload;

pub use header::LOG_N_MAX;
pub use key::{Identity, Recipient};
pub use payload::{Reader, Writer};

use zeroize::Zeroizing;

/// The first line of every such file.
pub const FIRST_LINE: &str = "age-encryption.org/v1";

/// For whom a file is encrypted.
#[derive(Debug)]
pub enum Lock<'a> {
    /// For whoever has the key of one of these.
    Recipients(&'a [Recipient]),
    /// For whoever knows these words.
    Passphrase(&'a str),
}

/// With what a file is read.
pub enum Key {
    /// With one of these keys.
    Identities(Vec<Identity>),
    /// With these words.
    Passphrase(Zeroizing<String>),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(***)")
    }
}

/// Why a file can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    /// It does not begin as such a file does.
    #[error("it is no file of age-encryption.org/v1")]
    NotAge,
    /// Its head is not as the format has it.
    #[error("its head is damaged")]
    Head,
    /// It was encrypted by a passphrase, and keys were given, or the other way round.
    #[error("it was encrypted in another way: a passphrase opens it {}", if *.by_passphrase { "and no key" } else { "never, but a key" })]
    OtherWay {
        /// It needs a passphrase.
        by_passphrase: bool,
    },
    /// None of the keys, or not this passphrase.
    #[error("the key or the passphrase is not the one that it was encrypted for")]
    WrongKey,
    /// Finding the key would take more memory or time than a file may ask for.
    #[error("its passphrase is made harder than we compute")]
    TooHard,
    /// A piece is not as it was written.
    #[error("it was changed or cut short after it was written")]
    Damaged,
    /// There is nobody to encrypt for.
    #[error("there is no recipient")]
    Nobody,
    /// A recipient or an identity is misspelt.
    #[error("it is no key such as age1… or AGE-SECRET-KEY-1…")]
    Misspelt,
    /// The file itself.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

impl From<AgeError> for std::io::Error {
    fn from(error: AgeError) -> std::io::Error {
        match error {
            AgeError::File(error) => error,
            error => std::io::Error::other(error),
        }
    }
}

//! What a card holds: applications with their files, secrets and keys. This is all that a card is
//! when it lies in a drawer, and what its file on disk keeps.

use crate::base64_bytes;
use crate::key::PrivateKey;
use crate::profile::Profile;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// What a card holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Memory {
    /// Which kind of card it is.
    pub profile: Profile,
    /// The objects that GET DATA answers with while no application is selected.
    pub objects: BTreeMap<u16, Bytes>,
    /// The applications.
    pub applications: Vec<Application>,
}

/// Bytes, kept as Base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(#[serde(with = "base64_bytes")] pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

/// An application (AP): a folder with a name of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Application {
    /// Its name (AID).
    pub name: Bytes,
    /// Its files by identifier.
    pub files: BTreeMap<u16, File>,
    /// The key that signs where P2 names none.
    pub default_key: Option<u16>,
}

/// A file (EF).
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum File {
    /// Bytes to be read by their offset.
    Binary {
        /// What it holds.
        content: Bytes,
        /// What is needed to read it.
        read: Access,
    },
    /// Records to be read by their number, counted from 1.
    Records {
        /// What it holds.
        records: Vec<Bytes>,
        /// What is needed to read them.
        read: Access,
    },
    /// A secret to be presented: a PIN, a password, a 照合番号.
    Secret(Secret),
    /// A private key.
    Key {
        /// The key.
        key: PrivateKey,
        /// What is needed to sign with it.
        sign: Access,
        /// Which command signs with it.
        by: Signing,
    },
    /// The public key (a point on P-384) of those who name terminals.
    TerminalAuthority {
        /// The point (SEC1).
        point: Bytes,
    },
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            File::Binary { .. } => "Binary",
            File::Records { .. } => "Records",
            File::Secret(_) => "Secret",
            File::Key { .. } => "Key",
            File::TerminalAuthority { .. } => "TerminalAuthority",
        })
    }
}

/// By which command a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signing {
    /// COMPUTE SIGNATURE.
    Compute,
    /// INTERNAL AUTHENTICATE.
    InternalAuthenticate,
}

/// A secret with its counter of tries.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    value: String,
    /// How many tries are left; none, and it is locked.
    left: u8,
    limit: u8,
    /// What a new value must look like.
    pub form: Form,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} of {})", self.left, self.limit)
    }
}

/// What a secret looks like, and by which command it is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// 4 digits, changed by CHANGE REFERENCE DATA.
    Pin,
    /// 4 digits, changed by CHANGE KEY.
    KeyPin,
    /// 6 to 16 of A-Z and 0-9, changed by CHANGE REFERENCE DATA.
    Password,
    /// It never changes: a 照合番号, a birth.
    Fixed,
}

impl Form {
    /// Whether a new value may look so.
    pub fn allows(self, value: &[u8]) -> bool {
        match self {
            Form::Pin | Form::KeyPin => value.len() == 4 && value.iter().all(u8::is_ascii_digit),
            Form::Password => {
                let fits = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
                (6..=16).contains(&value.len()) && value.iter().all(fits)
            }
            Form::Fixed => false,
        }
    }
}

/// What came of presenting a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It is the right one.
    Right,
    /// It is not; so many tries are left.
    Wrong(u8),
    /// It is locked, and nothing was compared.
    Locked,
}

impl Secret {
    /// A secret with all its tries.
    pub fn new(value: &str, tries: u8, form: Form) -> Secret {
        Secret {
            value: value.to_owned(),
            left: tries,
            limit: tries,
            form,
        }
    }

    /// How many tries are left.
    pub fn left(&self) -> u8 {
        self.left
    }

    /// Locks it, as a municipality does for a 顔認証マイナンバーカード.
    pub fn lock(&mut self) {
        self.left = 0;
    }

    /// Compares. A wrong value costs a try, the right one gives all of them back.
    pub fn present(&mut self, value: &[u8]) -> Presented {
        if self.left == 0 {
            return Presented::Locked;
        }
        let right = Zeroizing::new(self.value.as_bytes().to_vec());
        if right.as_slice() == value {
            self.left = self.limit;
            return Presented::Right;
        }
        self.left -= 1;
        Presented::Wrong(self.left)
    }

    /// Sets another value; `false` if it may not look so.
    pub fn change(&mut self, value: &[u8]) -> bool {
        match std::str::from_utf8(value) {
            Ok(text) if self.form.allows(value) => {
                text.clone_into(&mut self.value);
                self.left = self.limit;
                true
            }
            _ => false,
        }
    }
}

/// What is needed for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Nothing.
    Free,
    /// Nobody can.
    Never,
    /// One of these.
    Any(Vec<Condition>),
}

/// One thing that may be needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The secret in this file was presented.
    Secret(u16),
    /// A terminal that may ask without a PIN has shown who it is (特定機関認証, simulated).
    Terminal,
    /// The holder has unlocked the phone (face or finger).
    Holder,
}

impl Access {
    /// One of these secrets.
    pub fn secrets(files: &[u16]) -> Access {
        Access::Any(files.iter().map(|file| Condition::Secret(*file)).collect())
    }
}

impl Memory {
    /// A file of an application, by the application's name.
    pub fn file(&self, application: &[u8], file: u16) -> Option<&File> {
        let found = self
            .applications
            .iter()
            .find(|one| one.name.0 == application);
        found?.files.get(&file)
    }

    /// The same, to change it.
    pub fn file_mut(&mut self, application: &[u8], file: u16) -> Option<&mut File> {
        let mut all = self.applications.iter_mut();
        let found = all.find(|one| one.name.0 == application);
        found?.files.get_mut(&file)
    }

    /// The bytes of a file that is read by offset.
    pub fn content(&self, application: &[u8], file: u16) -> Option<&[u8]> {
        match self.file(application, file)? {
            File::Binary { content, .. } => Some(&content.0),
            _ => None,
        }
    }

    /// How many tries a secret has left.
    pub fn tries(&self, application: &[u8], file: u16) -> Option<u8> {
        match self.file(application, file)? {
            File::Secret(secret) => Some(secret.left()),
            _ => None,
        }
    }
}

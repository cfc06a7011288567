//! Passwords: what they must be like, and how they are kept.

mod accept;
mod origin;

pub use accept::{accept, accept_beside_a_factor};
pub use origin::PasswordOrigin;

use crate::actor::AccountKind;
use crate::entropy::Entropy;
use crate::rules::PasswordRules;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What the test of the password said, before the writer was asked. The hash is kept, so that a
/// password that was changed meanwhile does not let anybody in.
#[derive(Clone, Debug)]
pub enum PasswordVerdict {
    /// The password fits.
    Fits {
        /// The hash that it fits.
        hash: PasswordHash,
        /// The same password's hash as the rules want it now, where the kept one is weaker.
        anew: Option<PasswordHash>,
    },
    /// It does not, or there is no such account.
    Wrong,
    /// It was not tested, since the user id is locked.
    NotTested,
}

impl PasswordVerdict {
    /// A password that fits a hash which is as strong as it should be.
    pub(crate) fn fits(hash: PasswordHash) -> PasswordVerdict {
        PasswordVerdict::Fits { hash, anew: None }
    }
}

/// A password's hash (Argon2id, with its salt and parameters). The only form that is kept. Outside of
/// core it can be had only of an [`AcceptedPassword`] or a [`NewSecretNumber`].
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

impl PasswordHash {
    pub(crate) fn stored(text: String) -> PasswordHash {
        PasswordHash(text)
    }

    /// That of an account whose holder has yet to choose a password, by a one-time activation (利用開始): none fits it.
    pub const fn none() -> PasswordHash {
        PasswordHash(String::new())
    }

    /// Whether it is that of an account without a password.
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// A digest by which it is known again when another took its place. It tells nothing of the
    /// password: the salt is not in it.
    pub(crate) fn digest(&self) -> String {
        crate::entropy::hex(&Sha256::digest(self.0.as_bytes()))
    }

    /// True when the password is the one that was hashed. Takes milliseconds on purpose.
    pub(crate) fn fits(&self, password: &str) -> bool {
        argon2::password_hash::PasswordHash::new(&self.0).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        })
    }
}

/// What a hash costs: memory, and passes over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// What the rules ask for now.
    pub fn wanted(rules: &PasswordRules) -> Cost {
        Cost {
            memory_kib: rules.argon2_memory_kib,
            passes: rules.argon2_passes,
            lanes: 1,
        }
    }

    /// What stands in the head of a kept hash; none when it is no hash that we can test.
    pub(crate) fn in_head(head: &str) -> Option<Cost> {
        let rest = head.strip_prefix("$argon2id$v=19$m=")?;
        let (memory, rest) = rest.split_once(",t=")?;
        let (passes, rest) = rest.split_once(",p=")?;
        let lanes = rest.split('$').next()?;
        let cost = Cost {
            memory_kib: memory.parse().ok()?,
            passes: passes.parse().ok()?,
            lanes: lanes.parse().ok()?,
        };
        cost.params().map(|_| cost)
    }

    /// How much work it is: KiB times passes.
    pub fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    /// Whether a hash of this cost should give way to one that costs `wanted`. One that is stronger
    /// in both is left as it is.
    fn gives_way_to(self, wanted: Cost) -> bool {
        self.memory_kib < wanted.memory_kib || self.passes < wanted.passes
    }

    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, None).ok()
    }

    fn hash(self, secret: &str, salt: [u8; 16]) -> PasswordHash {
        let salt = SaltString::encode_b64(&salt).expect("sixteen bytes are a salt");
        let params = self.params().unwrap_or_default();
        let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password(secret.as_bytes(), &salt)
            .expect("a bounded password and good parameters can be hashed");
        PasswordHash(hash.to_string())
    }
}

/// What came of testing a password, and how much work that was.
pub struct Tested {
    /// What it said.
    pub verdict: PasswordVerdict,
    /// The hashes that were made or tested, in order.
    pub paid: Vec<Cost>,
}

impl Tested {
    /// KiB times passes, all together.
    pub fn work(&self) -> u64 {
        self.paid.iter().map(|cost| cost.work()).sum()
    }
}

/// Tests what somebody typed against the kept hash, if there is one.
///
/// Time must not tell which ids there are, nor whose hash is an old one. So every test pays the same
/// hashes in the same order: one for each cost that is in use at the institution (`costs`), and one
/// as the rules want it now. The one that the kept hash needs is the test; the one that the rules
/// want becomes the kept hash of an account whose password fits and whose hash is weaker.
pub(crate) fn test(
    typed: &str,
    kept: Option<&PasswordHash>,
    costs: &[Cost],
    rules: &PasswordRules,
    salt: [u8; 16],
) -> Tested {
    let wanted = Cost::wanted(rules);
    let own = kept.and_then(|hash| Cost::in_head(hash.as_str()));
    let mut paid: Vec<Cost> = costs.iter().copied().chain([wanted]).chain(own).collect();
    paid.sort_unstable();
    paid.dedup();
    let (mut fits, mut anew) = (false, None);
    for cost in &paid {
        match kept {
            Some(hash) if own == Some(*cost) => fits = hash.fits(typed),
            _ => {
                let made = cost.hash(typed, salt);
                if *cost == wanted {
                    anew = Some(made);
                }
            }
        }
    }
    let verdict = match (kept, own) {
        (Some(hash), Some(own)) if fits => PasswordVerdict::Fits {
            hash: hash.clone(),
            anew: anew.filter(|_| own.gives_way_to(wanted)),
        },
        _ => PasswordVerdict::Wrong,
    };
    Tested { verdict, paid }
}

/// Whose password it is to be: words that must not be in it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Owner {
    pub user_id: String,
    pub name: String,
    pub facility_code: String,
    pub facility_name: String,
}

/// A password that the rules accept.
pub struct AcceptedPassword {
    text: Zeroizing<String>,
    /// Whether they accept it only beside a second factor.
    is_short: bool,
}

impl AcceptedPassword {
    fn new(text: Zeroizing<String>) -> AcceptedPassword {
        let is_short = false;
        AcceptedPassword { text, is_short }
    }

    /// A test's, whatever the rules say of it.
    #[cfg(test)]
    pub(crate) fn unchecked(text: &str) -> AcceptedPassword {
        AcceptedPassword::new(Zeroizing::new(text.to_owned()))
    }

    /// The password itself, to be shown once or compared.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Whether the rules accept it only beside a second factor.
    pub(crate) fn is_short(&self) -> bool {
        self.is_short
    }

    /// Hashes it. Takes milliseconds and megabytes on purpose: never do it on the writer.
    pub fn hash(&self, rules: &PasswordRules, salt: [u8; 16]) -> PasswordHash {
        hash_secret(&self.text, rules, salt)
    }
}

/// Whether Argon2id can work with these numbers.
pub fn hashing_is_possible(memory_kib: u32, passes: u32) -> bool {
    Params::new(memory_kib, passes, 1, None).is_ok()
}

/// Hashes any secret, whatever the rules say of it.
pub(crate) fn hash_secret(secret: &str, rules: &PasswordRules, salt: [u8; 16]) -> PasswordHash {
    Cost::wanted(rules).hash(secret, salt)
}

/// Makes a password that a person can copy by hand: four groups of four letters and digits that
/// nobody confuses, with hyphens between them (about 90 bits).
pub fn generate(entropy: &mut Entropy) -> AcceptedPassword {
    const LETTERS: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    loop {
        let mut text = Zeroizing::new(String::with_capacity(19));
        for place in 0..16 {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(
                LETTERS[entropy.below(LETTERS.len() as u32) as usize],
            ));
        }
        let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
        if has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) {
            return AcceptedPassword::new(text);
        }
    }
}

/// A secret number (秘密の番号) that was made: twelve digits in groups of four.
pub struct NewSecretNumber(Zeroizing<String>);

impl NewSecretNumber {
    /// Makes one.
    pub fn generate(entropy: &mut Entropy) -> NewSecretNumber {
        let group = |entropy: &mut Entropy| format!("{:04}", entropy.below(10_000));
        let text = format!("{}-{}-{}", group(entropy), group(entropy), group(entropy));
        NewSecretNumber(Zeroizing::new(text))
    }

    /// The number, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Hashes its digits.
    pub fn hash(&self, rules: &PasswordRules, salt: [u8; 16]) -> PasswordHash {
        let digits: String = self.0.chars().filter(char::is_ascii_digit).collect();
        hash_secret(&digits, rules, salt)
    }
}

/// Makes a user id for an account that comes with the institution.
pub fn generate_user_id(kind: AccountKind, entropy: &mut Entropy) -> String {
    format!("{}{:06}", kind.code(), entropy.below(1_000_000))
}

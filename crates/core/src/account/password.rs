//! Passwords: what they must be like, and how they are kept.

use crate::actor::AccountKind;
use crate::entropy::Entropy;
use crate::error::Problem;
use crate::rules::PasswordRules;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

/// A password's hash (Argon2id, with its salt and parameters). The only form that is kept.
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

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// True when the password is the one that was hashed. Takes milliseconds on purpose.
    pub fn fits(&self, password: &str) -> bool {
        argon2::password_hash::PasswordHash::new(&self.0).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        })
    }
}

/// Where a password comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordOrigin {
    /// Given at the registration: must be changed at the first log-in.
    Initial,
    /// Given at a reset: must be changed at the next log-in.
    Reset,
    /// Chosen by the holder.
    Own,
}

impl PasswordOrigin {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            PasswordOrigin::Initial => "initial",
            PasswordOrigin::Reset => "reset",
            PasswordOrigin::Own => "own",
        }
    }

    pub(crate) fn from_code(code: &str) -> PasswordOrigin {
        match code {
            "own" => PasswordOrigin::Own,
            "reset" => PasswordOrigin::Reset,
            _ => PasswordOrigin::Initial,
        }
    }
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
pub struct AcceptedPassword(Zeroizing<String>);

impl AcceptedPassword {
    /// The password itself, to be shown once or compared.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Hashes it. Takes milliseconds and megabytes on purpose: never do it on the writer.
    pub fn hash(&self, rules: &PasswordRules, salt: [u8; 16]) -> PasswordHash {
        hash_secret(&self.0, rules, salt)
    }
}

/// Whether Argon2id can work with these numbers.
pub fn hashing_is_possible(memory_kib: u32, passes: u32) -> bool {
    Params::new(memory_kib, passes, 1, None).is_ok()
}

/// Hashes any secret that was not chosen by a person (a secret number, a dummy).
pub fn hash_secret(secret: &str, rules: &PasswordRules, salt: [u8; 16]) -> PasswordHash {
    let params =
        Params::new(rules.argon2_memory_kib, rules.argon2_passes, 1, None).unwrap_or_default();
    let salt = SaltString::encode_b64(&salt).expect("sixteen bytes are a salt");
    let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(secret.as_bytes(), &salt)
        .expect("a bounded password and good parameters can be hashed");
    PasswordHash(hash.to_string())
}

/// Says whether a password will do, and if not, everything that is wrong with it. Scoring takes
/// milliseconds: never do it on a thread that serves sockets, nor on the writer.
pub fn accept(
    password: &str,
    owner: &Owner,
    rules: &PasswordRules,
) -> Result<AcceptedPassword, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |text: String| problems.push(Problem::new("password", text));
    if password.chars().any(|c| !(' '..='~').contains(&c)) {
        wrong("全角文字や制御文字が含まれています。半角の英数字と記号で入力してください。".into());
        return Err(problems);
    }
    if password.len() < rules.length_min {
        wrong(format!(
            "{}文字以上にしてください（いまは{}文字）。",
            rules.length_min,
            password.len()
        ));
    }
    if password.len() > rules.length_max {
        wrong(format!("{}文字以内にしてください。", rules.length_max));
        return Err(problems);
    }
    let has = |test: fn(&u8) -> bool| password.as_bytes().iter().any(test);
    if !has(u8::is_ascii_alphabetic) {
        wrong("英字を1文字以上入れてください。".into());
    }
    if !has(u8::is_ascii_digit) {
        wrong("数字を1文字以上入れてください。".into());
    }
    if !has(|b| b.is_ascii_punctuation() || *b == b' ') {
        wrong("記号を1文字以上入れてください（例 - ! # ?）。".into());
    }
    let lower = password.to_lowercase();
    for (word, what) in [
        (&owner.user_id, "ユーザID"),
        (&owner.facility_code, "医療機関コード"),
    ] {
        if word.len() >= 3 && lower.contains(&word.to_lowercase()) {
            wrong(format!("{what}を含めないでください。"));
        }
    }
    if problems_allow_strength(password, rules)
        && score(password, owner, rules) < rules.strength_min
    {
        wrong(
            "推測されやすいパスワードです。よく使われる言葉や並び、繰り返しを避けてください。"
                .into(),
        );
    }
    if problems.is_empty() {
        Ok(AcceptedPassword(Zeroizing::new(password.to_owned())))
    } else {
        Err(problems)
    }
}

/// How hard the password's beginning is to guess, 0 to 4. More characters make nothing easier to
/// guess, so a good beginning is enough; a long password with a weak beginning is refused.
fn score(password: &str, owner: &Owner, rules: &PasswordRules) -> u8 {
    // The password is ASCII here. What was typed as a name may be as long as a form.
    let beginning = &password[..password.len().min(rules.strength_prefix)];
    let names = [
        owner.user_id.as_str(),
        &owner.name,
        &owner.facility_code,
        &owner.facility_name,
        "onshi",
    ];
    let names = names.map(|name| match name.char_indices().nth(NAME_CHARS_MAX) {
        Some((end, _)) => &name[..end],
        None => name,
    });
    u8::from(zxcvbn::zxcvbn(beginning, &names).score())
}

/// How much of a name is looked for in a password.
const NAME_CHARS_MAX: usize = 64;

/// Strength is only worth telling when the length is right: one thing at a time.
fn problems_allow_strength(password: &str, rules: &PasswordRules) -> bool {
    password.len() >= rules.length_min
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
            return AcceptedPassword(text);
        }
    }
}

/// Makes a secret number (秘密の番号): twelve digits in groups of four.
pub fn generate_secret_number(entropy: &mut Entropy) -> String {
    let group = |entropy: &mut Entropy| format!("{:04}", entropy.below(10_000));
    format!("{}-{}-{}", group(entropy), group(entropy), group(entropy))
}

/// Makes a user id for an account that comes with the institution.
pub fn generate_user_id(kind: AccountKind, entropy: &mut Entropy) -> String {
    format!("{}{:06}", kind.code(), entropy.below(1_000_000))
}

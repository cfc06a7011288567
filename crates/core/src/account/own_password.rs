//! A new password of one's own (パスワード変更): what may be known of the earlier ones, and the rule that
//! none of them comes back.
//!
//! Comparing takes milliseconds and megabytes for each earlier password, so it is done outside of the
//! writer and in steps, between which others come. Only what has gone through all of them can be put
//! in the place of the old one.

use super::PasswordHash;
use super::login::PasswordVerdict;
use super::password::{AcceptedPassword, Owner};
use crate::rules::PasswordRules;

/// What is needed to change an account's password: whose it is, and the hashes of its last ones,
/// which can be tested and not be had.
pub struct PasswordChange {
    account_id: String,
    owner: Owner,
    /// The newest first: the current one.
    hashes: Vec<PasswordHash>,
}

impl PasswordChange {
    pub(crate) fn of(
        account_id: String,
        owner: Owner,
        hashes: Vec<PasswordHash>,
    ) -> PasswordChange {
        PasswordChange {
            account_id,
            owner,
            hashes,
        }
    }

    /// What must not be in the new one.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Tests the current password.
    pub fn test_current(&self, typed: &str) -> PasswordVerdict {
        match self.hashes.first() {
            Some(hash) if hash.fits(typed) => PasswordVerdict::fits(hash.clone()),
            _ => PasswordVerdict::Wrong,
        }
    }

    /// Begins to compare a new password with the last ones.
    pub fn compare(&self, new: AcceptedPassword) -> Comparison {
        Comparison {
            account_id: self.account_id.clone(),
            new,
            left: self.hashes.clone(),
        }
    }
}

/// A new password, and the earlier ones with which it was not compared yet.
pub struct Comparison {
    account_id: String,
    new: AcceptedPassword,
    left: Vec<PasswordHash>,
}

/// What came of a step.
pub enum Compared {
    /// There are more to compare with.
    More(Comparison),
    /// It is one of the last ones.
    Used,
    /// It is none of them.
    Unused(UnusedPassword),
}

impl Comparison {
    /// Compares with one more.
    pub fn step(mut self) -> Compared {
        match self.left.pop() {
            Some(earlier) if earlier.fits(self.new.reveal()) => Compared::Used,
            Some(_) => Compared::More(self),
            None => Compared::Unused(UnusedPassword {
                account_id: self.account_id,
                new: self.new,
            }),
        }
    }

    /// Compares with all of them, where nobody waits.
    pub fn to_the_end(self) -> Option<UnusedPassword> {
        let mut comparison = self;
        loop {
            match comparison.step() {
                Compared::More(more) => comparison = more,
                Compared::Used => return None,
                Compared::Unused(unused) => return Some(unused),
            }
        }
    }
}

/// A password that the rules accept and that is none of the account's last ones.
pub struct UnusedPassword {
    account_id: String,
    new: AcceptedPassword,
}

impl UnusedPassword {
    /// Hashes it. Takes milliseconds and megabytes on purpose.
    pub fn hash(&self, rules: &PasswordRules, salt: [u8; 16]) -> OwnPassword {
        OwnPassword {
            account_id: self.account_id.clone(),
            hash: self.new.hash(rules, salt),
        }
    }
}

/// What an account's password can be changed to.
#[derive(Clone)]
pub struct OwnPassword {
    account_id: String,
    hash: PasswordHash,
}

impl OwnPassword {
    /// The hash, where it is this account's.
    pub(super) fn of(&self, account_id: &str) -> Option<&PasswordHash> {
        (self.account_id == account_id).then_some(&self.hash)
    }
}

//! What a typed password is tested with.

use super::PasswordHash;
use super::password::{Cost, Tested, test};
use crate::clock::Moment;
use crate::rules::PasswordRules;

/// What is needed to test a password, without telling whether the account exists.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The hash to test; none when there is no such account.
    pub(crate) password: Option<PasswordHash>,
    /// Until when the user id is locked.
    pub(crate) locked_until: Option<Moment>,
    /// What the hashes cost that this institution's accounts have: each is paid for every id, so
    /// that time tells nothing of whose is which.
    pub(crate) costs: Vec<Cost>,
}

impl Credential {
    /// True while failed log-ins lock the user id: then nothing is tested.
    pub fn is_locked(&self) -> bool {
        self.locked_until.is_some()
    }

    /// Tests what was typed, and pays the same for whatever is there.
    pub fn test(&self, typed: &str, rules: &PasswordRules, salt: [u8; 16]) -> Tested {
        test(typed, self.password.as_ref(), &self.costs, rules, salt)
    }
}

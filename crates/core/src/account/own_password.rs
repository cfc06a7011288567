//! A new password of one's own (パスワード変更): what may be known of the earlier ones, and the rule that
//! none of them comes back.
//!
//! Comparing takes milliseconds and megabytes for each earlier password, so it is done outside of the
//! writer and in steps, between which others come. Only what has gone through all of them can be put
//! in the place of the old one. Whatever else is changed of what one logs in with is confirmed by the current one too.

use super::login::{PasswordVerdict, count_failure, counted, unusable};
use super::password::{AcceptedPassword, Owner, accept, accept_beside_a_factor};
use super::session::{self, EndReason};
use super::{Account, PasswordHash, store};
use crate::audit::SubjectKind;
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::rules::{PasswordRules, Rules};
use crate::service::Tx;

/// The own account, where the current password was typed right; else why not, which is kept. Who guesses here is counted
/// and locked as at a log-in.
pub(super) fn confirm(
    tx: &mut Tx<'_>,
    verdict: &PasswordVerdict,
) -> Result<Result<Account, Refusal>, Error> {
    let facility = tx.facility()?;
    let id = tx.actor().account_id().ok_or(RefusalCode::NotLoggedIn)?;
    let id = id.to_owned();
    let account = store::find(tx, &facility, &id)?.ok_or(RefusalCode::NotFound)?;
    tx.set_subject(SubjectKind::Account, &id);
    // Authentication let a good session in; since then somebody may have stopped the account.
    if let Some(code) = unusable(&account, tx.now()) {
        return Err(code.into());
    }
    let counted = match counted(tx, &facility, &account.user_id)? {
        Ok(counted) => counted,
        Err(refusal) => {
            tx.refuse_and_keep(refusal.clone());
            return Ok(Err(refusal));
        }
    };
    match verdict {
        PasswordVerdict::Fits { .. } if verdict.is_of(&account) => {}
        PasswordVerdict::Fits { .. } => return Err(RefusalCode::ChangedMeanwhile.into()),
        PasswordVerdict::Wrong | PasswordVerdict::NotTested => {
            let wrong = (RefusalCode::CurrentPasswordWrong, Fact::CurrentPassword);
            let refusal = count_failure(tx, &facility, &counted, wrong)?;
            if refusal.code == RefusalCode::Locked {
                session::end_all(tx, &id, EndReason::Stopped, None)?;
            }
            tx.refuse_and_keep(refusal.clone());
            return Ok(Err(refusal));
        }
    }
    store::forget_failures(tx, &facility, &account.user_id)?;
    Ok(Ok(account))
}

/// What is needed to change an account's password: whose it is, and the hashes of its last ones,
/// which can be tested and not be had.
pub struct PasswordChange {
    account_id: String,
    owner: Owner,
    /// The newest first: the current one.
    hashes: Vec<PasswordHash>,
    /// Whether the account has a second factor.
    has_factor: bool,
}

impl PasswordChange {
    pub(crate) fn of(
        account_id: String,
        owner: Owner,
        (hashes, has_factor): (Vec<PasswordHash>, bool),
    ) -> PasswordChange {
        PasswordChange {
            account_id,
            owner,
            hashes,
            has_factor,
        }
    }

    /// Whether the account has a second factor, beside which a shorter password will do.
    pub fn has_factor(&self) -> bool {
        self.has_factor
    }

    /// Judges a new one. Takes milliseconds.
    pub fn accept(&self, new: &str, rules: &Rules) -> Result<AcceptedPassword, Vec<Problem>> {
        match self.has_factor {
            true => accept_beside_a_factor(new, &self.owner, &rules.password, &rules.second_factor),
            false => accept(new, &self.owner, &rules.password),
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
            is_short: self.new.is_short(),
        }
    }
}

/// What an account's password can be changed to.
#[derive(Clone)]
pub struct OwnPassword {
    account_id: String,
    hash: PasswordHash,
    is_short: bool,
}

impl OwnPassword {
    /// Whether it will do only beside a second factor.
    pub(super) fn is_short(&self) -> bool {
        self.is_short
    }

    /// The hash, where it is this account's.
    pub(super) fn of(&self, account_id: &str) -> Option<&PasswordHash> {
        (self.account_id == account_id).then_some(&self.hash)
    }
}

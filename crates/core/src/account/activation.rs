//! 利用開始（アクティベーション）: an account that is handed out without a standing password. Its holder proves to be it by a
//! one-time code from paper, and chooses the first password.
//!
//! A code is good for a time (`rules.account.activation_hours`), once, for one account of one institution, and until a newer one is issued
//! or the password changes in any other way. Wrong codes are counted with wrong passwords, whether there is such an account
//! or not, and lock alike. That a code is over or was used is told to whoever shows the right one, and to nobody else.

use super::login::{self, Counted};
use super::manage::{self, Managed};
use super::own_password::OwnPassword;
use super::session::{self, EndReason};
use super::{Account, NewAccount, PasswordHash, PasswordOrigin, UserId, store};
use crate::actor::AccountKind;
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, Fact, Fault, Refusal, RefusalCode};
use crate::one_time_code::OneTimeCode;
use crate::rules::Rules;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// What a code is kept for.
const PURPOSE: &str = "activation";

/// A one-time activation that was issued: what its holder is handed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Activation {
    pub account_id: String,
    pub user_id: UserId,
    pub name: String,
    pub kind: AccountKind,
    /// Shown once: it is kept as a hash.
    pub code: OneTimeCode,
    /// Until when it is good.
    pub until: Moment,
}

/// A one-time activation as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub(super) code_hash: String,
    /// When it was issued.
    pub issued_at: Moment,
    /// Until when it is good.
    pub expires_at: Moment,
    /// When it was used.
    pub used_at: Option<Moment>,
}

impl Kept {
    /// Whether somebody could still use it.
    pub fn is_open(&self, now: Moment) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }

    pub(crate) fn is_of(&self, key: &[u8; 32], account_id: &str, code: &OneTimeCode) -> bool {
        use subtle::ConstantTimeEq;
        let shown = code.hash(key, PURPOSE, account_id);
        shown.as_bytes().ct_eq(self.code_hash.as_bytes()).into()
    }
}

/// Registers an account without a password, and issues its one-time activation. Whatever password `new` has is not taken.
pub fn register(tx: &mut Tx<'_>, managed: Managed, new: &NewAccount) -> Result<Activation, Error> {
    let code = OneTimeCode::generate(tx.entropy());
    register_drawn(tx, managed, new, code)
}

/// The same with a code that was drawn before, and is on paper already when it begins to be good.
pub fn register_drawn(
    tx: &mut Tx<'_>,
    managed: Managed,
    new: &NewAccount,
    code: OneTimeCode,
) -> Result<Activation, Error> {
    let new = without_password(new);
    let account_id = manage::register(tx, managed, &new)?;
    let facility = tx.facility()?;
    let issued = issue_to(tx, &facility, (account_id, &new), code)?;
    tx.set_detail(Detail::RegisteredToActivate {
        kind: new.kind,
        until: issued.until.jst_fourteen(),
    });
    Ok(issued)
}

/// Registers all of them so, and gives their activations in the same order. Where one can't be registered, none is. Each is
/// an audit entry of its own.
pub fn register_all(
    tx: &mut Tx<'_>,
    managed: Managed,
    all: &[NewAccount],
) -> Result<Vec<Activation>, Error> {
    let mut issued = Vec::with_capacity(all.len());
    for new in all {
        issued.push(register(tx, managed, new)?);
        tx.close_entry();
    }
    Ok(issued)
}

fn without_password(new: &NewAccount) -> NewAccount {
    NewAccount {
        password: PasswordHash::none(),
        origin: PasswordOrigin::Awaited,
        ..new.clone()
    }
}

/// Makes an account that comes with the institution, and issues its one-time activation.
pub(crate) fn insert_new(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    new: &NewAccount,
) -> Result<Activation, Error> {
    let new = without_password(new);
    let account_id = super::insert_new(tx, facility, &new)?;
    let code = OneTimeCode::generate(tx.entropy());
    issue_to(tx, facility, (account_id, &new), code)
}

fn issue_to(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (account_id, new): (String, &NewAccount),
    code: OneTimeCode,
) -> Result<Activation, Error> {
    let until = put(tx, facility, &account_id, &code)?;
    Ok(Activation {
        account_id,
        user_id: new.user_id.clone(),
        name: new.name.as_str().to_owned(),
        kind: new.kind,
        code,
        until,
    })
}

/// Issues a one-time activation to an account that there is: its password is void, what is open ends, and an earlier
/// activation is good no more.
pub fn issue(tx: &mut Tx<'_>, managed: Managed, account_id: &str) -> Result<Activation, Error> {
    let account = manage::find(tx, managed, account_id)?;
    give(tx, account)
}

/// The same for the account of this kind that comes with an institution: the master, or what resets it.
pub(crate) fn give_to_kind(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    kind: AccountKind,
) -> Result<Activation, Error> {
    let account = store::find_by_kind(tx, facility, kind)?.ok_or(RefusalCode::NotFound)?;
    give(tx, account)
}

/// Whether the newest activation of that account was used: whoever has it chose the password.
pub(crate) fn was_used(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    kind: AccountKind,
) -> Result<bool, Error> {
    let account = store::find_by_kind(tx, facility, kind)?.ok_or(RefusalCode::NotFound)?;
    let kept = store::activations::find(tx, &account.account_id)?;
    Ok(kept.is_none_or(|kept| kept.used_at.is_some()))
}

/// The same for an account that was found already.
pub(super) fn give(tx: &mut Tx<'_>, account: Account) -> Result<Activation, Error> {
    let code = OneTimeCode::generate(tx.entropy());
    give_drawn(tx, account, code)
}

/// The same with a code that was drawn before.
pub(crate) fn give_drawn(
    tx: &mut Tx<'_>,
    account: Account,
    code: OneTimeCode,
) -> Result<Activation, Error> {
    if account.retired.is_some() {
        return Err(RefusalCode::WrongState.into());
    }
    store::change_password(tx, &account, &PasswordHash::none(), PasswordOrigin::Awaited)?;
    store::forget_failures(tx, &account.facility, &account.user_id)?;
    session::end_all(tx, &account.account_id, EndReason::PasswordChanged, None)?;
    let until = put(tx, &account.facility, &account.account_id, &code)?;
    tx.set_detail(Detail::ActivationIssued {
        until: until.jst_fourteen(),
    });
    Ok(Activation {
        account_id: account.account_id,
        user_id: account.user_id,
        name: account.name,
        kind: account.kind,
        code,
        until,
    })
}

/// Until when an activation is good that is issued now.
pub fn usual_end(rules: &Rules, now: Moment) -> Moment {
    now.plus_seconds(rules.account.activation_hours * 3600)
}

fn put(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    account_id: &str,
    code: &OneTimeCode,
) -> Result<Moment, Error> {
    let kept = code.hash(tx.one_time_codes(), PURPOSE, account_id);
    let until = usual_end(tx.rules(), tx.now());
    store::activations::put(tx, (facility, account_id), &kept, until)?;
    Ok(until)
}

/// The activation of an account of the group, where it has one.
pub fn of(tx: &mut Tx<'_>, account: &Account) -> Result<Option<Kept>, Error> {
    Ok(store::activations::find(tx, &account.account_id)?)
}

/// What came of an activation.
pub enum Activated {
    /// The code is right, and may be used.
    Good(Box<Account>),
    /// No. What was written about the failure is kept.
    Refused(Refusal),
}

/// Tests a code before a password is chosen: tells whoever shows the right one whose account it is.
pub fn look(tx: &mut Tx<'_>, user_id: &UserId, code: &OneTimeCode) -> Result<Activated, Error> {
    let tested = test(tx, user_id, code)?;
    if let Activated::Good(_) = &tested {
        tx.set_detail(Detail::Looked {});
    }
    Ok(tested)
}

/// Uses a code: the account has the password that its holder chose, which was compared with its last ones.
pub fn activate(
    tx: &mut Tx<'_>,
    user_id: &UserId,
    code: &OneTimeCode,
    new: Option<&OwnPassword>,
) -> Result<Activated, Error> {
    let account = match test(tx, user_id, code)? {
        Activated::Good(account) => account,
        refused @ Activated::Refused(_) => return Ok(refused),
    };
    let new = new
        .and_then(|new| new.of(&account.account_id))
        .ok_or_else(|| Fault::at("activating an account", "the password was not compared"))?;
    if store::activations::mark_used(tx, &account.account_id)? == 0 {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    store::forget_failures(tx, &account.facility, &account.user_id)?;
    store::change_password(tx, &account, new, PasswordOrigin::Own)?;
    tx.set_detail(Detail::Activated {});
    Ok(Activated::Good(account))
}

/// The account that the typed id and the code open, or why none; a wrong one is counted.
fn test(tx: &mut Tx<'_>, user_id: &UserId, code: &OneTimeCode) -> Result<Activated, Error> {
    let facility = tx.facility()?;
    login::refuse_stopped(tx, &facility)?;
    let counted = match login::counted(tx, &facility, user_id)? {
        Ok(counted) => counted,
        Err(refusal) => return Ok(refused(tx, refusal)),
    };
    let Some((account, kept)) = shown(tx, &counted, code)? else {
        let (wrong, about) = (RefusalCode::ActivationWrong, Fact::ActivationCode);
        let refusal = login::count_failure(tx, &facility, &counted, (wrong, about))?;
        return Ok(refused(tx, refusal));
    };
    tx.identify(account.kind, &account.account_id);
    let now = tx.now();
    let over = match kept {
        _ if kept.used_at.is_some() => Some(RefusalCode::ActivationUsed),
        _ if now >= kept.expires_at => Some(RefusalCode::ActivationExpired),
        _ => login::unusable(&account, now),
    };
    match over {
        Some(code) => Ok(refused(tx, Refusal::new(code))),
        None => Ok(Activated::Good(Box::new(account))),
    }
}

/// The account, where this is the code of its newest activation.
fn shown(
    tx: &mut Tx<'_>,
    counted: &Counted,
    code: &OneTimeCode,
) -> Result<Option<(Account, Kept)>, Error> {
    let Some(account) = &counted.account else {
        return Ok(None);
    };
    let kept = store::activations::find(tx, &account.account_id)?;
    let key = *tx.one_time_codes();
    let kept = kept.filter(|kept| kept.is_of(&key, &account.account_id, code));
    Ok(kept.map(|kept| (account.clone(), kept)))
}

fn refused(tx: &mut Tx<'_>, refusal: Refusal) -> Activated {
    tx.refuse_and_keep(refusal.clone());
    Activated::Refused(refusal)
}

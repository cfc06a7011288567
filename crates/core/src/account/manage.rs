//! Managing accounts (アカウント管理), and changing the own password (パスワード変更).

use super::alarm::{self, Alarm};
use super::changes::changes;
use super::check::{check_emergency_viewing, check_holder, check_note, check_period};
use super::login::{Failures, PasswordVerdict};
use super::own_password::{self, OwnPassword};
use super::session::{self, EndReason, OpenSession, SessionToken};
use super::{
    Account, AccountName, Holder, ListFilter, NewAccount, PasswordHash, PasswordOrigin, Period,
    UserId, store,
};
use crate::actor::AccountKind;
use crate::audit::{Detail, SubjectKind};
use crate::error::{Error, Fact, Fault, Refusal, RefusalCode};
use crate::facility;
use crate::second_factor::{self, Factors};
use crate::service::Tx;
use crate::text;

/// Which accounts somebody manages: the master the 管理 accounts, an admin all others that the
/// institution makes, the operator every one. An account outside one's own group answers exactly
/// as one that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Managed {
    /// 管理 accounts.
    Administrators,
    /// 一般, 医療情報閲覧 and the system accounts.
    Others,
    /// What a sheet makes (導入): every kind but the two that come with the institution.
    RolledOut,
    /// Every account of the institution.
    All,
    /// Those of the operators (担当者).
    Officers,
}

impl Managed {
    /// The kinds in the group.
    pub const fn kinds(self) -> &'static [AccountKind] {
        match self {
            Managed::Administrators => &[AccountKind::Admin],
            Managed::Others => &[
                AccountKind::General,
                AccountKind::Viewer,
                AccountKind::Link,
                AccountKind::WebApi,
                AccountKind::Face,
            ],
            Managed::RolledOut => &[
                AccountKind::Admin,
                AccountKind::General,
                AccountKind::Viewer,
                AccountKind::Link,
                AccountKind::WebApi,
                AccountKind::Face,
            ],
            Managed::All => &AccountKind::ALL,
            Managed::Officers => &[AccountKind::Officer],
        }
    }
}

/// Whether an account could be registered so, as far as that can be told without looking which there are: who holds it and
/// whether it may look in emergency care, its period, and its note.
pub fn check_new(
    kind: AccountKind,
    (holder, emergency_viewing): (Option<&Holder>, bool),
    period: &Period,
    note: &str,
) -> Result<(), Error> {
    check_holder(kind, holder)?;
    check_emergency_viewing(kind, emergency_viewing)?;
    check_period(period)?;
    check_note(note)
}

/// Registers an account.
pub fn register(tx: &mut Tx<'_>, managed: Managed, new: &NewAccount) -> Result<String, Error> {
    let facility = tx.facility()?;
    if !managed.kinds().contains(&new.kind) {
        return Err(RefusalCode::NotPermitted.into());
    }
    let holder = (new.holder.as_ref(), new.emergency_viewing);
    check_new(new.kind, holder, &new.period, &new.note)?;
    let account_id = super::insert_new(tx, &facility, new)?;
    tx.set_subject(SubjectKind::Account, &account_id);
    tx.set_detail(match new.emergency_viewing {
        true => Detail::RegisteredForEmergencies { kind: new.kind },
        false => Detail::Registered { kind: new.kind },
    });
    Ok(account_id)
}

/// What may be edited.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Edit {
    pub name: AccountName,
    pub holder: Option<Holder>,
    /// 救急時閲覧権限.
    pub emergency_viewing: bool,
    pub period: Period,
    pub note: String,
    /// The version that was on the screen.
    pub version: i64,
}

/// Changes an account's name, holder, period and note.
pub fn edit(tx: &mut Tx<'_>, managed: Managed, account_id: &str, edit: &Edit) -> Result<(), Error> {
    let account = find(tx, managed, account_id)?;
    refuse_retired(&account)?;
    check_holder(account.kind, edit.holder.as_ref())?;
    check_emergency_viewing(account.kind, edit.emergency_viewing)?;
    check_period(&edit.period)?;
    check_note(&edit.note)?;
    if store::change_details(tx, &account, edit)? == 0 {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    tx.set_detail(Detail::Edited {
        changes: changes(&account, edit),
    });
    if !edit.period.covers(tx.now().jst_day()) {
        session::end_all(tx, &account.account_id, EndReason::OutsidePeriod, None)?;
    }
    Ok(())
}

/// Finds an account of the group.
pub(super) fn find(tx: &mut Tx<'_>, managed: Managed, account_id: &str) -> Result<Account, Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Account, account_id);
    store::find(tx, &facility, account_id)?
        .filter(|account| managed.kinds().contains(&account.kind))
        .ok_or_else(|| RefusalCode::NotFound.into())
}

/// An account with its open sessions.
pub fn show(
    tx: &mut Tx<'_>,
    managed: Managed,
    account_id: &str,
) -> Result<(Account, Vec<OpenSession>), Error> {
    let account = find(tx, managed, account_id)?;
    let sessions = session::open_of(tx, account_id)?;
    tx.set_detail(Detail::Looked {});
    Ok((account, sessions))
}

/// What an account that was found has beside the password (二要素認証).
pub fn factors_of(tx: &mut Tx<'_>, account: &Account) -> Result<Factors, Error> {
    Ok(second_factor::of(tx, &account.account_id)?)
}

/// A page of the list, and how many accounts fit in all.
pub fn list(
    tx: &mut Tx<'_>,
    managed: Managed,
    filter: &ListFilter,
) -> Result<(Vec<Account>, i64), Error> {
    let facility = tx.facility()?;
    Ok(store::list(tx, &facility, managed.kinds(), filter)?)
}

fn refuse_retired(account: &Account) -> Result<(), Error> {
    if account.retired.is_some() {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(())
}

/// Stops an account: nobody logs in with it until it is resumed.
pub fn stop(tx: &mut Tx<'_>, managed: Managed, id: &str, reason: &str) -> Result<(), Error> {
    let account = find(tx, managed, id)?;
    refuse_retired(&account)?;
    if account.stopped.is_some() {
        return Err(RefusalCode::WrongState.into());
    }
    let reason = text::reason(reason)?;
    store::change_stopped(tx, id, Some(&reason))?;
    session::end_all(tx, id, EndReason::Stopped, None)?;
    tx.set_detail(Detail::Stopped { reason });
    Ok(())
}

/// Lets a stopped account go on.
pub fn resume(tx: &mut Tx<'_>, managed: Managed, id: &str) -> Result<(), Error> {
    let account = find(tx, managed, id)?;
    refuse_retired(&account)?;
    if account.stopped.is_none() {
        return Err(RefusalCode::WrongState.into());
    }
    store::change_stopped(tx, id, None)?;
    tx.set_detail(Detail::Resumed {});
    Ok(())
}

/// Unlocks an account after failed log-ins.
pub fn unlock(tx: &mut Tx<'_>, managed: Managed, id: &str) -> Result<(), Error> {
    let account = find(tx, managed, id)?;
    refuse_retired(&account)?;
    if account.locked_until.is_none() {
        return Err(RefusalCode::WrongState.into());
    }
    store::forget_failures(tx, &account.facility, &account.user_id)?;
    tx.set_detail(Detail::Unlocked {});
    Ok(())
}

/// Resets the password; the next log-in begins with a change.
pub fn reset_password(
    tx: &mut Tx<'_>,
    managed: Managed,
    id: &str,
    hash: &PasswordHash,
) -> Result<Account, Error> {
    let account = find(tx, managed, id)?;
    refuse_retired(&account)?;
    // The account that resets the master can't change its own password, so nobody may force it to.
    if account.kind == AccountKind::Reset {
        store::change_password(tx, &account, hash, PasswordOrigin::Own)?;
    } else {
        store::change_password(tx, &account, hash, PasswordOrigin::Reset)?;
    }
    store::forget_failures(tx, &account.facility, &account.user_id)?;
    session::end_all(tx, id, EndReason::PasswordChanged, None)?;
    tx.set_detail(Detail::PasswordReset {});
    Ok(account)
}

/// Takes away everything that the account has beside the password, so that its holder adds something anew.
pub fn reset_second_factor(tx: &mut Tx<'_>, managed: Managed, id: &str) -> Result<(), Error> {
    let account = find(tx, managed, id)?;
    refuse_retired(&account)?;
    if !second_factor::forget_all(tx, id)? {
        return Err(RefusalCode::WrongState.into());
    }
    store::refuse_short_password(tx, id)?;
    store::forget_failures(tx, &account.facility, &account.user_id)?;
    session::end_all(tx, id, EndReason::FactorReset, None)?;
    tx.set_detail(Detail::SecondFactorReset {});
    Ok(())
}

/// Ends the account's open sessions.
pub fn end_sessions(tx: &mut Tx<'_>, managed: Managed, id: &str) -> Result<u64, Error> {
    find(tx, managed, id)?;
    let ended = session::end_all(tx, id, EndReason::EndedByManager, None)?;
    tx.set_detail(Detail::SessionsEnded {
        count: i64::try_from(ended).unwrap_or(i64::MAX),
    });
    Ok(ended)
}

/// Retires an account for ever. Its user id is never given out again.
pub fn retire(tx: &mut Tx<'_>, managed: Managed, id: &str, reason: &str) -> Result<(), Error> {
    let account = find(tx, managed, id)?;
    refuse_retired(&account)?;
    let reason = text::reason(reason)?;
    store::change_retired(tx, id, &reason)?;
    second_factor::forget_all(tx, id)?;
    session::end_all(tx, id, EndReason::Stopped, None)?;
    tx.set_detail(Detail::Retired { reason });
    Ok(())
}

/// What came of a change of the own password.
pub enum PasswordChanged {
    /// Done; every session ended and this one begins anew.
    Done(SessionToken),
    /// No. What was written about the failure is kept.
    Refused(Refusal),
}

/// Changes the own password, after the current one was tested as `verdict` says. Where it was right
/// there is a new one, which was compared with this account's last ones.
pub fn change_own_password(
    tx: &mut Tx<'_>,
    verdict: &PasswordVerdict,
    new: Option<&OwnPassword>,
    through: &super::login::Through,
) -> Result<PasswordChanged, Error> {
    let account = match own_password::confirm(tx, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(PasswordChanged::Refused(refusal)),
    };
    let id = account.account_id.clone();
    let new = new.and_then(|new| Some((new.of(&id)?, new.is_short())));
    let (hash, is_short) =
        new.ok_or_else(|| Fault::at("changing a password", "the new one was not compared"))?;
    if is_short && !second_factor::has_factor(tx.connection(), &id)? {
        // The factor beside which it would do went away meanwhile.
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    store::change_password(tx, &account, hash, PasswordOrigin::Own)?;
    store::mark_password_short(tx, &id, is_short)?;
    session::end_all(tx, &id, EndReason::PasswordChanged, None)?;
    let (token, _) = session::begin(
        tx,
        &account,
        &through.certificate_serial,
        &through.terminal_name,
    )?;
    Ok(PasswordChanged::Done(token))
}

/// What came of resetting the master's password.
pub enum MasterReset {
    /// Done, for this master.
    Done(Box<Account>),
    /// No. What was written about the failure is kept.
    Refused(Refusal),
}

/// The key under which wrong secret numbers are counted; no user id can look like it.
const SECRET_NUMBER_KEY: &str = "#secret-number";

/// Resets the master's password, after the secret number was tested. What the master had beside the password goes with it:
/// who has lost both has nobody else above.
pub fn reset_master(
    tx: &mut Tx<'_>,
    secret_number: &PasswordVerdict,
    hash: &PasswordHash,
) -> Result<MasterReset, Error> {
    let facility = tx.facility()?;
    let now = tx.now();
    let failure = store::find_failure(tx, &facility, SECRET_NUMBER_KEY)?;
    if let Some(until) = failure.locked_until.filter(|until| *until > now) {
        let refusal = Refusal::until(RefusalCode::Locked, until);
        tx.refuse_and_keep(refusal.clone());
        return Ok(MasterReset::Refused(refusal));
    }
    let PasswordVerdict::Fits { hash: tested, anew } = secret_number else {
        let after = failure.one_more(now, &tx.rules().lock);
        store::keep_failures(tx, &facility, SECRET_NUMBER_KEY, after)?;
        let refusal = match after.locked_until {
            Some(until) => {
                alarm::raise(tx, Alarm::Locked(until))?;
                Refusal::until(RefusalCode::Locked, until)
            }
            None => Refusal {
                problems: after.warning(Fact::SecretNumber, &tx.rules().lock),
                ..Refusal::new(RefusalCode::SecretNumberWrong)
            },
        };
        tx.refuse_and_keep(refusal.clone());
        return Ok(MasterReset::Refused(refusal));
    };
    store::keep_failures(tx, &facility, SECRET_NUMBER_KEY, Failures::default())?;
    if let Some(anew) = anew {
        facility::change_secret_number(tx, &facility, tested, anew)?;
    }
    let master = super::master_of(tx)?;
    tx.set_subject(SubjectKind::Account, &master.account_id);
    store::change_password(tx, &master, hash, PasswordOrigin::Reset)?;
    second_factor::forget_all(tx, &master.account_id)?;
    store::forget_failures(tx, &facility, &master.user_id)?;
    session::end_all(tx, &master.account_id, EndReason::PasswordChanged, None)?;
    alarm::raise(tx, Alarm::Reset)?;
    tx.set_detail(Detail::PasswordReset {});
    Ok(MasterReset::Done(Box::new(master)))
}

/// Finds any account of the institution by its user id: for the operator.
pub fn find_by_user_id(tx: &mut Tx<'_>, user_id: &UserId) -> Result<Account, Error> {
    let facility = tx.facility()?;
    let found = store::find_by_user_id(tx, &facility, user_id)?;
    let account = found.ok_or(RefusalCode::NotFound)?;
    tx.set_subject(SubjectKind::Account, &account.account_id);
    Ok(account)
}

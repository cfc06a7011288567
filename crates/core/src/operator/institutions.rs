//! What an operator does at an institution from the operators' screens: it stands in the log of that institution, under the
//! operator's own account.
//!
//! One operator alone gives out no account that is in use: who has lost the master and what resets it applies for them anew
//! (再発行), which two operators approve.

use crate::account::activation::{self, Activation};
use crate::account::manage;
use crate::account::{Account, ListFilter, Managed, PasswordOrigin};
use crate::actor::AccountKind;
use crate::audit::{Filter, Line, Page};
use crate::certificate::{self, TerminalCertificate};
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::facility::{self, Facility};
use crate::history;
use crate::mail::MailAddress;
use crate::permission::Grant;
use crate::registration;
use crate::second_factor::Factors;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// An institution as an operator sees it.
#[derive(Clone, Debug)]
pub struct Institution {
    /// What is registered of it.
    pub facility: Facility,
    /// The telephone number of its notification to the authority, where it is known.
    pub phone: Option<String>,
    /// Where it is written to, where that is known.
    pub mail: Option<MailAddress>,
}

/// Works on this institution from here on: what is read and done is its, and stands in its log.
pub fn work_at(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<Facility, Error> {
    if tx.grant() != Grant::Everywhere {
        return Err(RefusalCode::NotPermitted.into());
    }
    let found = facility::show(tx, code)?;
    // The operators' own unit is no institution.
    if code.is_of_operators() {
        return Err(RefusalCode::NotFound.into());
    }
    tx.set_facility(code);
    Ok(found)
}

/// One institution.
pub fn show_institution(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<Institution, Error> {
    let facility = work_at(tx, code)?;
    Ok(Institution {
        facility,
        phone: facility::phone_at(tx, code)?,
        mail: facility::mail_at(tx, code)?,
    })
}

/// Stops an institution.
pub fn stop_institution(tx: &mut Tx<'_>, code: &FacilityCode, reason: &str) -> Result<(), Error> {
    work_at(tx, code)?;
    registration::stop(tx, code, reason)
}

/// Lets it go on.
pub fn resume_institution(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<(), Error> {
    work_at(tx, code)?;
    facility::resume(tx, code)
}

/// A terminal's certificate, and when its terminal last came with it.
pub type WithLastUse = (TerminalCertificate, Option<Moment>);

/// The certificates of its terminals, each with the moment at which its terminal last came with it.
pub fn list_certificates(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
) -> Result<(Facility, Vec<WithLastUse>), Error> {
    let facility = work_at(tx, code)?;
    Ok((facility, certificate::list_own(tx)?))
}

/// One certificate of its terminals.
pub fn show_certificate(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    serial: &str,
) -> Result<(Facility, TerminalCertificate), Error> {
    let facility = work_at(tx, code)?;
    Ok((facility, certificate::show_own(tx, serial)?))
}

/// Revokes it.
pub fn revoke_certificate(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    (serial, reason): (&str, &str),
) -> Result<(), Error> {
    work_at(tx, code)?;
    certificate::revoke_own(tx, serial, reason)
}

/// A page of its accounts, and how many fit in all.
pub fn list_accounts(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    filter: &ListFilter,
) -> Result<(Facility, Vec<Account>, i64), Error> {
    let facility = work_at(tx, code)?;
    let (accounts, total) = manage::list(tx, Managed::All, filter)?;
    Ok((facility, accounts, total))
}

/// One of its accounts, with what it has beside the password.
pub fn show_account(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    account_id: &str,
) -> Result<(Facility, Account, Factors), Error> {
    let facility = work_at(tx, code)?;
    let (account, _) = manage::show(tx, Managed::All, account_id)?;
    let factors = manage::factors_of(tx, &account)?;
    Ok((facility, account, factors))
}

/// Unlocks one of its accounts.
pub fn unlock_account(tx: &mut Tx<'_>, code: &FacilityCode, account: &str) -> Result<(), Error> {
    work_at(tx, code)?;
    manage::unlock(tx, Managed::All, account)
}

/// Takes away what one of its accounts has beside the password.
pub fn reset_second_factor(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    account: &str,
) -> Result<(), Error> {
    work_at(tx, code)?;
    manage::reset_second_factor(tx, Managed::All, account)
}

/// The lines of its log that fit, newest first (操作履歴); without an institution those of the operators' own unit. That they
/// were read stands in the log that was read.
pub fn read_log(
    tx: &mut Tx<'_>,
    at: Option<&FacilityCode>,
    filter: &Filter,
    page: Page,
) -> Result<Vec<Line>, Error> {
    if let Some(code) = at {
        work_at(tx, code)?;
    }
    history::list(tx, filter, page)
}

/// Whether one operator alone may issue another one-time activation to this account: only what comes with an institution, and
/// only before its holder has chosen a password.
pub fn may_reissue(account: &Account) -> bool {
    let comes_with_it = matches!(account.kind, AccountKind::Master | AccountKind::Reset);
    comes_with_it && account.origin == PasswordOrigin::Awaited && account.retired.is_none()
}

/// Issues another one-time activation (利用開始コードの再発行) to an account that its holder has not begun to use.
pub fn reissue_activation(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    account_id: &str,
) -> Result<(Facility, Activation), Error> {
    let (facility, account, _) = show_account(tx, code, account_id)?;
    if !may_reissue(&account) {
        return Err(RefusalCode::RecoveryNeeded.into());
    }
    Ok((facility, activation::issue(tx, Managed::All, account_id)?))
}

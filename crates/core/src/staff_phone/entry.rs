//! Logging in on a phone: the first time with its アクティベーションコード, then with the account that it is bound to.
//!
//! The password, the second factor, the lock and the one session of an account are those of every log-in. Beside them
//! stands what a phone is for: an account that may ask for consents there, and on a bound phone no other one.

use super::{must_be_used, store};
use crate::account::UserId;
use crate::account::login::{self, LoggedIn, PasswordVerdict, Through};
use crate::account::second_step::{self, Passed, Shown};
use crate::account::session::{self, EndReason, token_hash};
use crate::audit::Detail;
use crate::error::{Error, RefusalCode};
use crate::permission::Function;
use crate::service::Tx;

/// Logs in with a code that was not used, and binds the phone to the browser that keeps this secret. Where the log-in
/// goes on with a question, the phone is bound already: it is the code and the password that bind it.
pub fn activate(
    tx: &mut Tx<'_>,
    secret: &str,
    (user_id, verdict): (&UserId, &PasswordVerdict),
    through: &Through,
) -> Result<LoggedIn, Error> {
    must_be_used(tx)?;
    let entered = login::log_in(tx, user_id, verdict, through)?;
    if matches!(entered, LoggedIn::Refused(_)) {
        return Ok(entered);
    }
    let account = must_be_fit(tx, &entered)?;
    let (facility, id) = (tx.facility()?, through.certificate_serial.as_str());
    let hash = token_hash(secret);
    if !store::change_activated(tx, &facility, id, (&hash, &account))? {
        return Err(RefusalCode::PhoneCode.into());
    }
    for other in store::list_others_of(tx, &facility, (&hash, id))? {
        store::change_voided(tx, &facility, &other)?;
        session::end_all_through(tx, &other, EndReason::PhoneVoided)?;
    }
    tx.set_detail(Detail::StaffPhoneActivated {
        phone: through.terminal_name.clone(),
    });
    Ok(entered)
}

/// Logs in on a phone that is bound.
pub fn log_in(
    tx: &mut Tx<'_>,
    (user_id, verdict): (&UserId, &PasswordVerdict),
    through: &Through,
) -> Result<LoggedIn, Error> {
    must_be_used(tx)?;
    let entered = login::log_in(tx, user_id, verdict, through)?;
    if !matches!(entered, LoggedIn::Refused(_)) {
        must_be_bound(tx, &entered, through)?;
    }
    Ok(entered)
}

/// Goes on with a log-in on a phone by what was typed at the second step.
pub fn pass(
    tx: &mut Tx<'_>,
    ticket: &str,
    typed: &str,
    through: &Through,
) -> Result<Passed, Error> {
    let passed = second_step::pass(tx, ticket, &Shown::Code(typed.to_owned()), through)?;
    if let Passed::LoggedIn(entered) = &passed
        && !matches!(**entered, LoggedIn::Refused(_))
    {
        must_be_bound(tx, entered, through)?;
    }
    Ok(passed)
}

/// Takes over the session that runs elsewhere.
pub fn take_over(tx: &mut Tx<'_>, ticket: &str, through: &Through) -> Result<LoggedIn, Error> {
    let entered = login::take_over(tx, ticket, through)?;
    if !matches!(entered, LoggedIn::Refused(_)) {
        must_be_bound(tx, &entered, through)?;
    }
    Ok(entered)
}

/// The account that was let in, where it may be used on a phone at all. A refusal takes back all that the log-in wrote.
fn must_be_fit(tx: &Tx<'_>, entered: &LoggedIn) -> Result<String, Error> {
    if !Function::ConsentOnVisit.is_for(tx.actor().role()) {
        return Err(RefusalCode::PhoneAccount.into());
    }
    if let LoggedIn::Session {
        must_change_password,
        must_add_factor,
        ..
    } = entered
        && (*must_change_password || *must_add_factor)
    {
        return Err(RefusalCode::PhoneAccountNotReady.into());
    }
    let account = tx.actor().account_id();
    Ok(account.ok_or(RefusalCode::NotLoggedIn)?.to_owned())
}

fn must_be_bound(tx: &mut Tx<'_>, entered: &LoggedIn, through: &Through) -> Result<(), Error> {
    let account = must_be_fit(tx, entered)?;
    let facility = tx.facility()?;
    let phone = store::find(tx, &facility, &through.certificate_serial)?;
    let phone = phone.filter(|phone| phone.voided_at.is_none());
    let phone = phone.ok_or(RefusalCode::PhoneUnknown)?;
    match phone.activated {
        Some(bound) if bound.account_id == account => Ok(()),
        _ => Err(RefusalCode::PhoneOtherAccount.into()),
    }
}

//! Logging in by a passkey alone (パスキーでログイン): one press at a terminal where somebody else was a moment ago.
//!
//! A passkey is two factors in one: the device, and the finger, face or PIN that it asks for each time. So no password is
//! asked for. Everything else is as at a log-in with one: the institution is the terminal's, a lock holds, and a session
//! that runs elsewhere is asked about.

use super::login::{LoggedIn, Through, counted, enter, refuse_stopped, refused, unusable};
use super::store;
use crate::audit::Detail;
use crate::error::{Error, Refusal, RefusalCode};
use crate::second_factor::passkey::Signed;
use crate::second_factor::{self, FactorPolicy, policy};
use crate::service::Tx;

/// Logs in by what a browser sent of a passkey. `names` are the centre's.
pub fn log_in(
    tx: &mut Tx<'_>,
    sent: &str,
    names: &[String],
    through: &Through,
) -> Result<LoggedIn, Error> {
    let (facility, now) = (tx.facility()?, tx.now());
    refuse_stopped(tx, &facility)?;
    let signed = Signed::read(sent).map_err(|_| RefusalCode::PasskeyWrong)?;
    let here = (
        tx.second_factors(),
        through.certificate_serial.as_str(),
        now,
    );
    let (challenge, until) = signed
        .challenge_to_enter(here)
        .ok_or(RefusalCode::PasskeyOver)?;
    // Nobody is told whether another institution knows the passkey.
    let owner = second_factor::owner_of(tx, &signed)?;
    let account = match owner {
        Some(id) => store::find(tx, &facility, &id)?,
        None => None,
    };
    let account = account.ok_or(RefusalCode::PasskeyWrong)?;
    if let Err(refusal) = counted(tx, &facility, &account.user_id)? {
        return Ok(refused(tx, refusal));
    }
    let id = account.account_id.as_str();
    let tested = second_factor::test_passkey(tx, id, (&signed, &challenge), names)?;
    if tested.is_err() {
        return Err(RefusalCode::PasskeyWrong.into());
    }
    if !store::spend_challenge(tx, &challenge, &through.certificate_serial, until)? {
        return Err(RefusalCode::PasskeyOver.into());
    }
    tx.identify(account.kind, id);
    if let Some(code) = unusable(&account, now) {
        return Ok(refused(tx, Refusal::new(code)));
    }
    if policy::holds_for(tx, account.kind)? == FactorPolicy::Off {
        return Ok(refused(tx, Refusal::new(RefusalCode::PasskeyWrong)));
    }
    store::forget_failures(tx, &facility, &account.user_id)?;
    let factors = second_factor::of(tx, id)?;
    let used = factors.passkeys.into_iter();
    let used = used.max_by_key(|one| one.last_used_at.map(|at| at.ms()));
    let name = used.map(|one| one.name).unwrap_or_default();
    tx.set_detail(Detail::EnteredByPasskey { name });
    enter(tx, &account, through)
}

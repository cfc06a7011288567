//! Accounts of operators (担当者). Only the command line makes and ends them.

use crate::account::activation::{self, Activation};
use crate::account::manage;
use crate::account::{
    Account, AccountName, ListFilter, Managed, NewAccount, PasswordHash, PasswordOrigin, Period,
    UserId,
};
use crate::actor::AccountKind;
use crate::error::Error;
use crate::facility::{self, Facility};
use crate::second_factor;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// What stands in certificates and on screens where an institution's name would.
pub const UNIT_NAME: &str = "実施機関";

/// The most accounts that are listed.
const LISTED_MAX: i64 = 1000;

/// Begins the operators' unit where it is not there yet.
pub fn begin_unit(tx: &mut Tx<'_>) -> Result<(), Error> {
    let code = FacilityCode::of_operators();
    let new = Facility {
        code,
        name: UNIT_NAME.to_owned(),
        created_at: tx.now(),
        stopped: None,
        shift_jis: false,
        message_networks: Vec::new(),
    };
    // Where it is there already nothing changes. It has no secret number: nobody resets anything by one.
    facility::insert(tx, &new, &PasswordHash::none())?;
    Ok(())
}

/// Registers an operator's account, and issues its one-time activation.
pub fn add(tx: &mut Tx<'_>, user_id: &UserId, name: &AccountName) -> Result<Activation, Error> {
    begin_unit(tx)?;
    let new = NewAccount {
        user_id: user_id.clone(),
        kind: AccountKind::Officer,
        name: name.clone(),
        holder: None,
        emergency_viewing: false,
        period: Period::default(),
        note: String::new(),
        password: PasswordHash::none(),
        origin: PasswordOrigin::Awaited,
    };
    activation::register(tx, Managed::Officers, &new)
}

/// The accounts of operators.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Account>, Error> {
    let filter = ListFilter {
        limit: LISTED_MAX,
        ..ListFilter::default()
    };
    Ok(manage::list(tx, Managed::Officers, &filter)?.0)
}

/// Stops an operator's account; its sessions end.
pub fn stop(tx: &mut Tx<'_>, user_id: &UserId, reason: &str) -> Result<(), Error> {
    let id = manage::find_by_user_id(tx, user_id)?.account_id;
    manage::stop(tx, Managed::Officers, &id, reason)
}

/// Lets it be used again.
pub fn resume(tx: &mut Tx<'_>, user_id: &UserId) -> Result<(), Error> {
    let id = manage::find_by_user_id(tx, user_id)?.account_id;
    manage::resume(tx, Managed::Officers, &id)
}

/// Voids its password and what it has beside it, and issues another one-time activation.
pub fn reset(tx: &mut Tx<'_>, user_id: &UserId) -> Result<Activation, Error> {
    let id = manage::find_by_user_id(tx, user_id)?.account_id;
    if second_factor::has_factor(tx.connection(), &id)? {
        manage::reset_second_factor(tx, Managed::Officers, &id)?;
        tx.close_entry();
    }
    activation::issue(tx, Managed::Officers, &id)
}

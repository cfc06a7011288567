//! Registering an institution with its first two accounts, and stopping it with all of its sessions.

use crate::account::{self, AccountName, NewAccount, PasswordHash, PasswordOrigin, UserId};
use crate::actor::AccountKind;
use crate::audit::{Detail, SubjectKind};
use crate::error::{Error, RefusalCode};
use crate::facility::{self, Facility};
use crate::service::Tx;
use crate::terms::FacilityCode;

/// What is needed to register an institution.
#[derive(Clone)]
pub struct NewFacility {
    /// Its code.
    pub code: FacilityCode,
    /// Its name.
    pub name: String,
    /// The secret number for resetting the master's password, hashed.
    pub secret_number_hash: PasswordHash,
    /// User id and first password of the master.
    pub master: (UserId, PasswordHash),
    /// User id and password of the account that resets the master.
    pub reset: (UserId, PasswordHash),
}

/// Registers an institution with its master and reset accounts.
pub fn register(tx: &mut Tx<'_>, new: &NewFacility) -> Result<Facility, Error> {
    tx.set_subject(SubjectKind::Facility, new.code.as_str());
    let facility = Facility {
        code: new.code.clone(),
        name: new.name.clone(),
        created_at: tx.now(),
        stopped: None,
        shift_jis: false,
        message_networks: Vec::new(),
    };
    if facility::insert(tx, &facility, &new.secret_number_hash)? == 0 {
        return Err(RefusalCode::FacilityTaken.into());
    }
    for (kind, (user_id, hash)) in [
        (AccountKind::Master, &new.master),
        (AccountKind::Reset, &new.reset),
    ] {
        let account = NewAccount {
            user_id: user_id.clone(),
            kind,
            name: AccountName::parse(kind.label())?,
            holder: None,
            emergency_viewing: false,
            period: account::Period::default(),
            note: String::new(),
            password: hash.clone(),
            origin: if kind == AccountKind::Reset {
                PasswordOrigin::Own
            } else {
                PasswordOrigin::Initial
            },
        };
        account::insert_new(tx, &new.code, &account)?;
    }
    Ok(facility)
}

/// Stops an institution: nobody there logs in any more, and open sessions end.
pub fn stop(tx: &mut Tx<'_>, code: &FacilityCode, reason: &str) -> Result<(), Error> {
    let facility = facility::show(tx, code)?;
    if facility.stopped.is_some() {
        return Err(RefusalCode::WrongState.into());
    }
    let reason = crate::text::reason(reason)?;
    facility::change_stopped(tx, code, Some(&reason))?;
    tx.set_detail(Detail::Stopped { reason });
    account::session::end_all_of_facility(tx, code, account::session::EndReason::Stopped)?;
    Ok(())
}

//! Registering an institution with its first two accounts, and stopping it with all of its sessions.

use crate::account::activation::{self, Activation};
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
    /// The master.
    pub master: (UserId, FirstPassword),
    /// The account that resets the master.
    pub reset: (UserId, FirstPassword),
}

/// How the holder of an account that comes with an institution logs in first.
#[derive(Clone)]
pub enum FirstPassword {
    /// With this password, which is handed out.
    Given(PasswordHash),
    /// With one of their own, which they choose by a one-time activation (利用開始コード).
    Activation,
}

/// An institution that was registered.
pub struct Registered {
    /// The institution.
    pub facility: Facility,
    /// The one-time activations of its accounts: the master's, and that of the account that resets it; none of an account whose password was
    /// given.
    pub activations: Vec<Activation>,
}

/// Registers an institution with its master and reset accounts.
pub fn register(tx: &mut Tx<'_>, new: &NewFacility) -> Result<Registered, Error> {
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
    let mut activations = Vec::new();
    for (kind, (user_id, first)) in [
        (AccountKind::Master, &new.master),
        (AccountKind::Reset, &new.reset),
    ] {
        let (password, origin) = match first {
            // The account that resets the master can't change its own.
            FirstPassword::Given(hash) if kind == AccountKind::Reset => {
                (hash.clone(), PasswordOrigin::Own)
            }
            FirstPassword::Given(hash) => (hash.clone(), PasswordOrigin::Initial),
            FirstPassword::Activation => (PasswordHash::none(), PasswordOrigin::Awaited),
        };
        let account = NewAccount {
            user_id: user_id.clone(),
            kind,
            name: AccountName::parse(kind.label())?,
            holder: None,
            emergency_viewing: false,
            period: account::Period::default(),
            note: String::new(),
            password,
            origin,
        };
        match first {
            FirstPassword::Given(_) => drop(account::insert_new(tx, &new.code, &account)?),
            FirstPassword::Activation => {
                activations.push(activation::insert_new(tx, &new.code, &account)?);
            }
        }
    }
    Ok(Registered {
        facility,
        activations,
    })
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

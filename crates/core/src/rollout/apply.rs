//! Making what a sheet asks for and is not there: all of it, or nothing.

use super::installer::Installing;
use super::look::{MachineState, machines};
use super::store;
use crate::account::activation;
use crate::account::manage::{self, Managed};
use crate::account::{NewAccount, PasswordOrigin, UserId};
use crate::audit::{Detail, SubjectKind};
use crate::enrolment::{self, EnrolmentCode, EnrolmentFor};
use crate::error::{Error, RefusalCode};
use crate::facility;
use crate::network::Network;
use crate::one_time_code::OneTimeCode;
use crate::permission::Function;
use crate::service::Tx;
use crate::terms::{CertificateKind, FacilityCode};

/// What is to be made by a sheet. The codes were drawn before.
#[derive(Clone, Debug)]
pub struct RollOut {
    /// The number under which it is kept, drawn before.
    pub rollout_id: String,
    /// On whose right.
    pub installer_id: String,
    /// The digest of the sheet.
    pub sheet_digest: String,
    /// Where what.
    pub facilities: Vec<AtFacility>,
}

/// What is to be made at one institution.
#[derive(Clone, Debug)]
pub struct AtFacility {
    /// Where.
    pub facility: FacilityCode,
    /// Terminals and readers.
    pub machines: Vec<Machine>,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// From where its programs may come with a token alone from now on; none leaves it as it is.
    pub message_networks: Option<Vec<Network>>,
    /// Whether its programs read Shift_JIS from now on; none leaves it as it is.
    pub shift_jis: Option<bool>,
}

/// A terminal or a reader that gets a code.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Which of the two.
    pub kind: CertificateKind,
    /// Its name.
    pub name: String,
    /// The code by which it fetches its certificate.
    pub code: EnrolmentCode,
    /// It had one before that can't be used any more.
    pub again: bool,
}

/// An account that gets a one-time activation.
#[derive(Clone, Debug)]
pub enum Account {
    /// One that is made. Whatever password it has is not taken.
    New(Box<NewAccount>, OneTimeCode),
    /// One that is there and whose holder has not chosen a password yet.
    Again(UserId, OneTimeCode),
}

/// Makes all of it. Where something can't be made, or changed since it was looked at, nothing is.
pub fn apply(tx: &mut Tx<'_>, wanted: &RollOut) -> Result<(), Error> {
    for one in &wanted.facilities {
        tx.act_at(&one.facility, Function::RollOut)?;
        let installing = tx.installing(&wanted.installer_id)?;
        facility::show(tx, &one.facility)?;
        make_machines(tx, one, &installing)?;
        for account in &one.accounts {
            make_account(tx, account)?;
            installing.close(tx);
        }
        set_up(tx, one, &installing)?;
        tx.set_subject(SubjectKind::Facility, one.facility.as_str());
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        tx.set_detail(Detail::RolledOut {
            installer: installing.installer.clone(),
            machines: count(one.machines.len()),
            accounts: count(one.accounts.len()),
            sheet: wanted.sheet_digest.chars().take(16).collect(),
        });
        installing.close(tx);
        tx.act_for_nobody();
    }
    let number = (wanted.rollout_id.as_str(), wanted.installer_id.as_str());
    store::insert(tx, number, &wanted.sheet_digest)?;
    Ok(())
}

fn make_machines(tx: &mut Tx<'_>, at: &AtFacility, installing: &Installing) -> Result<(), Error> {
    let names: Vec<_> = at
        .machines
        .iter()
        .map(|machine| (machine.kind, machine.name.clone()))
        .collect();
    let states = machines(tx, &at.facility, &names)?;
    let end = enrolment::usual_end(tx);
    for (machine, state) in at.machines.iter().zip(states) {
        // An earlier code would be void: it is one that somebody may have on paper.
        let as_it_was = match machine.again {
            true => matches!(state, MachineState::Lapsed | MachineState::Waiting(_)),
            false => state == MachineState::New,
        };
        if !as_it_was {
            return Err(RefusalCode::ChangedMeanwhile.into());
        }
        let (code, name) = (at.facility.clone(), machine.name.clone());
        let of = match machine.kind {
            CertificateKind::Reader => EnrolmentFor::Reader(code, name),
            CertificateKind::Terminal => EnrolmentFor::Terminal(code, name),
            CertificateKind::Insurer => return Err(RefusalCode::NotPermitted.into()),
        };
        enrolment::issue_drawn(tx, &of, end, &machine.code)?;
        installing.close(tx);
    }
    Ok(())
}

fn make_account(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    match account {
        Account::New(new, code) => {
            activation::register_drawn(tx, Managed::RolledOut, new, code.clone())?;
        }
        Account::Again(id, code) => {
            let found = manage::find_by_user_id(tx, id)?;
            let is_ours = Managed::RolledOut.kinds().contains(&found.kind);
            if found.origin != PasswordOrigin::Awaited || !is_ours {
                return Err(RefusalCode::ChangedMeanwhile.into());
            }
            activation::give_drawn(tx, found, code.clone())?;
        }
    }
    Ok(())
}

/// What an institution's programs need.
fn set_up(tx: &mut Tx<'_>, at: &AtFacility, installing: &Installing) -> Result<(), Error> {
    if let Some(networks) = &at.message_networks {
        facility::set_message_networks(tx, &at.facility, networks)?;
        installing.close(tx);
    }
    if let Some(shift_jis) = at.shift_jis {
        facility::set_encoding(tx, &at.facility, shift_jis)?;
        installing.close(tx);
    }
    Ok(())
}

//! What a sheet wants, compared with what there is.

use super::installer::Installing;
use super::store;
use crate::account::activation;
use crate::account::{self, PasswordOrigin, UserId};
use crate::actor::AccountKind;
use crate::audit::{Detail, SubjectKind};
use crate::certificate::{self, CertificateState};
use crate::clock::Moment;
use crate::enrolment::{self, Enrolment, EnrolmentFor, EnrolmentState};
use crate::error::{Error, Refusal, RefusalCode};
use crate::facility::{self, Facility};
use crate::permission::Function;
use crate::reader;
use crate::service::Tx;
use crate::terms::{CertificateKind, FacilityCode};

/// What a sheet asks for at one institution, as far as it is looked up.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where.
    pub facility: FacilityCode,
    /// Terminals and readers by name.
    pub machines: Vec<(CertificateKind, String)>,
    /// User ids.
    pub accounts: Vec<UserId>,
}

/// What there is of it.
#[derive(Clone, Debug)]
pub struct Looked {
    /// Of each institution in turn; none where the installer has no right there.
    pub found: Vec<Option<Found>>,
    /// Which of the roll-outs that were asked after were done.
    pub applied: Vec<bool>,
}

/// What an institution has.
#[derive(Clone, Debug)]
pub struct Found {
    /// The institution.
    pub facility: Facility,
    /// The installer's name (導入業者).
    pub installer: String,
    /// Of each terminal and reader in turn.
    pub machines: Vec<MachineState>,
    /// Of each user id in turn.
    pub accounts: Vec<AccountState>,
}

/// How far a terminal or a reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineState {
    /// There is none of this name.
    New,
    /// It has a good certificate.
    Enrolled,
    /// Its code waits to be used until then.
    Waiting(Moment),
    /// It has no good certificate, and no code that could be used.
    Lapsed,
}

/// Whether somebody has a user id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Nobody.
    New,
    /// An account of the institution.
    There {
        /// Its kind.
        kind: AccountKind,
        /// Its name.
        name: String,
        /// It was retired, and keeps its user id.
        retired: bool,
        /// Its holder has not chosen a password yet; until when the code for it is good, where it still is.
        awaits: Option<Option<Moment>>,
    },
}

/// Compares what is wanted with what there is, and says which of these roll-outs were done. An institution where the installer
/// has no right has a refusal in its log, and nothing of it is told.
pub fn look(
    tx: &mut Tx<'_>,
    installer_id: &str,
    wanted: &[Wanted],
    begun: &[String],
) -> Result<Looked, Error> {
    let mut looked = Looked {
        found: Vec::with_capacity(wanted.len()),
        applied: Vec::new(),
    };
    for rollout_id in begun {
        let applied = store::was_applied(tx, (rollout_id, installer_id))?;
        looked.applied.push(applied);
    }
    let mut is_told = false;
    for one in wanted {
        tx.act_at(&one.facility, Function::RollOut)?;
        let found = at(tx, installer_id, one);
        looked.found.push(match found {
            Ok((found, installing)) => {
                tx.set_subject(SubjectKind::Facility, one.facility.as_str());
                tx.set_detail(Detail::RollOutLooked {
                    installer: installing.installer.clone(),
                });
                installing.close(tx);
                is_told = true;
                Some(found)
            }
            Err(Error::Refused(refusal)) if refusal.code == RefusalCode::InstallerRightMissing => {
                is_told |= refuse(tx, &one.facility, refusal)?;
                None
            }
            Err(error) => return Err(error),
        });
        tx.act_for_nobody();
    }
    if !is_told {
        // There is no such institution at all: the try stands in the operator's log.
        tx.refuse_and_keep(Refusal::new(RefusalCode::InstallerRightMissing));
    }
    Ok(looked)
}

/// Leaves the refusal in the log of an institution, where there is such a one.
fn refuse(tx: &mut Tx<'_>, code: &FacilityCode, refusal: Refusal) -> Result<bool, Error> {
    let is_there = facility::find(tx.connection(), code)?.is_some();
    if is_there {
        tx.set_subject(SubjectKind::Facility, code.as_str());
        tx.refuse_and_keep(refusal);
        tx.close_entry();
    }
    Ok(is_there)
}

fn at(tx: &mut Tx<'_>, installer_id: &str, wanted: &Wanted) -> Result<(Found, Installing), Error> {
    let installing = tx.installing(installer_id)?;
    let facility = facility::show(tx, &wanted.facility)?;
    let machines = machines(tx, &wanted.facility, &wanted.machines)?;
    let mut accounts = Vec::with_capacity(wanted.accounts.len());
    for id in &wanted.accounts {
        accounts.push(account(tx, id)?);
    }
    let found = Found {
        facility,
        installer: installing.installer.clone(),
        machines,
        accounts,
    };
    Ok((found, installing))
}

/// How far these terminals and readers are.
pub(super) fn machines(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    wanted: &[(CertificateKind, String)],
) -> Result<Vec<MachineState>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now();
    let codes = enrolment::list(tx, code)?;
    let mut good: Vec<(CertificateKind, String)> = Vec::new();
    for one in certificate::list(tx, code)? {
        if one.state(now) == CertificateState::Valid {
            good.push((CertificateKind::Terminal, one.terminal_name));
        }
    }
    for one in reader::list_certificates(tx, code)? {
        if one.state(now) == CertificateState::Valid {
            good.push((CertificateKind::Reader, one.reader_name));
        }
    }
    let state = |one: &(CertificateKind, String)| match good.contains(one) {
        true => MachineState::Enrolled,
        false => waiting(&codes, one, now),
    };
    Ok(wanted.iter().map(state).collect())
}

/// What the newest code for a terminal or a reader without a certificate is worth.
fn waiting(
    codes: &[Enrolment],
    (kind, name): &(CertificateKind, String),
    now: Moment,
) -> MachineState {
    let is_of = |of: &EnrolmentFor| of.kind() == *kind && of.name() == name;
    match codes.iter().find(|code| is_of(&code.of)) {
        None => MachineState::New,
        Some(code) => match code.state(now) {
            EnrolmentState::Open => MachineState::Waiting(code.ends_at),
            EnrolmentState::Used | EnrolmentState::Over | EnrolmentState::Voided => {
                MachineState::Lapsed
            }
        },
    }
}

/// Whether somebody at the institution has this user id.
fn account(tx: &mut Tx<'_>, id: &UserId) -> Result<AccountState, Error> {
    let now = tx.now();
    let found = match account::manage::find_by_user_id(tx, id) {
        Ok(found) => found,
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::NotFound => {
            return Ok(AccountState::New);
        }
        Err(error) => return Err(error),
    };
    let awaits = match found.origin {
        PasswordOrigin::Awaited => {
            let kept = activation::of(tx, &found)?;
            let open = kept.filter(|kept| kept.is_open(now));
            Some(open.map(|kept| kept.expires_at))
        }
        _ => None,
    };
    Ok(AccountState::There {
        kind: found.kind,
        name: found.name,
        retired: found.retired.is_some(),
        awaits,
    })
}

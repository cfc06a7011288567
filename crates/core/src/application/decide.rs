//! What an operator does: lists, approves, rejects, and lets a notice be drawn again.

use super::{Application, ApplicationKind, ApplicationState, letters, progress, store, take};
use crate::account::activation;
use crate::account::password::generate_user_id;
use crate::account::{PasswordHash, UserId};
use crate::actor::AccountKind;
use crate::audit::{Detail, SubjectKind};
use crate::certificate::{self, CertificateState};
use crate::enrolment;
use crate::error::{Error, Refusal, RefusalCode};
use crate::facility::{self, Phone};
use crate::mail::MailAddress;
use crate::operator::OperatorName;
use crate::registration::{self, FirstPassword, NewFacility};
use crate::service::Tx;
use crate::text;

/// What an operator sees beside an application.
#[derive(Clone)]
pub struct Known {
    /// The application.
    pub application: Application,
    /// The name of the institution that has this code already, where one has.
    pub registered_name: Option<String>,
    /// The telephone number that is registered of it.
    pub registered_phone: Option<String>,
    /// The mail address that is registered of it.
    pub registered_mail: Option<MailAddress>,
    /// Whether a terminal of the name that the application says has a certificate that is good.
    pub has_such_a_terminal: bool,
}

/// Which applications are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What waits for an operator's decision ([`ApplicationState::is_open`]).
    Waiting,
    /// Every one whose address was confirmed.
    Confirmed,
    /// Those in this state.
    In(ApplicationState),
}

/// Applications; the newest first.
pub fn list(tx: &mut Tx<'_>, wanted: Wanted, limit: i64) -> Result<Vec<Application>, Error> {
    let found = store::list(tx, wanted, limit)?;
    let found = found.into_iter().map(|one| progress::with(tx, one));
    Ok(found.collect::<Result<_, _>>()?)
}

/// The application of this receipt number.
fn find(tx: &mut Tx<'_>, receipt: &str) -> Result<Application, Error> {
    tx.set_subject(SubjectKind::Application, receipt);
    let application = store::find(tx, receipt)?.ok_or(RefusalCode::NotFound)?;
    Ok(progress::with(tx, application)?)
}

/// One application, with what is known of its institution.
pub fn show(tx: &mut Tx<'_>, receipt: &str) -> Result<Known, Error> {
    let application = find(tx, receipt)?;
    let code = application.facility.clone();
    let registered = facility::find(tx.connection(), &code)?;
    Ok(Known {
        registered_name: registered.map(|facility| facility.name),
        registered_phone: facility::phone_at(tx, &code)?,
        registered_mail: facility::mail_at(tx, &code)?,
        has_such_a_terminal: has_terminal(tx, &application)?,
        application,
    })
}

/// Whether the institution has a terminal of the name that the application says.
fn has_terminal(tx: &mut Tx<'_>, application: &Application) -> Result<bool, Error> {
    let now = tx.now();
    let name = &application.particulars.terminal_name;
    let all = certificate::list(tx, &application.facility)?;
    let good = |one: &certificate::TerminalCertificate| one.state(now) == CertificateState::Valid;
    Ok(all
        .iter()
        .any(|one| one.terminal_name == *name && good(one)))
}

/// Approves it. An institution that begins is registered, with its first accounts and without any password; what changes is
/// changed. A recovery is done when a second operator approves it. Gives whether it is done.
pub fn approve(tx: &mut Tx<'_>, receipt: &str, by: &OperatorName) -> Result<bool, Error> {
    let application = find(tx, receipt)?;
    if !application.state.is_open() {
        return Err(RefusalCode::WrongState.into());
    }
    let (kind, code) = (application.kind, application.facility.clone());
    let is_first = kind.needs_two() && application.first_by.is_none();
    let first = application.first_by.as_deref();
    if first.is_some_and(|first| by.is_same_as(first)) {
        return Err(RefusalCode::SecondOperatorNeeded.into());
    }
    let by = by.as_str();
    if is_first {
        // What could not be done in the end is said at once.
        facility::show(tx, &code)?;
        if !store::change_first(tx, &application, by)? {
            return Err(RefusalCode::ChangedMeanwhile.into());
        }
    } else {
        match kind {
            ApplicationKind::Start => begin(tx, &application)?,
            ApplicationKind::Change => change(tx, &application)?,
            ApplicationKind::Recovery => warn(tx, &application)?,
            ApplicationKind::Certificate => permit(tx, &application)?,
        }
        if !store::change_decided(tx, &application, ApplicationState::Approved, (by, None))? {
            return Err(RefusalCode::ChangedMeanwhile.into());
        }
        letters::approved(tx, &application)?;
        // The institution sees it in its own log.
        tx.set_facility(&code);
    }
    tx.set_subject(SubjectKind::Application, receipt);
    tx.set_detail(Detail::ApplicationApproved {
        kind,
        facility: code.as_str().to_owned(),
        is_last: !is_first,
        by: Some(by.to_owned()),
    });
    Ok(!is_first)
}

/// Registers the institution. Nobody can log in before the notice is drawn: none of the codes that are made here is told.
fn begin(tx: &mut Tx<'_>, application: &Application) -> Result<(), Error> {
    let mut id = |kind| {
        let text = generate_user_id(kind, tx.entropy());
        UserId::parse(&text).map_err(|problem| Error::from(Refusal::invalid(vec![problem])))
    };
    let (master, reset) = (id(AccountKind::Master)?, id(AccountKind::Reset)?);
    let new = NewFacility {
        code: application.facility.clone(),
        name: application.particulars.name.clone(),
        secret_number_hash: PasswordHash::none(),
        master: (master, FirstPassword::Activation),
        reset: (reset, FirstPassword::Activation),
    };
    registration::register(tx, &new)?;
    tell(tx, application)
}

/// Changes what is registered.
fn change(tx: &mut Tx<'_>, application: &Application) -> Result<(), Error> {
    warn(tx, application)?;
    facility::rename(tx, &application.facility, &application.particulars.name)?;
    tell(tx, application)
}

/// Writes down how the institution is reached.
fn tell(tx: &mut Tx<'_>, application: &Application) -> Result<(), Error> {
    let code = &application.facility;
    let phone = Phone::parse(&application.particulars.phone).ok();
    facility::set_phone(tx, code, phone.as_ref())?;
    facility::set_mail(tx, code, Some(&application.mail))
}

/// Lets a terminal have a certificate. Whoever reads the registered address hears of it, where it is not the applicant's.
fn permit(tx: &mut Tx<'_>, application: &Application) -> Result<(), Error> {
    facility::show(tx, &application.facility)?;
    match facility::mail_at(tx, &application.facility)? {
        Some(registered) if registered != application.mail => {
            letters::to_the_earlier_address(tx, application, &registered)
        }
        _ => Ok(()),
    }
}

/// Writes to the address that was registered so far. Whoever is not the institution can't keep that from it.
fn warn(tx: &mut Tx<'_>, application: &Application) -> Result<(), Error> {
    facility::show(tx, &application.facility)?;
    if let Some(earlier) = facility::mail_at(tx, &application.facility)? {
        letters::to_the_earlier_address(tx, application, &earlier)?;
    }
    Ok(())
}

/// Rejects it, for a reason that the applicant is told.
pub fn reject(
    tx: &mut Tx<'_>,
    receipt: &str,
    reason: &str,
    by: &OperatorName,
) -> Result<(), Error> {
    let application = find(tx, receipt)?;
    let reason = text::reason(reason)?;
    let decided = (by.as_str(), Some(reason.as_str()));
    let is_open = application.state.is_open();
    if !is_open || !store::change_decided(tx, &application, ApplicationState::Rejected, decided)? {
        return Err(RefusalCode::WrongState.into());
    }
    letters::rejected(tx, &application, &reason)?;
    tx.set_detail(Detail::ApplicationRejected {
        facility: application.facility.as_str().to_owned(),
        reason,
        by: Some(by.as_str().to_owned()),
    });
    Ok(())
}

/// Lets the notice be drawn again: what the first one says is void. Where an account has begun to be used, it is as it is,
/// and a recovery is needed.
pub fn reissue(tx: &mut Tx<'_>, receipt: &str, reason: &str) -> Result<(), Error> {
    let application = find(tx, receipt)?;
    let reason = text::reason(reason)?;
    if !application.may_be_reissued() {
        return Err(RefusalCode::WrongState.into());
    }
    if application.kind == ApplicationKind::Certificate {
        return reissue_certificate(tx, &application, reason);
    }
    for kind in [AccountKind::Master, AccountKind::Reset] {
        if activation::was_used(tx, &application.facility, kind)? {
            return Err(RefusalCode::NoticeUsed.into());
        }
    }
    for kind in [AccountKind::Master, AccountKind::Reset] {
        // Its code goes to nobody.
        drop(activation::give_to_kind(tx, &application.facility, kind)?);
    }
    facility::put_secret_number(tx, &application.facility, &PasswordHash::none())?;
    if let Some(id) = &application.notice_enrolment {
        enrolment::void_if_open(tx, id)?;
    }
    if !store::change_notice(tx, &application, None)? {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    tx.set_subject(SubjectKind::Application, receipt);
    tx.set_detail(Detail::NoticeVoided { reason });
    Ok(())
}

/// The same of a notice that is a terminal's code alone: while no terminal has fetched its certificate.
fn reissue_certificate(
    tx: &mut Tx<'_>,
    application: &Application,
    reason: String,
) -> Result<(), Error> {
    take::void_code(tx, application)?;
    if !store::change_notice(tx, application, None)? {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    tx.set_facility(&application.facility);
    tx.set_subject(SubjectKind::Application, &application.receipt);
    tx.set_detail(Detail::CertificateNoticeVoided {
        name: application.particulars.terminal_name.clone(),
        reason,
    });
    Ok(())
}

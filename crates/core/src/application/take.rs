//! What an applicant does: applies, confirms the mail address, looks what came of it, withdraws.

use super::particulars::Checked;
use super::{
    Application, ApplicationState, CertificateProgress, Particulars, letters, progress, store,
};
use crate::audit::{Detail, SubjectKind};
use crate::enrolment;
use crate::error::{Error, RefusalCode};
use crate::one_time_code::OneTimeCode;
use crate::service::Tx;
use onshi_wire::numbers::narrowed;
use subtle::ConstantTimeEq;

/// What a code is kept for.
const PURPOSE: &str = "application";

/// How often a receipt number is drawn before we give up: of a million a day few are taken.
const DRAWS_MAX: usize = 8;

/// An application that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// 受付番号.
    pub receipt: String,
}

/// Takes an application, and mails the code that confirms its address. `portal_url` is where the applicant finds the portal.
pub fn apply(tx: &mut Tx<'_>, typed: &Particulars, portal_url: &str) -> Result<Taken, Error> {
    let checked = typed.checked(tx.now().jst_day())?;
    let rules = tx.rules().application.clone();
    let since = tx.now().plus_seconds(-86_400);
    if store::count_with_mail(tx, &checked.mail, since)? >= rules.per_mail_max {
        return Err(RefusalCode::ApplicationsTooMany.into());
    }
    if store::count_unconfirmed(tx)? >= rules.unconfirmed_max {
        return Err(RefusalCode::Busy.into());
    }
    let code = OneTimeCode::generate(tx.entropy());
    let new = insert(tx, checked, portal_url, &code)?;
    letters::to_confirm(tx, &new, &code)?;
    tx.set_subject(SubjectKind::Application, &new.receipt);
    tx.set_detail(Detail::ApplicationTaken {
        kind: new.kind,
        facility: new.facility.as_str().to_owned(),
    });
    Ok(Taken {
        receipt: new.receipt,
    })
}

/// Keeps it under a receipt number that nobody else has.
fn insert(
    tx: &mut Tx<'_>,
    checked: Checked,
    portal_url: &str,
    code: &OneTimeCode,
) -> Result<Application, Error> {
    let now = tx.now();
    let hours = tx.rules().application.confirm_hours;
    let mut new = Application {
        receipt: String::new(),
        kind: checked.kind,
        state: ApplicationState::Unconfirmed,
        facility: checked.facility,
        mail: checked.mail,
        particulars: checked.particulars,
        portal_url: portal_url.to_owned(),
        made_at: now,
        confirm_until: now.plus_seconds(hours * 3600),
        confirmed_at: None,
        first_by: None,
        decided: None,
        reason: None,
        notice_at: None,
        notice_enrolment: None,
        progress: None,
    };
    for _ in 0..DRAWS_MAX {
        let day = now.jst_day().eight();
        let drawn = tx.entropy().below(1_000_000);
        new.receipt = format!("{}-{drawn:06}", &day[2..]);
        let kept = code.hash(tx.one_time_codes(), PURPOSE, &new.receipt);
        if store::insert(tx, &new, &kept)? == 1 {
            return Ok(new);
        }
    }
    Err(RefusalCode::Busy.into())
}

/// A receipt number as it may be typed: in any width, with or without the hyphen.
fn receipt_of(typed: &str) -> String {
    let digits = narrowed(typed);
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        12 => format!("{}-{}", &digits[..6], &digits[6..]),
        _ => digits,
    }
}

/// The application of this receipt number and code; whatever is wrong, the answer is the same.
pub(super) fn find(
    tx: &mut Tx<'_>,
    receipt: &str,
    code: &OneTimeCode,
) -> Result<Application, Error> {
    let receipt = receipt_of(receipt);
    let shown = code.hash(tx.one_time_codes(), PURPOSE, &receipt);
    let found = store::find_with_hash(tx, &receipt)?;
    let found = found.filter(|(_, kept)| shown.as_bytes().ct_eq(kept.as_bytes()).into());
    let (application, _) = found.ok_or(RefusalCode::ApplicationUnknown)?;
    tx.set_subject(SubjectKind::Application, &application.receipt);
    Ok(progress::with(tx, application)?)
}

/// Confirms that whoever applied reads the mail of the address. Done again it changes nothing.
pub fn confirm(tx: &mut Tx<'_>, receipt: &str, code: &OneTimeCode) -> Result<Application, Error> {
    let found = find(tx, receipt, code)?;
    if found.state != ApplicationState::Unconfirmed {
        tx.set_detail(Detail::Looked {});
        return Ok(found);
    }
    if found.is_over(tx.now()) {
        return Err(RefusalCode::ApplicationOver.into());
    }
    let now = tx.now();
    if !store::change_confirmed(tx, &found.receipt)? {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    tx.set_detail(Detail::ApplicationConfirmed {});
    let confirmed = Application {
        state: ApplicationState::Received,
        confirmed_at: Some(now),
        ..found
    };
    Ok(progress::with(tx, confirmed)?)
}

/// What came of it so far. An address that was not confirmed is by this: who has the code reads the mail.
pub fn inquire(tx: &mut Tx<'_>, receipt: &str, code: &OneTimeCode) -> Result<Application, Error> {
    let found = find(tx, receipt, code)?;
    tx.set_detail(Detail::Looked {});
    Ok(found)
}

/// Withdraws it, while nobody has decided. One for a certificate may be withdrawn until a terminal has fetched it: its code is
/// void then.
pub fn withdraw(tx: &mut Tx<'_>, receipt: &str, code: &OneTimeCode) -> Result<Application, Error> {
    let found = find(tx, receipt, code)?;
    let open = found.may_be_withdrawn();
    if !open || !store::change_state(tx, &found, ApplicationState::Withdrawn)? {
        return Err(RefusalCode::WrongState.into());
    }
    void_code(tx, &found)?;
    tx.set_detail(Detail::ApplicationWithdrawn {});
    let withdrawn = Application {
        state: ApplicationState::Withdrawn,
        ..found
    };
    Ok(progress::with(tx, withdrawn)?)
}

/// Voids the code of an application for a certificate, so that no terminal fetches it any more.
pub(super) fn void_code(tx: &mut Tx<'_>, application: &Application) -> Result<(), Error> {
    let Some(id) = &application.notice_enrolment else {
        return Ok(());
    };
    let was_open = application.progress == Some(CertificateProgress::Issued);
    if !enrolment::void_if_open(tx, id)? && was_open {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    Ok(())
}

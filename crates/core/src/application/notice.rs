//! 利用開始のお知らせ: what an institution begins with. It is drawn once, by whoever has the receipt number and the code.

use super::{Application, ApplicationKind, ApplicationState, letters, store, take};
use crate::account::PasswordHash;
use crate::account::activation::{self, Activation};
use crate::actor::AccountKind;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::enrolment::{self, EnrolmentCode, EnrolmentFor};
use crate::error::{Error, RefusalCode};
use crate::facility;
use crate::one_time_code::OneTimeCode;
use crate::second_factor;
use crate::service::Tx;

/// What the notice says, beside the secret number, which whoever asked has made.
#[derive(Clone, Debug)]
pub struct Notice {
    /// 受付番号.
    pub receipt: String,
    /// 医療機関コード.
    pub facility_code: String,
    /// 医療機関等の名称.
    pub facility_name: String,
    /// The one-time activations of the master, and of the account that resets it.
    pub accounts: [Activation; 2],
    /// 端末名称.
    pub terminal_name: String,
    /// The code by which the terminal fetches its certificate, and until when it is good.
    pub enrolment: (EnrolmentCode, Moment),
}

/// 電子証明書取得のお知らせ: what a terminal begins with.
#[derive(Clone, Debug)]
pub struct CertificateNotice {
    /// 受付番号.
    pub receipt: String,
    /// 医療機関コード.
    pub facility_code: String,
    /// 医療機関等の名称.
    pub facility_name: String,
    /// 端末名称.
    pub terminal_name: String,
    /// The code by which the terminal fetches its certificate, and until when it is good.
    pub enrolment: (EnrolmentCode, Moment),
}

/// The application whose notice may be drawn now.
fn waiting(
    tx: &mut Tx<'_>,
    (receipt, code): (&str, &OneTimeCode),
    is_certificate: bool,
) -> Result<Application, Error> {
    let found = take::find(tx, receipt, code)?;
    if found.state == ApplicationState::Approved && found.notice_at.is_some() {
        return Err(RefusalCode::NoticeDrawn.into());
    }
    let fits = (found.kind == ApplicationKind::Certificate) == is_certificate;
    if !fits || !found.has_notice_waiting() {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(found)
}

/// Makes the code of the terminal, and keeps that the notice was drawn.
fn give_code(tx: &mut Tx<'_>, found: &Application) -> Result<(EnrolmentCode, Moment), Error> {
    let terminal = found.particulars.terminal_name.clone();
    let of = EnrolmentFor::Terminal(found.facility.clone(), terminal);
    let end = enrolment::usual_end(tx);
    let (enrolment, code) = enrolment::issue(tx, &of, end)?;
    if !store::change_notice(tx, found, Some(&enrolment.id))? {
        return Err(RefusalCode::NoticeDrawn.into());
    }
    letters::notice_drawn(tx, found)?;
    // The institution sees it in its own log.
    tx.set_facility(&found.facility);
    tx.set_subject(SubjectKind::Application, &found.receipt);
    Ok((code, enrolment.ends_at))
}

/// Draws the notice of an application for a certificate: the code is made here.
pub fn draw_certificate(
    tx: &mut Tx<'_>,
    shown: (&str, &OneTimeCode),
) -> Result<CertificateNotice, Error> {
    let found = waiting(tx, shown, true)?;
    let institution = facility::show(tx, &found.facility)?;
    let enrolment = give_code(tx, &found)?;
    let terminal_name = found.particulars.terminal_name;
    tx.set_detail(Detail::CertificateNoticeDrawn {
        receipt: found.receipt.clone(),
        name: terminal_name.clone(),
        until: enrolment.1.jst_fourteen(),
    });
    Ok(CertificateNotice {
        receipt: found.receipt,
        facility_code: found.facility.as_str().to_owned(),
        facility_name: institution.name,
        terminal_name,
        enrolment,
    })
}

/// Draws the notice: its codes are made here. The secret number is kept as this hash.
pub fn draw(
    tx: &mut Tx<'_>,
    shown: (&str, &OneTimeCode),
    secret_number: &PasswordHash,
) -> Result<Notice, Error> {
    let found = waiting(tx, shown, false)?;
    let institution = facility::show(tx, &found.facility)?;
    let master = activation::give_to_kind(tx, &found.facility, AccountKind::Master)?;
    let reset = activation::give_to_kind(tx, &found.facility, AccountKind::Reset)?;
    if found.kind == ApplicationKind::Recovery {
        // Whoever lost the accounts has what they were known by beside the password no more either.
        for account in [&master, &reset] {
            second_factor::forget_all(tx, &account.account_id)?;
        }
    }
    facility::put_secret_number(tx, &found.facility, secret_number)?;
    let enrolment = give_code(tx, &found)?;
    tx.set_detail(Detail::NoticeDrawn {
        receipt: found.receipt.clone(),
        until: master.until.jst_fourteen(),
    });
    Ok(Notice {
        receipt: found.receipt,
        facility_code: found.facility.as_str().to_owned(),
        facility_name: institution.name,
        accounts: [master, reset],
        terminal_name: found.particulars.terminal_name,
        enrolment,
    })
}

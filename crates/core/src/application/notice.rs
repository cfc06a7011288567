//! 利用開始のお知らせ: what an institution begins with. It is drawn once, by whoever has the receipt number and the code.

use super::{Application, ApplicationKind, letters, store, take};
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

/// Draws the notice: its codes are made here. The secret number is kept as this hash.
pub fn draw(
    tx: &mut Tx<'_>,
    (receipt, code): (&str, &OneTimeCode),
    secret_number: &PasswordHash,
) -> Result<Notice, Error> {
    let found = take::find(tx, receipt, code)?;
    if found.notice_at.is_some() {
        return Err(RefusalCode::NoticeDrawn.into());
    }
    if !found.has_notice_waiting() {
        return Err(RefusalCode::WrongState.into());
    }
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
    let terminal_name = found.particulars.terminal_name.clone();
    let of = EnrolmentFor::Terminal(found.facility.clone(), terminal_name.clone());
    let end = enrolment::usual_end(tx);
    let (enrolment, enrolment_code) = enrolment::issue(tx, &of, end)?;
    if !store::change_notice(tx, &found, Some(&enrolment.id))? {
        return Err(RefusalCode::NoticeDrawn.into());
    }
    letters::notice_drawn(tx, &found)?;
    // The institution sees it in its own log.
    tx.set_facility(&found.facility);
    tx.set_subject(SubjectKind::Application, &found.receipt);
    tx.set_detail(Detail::NoticeDrawn {
        receipt: found.receipt.clone(),
        until: master.until.jst_fourteen(),
    });
    let Application {
        receipt, facility, ..
    } = found;
    Ok(Notice {
        receipt,
        facility_code: facility.as_str().to_owned(),
        facility_name: institution.name,
        accounts: [master, reset],
        terminal_name,
        enrolment: (enrolment_code, enrolment.ends_at),
    })
}

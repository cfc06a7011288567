//! マイナ資格確認アプリ管理: the phones of the institution's staff, their アクティベーションコード, and how a phone is voided.

pub mod form;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::layout::form::{FieldError, NotTaken};
use crate::web::layout::qr;
use crate::web::reply;
use crate::web::staff_phones::form::{IssueField, IssueForm, VoidPhoneForm};
use crate::web::staff_phones::view::{
    CodeShown, PhoneRow, StaffPhonesPage, State, VoidStaffPhonePage,
};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::audit::{Detail, SubjectKind};
use onshi_core::environment;
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::staff_phone::{self, PhoneState, StaffPhone};
use onshi_core::{Error, Moment, RefusalCode, Subject, Tx};
use serde::{Deserialize, Serialize};

const PAGE: &str = "/web/staff-phones";
const CODE: &str = "利用開始の画面の二次元コード";

/// A code that was issued; the code itself is kept only until it is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Issued {
    name: String,
    until: String,
}

/// The phones, and a code that was issued just now, once.
pub async fn list(call: Call) -> Result<Response, Error> {
    let shown = match call.shown::<Issued>() {
        None => None,
        Some(issued) => {
            let facility = call.session()?.facility.clone();
            let about = Subject::of(SubjectKind::Facility, facility.as_str());
            let detail = Detail::StaffPhoneCodeShown {};
            Some(match call.shown_once_as(about, detail).await? {
                Some(code) => CodeShown::Now {
                    code,
                    name: issued.name,
                    until: issued.until,
                },
                None => CodeShown::Before(issued.name),
            })
        }
    };
    let page = page(&call, (String::new(), Vec::new()), shown).await?;
    Ok(reply::page(&page))
}

async fn page(
    call: &Call,
    (name, errors): (String, Vec<FieldError<IssueField>>),
    shown: Option<CodeShown>,
) -> Result<StaffPhonesPage, Error> {
    let read = |tx: &mut Tx<'_>| {
        let settings = environment::current(tx)?.settings;
        Ok((staff_phone::is_used(&settings), staff_phone::list(tx)?))
    };
    let (is_used, (phones, more)) = call.service.scan(Subject::NONE, read).await?;
    let now = call.request.now;
    let state = match call.centre.phone_url() {
        None => State::NoPortal,
        Some(_) if !is_used => State::NotUsed,
        Some(url) => State::Used {
            drawing: qr::svg(&url, CODE)?,
            url,
        },
    };
    Ok(StaffPhonesPage {
        frame: call.frame_at(PAGE)?,
        state,
        contact: call.centre.contact(),
        hours: call.centre.config.rules.card.phone_code_hours,
        rows: phones.iter().map(|phone| row(phone, now)).collect(),
        more,
        shown,
        name,
        errors,
    })
}

fn row(phone: &StaffPhone, now: Moment) -> PhoneRow {
    let who = |(user_id, name): &(String, String)| format!("{name}（{user_id}）");
    let state = phone.state(now);
    PhoneRow {
        id: phone.id.clone(),
        name: phone.name.clone(),
        state,
        issued: format!("{} {}", phone.issued_at.jst_table(), who(&phone.issued_by)),
        code_until: (state == PhoneState::Waiting).then(|| phone.code_until.jst_words()),
        activated: phone
            .activated
            .as_ref()
            .map(|bound| (bound.at.jst_table(), who(&bound.account))),
        last_seen: phone.last_seen_at.map(Moment::jst_table),
        voided: phone.voided_at.map(Moment::jst_table),
    }
}

/// Issues a code.
pub async fn issue(call: Call) -> Result<Response, Error> {
    let IssueForm { name } = call.form.read();
    let typed = name.clone();
    let work = move |tx: &mut Tx<'_>| staff_phone::issue(tx, &name);
    let after = |(phone, code): &(StaffPhone, OneTimeCode)| {
        let issued = Issued {
            name: phone.name.clone(),
            until: phone.code_until.jst_words(),
        };
        After::at(PAGE).page(&issued).secret(Some(code.reveal()))
    };
    let sent = call.service.submit(Subject::NONE, work, after).await;
    match sent.map_err(NotTaken::<IssueField>::from) {
        Ok((_, answer)) => Ok(answer),
        Err(NotTaken::Fields(_, errors)) => {
            let mut page = page(&call, (typed, errors), None).await?;
            page.frame.form_page = Some(PAGE.to_owned());
            Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(NotTaken::Else(error)) => Err(error),
    }
}

/// The page that asks before a phone is voided.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    let VoidPhoneForm { phone } = call.query.read();
    if phone.is_empty() {
        // Nothing was chosen: whoever may do this is led to where it is.
        let own = |tx: &mut Tx<'_>| tx.facility();
        call.service.point_read(Subject::NONE, own).await?;
        return Ok(reply::redirect(PAGE));
    }
    let read = move |tx: &mut Tx<'_>| staff_phone::show(tx, &phone);
    let phone = call.service.point_read(Subject::NONE, read).await?;
    if phone.voided_at.is_some() {
        return Ok(reply::redirect(PAGE));
    }
    Ok(reply::page(&VoidStaffPhonePage {
        frame: call.frame_at(PAGE)?,
        row: row(&phone, call.request.now),
    }))
}

/// Voids a phone.
pub async fn void(call: Call) -> Result<Response, Error> {
    let VoidPhoneForm { phone } = call.form.read();
    if phone.is_empty() {
        return call.service.refuse(RefusalCode::Invalid).await;
    }
    let work = move |tx: &mut Tx<'_>| staff_phone::void(tx, &phone);
    let after = |(phone, ended): &(StaffPhone, u64)| {
        let ended = match ended {
            0 => "",
            _ => "この端末のログインも終了しました。",
        };
        After::at(PAGE).notice(format!("{} を無効にしました。{ended}", phone.name))
    };
    let (_, answer) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(answer)
}

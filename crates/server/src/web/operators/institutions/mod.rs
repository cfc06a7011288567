//! 医療機関等: institutions as an operator finds them, and what is done at one. All of it stands in the institution's own log.

pub mod account_deed;
pub mod accounts;
pub mod form;
mod samples;
pub mod terminals;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::view::{ConfirmPage, ReasonField};
use crate::web::eligibility::typed;
use crate::web::layout::form::{Fact, choice, fact};
use crate::web::operators::confirmed::submitted;
use crate::web::operators::institutions::form::InstitutionForm;
use crate::web::operators::institutions::view::{
    InstitutionDeed, InstitutionListPage, InstitutionPage, InstitutionRow, facts,
};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::facility::{self, Facility, FacilityCode, Search};
use onshi_core::operator;
use onshi_core::{Error, RefusalCode, Subject, Tx};

const PAGE: &str = "/web/institutions";

/// The most institutions that are listed at a time.
const LISTED_MAX: usize = 100;

/// The word of the institutions that are stopped.
const STOPPED: &str = "stopped";

/// Those that fit what was typed.
pub async fn list(call: Call) -> Result<Response, Error> {
    let form: InstitutionForm = call.query.read();
    let only_stopped = form.state == STOPPED;
    let search = Search {
        text: searched(&form.q),
        only_stopped,
    };
    let read = move |tx: &mut Tx<'_>| facility::search(tx, &search, LISTED_MAX as i64 + 1);
    let mut found = call.service.scan(Subject::NONE, read).await?;
    let is_cut = found.len() > LISTED_MAX;
    found.truncate(LISTED_MAX);
    Ok(reply::page(&InstitutionListPage {
        frame: call.frame()?,
        is_filtered: !form.q.trim().is_empty() || only_stopped,
        q: form.q,
        states: vec![
            choice("", "すべて", !only_stopped),
            choice(STOPPED, "停止中", only_stopped),
        ],
        is_cut,
        rows: found.iter().map(row).collect(),
    }))
}

/// A code is taken in any width; a name is written as it is.
fn searched(text: &str) -> String {
    let narrow = typed::one_width(text);
    match narrow.bytes().all(|byte| byte.is_ascii_digit()) {
        true => narrow,
        false => text.trim().to_owned(),
    }
}

fn row(found: &Facility) -> InstitutionRow {
    InstitutionRow {
        code: found.code.as_str().to_owned(),
        name: found.name.clone(),
        is_stopped: found.stopped.is_some(),
        registered: found.created_at.jst_day().words(),
    }
}

/// Whose page it is.
fn code(call: &Call) -> Result<FacilityCode, Error> {
    FacilityCode::parse(call.parameter("code")).map_err(|_| RefusalCode::NotFound.into())
}

/// The address of an institution's page.
fn address(code: &FacilityCode) -> String {
    format!("{PAGE}/{code}")
}

/// One institution.
pub async fn show(call: Call) -> Result<Response, Error> {
    let code = code(&call)?;
    let read = move |tx: &mut Tx<'_>| operator::show_institution(tx, &code);
    let found = call.service.point_read(Subject::NONE, read).await?;
    Ok(reply::page(&InstitutionPage {
        frame: call.frame_at(PAGE)?,
        code: found.facility.code.as_str().to_owned(),
        name: found.facility.name.clone(),
        stopped: (found.facility.stopped.as_ref())
            .map(|(at, reason)| (at.jst_words(), reason.clone())),
        facts: facts(&found),
        deed: InstitutionDeed::of(found.facility.stopped.is_some()),
    }))
}

fn deed(call: &Call) -> Result<InstitutionDeed, Error> {
    InstitutionDeed::of_word(call.parameter("action")).ok_or_else(|| RefusalCode::NotFound.into())
}

/// The page that asks before an institution is stopped or goes on.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    question(&call, deed(&call)?, None).await
}

/// Stops it, or lets it go on.
pub async fn perform(call: Call) -> Result<Response, Error> {
    let (deed, code) = (deed(&call)?, code(&call)?);
    let reason = call.form.read::<InstitutionForm>().reason;
    let page = address(&code);
    let work = move |tx: &mut Tx<'_>| match deed {
        InstitutionDeed::Stop => operator::stop_institution(tx, &code, &reason),
        InstitutionDeed::Resume => operator::resume_institution(tx, &code),
    };
    let after = move |(): &()| After::at(page.as_str()).notice(deed.done());
    match submitted(&call, work, after).await? {
        Ok(answer) => Ok(answer),
        Err(wrong) => question(&call, deed, Some(wrong)).await,
    }
}

async fn question(
    call: &Call,
    deed: InstitutionDeed,
    wrong: Option<String>,
) -> Result<Response, Error> {
    let code = code(call)?;
    let here = address(&code);
    let read = move |tx: &mut Tx<'_>| operator::work_at(tx, &code);
    let found = call.service.point_read(Subject::NONE, read).await?;
    let page = ConfirmPage {
        frame: call.frame_at(PAGE)?,
        title: deed.title().to_owned(),
        consequences: deed.consequences().map(str::to_owned).to_vec(),
        subject: subject(&found),
        reason: (deed == InstitutionDeed::Stop)
            .then(|| reason(call, "廃止の届出があったため", &wrong)),
        confirm_label: deed.label().to_owned(),
        post_href: format!("{here}/{}", deed.word()),
        cancel_href: here,
        tone: deed.tone(),
    };
    Ok(reply::page_with(status(&wrong), &page))
}

/// How an institution is named on a page that asks.
fn subject(found: &Facility) -> Vec<Fact> {
    vec![
        fact("医療機関コード", found.code.as_str()),
        fact("名称", &found.name),
    ]
}

/// The field of the reason.
fn reason(call: &Call, example: &str, wrong: &Option<String>) -> ReasonField {
    ReasonField {
        label: "理由".to_owned(),
        help: format!("操作履歴に残り、医療機関等にも見えます（200文字以内）。例：{example}"),
        value: call.form.read::<InstitutionForm>().reason,
        required: true,
        error: wrong.clone(),
    }
}

fn status(wrong: &Option<String>) -> StatusCode {
    match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    }
}

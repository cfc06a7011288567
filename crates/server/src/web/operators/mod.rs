//! The operators' screens (実施機関の画面): applications of institutions (利用申請), looked at and decided.
//!
//! Who decides is whose session it is: the user id of the account is the name by which a second operator is another one.

mod confirmed;
pub mod form;
pub mod history;
pub mod institutions;
pub mod openings;
mod samples;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::view::{ConfirmPage, ReasonField};
use crate::web::operators::confirmed::submitted;
use crate::web::operators::form::{DecisionForm, FilterForm};
use crate::web::operators::view::{
    ApplicationListPage, ApplicationPage, Decision, row, shown, states,
};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::application::{self, ApplicationState, Known, Wanted};
use onshi_core::operator::OperatorName;
use onshi_core::{Error, RefusalCode, Subject, Tx};

const PAGE: &str = "/web/applications";

/// The most applications that are listed at a time.
const LISTED_MAX: usize = 200;

/// The applications: what waits for a decision, those in one state, or all.
pub async fn list(call: Call) -> Result<Response, Error> {
    let chosen = call.query.read::<FilterForm>().state;
    let waits = chosen.is_empty();
    let wanted = match ApplicationState::from_code(&chosen) {
        Some(state) => Wanted::In(state),
        None if waits => Wanted::Waiting,
        None => Wanted::Confirmed,
    };
    let read = move |tx: &mut Tx<'_>| application::list(tx, wanted, LISTED_MAX as i64 + 1);
    let mut found = call.service.scan(Subject::NONE, read).await?;
    let is_cut = found.len() > LISTED_MAX;
    found.truncate(LISTED_MAX);
    let now = call.request.now;
    Ok(reply::page(&ApplicationListPage {
        frame: call.frame()?,
        states: states(&chosen),
        waits,
        is_cut,
        rows: found.iter().map(|one| row(one, now)).collect(),
    }))
}

/// One application, with what is registered of its institution and what may be done.
pub async fn show(call: Call) -> Result<Response, Error> {
    let known = found(&call).await?;
    let own = own_name(&call)?;
    let now = call.request.now;
    Ok(reply::page(&ApplicationPage {
        frame: call.frame_at(PAGE)?,
        shown: shown(&known, &own, now),
    }))
}

async fn found(call: &Call) -> Result<Known, Error> {
    let receipt = call.parameter("receipt").to_owned();
    let read = move |tx: &mut Tx<'_>| application::show(tx, &receipt);
    call.service.point_read(Subject::NONE, read).await
}

/// By which name whoever is logged in decides.
fn own_name(call: &Call) -> Result<OperatorName, Error> {
    Ok(OperatorName::parse(&call.session()?.user_id)?)
}

fn decision(call: &Call) -> Result<Decision, Error> {
    Decision::of_word(call.parameter("action")).ok_or_else(|| RefusalCode::NotFound.into())
}

/// The page that asks before it is decided.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    let decision = decision(&call)?;
    let known = found(&call).await?;
    question(&call, decision, &known, (StatusCode::OK, None))
}

/// Decides it.
pub async fn perform(call: Call) -> Result<Response, Error> {
    let decision = decision(&call)?;
    let form: DecisionForm = call.form.read();
    let by = own_name(&call)?;
    let receipt = call.parameter("receipt").to_owned();
    let key = receipt.clone();
    let work = move |tx: &mut Tx<'_>| match decision {
        Decision::Approve => application::approve(tx, &key, &by),
        Decision::Reject => application::reject(tx, &key, &form.reason, &by).map(|()| true),
        Decision::Reissue => application::reissue(tx, &key, &form.reason).map(|()| true),
    };
    let page = format!("{PAGE}/{receipt}");
    let after = move |is_done: &bool| After::at(page.as_str()).notice(decision.done(*is_done));
    match submitted(&call, work, after).await? {
        Ok(answer) => Ok(answer),
        Err(wrong) => {
            let known = found(&call).await?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            question(&call, decision, &known, (status, Some(wrong)))
        }
    }
}

fn question(
    call: &Call,
    decision: Decision,
    known: &Known,
    (status, error): (StatusCode, Option<String>),
) -> Result<Response, Error> {
    let own = own_name(call)?;
    let receipt = &known.application.receipt;
    let here = format!("{PAGE}/{receipt}");
    let page = ConfirmPage {
        frame: call.frame_at(PAGE)?,
        title: decision.title().to_owned(),
        consequences: decision.consequences(known, &own),
        subject: view::subject(known),
        reason: decision.asks_why().map(|help| ReasonField {
            label: "理由".to_owned(),
            help: help.to_owned(),
            value: call.form.read::<DecisionForm>().reason,
            required: true,
            error,
        }),
        confirm_label: decision.label().to_owned(),
        post_href: format!("{here}/{}", decision.word()),
        cancel_href: here,
        tone: decision.tone(),
    };
    Ok(reply::page_with(status, &page))
}

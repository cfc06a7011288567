//! 利用申請 at the portal: the form for start and change, its confirmation, what came of it, and the notice by which an
//! institution begins; and the form by which it asks for a terminal's certificate, which goes the same way.
//!
//! Nobody is logged in here. An application is its applicant's who has the receipt number and the code of the mail, which
//! each step shows again; nothing is kept in the browser but a cookie that opens nothing.

pub mod certificate;
mod facts;
pub mod form;
pub mod notice;
mod samples;
pub mod view;

pub(in crate::web) use facts::facts;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::application::form::{ApplicationForm, ReceiptField, ReceiptForm};
use crate::web::application::view::{
    ApplicationFormPage, GuidePage, ReviewPage, StatePage, StateShown, StatusPage, TakenPage,
};
use crate::web::layout::form::{FieldError, NotTaken, Problem, field_errors};
use crate::web::layout::frame::{FormTokens, PlainFrame};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::application::{self, Application, Particulars};
use onshi_core::error::Fact;
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::{Error, Refusal, RefusalCode, Subject, Tx};
use serde::{Deserialize, Serialize};

const STATUS: &str = "/application/status";
const STATE: &str = "/application/state";

fn frame(call: &Call) -> PlainFrame {
    reply::plain_frame_at(&call.centre, None, "/application")
}

fn forms(call: &Call) -> Result<FormTokens, Error> {
    let tokens = call.forms.clone();
    tokens.ok_or_else(|| RefusalCode::FormUnknown.into())
}

/// What an application is, before anybody begins one.
pub async fn guide(call: Call) -> Result<Response, Error> {
    Ok(reply::page(&GuidePage {
        frame: frame(&call),
        confirm_hours: call.centre.config.rules.application.confirm_hours,
        contact: call.centre.contact(),
    }))
}

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    let page = form_page(&call, Particulars::default(), Vec::new())?;
    Ok(reply::page(&page))
}

fn form_page(
    call: &Call,
    said: Particulars,
    errors: Vec<FieldError<form::ApplicationField>>,
) -> Result<ApplicationFormPage, Error> {
    Ok(ApplicationFormPage {
        frame: frame(call),
        forms: forms(call)?,
        said,
        errors,
        problem: None,
    })
}

/// Takes one out of the address's bucket: whatever is sent here may be a guess, or one of a flood.
async fn take_turn(call: &Call) -> Result<(), Error> {
    let peer = &call.presented.peer;
    match call.centre.applicants.take(peer, call.request.now) {
        Ok(()) => Ok(()),
        Err(_) => call.service.refuse(RefusalCode::TooManyRequests).await,
    }
}

/// What an applicant is told after an application was taken.
#[derive(Clone, Serialize, Deserialize)]
struct TakenShown {
    receipt: String,
    mail: String,
}

/// Shows all of it once more, and takes it.
pub async fn apply(call: Call) -> Result<Response, Error> {
    take_turn(&call).await?;
    let form: ApplicationForm = call.form.read();
    let said = form.particulars();
    match step(&call, &form.action, &said).await {
        Ok(response) => Ok(response),
        Err(NotTaken::Fields(_, errors)) => {
            let page = form_page(&call, said, errors)?;
            Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(NotTaken::Else(Error::Refused(refusal)))
            if refusal.code == RefusalCode::ApplicationsTooMany =>
        {
            let page = ApplicationFormPage {
                problem: Some(problem("申請を受け付けられませんでした", &refusal)),
                ..form_page(&call, said, Vec::new())?
            };
            Ok(reply::page_with(StatusCode::TOO_MANY_REQUESTS, &page))
        }
        Err(NotTaken::Else(error)) => Err(error),
    }
}

async fn step(
    call: &Call,
    action: &str,
    said: &Particulars,
) -> Result<Response, NotTaken<form::ApplicationField>> {
    if action == "change" {
        return Ok(reply::page(&form_page(call, said.clone(), Vec::new())?));
    }
    let checked = match said.check(call.request.now.jst_day()) {
        Ok(checked) => checked,
        Err(error) => {
            call.service.note_refusal(RefusalCode::Invalid).await?;
            return Err(error.into());
        }
    };
    if action != "apply" {
        return Ok(reply::page(&ReviewPage {
            frame: frame(call),
            forms: forms(call)?,
            facts: facts(&checked),
            fields: form::fields(&checked),
            post_href: "/application",
        }));
    }
    Ok(submit(call, checked).await?)
}

/// Takes it, and shows that its mail is to be confirmed.
async fn submit(call: &Call, checked: Particulars) -> Result<Response, Error> {
    let portal = call.centre.portal_url().unwrap_or_default();
    let mail = checked.mail.clone();
    let work = move |tx: &mut Tx<'_>| application::apply(tx, &checked, &portal);
    let after = move |taken: &application::Taken| {
        After::at("/application/taken").page(&TakenShown {
            receipt: taken.receipt.clone(),
            mail: mail.clone(),
        })
    };
    let (_, response) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(response)
}

fn problem(title: &str, refusal: &Refusal) -> Problem {
    Problem {
        title: title.to_owned(),
        what: refusal.code.what().to_owned(),
        next: refusal.code.next().to_owned(),
    }
}

/// That it was taken, and that the mail is to be confirmed.
pub async fn taken(call: Call) -> Result<Response, Error> {
    let Some(shown) = call.shown::<TakenShown>() else {
        return Ok(reply::redirect(STATUS));
    };
    Ok(reply::page(&TakenPage {
        frame: frame(&call),
        forms: forms(&call)?,
        receipt: shown.receipt,
        mail: shown.mail,
        confirm_hours: call.centre.config.rules.application.confirm_hours,
    }))
}

/// Asks for the receipt number and the code.
pub async fn status(call: Call) -> Result<Response, Error> {
    let page = status_page(&call, call.query.get("receipt"))?;
    Ok(reply::page(&page))
}

fn status_page(call: &Call, receipt: &str) -> Result<StatusPage, Error> {
    Ok(StatusPage {
        frame: frame(call),
        forms: forms(call)?,
        receipt: receipt.to_owned(),
        problem: None,
        errors: Vec::new(),
    })
}

/// Confirms the mail address by the code, where that is still to be done, and shows what came of the application.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    by_code(&call, application::confirm).await
}

/// Withdraws it.
pub async fn withdraw(call: Call) -> Result<Response, Error> {
    by_code(&call, application::withdraw).await
}

type Step = fn(&mut Tx<'_>, &str, &OneTimeCode) -> Result<Application, Error>;

/// Does something to the application whose receipt number and code were sent, and shows it.
async fn by_code(call: &Call, step: Step) -> Result<Response, Error> {
    take_turn(call).await?;
    let form: ReceiptForm = call.form.read();
    let code = match read_code(call, &form).await {
        Ok(code) => code,
        Err(errors) => return refused_fields(call, &form, errors),
    };
    let now = call.request.now;
    let (receipt, typed) = (form.receipt.clone(), form.code.clone());
    let work = move |tx: &mut Tx<'_>| step(tx, &receipt, &code);
    let after =
        move |found: &Application| After::at(STATE).page(&StateShown::of(found, &typed, now));
    match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, response)) => Ok(response),
        Err(Error::Refused(refusal)) if is_shown_on_the_form(refusal.code) => {
            refused(call, &form, &refusal)
        }
        Err(error) => Err(error),
    }
}

const fn is_shown_on_the_form(code: RefusalCode) -> bool {
    matches!(
        code,
        RefusalCode::ApplicationUnknown
            | RefusalCode::ApplicationOver
            | RefusalCode::NoticeDrawn
            | RefusalCode::WrongState
    )
}

/// The code that was typed; what can be none is a slip, which is audited and said at its field.
async fn read_code(
    call: &Call,
    form: &ReceiptForm,
) -> Result<OneTimeCode, Vec<FieldError<ReceiptField>>> {
    let mut problems = Vec::new();
    if form.receipt.trim().is_empty() {
        let words = "受付番号を入力してください（例：261127-123456）。";
        problems.push(onshi_core::Problem::new(Fact::ReceiptNumber, words));
    }
    match OneTimeCode::parse(Fact::ApplicationCode, &form.code) {
        Ok(code) if problems.is_empty() => return Ok(code),
        Ok(_) => {}
        Err(problem) => problems.push(problem),
    }
    // What could not be audited does not make the slip another one.
    drop(call.service.note_refusal(RefusalCode::Invalid).await);
    Err(field_errors(&problems).unwrap_or_default())
}

fn refused_fields(
    call: &Call,
    form: &ReceiptForm,
    errors: Vec<FieldError<ReceiptField>>,
) -> Result<Response, Error> {
    let page = StatusPage {
        errors,
        ..status_page(call, &form.receipt)?
    };
    Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn refused(call: &Call, form: &ReceiptForm, refusal: &Refusal) -> Result<Response, Error> {
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let page = StatusPage {
        problem: Some(problem("手続きを進められませんでした", refusal)),
        ..status_page(call, &form.receipt)?
    };
    Ok(reply::page_with(status, &page))
}

/// What came of it.
pub async fn state(call: Call) -> Result<Response, Error> {
    let Some(shown) = call.shown::<StateShown>() else {
        return Ok(reply::redirect(STATUS));
    };
    Ok(reply::page(&StatePage {
        frame: frame(&call),
        forms: forms(&call)?,
        shown,
        contact: call.centre.contact(),
    }))
}

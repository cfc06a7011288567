//! 開放の依頼: the institution asks the operator, and sees what came of it.

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::emergency::form::{RequestField, RequestForm};
use crate::web::emergency::requests_view::{RequestRow, RequestsPage};
use crate::web::layout::form::{FieldError, NotTaken, choice};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::emergency::{self, FUNCTIONS, NewRequest, OpeningRequest};
use onshi_core::{Error, Subject, Tx};

/// The newest requests that are shown.
const ROWS: i64 = 50;

/// The form, and the requests of before.
pub async fn list(call: Call) -> Result<Response, Error> {
    let found = earlier(&call).await?;
    Ok(reply::page(&page(&call, found, Vec::new())?))
}

async fn earlier(call: &Call) -> Result<Vec<OpeningRequest>, Error> {
    let read = |tx: &mut Tx<'_>| emergency::list_own_requests(tx, ROWS);
    call.service.scan(Subject::NONE, read).await
}

fn page(
    call: &Call,
    found: Vec<OpeningRequest>,
    errors: Vec<FieldError<RequestField>>,
) -> Result<RequestsPage, Error> {
    let form: RequestForm = call.form.read();
    let contact = match form.contact.is_empty() {
        true => call.session()?.account_name.clone(),
        false => form.contact,
    };
    // What fails most often stands first.
    let functions = FUNCTIONS.into_iter().rev().map(|function| {
        let chosen = function.code() == form.function;
        choice(function.code(), function.label(), chosen)
    });
    Ok(RequestsPage {
        frame: call.frame_at("/web/emergency/requests")?,
        functions: functions.collect(),
        reason: form.reason,
        contact,
        phone: form.phone,
        errors,
        operator: call.centre.contact(),
        rows: found.iter().map(row).collect(),
    })
}

fn row(one: &OpeningRequest) -> RequestRow {
    RequestRow {
        at: one.requested_at.jst_table(),
        function: one.function.label(),
        reason: one.reason.clone(),
        contact: format!("{}（{}）", one.contact, one.phone),
        settled: (one.settled.as_ref()).map(|(at, remark)| format!("{} {remark}", at.jst_table())),
    }
}

/// Sends a request.
pub async fn request(call: Call) -> Result<Response, Error> {
    let form: RequestForm = call.form.read();
    let who = (form.contact.as_str(), form.phone.as_str());
    let new = match NewRequest::parse(&form.function, &form.reason, who) {
        Ok(new) => new,
        Err(refusal) => match NotTaken::from(Error::from(refusal)) {
            NotTaken::Fields(_, errors) => {
                let page = page(&call, earlier(&call).await?, errors)?;
                return Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
            }
            NotTaken::Else(error) => return Err(error),
        },
    };
    let ask = move |tx: &mut Tx<'_>| emergency::request(tx, &new);
    let after = |id: &String| {
        After::at("/web/emergency/requests").notice(format!(
            "開放の依頼を受け付けました（受付番号 {id}）。届出の電話番号への折り返しをお待ちください。"
        ))
    };
    let (_, response) = call.service.submit(Subject::NONE, ask, after).await?;
    Ok(response)
}

//! 開放の依頼: the institution asks the operator, and sees what came of it.

use crate::http::call::Call;
use crate::http::submission::After;
use crate::web::emergency::requests_view::{RequestRow, RequestsPage};
use crate::web::layout::form::{FieldError, choice};
use crate::web::{field_errors, reply};
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
    errors: Vec<FieldError>,
) -> Result<RequestsPage, Error> {
    let typed = |name: &str| call.form.get(name).to_owned();
    let contact = match typed("contact") {
        empty if empty.is_empty() => call.session()?.account_name.clone(),
        contact => contact,
    };
    // What fails most often stands first.
    let functions = FUNCTIONS.into_iter().rev().map(|function| {
        let chosen = function.code() == call.form.get("function");
        choice(function.code(), function.label(), chosen)
    });
    Ok(RequestsPage {
        frame: call.frame_at("/web/emergency/requests")?,
        functions: functions.collect(),
        reason: typed("reason"),
        contact,
        phone: typed("phone"),
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
    let text = |name: &str| call.form.get(name);
    let new = NewRequest::parse(
        text("function"),
        text("reason"),
        (text("contact"), text("phone")),
    );
    let new = match new {
        Ok(new) => new,
        Err(refusal) => {
            let found = earlier(&call).await?;
            let page = page(&call, found, field_errors(&refusal))?;
            return Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
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

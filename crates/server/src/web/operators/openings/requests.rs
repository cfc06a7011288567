//! 開放の依頼: what institutions ask to have opened, with the number to call back, and what came of it.

use super::form::{OpeningRequestField, OpeningRequestForm};
use super::view::{OpeningRequestPage, OpeningRequestsPage, RequestRow};
use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::layout::form::{FieldError, NotTaken, choice, fact};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::emergency::{self, OpeningRequest};
use onshi_core::{Error, Subject, Tx};

const PAGE: &str = "/web/opening-requests";

/// The most requests that are listed.
const LISTED_MAX: usize = 200;

/// The word of every request, settled or not.
const ALL: &str = "all";

/// The requests that wait, or all.
pub async fn list(call: Call) -> Result<Response, Error> {
    let form: OpeningRequestForm = call.query.read();
    let waits = form.state != ALL;
    let read = move |tx: &mut Tx<'_>| emergency::list_requests(tx, waits, LISTED_MAX as i64 + 1);
    let mut found = call.service.scan(Subject::NONE, read).await?;
    let is_cut = found.len() > LISTED_MAX;
    found.truncate(LISTED_MAX);
    Ok(reply::page(&OpeningRequestsPage {
        frame: call.frame()?,
        states: vec![
            choice("", "対応を待っているもの", waits),
            choice(ALL, "すべて", !waits),
        ],
        waits,
        is_cut,
        rows: found.iter().map(row).collect(),
    }))
}

fn settled(one: &OpeningRequest) -> Option<String> {
    let settled = one.settled.as_ref();
    settled.map(|(at, remark)| format!("{} {remark}", at.jst_words()))
}

fn row(one: &OpeningRequest) -> RequestRow {
    RequestRow {
        id: one.id.clone(),
        at: one.requested_at.jst_words(),
        code: one.facility.as_str().to_owned(),
        name: one.facility_name.clone(),
        function: one.function.label(),
        reason: one.reason.clone(),
        contact: one.contact.clone(),
        call_back: one.call_back.clone(),
        settled: settled(one),
    }
}

/// One request.
pub async fn show(call: Call) -> Result<Response, Error> {
    page(&call, Vec::new(), StatusCode::OK).await
}

async fn page(
    call: &Call,
    errors: Vec<FieldError<OpeningRequestField>>,
    status: StatusCode,
) -> Result<Response, Error> {
    let id = call.parameter("request").to_owned();
    let read = move |tx: &mut Tx<'_>| emergency::show_request(tx, &id);
    let found = call.service.point_read(Subject::NONE, read).await?;
    let asked = [
        ("function", found.function.code()),
        ("facilities", found.facility.as_str()),
        ("reason", found.reason.as_str()),
    ];
    let query = serde_urlencoded::to_string(asked).unwrap_or_default();
    let page = OpeningRequestPage {
        frame: call.frame_at(PAGE)?,
        id: found.id.clone(),
        facts: vec![
            fact("依頼した日時", &found.requested_at.jst_words()),
            fact("医療機関コード", found.facility.as_str()),
            fact("名称", &found.facility_name),
            fact("機能", found.function.label()),
            fact("理由", &found.reason),
            fact("担当者", &found.contact),
            fact("担当者の電話番号（本人の申告）", &found.phone),
        ],
        call_back: found.call_back.clone(),
        settled: settled(&found),
        open_href: format!("/web/openings/new?{query}"),
        remark: call.form.read::<OpeningRequestForm>().remark,
        errors,
    };
    Ok(reply::page_with(status, &page))
}

/// Notes what came of it.
pub async fn settle(call: Call) -> Result<Response, Error> {
    let remark = call.form.read::<OpeningRequestForm>().remark;
    let id = call.parameter("request").to_owned();
    let work = move |tx: &mut Tx<'_>| emergency::settle(tx, &id, &remark);
    let after =
        |(): &()| After::at(PAGE).notice("対応を記録しました。医療機関等の画面に表示されます。");
    match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, answer)) => Ok(answer),
        Err(error) => match NotTaken::from(error) {
            NotTaken::Fields(_, errors) => {
                page(&call, errors, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            NotTaken::Else(error) => Err(error),
        },
    }
}

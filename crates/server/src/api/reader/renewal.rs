//! The renewal of a card reader's certificate: signed with the old key, for a new one.

use super::sent::{RenewalRequest, UsedRequest};
use super::{invalid, signed};
use crate::api::enrolment::{answer, in_use, proven};
use crate::http::reply::raw;
use crate::http::route::ApiCall;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::{Error, RefusalCode, Subject, enrolment};

/// `POST /onshi/v1/reader/certificate`.
pub async fn renew(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<RenewalRequest>(&call).await?;
    let (sent, pem) = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    if call
        .centre
        .log_ins
        .take(&signed.reader, call.request.now)
        .is_err()
    {
        return call.service.refuse(RefusalCode::TooManyRequests).await;
    }
    let request = proven(&call, pem).await?;
    let authority = call.centre.authority.clone();
    let renewed = call
        .service
        .change(Subject::NONE, move |tx| {
            enrolment::renew_reader(tx, &authority, (&signed, &sent), &request)
        })
        .await?;
    let holder = call.identity()?.facility.as_str().to_owned();
    let body = answer(&renewed, &holder, &call.centre.authority_pem);
    Ok(raw(StatusCode::OK, "application/json", body.to_string()))
}

/// `POST /onshi/v1/reader/certificate/used`.
pub async fn renewal_used(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<UsedRequest>(&call).await?;
    let sent = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    let end = call
        .service
        .change(Subject::NONE, move |tx| {
            enrolment::used_by_reader(tx, (&signed, &sent))
        })
        .await?;
    Ok(raw(
        StatusCode::OK,
        "application/json",
        in_use(end).to_string(),
    ))
}

//! The card reader's own routes (顔認証付きカードリーダー): what somebody says at it, and the way of the
//! results into the institution's folder. SIMULATED: how real readers and the real system speak is not
//! public.
//!
//! The reader's driver logs in with the 顔認証用 account through the terminal's certificate. What it sends
//! is signed besides, byte for byte, with the key of the reader's own certificate, so that a terminal that
//! was broken into makes no consents.

mod card;
mod renewal;
mod sent;

pub use card::{card, challenge, register, status, trouble};
pub use renewal::{renew, renewal_used};

use crate::api::ApiCall;
use crate::api::reply::Form;
use crate::http::reply::raw;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use onshi_core::eligibility::message::Encoding;
use onshi_core::reader::results::{self, ReaderResult, Waiting};
use onshi_core::reader::{self, Signed};
use onshi_core::{Error, Fault, Problem, Refusal, RefusalCode, Subject};
use onshi_wire::messages::EligibilityResponse;
use onshi_wire::{Limits, Spellings, parse_json};
use sent::{ConsentRequest, DeliveredRequest, WithdrawalRequest};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::time::Duration;

/// What a reader signed, and what of it was read.
async fn signed<T: DeserializeOwned>(call: &ApiCall) -> Result<(Signed, T), Error> {
    let Some(signature) = &call.signature else {
        call.service
            .refuse::<()>(RefusalCode::ReaderSignature)
            .await?;
        return Err(RefusalCode::ReaderSignature.into());
    };
    let signed = Signed {
        reader: signature.reader.clone(),
        signature: signature.signature.clone(),
        content: call.body.to_vec(),
    };
    Ok((signed, read(call).await?))
}

async fn read<T: DeserializeOwned>(call: &ApiCall) -> Result<T, Error> {
    match serde_json::from_slice(&call.body) {
        Ok(read) => Ok(read),
        Err(error) => {
            // Where it is, and not what stands there: it may be a patient's.
            let place = format!("{}行{}文字目の付近", error.line(), error.column());
            let told = call.service.refuse::<()>(RefusalCode::Unreadable).await;
            Err(with(told, Problem::new("", place)))
        }
    }
}

/// A refusal with what is wrong; where it is another one by now, that.
fn with(told: Result<(), Error>, problem: Problem) -> Error {
    match told {
        Err(Error::Refused(mut refusal)) => {
            refusal.problems.push(problem);
            refusal.into()
        }
        Err(fault) => fault,
        Ok(()) => Refusal::invalid(vec![problem]).into(),
    }
}

/// Refuses what was read and can't be right, with the place.
async fn invalid<T>(call: &ApiCall, problem: Problem) -> Result<T, Error> {
    let told = call.service.refuse::<()>(RefusalCode::Invalid).await;
    Err(with(told, problem))
}

/// `POST /onshi/v1/reader/consents`: what somebody says at the reader. The answer is the result of the
/// check, with what was agreed to.
pub async fn consent(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<ConsentRequest>(&call).await?;
    let (sent, who, said) = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    let work =
        move |tx: &mut onshi_core::Tx<'_>| reader::consented(tx, &signed, &sent, (&who, &said));
    let answer = call.service.change(Subject::NONE, work).await?;
    call.centre.reader_waits.wake(call.service.share());
    Ok(raw(StatusCode::OK, "application/json", answer))
}

/// `POST /onshi/v1/reader/withdrawals`: who is at the reader takes back what was agreed to.
pub async fn withdraw(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<WithdrawalRequest>(&call).await?;
    let (sent, who, scopes, purpose) = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    let work = move |tx: &mut onshi_core::Tx<'_>| {
        reader::withdrawn(tx, &signed, &sent, &who, (&scopes, purpose))
    };
    let ended = call.service.change(Subject::NONE, work).await?;
    let body = json!({"withdrawn": ended}).to_string();
    Ok(raw(StatusCode::OK, "application/json", body))
}

/// `POST /onshi/v1/reader/results`: results for the institution's folder. Where there is none, the answer
/// waits for one for a while.
pub async fn results(call: ApiCall) -> Result<Response, Error> {
    let identity = call.identity()?;
    let certificate = identity.actor.certificate().unwrap_or_default().to_owned();
    let facility = identity.facility.clone();
    let _place = call.centre.reader_waits.place(call.service.share()).await?;
    let waits = Duration::from_secs(
        u64::try_from(call.centre.config.rules.consent.wait_seconds).unwrap_or_default(),
    );
    let until = tokio::time::Instant::now() + waits;
    loop {
        let woken = call.centre.reader_waits.waiter(call.service.share());
        let woken = woken.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let whose = Waiting {
            facility: facility.clone(),
            certificate: certificate.clone(),
            now: (call.centre.clock)(),
        };
        if call.service.has_reader_result(&call.centre, whose).await? {
            break;
        }
        let stops = call.centre.reader_waits.is_stopping();
        if stops || tokio::time::Instant::now() >= until {
            return Ok(told(&call, Vec::new())?);
        }
        let again = Duration::from_millis(call.centre.config.limits.reader_recheck_ms);
        let next = (tokio::time::Instant::now() + again).min(until);
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep_until(next) => {}
            () = call.centre.reader_waits.stopping() => {}
        }
    }
    let service = call.service.later((call.centre.clock)());
    let found = service.change(Subject::NONE, results::take).await?;
    Ok(told(&call, found)?)
}

/// The results as the institution's programs read them.
fn told(call: &ApiCall, found: Vec<ReaderResult>) -> Result<Response, Fault> {
    let encoding = call
        .identity
        .as_ref()
        .map_or(Encoding::Utf8, |by| by.encoding);
    let mut files = Vec::with_capacity(found.len());
    for result in found {
        let parsed = parse_json::<EligibilityResponse>(result.answer.as_bytes(), &Limits::SINGLE);
        if !parsed.readable {
            return Err(Fault::at(
                "reading a result of a reader",
                "it is not what was kept",
            ));
        }
        let mut answer = parsed.message;
        answer.header.character_code_identifier = encoding.code().to_owned();
        let printed = Form::of_file(call, Spellings::default()).print(answer);
        files.push(json!({
            "id": result.id,
            "name": result.name,
            "content": STANDARD.encode(printed.bytes()),
        }));
    }
    let body = json!({ "results": files }).to_string();
    Ok(raw(StatusCode::OK, "application/json", body))
}

/// `POST /onshi/v1/reader/results/delivered`: a result lies in the folder.
pub async fn delivered(call: ApiCall) -> Result<Response, Error> {
    let request = read::<DeliveredRequest>(&call).await?;
    let work = move |tx: &mut onshi_core::Tx<'_>| results::delivered(tx, &request.id);
    call.service.change(Subject::NONE, work).await?;
    Ok(raw(StatusCode::OK, "application/json", "{}".to_owned()))
}

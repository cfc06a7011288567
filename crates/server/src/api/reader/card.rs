//! A My Number Card at the reader: what it is to sign, what it signed, and what holds at the reader.
//!
//! Signatures and certificates are verified beside the sockets, in the institution's turn.

use super::sent::{CardRequest, RegistrationRequest, StatusRequest, TroubleRequest};
use super::{invalid, signed};
use crate::http::reply::raw;
use crate::http::route::ApiCall;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use onshi_core::reader::Signed;
use onshi_core::reader::challenge::{ChallengeFor, to_sign};
use onshi_core::reader::standing::{self, Report, Standing};
use onshi_core::reader::visit::{self, Presented};
use onshi_core::{Error, Subject};
use serde_json::{Value, json};

fn json_answer(body: String) -> Response {
    raw(StatusCode::OK, "application/json", body)
}

/// Keeps what a reader says runs there, where it is not what it said before.
async fn keep(call: &ApiCall, known: &Standing, report: Option<Report>) -> Result<(), Error> {
    let Some(report) = report.filter(|report| known.reported.as_ref() != Some(report)) else {
        return Ok(());
    };
    let reader = known.reader.clone();
    call.service
        .change(Subject::NONE, move |tx| {
            standing::report(tx, &reader, &report)
        })
        .await
}

fn told(call: &ApiCall, known: &Standing) -> Result<Value, Error> {
    let rules = &call.centre.config.rules.card;
    let kinds: Vec<&str> = known.asked.kinds.iter().map(|kind| kind.code()).collect();
    let mut told = json!({
        "reader": known.reader,
        "institution": call.identity()?.facility.as_str(),
        "now": call.request.now.jst_fourteen(),
        "mode": "normal",
        "settings": {
            "version": known.settings,
            "kinds": kinds,
            "prescription": known.asked.prescription,
            "visitSeconds": rules.visit_seconds,
            "forgottenCardSeconds": rules.forgotten_seconds,
        },
        "askAgainSeconds": rules.status_seconds,
    });
    if let Some(until) = known.by_eye_until {
        told["mode"] = json!("by_eye");
        told["modeUntil"] = json!(until.jst_fourteen());
        told["modeSeconds"] = json!(until.seconds_since(call.request.now));
    }
    Ok(told)
}

/// `POST /onshi/v1/reader/status`: what holds at the reader, and what runs there.
pub async fn status(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<StatusRequest>(&call).await?;
    let (sent, report) = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    let known = call
        .service
        .reader_standing(&call.centre, (signed, sent), call.request.now)
        .await?;
    keep(&call, &known, report).await?;
    Ok(json_answer(told(&call, &known)?.to_string()))
}

/// `POST /onshi/v1/reader/challenges`: what a card is to sign. Nothing of it is kept until it has.
pub async fn challenge(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<StatusRequest>(&call).await?;
    let (sent, _) = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    let whom = whom(&call, &signed)?;
    let known = call
        .service
        .reader_standing(&call.centre, (signed, sent), call.request.now)
        .await?;
    let made = call.service.challenge(&whom, &call.request)?;
    let mut told = told(&call, &known)?;
    told["challenge"] = json!(made.text);
    told["toSign"] = json!(STANDARD.encode(&made.to_sign));
    told["expiresAt"] = json!(made.until.jst_fourteen());
    told["expiresInSeconds"] = json!(call.centre.config.rules.card.challenge_seconds);
    Ok(json_answer(told.to_string()))
}

fn whom(call: &ApiCall, signed: &Signed) -> Result<ChallengeFor, Error> {
    let identity = call.identity()?;
    Ok(ChallengeFor {
        reader: signed.reader.clone(),
        account: identity.actor.account_id().unwrap_or_default().to_owned(),
        facility: identity.facility.clone(),
    })
}

/// `POST /onshi/v1/reader/cards`: a card that signed, and how its holder was verified. The answer is a visit.
pub async fn card(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<CardRequest>(&call).await?;
    let (sent, card) = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    let whom = whom(&call, &signed)?;
    let asked = to_sign(&card.challenge, &whom.reader, whom.facility.as_str());
    let shown = (card.certificate, card.signature);
    let presented = Presented {
        proven: call.service.prove_card(&call.centre, shown, asked).await?,
        challenge: card.challenge,
        verified: card.verified,
        passcode: card.passcode,
    };
    let work = move |tx: &mut onshi_core::Tx<'_>| visit::begin(tx, &signed, &sent, &presented);
    match call.service.change(Subject::NONE, work).await? {
        Ok(answer) => Ok(json_answer(answer)),
        Err(code) => {
            // What was counted is kept, with its entry.
            call.service.log_refused(code);
            Err(code.into())
        }
    }
}

/// `POST /onshi/v1/reader/registrations`: 保険証利用登録 on the spot.
pub async fn register(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<RegistrationRequest>(&call).await?;
    let (sent, visit) = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    let work = move |tx: &mut onshi_core::Tx<'_>| visit::register(tx, &signed, &sent, &visit);
    Ok(json_answer(call.service.change(Subject::NONE, work).await?))
}

/// `POST /onshi/v1/reader/troubles`: what ended a patient's try.
pub async fn trouble(call: ApiCall) -> Result<Response, Error> {
    let (signed, request) = signed::<TroubleRequest>(&call).await?;
    let (sent, trouble, visit) = match request.read() {
        Ok(read) => read,
        Err(problem) => return invalid(&call, problem).await,
    };
    let work = move |tx: &mut onshi_core::Tx<'_>| {
        visit::trouble(tx, &signed, &sent, (trouble, visit.as_deref()))
    };
    Ok(json_answer(call.service.change(Subject::NONE, work).await?))
}

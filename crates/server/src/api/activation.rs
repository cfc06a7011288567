//! 利用開始 of a program's account: the terminal that keeps its password makes it, and shows the one-time activation that came with
//! the terminal's set-up file. Path and form are ours. People choose theirs on the page in front of the log-in.

use crate::api::ApiCall;
use crate::http::reply::raw;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::UserId;
use onshi_core::account::activation::{self, Activated};
use onshi_core::account::own_password::{OwnPassword, PasswordChange};
use onshi_core::error::Fact;
use onshi_core::facility::FacilityCode;
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::{Error, Refusal, RefusalCode, Subject, Tx};
use serde::Deserialize;
use serde_json::json;

/// What is sent.
#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "userId")]
    user_id: String,
    code: String,
    password: String,
}

/// `POST /onshi/v1/activation`.
pub async fn activate(call: ApiCall) -> Result<Response, Error> {
    let terminal = call.terminal.as_ref();
    let terminal = terminal.ok_or(RefusalCode::CertificateMissing)?;
    let facility = terminal.facility.clone();
    let taken = call.centre.log_ins.take(&terminal.serial, call.request.now);
    if taken.is_err() {
        return call.service.refuse(RefusalCode::TooManyAttempts).await;
    }
    let Ok(sent) = serde_json::from_slice::<Sent>(&call.body) else {
        return call.service.refuse(RefusalCode::Unreadable).await;
    };
    let user_id = UserId::parse(sent.user_id.trim());
    let code = OneTimeCode::parse(Fact::ActivationCode, &sent.code);
    let (Ok(user_id), Ok(code)) = (user_id, code) else {
        return call.service.refuse(RefusalCode::LoginSlip).await;
    };
    let opened = call
        .service
        .activation(&call.centre, &facility, (&user_id, &code), call.request.now)
        .await?;
    let new = match opened {
        Some(change) => Some(chosen(&call, &facility, &sent.password, change).await?),
        // The rule counts it and refuses.
        None => None,
    };
    let activate = move |tx: &mut Tx<'_>| activation::activate(tx, &user_id, &code, new.as_ref());
    match call.service.change(Subject::NONE, activate).await? {
        Activated::Good(account) => {
            call.service.log("activated an account");
            let body = json!({"userId": account.user_id.as_str(), "kind": account.kind.code()});
            Ok(raw(StatusCode::OK, "application/json", body.to_string()))
        }
        Activated::Refused(refusal) => {
            call.service.log_refused(refusal.code);
            Err(refusal.into())
        }
    }
}

async fn chosen(
    call: &ApiCall,
    facility: &FacilityCode,
    password: &str,
    change: PasswordChange,
) -> Result<OwnPassword, Error> {
    let owner = change.owner().clone();
    let judged = call
        .centre
        .judge_password(facility, password, owner)
        .await?;
    match judged {
        Ok(accepted) => {
            let comparison = change.compare(accepted);
            call.centre.hash_unless_used(facility, comparison).await
        }
        Err(problems) => {
            call.service.note_refusal(RefusalCode::Invalid).await?;
            Err(Refusal::invalid(problems).into())
        }
    }
}

//! Log-in for tokens. The path and the names in the answer are the real system's; the names of the
//! body's fields are not public, and `userId` and `password` are ours.

use crate::api::ApiCall;
use crate::http::reply::raw;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::UserId;
use onshi_core::account::login::Through;
use onshi_core::account::token::{self, TokenLogin, Tokens};
use onshi_core::{Error, RefusalCode, Subject};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Credentials {
    #[serde(rename = "userId")]
    user_id: String,
    password: String,
}

#[derive(Deserialize)]
struct RefreshToken {
    #[serde(rename = "refreshToken")]
    refresh_token: String,
}

fn through(call: &ApiCall) -> Result<Through, Error> {
    let terminal = call
        .terminal
        .as_ref()
        .ok_or(RefusalCode::CertificateMissing)?;
    Ok(Through {
        certificate_serial: terminal.serial.clone(),
        terminal_name: terminal.name.clone(),
    })
}

fn answer(call: &ApiCall, tokens: &Tokens) -> Response {
    let character_code = if call.terminal.as_ref().is_some_and(|t| t.shift_jis) {
        "1"
    } else {
        "0"
    };
    let left = tokens.expires_at.seconds_until_from(call.request.now);
    let body = json!({
        "status": 200,
        "msg": "OK",
        "result": {
            "accessToken": tokens.access,
            "refreshToken": tokens.refresh,
            "idToken": tokens.id,
            "linkSysCharCd": character_code,
            "expiresIn": left,
        },
    });
    raw(StatusCode::OK, "application/json", body.to_string())
}

/// Logs in.
pub async fn log_in(call: ApiCall) -> Result<Response, Error> {
    let terminal = call
        .terminal
        .as_ref()
        .ok_or(RefusalCode::CertificateMissing)?;
    let taken = call.centre.log_ins.take(&terminal.serial, call.request.now);
    if taken.is_err() {
        return call.service.refuse(RefusalCode::TooManyAttempts).await;
    }
    let Ok(sent) = serde_json::from_slice::<Credentials>(&call.body) else {
        return call.service.refuse(RefusalCode::Unreadable).await;
    };
    let Ok(user_id) = UserId::parse(sent.user_id.trim()) else {
        return call.service.refuse(RefusalCode::WrongPassword).await;
    };
    let now = call.request.now;
    let verdict = call
        .service
        .test_credential(
            &call.centre,
            (&terminal.facility, &user_id),
            &sent.password,
            now,
        )
        .await?;
    let through = through(&call)?;
    let outcome = call
        .service
        .change(Subject::NONE, move |tx| {
            token::log_in(tx, &user_id, &verdict, &through)
        })
        .await?;
    told(&call, outcome)
}

fn told(call: &ApiCall, outcome: TokenLogin) -> Result<Response, Error> {
    match outcome {
        TokenLogin::Tokens(tokens) => {
            call.service.log("logged in");
            Ok(answer(call, &tokens))
        }
        TokenLogin::Refused(refusal) => {
            call.service.log_refused(refusal.code);
            Err(refusal.into())
        }
    }
}

/// Gives new tokens.
pub async fn refresh(call: ApiCall) -> Result<Response, Error> {
    let Ok(sent) = serde_json::from_slice::<RefreshToken>(&call.body) else {
        return call.service.refuse(RefusalCode::Unreadable).await;
    };
    let through = through(&call)?;
    let outcome = call
        .service
        .change(Subject::NONE, move |tx| {
            token::refresh(tx, &sent.refresh_token, &through)
        })
        .await?;
    told(&call, outcome)
}

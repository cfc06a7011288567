//! 電子証明書の失効: a terminal that was lost, or is not used any more, can't come in from the next request on.

use super::form::{RevocationField, RevocationForm};
use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::view::{ConfirmPage, ReasonField};
use crate::web::layout::form::{Fact, field_errors};
use crate::web::layout::frame::Tone;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::certificate::{self, TerminalCertificate};
use onshi_core::{Error, RefusalCode, Subject, Tx};

const PAGE: &str = "/web/certificates";
const REVOKE: &str = "/web/certificates/revoke";

/// The page that asks before it is revoked.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    let RevocationForm { serial, .. } = call.query.read();
    if serial.is_empty() {
        // Nothing was chosen: whoever may do this is led to where it is.
        let own = |tx: &mut Tx<'_>| tx.facility();
        call.service.point_read(Subject::NONE, own).await?;
        return Ok(reply::redirect(PAGE));
    }
    let found = call
        .service
        .point_read(Subject::NONE, move |tx| certificate::show_own(tx, &serial))
        .await?;
    question(&call, &found, (StatusCode::OK, None))
}

/// Revokes it.
pub async fn revoke(call: Call) -> Result<Response, Error> {
    let RevocationForm { serial, reason } = call.form.read();
    // The page that asks names it in its address.
    let serial = match serial.is_empty() {
        true => call.query.read::<RevocationForm>().serial,
        false => serial,
    };
    let key = serial.clone();
    let work = move |tx: &mut Tx<'_>| certificate::revoke_own(tx, &key, &reason);
    let after = |(): &()| After::at(PAGE).notice("電子証明書を失効させました。");
    let refused = match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, answer)) => return Ok(answer),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::Invalid => refusal,
        Err(other) => return Err(other),
    };
    let errors = field_errors::<RevocationField>(&refused.problems).unwrap_or_default();
    let error = errors.into_iter().map(|error| error.text).next();
    let found = call
        .service
        .point_read(Subject::NONE, move |tx| certificate::show_own(tx, &serial))
        .await?;
    question(&call, &found, (StatusCode::UNPROCESSABLE_ENTITY, error))
}

fn question(
    call: &Call,
    found: &TerminalCertificate,
    (status, error): (StatusCode, Option<String>),
) -> Result<Response, Error> {
    let fact = |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    };
    let sentences = [
        "この電子証明書では、次の操作から接続できなくなります。元には戻せません。",
        "この端末を使い続けるときは、新しい取得コードで電子証明書を取得し直してください。",
        "いまこの画面を開いている端末の電子証明書は、この画面からは失効できません。",
    ];
    let page = ConfirmPage {
        frame: call.frame_at(PAGE)?,
        title: "電子証明書を失効させますか".to_owned(),
        consequences: sentences.map(str::to_owned).to_vec(),
        subject: vec![
            fact("端末", &found.terminal_name),
            fact("シリアル番号", &found.serial),
            fact("有効期限", &found.not_after.jst_day().words()),
        ],
        reason: Some(ReasonField {
            label: "理由".to_owned(),
            help: "操作履歴とともに残ります（200文字以内）。例：端末の紛失のため".to_owned(),
            value: call.form.read::<RevocationForm>().reason,
            required: true,
            error,
        }),
        confirm_label: "失効させる".to_owned(),
        post_href: format!("{REVOKE}?serial={}", found.serial),
        cancel_href: PAGE.to_owned(),
        tone: Tone::Error,
    };
    Ok(reply::page_with(status, &page))
}

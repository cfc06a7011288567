//! 端末・電子証明書の一覧 of an institution, and 失効 by an operator.

use super::form::InstitutionForm;
use super::view::{TerminalListPage, TerminalRow};
use super::{PAGE, address, code, reason, status, subject};
use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::view::ConfirmPage;
use crate::web::certificates::words;
use crate::web::layout::form::fact;
use crate::web::layout::frame::Tone;
use crate::web::operators::confirmed::submitted;
use crate::web::reply;
use axum::response::Response;
use onshi_core::certificate::ending::days_left;
use onshi_core::certificate::{CertificateState, TerminalCertificate};
use onshi_core::operator;
use onshi_core::{Error, Moment, Subject, Tx};

/// The most certificates that are read of one institution.
const LISTED_MAX: usize = 1000;

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let code = code(&call)?;
    let read = move |tx: &mut Tx<'_>| operator::list_certificates(tx, &code);
    let (facility, found) = call.service.scan(Subject::NONE, read).await?;
    let now = call.request.now;
    let rows = found.iter().map(|(one, contact)| row(one, *contact, now));
    Ok(reply::page(&TerminalListPage {
        frame: call.frame_at(PAGE)?,
        code: facility.code.as_str().to_owned(),
        name: facility.name,
        is_cut: found.len() >= LISTED_MAX,
        rows: rows.collect(),
    }))
}

fn row(found: &TerminalCertificate, contact: Option<Moment>, now: Moment) -> TerminalRow {
    let state = found.state(now);
    let ends = matches!(state, CertificateState::Valid | CertificateState::Expired);
    let revoked = found.revoked.as_ref();
    TerminalRow {
        terminal: found.terminal_name.clone(),
        serial: found.serial.clone(),
        state: words::badge(state),
        until: found.not_after.jst_day().words(),
        left: ends.then(|| words::left(days_left(found.not_after, now))),
        contact: contact.map(Moment::jst_words),
        revoked: revoked.map(|(at, reason)| (at.jst_day().words(), reason.clone())),
        may_be_revoked: state != CertificateState::Revoked,
    }
}

/// The page that asks before one is revoked.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    question(&call, None).await
}

/// Revokes it.
pub async fn revoke(call: Call) -> Result<Response, Error> {
    let (code, serial) = (code(&call)?, call.parameter("serial").to_owned());
    let reason = call.form.read::<InstitutionForm>().reason;
    let page = format!("{}/terminals", address(&code));
    let work = move |tx: &mut Tx<'_>| operator::revoke_certificate(tx, &code, (&serial, &reason));
    let after = move |(): &()| After::at(page.as_str()).notice("電子証明書を失効させました。");
    match submitted(&call, work, after).await? {
        Ok(answer) => Ok(answer),
        Err(wrong) => question(&call, Some(wrong)).await,
    }
}

async fn question(call: &Call, wrong: Option<String>) -> Result<Response, Error> {
    let (code, serial) = (code(call)?, call.parameter("serial").to_owned());
    let here = format!("{}/terminals", address(&code));
    let read = move |tx: &mut Tx<'_>| operator::show_certificate(tx, &code, &serial);
    let (facility, found) = call.service.point_read(Subject::NONE, read).await?;
    let sentences = [
        "この電子証明書では、次の操作から接続できなくなります。元には戻せません。",
        "この端末を使い続けるときは、新しい取得コードで電子証明書を取得し直す必要があります。",
    ];
    let mut facts = subject(&facility);
    facts.extend([
        fact("端末", &found.terminal_name),
        fact("シリアル番号", &found.serial),
        fact("有効期限", &found.not_after.jst_day().words()),
    ]);
    let page = ConfirmPage {
        frame: call.frame_at(PAGE)?,
        title: "この端末の電子証明書を失効させますか".to_owned(),
        consequences: sentences.map(str::to_owned).to_vec(),
        subject: facts,
        reason: Some(reason(call, "端末の盗難の連絡があったため", &wrong)),
        confirm_label: "失効させる".to_owned(),
        post_href: format!("{here}/{}", found.serial),
        cancel_href: here,
        tone: Tone::Error,
    };
    Ok(reply::page_with(status(&wrong), &page))
}

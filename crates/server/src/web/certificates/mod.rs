//! 端末・電子証明書の一覧: what was issued to the institution's terminals, and until when it is good.

pub mod view;

use crate::http::route::Call;
use crate::web::certificates::view::{CertificateRow, CertificatesPage};
use crate::web::reply;
use axum::response::Response;
use onshi_core::certificate::{self, CertificateState, TerminalCertificate};
use onshi_core::{Error, Moment, Subject};

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let found = call
        .service
        .scan(Subject::NONE, certificate::list_own)
        .await?;
    let this = &call.terminal()?.serial;
    let now = call.request.now;
    Ok(reply::page(&CertificatesPage {
        frame: call.frame()?,
        rows: found.iter().map(|found| row(found, this, now)).collect(),
        contact: call.centre.contact(),
    }))
}

fn row(found: &TerminalCertificate, this: &str, now: Moment) -> CertificateRow {
    let state = found.state(now);
    let is_valid = state == CertificateState::Valid;
    CertificateRow {
        terminal: found.terminal_name.clone(),
        is_this: found.serial == this,
        state,
        period: (
            found.not_before.jst_day().words(),
            found.not_after.jst_day().words(),
        ),
        days_left: is_valid.then(|| found.not_after.seconds_since(now) / 86_400),
        revoked: found
            .revoked
            .as_ref()
            .map(|(at, reason)| (at.jst_day().words(), reason.clone())),
        serial: found.serial.clone(),
    }
}

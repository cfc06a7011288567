//! 端末・電子証明書の一覧: what was issued to the institution's terminals, until when it is good, when each terminal last came, and
//! what to do.

pub mod form;
pub mod revocation;
pub mod view;
pub(in crate::web) mod words;

use crate::http::route::Call;
use crate::web::certificates::view::{CertificateRow, CertificatesPage};
use crate::web::certificates::words::{Standing, advice};
use crate::web::reply;
use axum::response::Response;
use onshi_core::certificate::ending::{days_left, is_replaced, warned_at};
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
    let all: Vec<TerminalCertificate> = found.iter().map(|(one, _)| one.clone()).collect();
    let rows = found
        .iter()
        .map(|(one, contact)| row(one, *contact, (&all, this, now)));
    Ok(reply::page(&CertificatesPage {
        frame: call.frame()?,
        rows: rows.collect(),
        contact: call.centre.contact(),
    }))
}

fn row(
    found: &TerminalCertificate,
    contact: Option<Moment>,
    (all, this, now): (&[TerminalCertificate], &str, Moment),
) -> CertificateRow {
    let state = found.state(now);
    let left = days_left(found.not_after, now);
    let ends = matches!(state, CertificateState::Valid | CertificateState::Expired);
    let warned_at = warned_at(left).filter(|_| ends);
    // This page itself is seen through it.
    let is_this = found.serial == this;
    let contact = if is_this { Some(now) } else { contact };
    let silent_days = contact.map(|at| now.seconds_since(at).div_euclid(86_400));
    CertificateRow {
        terminal: found.terminal_name.clone(),
        is_this,
        state,
        period: (
            found.not_before.jst_day().words(),
            found.not_after.jst_day().words(),
        ),
        days_left: ends.then_some(left),
        warned_at,
        contact: contact.map(|at| match is_this {
            true => "いま使用中".to_owned(),
            false => at.jst_words(),
        }),
        advice: advice(Standing {
            state,
            warned_at,
            replaced: is_replaced(found, all, now),
            silent_days,
        }),
        revoked: found
            .revoked
            .as_ref()
            .map(|(at, reason)| (at.jst_day().words(), reason.clone())),
        revocable: !is_this && state == CertificateState::Valid,
        serial: found.serial.clone(),
    }
}

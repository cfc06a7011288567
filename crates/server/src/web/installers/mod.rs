//! 導入の権限: who may make terminals and accounts of the own institution from a sheet, until when, and the end of it before its day.

pub mod form;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::view::{ConfirmPage, ReasonField};
use crate::web::installers::form::{EndingField, EndingForm};
use crate::web::installers::view::{InstallerRow, InstallersPage, Standing};
use crate::web::layout::form::{Fact, field_errors};
use crate::web::layout::frame::Tone;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::rollout::installer::{self, InstallerRight};
use onshi_core::{Error, Moment, RefusalCode, Subject, Tx};

const PAGE: &str = "/web/installers";
const END: &str = "/web/installers/end";

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let found = call
        .service
        .point_read(Subject::NONE, installer::list_own)
        .await?;
    let now = call.request.now;
    Ok(reply::page(&InstallersPage {
        frame: call.frame()?,
        rows: found.iter().map(|right| row(right, now)).collect(),
        contact: call.centre.contact(),
    }))
}

fn row(right: &InstallerRight, now: Moment) -> InstallerRow {
    InstallerRow {
        installer_id: right.installer_id.clone(),
        name: right.name.clone(),
        person: right.person.clone(),
        given: right.given_at.jst_words(),
        until: right.ends_on.words(),
        standing: match (&right.ended, right.holds(now)) {
            (Some((at, reason)), _) => Standing::Ended(at.jst_words(), reason.clone()),
            (None, true) => Standing::Holds,
            (None, false) => Standing::Over,
        },
    }
}

/// The page that asks before it is ended.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    let EndingForm { installer, .. } = call.query.read();
    if installer.is_empty() {
        // Nothing was chosen: whoever may do this is led to where it is.
        let own = |tx: &mut Tx<'_>| tx.facility();
        call.service.point_read(Subject::NONE, own).await?;
        return Ok(reply::redirect(PAGE));
    }
    let found = call
        .service
        .point_read(Subject::NONE, move |tx| installer::show_own(tx, &installer))
        .await?;
    question(&call, &found, (StatusCode::OK, None))
}

/// Ends it.
pub async fn end(call: Call) -> Result<Response, Error> {
    let EndingForm { installer, reason } = call.form.read();
    // The page that asks names it in its address.
    let installer = match installer.is_empty() {
        true => call.query.read::<EndingForm>().installer,
        false => installer,
    };
    let key = installer.clone();
    let work = move |tx: &mut Tx<'_>| installer::end_own(tx, &key, &reason);
    let after = |(): &()| After::at(PAGE).notice("導入の権限を終了しました。");
    let refused = match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, answer)) => return Ok(answer),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::Invalid => refusal,
        Err(other) => return Err(other),
    };
    let errors = field_errors::<EndingField>(&refused.problems).unwrap_or_default();
    let error = errors.into_iter().map(|error| error.text).next();
    let found = call
        .service
        .point_read(Subject::NONE, move |tx| installer::show_own(tx, &installer))
        .await?;
    question(&call, &found, (StatusCode::UNPROCESSABLE_ENTITY, error))
}

fn question(
    call: &Call,
    found: &InstallerRight,
    (status, error): (StatusCode, Option<String>),
) -> Result<Response, Error> {
    let fact = |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    };
    let sentences = [
        "この業者は、次の操作から、この医療機関等の端末もアカウントも導入できなくなります。",
        "すでに作られた端末・アカウントと、渡されたコードは、そのまま使えます。不要なものは「端末・電子証明書の一覧」と「アカウント管理」で失効・停止してください。",
        "もう一度導入を頼むときは、実施機関が権限を付与し直します。",
    ];
    let page = ConfirmPage {
        frame: call.frame_at(PAGE)?,
        title: "導入の権限を終了しますか".to_owned(),
        consequences: sentences.map(str::to_owned).to_vec(),
        subject: vec![
            fact("導入業者", &found.name),
            fact("担当者", &found.person),
            fact("権限の最終日", &found.ends_on.words()),
        ],
        reason: Some(ReasonField {
            label: "理由".to_owned(),
            help: "操作履歴とともに残ります（200文字以内）。例：導入が終わったため".to_owned(),
            value: call.form.read::<EndingForm>().reason,
            required: true,
            error,
        }),
        confirm_label: "終了する".to_owned(),
        post_href: format!("{END}?installer={}", found.installer_id),
        cancel_href: PAGE.to_owned(),
        tone: Tone::Warning,
    };
    Ok(reply::page_with(status, &page))
}

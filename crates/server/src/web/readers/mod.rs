//! 顔認証付きカードリーダー操作: the modes of the institution's readers, and the one-use passcodes of 目視確認.

pub mod form;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::readers::form::ModeForm;
use crate::web::readers::view::{PasscodeShown, ReaderRow, ReadersPage};
use crate::web::reply;
use axum::response::Response;
use onshi_core::audit::SubjectKind;
use onshi_core::reader::by_eye::{self, ReaderMode};
use onshi_core::{Error, Function, RefusalCode, Subject};
use serde::{Deserialize, Serialize};

const PAGE: &str = "/web/readers";

/// A passcode was made, good until then.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Made {
    until: String,
}

/// The readers with their modes, and a passcode that was made just now, once.
pub async fn list(call: Call) -> Result<Response, Error> {
    let shown = match call.shown::<Made>() {
        None => None,
        Some(made) => {
            let facility = call.session()?.facility.clone();
            let about = Subject::of(SubjectKind::Facility, facility.as_str());
            Some(match call.shown_once(about).await? {
                Some(digits) => PasscodeShown::Now(digits, made.until),
                None => PasscodeShown::Before,
            })
        }
    };
    let modes = call.service.scan(Subject::NONE, by_eye::list_modes).await?;
    let rules = &call.centre.config.rules.card;
    let role = call.session()?.kind.role();
    Ok(reply::page(&ReadersPage {
        frame: call.frame()?,
        rows: modes.iter().map(row).collect(),
        shown,
        minutes: rules.by_eye_minutes,
        passcode_minutes: rules.passcode_seconds / 60,
        issues: Function::IssueByEyePasscode.is_for(role),
    }))
}

fn row(mode: &ReaderMode) -> ReaderRow {
    ReaderRow {
        reader: mode.reader.clone(),
        by_eye_until: mode
            .by_eye
            .as_ref()
            .map(|(until, _)| until.jst_time_words()),
        reported: mode
            .reported
            .as_ref()
            .map(|(version, at)| (version.clone(), at.jst_table())),
    }
}

/// Sets a reader to 目視確認モード, or back.
pub async fn switch(call: Call) -> Result<Response, Error> {
    let ModeForm { reader, mode } = call.form.read::<ModeForm>();
    let by_eye = match mode.as_str() {
        "by_eye" => true,
        "normal" => false,
        _ => return call.service.refuse(RefusalCode::Invalid).await,
    };
    let name = reader.clone();
    let work = move |tx: &mut onshi_core::Tx<'_>| by_eye::set_mode(tx, &name, by_eye);
    let (_, answer) = call
        .service
        .submit(Subject::NONE, work, move |until| {
            After::at(PAGE).notice(match until {
                Some(until) => format!(
                    "{reader} を目視確認モードにしました。次の1人の受付か{}までです。",
                    until.jst_time_words()
                ),
                None => format!("{reader} を無人運転モードに戻しました。"),
            })
        })
        .await?;
    Ok(answer)
}

/// Makes a passcode for one patient.
pub async fn passcode(call: Call) -> Result<Response, Error> {
    let (_, answer) = call
        .service
        .submit(Subject::NONE, by_eye::issue_passcode, |passcode| {
            let until = passcode.until.jst_time_words();
            After::at(PAGE)
                .page(&Made { until })
                .secret(Some(passcode.digits.clone()))
        })
        .await?;
    Ok(answer)
}

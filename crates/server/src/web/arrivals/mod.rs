//! 来院一覧: who came to the readers today, as reception sees them come.
//!
//! The page asks every few seconds whether anything has changed (`assets/arrivals.js`), which tells nothing of anybody,
//! leaves no entry in the audit log and does not keep the session open; only then it reads the list anew.

pub mod view;

use crate::http::reply::raw;
use crate::http::route::Call;
use crate::web::arrivals::view::{ArrivalRow, ArrivalsPage, Look};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::card::CardState;
use onshi_core::consent::Verification;
use onshi_core::reader::arrivals::{self, Arrival, Outcome};
use onshi_core::reader::by_eye;
use onshi_core::{Error, Function, Moment, Subject};
use serde_json::json;

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let last = call
        .service
        .last_arrival(&call.centre, call.request.now)
        .await?;
    let read = |tx: &mut onshi_core::Tx<'_>| {
        let modes = by_eye::list_modes(tx)?;
        Ok((arrivals::list(tx)?, modes))
    };
    let (found, modes) = call.service.scan(Subject::NONE, read).await?;
    let now = call.request.now;
    let by_eye = modes.into_iter().filter_map(|mode| {
        let (until, _) = mode.by_eye?;
        Some((mode.reader, until.jst_time_words()))
    });
    let role = call.session()?.kind.role();
    Ok(reply::page(&ArrivalsPage {
        frame: call.frame()?,
        rows: found.iter().map(row).collect(),
        by_eye: by_eye.collect(),
        today: now.jst_day().words(),
        shown_at: now.jst_time_words(),
        last: last.map_or(0, Moment::ms),
        switches: Function::SwitchReaderMode.is_for(role),
    }))
}

/// When anything changed last, for the page to ask.
pub async fn changed(call: Call) -> Result<Response, Error> {
    let last = call
        .service
        .last_arrival(&call.centre, call.request.now)
        .await?;
    let body = json!({"last": last.map_or(0, Moment::ms)}).to_string();
    Ok(raw(StatusCode::OK, "application/json", body))
}

fn row(found: &Arrival) -> ArrivalRow {
    let (name, kana, birthdate) = match &found.who {
        Some((name, kana, day)) => (name.clone(), kana.clone().unwrap_or_default(), day.words()),
        None => Default::default(),
    };
    let (look, word) = outcome(found);
    let state = found.state.filter(|state| *state != CardState::Good);
    let verified = found.verified.map_or("", Verification::label);
    ArrivalRow {
        at: found.changed_at.jst_time_words(),
        name,
        kana,
        birthdate,
        look,
        word,
        note: note(found, state),
        verified: match found.released_by.is_empty() {
            true => verified.to_owned(),
            false => format!("{verified}（職員が許可）"),
        },
        reader: found.reader.clone(),
    }
}

fn outcome(found: &Arrival) -> (Look, String) {
    let plain = |look, word: &str| (look, word.to_owned());
    match found.outcome {
        Outcome::UnderWay => plain(Look::UnderWay, "操作中"),
        Outcome::RunOut => plain(Look::Attend, "時間切れ"),
        Outcome::NotAccepted => plain(Look::Attend, "確認できません"),
        Outcome::TakenBack => plain(Look::Good, "同意を取り消し"),
        Outcome::Trouble(trouble) => plain(Look::Attend, trouble.label()),
        Outcome::Checked(validity) => match validity.code() {
            "1" => plain(Look::Good, "資格あり"),
            _ => (Look::Attend, format!("要確認（{}）", validity.label())),
        },
    }
}

/// What is to be said to the patient, or done.
fn note(found: &Arrival, state: Option<CardState>) -> String {
    let words = state.and_then(CardState::words);
    match (words, found.outcome, found.registered) {
        (Some([what, next]), ..) => format!("{what}{next}"),
        (None, Outcome::UnderWay, false) => "保険証利用登録の前です。".to_owned(),
        _ => String::new(),
    }
}

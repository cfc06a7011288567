//! ログイン履歴: the log-ins with the own account, so that somebody else's are noticed.

pub mod view;

use crate::http::route::Call;
use crate::web::logins::view::{Came, LoginRow, LoginsPage};
use crate::web::reply;
use axum::response::Response;
use onshi_core::account::logins;
use onshi_core::audit::{Detail, Line, Outcome};
use onshi_core::{Error, RefusalCode, Subject};

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let found = call.service.scan(Subject::NONE, logins::list_own).await?;
    let this = call.terminal()?.name.clone();
    Ok(reply::page(&LoginsPage {
        frame: call.frame()?,
        rows: found.iter().map(|line| row(line, &this)).collect(),
        most: call.centre.config.rules.account.logins_shown,
    }))
}

fn row(line: &Line, this: &str) -> LoginRow {
    let terminal = line.terminal_name.clone().unwrap_or_default();
    let why = line.refusal.as_deref().and_then(|code| {
        let mut all = RefusalCode::ALL.iter();
        all.find(|known| known.code() == code)
    });
    let came = match (&line.outcome, &line.detail) {
        // Where the second factor is asked for, the password alone is no log-in.
        (Some(Outcome::Done), Some(Detail::SecondFactorAsked {})) => Came::Asked,
        (Some(Outcome::Done), _) => Came::LoggedIn,
        _ => Came::Refused,
    };
    let told = match (why, &line.detail) {
        (Some(code), _) => code.what().to_owned(),
        (None, Some(detail @ Detail::SecondFactorPassed { .. })) => detail.words(),
        (None, Some(detail @ Detail::SecondFactorAsked {})) => detail.words(),
        _ => String::new(),
    };
    LoginRow {
        at: line.at.jst_table(),
        is_this: terminal == this,
        terminal,
        peer: line.peer.clone().unwrap_or_default(),
        came,
        told,
    }
}

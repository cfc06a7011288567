//! Log-in, taking over, and log-out.

use super::lock;
use crate::gate;
use crate::pages::{LoginPage, Problem, SignedOutPage, TakeoverPage};
use crate::reply;
use crate::routes::Call;
use crate::submission::Answered;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::UserId;
use onshi_core::account::login::{self, LoggedIn};
use onshi_core::account::session;
use onshi_core::{AccountKind, Error, Refusal, RefusalCode, Subject};

/// The log-in form. Whoever is logged in already goes on to the menu.
pub async fn form(call: Call) -> Result<Response, Error> {
    let ended = match &call.who {
        gate::LoggedIn::Session(session) => {
            return Ok(reply::redirect(landing(
                session.kind,
                session.must_change_password,
            )));
        }
        gate::LoggedIn::Ended(reason, by) => Some(reason.words(by.as_deref())),
        gate::LoggedIn::Nobody => None,
    };
    Ok(reply::page(&LoginPage {
        frame: reply::plain_frame(&call.centre, call.terminal().ok()),
        user_id: String::new(),
        problem: None,
        lock: None,
        ended: ended.or_else(|| {
            call.result
                .as_ref()
                .and_then(Answered::notice)
                .map(|(_, text)| text)
        }),
        token: call.form_token(),
    }))
}

/// Logs in.
pub async fn log_in(call: Call) -> Result<Response, Error> {
    let typed = call.form.get("user_id").trim().to_owned();
    match attempt(&call, &typed).await {
        Ok(outcome) => answer(&call, &typed, outcome),
        Err(Error::Refused(refusal)) if shown_on_form(refusal.code) => {
            Ok(refused(&call, &typed, &refusal))
        }
        Err(error) => Err(error),
    }
}

const fn shown_on_form(code: RefusalCode) -> bool {
    matches!(
        code,
        RefusalCode::TooManyAttempts
            | RefusalCode::WrongPassword
            | RefusalCode::Locked
            | RefusalCode::TakeoverExpired
            | RefusalCode::AccountRetired
            | RefusalCode::AccountStopped
            | RefusalCode::AccountOutsidePeriod
    )
}

async fn attempt(call: &Call, typed: &str) -> Result<LoggedIn, Error> {
    let terminal = call.terminal()?;
    let taken = call.centre.log_ins.take(&terminal.serial, call.request.now);
    if taken.is_err() {
        return call.desk.refuse(RefusalCode::TooManyAttempts).await;
    }
    // What can't be a user id is nobody's, and is told the same as any wrong one.
    let Ok(user_id) = UserId::parse(typed) else {
        return call.desk.refuse(RefusalCode::WrongPassword).await;
    };
    let password = call.form.get("password");
    let now = call.request.now;
    let verdict = call
        .centre
        .test_credential(&terminal.facility, &user_id, password, now)
        .await?;
    let through = call.through()?;
    call.desk
        .change(Subject::NONE, move |work| {
            login::log_in(work, &user_id, &verdict, &through)
        })
        .await
}

fn answer(call: &Call, typed: &str, outcome: LoggedIn) -> Result<Response, Error> {
    match outcome {
        LoggedIn::Session {
            token,
            kind,
            must_change_password,
        } => {
            metrics::counter!("onshi_logins_total", "outcome" => "done").increment(1);
            call.desk.log("logged in");
            let mut response = reply::redirect(landing(kind, must_change_password));
            reply::set_session(&call.centre, &mut response, Some(token.reveal()));
            Ok(response)
        }
        LoggedIn::OpenElsewhere {
            terminal_name,
            since,
            last_seen,
            ticket,
        } => {
            let terminal = call.terminal()?;
            Ok(reply::page(&TakeoverPage {
                frame: reply::plain_frame(&call.centre, Some(terminal)),
                user_id: typed.to_owned(),
                ticket: ticket.reveal().to_owned(),
                same_terminal: terminal_name == terminal.name,
                terminal: terminal_name,
                since: since.jst_words(),
                last_active: Some(last_seen.jst_words()),
                token: call.form_token(),
            }))
        }
        LoggedIn::Refused(refusal) => {
            metrics::counter!("onshi_logins_total", "outcome" => "refused").increment(1);
            call.desk.log_refused(refusal.code);
            Ok(refused(call, typed, &refusal))
        }
    }
}

/// Where somebody goes after the log-in.
fn landing(kind: AccountKind, must_change_password: bool) -> &'static str {
    if must_change_password || kind.is_system() {
        "/web/password"
    } else {
        "/web/menu"
    }
}

fn refused(call: &Call, typed: &str, refusal: &Refusal) -> Response {
    let code = refusal.code;
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let problem = Problem {
        title: "ログインできませんでした".to_owned(),
        what: code.what().to_owned(),
        next: code.next().to_owned(),
    };
    let page = LoginPage {
        frame: reply::plain_frame(&call.centre, call.terminal().ok()),
        user_id: typed.to_owned(),
        problem: Some(problem),
        lock: refusal.until.map(|until| lock(until, call.request.now)),
        ended: None,
        token: call.form_token(),
    };
    let response = reply::page_with(status, &page);
    if code == RefusalCode::TooManyAttempts {
        return crate::retry::retry_after(response, 60);
    }
    response
}

/// Takes over a session that runs elsewhere.
pub async fn take_over(call: Call) -> Result<Response, Error> {
    let ticket = call.form.get("ticket").to_owned();
    let through = call.through()?;
    let taken = call
        .desk
        .change(Subject::NONE, move |work| {
            login::take_over(work, &ticket, &through)
        })
        .await;
    match taken {
        Ok(outcome) => answer(&call, "", outcome),
        Err(Error::Refused(refusal)) if shown_on_form(refusal.code) => {
            Ok(refused(&call, "", &refusal))
        }
        Err(error) => Err(error),
    }
}

/// Logs out.
pub async fn log_out(call: Call) -> Result<Response, Error> {
    let hash = call.session()?.token_hash.clone();
    call.desk
        .change(Subject::NONE, move |work| session::log_out(work, &hash))
        .await?;
    let mut response = reply::redirect("/web/signed-out");
    reply::set_session(&call.centre, &mut response, None);
    Ok(response)
}

/// The page after a log-out.
pub async fn signed_out(call: Call) -> Result<Response, Error> {
    Ok(reply::page(&SignedOutPage {
        frame: reply::plain_frame(&call.centre, call.terminal().ok()),
        ended: None,
        login_href: "/web/login".to_owned(),
    }))
}

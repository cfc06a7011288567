//! Log-in, taking over, and log-out.

pub mod form;
pub mod master_reset;
pub mod passkey;
pub mod second;
pub mod view;

use crate::http::route::{Call, Route};
use crate::http::submission::Answered;
use crate::web::eligibility::typed;
use crate::web::entry::view::SignedOutPage;
use crate::web::layout::form::Problem;
use crate::web::lock;
use crate::web::login::form::{LoginForm, TakeoverForm};
use crate::web::login::view::{LoginPage, TakeoverPage};
use crate::web::reply;
use crate::web::return_address;
use crate::web::second_factor;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::UserId;
use onshi_core::account::login::{self, LoggedIn as Entered, PasswordVerdict};
use onshi_core::account::session;
use onshi_core::authn::LoggedIn;
use onshi_core::error::{Fact, Problem as Slip};
use onshi_core::{AccountKind, Error, Refusal, RefusalCode, Subject};

/// The log-in form. Whoever is logged in already goes on to the menu.
pub async fn form(call: Call) -> Result<Response, Error> {
    let ended = match &call.who {
        LoggedIn::Session(session) => {
            let must = (session.must_change_password, session.must_add_factor);
            let kind = (session.kind, must.0, must.1);
            return Ok(reply::redirect(&landing(call.routes, kind, call.query.get(return_address::NEXT))));
        }
        LoggedIn::Ended(reason, by) => Some(reason.words(by.as_deref())),
        // Whoever logged out in another window finds this where a page was.
        LoggedIn::Nobody if return_address::is_ours(call.routes, call.query.get(return_address::NEXT)) => Some(
            "この画面を使うには、ログインしてください。ほかの画面（タブ）でログアウトしたときも、この表示になります。".to_owned(),
        ),
        LoggedIn::Nobody => None,
    };
    Ok(reply::page(&LoginPage {
        next: return_address::only_ours(call.routes, call.query.get(return_address::NEXT)),
        frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), "/web/login"),
        user_id: String::new(),
        passkey: passkey::prompt(&call),
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
    let form: LoginForm = call.form.read();
    let typed = typed::one_width(&form.user_id);
    match attempt(&call, (&typed, &form.password)).await {
        Ok(outcome) => answer(&call, &typed, outcome),
        Err(Error::Refused(mut refusal)) if shown_on_form(refusal.code) => {
            let slip = typed::slip(&typed, &form.password);
            if let (RefusalCode::LoginSlip, Some(slip)) = (refusal.code, slip) {
                refusal.problems.push(Slip::new(Fact::Password, slip));
            }
            Ok(refused(&call, &typed, &refusal))
        }
        Err(error) => Err(error),
    }
}

pub(in crate::web) const fn shown_on_form(code: RefusalCode) -> bool {
    matches!(
        code,
        RefusalCode::TooManyAttempts
            | RefusalCode::WrongPassword
            | RefusalCode::LoginSlip
            | RefusalCode::Locked
            | RefusalCode::TakeoverExpired
            | RefusalCode::SecondStepExpired
            | RefusalCode::PasskeyWrong
            | RefusalCode::PasskeyOver
            | RefusalCode::AccountRetired
            | RefusalCode::AccountStopped
            | RefusalCode::AccountOutsidePeriod
    )
}

async fn attempt(call: &Call, (typed, password): (&str, &str)) -> Result<Entered, Error> {
    let (user_id, verdict) = tested(call, (typed, password)).await?;
    let through = call.through()?;
    call.service
        .change(Subject::NONE, move |tx| {
            login::log_in(tx, &user_id, &verdict, &through)
        })
        .await
}

/// Takes one out of the terminal's bucket, and tests what was typed.
pub(in crate::web) async fn tested(
    call: &Call,
    (typed, password): (&str, &str),
) -> Result<(UserId, PasswordVerdict), Error> {
    let terminal = call.terminal()?;
    let taken = call.centre.log_ins.take(&terminal.serial, call.request.now);
    if taken.is_err() {
        return call.service.refuse(RefusalCode::TooManyAttempts).await;
    }
    // What can be nobody's is told as the slip that it is, and not counted.
    let (Ok(user_id), None) = (UserId::parse(typed), typed::slip(typed, password)) else {
        return call.service.refuse(RefusalCode::LoginSlip).await;
    };
    let now = call.request.now;
    let mut verdict = PasswordVerdict::Wrong;
    for meant in typed::passwords(password) {
        verdict = call
            .service
            .test_credential(&call.centre, (&terminal.facility, &user_id), &meant, now)
            .await?;
        if !matches!(verdict, PasswordVerdict::Wrong) {
            break;
        }
    }
    Ok((user_id, verdict))
}

fn answer(call: &Call, typed: &str, outcome: Entered) -> Result<Response, Error> {
    match outcome {
        Entered::Session {
            token,
            kind,
            must_change_password,
            must_add_factor,
        } => {
            metrics::counter!("onshi_logins_total", "outcome" => "done").increment(1);
            call.service.log("logged in");
            let mut response = reply::redirect(&landing(
                call.routes,
                (kind, must_change_password, must_add_factor),
                call.form.get(return_address::NEXT),
            ));
            reply::set_session(
                (&call.centre, call.routes),
                &mut response,
                Some(token.reveal()),
            );
            Ok(response)
        }
        Entered::SecondStep { ticket, factors } => {
            let whose = (typed, ticket.reveal());
            Ok(second::page(call, whose, &factors, None))
        }
        Entered::OpenElsewhere {
            terminal_name,
            since,
            last_seen,
            ticket,
        } => {
            let terminal = call.terminal()?;
            Ok(reply::page(&TakeoverPage {
                next: return_address::only_ours(call.routes, call.form.get(return_address::NEXT)),
                frame: reply::plain_frame_at(&call.centre, Some(terminal), "/web/login"),
                user_id: typed.to_owned(),
                ticket: ticket.reveal().to_owned(),
                same_terminal: terminal_name == terminal.name,
                terminal: terminal_name,
                since: since.jst_words(),
                last_active: Some(last_seen.jst_words()),
                token: call.form_token(),
            }))
        }
        Entered::Refused(refusal) => {
            call.service.log_refused(refusal.code);
            Ok(refused(call, typed, &refusal))
        }
    }
}

/// Where somebody goes after the log-in.
fn landing(
    routes: &'static [Route],
    (kind, must_change_password, must_add_factor): (AccountKind, bool, bool),
    next: &str,
) -> String {
    if must_change_password || kind.is_system() {
        return "/web/password".to_owned();
    }
    if must_add_factor {
        return second_factor::PAGE.to_owned();
    }
    match return_address::may_open(routes, kind, next) {
        true => next.to_owned(),
        false => "/web/menu".to_owned(),
    }
}

/// What happened, with what more is known of it.
pub(in crate::web) fn with_problems(what: &str, refusal: &Refusal) -> String {
    let problems = refusal.problems.iter().map(|problem| problem.text.as_str());
    std::iter::once(what).chain(problems).collect()
}

/// The page of a refusal: counted, and with when to come again where that helps.
fn refused(call: &Call, typed: &str, refusal: &Refusal) -> Response {
    metrics::counter!("onshi_logins_total", "outcome" => "refused").increment(1);
    let code = refusal.code;
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let problem = Problem {
        title: "ログインできませんでした".to_owned(),
        what: with_problems(code.what(), refusal),
        next: code.next().to_owned(),
    };
    let page = LoginPage {
        next: return_address::only_ours(call.routes, call.form.get(return_address::NEXT)),
        frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), "/web/login"),
        user_id: typed.to_owned(),
        passkey: passkey::prompt(call),
        problem: Some(problem),
        lock: refusal.until.map(|until| lock(until, call.request.now)),
        ended: None,
        token: call.form_token(),
    };
    let response = reply::page_with(status, &page);
    if code == RefusalCode::TooManyAttempts {
        return crate::http::retry::retry_after(response, 60);
    }
    response
}

/// Takes over a session that runs elsewhere.
pub async fn take_over(call: Call) -> Result<Response, Error> {
    let ticket = call.form.read::<TakeoverForm>().ticket;
    let through = call.through()?;
    let taken = call
        .service
        .change(Subject::NONE, move |tx| {
            login::take_over(tx, &ticket, &through)
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
    // The next person is waiting.
    let is_switch = call.form.get(passkey::SWITCH) == "1";
    call.service
        .change(Subject::NONE, move |tx| session::log_out(tx, &hash))
        .await?;
    let mut response = reply::redirect(match is_switch {
        true => "/web/login?switch=1",
        false => "/web/signed-out",
    });
    reply::set_session((&call.centre, call.routes), &mut response, None);
    Ok(response)
}

/// The page after a log-out.
pub async fn signed_out(call: Call) -> Result<Response, Error> {
    Ok(reply::page(&SignedOutPage {
        frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), "/web/login"),
        ended: None,
        login_href: "/web/login".to_owned(),
    }))
}

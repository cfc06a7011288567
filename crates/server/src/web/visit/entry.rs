//! 利用開始, ログイン and ログアウト on a phone of staff.

use crate::http::reply::{set_phone, set_phone_session};
use crate::http::retry::{retry_after, seconds_to_wait};
use crate::http::route::Call;
use crate::web::eligibility::typed;
use crate::web::layout::form::Problem;
use crate::web::lock;
use crate::web::login::{shown_on_form, tested, with_problems};
use crate::web::reply;
use crate::web::visit::form::{
    ActivationForm, PhoneLoginForm, PhoneSecondStepForm, PhoneTakeoverForm,
};
use crate::web::visit::view::{ActivationPage, LoginPage, SecondStepPage, TakeoverPage};
use crate::web::visit::{TOP, forms};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::login::LoggedIn as Entered;
use onshi_core::account::second_step::Passed;
use onshi_core::account::session;
use onshi_core::authn::LoggedIn;
use onshi_core::error::{Fact, Problem as Slip};
use onshi_core::second_factor::Factors;
use onshi_core::staff_phone::entry;
use onshi_core::{Error, Refusal, RefusalCode, Subject, Tx};

const LOGIN: &str = "/visit/login";

/// The form by which a phone begins.
pub async fn activation(call: Call) -> Result<Response, Error> {
    let page = activation_page(&call, &ActivationForm::default(), None)?;
    Ok(reply::page(&page))
}

fn activation_page(
    call: &Call,
    typed: &ActivationForm,
    refusal: Option<&Refusal>,
) -> Result<ActivationPage, Error> {
    Ok(ActivationPage {
        frame: reply::plain_frame_at(&call.centre, None, TOP),
        forms: forms(call)?,
        facility_code: typed.facility_code.clone(),
        user_id: typed.user_id.clone(),
        code: typed.code.clone(),
        problem: refusal.map(|refusal| told("利用を開始できませんでした", refusal)),
        lock: refusal.and_then(|refusal| {
            let until = refusal.until?;
            Some(lock(until, call.request.now))
        }),
    })
}

fn told(title: &str, refusal: &Refusal) -> Problem {
    Problem {
        title: title.to_owned(),
        what: with_problems(refusal.code.what(), refusal),
        next: refusal.code.next().to_owned(),
    }
}

/// Whether it is told on the form that was sent.
const fn on_form(code: RefusalCode) -> bool {
    shown_on_form(code)
        || matches!(
            code,
            RefusalCode::PhoneAccount
                | RefusalCode::PhoneOtherAccount
                | RefusalCode::PhoneAccountNotReady
        )
}

/// The page of a refusal: counted, and with when to come again where that helps.
fn turned_away(call: &Call, refusal: &Refusal, page: &impl Template) -> Response {
    metrics::counter!("onshi_logins_total", "outcome" => "refused").increment(1);
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let response = reply::page_with(status, page);
    match seconds_to_wait(refusal, call.request.now) {
        Some(seconds) => retry_after(response, seconds),
        None => response,
    }
}

/// Names the slip in what was typed, where that is why.
fn with_slip(refusal: &mut Refusal, (user_id, password): (&str, &str)) {
    let slip = typed::slip(user_id, password);
    if let (RefusalCode::LoginSlip, Some(slip)) = (refusal.code, slip) {
        refusal.problems.push(Slip::new(Fact::Password, slip));
    }
}

/// Logs in with a code, and binds the phone.
pub async fn activate(call: Call) -> Result<Response, Error> {
    let form: ActivationForm = call.form.read();
    let typed = typed::one_width(&form.user_id);
    let secret = call.phone_secret.clone().ok_or(RefusalCode::FormUnknown)?;
    let entered = async {
        let (user_id, verdict) = tested(&call, (&typed, &form.password)).await?;
        let (through, secret) = (call.through()?, secret.clone());
        let bind =
            move |tx: &mut Tx<'_>| entry::activate(tx, &secret, (&user_id, &verdict), &through);
        call.service.change(Subject::NONE, bind).await
    };
    let refused = |refusal: &Refusal| {
        let page = activation_page(&call, &form, Some(refusal))?;
        Ok(turned_away(&call, refusal, &page))
    };
    match entered.await {
        Ok(Entered::Refused(refusal)) => {
            call.service.log_refused(refusal.code);
            refused(&refusal)
        }
        Ok(entered) => answer(&call, &typed, entered),
        Err(Error::Refused(mut refusal)) if on_form(refusal.code) => {
            with_slip(&mut refusal, (&typed, &form.password));
            refused(&refusal)
        }
        Err(error) => Err(error),
    }
}

/// The log-in form. Whoever is logged in already goes on.
pub async fn form(call: Call) -> Result<Response, Error> {
    let ended = match &call.who {
        LoggedIn::Session(_) => return Ok(reply::redirect(TOP)),
        LoggedIn::Ended(reason, by) => Some(reason.words(by.as_deref())),
        LoggedIn::Nobody => None,
    };
    Ok(reply::page(&LoginPage {
        ended,
        ..login_page(&call, "")?
    }))
}

fn login_page(call: &Call, user_id: &str) -> Result<LoginPage, Error> {
    Ok(LoginPage {
        frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), TOP),
        forms: forms(call)?,
        user_id: user_id.to_owned(),
        problem: None,
        lock: None,
        ended: None,
    })
}

fn refused(call: &Call, user_id: &str, refusal: &Refusal) -> Result<Response, Error> {
    let page = LoginPage {
        problem: Some(told("ログインできませんでした", refusal)),
        lock: refusal.until.map(|until| lock(until, call.request.now)),
        ..login_page(call, user_id)?
    };
    Ok(turned_away(call, refusal, &page))
}

/// Logs in.
pub async fn log_in(call: Call) -> Result<Response, Error> {
    let form: PhoneLoginForm = call.form.read();
    let typed = typed::one_width(&form.user_id);
    let entered = async {
        let (user_id, verdict) = tested(&call, (&typed, &form.password)).await?;
        let through = call.through()?;
        let enter = move |tx: &mut Tx<'_>| entry::log_in(tx, (&user_id, &verdict), &through);
        call.service.change(Subject::NONE, enter).await
    };
    match entered.await {
        Ok(entered) => answer(&call, &typed, entered),
        Err(Error::Refused(mut refusal)) if on_form(refusal.code) => {
            with_slip(&mut refusal, (&typed, &form.password));
            refused(&call, &typed, &refusal)
        }
        Err(error) => Err(error),
    }
}

fn answer(call: &Call, typed: &str, entered: Entered) -> Result<Response, Error> {
    let answer = match entered {
        Entered::Session { token, .. } => {
            metrics::counter!("onshi_logins_total", "outcome" => "done").increment(1);
            call.service.log("logged in on a phone");
            let mut response = reply::redirect(TOP);
            set_phone_session(&call.centre, &mut response, Some(token.reveal()));
            response
        }
        Entered::SecondStep { ticket, factors } => {
            second(call, (typed, ticket.reveal()), &factors, None)?
        }
        Entered::OpenElsewhere {
            terminal_name,
            since,
            last_seen,
            ticket,
        } => reply::page(&TakeoverPage {
            frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), TOP),
            forms: forms(call)?,
            user_id: typed.to_owned(),
            ticket: ticket.reveal().to_owned(),
            terminal: terminal_name,
            since: since.jst_words(),
            last_active: last_seen.jst_words(),
        }),
        Entered::Refused(refusal) => {
            call.service.log_refused(refusal.code);
            refused(call, typed, &refusal)?
        }
    };
    Ok(kept_on(call, answer))
}

/// The answer, with what the phone is known by: it is kept for as long as a browser keeps anything.
fn kept_on(call: &Call, mut response: Response) -> Response {
    if let Some(secret) = &call.phone_secret {
        set_phone(&call.centre, &mut response, secret);
    }
    response
}

fn second(
    call: &Call,
    (user_id, ticket): (&str, &str),
    factors: &Factors,
    wrong: Option<&Refusal>,
) -> Result<Response, Error> {
    let page = SecondStepPage {
        frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), TOP),
        forms: forms(call)?,
        user_id: user_id.to_owned(),
        ticket: ticket.to_owned(),
        has_totp: factors.totp.is_some(),
        codes_left: factors.codes_left,
        problem: wrong.map(|refusal| told("確認できませんでした", refusal)),
    };
    let status = match wrong {
        Some(_) => StatusCode::FORBIDDEN,
        None => StatusCode::OK,
    };
    Ok(reply::page_with(status, &page))
}

/// Goes on with a log-in by a second factor.
pub async fn pass(call: Call) -> Result<Response, Error> {
    let form: PhoneSecondStepForm = call.form.read();
    let passed = async {
        let serial = &call.terminal()?.serial;
        if call.centre.log_ins.take(serial, call.request.now).is_err() {
            return call.service.refuse(RefusalCode::TooManyAttempts).await;
        }
        let (ticket, typed) = (form.ticket.clone(), typed::one_width(&form.code));
        let through = call.through()?;
        let pass = move |tx: &mut Tx<'_>| entry::pass(tx, &ticket, &typed, &through);
        call.service.change(Subject::NONE, pass).await
    };
    match passed.await {
        Ok(Passed::LoggedIn(entered)) => answer(&call, "", *entered),
        Ok(Passed::Wrong {
            refusal,
            user_id,
            factors,
        }) => {
            metrics::counter!("onshi_logins_total", "outcome" => "refused").increment(1);
            call.service.log_refused(refusal.code);
            second(&call, (&user_id, &form.ticket), &factors, Some(&refusal))
        }
        Err(Error::Refused(refusal)) if on_form(refusal.code) => refused(&call, "", &refusal),
        Err(error) => Err(error),
    }
}

/// Takes over a session that runs elsewhere.
pub async fn take_over(call: Call) -> Result<Response, Error> {
    let ticket = call.form.read::<PhoneTakeoverForm>().ticket;
    let through = call.through()?;
    let take = move |tx: &mut Tx<'_>| entry::take_over(tx, &ticket, &through);
    match call.service.change(Subject::NONE, take).await {
        Ok(entered) => answer(&call, "", entered),
        Err(Error::Refused(refusal)) if on_form(refusal.code) => refused(&call, "", &refusal),
        Err(error) => Err(error),
    }
}

/// Logs out.
pub async fn log_out(call: Call) -> Result<Response, Error> {
    let hash = call.session()?.token_hash.clone();
    let end = move |tx: &mut Tx<'_>| session::log_out(tx, &hash);
    call.service.change(Subject::NONE, end).await?;
    let mut response = reply::redirect(LOGIN);
    set_phone_session(&call.centre, &mut response, None);
    Ok(response)
}

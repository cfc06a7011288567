//! 二要素認証: the second step of a log-in, after the password was right.

use crate::http::route::Call;
use crate::web::eligibility::typed;
use crate::web::layout::form::Problem;
use crate::web::login::form::SecondStepForm;
use crate::web::login::view::{SecondStepPage, StepPrompt};
use crate::web::login::{answer, refused, shown_on_form, with_problems};
use crate::web::reply;
use crate::web::return_address;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::second_step::{self, Passed, Shown};
use onshi_core::entropy::fresh_seed;
use onshi_core::form::FormKey;
use onshi_core::second_factor::Factors;
use onshi_core::second_factor::passkey::step_challenge;
use onshi_core::{Error, Refusal, RefusalCode, Subject, Tx};

/// The page that asks for the second factor.
pub(super) fn page(
    call: &Call,
    (user_id, ticket): (&str, &str),
    factors: &Factors,
    wrong: Option<&Refusal>,
) -> Response {
    let status = match wrong {
        Some(_) => StatusCode::FORBIDDEN,
        None => StatusCode::OK,
    };
    let problem = wrong.map(|refusal| Problem {
        title: "確認できませんでした".to_owned(),
        what: with_problems(refusal.code.what(), refusal),
        next: refusal.code.next().to_owned(),
    });
    let page = SecondStepPage {
        frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), "/web/login"),
        user_id: user_id.to_owned(),
        ticket: ticket.to_owned(),
        has_totp: factors.totp.is_some(),
        passkeys: prompt(call, ticket, factors),
        codes_left: factors.codes_left,
        problem,
        token: call.form_token(),
        next: return_address::only_ours(call.routes, call.form.get(return_address::NEXT)),
    };
    reply::page_with(status, &page)
}

/// What a device is asked for, where the account has a passkey.
fn prompt(call: &Call, ticket: &str, factors: &Factors) -> Option<StepPrompt> {
    let terminal = call.terminal.as_ref().ok()?;
    let known = factors.passkeys.iter().map(|one| one.credential.as_str());
    let known: Vec<&str> = known.collect();
    (!known.is_empty()).then(|| StepPrompt {
        challenge: step_challenge(ticket),
        known: known.join(" "),
        token: FormKey::of_terminal(&terminal.serial).issue(&fresh_seed(), "passkey"),
    })
}

/// Goes on with the log-in.
pub async fn pass(call: Call) -> Result<Response, Error> {
    let form: SecondStepForm = call.form.read();
    match attempt(&call, &form).await {
        Ok(Passed::LoggedIn(outcome)) => answer(&call, "", *outcome),
        Ok(Passed::Wrong {
            refusal,
            user_id,
            factors,
        }) => {
            metrics::counter!("onshi_logins_total", "outcome" => "refused").increment(1);
            call.service.log_refused(refusal.code);
            let whose = (user_id.as_str(), form.ticket.as_str());
            Ok(page(&call, whose, &factors, Some(&refusal)))
        }
        Err(Error::Refused(refusal)) if shown_on_form(refusal.code) => {
            Ok(refused(&call, "", &refusal))
        }
        Err(error) => Err(error),
    }
}

async fn attempt(call: &Call, form: &SecondStepForm) -> Result<Passed, Error> {
    let terminal = call.terminal()?;
    let taken = call.centre.log_ins.take(&terminal.serial, call.request.now);
    if taken.is_err() {
        return call.service.refuse(RefusalCode::TooManyAttempts).await;
    }
    let shown = match form.credential.is_empty() {
        true => Shown::Code(typed::one_width(&form.code)),
        false => {
            let names = call.centre.config.centre.names.clone();
            Shown::Passkey(form.credential.clone(), names)
        }
    };
    let (ticket, through) = (form.ticket.clone(), call.through()?);
    let pass = move |tx: &mut Tx<'_>| second_step::pass(tx, &ticket, &shown, &through);
    call.service.change(Subject::NONE, pass).await
}

//! 二要素認証: the second step of a log-in, after the password was right.

use crate::http::route::Call;
use crate::web::eligibility::typed;
use crate::web::layout::form::Problem;
use crate::web::login::form::SecondStepForm;
use crate::web::login::view::SecondStepPage;
use crate::web::login::{answer, refused, shown_on_form, with_problems};
use crate::web::reply;
use crate::web::return_address;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::second_step::{self, Passed};
use onshi_core::second_factor::Factors;
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
        codes_left: factors.codes_left,
        problem,
        token: call.form_token(),
        next: return_address::only_ours(call.routes, call.form.get(return_address::NEXT)),
    };
    reply::page_with(status, &page)
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
    let (ticket, typed) = (form.ticket.clone(), typed::one_width(&form.code));
    let through = call.through()?;
    let pass = move |tx: &mut Tx<'_>| second_step::pass(tx, &ticket, &typed, &through);
    call.service.change(Subject::NONE, pass).await
}

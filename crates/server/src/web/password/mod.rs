//! パスワード変更: by logging in with the very account.

pub mod form;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::eligibility::typed;
use crate::web::layout::form::{FieldError, NotTaken, field_error, field_errors};
use crate::web::password::form::{PasswordField, PasswordForm};
use crate::web::password::view::{
    PasswordChangedPage, PasswordPage, PasswordReason, PasswordRules,
};
use crate::web::program;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::PasswordOrigin;
use onshi_core::account::login::PasswordVerdict;
use onshi_core::account::manage::{self, PasswordChanged};
use onshi_core::account::own_password::PasswordChange;
use onshi_core::account::password::AcceptedPassword;
use onshi_core::{Error, Refusal, RefusalCode, Subject, Tx};
use serde::{Deserialize, Serialize};

/// The rules as the page shows them while somebody types; of the own password, as they are beside what there is.
pub(in crate::web) fn shown_rules(
    call: &Call,
    forbidden: Vec<String>,
    is_own: bool,
) -> PasswordRules {
    let rules = &call.centre.config.rules;
    let has_factor = call.session().is_ok_and(|session| session.has_factor);
    let rules = match is_own && has_factor {
        true => rules.password.beside_a_factor(&rules.second_factor),
        false => rules.password.clone(),
    };
    PasswordRules {
        min_length: i64::try_from(rules.length_min).unwrap_or(i64::MAX),
        max_length: i64::try_from(rules.length_max).unwrap_or(i64::MAX),
        letter: true,
        upper: false,
        lower: false,
        digit: true,
        symbol: true,
        forbidden_words: forbidden,
        history: rules.history,
    }
}

fn page(call: &Call, errors: Vec<FieldError<PasswordField>>) -> Result<PasswordPage, Error> {
    let session = call.session()?;
    let reason = match session.password_origin {
        PasswordOrigin::Own => PasswordReason::Voluntary,
        PasswordOrigin::Initial | PasswordOrigin::Awaited => PasswordReason::FirstLogin,
        PasswordOrigin::Reset => PasswordReason::AfterReset,
        PasswordOrigin::TooShort => PasswordReason::TooShort,
    };
    let forbidden = vec![
        session.user_id.clone(),
        session.facility.as_str().to_owned(),
    ];
    Ok(PasswordPage {
        frame: call.frame()?,
        reason,
        rules: shown_rules(call, forbidden, true),
        errors,
        program: program(session.kind),
    })
}

/// The form, or what came of it.
pub async fn form(call: Call) -> Result<Response, Error> {
    if call.shown::<Changed>().is_some() {
        return changed(&call);
    }
    Ok(reply::page(&page(&call, Vec::new())?))
}

/// What is kept of a change: that there was one.
#[derive(Serialize, Deserialize)]
struct Changed {
    changed: bool,
}

fn changed(call: &Call) -> Result<Response, Error> {
    let session = call.session()?;
    let (next_href, next_label) = if session.kind.is_system() {
        ("/web/password", "パスワード変更の画面へ")
    } else {
        ("/web/menu", "メニューへ")
    };
    Ok(reply::page(&PasswordChangedPage {
        frame: call.frame()?,
        program: program(session.kind),
        next_href: next_href.to_owned(),
        next_label: next_label.to_owned(),
    }))
}

/// Changes the password.
pub async fn change(call: Call) -> Result<Response, Error> {
    let refused = match attempt(&call).await {
        Ok((PasswordChanged::Done(token), mut response)) => {
            reply::set_session(
                (&call.centre, call.routes),
                &mut response,
                Some(token.reveal()),
            );
            return Ok(response);
        }
        Ok((PasswordChanged::Refused(refusal), _)) => NotTaken::Else(refusal.into()),
        Err(refused) => refused,
    };
    let errors = match refused {
        NotTaken::Fields(_, errors) => errors,
        NotTaken::Else(Error::Refused(refusal)) => at_its_field(refusal)?,
        NotTaken::Else(fault) => return Err(fault),
    };
    Ok(reply::page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &page(&call, errors)?,
    ))
}

/// What the rules refuse as a whole, at the field that it is about.
fn at_its_field(refusal: Refusal) -> Result<Vec<FieldError<PasswordField>>, Error> {
    let field = match refusal.code {
        RefusalCode::CurrentPasswordWrong => PasswordField::CurrentPassword,
        RefusalCode::PasswordReused => PasswordField::NewPassword,
        _ => return Err(refusal.into()),
    };
    let text = format!("{}{}", refusal.code.what(), refusal.code.next());
    let mut errors = field_errors(&refusal.problems).unwrap_or_default();
    errors.push(field_error(field, &text));
    Ok(errors)
}

async fn attempt(call: &Call) -> Result<(PasswordChanged, Response), NotTaken<PasswordField>> {
    let form: PasswordForm = call.form.read();
    call.take_password_form().await?;
    let change = call.service.password_change(&call.centre).await?;
    let (accepted, change) = check_typed(call, &form, change).await?;
    let (verdict, change) = test_current(call, &form.current_password, change).await?;
    let new_password = match verdict {
        PasswordVerdict::Fits { .. } => {
            let facility = &call.session()?.facility;
            let comparison = change.compare(accepted);
            Some(call.centre.hash_unless_used(facility, comparison).await?)
        }
        // The rule counts the failure and refuses.
        _ => None,
    };
    let through = call.through()?;
    let change = move |tx: &mut Tx<'_>| {
        manage::change_own_password(tx, &verdict, new_password.as_ref(), &through)
    };
    let after = |outcome: &PasswordChanged| match outcome {
        PasswordChanged::Done(token) => After::at("/web/password")
            .page(&Changed { changed: true })
            .in_session(token.reveal()),
        // Answered at once; who sends it again finds an empty form.
        PasswordChanged::Refused(_) => After::at("/web/password"),
    };
    Ok(call.service.submit(Subject::NONE, change, after).await?)
}

/// Tests what was typed as the current password, in each way in which it may be meant.
pub(in crate::web) async fn test_current(
    call: &Call,
    typed: &str,
    mut change: PasswordChange,
) -> Result<(PasswordVerdict, PasswordChange), Error> {
    let facility = &call.session()?.facility;
    let mut verdict = PasswordVerdict::Wrong;
    for meant in typed::passwords(typed) {
        (verdict, change) = call.centre.test_current(facility, meant, change).await?;
        if !matches!(verdict, PasswordVerdict::Wrong) {
            break;
        }
    }
    Ok((verdict, change))
}

async fn check_typed(
    call: &Call,
    form: &PasswordForm,
    change: PasswordChange,
) -> Result<(AcceptedPassword, PasswordChange), NotTaken<PasswordField>> {
    let facility = &call.session()?.facility;
    let new = &form.new_password;
    let judged = call.centre.judge_own_password(facility, new, change);
    let (judged, change) = judged.await?;
    let mut errors = Vec::new();
    let mut wrong = |field, text: &str| errors.push(field_error(field, text));
    let accepted = judged.map_err(|found| {
        for problem in found {
            wrong(PasswordField::NewPassword, &problem.text);
        }
    });
    if form.current_password.is_empty() {
        let text = "現在のパスワードを入力してください。";
        wrong(PasswordField::CurrentPassword, text);
    } else if typed::passwords(&form.current_password).is_empty() {
        // It can be no password, so it is named and not counted.
        let text = "現在のパスワードに、全角の文字が入っています。半角に切り替えて、入力し直してください。";
        wrong(PasswordField::CurrentPassword, text);
    }
    if form.confirm_password != *new {
        let text = "新しいパスワードと、確認のためのパスワードが一致しません。両方に同じものを入力し直してください。";
        wrong(PasswordField::ConfirmPassword, text);
    }
    match accepted {
        Ok(accepted) if errors.is_empty() => Ok((accepted, change)),
        _ => Err(NotTaken::invalid(errors)),
    }
}

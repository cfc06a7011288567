//! 利用開始（アクティベーション）: in front of the log-in, somebody who was handed a one-time code chooses the own password.
//!
//! Two steps, of which nothing is kept in between: the first tells whose account it is, the second shows the code once more together
//! with the password. Both count a wrong code.

pub mod form;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::activation::form::{ActivationField, ActivationForm};
use crate::web::activation::view::{ActivationPage, ChoosePasswordPage};
use crate::web::eligibility::typed;
use crate::web::layout::form::{FieldError, NotTaken, Problem, field_error, field_errors};
use crate::web::{lock, password, program, reply};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::activation::{self, Activated};
use onshi_core::account::own_password::{OwnPassword, PasswordChange};
use onshi_core::account::password::AcceptedPassword;
use onshi_core::account::{Account, UserId};
use onshi_core::error::Fact;
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::{Error, Refusal, RefusalCode, Subject, Tx};

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    Ok(reply::page(&page(&call, &ActivationForm::default())))
}

fn page(call: &Call, typed: &ActivationForm) -> ActivationPage {
    ActivationPage {
        frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), "/web/activation"),
        user_id: typed.user_id.clone(),
        code: typed.code.clone(),
        problem: None,
        errors: Vec::new(),
        lock: None,
        token: call.form_token(),
    }
}

/// What was typed, read; what can't be right is a slip, and no guess.
fn read(form: &ActivationForm) -> Result<(UserId, OneTimeCode), Refusal> {
    let user_id = UserId::parse(&typed::one_width(&form.user_id));
    let code = OneTimeCode::parse(Fact::ActivationCode, &form.code);
    match (user_id, code) {
        (Ok(user_id), Ok(code)) => Ok((user_id, code)),
        (user_id, code) => Err(Refusal {
            problems: user_id.err().into_iter().chain(code.err()).collect(),
            ..Refusal::new(RefusalCode::LoginSlip)
        }),
    }
}

/// Takes one out of the terminal's bucket, and reads what was typed.
async fn begin(call: &Call, form: &ActivationForm) -> Result<(UserId, OneTimeCode), Error> {
    let terminal = call.terminal()?;
    let taken = call.centre.log_ins.take(&terminal.serial, call.request.now);
    if taken.is_err() {
        return call.service.refuse(RefusalCode::TooManyAttempts).await;
    }
    match read(form) {
        Ok(both) => Ok(both),
        Err(slip) => {
            call.service.note_refusal(slip.code).await?;
            Err(slip.into())
        }
    }
}

/// Tests the code, and asks for the password.
pub async fn test(call: Call) -> Result<Response, Error> {
    let form: ActivationForm = call.form.read();
    let tested = async {
        let (user_id, code) = begin(&call, &form).await?;
        let look = move |tx: &mut Tx<'_>| activation::look(tx, &user_id, &code);
        call.service.change(Subject::NONE, look).await
    };
    match tested.await {
        Ok(Activated::Good(account)) => Ok(reply::page(&choose(&call, &form, &account))),
        Ok(Activated::Refused(refusal)) => {
            call.service.log_refused(refusal.code);
            Ok(refused(&call, &form, &refusal))
        }
        Err(Error::Refused(refusal)) if shown_on_form(refusal.code) => {
            Ok(refused(&call, &form, &refusal))
        }
        Err(error) => Err(error),
    }
}

const fn shown_on_form(code: RefusalCode) -> bool {
    matches!(
        code,
        RefusalCode::TooManyAttempts | RefusalCode::LoginSlip | RefusalCode::ChangedMeanwhile
    )
}

fn choose(call: &Call, form: &ActivationForm, account: &Account) -> ChoosePasswordPage {
    let user_id = account.user_id.as_str().to_owned();
    let forbidden = vec![user_id.clone(), account.facility.as_str().to_owned()];
    ChoosePasswordPage {
        frame: reply::plain_frame_at(&call.centre, call.terminal().ok(), "/web/activation"),
        user_id,
        code: form.code.clone(),
        name: account.name.clone(),
        kind_label: account.kind.label().to_owned(),
        program: program(account.kind),
        rules: password::shown_rules(call, forbidden, false),
        errors: Vec::new(),
        token: call.form_token(),
    }
}

/// The first page again, and why.
fn refused(call: &Call, form: &ActivationForm, refusal: &Refusal) -> Response {
    let code = refusal.code;
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let errors: Option<Vec<FieldError<ActivationField>>> = field_errors(&refusal.problems);
    let errors = errors.unwrap_or_default();
    let slip = code == RefusalCode::LoginSlip;
    // Before the failure that locks, it is said how many are left.
    let left = refusal.problems.iter().filter(|_| !slip);
    let what = match slip {
        true => "ユーザIDまたは利用開始コードに、入力まちがいがあります。",
        false => code.what(),
    };
    let page = ActivationPage {
        problem: Some(Problem {
            title: "利用を開始できませんでした".to_owned(),
            what: std::iter::once(what)
                .chain(left.map(|problem| problem.text.as_str()))
                .collect(),
            next: match slip {
                true => {
                    "この入力は、失敗の回数に数えていません。直して、もう一度入力してください。"
                }
                false => code.next(),
            }
            .to_owned(),
        }),
        errors: if slip { errors } else { Vec::new() },
        lock: refusal.until.map(|until| lock(until, call.request.now)),
        ..page(call, form)
    };
    let response = reply::page_with(status, &page);
    if code == RefusalCode::TooManyAttempts {
        return crate::http::retry::retry_after(response, 60);
    }
    response
}

/// Sets the password that was chosen, and leads to the log-in.
pub async fn activate(call: Call) -> Result<Response, Error> {
    let form: ActivationForm = call.form.read();
    match attempt(&call, &form).await {
        Ok((Activated::Good(_), response)) => Ok(response),
        Ok((Activated::Refused(refusal), _)) => {
            call.service.log_refused(refusal.code);
            Ok(refused(&call, &form, &refusal))
        }
        Err(NotTaken::Fields(_, errors)) => again(&call, &form, errors).await,
        Err(NotTaken::Else(Error::Refused(refusal))) if shown_on_form(refusal.code) => {
            Ok(refused(&call, &form, &refusal))
        }
        Err(NotTaken::Else(error)) => Err(error),
    }
}

async fn attempt(
    call: &Call,
    form: &ActivationForm,
) -> Result<(Activated, Response), NotTaken<ActivationField>> {
    // A slip here was none on the page before: it belongs there.
    let (user_id, code) = begin(call, form).await.map_err(NotTaken::Else)?;
    let change = opened(call, &user_id, &code).await?;
    let new = match change {
        Some(change) => Some(chosen(call, form, change).await?),
        // The rule counts it and refuses.
        None => None,
    };
    let activate = move |tx: &mut Tx<'_>| activation::activate(tx, &user_id, &code, new.as_ref());
    let after = |outcome: &Activated| match outcome {
        Activated::Good(_) => After::at("/web/login")
            .notice("利用を開始しました。決めたパスワードで、ログインしてください。"),
        // Answered at once; who sends it again finds an empty form.
        Activated::Refused(_) => After::at("/web/activation"),
    };
    Ok(call.service.submit(Subject::NONE, activate, after).await?)
}

/// What the code opens now, if anything.
async fn opened(
    call: &Call,
    user_id: &UserId,
    code: &OneTimeCode,
) -> Result<Option<PasswordChange>, Error> {
    let facility = &call.terminal()?.facility;
    call.service
        .activation(&call.centre, facility, (user_id, code), call.request.now)
        .await
}

async fn chosen(
    call: &Call,
    form: &ActivationForm,
    change: PasswordChange,
) -> Result<OwnPassword, NotTaken<ActivationField>> {
    let facility = &call.terminal()?.facility;
    let (new, owner) = (&form.new_password, change.owner().clone());
    let judged = call.centre.judge_password(facility, new, owner).await?;
    let mut errors = Vec::new();
    if form.confirm_password != *new {
        let text = "新しいパスワードと、確認のためのパスワードが一致しません。両方に同じものを入力し直してください。";
        errors.push(field_error(ActivationField::ConfirmPassword, text));
    }
    let accepted: AcceptedPassword = match judged {
        Ok(accepted) if errors.is_empty() => accepted,
        Ok(_) => return Err(NotTaken::invalid(errors)),
        Err(found) => {
            let found = field_errors(&found).unwrap_or_default();
            return Err(NotTaken::invalid(found.into_iter().chain(errors).collect()));
        }
    };
    let comparison = change.compare(accepted);
    match call.centre.hash_unless_used(facility, comparison).await {
        Ok(own) => Ok(own),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::PasswordReused => {
            let text = format!("{}{}", refusal.code.what(), refusal.code.next());
            Err(NotTaken::field(ActivationField::NewPassword, &text))
        }
        Err(error) => Err(NotTaken::Else(error)),
    }
}

/// The second page again, with what is wrong with the password. The code was right a moment ago; it is tested once more, so that
/// nothing is told of an account to somebody who only says so.
async fn again(
    call: &Call,
    form: &ActivationForm,
    errors: Vec<FieldError<ActivationField>>,
) -> Result<Response, Error> {
    let Ok((user_id, code)) = read(form) else {
        return Ok(reply::page(&page(call, form)));
    };
    let look = move |tx: &mut Tx<'_>| activation::look(tx, &user_id, &code);
    match call.service.change(Subject::NONE, look).await? {
        Activated::Good(account) => Ok(reply::page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &ChoosePasswordPage {
                errors,
                ..choose(call, form, &account)
            },
        )),
        Activated::Refused(refusal) => Ok(refused(call, form, &refusal)),
    }
}

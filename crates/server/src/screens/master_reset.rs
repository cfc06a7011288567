//! マスタパスワード初期化: with the account for it and the secret number.

use super::{field_errors, lock};
use crate::pages::{AccountRegisteredPage, FieldError, Lock, MasterResetPage, PasswordIssue};
use crate::reply;
use crate::routes::Call;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::login::Verdict;
use onshi_core::account::manage::{self, MasterReset};
use onshi_core::account::password::generate;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::error::Problem;
use onshi_core::{AccountKind, Error, Fault, Refusal, RefusalCode, Subject};

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    let page = MasterResetPage {
        frame: call.frame()?,
        errors: Vec::new(),
        lock: None,
    };
    Ok(reply::page(&page))
}

/// Resets the master's password and shows the new one once.
pub async fn reset(call: Call) -> Result<Response, Error> {
    let (outcome, password) = match attempt(&call).await {
        Ok(done) => done,
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::Invalid => {
            return refused(&call, &refusal);
        }
        Err(error) => return Err(error),
    };
    match outcome {
        MasterReset::Done(master) => Ok(reply::page(&AccountRegisteredPage {
            frame: call.frame()?,
            issue: PasswordIssue::MasterReset,
            user_id: master.user_id.as_str().to_owned(),
            name: master.name,
            kind_label: AccountKind::Master.label().to_owned(),
            password: Some(password),
            program: None,
            another_href: None,
            back_href: "/web/menu".to_owned(),
            back_label: "メニューへ戻る".to_owned(),
        })),
        MasterReset::Refused(mut refusal) => {
            if refusal.code == RefusalCode::SecretNumberWrong {
                let text = format!("{}{}", refusal.code.what(), refusal.code.next());
                refusal.problems.push(Problem {
                    field: "secret_number",
                    text,
                });
            }
            refused(&call, &refusal)
        }
    }
}

async fn attempt(call: &Call) -> Result<(MasterReset, String), Error> {
    call.take_password_form().await?;
    let digits: String = call
        .form
        .get("secret_number")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    if digits.len() != 12 {
        let text = "秘密の番号は数字12桁です。通知に書かれた番号を入力してください。";
        return Err(Refusal::invalid(vec![Problem::new("secret_number", text)]).into());
    }
    let (centre, facility) = (call.centre.clone(), call.session()?.facility.clone());
    let hash = tokio::task::spawn_blocking(move || centre.office.gate().secret_number(&facility))
        .await
        .map_err(|e| Fault::at("looking up the secret number", e))??
        .ok_or(RefusalCode::NotFound)?;
    let fits = matches!(call.test_password(&digits, hash).await?, Verdict::Fits(_));
    let password = generate(&mut Entropy::new(fresh_seed()));
    let shown = password.reveal().to_owned();
    let facility = &call.session()?.facility;
    let hash = call.centre.hash_password(facility, password).await?;
    let outcome = call
        .desk
        .change(Subject::NONE, move |work| {
            manage::reset_master(work, fits, &hash)
        })
        .await?;
    Ok((outcome, shown))
}

fn refused(call: &Call, refusal: &Refusal) -> Result<Response, Error> {
    let errors: Vec<FieldError> = field_errors(refusal);
    let lock: Option<Lock> = refusal.until.map(|until| lock(until, call.request.now));
    let page = MasterResetPage {
        frame: call.frame()?,
        errors,
        lock,
    };
    Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

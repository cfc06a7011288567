//! マスタパスワード初期化: with the account for it and the secret number.

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::issue;
use crate::web::accounts::issue::Issued;
use crate::web::accounts::issue_view::PasswordIssue;
use crate::web::eligibility::typed;
use crate::web::layout::form::{FieldError, NotTaken, field_error, field_errors};
use crate::web::lock;
use crate::web::login::form::{MasterResetField, MasterResetForm};
use crate::web::login::view::MasterResetPage;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::alarm;
use onshi_core::account::manage::{self, MasterReset};
use onshi_core::account::password::generate;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::{Error, Moment, RefusalCode, Subject, Tx};

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    if let Some(page) = issue::page(&call).await? {
        return Ok(page);
    }
    let page = MasterResetPage {
        frame: call.frame()?,
        errors: Vec::new(),
        lock: None,
    };
    Ok(reply::page(&page))
}

/// Resets the master's password and shows the new one once.
pub async fn reset(call: Call) -> Result<Response, Error> {
    match attempt(&call).await {
        Ok((MasterReset::Done(_), response)) => Ok(response),
        Ok((MasterReset::Refused(refusal), _)) => {
            let mut errors = field_errors(&refusal.problems).unwrap_or_default();
            if refusal.code == RefusalCode::SecretNumberWrong {
                let text = format!("{}{}", refusal.code.what(), refusal.code.next());
                errors.push(field_error(MasterResetField::SecretNumber, &text));
            }
            refused(&call, errors, refusal.until)
        }
        Err(NotTaken::Fields(_, errors)) => refused(&call, errors, None),
        Err(NotTaken::Else(error)) => Err(error),
    }
}

async fn attempt(call: &Call) -> Result<(MasterReset, Response), NotTaken<MasterResetField>> {
    call.take_password_form().await?;
    let form: MasterResetForm = call.form.read();
    let digits: String = typed::one_width(&form.secret_number)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    if digits.len() != 12 {
        let text = "秘密の番号は数字12桁です。通知に書かれた番号を入力してください。";
        return Err(NotTaken::field(MasterResetField::SecretNumber, text));
    }
    let password = generate(&mut Entropy::new(fresh_seed()));
    let shown = password.reveal().to_owned();
    let facility = &call.session()?.facility;
    let verdict = call
        .service
        .test_secret_number(&call.centre, facility, &digits)
        .await?;
    let hash = call.centre.hash_password(facility, password).await?;
    let after = move |outcome: &MasterReset| match outcome {
        MasterReset::Done(master) => After::at("/web/master-reset")
            .page(&Issued::new(PasswordIssue::MasterReset, master, true))
            .secret(Some(shown.clone())),
        // Answered at once; who sends it again finds an empty form.
        MasterReset::Refused(_) => After::at("/web/master-reset"),
    };
    let reset = move |tx: &mut Tx<'_>| manage::reset_master(tx, &verdict, &hash);
    Ok(call.service.submit(Subject::NONE, reset, after).await?)
}

fn refused(
    call: &Call,
    errors: Vec<FieldError<MasterResetField>>,
    until: Option<Moment>,
) -> Result<Response, Error> {
    let page = MasterResetPage {
        frame: call.frame()?,
        errors,
        lock: until.map(|until| lock(until, call.request.now)),
    };
    Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Takes that somebody has seen the alarm of a reset, which every screen of the institution shows until then.
pub async fn confirm_alarm(call: Call) -> Result<Response, Error> {
    let after = |(): &()| {
        After::at("/web/menu")
            .notice("マスタパスワード初期化の警告を確認したことを、操作履歴に記録しました。")
    };
    let (_, response) = call
        .service
        .submit(Subject::NONE, alarm::confirm, after)
        .await?;
    Ok(response)
}

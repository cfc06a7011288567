//! パスキー of the own account: what adds one and removes one.

use super::{PAGE, after_codes, changed, question, tested};
use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::layout::form::{FieldError, NotTaken};
use crate::web::reply;
use crate::web::second_factor::form::{ConfirmField, ConfirmForm, PasskeyField, PasskeyForm};
use crate::web::second_factor::passkey_view::PasskeyPage;
use crate::web::second_factor::view::Question;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::factors;
use onshi_core::second_factor::RecoveryCode;
use onshi_core::{Error, Subject, Tx};

/// The page on which a device makes a passkey.
async fn page(
    call: &Call,
    name: String,
    errors: Vec<FieldError<PasskeyField>>,
) -> Result<PasskeyPage, Error> {
    let offer = call
        .service
        .point_read(Subject::NONE, factors::offer_passkey);
    let offer = offer.await?;
    Ok(PasskeyPage {
        frame: call.frame_at(PAGE)?,
        name,
        challenge: offer.challenge,
        handle: offer.handle,
        user_name: offer.user_name,
        display_name: offer.display_name,
        known: offer.known.join(" "),
        algorithms: offer.algorithms.map(|number| number.to_string()).join(" "),
        errors,
    })
}

/// `GET /web/second-factor/passkeys`.
pub async fn form(call: Call) -> Result<Response, Error> {
    let name = call.terminal()?.name.clone();
    Ok(reply::page(&page(&call, name, Vec::new()).await?))
}

/// Adds the passkey that a device made.
pub async fn add(call: Call) -> Result<Response, Error> {
    let form: PasskeyForm = call.form.read();
    let errors = match attempt(&call, &form).await {
        Ok(response) => return Ok(response),
        Err(NotTaken::Fields(_, errors)) => errors,
        Err(NotTaken::Else(error)) => return Err(error),
    };
    let page = page(&call, form.name, errors).await?;
    Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn attempt(call: &Call, form: &PasskeyForm) -> Result<Response, NotTaken<PasskeyField>> {
    if form.credential.is_empty() {
        let text = "パスキーがまだ作られていません。「パスキーを作る」を押し、端末の画面に従ってください。";
        return Err(NotTaken::field(PasskeyField::Credential, text));
    }
    let verdict = tested(call, &form.current_password).await?;
    let (name, sent) = (form.name.trim().to_owned(), form.credential.clone());
    let names = call.centre.config.centre.names.clone();
    let add = move |tx: &mut Tx<'_>| factors::add_passkey(tx, &verdict, (&name, &sent), &names);
    changed(call, add, |codes: &Vec<RecoveryCode>| {
        after_codes(codes, true, "パスキーを登録しました。")
    })
    .await
}

/// Which one is to be removed; none of anybody else's.
async fn removal(call: &Call) -> Result<Question, Error> {
    let id = call.parameter("passkey").to_owned();
    let look = {
        let id = id.clone();
        move |tx: &mut Tx<'_>| factors::passkey(tx, &id)
    };
    let name = call.service.point_read(Subject::NONE, look).await?.name;
    Ok(Question::RemovePasskey { id, name })
}

/// The page that asks before a passkey is removed.
pub async fn ask_to_remove(call: Call) -> Result<Response, Error> {
    question(&call, removal(&call).await?, Vec::new())
}

/// Removes one.
pub async fn remove(call: Call) -> Result<Response, Error> {
    match attempt_removal(&call).await {
        Ok(response) => Ok(response),
        Err(NotTaken::Fields(_, errors)) => question(&call, removal(&call).await?, errors),
        Err(NotTaken::Else(error)) => Err(error),
    }
}

async fn attempt_removal(call: &Call) -> Result<Response, NotTaken<ConfirmField>> {
    let form: ConfirmForm = call.form.read();
    let verdict = tested(call, &form.current_password).await?;
    let id = call.parameter("passkey").to_owned();
    let remove = move |tx: &mut Tx<'_>| factors::remove_passkey(tx, &verdict, &id);
    let done = |(): &()| After::at(PAGE).notice("パスキーを削除しました。");
    changed(call, remove, done).await
}

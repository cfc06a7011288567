//! 二要素認証 of the own account: what there is, and what its holder adds and removes.

pub mod form;
pub mod passkey_view;
pub mod passkeys;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::eligibility::typed;
use crate::web::layout::form::{FieldError, FormField, NotTaken, field_error, field_errors};
use crate::web::layout::qr;
use crate::web::password::test_current;
use crate::web::reply;
use crate::web::second_factor::form::{ConfirmField, ConfirmForm, TotpField, TotpForm};
use crate::web::second_factor::view::{
    ConfirmFactorPage, PasskeyShown, Question, RecoveryCodesPage, SecondFactorPage, TotpPage,
    TotpShown,
};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::factors::{self, FactorChange, OwnFactors};
use onshi_core::account::login::PasswordVerdict;
use onshi_core::audit::Detail;
use onshi_core::error::Fact;
use onshi_core::second_factor::{RecoveryCode, TotpOffer};
use onshi_core::{Error, Moment, Refusal, RefusalCode, Subject, Tx};
use serde::{Deserialize, Serialize};

/// Where it is.
pub const PAGE: &str = "/web/second-factor";
/// What authenticators call us.
const ISSUER: &str = "オンライン資格確認";

/// What is kept of the making of recovery codes: that there were some.
#[derive(Serialize, Deserialize)]
struct CodesMade {
    /// Whether they came with the first factor.
    first: bool,
}

/// What there is, or the recovery codes that were made a moment ago.
pub async fn show(call: Call) -> Result<Response, Error> {
    if let Some(made) = call.shown::<CodesMade>() {
        let shown = Detail::RecoveryCodesShown {};
        let codes = call.shown_once_as(Subject::NONE, shown).await?;
        let codes = codes.map(|text| text.lines().map(str::to_owned).collect());
        return Ok(reply::page(&RecoveryCodesPage {
            frame: call.frame_at(PAGE)?,
            first: made.first,
            codes,
        }));
    }
    let found = call.service.point_read(Subject::NONE, factors::show);
    let OwnFactors { policy, factors } = found.await?;
    Ok(reply::page(&SecondFactorPage {
        must: call.session()?.must_add_factor,
        frame: call.frame_at(PAGE)?,
        policy,
        totp: factors.totp.map(|totp| TotpShown {
            added: totp.added_at.jst_words(),
            used: totp.last_used_at.map(Moment::jst_words),
        }),
        passkeys: factors
            .passkeys
            .into_iter()
            .map(|one| PasskeyShown {
                id: one.id,
                name: one.name,
                site: one.site,
                added: one.added_at.jst_words(),
                used: one.last_used_at.map(Moment::jst_words),
            })
            .collect(),
        codes_left: factors.codes_left,
    }))
}

fn offered(
    call: &Call,
    (offer, name): (TotpOffer, String),
    errors: Vec<FieldError<TotpField>>,
) -> Result<TotpPage, Error> {
    let uri = offer.secret.uri(ISSUER, &name);
    Ok(TotpPage {
        frame: call.frame_at(PAGE)?,
        code: qr::svg(&uri, "認証アプリで読み取る二次元コード")?,
        secret: offer.secret.typed(),
        shown_as: format!("{ISSUER}（{name}）"),
        sealed: offer.sealed,
        errors,
    })
}

/// The page with the QR code of a new secret.
pub async fn totp(call: Call) -> Result<Response, Error> {
    let offer = call.service.point_read(Subject::NONE, factors::offer_totp);
    Ok(reply::page(&offered(&call, offer.await?, Vec::new())?))
}

/// Adds the authenticator that took it.
pub async fn add_totp(call: Call) -> Result<Response, Error> {
    let form: TotpForm = call.form.read();
    let errors = match attempt_totp(&call, &form).await {
        Ok(response) => return Ok(response),
        Err(NotTaken::Fields(_, errors)) => errors,
        Err(NotTaken::Else(error)) => return Err(error),
    };
    // The same secret again: it may be in the authenticator already.
    let sealed = form.sealed.clone();
    let again = move |tx: &mut Tx<'_>| factors::offered_again(tx, &sealed);
    let offer = call.service.point_read(Subject::NONE, again).await?;
    let page = offered(&call, offer, errors)?;
    Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn attempt_totp(call: &Call, form: &TotpForm) -> Result<Response, NotTaken<TotpField>> {
    let code = typed::one_width(&form.code);
    if code.is_empty() {
        let text = "認証アプリに表示されている、6けたの確認コードを入力してください。";
        return Err(NotTaken::field(TotpField::Code, text));
    }
    let verdict = tested(call, &form.current_password).await?;
    let sealed = form.sealed.clone();
    let add = move |tx: &mut Tx<'_>| factors::add_totp(tx, &verdict, (&sealed, &code));
    let done = "認証アプリを登録し直しました。前に登録したものは、使えなくなりました。";
    changed(call, add, move |codes: &Vec<RecoveryCode>| {
        after_codes(codes, true, done)
    })
    .await
}

/// The page after a change that may have made recovery codes.
fn after_codes(codes: &[RecoveryCode], first: bool, otherwise: &str) -> After {
    if codes.is_empty() {
        return After::at(PAGE).notice(otherwise);
    }
    let printed: Vec<String> = codes.iter().map(RecoveryCode::printed).collect();
    After::at(PAGE)
        .page(&CodesMade { first })
        .secret(Some(printed.join("\n")))
}

/// Does what the current password confirms.
async fn changed<T: Send + 'static, F: FormField>(
    call: &Call,
    work: impl FnMut(&mut Tx<'_>) -> Result<FactorChange<T>, Error> + Send + 'static,
    after: impl Fn(&T) -> After + Send + 'static,
) -> Result<Response, NotTaken<F>> {
    let shown = move |change: &FactorChange<T>| match change {
        FactorChange::Done(done) => after(done),
        // Answered at once; who sends it again finds an empty form.
        FactorChange::Refused(_) => After::at(PAGE),
    };
    match call.service.submit(Subject::NONE, work, shown).await? {
        (FactorChange::Done(_), response) => Ok(response),
        (FactorChange::Refused(refusal), _) => Err(at_the_password(refusal)),
    }
}

/// A wrong password, at its field.
fn at_the_password<F: FormField>(refusal: Refusal) -> NotTaken<F> {
    let field = F::of(Fact::CurrentPassword);
    let (RefusalCode::CurrentPasswordWrong, Some(field)) = (refusal.code, field) else {
        return NotTaken::Else(refusal.into());
    };
    let text = format!("{}{}", refusal.code.what(), refusal.code.next());
    let mut errors = field_errors(&refusal.problems).unwrap_or_default();
    errors.push(field_error(field, &text));
    NotTaken::invalid(errors)
}

/// Tests the current password. What can be none is named and not counted.
async fn tested<F: FormField>(call: &Call, typed: &str) -> Result<PasswordVerdict, NotTaken<F>> {
    call.take_password_form().await?;
    let slip = match (typed.is_empty(), typed::passwords(typed).is_empty()) {
        (true, _) => Some("今のパスワードを入力してください。"),
        (false, true) => Some(
            "今のパスワードに、全角の文字が入っています。半角に切り替えて、入力し直してください。",
        ),
        (false, false) => None,
    };
    if let (Some(text), Some(field)) = (slip, F::of(Fact::CurrentPassword)) {
        return Err(NotTaken::field(field, text));
    }
    let change = call.service.password_change(&call.centre).await?;
    let (verdict, _) = test_current(call, typed, change).await?;
    Ok(verdict)
}

fn question(
    call: &Call,
    question: Question,
    errors: Vec<FieldError<ConfirmField>>,
) -> Result<Response, Error> {
    let status = match errors.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = ConfirmFactorPage {
        frame: call.frame_at(PAGE)?,
        question,
        errors,
    };
    Ok(reply::page_with(status, &page))
}

fn answered(
    call: &Call,
    asked: Question,
    answer: Result<Response, NotTaken<ConfirmField>>,
) -> Result<Response, Error> {
    match answer {
        Ok(response) => Ok(response),
        Err(NotTaken::Fields(_, errors)) => question(call, asked, errors),
        Err(NotTaken::Else(error)) => Err(error),
    }
}

/// The page that asks before the authenticator is removed.
pub async fn ask_to_remove_totp(call: Call) -> Result<Response, Error> {
    question(&call, Question::RemoveTotp, Vec::new())
}

/// Removes the authenticator.
pub async fn remove_totp(call: Call) -> Result<Response, Error> {
    let answer = attempt_removal(&call).await;
    answered(&call, Question::RemoveTotp, answer)
}

async fn attempt_removal(call: &Call) -> Result<Response, NotTaken<ConfirmField>> {
    let form: ConfirmForm = call.form.read();
    let verdict = tested(call, &form.current_password).await?;
    let remove = move |tx: &mut Tx<'_>| factors::remove_totp(tx, &verdict);
    let done = |(): &()| After::at(PAGE).notice("認証アプリの登録を削除しました。");
    changed(call, remove, done).await
}

/// The page that asks before new recovery codes are made.
pub async fn ask_for_codes(call: Call) -> Result<Response, Error> {
    question(&call, Question::MakeCodes, Vec::new())
}

/// Makes new recovery codes.
pub async fn make_codes(call: Call) -> Result<Response, Error> {
    let answer = attempt_codes(&call).await;
    answered(&call, Question::MakeCodes, answer)
}

async fn attempt_codes(call: &Call) -> Result<Response, NotTaken<ConfirmField>> {
    let form: ConfirmForm = call.form.read();
    let verdict = tested(call, &form.current_password).await?;
    let make = move |tx: &mut Tx<'_>| factors::make_codes(tx, &verdict);
    changed(call, make, |codes: &Vec<RecoveryCode>| {
        after_codes(codes, false, "")
    })
    .await
}

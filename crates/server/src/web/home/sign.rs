//! The way to the card and back: what it is to sign, and what came of it.

use crate::http::route::Call;
use crate::web::home::form::HomeForm;
use crate::web::home::view::{CardPage, SignPage, Task};
use crate::web::home::{base, forms, frame, home, institution};
use crate::web::reply;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use onshi_core::home_reception::{Act, ChallengeFor, Signed};
use onshi_core::{Error, RefusalCode};

fn whom(call: &Call, act: &Act) -> Result<ChallengeFor, Error> {
    Ok(ChallengeFor {
        facility: institution(call)?.code.clone(),
        browser: home(call)?.browser.clone(),
        act: act.clone(),
    })
}

/// The page that says what is to be done, and leads to the card.
pub(super) fn ask(
    call: &Call,
    (act, task): (&Act, Task),
    fields: &[(&'static str, String)],
) -> Result<Response, Error> {
    let challenge = call
        .service
        .home_challenge(&whom(call, act)?, &call.request)?;
    let to_sign = URL_SAFE_NO_PAD.encode(&challenge.to_sign);
    let mut back = format!("{}/{}/card", base(call), task.path());
    if !fields.is_empty() {
        let query = serde_urlencoded::to_string(fields).unwrap_or_default();
        back.push_str(&format!("?{query}"));
    }
    let query = serde_urlencoded::to_string([("statement", &to_sign), ("back", &back)]);
    let signer = &call.centre.config.portal.card_program;
    Ok(reply::page(&SignPage {
        frame: frame(call)?,
        base: base(call),
        institution: institution(call)?.name.clone(),
        sign_href: format!("{signer}/sign?{}", query.unwrap_or_default()),
        until: challenge.until.jst_time_words(),
        task,
    }))
}

/// The page that the card's program leads back to: a press from here on does it. Where nothing was signed, the card is
/// asked for again.
pub(super) fn returned(
    call: &Call,
    (act, task): (&Act, Task),
    fields: Vec<(&'static str, String)>,
) -> Result<Response, Error> {
    let form: HomeForm = call.query.read();
    if form.challenge.is_empty() || form.signature.is_empty() {
        return ask(call, (act, task), &fields);
    }
    let signed = [
        ("challenge", form.challenge),
        ("certificate", form.certificate),
        ("signature", form.signature),
    ];
    Ok(reply::page(&CardPage {
        frame: frame(call)?,
        forms: forms(call)?,
        base: base(call),
        institution: institution(call)?.name.clone(),
        fields: fields.into_iter().chain(signed).collect(),
        task,
    }))
}

/// Holds what a form brought of the card against what it was to sign. A refusal is audited.
pub(super) async fn signed(call: &Call, form: &HomeForm, act: &Act) -> Result<Signed, Error> {
    let whom = whom(call, act)?;
    let asked = whom.to_sign(&form.challenge).into_bytes();
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let shown = bytes(&form.certificate).zip(bytes(&form.signature));
    let Some(shown) = shown else {
        return call.service.refuse(RefusalCode::CardCertificate).await;
    };
    let proven = call.service.prove_card(&call.centre, shown, asked).await?;
    Ok(Signed {
        proven,
        challenge: form.challenge.clone(),
        browser: whom.browser,
    })
}

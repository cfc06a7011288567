//! 訪問先での資格確認・同意登録: what the patient says, the card, and what was found.

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::eligibility::{asker, shown};
use crate::web::home::form::{HomeField, HomeForm, fields};
use crate::web::home::kinds;
use crate::web::layout::form::{FieldError, choice as option, field_error};
use crate::web::reply;
use crate::web::visit::view::{CardPage, ConsentPage, ResultPage, SignPage, Told};
use crate::web::visit::{TOP, forms, frame};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use onshi_core::account::session::token_hash;
use onshi_core::consent::Purpose;
use onshi_core::environment::{self, EnvironmentSettings};
use onshi_core::home_reception::{Act, ChallengeFor, Choice, OnVisit, Signed};
use onshi_core::staff_phone::visit::{self, Visited};
use onshi_core::{Error, Fault, Moment, RefusalCode, Subject, Tx};
use onshi_wire::Limits;
use onshi_wire::messages::EligibilityResponse;
use onshi_wire::{parse_json, print_json};
use serde::{Deserialize, Serialize};

const PAGE: &str = "/visit/consent";
const RESULT: &str = "/visit/result";

/// What the institution asks for now.
async fn settings(call: &Call) -> Result<EnvironmentSettings, Error> {
    let read = |tx: &mut Tx<'_>| Ok(environment::current(tx)?.settings);
    call.service.point_read(Subject::NONE, read).await
}

/// What was chosen; else what is missing.
fn said(
    call: &Call,
    form: &HomeForm,
    settings: &EnvironmentSettings,
) -> Result<OnVisit, Vec<FieldError<HomeField>>> {
    let today = call.request.now.jst_day();
    let form = HomeForm {
        purpose: Purpose::HomeVisit.code().to_owned(),
        ..form.clone()
    };
    let chosen = form.choice(settings, (today, today));
    let by_eye = match form.way.as_str() {
        "pin" => Ok(false),
        "eye" => Ok(true),
        _ => Err(field_error(
            HomeField::Way,
            "本人確認の方法を選んでください。",
        )),
    };
    match (chosen, by_eye) {
        (Ok(Choice { kinds, .. }), Ok(by_eye)) => Ok(OnVisit { by_eye, kinds }),
        (chosen, by_eye) => {
            let others = chosen.err().unwrap_or_default();
            Err(by_eye.err().into_iter().chain(others).collect())
        }
    }
}

fn page(
    call: &Call,
    (form, settings): (&HomeForm, &EnvironmentSettings),
    errors: Vec<FieldError<HomeField>>,
) -> Result<ConsentPage, Error> {
    Ok(ConsentPage {
        frame: frame(call)?,
        ways: vec![
            option("pin", "暗証番号（患者が入力する）", form.way == "pin"),
            option(
                "eye",
                "目視確認（カードの顔写真と、患者の顔を見比べた）",
                form.way == "eye",
            ),
        ],
        all: form.all.clone(),
        kinds: kinds(settings, form),
        errors,
    })
}

/// The form: how the patient is verified, and to what they consent.
pub async fn consent(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.query.read();
    let settings = settings(&call).await?;
    Ok(reply::page(&page(&call, (&form, &settings), Vec::new())?))
}

/// What was chosen, or the page that says what is missing.
async fn chosen(call: &Call, form: &HomeForm) -> Result<Result<OnVisit, Response>, Error> {
    let settings = settings(call).await?;
    Ok(match said(call, form, &settings) {
        Ok(said) => Ok(said),
        Err(errors) => {
            let page = page(call, (form, &settings), errors)?;
            Err(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    })
}

/// The fields that say what was chosen.
fn sent(said: &OnVisit) -> Vec<(&'static str, String)> {
    let way = if said.by_eye { "eye" } else { "pin" };
    let choice = Choice {
        purpose: Purpose::HomeVisit,
        booked: None,
        kinds: said.kinds.clone(),
    };
    let mut sent = fields(&choice);
    sent.retain(|(name, _)| *name != HomeField::Purpose.name());
    sent.push((HomeField::Way.name(), way.to_owned()));
    sent
}

fn whom(call: &Call, said: &OnVisit) -> Result<ChallengeFor, Error> {
    let secret = call.phone_secret.as_deref();
    Ok(ChallengeFor {
        facility: call.session()?.facility.clone(),
        browser: token_hash(secret.ok_or(RefusalCode::PhoneUnknown)?),
        act: Act::Visit(said.clone()),
    })
}

/// The page that shows what was chosen, and leads to the card.
pub async fn review(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.query.read();
    match chosen(&call, &form).await? {
        Ok(said) => ask(&call, &said),
        Err(page) => Ok(page),
    }
}

fn ask(call: &Call, said: &OnVisit) -> Result<Response, Error> {
    let challenge = call
        .service
        .home_challenge(&whom(call, said)?, &call.request)?;
    let to_sign = URL_SAFE_NO_PAD.encode(&challenge.to_sign);
    let chosen = serde_urlencoded::to_string(sent(said)).unwrap_or_default();
    let back = format!("{PAGE}/card?{chosen}");
    let query = serde_urlencoded::to_string([("statement", &to_sign), ("back", &back)]);
    let signer = &call.centre.config.portal.card_program;
    Ok(reply::page(&SignPage {
        frame: frame(call)?,
        sign_href: format!("{signer}/sign?{}", query.unwrap_or_default()),
        again_href: format!("{PAGE}?{chosen}"),
        until: challenge.until.jst_time_words(),
        told: Told::of(said),
    }))
}

/// Back from the card: a press from here on registers.
pub async fn card(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.query.read();
    let said = match chosen(&call, &form).await? {
        Ok(said) => said,
        Err(page) => return Ok(page),
    };
    if form.challenge.is_empty() || form.signature.is_empty() {
        return ask(&call, &said);
    }
    let signed = [
        ("challenge", form.challenge),
        ("certificate", form.certificate),
        ("signature", form.signature),
    ];
    Ok(reply::page(&CardPage {
        frame: frame(&call)?,
        forms: forms(&call)?,
        fields: sent(&said).into_iter().chain(signed).collect(),
        told: Told::of(&said),
    }))
}

/// What the page after a visit shows. It is kept with the form, for the session that sent it.
#[derive(Serialize, Deserialize)]
struct Kept {
    told: Told,
    given: String,
    /// The message, as a reader would get it.
    message: String,
    at: i64,
    by: String,
}

/// Registers what was signed, and checks eligibility.
pub async fn register(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.form.read();
    let said = match chosen(&call, &form).await? {
        Ok(said) => said,
        Err(page) => return Ok(page),
    };
    let signed = signed(&call, &form, &said).await?;
    let (by, at, told) = (asker(&call)?, call.request.now.ms(), Told::of(&said));
    let work = move |tx: &mut Tx<'_>| {
        let visited: Visited = visit::consented(tx, &signed, &said)?;
        let message = String::from_utf8(print_json(&visited.answer));
        let message = message.map_err(|e| Fault::at("keeping the answer of a visit", e))?;
        Ok((visited.record.given_at, message))
    };
    let after = move |(given, message): &(Moment, String)| {
        After::at(RESULT).page(&Kept {
            told: told.clone(),
            given: given.jst_words(),
            message: message.clone(),
            at,
            by: by.clone(),
        })
    };
    let (_, answer) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(answer)
}

/// Holds what a form brought of the card against what it was to sign. A refusal is audited.
async fn signed(call: &Call, form: &HomeForm, said: &OnVisit) -> Result<Signed, Error> {
    let whom = whom(call, said)?;
    let asked = whom.to_sign(&form.challenge).into_bytes();
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let Some(shown) = bytes(&form.certificate).zip(bytes(&form.signature)) else {
        return call.service.refuse(RefusalCode::CardCertificate).await;
    };
    let proven = call.service.prove_card(&call.centre, shown, asked).await?;
    Ok(Signed {
        proven,
        challenge: form.challenge.clone(),
        browser: whom.browser,
    })
}

/// What was registered and found.
pub async fn result(call: Call) -> Result<Response, Error> {
    let Some(kept) = call.shown::<Kept>() else {
        return Ok(reply::redirect(TOP));
    };
    let parsed = parse_json::<EligibilityResponse>(kept.message.as_bytes(), &Limits::SINGLE);
    if !parsed.readable {
        return Ok(reply::redirect(TOP));
    }
    let times = (Moment::from_ms(kept.at), call.request.now);
    Ok(reply::page(&ResultPage {
        frame: frame(&call)?,
        answer: shown(&parsed.message, times, kept.by),
        told: kept.told,
        given: kept.given,
    }))
}

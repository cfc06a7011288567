//! 照会番号登録.

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::eligibility::form::{CardField, CardForm};
use crate::web::eligibility::reference_view::{ReferenceNumberPage, Replaces};
use crate::web::eligibility::view::EligibilityValues;
use crate::web::eligibility::{REFERENCE_MAX, read_birthdate, read_card};
use crate::web::layout::form::{FieldError, field_error};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::eligibility::reference::{self, AtReception, Registration};
use onshi_core::insured::Card;
use onshi_core::{Error, Subject, Tx};
use onshi_wire::error_codes::{self, ErrorCode};
use serde::{Deserialize, Serialize};

/// What the page after the form shows, where something is left to do.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    typed: EligibilityValues,
    errors: Vec<(CardField, String)>,
    replaces: Option<Replaces>,
}

/// The form, with what came of the one that was sent.
pub async fn form(call: Call) -> Result<Response, Error> {
    let kept = call.shown::<Kept>().unwrap_or_default();
    let errors = kept.errors.into_iter();
    Ok(reply::page(&ReferenceNumberPage {
        frame: call.frame()?,
        values: kept.typed,
        errors: errors
            .map(|(field, text)| FieldError { field, text })
            .collect(),
        replaces: kept.replaces,
    }))
}

/// Registers the number, or asks first where one would be replaced.
pub async fn register(call: Call) -> Result<Response, Error> {
    let form: CardForm = call.form.read();
    let typed = form.values();
    let agreed = form.agreed;
    let mut errors = Vec::new();
    let length = typed.reference_number.chars().count();
    if !(1..=REFERENCE_MAX).contains(&length) {
        let words = format!("照会番号を{REFERENCE_MAX}文字以内で入力してください。");
        errors.push(field_error(CardField::ReferenceNumber, &words));
    }
    let card = read_card(&typed, &mut errors);
    let born = read_birthdate(&typed.birthdate, &mut errors);
    let Some(born) = born.filter(|_| errors.is_empty()) else {
        let page = ReferenceNumberPage {
            frame: call.frame()?,
            values: typed,
            errors,
            replaces: None,
        };
        return Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let symbol = card.insured_card_symbol.as_deref().unwrap_or("");
    let number = &card.insured_identification_number;
    let info = Registration {
        reference_number: typed.reference_number.clone(),
        card: Card::of(&card.insurer_number, symbol, number),
        branch: card.insured_branch_number,
    };
    let register =
        move |tx: &mut Tx<'_>| reference::register_at_reception(tx, &info, born, &agreed);
    let after = move |told: &AtReception| after(told, &typed);
    let (_, response) = call.service.submit(Subject::NONE, register, after).await?;
    Ok(response)
}

fn after(told: &AtReception, typed: &EligibilityValues) -> After {
    let page = After::at("/web/reference-number");
    let kept = |errors, replaces| Kept {
        typed: typed.clone(),
        errors,
        replaces,
    };
    match told {
        AtReception::Done { name, before } => {
            let number = &typed.reference_number;
            let mut words = format!("{name} さんの照会番号として {number} を登録しました。");
            if let Some(before) = before {
                words.push_str(&format!("これまでの番号 {before} は使えなくなりました。"));
            }
            page.notice(words)
        }
        AtReception::Asks(replacing) => page.page(&kept(
            Vec::new(),
            Some(Replaces {
                name: replacing.name.clone(),
                theirs: replacing.theirs.clone(),
                holder: replacing.holder.clone(),
                proof: replacing.proof.clone(),
            }),
        )),
        AtReception::Failed(code) => {
            let (field, words) = wrong(code);
            page.page(&kept(vec![(field, words)], None))
        }
    }
}

/// The field at which an error stands, and its words.
fn wrong(code: &ErrorCode) -> (CardField, String) {
    if *code == error_codes::SEVERAL_PERSONS {
        let words = "同じ内容の方が複数います。枝番を入力してください。";
        return (CardField::Branch, words.to_owned());
    }
    let words = "この保険者番号・記号・番号・生年月日の方は登録されていません。券面と照らし合わせてください。";
    (CardField::Number, words.to_owned())
}

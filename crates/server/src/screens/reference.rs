//! 照会番号登録.

use super::eligibility::{read_card, values};
use crate::pages::{EligibilityValues, FieldError, Notice, ReferenceNumberPage, Tone};
use crate::reply;
use crate::routes::Call;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::eligibility::reference;
use onshi_core::{Error, Subject};
use onshi_wire::messages::ReferenceNumberRegistrationInfo;

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    Ok(reply::page(&ReferenceNumberPage {
        frame: call.frame()?,
        reference_number: String::new(),
        values: EligibilityValues::default(),
        errors: Vec::new(),
    }))
}

/// Registers the number, and shows an empty form for the next one.
pub async fn register(call: Call) -> Result<Response, Error> {
    let typed = values(&call.form);
    let number = call.form.get("reference_number").trim().to_owned();
    let mut errors = Vec::new();
    if number.is_empty() || number.chars().count() > 50 {
        let text = "照会番号を50文字以内で入力してください。".to_owned();
        errors.push(FieldError {
            field: "reference_number".to_owned(),
            text,
        });
    }
    let card = read_card(&typed, &mut errors);
    if errors.is_empty() {
        let info = ReferenceNumberRegistrationInfo {
            reference_number: number.clone(),
            insurer_number: card.insurer_number,
            insured_card_symbol: card.insured_card_symbol,
            insured_identification_number: card.insured_identification_number,
            insured_branch_number: card.insured_branch_number,
        };
        let done = call
            .desk
            .change(Subject::NONE, move |work| reference::register(work, &info))
            .await?;
        match done {
            Ok(()) => {
                let mut frame = call.frame()?;
                let text = done_words(&number, &typed);
                frame.notice = Some(Notice {
                    tone: Tone::Success,
                    text,
                });
                return Ok(reply::page(&ReferenceNumberPage {
                    frame,
                    reference_number: String::new(),
                    values: EligibilityValues::default(),
                    errors: Vec::new(),
                }));
            }
            Err(code) => {
                let text = format!("{}券面の内容を確認してください。", code.text_ja);
                errors.push(FieldError {
                    field: "number".to_owned(),
                    text,
                });
            }
        }
    }
    let page = ReferenceNumberPage {
        frame: call.frame()?,
        reference_number: number,
        values: typed,
        errors,
    };
    Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Nobody's name is told for a card without a birthdate, so the card is there to compare.
fn done_words(number: &str, card: &EligibilityValues) -> String {
    let parts = [
        ("保険者番号", &card.insurer_number),
        ("記号", &card.symbol),
        ("番号", &card.number),
        ("枝番", &card.branch),
    ];
    let given = parts.iter().filter(|(_, value)| !value.is_empty());
    let words: Vec<String> = given
        .map(|(label, value)| format!("{label} {value}"))
        .collect();
    format!(
        "照会番号 {number} を登録しました（{}の方）。券面と違うときは、正しい券面で登録し直してください。",
        words.join("、")
    )
}

//! What is asked to be opened: what was typed, read.

use super::form::{OpeningField, OpeningForm};
use crate::web::eligibility::typed;
use crate::web::layout::form::{FieldError, field_error};
use onshi_core::emergency::{FUNCTIONS, Place};
use onshi_core::facility::FacilityCode;
use onshi_core::{Function, Moment};

/// The most places of one opening; more are opened by their area.
const PLACES_MAX: usize = 200;

/// An opening that is asked for.
pub(super) struct Asked {
    pub(super) function: Function,
    pub(super) places: Vec<Place>,
    pub(super) from: Moment,
    pub(super) until: Moment,
    pub(super) reason: String,
}

impl Asked {
    /// Reads a form, or says of each field what is wrong.
    pub(super) fn read(
        form: &OpeningForm,
        now: Moment,
    ) -> Result<Asked, Vec<FieldError<OpeningField>>> {
        let mut errors = Vec::new();
        let function = function(&form.function);
        if function.is_none() {
            errors.push(field_error(
                OpeningField::Function,
                "開放する機能を選んでください。",
            ));
        }
        let places = places(form, &mut errors);
        let from = match form.from.trim() {
            "" => Some(now),
            text => Moment::from_local_field(text),
        };
        if from.is_none() {
            let words = "開放の日時を選び直してください（例 2026-11-26 09:00）。";
            errors.push(field_error(OpeningField::From, words));
        }
        let (until, wrong) = until(&form.until, now);
        errors.extend(wrong);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            errors.push(too_early("閉塞の日時は、開放の日時より後にしてください。"));
        }
        match (function, from, until) {
            (Some(function), Some(from), Some(until)) if errors.is_empty() => Ok(Asked {
                function,
                places,
                from,
                until,
                reason: form.reason.clone(),
            }),
            _ => Err(errors),
        }
    }
}

fn places(form: &OpeningForm, errors: &mut Vec<FieldError<OpeningField>>) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for code in codes(&form.facilities) {
        match FacilityCode::parse(&code) {
            Ok(code) => places.push(Place::Facility(code)),
            Err(problem) => {
                let words = format!("{code}：{}", problem.text);
                errors.push(field_error(OpeningField::Facilities, &words));
                // One is enough to see what is meant.
                break;
            }
        }
    }
    for code in codes(&form.areas) {
        match Place::area(&code) {
            Ok(place) => places.push(place),
            Err(problem) => {
                let words = format!("{code}：{}", problem.text);
                errors.push(field_error(OpeningField::Areas, &words));
                break;
            }
        }
    }
    if places.is_empty() && errors.is_empty() {
        let words = "対象とする医療機関等か地域のコードを、一つ以上入力してください。";
        errors.push(field_error(OpeningField::Facilities, words));
    }
    if places.len() > PLACES_MAX {
        let words = format!(
            "対象は{PLACES_MAX}件までです。多いときは、地域（都道府県・市区町村）で指定してください。"
        );
        errors.push(field_error(OpeningField::Facilities, &words));
    }
    let mut each: Vec<Place> = Vec::with_capacity(places.len());
    for place in places {
        if !each.contains(&place) {
            each.push(place);
        }
    }
    each
}

/// Reads until when, which is to come.
pub(super) fn until(text: &str, now: Moment) -> (Option<Moment>, Vec<FieldError<OpeningField>>) {
    let until = Moment::from_local_field(text.trim());
    let wrong = match until {
        None => Some("閉塞の日時を選んでください（例 2026-11-26 17:00）。"),
        Some(until) if until <= now => Some("閉塞の日時は、これから先の日時にしてください。"),
        Some(_) => None,
    };
    (until, wrong.map(too_early).into_iter().collect())
}

/// What is wrong with until when.
pub(super) fn too_early(words: &str) -> FieldError<OpeningField> {
    field_error(OpeningField::Until, words)
}

/// What may be opened, by its word.
fn function(word: &str) -> Option<Function> {
    Function::from_code(word).filter(|one| FUNCTIONS.contains(one))
}

/// The codes that were typed, in one width.
fn codes(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，' | ';'));
    let parts = parts.map(typed::one_width);
    parts.filter(|part| !part.is_empty()).collect()
}

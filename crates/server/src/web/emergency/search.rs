//! The search: by a card's face, or by name, birthdate, sex and address.

use crate::http::extract::Fields;
use crate::http::route::Call;
use crate::http::submission::{After, RESULT};
use crate::web::eligibility::view::EligibilityValues;
use crate::web::eligibility::{read_birthdate, read_card, read_day};
use crate::web::emergency::form::{PatientField, PatientForm, of_card};
use crate::web::emergency::search_path;
use crate::web::emergency::search_view::{CandidateRow, Found, SearchPage, SearchValues};
use crate::web::layout::form::{FieldError, field_error};
use crate::web::medical::facts;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::emergency::{self, Candidate, FourItems};
use onshi_core::insured::Card;
use onshi_core::{Error, Function, Moment, RefusalCode, Subject, Tx};
use serde::{Deserialize, Serialize};

/// What the page after a search shows, for the session that searched.
#[derive(Serialize, Deserialize)]
struct Kept {
    typed: SearchValues,
    candidates: Vec<CandidateRow>,
    day: String,
}

/// What is looked for.
enum Asked {
    Card(Box<(Card, Option<String>, Day)>),
    Items(FourItems),
}

fn is_medical(call: &Call) -> bool {
    call.function == Some(Function::ViewInDisaster)
}

fn page(call: &Call, values: SearchValues) -> Result<SearchPage, Error> {
    let action = search_path(call);
    Ok(SearchPage {
        frame: call.frame_at(action)?,
        title: call.function.map_or("", Function::label),
        action,
        medical: is_medical(call),
        values,
        errors: Vec::new(),
        found: None,
    })
}

/// The form, and above it whom the search found that was sent.
pub async fn form(call: Call) -> Result<Response, Error> {
    let opened = |tx: &mut Tx<'_>| tx.opened().map(drop);
    call.service.scan(Subject::NONE, opened).await?;
    let kept = call.shown::<Kept>();
    let mut page = page(&call, SearchValues::default())?;
    if let Some(kept) = kept {
        page.errors = missing(&call.query);
        page.values = kept.typed;
        page.found = Some(Found {
            candidates: kept.candidates,
            of: call.query.get(RESULT).to_owned(),
            day_words: kept.day,
        });
    }
    Ok(reply::page(&page))
}

/// What was missing in the form that chooses one of those who were found.
fn missing(query: &Fields) -> Vec<FieldError<PatientField>> {
    let known = [
        (PatientField::Candidate, "患者を選んでください。"),
        (
            PatientField::Consent,
            "閲覧同意の、あり・なしを選んでください。",
        ),
        (
            PatientField::Reason,
            "閲覧同意なしのときは、患者が意思を示せない理由を、200文字以内で入力してください。",
        ),
    ];
    let missing = query.get("missing");
    let named = known
        .into_iter()
        .filter(|(field, _)| field.name() == missing);
    named
        .map(|(field, text)| field_error(field, text))
        .collect()
}

/// Looks for somebody, and leads to the page that shows the few who fit.
pub async fn find(call: Call) -> Result<Response, Error> {
    let form: PatientForm = call.form.read();
    let (typed, by_items) = (form.values(), form.is_by_items());
    let mut errors = Vec::new();
    let day_field = match by_items {
        true => PatientField::NotedDay,
        false => PatientField::Day,
    };
    let day = match is_medical(&call) {
        true => None,
        false => read_day(&call, &typed.day)
            .map_err(|words| errors.push(field_error(day_field, &words)))
            .ok(),
    };
    let asked = match by_items {
        true => four_items(&typed, &mut errors).map(Asked::Items),
        false => card(&typed, &mut errors).map(|card| Asked::Card(Box::new(card))),
    };
    let asked = match asked {
        Some(asked) if errors.is_empty() => asked,
        _ => return wrong(&call, typed, errors),
    };
    let look = move |tx: &mut Tx<'_>| {
        let opened = tx.opened()?;
        match &asked {
            Asked::Card(of) => {
                let (card, branch, birthdate) = of.as_ref();
                emergency::search_by_card(tx, &opened, (card, branch.as_deref(), *birthdate))
            }
            Asked::Items(items) => emergency::search(tx, &opened, items),
        }
    };
    let (now, path) = (call.request.now, search_path(&call));
    let kept = typed.clone();
    let after = move |found: &Vec<Candidate>| {
        After::at(path).page(&Kept {
            typed: kept.clone(),
            candidates: found.iter().map(|one| row(one, now)).collect(),
            day: day.map_or_else(String::new, Day::words),
        })
    };
    match call.service.submit(Subject::NONE, look, after).await {
        Ok((_, response)) => Ok(response),
        Err(Error::Refused(refusal))
            if matches!(
                refusal.code,
                RefusalCode::EmergencyTooMany | RefusalCode::EmergencyFourItems
            ) =>
        {
            let words = format!("{}{}", refusal.code.what(), refusal.code.next());
            wrong(
                &call,
                typed,
                vec![field_error(PatientField::Address, &words)],
            )
        }
        Err(error) => Err(error),
    }
}

fn wrong(
    call: &Call,
    typed: SearchValues,
    errors: Vec<FieldError<PatientField>>,
) -> Result<Response, Error> {
    let page = SearchPage {
        errors,
        ..page(call, typed)?
    };
    Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn card(
    typed: &SearchValues,
    errors: &mut Vec<FieldError<PatientField>>,
) -> Option<(Card, Option<String>, Day)> {
    let card = EligibilityValues {
        insurer_number: typed.insurer_number.clone(),
        symbol: typed.symbol.clone(),
        number: typed.number.clone(),
        branch: typed.branch.clone(),
        ..EligibilityValues::default()
    };
    let mut wrong = Vec::new();
    let read = read_card(&card, &mut wrong);
    let birthdate = read_birthdate(&typed.birthdate, &mut wrong);
    errors.extend(wrong.into_iter().map(of_card));
    let birthdate = birthdate?;
    let symbol = read.insured_card_symbol.as_deref().unwrap_or("");
    let number = &read.insured_identification_number;
    let card = Card::of(&read.insurer_number, symbol, number);
    Some((card, read.insured_branch_number, birthdate))
}

fn four_items(
    typed: &SearchValues,
    errors: &mut Vec<FieldError<PatientField>>,
) -> Option<FourItems> {
    let mut born = Vec::new();
    let birthdate = read_birthdate(&typed.born, &mut born);
    let at_born = |error: FieldError<_>| field_error(PatientField::Born, &error.text);
    errors.extend(born.into_iter().map(at_born));
    let mut needed = |field, given: bool, text: &str| {
        if !given {
            errors.push(field_error(field, text));
        }
    };
    let length = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
    needed(
        PatientField::Name,
        length(&typed.name, 100),
        "氏名を100文字以内で入力してください。",
    );
    needed(
        PatientField::Sex,
        matches!(typed.sex.as_str(), "1" | "2"),
        "性別を選んでください。",
    );
    needed(
        PatientField::Address,
        length(&typed.address, 200),
        "住所を、都道府県から200文字以内で入力してください。",
    );
    Some(FourItems {
        name: typed.name.clone(),
        birthdate: birthdate?,
        sex: typed.sex.clone(),
        address: typed.address.clone(),
    })
}

fn row(one: &Candidate, now: Moment) -> CandidateRow {
    CandidateRow {
        id: one.id.clone(),
        name: one.name.clone(),
        kana: one.kana.clone().unwrap_or_default(),
        facts: facts(one.birthdate, &one.sex, now),
        address: one.address.clone().unwrap_or_default(),
    }
}

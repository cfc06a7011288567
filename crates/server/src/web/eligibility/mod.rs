//! 資格確認（券面情報）: asked once, answered by the page after it.
//!
//! The day is that of the moment of sending unless it was changed for this one patient, so the form
//! carries none. What the page after it shows is kept with the form for its session: going back to
//! it shows what was told, with its day and time, and nothing is asked again.

pub mod birthdate;
pub mod facts;
pub mod form;
pub mod reference;
pub mod reference_view;
pub mod today;
pub mod today_view;
pub mod typed;
pub mod unshown;
pub mod verdict;
pub mod view;

use crate::web::eligibility::verdict::{Days, headline, verdict};

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::eligibility::form::{CardField, CardForm};
use crate::web::eligibility::view::{EligibilityAnswer, EligibilityPage, EligibilityValues};
use crate::web::layout::form::{FieldError, field_error};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::day::within_reach;
use onshi_core::eligibility::message::{self, Encoding};
use onshi_core::eligibility::today::{ByNumber, check_by_number};
use onshi_core::{Error, Moment, Subject, Tx};
use onshi_wire::messages::{
    EligibilityRequest, EligibilityResponse, QualificationConfirmSearchInfo,
};
use onshi_wire::numbers::{match_branch, match_insurer, narrowed};
use onshi_wire::{Limits, parse_json, print_json};
use serde::{Deserialize, Serialize};

/// The most characters of a patient's number.
pub(in crate::web) const REFERENCE_MAX: usize = 50;

/// Reads a card, and says what is wrong with it.
pub(in crate::web) fn read_card(
    values: &EligibilityValues,
    errors: &mut Vec<FieldError<CardField>>,
) -> QualificationConfirmSearchInfo {
    let mut wrong = |field, text: &str| errors.push(field_error(field, text));
    let insurer = match_insurer(&values.insurer_number);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(problem) = typed::insurer_problem(&values.insurer_number) {
        wrong(CardField::InsurerNumber, problem);
    }
    if values.symbol.chars().count() > 20 {
        wrong(CardField::Symbol, "記号は20文字以内で入力してください。");
    }
    if values.number.is_empty() || values.number.chars().count() > 20 {
        wrong(CardField::Number, "番号を20文字以内で入力してください。");
    }
    let branch = match_branch(Some(&values.branch));
    if branch
        .as_deref()
        .is_some_and(|branch| branch.len() != 2 || !digits(branch))
    {
        wrong(
            CardField::Branch,
            "枝番は2桁の数字で入力してください。わからないときは空にしてください。",
        );
    }
    QualificationConfirmSearchInfo {
        insurer_number: format!("{insurer:>8}"),
        insured_card_symbol: Some(values.symbol.clone()).filter(|text| !text.is_empty()),
        insured_identification_number: narrowed(&values.number),
        insured_branch_number: branch,
        ..QualificationConfirmSearchInfo::default()
    }
}

/// The birthdate, with what is wrong with it.
pub(in crate::web) fn read_birthdate(
    text: &str,
    errors: &mut Vec<FieldError<CardField>>,
) -> Option<Day> {
    let born = birthdate::read(text);
    if born.is_none() {
        errors.push(field_error(CardField::Birthdate, birthdate::WRONG));
    }
    born
}

/// The day that is asked for: today, of the moment of sending, unless another one was typed; or what is
/// wrong with it.
pub(in crate::web) fn read_day(call: &Call, typed: &str) -> Result<Day, String> {
    let today = call.request.now.jst_day();
    if typed.is_empty() {
        return Ok(today);
    }
    let words = "資格確認日を、20261122（西暦）か R8.11.22（和暦）のように入力してください。きょうのときは空にしてください。";
    let day = birthdate::read(typed).ok_or(words)?;
    within_reach(&call.centre.config.rules.check, day, today)?;
    Ok(day)
}

/// What the page after a check shows. It is kept with the form, for the session that sent it.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// What was typed, where it is to be mended.
    typed: Option<EligibilityValues>,
    /// What is wrong with it, field by field.
    errors: Vec<(CardField, String)>,
    answer: Option<KeptAnswer>,
}

#[derive(Serialize, Deserialize)]
struct KeptAnswer {
    /// The message, as a program would get it.
    message: String,
    at: i64,
    by: String,
}

fn page(call: &Call, page: impl FnOnce(&mut EligibilityPage)) -> Result<EligibilityPage, Error> {
    let mut shown = EligibilityPage {
        frame: call.frame()?,
        values: EligibilityValues::default(),
        errors: Vec::new(),
        answer: None,
    };
    page(&mut shown);
    Ok(shown)
}

/// The form, and above it what came of the one that was sent.
pub async fn form(call: Call) -> Result<Response, Error> {
    let Some(kept) = call.shown::<Kept>() else {
        return Ok(reply::page(&page(&call, |_| {})?));
    };
    let now = call.request.now;
    let answer = kept.answer.and_then(|answer| {
        let parsed = parse_json::<EligibilityResponse>(answer.message.as_bytes(), &Limits::SINGLE);
        let at = Moment::from_ms(answer.at);
        parsed
            .readable
            .then(|| shown(&parsed.message, (at, now), answer.by))
    });
    let errors = kept.errors.into_iter();
    let errors = errors.map(|(field, text)| FieldError { field, text });
    let page = page(&call, |page| {
        page.values = kept.typed.unwrap_or_default();
        page.errors = errors.collect();
        page.answer = answer;
    })?;
    Ok(reply::page(&page))
}

/// Who is asking, as an answer names them.
pub(in crate::web) fn asker(call: &Call) -> Result<String, Error> {
    let (session, terminal) = call.both()?;
    Ok(format!(
        "{}（{}、{}）",
        session.account_name, session.user_id, terminal.name
    ))
}

/// Checks, and leads to the page that shows the answer above an empty form for the next one.
pub async fn check(call: Call) -> Result<Response, Error> {
    let typed = call.form.read::<CardForm>().values();
    let mut errors = Vec::new();
    let day = read_day(&call, &typed.day)
        .map_err(|words| errors.push(field_error(CardField::Day, &words)))
        .ok();
    let no_card = typed.insurer_number.is_empty() && typed.number.is_empty();
    let by_number = no_card && !typed.reference_number.is_empty();
    let mut search = QualificationConfirmSearchInfo::default();
    if by_number {
        if typed.reference_number.chars().count() > REFERENCE_MAX {
            let words = format!("照会番号は{REFERENCE_MAX}文字以内で入力してください。");
            errors.push(field_error(CardField::ReferenceNumber, &words));
        }
    } else {
        search = read_card(&typed, &mut errors);
        let born = read_birthdate(&typed.birthdate, &mut errors);
        search.birthdate = born.map_or_else(String::new, |day| day.eight());
    }
    let Some(day) = day.filter(|_| errors.is_empty()) else {
        let page = page(&call, |page| {
            page.values = typed;
            page.errors = errors;
        })?;
        return Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let limit = typed.limit;
    search.limit_application_certificate_related_cons_flg =
        if limit { "1" } else { "0" }.to_owned();
    let mut request = EligibilityRequest::default();
    request.header.qualification_confirmation_date = day.eight();
    request.header.medical_institution_code = call.session()?.facility.as_str().to_owned();
    request.body.search = search;
    let number = typed.reference_number.clone();
    let ask = move |tx: &mut Tx<'_>| {
        if by_number {
            return check_by_number(tx, &number, day, limit);
        }
        let answer = message::check(tx, request.clone(), Encoding::Utf8)?;
        Ok(ByNumber::Answered(Box::new(answer)))
    };
    let (by, at) = (asker(&call)?, call.request.now);
    let after =
        move |told: &ByNumber| After::at("/web/eligibility").page(&kept(told, &typed, (at, &by)));
    let (_, response) = call.service.submit(Subject::NONE, ask, after).await?;
    Ok(response)
}

fn kept(told: &ByNumber, typed: &EligibilityValues, (at, by): (Moment, &str)) -> Kept {
    let failed = |field, words: &str| Kept {
        typed: Some(typed.clone()),
        errors: vec![(field, words.to_owned())],
        answer: None,
    };
    let answer = match told {
        ByNumber::Answered(answer) => answer,
        ByNumber::Unknown => {
            return failed(
                CardField::ReferenceNumber,
                "この照会番号は登録されていません。番号を確認するか、券面の内容で確認してください。",
            );
        }
        ByNumber::WithoutCard => {
            return failed(
                CardField::ReferenceNumber,
                "この照会番号は、券面と結び付いていません。券面の内容で確認し、結果の画面で照会番号を登録し直してください。",
            );
        }
        ByNumber::OutOfReach(words) => return failed(CardField::Day, words),
    };
    // Whoever is not found was probably mistyped, and nobody types a card twice in a hurry. It is
    // the same patient still, so a day that was changed stays as well.
    let again = answer.body.result_list.is_empty();
    Kept {
        typed: again.then(|| typed.clone()),
        errors: Vec::new(),
        answer: String::from_utf8(print_json(&**answer))
            .ok()
            .map(|message| KeptAnswer {
                message,
                at: at.ms(),
                by: by.to_owned(),
            }),
    }
}

/// An answer as it is read on a day.
pub(in crate::web) fn shown(
    answer: &EligibilityResponse,
    (at, now): (Moment, Moment),
    by: String,
) -> EligibilityAnswer {
    let read_on = now.jst_day();
    let day = &answer.header.qualification_confirmation_date;
    let day = day.as_deref().and_then(Day::parse);
    let days = Days {
        asked_for: day.unwrap_or_else(|| at.jst_day()),
        asked_on: at.jst_day(),
        read_on,
    };
    let body = &answer.body;
    let validity = body.qualification_validity.as_deref().unwrap_or("");
    let advice = body
        .processing_result_message
        .clone()
        .or_else(|| answer.header.error_message.clone());
    let first = body.result_list.first();
    let person_facts = first
        .map(|r| facts::person(r, days.asked_for))
        .unwrap_or_default();
    let insurance_facts = first.map(facts::insurance).unwrap_or_default();
    let kana = first.and_then(|r| r.name_kana.as_deref());
    let named = first.map(|r| {
        [
            ("氏名", r.name.as_str()),
            ("カナ", kana.unwrap_or_default()),
        ]
    });
    let told = person_facts.iter().chain(&insurance_facts);
    let told = told.map(|fact| (fact.label.as_str(), fact.value.as_str()));
    let unshown = unshown::advice(named.into_iter().flatten().chain(told));
    let good = matches!(validity, "1" | "6");
    let other_day = (!days.is_of_today()).then(|| {
        format!(
            "きょう（{}）の資格を確認したものではありません。",
            read_on.words()
        )
    });
    EligibilityAnswer {
        verdict: verdict(validity, advice.is_some(), days),
        word: headline(validity, days),
        day_left: days
            .is_of_today()
            .then(|| read_on.plus_days(1).start().seconds_until_from(now)),
        other_day,
        advice,
        again: first.is_none(),
        share: first.filter(|_| good).map(facts::share),
        person: first.map(|r| (r.name.clone(), r.name_kana.clone().unwrap_or_default())),
        unshown,
        person_facts,
        insurance_facts,
        benefit_facts: first
            .filter(|_| good)
            .map(|r| facts::benefits(r, day))
            .unwrap_or_default(),
        consent_facts: first.map(facts::consents).unwrap_or_default(),
        card: first.map(|r| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            EligibilityValues {
                insurer_number: text(&r.insurer_number).trim().to_owned(),
                symbol: text(&r.insured_card_symbol),
                number: text(&r.insured_identification_number),
                branch: text(&r.insured_branch_number),
                birthdate: r.birthdate.clone(),
                reference_number: text(&r.reference_number),
                ..EligibilityValues::default()
            }
        }),
        asked_for: days.asked_for.words(),
        checked_at: at.jst_words(),
        checked_by: by,
        reopened: None,
    }
}

//! 資格確認（券面情報）, and today's list.

use super::{birthdate, facts};
use crate::pages::{
    EligibilityAnswer, EligibilityPage, EligibilityValues, FieldError, TodayPage, TodayRow, Verdict,
};
use crate::reply;
use crate::routes::{Call, Fields};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::message::{self, Encoding};
use onshi_core::eligibility::today;
use onshi_core::{Error, Moment, Subject};
use onshi_wire::codes;
use onshi_wire::messages::{
    EligibilityRequest, EligibilityResponse, QualificationConfirmSearchInfo,
};
use onshi_wire::numbers::{match_branch, match_insurer, narrowed};

/// The typed values.
pub(super) fn values(form: &Fields) -> EligibilityValues {
    let text = |name: &str| form.get(name).trim().to_owned();
    EligibilityValues {
        insurer_number: text("insurer_number"),
        symbol: text("symbol"),
        number: text("number"),
        branch: text("branch"),
        birthdate: text("birthdate"),
        day: text("day"),
        limit: form.get("limit") == "1",
    }
}

/// Reads a card, and says what is wrong with it.
pub(super) fn read_card(
    values: &EligibilityValues,
    errors: &mut Vec<FieldError>,
) -> QualificationConfirmSearchInfo {
    let mut wrong = |field: &str, text: &str| {
        errors.push(FieldError {
            field: field.to_owned(),
            text: text.to_owned(),
        });
    };
    let insurer = match_insurer(&values.insurer_number);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(&insurer) || !matches!(insurer.len(), 6 | 8) {
        wrong(
            "insurer_number",
            "保険者番号を、券面のとおり6桁または8桁の数字で入力してください。",
        );
    }
    if values.symbol.chars().count() > 20 {
        wrong("symbol", "記号は20文字以内で入力してください。");
    }
    if values.number.is_empty() || values.number.chars().count() > 20 {
        wrong("number", "番号を20文字以内で入力してください。");
    }
    let branch = match_branch(Some(&values.branch));
    if branch
        .as_deref()
        .is_some_and(|branch| branch.len() != 2 || !digits(branch))
    {
        wrong(
            "branch",
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

fn today(call: &Call) -> String {
    call.request.now.jst_day().dashed()
}

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    let values = EligibilityValues {
        day: today(&call),
        ..EligibilityValues::default()
    };
    let page = EligibilityPage {
        frame: call.frame()?,
        values,
        errors: Vec::new(),
        answer: None,
    };
    Ok(reply::page(&page))
}

/// Checks, and shows the answer above an empty form for the next one.
pub async fn check(call: Call) -> Result<Response, Error> {
    let typed = values(&call.form);
    let mut errors = Vec::new();
    let mut search = read_card(&typed, &mut errors);
    let mut day = |field: &str, day: Option<Day>, wrong: &str| {
        if day.is_none() {
            errors.push(FieldError {
                field: field.to_owned(),
                text: wrong.to_owned(),
            });
        }
        day.map(|day| format!("{:08}", day.number()))
            .unwrap_or_default()
    };
    let born = birthdate::read(&typed.birthdate);
    search.birthdate = day("birthdate", born, birthdate::WRONG);
    let asked = Day::parse(&typed.day);
    let asked = day("day", asked, "資格確認日を選んでください。");
    if !errors.is_empty() {
        let page = EligibilityPage {
            frame: call.frame()?,
            values: typed,
            errors,
            answer: None,
        };
        return Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    search.limit_application_certificate_related_cons_flg =
        if typed.limit { "1" } else { "0" }.to_owned();
    let mut request = EligibilityRequest::default();
    request.header.qualification_confirmation_date = asked;
    request.header.medical_institution_code = call.session()?.facility.as_str().to_owned();
    request.body.search = search;
    let answered = call
        .desk
        .look_up(Subject::NONE, move |work| {
            message::check(work, request, Encoding::Utf8)
        })
        .await?;
    let frame = call.frame()?;
    let by = format!("{}（{}）", frame.account_name, frame.user_id);
    let answer = shown(&answered, call.request.now, by);
    // Whoever is not found was probably mistyped, and nobody types a card twice in a hurry.
    let values = if answer.again {
        typed
    } else {
        EligibilityValues {
            day: typed.day,
            ..EligibilityValues::default()
        }
    };
    Ok(reply::page(&EligibilityPage {
        frame,
        values,
        errors: Vec::new(),
        answer: Some(answer),
    }))
}

/// How a validity looks.
pub(super) fn verdict(validity: &str, has_notice: bool) -> Verdict {
    match validity {
        "1" if has_notice => Verdict::Look,
        "1" => Verdict::Good,
        "6" => Verdict::Look,
        "2" | "3" => Verdict::Bad,
        _ => Verdict::Unclear,
    }
}

/// 資格有効性 in words.
pub(super) fn word(validity: &str) -> String {
    codes::label("OQSCD006", validity)
        .unwrap_or("確認できませんでした")
        .to_owned()
}

fn shown(answer: &EligibilityResponse, now: Moment, by: String) -> EligibilityAnswer {
    let day = &answer.header.qualification_confirmation_date;
    let day = day.as_deref().and_then(Day::parse);
    let body = &answer.body;
    let validity = body.qualification_validity.as_deref().unwrap_or("");
    let advice = body
        .processing_result_message
        .clone()
        .or_else(|| answer.header.error_message.clone());
    let first = body.result_list.first();
    let good = matches!(validity, "1" | "6");
    EligibilityAnswer {
        verdict: verdict(validity, advice.is_some()),
        word: word(validity),
        advice,
        again: first.is_none(),
        share: first.filter(|_| good).map(facts::share),
        person: first.map(|r| (r.name.clone(), r.name_kana.clone().unwrap_or_default())),
        person_facts: first.map(facts::person).unwrap_or_default(),
        insurance_facts: first.map(facts::insurance).unwrap_or_default(),
        benefit_facts: first
            .filter(|_| good)
            .map(|r| facts::benefits(r, day))
            .unwrap_or_default(),
        asked_for: day.map(Day::words).unwrap_or_default(),
        checked_at: now.jst_words(),
        checked_by: by,
    }
}

/// What stands for a name where there is none.
fn nobody(validity: &str) -> &'static str {
    match validity {
        "4" => "（該当する方なし）",
        "5" => "（お一人に決まらず）",
        _ => "（確認に至らず）",
    }
}

const PAGE_ROWS: i64 = 50;

/// Today's checks.
pub async fn today_list(call: Call) -> Result<Response, Error> {
    let skip: i64 = call.query.get("skip").parse().unwrap_or(0).max(0);
    let mut found = call
        .desk
        .read(Subject::NONE, move |work| {
            today::list(work, skip, PAGE_ROWS + 1)
        })
        .await?;
    let more = found.len() as i64 > PAGE_ROWS;
    found.truncate(PAGE_ROWS as usize);
    let href = |skip: i64| format!("/web/eligibility/today?skip={skip}");
    let rows = found
        .into_iter()
        .map(|check| {
            let validity = check.validity.unwrap_or_default();
            TodayRow {
                at: check.at.jst_time_words(),
                name: check.name.unwrap_or_else(|| nobody(&validity).to_owned()),
                verdict: verdict(&validity, false),
                word: word(&validity),
                user_id: check.user_id.unwrap_or_default(),
                terminal: check.terminal_name.unwrap_or_default(),
            }
        })
        .collect();
    Ok(reply::page(&TodayPage {
        frame: call.frame()?,
        rows,
        older: more.then(|| href(skip + PAGE_ROWS)),
        newer: (skip > 0).then(|| href((skip - PAGE_ROWS).max(0))),
    }))
}

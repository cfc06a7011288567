//! 資格確認（券面情報）, and today's list.

use crate::pages::{
    EligibilityAnswer, EligibilityPage, EligibilityValues, Fact, FieldError, TodayPage, TodayRow,
    Verdict,
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
    ResultOfQualificationConfirmation,
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
    let mut day = |field: &str, text: &str| {
        let day = Day::parse(text);
        if day.is_none() {
            let text = "日付を選んでください。".to_owned();
            errors.push(FieldError {
                field: field.to_owned(),
                text,
            });
        }
        day.map(|day| format!("{:08}", day.number()))
            .unwrap_or_default()
    };
    search.birthdate = day("birthdate", &typed.birthdate);
    let asked = day("day", &typed.day);
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
            message::check(work, &request, Encoding::Utf8)
        })
        .await?;
    let values = EligibilityValues {
        day: typed.day,
        ..EligibilityValues::default()
    };
    let answer = Some(shown(&answered, call.request.now));
    Ok(reply::page(&EligibilityPage {
        frame: call.frame()?,
        values,
        errors: Vec::new(),
        answer,
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

fn shown(answer: &EligibilityResponse, now: Moment) -> EligibilityAnswer {
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
        share: first.filter(|_| good).map(share),
        person: first.map(|r| (r.name.clone(), r.name_kana.clone().unwrap_or_default())),
        person_facts: first.map(person_facts).unwrap_or_default(),
        insurance_facts: first.map(insurance_facts).unwrap_or_default(),
        benefit_facts: first.map(benefit_facts).unwrap_or_default(),
        checked_at: now.jst_words(),
    }
}

/// 窓口負担: what the patient pays, by the most special thing that is known.
pub(super) fn share(r: &ResultOfQualificationConfirmation) -> String {
    let tenths = |code: &str| match code {
        "010" => "1割",
        "020" => "2割",
        "030" => "3割",
        _ => "割合を確認してください",
    };
    if r.insured_card_classification == "A1" {
        return "医療扶助".to_owned();
    }
    if let Some(ratio) = &r.insured_partial_contribution_ratio {
        return tenths(ratio).to_owned();
    }
    let elderly = r.elderly_recipient_certificate_info.as_ref();
    if let Some(ratio) = elderly.and_then(|info| info.elderly_recipient_contribution_ratio.as_ref())
    {
        return tenths(ratio).to_owned();
    }
    if r.insured_card_classification == "05" {
        return "10割（特別療養費）".to_owned();
    }
    if r.preschool_classification.is_some() {
        "2割（未就学）"
    } else {
        "3割"
    }
    .to_owned()
}

fn day_words(text: &str) -> String {
    Day::parse(text).map_or_else(|| text.to_owned(), Day::words)
}

fn push(facts: &mut Vec<Fact>, label: &str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
        facts.push(Fact {
            label: label.to_owned(),
            value,
        });
    }
}

fn person_facts(r: &ResultOfQualificationConfirmation) -> Vec<Fact> {
    let mut facts = Vec::new();
    let sex = r.sex2.as_deref().unwrap_or(&r.sex1);
    push(&mut facts, "生年月日", Some(day_words(&r.birthdate)));
    push(
        &mut facts,
        "性別",
        codes::label("OQSCD007", sex).map(str::to_owned),
    );
    push(&mut facts, "通称など", r.name_of_other.clone());
    push(&mut facts, "住所", r.address.clone());
    push(&mut facts, "照会番号", r.reference_number.clone());
    facts
}

fn insurance_facts(r: &ResultOfQualificationConfirmation) -> Vec<Fact> {
    let mut facts = Vec::new();
    let number = r.insurer_number.as_deref().unwrap_or("").trim().to_owned();
    push(
        &mut facts,
        "保険者",
        Some(format!("{}（{number}）", r.insurer_name)),
    );
    let card: Vec<&str> = [
        r.insured_card_symbol.as_deref(),
        r.insured_identification_number.as_deref(),
        r.insured_branch_number.as_deref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    push(&mut facts, "記号・番号・枝番", Some(card.join("・")));
    let kind = codes::label(
        "OQSCD009",
        r.personal_family_classification.as_deref().unwrap_or(""),
    );
    push(&mut facts, "本人・家族", kind.map(str::to_owned));
    let words = |text: &Option<String>| text.as_deref().map(day_words);
    push(&mut facts, "資格取得日", words(&r.qualification_date));
    push(&mut facts, "資格喪失日", words(&r.disqualification_date));
    push(
        &mut facts,
        "券面の有効期限",
        words(&r.insured_card_expiration_date),
    );
    facts
}

fn benefit_facts(r: &ResultOfQualificationConfirmation) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(limit) = &r.limit_application_certificate_related_info {
        let band = limit
            .limit_application_certificate_classification_flag
            .as_deref();
        let band = band
            .and_then(|band| codes::label("OQSCD012", band))
            .unwrap_or("");
        let until = limit
            .limit_application_certificate_valid_end_date
            .as_deref();
        let until = until.map(|until| format!("（{}まで）", day_words(until)));
        let words = format!("{band}{}", until.unwrap_or_default());
        push(&mut facts, "限度額適用区分", Some(words));
    } else if r.limit_application_certificate_related_cons_flg.as_deref() == Some("1") {
        push(&mut facts, "限度額適用区分", Some("登録なし".to_owned()));
    }
    for ticket in &r.public_expense_result_list {
        let month = ticket.medical_treatment_month.clone().unwrap_or_default();
        push(
            &mut facts,
            "医療券・調剤券",
            Some(format!("{month} 登録あり")),
        );
    }
    facts
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
                name: check.name.unwrap_or_else(|| "（該当者なし）".to_owned()),
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

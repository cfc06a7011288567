//! The results of a bulk request as a table.

use crate::http::route::Call;
use crate::web::bulk::view::{BulkResultPage, BulkResultRow};
use crate::web::bulk::{by_words, day_words, kind_words};
use crate::web::eligibility::verdict::{Days, headline, verdict, word_of};
use crate::web::eligibility::view::Verdict;
use crate::web::eligibility::{facts, unshown};
use crate::web::layout::form::Choice;
use crate::web::layout::frame::Frame;
use crate::web::reply;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{self, BulkKind, Request};
use onshi_core::{Error, RefusalCode, Subject};
use onshi_wire::error_codes;
use onshi_wire::messages::{BulkConfirmUnit, BulkRegistrationUnit};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, parse_json};

/// The request of the path with its answers, when they are there.
pub(in crate::web) async fn fetch(call: &Call) -> Result<(Request, Vec<String>), Error> {
    let asked = call.parameter("number").to_owned();
    let found = call
        .service
        .scan(Subject::NONE, move |tx| bulk::fetch(tx, None, &asked))
        .await?;
    found.ok_or_else(|| RefusalCode::NotFound.into())
}

/// The results of one request, whatever it asked for.
pub async fn show(call: Call) -> Result<Response, Error> {
    let number = call.parameter("number").to_owned();
    let (request, answers) = fetch(&call).await?;
    let only = call.query.get("show") == "attention";
    let frame = call.frame()?;
    let days = days_of(&request, call.request.now.jst_day());
    // Ten thousand rows are read and printed beside the sockets.
    call.beside(move || reply::page(&page((frame, number), only, &request, (&answers, days))))
        .await
}

fn page(
    (frame, number): (Frame, String),
    only: bool,
    request: &Request,
    (answers, days): (&[String], Days),
) -> BulkResultPage {
    let row: fn(&str, Days) -> Option<BulkResultRow> = match request.kind {
        BulkKind::Eligibility => checked_row,
        BulkKind::ReferenceNumbers => registered_row,
        BulkKind::Tickets | BulkKind::HomeVisits | BulkKind::Online => listed_row,
    };
    let all: Vec<BulkResultRow> = answers.iter().filter_map(|text| row(text, days)).collect();
    let plain = |row: &BulkResultRow| row.plain;
    let has_unshown = all.iter().any(|row| !row.unshown.is_empty());
    let good = all.iter().filter(|row| plain(row)).count();
    let (count, bad) = (all.len(), all.len() - good);
    let (mark_title, advice_title) = match request.kind {
        BulkKind::Eligibility => ("患者番号", "理由と、つぎにすること"),
        BulkKind::ReferenceNumbers => ("照会番号", "理由と、つぎにすること"),
        _ => ("照会番号", "内容"),
    };
    let summary = match request.kind {
        BulkKind::Eligibility => {
            let word = headline("1", days);
            format!("{count}件中、{word}の方が{good}件、確認が必要な方が{bad}件です。")
        }
        BulkKind::ReferenceNumbers => {
            format!("{count}件中、登録できた方が{good}件、登録できなかった方が{bad}件です。")
        }
        _ => format!("{count}件です。"),
    };
    let choices = [
        ("all", "すべて", !only),
        ("attention", "確認が必要な方だけ", only),
    ];
    let choice = |(value, label, selected): (&str, &str, bool)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected,
    };
    BulkResultPage {
        frame,
        number,
        kind: kind_words(request.kind).to_owned(),
        received_at: request.received_at.jst_words(),
        asked_by: by_words(request),
        day: day_words(request),
        other_day: other_day(request.kind, days),
        mark_title,
        advice_title,
        done: request.next_item,
        items: request.items,
        finished: request.finished_at.is_some(),
        rows: all.into_iter().filter(|row| !only || !plain(row)).collect(),
        has_unshown,
        // Where all are alike there is nothing to choose.
        filters: match bad {
            0 => Vec::new(),
            _ => choices.into_iter().map(choice).collect(),
        },
        summary,
    }
}

pub(in crate::web) fn read<M: Typed>(text: &str) -> Option<M> {
    let parsed = parse_json::<M>(text.as_bytes(), &Limits::SINGLE);
    parsed.readable.then_some(parsed.message)
}

fn card_words(
    insurer: &str,
    symbol: Option<&str>,
    number: Option<&str>,
    branch: Option<&str>,
) -> String {
    let parts = [Some(insurer.trim()), symbol, number, branch];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(" ")
}

/// The days that decide how its results look.
pub(in crate::web) fn days_of(request: &Request, read_on: Day) -> Days {
    let asked_on = request.received_at.jst_day();
    Days {
        asked_for: request.day.unwrap_or(asked_on),
        asked_on,
        read_on,
    }
}

/// What is said above results that are not of the day on which they are read.
fn other_day(kind: BulkKind, days: Days) -> Option<String> {
    if kind != BulkKind::Eligibility || days.is_of_today() {
        return None;
    }
    let (day, today) = (days.asked_for.words(), days.read_on.words());
    Some(if days.is_prospect() {
        format!(
            "{day}の見込みです。確定した資格ではありません。受診の日に、もう一度確認してください。"
        )
    } else {
        format!("{day}の資格です。きょう（{today}）の資格を確認したものではありません。")
    })
}

/// Where characters stand in a row that can't be shown.
fn unshown_in(mark_title: &str, mark: &str, name: &str, card: &str) -> String {
    unshown::places([(mark_title, mark), ("氏名", name), ("券面", card)])
}

fn checked_row(text: &str, days: Days) -> Option<BulkResultRow> {
    let unit = read::<BulkConfirmUnit>(text)?;
    let validity = unit.qualification_validity.as_deref().unwrap_or("");
    let code = unit.processing_result_code.as_deref();
    // That a day is still to come is said once, above all of them.
    let prospect = code == Some(error_codes::PROSPECT.code);
    let advice = unit.processing_result_message.unwrap_or_default();
    let search = unit.search.unwrap_or_default();
    let result = unit.result.as_ref();
    let good = matches!(validity, "1" | "6");
    let mark = search.arbitrary_identifier.clone().unwrap_or_default();
    let card = card_words(
        &search.insurer_number,
        search.insured_card_symbol.as_deref(),
        Some(&search.insured_identification_number),
        search.insured_branch_number.as_deref(),
    );
    let name = result.map(|result| result.name.clone()).unwrap_or_default();
    Some(BulkResultRow {
        unshown: unshown_in("患者番号", &mark, &name, &card),
        mark,
        card,
        name,
        birthdate: result
            .map(|r| facts::born_words(&r.birthdate, days.asked_for))
            .unwrap_or_default(),
        share: result
            .filter(|_| good)
            .map(facts::share)
            .unwrap_or_default(),
        verdict: verdict(validity, !advice.is_empty(), days),
        plain: validity == "1" && (advice.is_empty() || prospect),
        word: word_of(validity, days),
        advice: if prospect { String::new() } else { advice },
    })
}

fn registered_row(text: &str, _: Days) -> Option<BulkResultRow> {
    let unit = read::<BulkRegistrationUnit>(text)?;
    let done = unit.processing_result_status == "1";
    let asked = unit.registration.unwrap_or_default();
    let (verdict, word) = match done {
        true => (Verdict::Good, "登録しました"),
        false => (Verdict::Bad, "登録できません"),
    };
    let card = card_words(
        &asked.insurer_number,
        asked.insured_card_symbol.as_deref(),
        Some(&asked.insured_identification_number),
        asked.insured_branch_number.as_deref(),
    );
    Some(BulkResultRow {
        unshown: unshown_in("照会番号", &asked.reference_number, "", &card),
        mark: asked.reference_number,
        card,
        name: String::new(),
        birthdate: String::new(),
        share: String::new(),
        verdict,
        plain: done,
        word: word.to_owned(),
        advice: unit.processing_result_message.unwrap_or_default(),
    })
}

/// Somebody of a list, or the row that says why there is none.
fn listed_row(text: &str, _: Days) -> Option<BulkResultRow> {
    let unit = read::<BulkConfirmUnit>(text)?;
    let Some(result) = unit.result else {
        return Some(BulkResultRow {
            mark: String::new(),
            card: String::new(),
            name: String::new(),
            birthdate: String::new(),
            share: String::new(),
            plain: false,
            verdict: Verdict::Unclear,
            word: "一覧を作れませんでした".to_owned(),
            advice: unit.processing_result_message.unwrap_or_default(),
            unshown: String::new(),
        });
    };
    let tickets = result.public_expense_result_list.iter();
    let tickets: Vec<String> = tickets.map(facts::ticket_words).collect();
    let mark = unit.reference_number.unwrap_or_default();
    let card = card_words(
        result.insurer_number.as_deref().unwrap_or_default(),
        result.insured_card_symbol.as_deref(),
        result.insured_identification_number.as_deref(),
        result.insured_branch_number.as_deref(),
    );
    Some(BulkResultRow {
        unshown: unshown_in("照会番号", &mark, &result.name, &card),
        mark,
        card,
        name: result.name,
        birthdate: String::new(),
        share: String::new(),
        plain: true,
        verdict: Verdict::Good,
        word: "登録あり".to_owned(),
        advice: tickets.join("、"),
    })
}

//! The results of a bulk request as a table.

use crate::http::route::Call;
use crate::web::bulk::column::Column;
use crate::web::bulk::view::{BulkResultPage, BulkResultRow};
use crate::web::bulk::{by_words, day_words};
use crate::web::eligibility::verdict::{Days, headline, verdict, word_of};
use crate::web::eligibility::view::ResultTone;
use crate::web::eligibility::{facts, unshown};
use crate::web::layout::form::Choice;
use crate::web::layout::frame::Frame;
use crate::web::reply;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{self, BulkKind, KeptRow, Request, Row, RowQuestion, RowsOf};
use onshi_core::{Error, Fault, RefusalCode, Subject};
use onshi_wire::error_codes;

/// The request of the path with its rows, when they are there.
pub(in crate::web) async fn fetch(call: &Call) -> Result<(Request, Vec<KeptRow>), Error> {
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
    let (request, kept) = fetch(&call).await?;
    let only = call.query.get("show") == "attention";
    let frame = call.frame()?;
    let days = days_of(&request, call.request.now.jst_day());
    // Ten thousand rows are read and printed beside the sockets.
    let printed = call.beside(move || {
        let rows = read(&request, &kept)?;
        Ok::<_, Error>(reply::page(&page(
            (frame, number),
            only,
            &request,
            (rows, days),
        )))
    });
    printed.await?
}

/// The rows that are answered.
pub(in crate::web) fn read(request: &Request, kept: &[KeptRow]) -> Result<Vec<Row>, Fault> {
    let rows = kept
        .iter()
        .filter_map(|row| row.row(request.kind).transpose());
    rows.collect()
}

fn page(
    (frame, number): (Frame, String),
    only: bool,
    request: &Request,
    (rows, days): (Vec<Row>, Days),
) -> BulkResultPage {
    let row: fn(Row, Days) -> BulkResultRow = match request.kind.rows() {
        RowsOf::Checks => checked_row,
        RowsOf::Registrations => registered_row,
        RowsOf::Persons => listed_row,
    };
    let all: Vec<BulkResultRow> = rows.into_iter().map(|one| row(one, days)).collect();
    let plain = |row: &BulkResultRow| row.plain;
    let has_unshown = all.iter().any(|row| !row.unshown.is_empty());
    let good = all.iter().filter(|row| plain(row)).count();
    let (count, bad) = (all.len(), all.len() - good);
    let (mark_title, advice_title) = match request.kind.rows() {
        RowsOf::Checks => (Column::Mark.label(), "理由と、つぎにすること"),
        RowsOf::Registrations => ("照会番号", "理由と、つぎにすること"),
        RowsOf::Persons => ("照会番号", "内容"),
    };
    let summary = match request.kind.rows() {
        RowsOf::Checks => {
            let word = headline("1", days);
            format!("{count}件中、{word}の方が{good}件、確認が必要な方が{bad}件です。")
        }
        RowsOf::Registrations => {
            format!("{count}件中、登録できた方が{good}件、登録できなかった方が{bad}件です。")
        }
        RowsOf::Persons => format!("{count}件です。"),
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
        kind: request.kind.label().to_owned(),
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
    if kind.rows() != RowsOf::Checks || days.is_of_today() {
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

/// The card as it was asked about.
fn asked_card(question: &RowQuestion) -> String {
    card_words(
        &question.insurer_number,
        question.symbol.as_deref(),
        Some(&question.number),
        question.branch.as_deref(),
    )
}

fn checked_row(row: Row, days: Days) -> BulkResultRow {
    let (question, answer) = (row.question.unwrap_or_default(), row.answer);
    let validity = answer.validity.as_deref().unwrap_or("");
    // That a day is still to come is said once, above all of them.
    let prospect = answer.code.as_deref() == Some(error_codes::PROSPECT.code);
    let advice = answer.words.unwrap_or_default();
    let told = answer.told.as_ref();
    let good = matches!(validity, "1" | "6");
    let card = asked_card(&question);
    let mark = Column::Mark.value(&question);
    let name = told.map(|told| told.name.clone()).unwrap_or_default();
    BulkResultRow {
        unshown: unshown_in(Column::Mark.label(), &mark, &name, &card),
        mark,
        card,
        name,
        birthdate: told
            .map(|told| facts::born_words(&told.birthdate, days.asked_for))
            .unwrap_or_default(),
        share: told.filter(|_| good).map(facts::share).unwrap_or_default(),
        verdict: verdict(validity, !advice.is_empty(), days),
        plain: validity == "1" && (advice.is_empty() || prospect),
        word: word_of(validity, days),
        advice: if prospect { String::new() } else { advice },
    }
}

/// What is said of a registration.
pub(in crate::web) const fn registered_word(done: bool) -> &'static str {
    match done {
        true => "登録しました",
        false => "登録できません",
    }
}

fn registered_row(row: Row, _: Days) -> BulkResultRow {
    let (question, answer) = (row.question.unwrap_or_default(), row.answer);
    let card = asked_card(&question);
    let mark = question.identifier.unwrap_or_default();
    BulkResultRow {
        unshown: unshown_in("照会番号", &mark, "", &card),
        mark,
        card,
        name: String::new(),
        birthdate: String::new(),
        share: String::new(),
        verdict: match answer.done {
            true => ResultTone::Good,
            false => ResultTone::Bad,
        },
        plain: answer.done,
        word: registered_word(answer.done).to_owned(),
        advice: answer.words.unwrap_or_default(),
    }
}

/// Somebody of a list, or the row that says why there is none.
fn listed_row(row: Row, _: Days) -> BulkResultRow {
    let answer = row.answer;
    let Some(told) = answer.told else {
        return BulkResultRow {
            mark: String::new(),
            card: String::new(),
            name: String::new(),
            birthdate: String::new(),
            share: String::new(),
            plain: false,
            verdict: ResultTone::Unclear,
            word: "一覧を作れませんでした".to_owned(),
            advice: answer.words.unwrap_or_default(),
            unshown: String::new(),
        };
    };
    let tickets = told.public_expense_result_list.iter();
    let tickets: Vec<String> = tickets.map(facts::ticket_words).collect();
    let mark = answer.reference_number.unwrap_or_default();
    let card = card_words(
        told.insurer_number.as_deref().unwrap_or_default(),
        told.insured_card_symbol.as_deref(),
        told.insured_identification_number.as_deref(),
        told.insured_branch_number.as_deref(),
    );
    BulkResultRow {
        unshown: unshown_in("照会番号", &mark, &told.name, &card),
        mark,
        card,
        name: told.name,
        birthdate: String::new(),
        share: String::new(),
        plain: true,
        verdict: ResultTone::Good,
        word: "登録あり".to_owned(),
        advice: tickets.join("、"),
    }
}

//! The results of a bulk request as a table.

use super::super::eligibility::{verdict, word};
use super::super::facts;
use super::kind_words;
use crate::pages::{BulkResultPage, BulkResultRow, Choice, Frame, Verdict};
use crate::reply;
use crate::routes::Call;
use axum::response::Response;
use onshi_core::eligibility::bulk::{self, BulkKind, Request};
use onshi_core::{Error, RefusalCode, Subject};
use onshi_wire::messages::{BulkConfirmUnit, BulkRegistrationUnit};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, parse_json};

/// The request of the path with its answers, when they are there.
pub(super) async fn fetch(call: &Call) -> Result<(Request, Vec<String>), Error> {
    let asked = call.parameter("number").to_owned();
    let found = call
        .desk
        .read(Subject::NONE, move |work| bulk::fetch(work, None, &asked))
        .await?;
    found.ok_or_else(|| RefusalCode::NotFound.into())
}

/// The results of one request, whatever it asked for.
pub async fn show(call: Call) -> Result<Response, Error> {
    let number = call.parameter("number").to_owned();
    let (request, answers) = fetch(&call).await?;
    let only = call.query.get("show") == "attention";
    let frame = call.frame()?;
    // Ten thousand rows are read and printed beside the sockets.
    call.beside(move || reply::page(&page(frame, number, only, &request, &answers)))
        .await
}

fn page(
    frame: Frame,
    number: String,
    only: bool,
    request: &Request,
    answers: &[String],
) -> BulkResultPage {
    let row: fn(&str) -> Option<BulkResultRow> = match request.kind {
        BulkKind::Eligibility => checked_row,
        BulkKind::ReferenceNumbers => registered_row,
        BulkKind::Tickets | BulkKind::HomeVisits | BulkKind::Online => listed_row,
    };
    let all: Vec<BulkResultRow> = answers.iter().filter_map(|text| row(text)).collect();
    let plain = |row: &BulkResultRow| row.verdict == Verdict::Good;
    let good = all.iter().filter(|row| plain(row)).count();
    let (count, bad) = (all.len(), all.len() - good);
    let (mark_title, advice_title) = match request.kind {
        BulkKind::Eligibility => ("患者番号", "理由と、つぎにすること"),
        BulkKind::ReferenceNumbers => ("照会番号", "理由と、つぎにすること"),
        _ => ("照会番号", "内容"),
    };
    let summary = match request.kind {
        BulkKind::Eligibility => {
            format!("{count}件中、そのまま使える方が{good}件、確認が必要な方が{bad}件です。")
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
        received_at: request.received_at.jst_table(),
        mark_title,
        advice_title,
        done: request.next_item,
        items: request.items,
        finished: request.finished_at.is_some(),
        rows: all.into_iter().filter(|row| !only || !plain(row)).collect(),
        // Where all are alike there is nothing to choose.
        filters: match bad {
            0 => Vec::new(),
            _ => choices.into_iter().map(choice).collect(),
        },
        summary,
    }
}

pub(super) fn read<M: Typed>(text: &str) -> Option<M> {
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

fn checked_row(text: &str) -> Option<BulkResultRow> {
    let unit = read::<BulkConfirmUnit>(text)?;
    let validity = unit.qualification_validity.as_deref().unwrap_or("");
    let advice = unit.processing_result_message.unwrap_or_default();
    let search = unit.search.unwrap_or_default();
    Some(BulkResultRow {
        mark: search.arbitrary_identifier.clone().unwrap_or_default(),
        card: card_words(
            &search.insurer_number,
            search.insured_card_symbol.as_deref(),
            Some(&search.insured_identification_number),
            search.insured_branch_number.as_deref(),
        ),
        name: unit.result.map(|result| result.name).unwrap_or_default(),
        verdict: verdict(validity, !advice.is_empty()),
        word: word(validity),
        advice,
    })
}

fn registered_row(text: &str) -> Option<BulkResultRow> {
    let unit = read::<BulkRegistrationUnit>(text)?;
    let done = unit.processing_result_status == "1";
    let asked = unit.registration.unwrap_or_default();
    let (verdict, word) = match done {
        true => (Verdict::Good, "登録しました"),
        false => (Verdict::Bad, "登録できません"),
    };
    Some(BulkResultRow {
        mark: asked.reference_number,
        card: card_words(
            &asked.insurer_number,
            asked.insured_card_symbol.as_deref(),
            Some(&asked.insured_identification_number),
            asked.insured_branch_number.as_deref(),
        ),
        name: String::new(),
        verdict,
        word: word.to_owned(),
        advice: unit.processing_result_message.unwrap_or_default(),
    })
}

/// Somebody of a list, or the row that says why there is none.
fn listed_row(text: &str) -> Option<BulkResultRow> {
    let unit = read::<BulkConfirmUnit>(text)?;
    let Some(result) = unit.result else {
        return Some(BulkResultRow {
            mark: String::new(),
            card: String::new(),
            name: String::new(),
            verdict: Verdict::Unclear,
            word: "一覧を作れませんでした".to_owned(),
            advice: unit.processing_result_message.unwrap_or_default(),
        });
    };
    let tickets = result.public_expense_result_list.iter();
    let tickets: Vec<String> = tickets.map(facts::ticket_words).collect();
    Some(BulkResultRow {
        mark: unit.reference_number.unwrap_or_default(),
        card: card_words(
            result.insurer_number.as_deref().unwrap_or_default(),
            result.insured_card_symbol.as_deref(),
            result.insured_identification_number.as_deref(),
            result.insured_branch_number.as_deref(),
        ),
        name: result.name,
        verdict: Verdict::Good,
        word: "登録あり".to_owned(),
        advice: tickets.join("、"),
    })
}

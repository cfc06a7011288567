//! 一括照会 on the screen: pasted from a spreadsheet, worked in the background, read as a table.

use super::eligibility::{read_card, verdict, word};
use super::{birthdate, facts};
use crate::pages::{
    BulkPage, BulkResultPage, BulkResultRow, BulkRow, Choice, EligibilityValues, FieldError,
    Verdict,
};
use crate::reply;
use crate::routes::Call;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{self, BulkKind, Item, Request, Upload};
use onshi_core::entropy::{fresh_seed, hex};
use onshi_core::{Error, Fault, RefusalCode, Subject};
use onshi_wire::messages::{BulkConfirmUnit, BulkRegistrationUnit, QualificationConfirmSearchInfo};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, parse_json, print_json};

const LIST_ROWS: i64 = 50;
/// The most persons that fit the form; more go by file.
const PASTED_MAX: usize = 500;

fn kind_words(kind: BulkKind) -> &'static str {
    match kind {
        BulkKind::Eligibility => "資格確認",
        BulkKind::ReferenceNumbers => "照会番号登録",
        BulkKind::Tickets => "医療券・調剤券の一覧",
        BulkKind::HomeVisits => "同意の一覧（訪問診療等）",
        BulkKind::Online => "同意の一覧（オンライン診療等）",
    }
}

async fn page(
    call: &Call,
    text: String,
    day: String,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let found = call
        .desk
        .read(Subject::NONE, move |work| bulk::list(work, LIST_ROWS))
        .await?;
    let rows = found
        .into_iter()
        .map(|request| BulkRow {
            received_at: request.received_at.jst_table(),
            kind: kind_words(request.kind).to_owned(),
            items: request.items,
            done: request.next_item,
            finished: request.finished_at.is_some(),
            href: format!("/web/bulk/{}", request.reception_number),
            number: request.reception_number,
        })
        .collect();
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = BulkPage {
        frame: call.frame()?,
        rows,
        text,
        day,
        errors,
    };
    Ok(reply::page_with(status, &page))
}

/// What was taken so far, and the form.
pub async fn list(call: Call) -> Result<Response, Error> {
    let today = call.request.now.jst_day().dashed();
    page(&call, String::new(), today, Vec::new()).await
}

/// Reads a pasted line: patient's number, insurer, symbol, number, branch, birthdate.
fn read_line(line: &str, row: usize) -> Result<QualificationConfirmSearchInfo, String> {
    let parts: Vec<&str> = line.split([',', '\t', '，']).map(str::trim).collect();
    let [mark, insurer, symbol, number, branch, born] = parts.as_slice() else {
        return Err(format!(
            "{row}行目：6つの項目が必要です（いまは{}つ）。記号や枝番などがないときも、区切りは残してください。",
            parts.len()
        ));
    };
    let values = EligibilityValues {
        insurer_number: (*insurer).to_owned(),
        symbol: (*symbol).to_owned(),
        number: (*number).to_owned(),
        branch: (*branch).to_owned(),
        ..EligibilityValues::default()
    };
    let mut errors = Vec::new();
    let mut search = read_card(&values, &mut errors);
    if let Some(error) = errors.first() {
        return Err(format!("{row}行目：{}", error.text));
    }
    let Some(day) = birthdate::read(born) else {
        return Err(format!("{row}行目：{}", birthdate::WRONG));
    };
    search.birthdate = format!("{:08}", day.number());
    search.limit_application_certificate_related_cons_flg = "0".to_owned();
    search.arbitrary_identifier = Some((*mark).to_owned()).filter(|mark| !mark.is_empty());
    Ok(search)
}

/// Takes what was pasted.
pub async fn upload(call: Call) -> Result<Response, Error> {
    let (text, day) = (
        call.form.get("text").to_owned(),
        call.form.get("day").to_owned(),
    );
    let mut errors = Vec::new();
    let mut wrong = |field: &str, text: String| {
        errors.push(FieldError {
            field: field.to_owned(),
            text,
        });
    };
    let asked = Day::parse(&day);
    if asked.is_none() {
        wrong("day", "資格確認日を選んでください。".to_owned());
    }
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        // A spreadsheet's heading comes along with its rows.
        .filter(|(row, line)| *row > 0 || !line.contains("保険者番号"));
    let mut items = Vec::new();
    let mut shown = 0;
    for (row, line) in lines {
        match read_line(line, row + 1) {
            Ok(search) => {
                let question = String::from_utf8(print_json(&search))
                    .map_err(|e| Fault::at("keeping a bulk item", e))?;
                items.push(Item {
                    question,
                    answer: None,
                });
            }
            // Twenty lines of errors are more than anybody mends at once.
            Err(words) if shown < 20 => {
                shown += 1;
                wrong("text", words);
            }
            Err(_) => {}
        }
    }
    if items.is_empty() && shown == 0 {
        wrong(
            "text",
            "照会する方を、1行に1人ずつ貼り付けてください。".to_owned(),
        );
    }
    if items.len() > PASTED_MAX {
        let words = format!(
            "画面から一度に受け付けられるのは{PASTED_MAX}人までです。分けて受け付けるか、連携アプリケーションを使ってください。"
        );
        wrong("text", words);
    }
    if !errors.is_empty() {
        return page(&call, text, day, errors).await;
    }
    let upload = Upload {
        kind: BulkKind::Eligibility,
        key: hex(&fresh_seed()),
        file_identifier: None,
        day: asked,
        items,
    };
    let taken = call
        .desk
        .change(Subject::NONE, move |work| bulk::accept(work, &upload))
        .await?;
    call.centre.bulk_wake.notify_one();
    Ok(reply::redirect(&format!(
        "/web/bulk/{}",
        taken.reception_number
    )))
}

/// The results of one request, whatever it asked for.
pub async fn show(call: Call) -> Result<Response, Error> {
    let number = call.parameter("number").to_owned();
    let asked = number.clone();
    let found = call
        .desk
        .read(Subject::NONE, move |work| bulk::fetch(work, None, &asked))
        .await?;
    let (request, answers): (Request, Vec<String>) = found.ok_or(RefusalCode::NotFound)?;
    let row: fn(&str) -> Option<BulkResultRow> = match request.kind {
        BulkKind::Eligibility => checked_row,
        BulkKind::ReferenceNumbers => registered_row,
        BulkKind::Tickets | BulkKind::HomeVisits | BulkKind::Online => listed_row,
    };
    let all: Vec<BulkResultRow> = answers.iter().filter_map(|text| row(text)).collect();
    let only = call.query.get("show") == "attention";
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
    Ok(reply::page(&BulkResultPage {
        frame: call.frame()?,
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
    }))
}

fn read<M: Typed>(text: &str) -> Option<M> {
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

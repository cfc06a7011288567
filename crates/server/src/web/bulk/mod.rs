//! 一括照会 on the screen: pasted from a spreadsheet or taken from a file, looked at before it is
//! sent, worked in the background, read as a table.

pub mod cell;
pub mod column;
pub mod export;
pub mod form;
pub mod patient;
pub mod result;
pub mod rows;
pub mod view;

pub use export::export;
pub use result::show;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::sheet::{self, Bounds, Table, Unreadable};
use crate::web::bulk::column::Column;
use crate::web::bulk::form::{BulkField, BulkForm};
use crate::web::bulk::view::{
    BulkAccepted, BulkBadRow, BulkGoodRow, BulkPage, BulkPreview, BulkRow,
};
use crate::web::eligibility::read_day;
use crate::web::eligibility::unshown;
use crate::web::layout::form::{FieldError, field_error};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{self, BulkKind, Item, Request, Upload};
use onshi_core::entropy::{fresh_seed, hex};
use onshi_core::{Error, Fault, Subject, Tx};
use patient::{Patient, Patients};
use serde::{Deserialize, Serialize};

/// The most bytes of the form: what is pasted grows threefold on its way, and a workbook of so many
/// persons is smaller.
pub const FORM_BYTES_MAX: usize = 2 * 1024 * 1024;
const LIST_ROWS: i64 = 50;
/// More rows that are wrong than anybody mends at once are counted, not shown.
const BAD_ROWS_SHOWN: usize = 50;

/// For which day, or month, a request asks.
fn day_words(request: &Request) -> String {
    let Some(day) = request.day else {
        return String::new();
    };
    match request.kind {
        BulkKind::Tickets => {
            let month = day.number() / 100;
            format!("{}年{}月", month / 100, month % 100)
        }
        _ => day.words(),
    }
}

/// Who asked.
fn by_words(request: &Request) -> String {
    let words = |(user_id, name): &(String, String)| format!("{name}（{user_id}）");
    request.asked_by.as_ref().map(words).unwrap_or_default()
}

/// What the form holds.
#[derive(Clone, Debug, Default)]
struct Typed {
    day: String,
    text: String,
    file: Bytes,
    /// Lines that were found good before, and are carried along.
    good: String,
}

/// What is shown beside the form.
#[derive(Default)]
struct Shown {
    errors: Vec<FieldError<BulkField>>,
    preview: Option<BulkPreview>,
    accepted: Option<BulkAccepted>,
}

async fn page(call: &Call, typed: Typed, shown: Shown) -> Result<Response, Error> {
    let found = call
        .service
        .scan(Subject::NONE, move |tx| bulk::list(tx, LIST_ROWS))
        .await?;
    let rows = found
        .into_iter()
        .map(|request| BulkRow {
            received_at: request.received_at.jst_table(),
            day: day_words(&request),
            asked_by: by_words(&request),
            kind: request.kind.label().to_owned(),
            items: request.items,
            done: request.next_item,
            finished: request.finished_at.is_some(),
            href: format!("/web/bulk/{}", request.reception_number),
            number: request.reception_number,
        })
        .collect();
    let status = if shown.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = BulkPage {
        frame: call.frame()?,
        rows,
        text: typed.text,
        day: typed.day,
        good: typed.good,
        persons_max: persons_max(call),
        errors: shown.errors,
        preview: shown.preview,
        accepted: shown.accepted,
    };
    if page.preview.is_none() {
        return Ok(reply::page_with(status, &page));
    }
    // Hundreds of rows are printed beside the sockets.
    call.beside(move || reply::page_with(status, &page)).await
}

fn persons_max(call: &Call) -> usize {
    call.centre.config.rules.bulk.screen_items_max
}

/// What was taken so far, and the form.
pub async fn list(call: Call) -> Result<Response, Error> {
    if let Some(rest) = call.shown::<Rest>() {
        let typed = Typed {
            day: rest.day,
            text: rest.text,
            ..Typed::default()
        };
        let shown = Shown {
            accepted: Some(rest.accepted),
            ..Shown::default()
        };
        return page(&call, typed, shown).await;
    }
    page(&call, Typed::default(), Shown::default()).await
}

/// What the three places of the form say: what was good before, the file, and what was pasted.
struct Understood {
    good: Vec<Patient>,
    bad: Vec<Patient>,
    unused: Vec<String>,
    errors: Vec<FieldError<BulkField>>,
}

fn understand(typed: &Typed, most: usize) -> Understood {
    let bounds = Bounds::for_persons(most);
    let mut all = Understood {
        good: Vec::new(),
        bad: Vec::new(),
        unused: Vec::new(),
        errors: Vec::new(),
    };
    let tables: [(BulkField, Result<Table, Unreadable>); 3] = [
        (BulkField::Text, sheet::read_pasted(&typed.good, bounds)),
        (
            BulkField::File,
            match typed.file.is_empty() {
                true => Ok(Table::default()),
                false => sheet::read_file(&typed.file, bounds),
            },
        ),
        (BulkField::Text, sheet::read_pasted(&typed.text, bounds)),
    ];
    for (field, table) in tables {
        let found = match table {
            Ok(table) => rows::understand(&table),
            Err(Unreadable(words)) => Patients {
                problem: Some(words),
                ..Patients::default()
            },
        };
        if let Some(words) = found.problem {
            all.errors.push(field_error(field, &words));
        }
        all.unused.extend(found.unused);
        let (good, bad): (Vec<_>, Vec<_>) = found
            .patients
            .into_iter()
            .partition(|patient| patient.question.is_some());
        all.good.extend(good);
        all.bad.extend(bad);
    }
    let nobody = all.good.is_empty() && all.bad.is_empty();
    if all.errors.is_empty() && nobody {
        let words = "照会する方を、1行に1人ずつ貼り付けるか、ファイルを選んでください。";
        all.errors.push(field_error(BulkField::Text, words));
    }
    if all.good.len() + all.bad.len() > most {
        let words = format!(
            "画面から一度に受け付けられるのは{most}人までです。分けて受け付けるか、連携アプリケーションを使ってください。"
        );
        all.errors.push(field_error(BulkField::Text, &words));
    }
    all
}

/// Looks at what was pasted or chosen, or takes what was looked at.
pub async fn upload(call: Call) -> Result<Response, Error> {
    let form: BulkForm = call.form.read();
    let typed = Typed {
        day: form.day,
        text: form.text,
        file: call.form.file(BulkField::File.name()),
        good: form.good,
    };
    let most = persons_max(&call);
    let accepts = form.action == "accept";
    let read = match accepts {
        // What was not found good waits in its field until the others are taken.
        true => Typed {
            text: String::new(),
            file: Bytes::new(),
            ..typed.clone()
        },
        false => typed.clone(),
    };
    let mut understood = call.beside(move || understand(&read, most)).await?;
    let day = read_day(&call, typed.day.trim()).map_err(|words| {
        let wrong = field_error(BulkField::Day, &words);
        understood.errors.insert(0, wrong);
    });
    let clean = understood.errors.is_empty() && understood.bad.is_empty();
    match day {
        Ok(day) if accepts && clean => accept(call, typed, day, understood.good).await,
        _ => preview(&call, typed, understood).await,
    }
}

fn good_row(patient: &Patient) -> Option<BulkGoodRow> {
    let question = patient.question.as_ref()?;
    let mut values = rows::values_of(question);
    let mut notes = patient.notes.clone();
    let texts = [Column::Mark, Column::Symbol, Column::Number]
        .map(|column| (column.label(), values[column as usize].as_str()));
    notes.extend(unshown::advice(texts));
    let born = Day::parse(&question.birthdate);
    values[Column::Birthdate as usize] = born.map(Day::words).unwrap_or_default();
    Some(BulkGoodRow {
        row: patient.row,
        values,
        notes,
    })
}

async fn preview(call: &Call, typed: Typed, found: Understood) -> Result<Response, Error> {
    let Understood {
        good,
        bad,
        unused,
        mut errors,
    } = found;
    if !errors.is_empty() {
        // Nothing was understood as a whole: what was typed stays as it is.
        return page(
            call,
            typed,
            Shown {
                errors,
                ..Shown::default()
            },
        )
        .await;
    }
    let lines = |patients: &[Patient]| -> String {
        let line = |patient: &Patient| match &patient.question {
            Some(question) => rows::line(&rows::values_of(question)),
            None => rows::line(&patient.values),
        };
        let lines: Vec<String> = patients.iter().map(line).collect();
        lines.join("\n")
    };
    let preview = BulkPreview {
        good: good.iter().filter_map(good_row).collect(),
        bad: bad
            .iter()
            .take(BAD_ROWS_SHOWN)
            .map(|patient| BulkBadRow {
                row: patient.row,
                problems: patient.problems.clone(),
            })
            .collect(),
        bad_count: bad.len(),
        unused,
    };
    if !bad.is_empty() {
        let words = format!(
            "{}人分に直すところがあります。下の欄で直して、もう一度確かめてください。",
            bad.len()
        );
        errors.push(field_error(BulkField::Text, &words));
    }
    let typed = Typed {
        day: typed.day,
        text: match bad.is_empty() {
            true => String::new(),
            false => format!("{}\n{}", Column::heading_line(), lines(&bad)),
        },
        file: Bytes::new(),
        good: lines(&good),
    };
    page(
        call,
        typed,
        Shown {
            errors,
            preview: Some(preview),
            accepted: None,
        },
    )
    .await
}

fn items_of(good: Vec<Patient>) -> Vec<Item> {
    let questions = good.into_iter().filter_map(|patient| patient.question);
    let item = |question| Item {
        question: Some(question),
        ..Item::default()
    };
    questions.map(item).collect()
}

async fn accept(call: Call, typed: Typed, day: Day, good: Vec<Patient>) -> Result<Response, Error> {
    let made = call.beside(move || {
        let items = items_of(good);
        Ok::<_, Fault>((bulk::digest(&items)?, items))
    });
    let (content, items) = made.await??;
    let count = items.len();
    let upload = Upload {
        kind: BulkKind::Eligibility,
        key: hex(&fresh_seed()),
        file_identifier: None,
        file_spelling: None,
        day: Some(day),
        items,
        content,
    };
    let (left, typed_day) = (typed.text, typed.day);
    let after = move |taken: &bulk::Request| {
        let accepted = BulkAccepted {
            count,
            href: format!("/web/bulk/{}", taken.reception_number),
            number: taken.reception_number.clone(),
        };
        match left.trim().is_empty() {
            true => After::at(accepted.href),
            // Those who are still to be mended stay in the form.
            false => After::at("/web/bulk").page(&Rest {
                accepted,
                day: typed_day.clone(),
                text: left.clone(),
            }),
        }
    };
    let work = move |tx: &mut Tx<'_>| bulk::take_whole(tx, &upload);
    let (_, response) = call.service.submit(Subject::NONE, work, after).await?;
    call.centre.bulk_wake.notify_one();
    Ok(response)
}

/// What the page after a form shows when only a part of the persons was taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Rest {
    accepted: BulkAccepted,
    day: String,
    text: String,
}

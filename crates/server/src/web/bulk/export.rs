//! The results of a bulk request as a file for a spreadsheet.

use crate::http::route::Call;
use crate::sheet::write;
use crate::web::bulk::by_words;
use crate::web::bulk::column::Column;
use crate::web::bulk::result::{days_of, fetch, read, registered_word};
use crate::web::eligibility::verdict::word_of;
use crate::web::eligibility::{facts, unshown};
use crate::web::reply;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{Request, Row, RowsOf};
use onshi_core::{Error, Fault, RefusalCode};

/// Those that are asked about are called as in a table that is imported.
const COLUMNS: [&str; 17] = [
    Column::Mark.label(),
    "氏名",
    "氏名カナ",
    Column::Birthdate.label(),
    "資格確認日",
    "結果",
    "負担割合",
    "理由と、つぎにすること",
    Column::Insurer.label(),
    "保険者名称",
    Column::Symbol.label(),
    Column::Number.label(),
    Column::Branch.label(),
    "資格取得日",
    "資格喪失日",
    "照会番号",
    "外字（表示できない文字）",
];

/// `GET …/results.csv` and `…/results.xlsx`.
pub async fn export(call: Call) -> Result<Response, Error> {
    let workbook = match call.parameter("file") {
        "results.csv" => false,
        "results.xlsx" => true,
        _ => return Err(RefusalCode::NotFound.into()),
    };
    let (request, kept) = fetch(&call).await?;
    if request.finished_at.is_none() {
        return Err(RefusalCode::NotFound.into());
    }
    let frame = call.frame()?;
    let about = vec![
        format!(
            "{}の結果（{}）",
            request.kind.label(),
            request.reception_number
        ),
        match request.day {
            Some(day) if day > request.received_at.jst_day() => {
                format!("資格確認日 {}（この日の見込みです）", day.words())
            }
            Some(day) => format!("資格確認日 {}（この日の資格です）", day.words()),
            None => String::new(),
        },
        format!(
            "照会日時 {} {}　ファイルの作成 {} {}（{}）",
            request.received_at.jst_table(),
            by_words(&request),
            call.request.now.jst_table(),
            frame.account_name,
            frame.user_id
        ),
    ];
    let number = request.reception_number.clone();
    let bytes = call
        .beside(move || {
            let table = write::Export {
                about: about.into_iter().filter(|line| !line.is_empty()).collect(),
                columns: COLUMNS.to_vec(),
                rows: read(&request, &kept)?
                    .into_iter()
                    .map(|row| cells(&request, row))
                    .collect(),
            };
            match workbook {
                true => write::workbook(&table),
                false => write::csv(&table),
            }
        })
        .await??;
    let (kind, ending) = match workbook {
        true => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        false => ("text/csv; charset=utf-8", "csv"),
    };
    let mut response = reply::raw(StatusCode::OK, kind, bytes);
    let name = format!("attachment; filename=\"onshi-bulk-{number}.{ending}\"");
    let name = HeaderValue::from_str(&name).map_err(|e| Fault::at("naming a file", e))?;
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

fn cells(request: &Request, row: Row) -> Vec<String> {
    let mut cells = match request.kind.rows() {
        RowsOf::Registrations => registered(row),
        RowsOf::Checks | RowsOf::Persons => told(request, row),
    };
    // The last column says what the others can't show.
    let texts = COLUMNS.into_iter().zip(cells.iter().map(String::as_str));
    let unshown = unshown::places(texts);
    cells.push(unshown);
    cells
}

fn told(request: &Request, row: Row) -> Vec<String> {
    let (question, answer) = (row.question.unwrap_or_default(), row.answer);
    let asked = |column: Column| column.value(&question);
    let nobody = answer.told.is_none();
    let told = answer.told.unwrap_or_default();
    let day = |text: &str| Day::parse(text).map_or_else(String::new, |day| day.dashed());
    // Of whom nothing is told there is what was asked.
    let or_asked = |value: &Option<String>, column: Column| match nobody {
        true => asked(column),
        false => value.clone().unwrap_or_default(),
    };
    let validity = answer.validity.as_deref().unwrap_or("");
    let holds = matches!(validity, "1" | "6") && !nobody;
    vec![
        asked(Column::Mark),
        told.name.clone(),
        told.name_kana.clone().unwrap_or_default(),
        match nobody {
            true => day(&asked(Column::Birthdate)),
            false => day(&told.birthdate),
        },
        request.day.map(|day| day.dashed()).unwrap_or_default(),
        word_of(validity, days_of(request, request.received_at.jst_day())),
        match holds {
            true => facts::share(&told),
            false => String::new(),
        },
        answer.words.unwrap_or_default(),
        or_asked(&told.insurer_number, Column::Insurer)
            .trim()
            .to_owned(),
        told.insurer_name.clone(),
        or_asked(&told.insured_card_symbol, Column::Symbol),
        or_asked(&told.insured_identification_number, Column::Number),
        or_asked(&told.insured_branch_number, Column::Branch),
        told.qualification_date
            .as_deref()
            .map(day)
            .unwrap_or_default(),
        told.disqualification_date
            .as_deref()
            .map(day)
            .unwrap_or_default(),
        answer.reference_number.unwrap_or_default(),
    ]
}

fn registered(row: Row) -> Vec<String> {
    let (question, answer) = (row.question.unwrap_or_default(), row.answer);
    let asked = |column: Column| column.value(&question);
    let mut cells = vec![String::new(); COLUMNS.len() - 1];
    cells[5] = registered_word(answer.done).to_owned();
    cells[7] = answer.words.unwrap_or_default();
    cells[8] = asked(Column::Insurer);
    cells[10] = asked(Column::Symbol);
    cells[11] = asked(Column::Number);
    cells[12] = asked(Column::Branch);
    cells[15] = asked(Column::Mark);
    cells
}

//! The results of a bulk request as a file for a spreadsheet.

use crate::http::route::Call;
use crate::sheet::write;
use crate::web::bulk::result::{days_of, fetch, read};
use crate::web::bulk::{by_words, kind_words};
use crate::web::eligibility::verdict::word_of;
use crate::web::eligibility::{facts, unshown};
use crate::web::reply;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{BulkKind, Request};
use onshi_core::{Error, Fault, RefusalCode};
use onshi_wire::messages::{BulkConfirmUnit, BulkRegistrationUnit};

const COLUMNS: [&str; 17] = [
    "患者番号",
    "氏名",
    "氏名カナ",
    "生年月日",
    "資格確認日",
    "結果",
    "負担割合",
    "理由と、つぎにすること",
    "保険者番号",
    "保険者名称",
    "記号",
    "番号",
    "枝番",
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
    let (request, answers) = fetch(&call).await?;
    if request.finished_at.is_none() {
        return Err(RefusalCode::NotFound.into());
    }
    let frame = call.frame()?;
    let about = vec![
        format!(
            "{}の結果（{}）",
            kind_words(request.kind),
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
                rows: answers
                    .iter()
                    .filter_map(|text| row(&request, text))
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

fn row(request: &Request, text: &str) -> Option<Vec<String>> {
    let mut cells = match request.kind {
        BulkKind::ReferenceNumbers => registered(text)?,
        _ => told(request, text)?,
    };
    // The last column says what the others can't show.
    let texts = COLUMNS.into_iter().zip(cells.iter().map(String::as_str));
    let unshown = unshown::places(texts);
    cells.push(unshown);
    Some(cells)
}

fn told(request: &Request, text: &str) -> Option<Vec<String>> {
    let unit = read::<BulkConfirmUnit>(text)?;
    let search = unit.search.unwrap_or_default();
    let asked = unit.result.is_none();
    let result = unit.result.unwrap_or_default();
    let day = |text: &str| Day::parse(text).map_or_else(String::new, |day| day.dashed());
    let or_asked = |told: Option<String>, searched: Option<String>| match asked {
        true => searched.unwrap_or_default(),
        false => told.unwrap_or_default(),
    };
    let born = match asked {
        true => &search.birthdate,
        false => &result.birthdate,
    };
    let validity = unit.qualification_validity.as_deref().unwrap_or("");
    let holds = matches!(validity, "1" | "6") && !asked;
    let share = match holds {
        true => facts::share(&result),
        false => String::new(),
    };
    Some(vec![
        search.arbitrary_identifier.unwrap_or_default(),
        result.name.clone(),
        result.name_kana.clone().unwrap_or_default(),
        day(born),
        request.day.map(|day| day.dashed()).unwrap_or_default(),
        word_of(validity, days_of(request, request.received_at.jst_day())),
        share,
        unit.processing_result_message.unwrap_or_default(),
        or_asked(result.insurer_number.clone(), Some(search.insurer_number))
            .trim()
            .to_owned(),
        result.insurer_name.clone(),
        or_asked(
            result.insured_card_symbol.clone(),
            search.insured_card_symbol,
        ),
        or_asked(
            result.insured_identification_number.clone(),
            Some(search.insured_identification_number),
        ),
        or_asked(
            result.insured_branch_number.clone(),
            search.insured_branch_number,
        ),
        result
            .qualification_date
            .as_deref()
            .map(day)
            .unwrap_or_default(),
        result
            .disqualification_date
            .as_deref()
            .map(day)
            .unwrap_or_default(),
        unit.reference_number.unwrap_or_default(),
    ])
}

fn registered(text: &str) -> Option<Vec<String>> {
    let unit = read::<BulkRegistrationUnit>(text)?;
    let asked = unit.registration.unwrap_or_default();
    let word = match unit.processing_result_status.as_str() {
        "1" => "登録しました",
        _ => "登録できません",
    };
    let mut cells = vec![String::new(); COLUMNS.len() - 1];
    cells[5] = word.to_owned();
    cells[7] = unit.processing_result_message.unwrap_or_default();
    cells[8] = asked.insurer_number.trim().to_owned();
    cells[10] = asked.insured_card_symbol.unwrap_or_default();
    cells[11] = asked.insured_identification_number;
    cells[12] = asked.insured_branch_number.unwrap_or_default();
    cells[15] = asked.reference_number;
    Some(cells)
}

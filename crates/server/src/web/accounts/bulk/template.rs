//! The files that go with a registration of many: the empty table to be filled in, and the report of what came of one.

use super::column::Column;
use super::{cell, issue};
use crate::http::route::Call;
use crate::sheet::write;
use axum::response::Response;
use onshi_core::account::{Managed, Profession};
use onshi_core::{Error, Fault, RefusalCode};
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// `GET …/bulk/{file}`.
pub async fn file(call: Call) -> Result<Response, Error> {
    let (managed, _) = call.group();
    match call.parameter("file") {
        "template.csv" => csv_of(managed),
        "template.xlsx" => workbook_of(&call, managed).await,
        "report.csv" => issue::report(&call, false),
        "report.xlsx" => issue::report(&call, true),
        _ => Err(RefusalCode::NotFound.into()),
    }
}

/// The empty table as CSV.
pub(in crate::web) fn csv_of(managed: Managed) -> Result<Response, Error> {
    issue::send("onshi-accounts", &empty(managed), false)
}

/// The same as a workbook, with what may be chosen.
pub(in crate::web) async fn workbook_of(call: &Call, managed: Managed) -> Result<Response, Error> {
    let bytes = call
        .beside(move || workbook(managed))
        .await?
        .map_err(|e| Fault::at("writing a template", e))?;
    issue::file("onshi-accounts.xlsx", issue::WORKBOOK, bytes)
}

/// The heading and nothing else: a line of examples would be registered one day.
fn empty(managed: Managed) -> write::Export {
    let columns = Column::of(managed).iter().map(|column| column.label());
    write::Export {
        columns: columns.collect(),
        ..write::Export::default()
    }
}

/// How many rows of a template are prepared.
const PREPARED_ROWS: u32 = 200;

/// The workbook: every cell is a text, so that no zero is lost, and what is one of a few is chosen from a list. A second
/// sheet says what stands where.
fn workbook(managed: Managed) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let sheet = book.add_worksheet().set_name("アカウント")?;
    for (place, column) in (0u16..).zip(Column::of(managed)) {
        sheet.set_column_format(place, &text)?;
        sheet.set_column_width(place, 20)?;
        sheet.write_string_with_format(0, place, column.label(), &bold)?;
        choices(sheet, place, *column, managed)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let about = book.add_worksheet().set_name("記入のしかた")?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    about.set_column_width(0, 26)?;
    about.set_column_width(1, 80)?;
    about.write_string(
        0,
        0,
        "1行に1件、「アカウント」のシートに記入します。パスワードは書かないでください。",
    )?;
    for (row, column) in (2u32..).zip(Column::of(managed)) {
        about.write_string_with_format(row, 0, column.label(), &bold)?;
        about.write_string_with_format(row, 1, column.help(), &wrapped)?;
    }
    book.save_to_buffer()
}

fn choices(
    sheet: &mut Worksheet,
    place: u16,
    column: Column,
    managed: Managed,
) -> Result<(), XlsxError> {
    let words: Vec<&str> = match column {
        Column::Kind => {
            let kinds = managed.kinds().iter();
            kinds.map(|kind| cell::kind_word(*kind)).collect()
        }
        Column::Profession => {
            let known = Profession::ALL.into_iter().map(Profession::label);
            known.chain(["被選定者"]).collect()
        }
        Column::EmergencyViewing => vec!["あり", "なし"],
        _ => return Ok(()),
    };
    let choice = DataValidation::new().allow_list_strings(&words)?;
    sheet.add_data_validation(1, place, PREPARED_ROWS, place, &choice)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::row::read_table;
    use super::*;
    use crate::sheet::{Bounds, read_file};
    use onshi_core::Day;

    #[test]
    fn the_templates_are_tables_without_rows() {
        let today = Day::from_number(20_261_127).expect("it is a day");
        for managed in [Managed::Others, Managed::Administrators] {
            let csv = write::csv(&empty(managed)).expect("it is written");
            let book = workbook(managed).expect("it is written");
            for bytes in [csv, book] {
                let table = read_file(&bytes, Bounds::for_accounts(10)).expect("it can be read");
                let read = read_table(&table, managed, today).expect("it has its heading");
                assert!(read.0.is_empty() && read.1.is_empty(), "{:?}", read.1);
            }
        }
    }
}

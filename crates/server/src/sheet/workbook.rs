//! Excel workbooks, cell by cell: a workbook can name its last cell anywhere and can unpack to any
//! size, so nothing is made for what is not there, and what is unpacked is counted.

use crate::sheet::text::push;
use crate::sheet::{Bounds, Cell, Tab, Table, Unreadable, column_name};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use onshi_core::clock::Day;
use std::io::{Cursor, Read};

/// More parts than any workbook of a list has.
const PARTS_MAX: usize = 2000;

/// More sheets than any workbook has that is read whole.
const TABS_MAX: usize = 40;

const MACROS: &str = "マクロの付いたブック（.xlsm など）は受け付けません。「Excelブック（.xlsx）」または「CSV UTF-8」で保存し直してください。";

fn broken(_: impl std::error::Error) -> Unreadable {
    Unreadable::because(
        "Excelブックとして読み取れません。Excelで開けることを確かめ、「Excelブック（.xlsx）」または「CSV UTF-8」で保存し直してください。",
    )
}

/// Unpacks every part to nowhere, and refuses what is too large: the sizes that a file states of
/// itself need not be true.
fn check_size(bytes: &[u8], bounds: Bounds) -> Result<(), Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let too_large = || {
        Unreadable(format!(
            "ブックが大きすぎます（展開して{}MBまで）。使うシートと列だけを新しいブックに写すか、CSVで保存してください。",
            bounds.unpacked_bytes / 1_048_576
        ))
    };
    if archive.len() > PARTS_MAX {
        return Err(too_large());
    }
    let mut left = bounds.unpacked_bytes;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.to_ascii_lowercase();
        if name.ends_with("vbaproject.bin") {
            return Err(Unreadable::because(MACROS));
        }
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        left = left
            .checked_sub(read.map_err(broken)?)
            .ok_or_else(too_large)?;
    }
    Ok(())
}

/// The names of the sheets that are shown.
fn shown(book: &Xlsx<Cursor<&[u8]>>) -> Vec<String> {
    book.sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// Reads every sheet that is shown.
pub(super) fn read_tabs(
    bytes: &[u8],
    bounds: impl Fn(&str) -> Bounds,
) -> Result<Vec<Tab>, Unreadable> {
    check_size(bytes, bounds(""))?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = shown(&book);
    if names.len() > TABS_MAX {
        return Err(Unreadable(format!(
            "シートが多すぎます（{TABS_MAX}枚まで）。使うシートだけを新しいブックに写してください。"
        )));
    }
    let mut tabs = Vec::with_capacity(names.len());
    for name in names {
        let bounds = bounds(&name);
        let read = read_sheet(&mut book, &name, bounds);
        let table =
            read.map_err(|Unreadable(why)| Unreadable(format!("「{name}」のシート：{why}")))?;
        if bounds.are_passed_by(&table) {
            return Err(Unreadable(format!(
                "「{name}」のシートの行が多すぎます（見出しなどを含めて{}行まで）。ファイルを分けてください。",
                bounds.rows - 1
            )));
        }
        tabs.push(Tab { name, table });
    }
    Ok(tabs)
}

/// Reads the first sheet that is shown and has something in it.
pub(super) fn read(bytes: &[u8], bounds: Bounds) -> Result<Table, Unreadable> {
    check_size(bytes, bounds)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = shown(&book);
    for name in &sheets {
        let table = read_sheet(&mut book, name, bounds)?;
        if !table.rows.is_empty() {
            return Ok(table);
        }
    }
    Ok(Table::default())
}

/// Refuses a sheet that calculates something.
fn refuse_formulas(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<(), Unreadable> {
    let mut reader = book.worksheet_cells_reader(name).map_err(broken)?;
    while let Some(found) = reader.next_formula().map_err(broken)? {
        let (row, column) = found.get_position();
        if !found.get_value().is_empty() {
            return Err(Unreadable(format!(
                "{}{}に数式があります。数式は受け付けません。コピーして「値の貼り付け」で値に変えてから、保存し直してください。",
                column_name(column as usize),
                row + 1
            )));
        }
    }
    Ok(())
}

fn read_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    bounds: Bounds,
) -> Result<Table, Unreadable> {
    if !bounds.formulas {
        refuse_formulas(book, name)?;
    }
    let mut reader = book.worksheet_cells_reader(name).map_err(broken)?;
    let mut table = Table::default();
    let (mut at, mut cells) = (0, Vec::new());
    while let Some(found) = reader.next_cell().map_err(broken)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell.is_empty() {
            continue;
        }
        let (row, column) = (row as usize, column as usize);
        if row != at {
            push(&mut table, at + 1, std::mem::take(&mut cells));
            at = row;
            if table.rows.len() >= bounds.rows {
                return Ok(table);
            }
        }
        if column >= bounds.columns {
            return Err(Unreadable(format!(
                "{}行目の列が多すぎます（{}列まで）。使う列だけにしてください。",
                row + 1,
                bounds.columns
            )));
        }
        if let Cell::Text(text) = &cell
            && text.chars().nth(bounds.characters).is_some()
        {
            return Err(Unreadable(format!(
                "{}行目に{}文字を超える値があります。",
                row + 1,
                bounds.characters
            )));
        }
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
    }
    push(&mut table, at + 1, cells);
    Ok(table)
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            let number = i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day);
            Day::from_number(number).map_or(Cell::Other("日付でない日時"), Cell::Date)
        }
        DataRef::DateTimeIso(text) => text
            .get(..10)
            .and_then(Day::parse)
            .map_or(Cell::Other("日付でない日時"), Cell::Date),
        DataRef::DateTime(_) | DataRef::DurationIso(_) => Cell::Other("時間"),
        DataRef::Bool(_) => Cell::Other("TRUEかFALSE"),
        DataRef::Error(_) => Cell::Other("数式のエラー"),
    }
}

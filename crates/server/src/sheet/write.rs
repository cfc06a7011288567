//! Tables that we give away, as CSV and as an Excel workbook. No cell of them is ever read as a
//! formula, and no number in them loses its zeros.

use crate::sheet::formula::harmless;
use onshi_core::Fault;
use rust_xlsxwriter::{Format, FormatAlign, Workbook};

/// A table to be given away: every cell is a text.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// What it is about, a line each, above the table.
    pub about: Vec<String>,
    /// The names of its columns.
    pub columns: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// As CSV in UTF-8 with its mark, by which Excel knows the character set.
pub fn csv(export: &Export) -> Result<Vec<u8>, Fault> {
    let fault = |e: csv::Error| Fault::at("writing a CSV", e);
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xEF\xBB\xBF".to_vec());
    for line in &export.about {
        writer.write_record([harmless(line)]).map_err(fault)?;
    }
    writer.write_record(&export.columns).map_err(fault)?;
    for row in &export.rows {
        let cells = row.iter().map(|cell| harmless(cell));
        writer.write_record(cells).map_err(fault)?;
    }
    writer
        .into_inner()
        .map_err(|e| Fault::at("writing a CSV", e.error()))
}

/// As an Excel workbook; every cell is a text, the headings stay in view.
pub fn workbook(export: &Export) -> Result<Vec<u8>, Fault> {
    let fault = |e: rust_xlsxwriter::XlsxError| Fault::at("writing a workbook", e);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let text = Format::new()
        .set_num_format("@")
        .set_align(FormatAlign::Top);
    let bold = Format::new().set_bold();
    let mut row = 0;
    for line in &export.about {
        sheet.write_string(row, 0, line).map_err(fault)?;
        row += 1;
    }
    for (column, name) in (0u16..).zip(&export.columns) {
        sheet
            .write_string_with_format(row, column, *name, &bold)
            .map_err(fault)?;
        sheet.set_column_width(column, 16).map_err(fault)?;
    }
    row += 1;
    sheet.set_freeze_panes(row, 0).map_err(fault)?;
    for cells in &export.rows {
        for (column, cell) in (0u16..).zip(cells) {
            sheet
                .write_string_with_format(row, column, cell, &text)
                .map_err(fault)?;
        }
        row += 1;
    }
    book.save_to_buffer().map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::super::{Bounds, Cell, read_file};
    use super::*;

    fn export() -> Export {
        Export {
            about: vec!["資格確認日 2026年11月22日".to_owned()],
            columns: vec!["患者番号", "番号"],
            rows: vec![
                vec!["007".to_owned(), "=1+1".to_owned()],
                vec!["＝1".to_owned(), "\u{3000}@x".to_owned()],
            ],
        }
    }

    #[test]
    fn no_cell_of_a_csv_is_a_formula() {
        let bytes = csv(&export()).unwrap();
        assert!(bytes.starts_with(b"\xEF\xBB\xBF"));
        let text = String::from_utf8(bytes).unwrap();
        let right =
            "資格確認日 2026年11月22日\r\n患者番号,番号\r\n007,'=1+1\r\n'＝1,'\u{3000}@x\r\n";
        assert_eq!(text.trim_start_matches('\u{FEFF}'), right);
    }

    #[test]
    fn a_workbook_is_read_back_as_texts() {
        let bytes = workbook(&export()).unwrap();
        let table = read_file(&bytes, Bounds::for_persons(10)).unwrap();
        let text = |text: &str| Cell::Text(text.to_owned());
        assert_eq!(table.rows[2].cells, [text("007"), text("=1+1")]);
        assert_eq!(table.rows[2].number, 3);
        assert_eq!(table.rows[3].cells[1], text("@x"));
    }
}

//! Tables that people bring from a spreadsheet: pasted, as CSV, or as an Excel workbook; and tables
//! that we give them. What a spreadsheet does to a value is kept apart from the value, so that
//! whoever reads a cell can say what happened to it.

pub(crate) mod formula;
pub(crate) mod mangled;
mod text;
mod workbook;
pub mod write;

use onshi_core::clock::Day;

/// The content of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as it stands there.
    Text(String),
    /// A number of a workbook: leading zeros are gone from it.
    Number(f64),
    /// What the spreadsheet keeps as a date.
    Date(Day),
    /// What has no meaning as a value: an error, a time, a truth value.
    Other(&'static str),
}

/// One row, with its number as the spreadsheet or an editor shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its number, from 1.
    pub number: usize,
    /// Its cells, without empty ones at the end.
    pub cells: Vec<Cell>,
}

/// A table as it was read; rows without content are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A sheet of a workbook (シート) with its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tab {
    /// What it is called.
    pub name: String,
    /// What stands in it.
    pub table: Table,
}

/// How much is read. Beyond it nothing is read on.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Rows with content.
    pub rows: usize,
    /// Columns, and characters in a cell.
    pub columns: usize,
    /// Characters in a cell.
    pub characters: usize,
    /// Bytes of a workbook's parts when they are unpacked.
    pub unpacked_bytes: u64,
    /// Whether the value that a workbook keeps of a formula is taken for a value.
    pub formulas: bool,
}

impl Bounds {
    /// For a list of so many persons and a heading.
    pub const fn for_persons(persons: usize) -> Bounds {
        Bounds {
            // A heading, and one more row, by which too many are told from just enough.
            rows: persons + 2,
            columns: 64,
            characters: 200,
            unpacked_bytes: 32 * 1024 * 1024,
            formulas: true,
        }
    }

    /// For a sheet of a roll-out: a row for each terminal or account, and what may stand above them.
    pub const fn for_roll_out(rows: usize, formulas: bool) -> Bounds {
        Bounds {
            formulas,
            ..Bounds::for_accounts(rows)
        }
    }

    /// Whether a table is longer than it may be, so that nobody knows what else stands there.
    pub(crate) fn are_passed_by(&self, table: &Table) -> bool {
        table.rows.len() >= self.rows
    }

    /// For a list of so many accounts and a heading: of what somebody may do from now on nothing is calculated.
    pub const fn for_accounts(accounts: usize) -> Bounds {
        Bounds {
            // As long as a note may be, and one more character.
            characters: 501,
            formulas: false,
            ..Bounds::for_persons(accounts)
        }
    }
}

/// Why a file is not read, in Japanese: what it is, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

impl Unreadable {
    fn because(words: &str) -> Unreadable {
        Unreadable(words.to_owned())
    }
}

impl Cell {
    /// True when nothing is in it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Cell::Empty)
    }

    /// A cell of a text, without what spreadsheets and people put around it.
    fn of_text(text: &str) -> Cell {
        let mut text = text.trim();
        // How a CSV keeps Excel from reading a number: ="0123", or '0123 as it is typed.
        if let Some(inner) = text
            .strip_prefix("=\"")
            .and_then(|rest| rest.strip_suffix('"'))
        {
            text = inner.trim();
        }
        text = text.strip_prefix('\'').unwrap_or(text).trim();
        match text {
            "" => Cell::Empty,
            text => Cell::Text(text.to_owned()),
        }
    }
}

/// What was pasted into a field.
pub fn read_pasted(text: &str, bounds: Bounds) -> Result<Table, Unreadable> {
    text::read(text, bounds)
}

/// A file of which nothing but its bytes is believed, least of all its name.
pub fn read_file(bytes: &[u8], bounds: Bounds) -> Result<Table, Unreadable> {
    match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::read(bytes, bounds),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(Unreadable::because(
            "パスワードの付いたブックか、古い形式（.xls）のブックです。パスワードを外すか、「Excelブック（.xlsx）」または「CSV UTF-8」で保存し直してください。",
        )),
        [b'%', b'P', b'D', b'F', ..] => Err(Unreadable::because(
            "PDFは読み取れません。元の表を、Excelブック（.xlsx）かCSVで保存してください。",
        )),
        _ => text::read(&text::decode(bytes)?, bounds),
    }
}

/// Every sheet of a workbook that is shown, with the bounds that its name asks for. A sheet that is longer is refused: no row is left
/// out.
pub fn read_tabs(bytes: &[u8], bounds: impl Fn(&str) -> Bounds) -> Result<Vec<Tab>, Unreadable> {
    match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::read_tabs(bytes, bounds),
        // It says what an older workbook or another file is.
        [0xD0, 0xCF, 0x11, 0xE0, ..] | [b'%', b'P', b'D', b'F', ..] => {
            read_file(bytes, bounds("")).and(Err(Unreadable::because(NO_WORKBOOK)))
        }
        _ => Err(Unreadable::because(NO_WORKBOOK)),
    }
}

/// Of what is no workbook, where it must be one.
const NO_WORKBOOK: &str =
    "Excelブック（.xlsx）ではありません。「Excelブック（.xlsx）」で保存し直してください。";

/// The name of a column as spreadsheets have it: A, B, … Z, AA.
pub fn column_name(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => letter.to_string(),
        rest => format!("{}{letter}", column_name(rest - 1)),
    }
}

/// A cell as whoever corrects it finds it: `B7 ユーザID`; without a place, its column's label alone.
pub(crate) fn cell_name(place: Option<usize>, row: usize, label: &str) -> String {
    match place {
        Some(place) => format!("{}{row} {label}", column_name(place)),
        None => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        for (index, name) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
        ] {
            assert_eq!(column_name(index), name);
        }
    }
}

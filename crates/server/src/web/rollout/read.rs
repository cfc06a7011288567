//! A ヒアリングシート as it is read: what it asks for at each institution, or everything that is wrong with it, by its cells.

pub use super::asked::{Folders, HandedOn, Sheet, SheetAccount, SheetFacility, SheetMachine};
pub use super::reading::ROWS_MAX;

use super::cells::ABOVE_HEADING_MAX;
use super::reading::Reading;
use super::secret::{REFUSED, is_password_like};
use super::tab::TabKind;
use crate::sheet::{Bounds, Cell, Tab, Unreadable, column_name, read_tabs};
use onshi_core::clock::Day;

/// The most bytes of a workbook.
pub const FILE_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// The most problems that are told of a workbook: the others are counted.
pub const PROBLEMS_MAX: usize = 1000;

/// How much of a sheet is read: of what is made nothing is calculated.
fn bounds(name: &str) -> Bounds {
    let makes = matches!(TabKind::of(name), TabKind::Machines | TabKind::Accounts);
    Bounds::for_roll_out(ROWS_MAX + ABOVE_HEADING_MAX, !makes)
}

/// Reads a workbook. What is wrong is told as a whole, as far as it can be seen at once.
pub fn read(bytes: &[u8], today: Day) -> Result<Sheet, Vec<String>> {
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(vec![too_large()]);
    }
    let tabs = read_tabs(bytes, bounds).map_err(|Unreadable(why)| vec![why])?;
    let secrets = secrets(&tabs);
    if !secrets.is_empty() {
        return Err(secrets);
    }
    Reading::of(&tabs, today)
}

/// What is said of a file that is too large.
pub fn too_large() -> String {
    format!(
        "ファイルが大きすぎます（{}MBまで）。使うシートだけを新しいブックに写してください。",
        FILE_BYTES_MAX / 1_048_576
    )
}

/// The cells with something like a password.
fn secrets(tabs: &[Tab]) -> Vec<String> {
    let mut found = Vec::new();
    for tab in tabs {
        if is_password_like(&tab.name) {
            found.push(format!("「{}」のシートの名前：{REFUSED}", tab.name));
        }
        for row in &tab.table.rows {
            for (place, cell) in row.cells.iter().enumerate() {
                if let Cell::Text(text) = cell
                    && is_password_like(text)
                {
                    let cell = column_name(place);
                    found.push(format!("「{}」{cell}{}：{REFUSED}", tab.name, row.number));
                }
            }
        }
    }
    found
}

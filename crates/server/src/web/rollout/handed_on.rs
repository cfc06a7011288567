//! The sheets that are kept and handed on.

use super::asked::HandedOn;
use super::cells::{ABOVE_HEADING_MAX, as_text};
use super::tab::MachineColumn;
use crate::sheet::{Cell, Row, Tab};
use crate::web::accounts::bulk::column::plain;
use onshi_wire::numbers::narrowed;
use std::collections::BTreeMap;

/// Whether a sheet's rows name their institutions, and its rows by these; all of them together, where they don't.
pub(super) fn rows_of(tab: &Tab) -> (bool, BTreeMap<String, HandedOn>) {
    let rows = &tab.table.rows;
    let is_code = |cell: &Cell| match cell {
        Cell::Text(text) => {
            MachineColumn::of_heading(&plain(text)) == Some(MachineColumn::FacilityCode)
        }
        _ => false,
    };
    let heading = rows
        .iter()
        .take(ABOVE_HEADING_MAX + 1)
        .enumerate()
        .find_map(|(at, row)| Some((at, row.cells.iter().position(is_code)?)));
    let texts = |row: &Row| -> Vec<String> { row.cells.iter().map(as_text).collect() };
    let empty = |columns: Vec<String>| HandedOn {
        tab: tab.name.clone(),
        columns,
        rows: Vec::new(),
    };
    let mut handed: BTreeMap<String, HandedOn> = BTreeMap::new();
    let Some((at, place)) = heading else {
        let mut all = empty(Vec::new());
        all.rows = rows.iter().map(texts).collect();
        handed.insert(String::new(), all);
        return (false, handed);
    };
    let mut columns = texts(&rows[at]);
    columns.remove(place);
    for row in rows.iter().skip(at + 1) {
        let mut cells = texts(row);
        if place >= cells.len() {
            continue;
        }
        let code = narrowed(&cells.remove(place));
        let code = match code.trim().len() {
            9 => format!("0{}", code.trim()),
            _ => code.trim().to_owned(),
        };
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let of = handed.entry(code).or_insert_with(|| empty(columns.clone()));
        of.rows.push(cells);
    }
    (true, handed)
}

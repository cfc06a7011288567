//! The cells of one row of a roll-out's sheet: what a spreadsheet did to a value is named, and what is wrong is told by its cell.

use super::tab::{MACHINES, MachineColumn};
use crate::sheet::mangled::{ROUNDED, TURNED_INTO_A_DATE, is_scientific, looks_like_a_date, whole};
use crate::sheet::{Cell, Row, Table, cell_name};
use crate::web::accounts::bulk::column::plain;

/// How many columns <PC設定> has.
const COLUMNS: usize = MachineColumn::ALL.len();

/// Rows above the heading that a sheet may have: a title, a word of explanation.
pub(super) const ABOVE_HEADING_MAX: usize = 10;

/// Where each column of <PC設定> stands.
pub(super) struct Places([Option<usize>; COLUMNS]);

/// What a cell that is handed on says.
pub(super) fn as_text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => whole(*number).unwrap_or_else(|| number.to_string()),
        Cell::Date(day) => day.dashed(),
        Cell::Other(what) => format!("（{what}）"),
    }
}

/// The row of the heading, from 0, and where its columns stand; or why there is none.
pub(super) fn heading(table: &Table) -> Result<(usize, Places), String> {
    let known = |row: &Row| {
        let found = row.cells.iter().filter(|cell| column_of(cell).is_some());
        found.count()
    };
    let mut rows = table.rows.iter().take(ABOVE_HEADING_MAX + 1).enumerate();
    let Some((at, row)) = rows.find(|(_, row)| known(row) >= 2) else {
        return Err(format!(
            "「{MACHINES}」のシートに、見出しの行がありません。様式（onshi rollout template）の見出しを使ってください。"
        ));
    };
    let mut places = [None; COLUMNS];
    for (place, cell) in row.cells.iter().enumerate() {
        let Some(column) = column_of(cell) else {
            continue;
        };
        if places[column as usize].replace(place).is_some() {
            return Err(format!(
                "「{MACHINES}」のシートの見出しに「{}」が2回あります。1つだけにしてください。",
                column.label()
            ));
        }
    }
    let needed = [MachineColumn::FacilityCode, MachineColumn::Terminal];
    let missing: Vec<&str> = needed
        .into_iter()
        .filter(|column| places[*column as usize].is_none())
        .map(MachineColumn::label)
        .collect();
    match missing.is_empty() {
        true => Ok((at, Places(places))),
        false => Err(format!(
            "「{MACHINES}」のシートの見出しに「{}」がありません。様式（onshi rollout template）の見出しを使ってください。",
            missing.join("」「")
        )),
    }
}

fn column_of(cell: &Cell) -> Option<MachineColumn> {
    match cell {
        Cell::Text(text) => MachineColumn::of_heading(&plain(text)),
        _ => None,
    }
}

/// One row of <PC設定> while it is read.
pub(super) struct Cells<'a> {
    pub(super) row: &'a Row,
    pub(super) places: &'a Places,
    /// What is wrong, by its cell.
    pub(super) problems: Vec<String>,
}

impl Cells<'_> {
    /// A cell as whoever corrects it finds it: `「<PC設定>」B7 端末名称`.
    pub(super) fn name(&self, column: MachineColumn) -> String {
        let place = self.places.0[column as usize];
        let cell = cell_name(place, self.row.number, column.label());
        format!("「{MACHINES}」{cell}")
    }

    /// Says what is wrong with a cell.
    pub(super) fn wrong(&mut self, column: MachineColumn, why: &str) {
        let text = format!("{}：{why}", self.name(column));
        self.problems.push(text);
    }

    /// The value of a cell as a text; what can't be one is named.
    pub(super) fn text(&mut self, column: MachineColumn) -> String {
        let place = self.places.0[column as usize];
        match place.and_then(|place| self.row.cells.get(place)) {
            None | Some(Cell::Empty) => String::new(),
            Some(Cell::Text(text)) => {
                let text = text.trim().to_owned();
                if text.starts_with(['=', '＝']) {
                    self.wrong(
                        column,
                        "「=」で始まる値（数式）は受け付けません。値を文字で入れ直してください。",
                    );
                } else if column != MachineColumn::Note && is_scientific(&text) {
                    self.wrong(column, ROUNDED);
                } else if column == MachineColumn::Terminal && looks_like_a_date(&text) {
                    self.wrong(column, TURNED_INTO_A_DATE);
                }
                text
            }
            Some(Cell::Number(number)) => self.number(column, *number),
            Some(Cell::Date(day)) => {
                let text = day.dashed();
                if column != MachineColumn::Note {
                    self.wrong(column, TURNED_INTO_A_DATE);
                }
                text
            }
            Some(Cell::Other(what)) => {
                let why = format!("{what}になっています。値を文字で入れ直してください。");
                self.wrong(column, &why);
                String::new()
            }
        }
    }

    fn number(&mut self, column: MachineColumn, number: f64) -> String {
        let Some(text) = whole(number) else {
            self.wrong(column, ROUNDED);
            return String::new();
        };
        // Of a code a spreadsheet takes the zero before it.
        match column {
            MachineColumn::FacilityCode if text.len() == 9 => format!("0{text}"),
            _ => text,
        }
    }
}

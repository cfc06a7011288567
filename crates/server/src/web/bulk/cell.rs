//! What a spreadsheet does to the value of a cell. What can be proved is mended and said; what can't is
//! named by its cell.

use crate::sheet::mangled::{ROUNDED, TURNED_INTO_A_DATE, is_scientific, looks_like_a_date, whole};
use crate::sheet::{Cell, Row, cell_name};
use crate::web::bulk::column::{Column, Places};
use crate::web::bulk::patient::Patient;
use onshi_wire::characters::foreign_to_names;
use onshi_wire::numbers::{has_right_check_digit, narrowed};

/// A row while it is read.
pub(super) struct Reading<'a> {
    /// The row.
    pub(super) row: &'a Row,
    /// Which column stands where.
    pub(super) places: &'a Places,
    /// What was read so far.
    pub(super) patient: Patient,
}

impl Reading<'_> {
    fn name(&self, column: Column) -> String {
        let place = self.places[column as usize];
        cell_name(place, self.row.number, column.label())
    }

    /// Says what is wrong with a cell.
    pub(super) fn wrong(&mut self, column: Column, why: &str) {
        let text = format!("{}：{why}", self.name(column));
        self.patient.problems.push(text);
    }

    fn mended(&mut self, column: Column, what: &str) {
        let text = format!("{}：{what}", self.name(column));
        self.patient.notes.push(text);
    }

    /// The value of a cell as a text; what can't be one is named.
    pub(super) fn text(&mut self, column: Column) -> String {
        let place = self.places[column as usize];
        let cell = place.and_then(|place| self.row.cells.get(place));
        let text = match cell {
            None | Some(Cell::Empty) => String::new(),
            Some(Cell::Text(text)) => text.clone(),
            Some(Cell::Number(number)) => match whole(*number) {
                Some(text) => text,
                None => {
                    self.wrong(column, ROUNDED);
                    number.to_string()
                }
            },
            Some(Cell::Date(day)) if column == Column::Birthdate => day.eight(),
            Some(Cell::Date(day)) => {
                self.wrong(column, TURNED_INTO_A_DATE);
                day.dashed()
            }
            Some(Cell::Other(what)) => {
                let why = format!("{what}になっています。値を文字で入れ直してください。");
                self.wrong(column, &why);
                String::new()
            }
        };
        self.patient.values[column as usize] = text.clone();
        if let Some(kind) = foreign_to_names(&text) {
            let why = format!("使えない文字（{kind}）があります。取り除いてください。");
            self.wrong(column, &why);
        } else if column != Column::Birthdate && is_scientific(&text) {
            self.wrong(column, ROUNDED);
        } else if column == Column::Symbol && looks_like_a_date(&text) {
            self.wrong(column, TURNED_INTO_A_DATE);
        }
        text
    }

    /// An insurer's number that lost its leading zeros, when the check digit proves it.
    pub(super) fn insurer(&mut self, text: String) -> String {
        let digits = narrowed(&text);
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let whole = match digits.len() {
            5 => 6,
            7 => 8,
            _ => 0,
        };
        if !plain || whole == 0 {
            return text;
        }
        let padded = format!("{digits:0>whole$}");
        if has_right_check_digit(&padded) {
            let what = format!(
                "先頭の0が消えていたため {padded} としました（検証番号で確かめています）。"
            );
            self.mended(Column::Insurer, &what);
            return padded;
        }
        let why = format!(
            "{}桁です。6桁または8桁で入力してください。先頭の0が消えた番号としても、検証番号が合いません。",
            digits.len()
        );
        self.wrong(Column::Insurer, &why);
        text
    }
}

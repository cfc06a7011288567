//! What the rows of a table say: which account each asks for, or what is wrong with it.

use super::cell;
use super::column::{COLUMNS, Column, Heading, Places, heading, in_order};
use crate::sheet::mangled::{ROUNDED, TURNED_INTO_A_DATE, is_scientific, looks_like_a_date, whole};
use crate::sheet::{Cell, Row, Table, cell_name};
use crate::web::accounts::form::{AccountField, AccountForm};
use crate::web::accounts::register::Reading;
use crate::web::layout::form::{FieldError, FormField};
use onshi_core::account::manage;
use onshi_core::account::{AccountName, Holder, Managed, Period, UserId};
use onshi_core::clock::Day;
use onshi_core::{AccountKind, Error};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An account that a row asks for.
#[derive(Clone, Debug)]
pub(in crate::web) struct Wanted {
    pub(in crate::web) user_id: UserId,
    pub(in crate::web) kind: AccountKind,
    pub(in crate::web) name: AccountName,
    pub(in crate::web) holder: Option<Holder>,
    pub(in crate::web) emergency_viewing: bool,
    pub(in crate::web) period: Period,
    pub(in crate::web) note: String,
}

/// A row: what stands in it, and what it comes to.
#[derive(Clone, Debug, Default)]
pub(in crate::web) struct ReadRow {
    /// Its number as the spreadsheet shows it.
    pub(in crate::web) number: usize,
    /// Its values in the order of [`Column::ALL`].
    pub(in crate::web) values: [String; COLUMNS],
    /// What it asks for, where it can.
    pub(in crate::web) wanted: Option<Wanted>,
    /// What was mended, and what should be looked at once more.
    pub(in crate::web) notes: Vec<String>,
    /// What is wrong, by its cell.
    pub(in crate::web) problems: Vec<String>,
}

/// A row that was found good, as the form carries it along.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::web) struct Carried(usize, Vec<String>);

impl ReadRow {
    /// For a form to carry.
    pub(in crate::web) fn carried(&self) -> Carried {
        Carried(self.number, self.values.to_vec())
    }

    /// Its user id as it stands there.
    pub(in crate::web) fn user_id(&self) -> &str {
        &self.values[Column::UserId as usize]
    }

    /// What is wrong with it after all.
    pub(in crate::web) fn refuse(&mut self, problem: String) {
        self.wanted = None;
        self.problems.push(problem);
    }
}

/// Reads a table, with the names of columns that are not used.
pub(in crate::web) fn read_table(
    table: &Table,
    managed: Managed,
    today: Day,
) -> Result<(Vec<ReadRow>, Vec<String>), String> {
    if table.rows.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let Heading { at, places, unused } = heading(table, managed)?;
    let rows = table.rows.iter().skip(at + 1);
    let rows = rows.map(|row| read_row(row, &places, (managed, today)));
    Ok((rows.collect(), unused))
}

/// Reads rows that the form carried along; what is none of ours is none.
pub(in crate::web) fn read_carried(
    carried: &[Carried],
    managed: Managed,
    today: Day,
) -> Vec<ReadRow> {
    let row = |Carried(number, values): &Carried| {
        let cells = values.iter().take(COLUMNS);
        let cell = |text: &String| match text.is_empty() {
            true => Cell::Empty,
            false => Cell::Text(text.clone()),
        };
        let row = Row {
            number: *number,
            cells: cells.map(cell).collect(),
        };
        read_row(&row, &in_order(), (managed, today))
    };
    carried.iter().map(row).collect()
}

struct Cells<'a> {
    row: &'a Row,
    places: &'a Places,
    read: ReadRow,
}

impl Cells<'_> {
    fn name(&self, column: Column) -> String {
        let place = self.places[column as usize];
        cell_name(place, self.row.number, column.label())
    }

    fn wrong(&mut self, column: Column, why: &str) {
        let text = format!("{}：{why}", self.name(column));
        self.read.problems.push(text);
    }

    fn note(&mut self, column: Column, what: &str) {
        let text = format!("{}：{what}", self.name(column));
        self.read.notes.push(text);
    }

    /// The value of a cell as a text; what can't be one is named.
    fn text(&mut self, column: Column) -> String {
        let place = self.places[column as usize];
        let cell = place.and_then(|place| self.row.cells.get(place)).cloned();
        let is_day = matches!(column, Column::ValidFrom | Column::ValidUntil);
        let before = self.read.problems.len();
        let text = match cell {
            None | Some(Cell::Empty) => String::new(),
            Some(Cell::Text(text)) => text,
            Some(Cell::Number(number)) => {
                if column == Column::UserId {
                    self.note(column, NUMBER);
                }
                whole(number).unwrap_or_else(|| {
                    self.wrong(column, ROUNDED);
                    number.to_string()
                })
            }
            Some(Cell::Date(day)) => {
                if !is_day {
                    self.wrong(column, TURNED_INTO_A_DATE);
                }
                day.dashed()
            }
            Some(Cell::Other(what)) => {
                let why = format!("{what}になっています。値を文字で入れ直してください。");
                self.wrong(column, &why);
                String::new()
            }
        };
        if self.read.problems.len() == before {
            if cell::is_formula(&text) {
                let why = "「=」で始まる値（数式）は受け付けません。値を文字で入れ直してください。";
                self.wrong(column, why);
            } else if cell::is_a_name(column) && is_scientific(&text) {
                self.wrong(column, ROUNDED);
            } else if cell::is_a_name(column) && looks_like_a_date(&text) {
                self.wrong(column, TURNED_INTO_A_DATE);
            }
        }
        self.read.values[column as usize].clone_from(&text);
        text
    }

    /// What a cell stands for; what it can't stand for is wrong.
    fn taken<T>(&mut self, column: Column, read: Result<T, String>) -> Option<T> {
        read.map_err(|why| self.wrong(column, &why)).ok()
    }

    fn day(&mut self, column: Column) -> String {
        let text = self.text(column);
        let Some((day, mended)) = self.taken(column, cell::day(&text)) else {
            return String::new();
        };
        if let Some(mended) = mended {
            self.note(column, &mended);
        }
        day.map(Day::dashed).unwrap_or_default()
    }

    /// The values as the single form sends them.
    fn form(&mut self, managed: Managed) -> (Option<AccountKind>, AccountForm) {
        let text = self.text(Column::Kind);
        let kind = self.taken(Column::Kind, cell::kind(&text, managed));
        let typed = self.text(Column::UserId);
        let (user_id, widened) = cell::user_id(&typed);
        if widened {
            let what = format!("全角などを半角にし、{user_id} としました。");
            self.note(Column::UserId, &what);
        }
        let name = self.text(Column::Name);
        let text = self.text(Column::Profession);
        let profession = self.taken(Column::Profession, cell::profession(&text));
        let license_number = self.text(Column::LicenseNumber);
        let designation_reason = self.text(Column::DesignationReason);
        let designation_approver = self.text(Column::DesignationApprover);
        let text = self.text(Column::EmergencyViewing);
        let emergency = self.taken(Column::EmergencyViewing, cell::emergency_viewing(&text));
        let form = AccountForm {
            kind: kind.map_or_else(String::new, |kind| kind.code().to_owned()),
            user_id,
            name,
            profession: profession.unwrap_or_default().to_owned(),
            license_number,
            designation_reason,
            designation_approver,
            emergency_viewing: emergency.unwrap_or_default().to_owned(),
            valid_from: self.day(Column::ValidFrom),
            valid_until: self.day(Column::ValidUntil),
            note: self.text(Column::Note),
            ..AccountForm::default()
        };
        (kind, form)
    }

    /// What is said of somebody who looks at medical information, of others.
    fn only_for_viewers(&mut self) {
        for column in [
            Column::Profession,
            Column::LicenseNumber,
            Column::DesignationReason,
            Column::DesignationApprover,
            Column::EmergencyViewing,
        ] {
            let says = !self.read.values[column as usize].is_empty();
            let no = column == Column::EmergencyViewing
                && cell::emergency_viewing(&self.read.values[column as usize]) == Ok("");
            if says && !no {
                self.wrong(column, ONLY_FOR_VIEWERS);
            }
        }
    }

    fn wrong_by(&mut self, errors: Vec<FieldError<AccountField>>) {
        for error in errors {
            self.wrong(Column::of_field(error.field), &error.text);
        }
    }
}

const NUMBER: &str = "数値のセルです。先頭に0のあるIDなら、0が消えています。列の書式を「文字列」にして入れ直してください。";
const ONLY_FOR_VIEWERS: &str =
    "権限区分が医療情報閲覧のときだけ入力します。空にするか、権限区分を直してください。";
const OVER: &str = "すでに過ぎた日です。登録しても、このアカウントではログインできません。";

fn read_row(row: &Row, places: &Places, (managed, today): (Managed, Day)) -> ReadRow {
    let mut cells = Cells {
        row,
        places,
        read: ReadRow {
            number: row.number,
            ..ReadRow::default()
        },
    };
    let (kind, form) = cells.form(managed);
    // A cell that was named already is not named twice.
    if let Some(kind) = kind.filter(|_| cells.read.problems.is_empty()) {
        let wanted = wanted(&mut cells, kind, &form);
        if let Some(wanted) = &wanted
            && wanted.period.until.is_some_and(|until| until < today)
        {
            cells.note(Column::ValidUntil, OVER);
        }
        cells.read.wanted = wanted;
    }
    cells.read
}

/// What the rules of the single form say.
fn wanted(cells: &mut Cells<'_>, kind: AccountKind, form: &AccountForm) -> Option<Wanted> {
    let viewer = kind == AccountKind::Viewer;
    if !viewer {
        cells.only_for_viewers();
    }
    let user_id = UserId::parse(&form.user_id).map_err(|problem| {
        let digits = !form.user_id.is_empty() && form.user_id.bytes().all(|b| b.is_ascii_digit());
        let lost = match digits {
            true => "先頭の0が消えていないか確かめてください。",
            false => "",
        };
        cells.wrong(Column::UserId, &format!("{}{lost}", problem.text));
    });
    let mut reading = Reading::of(form);
    let name = reading.name();
    let holder = reading.holder(viewer);
    let period = reading.period();
    cells.wrong_by(reading.errors);
    let (Ok(user_id), Some(name), true) = (user_id, name, cells.read.problems.is_empty()) else {
        return None;
    };
    let wanted = Wanted {
        user_id,
        kind,
        name,
        holder,
        emergency_viewing: form.emergency_viewing == "1",
        period,
        note: form.note.trim().to_owned(),
    };
    let holds = (wanted.holder.as_ref(), wanted.emergency_viewing);
    if let Err(Error::Refused(refusal)) =
        manage::check_new(kind, holds, &wanted.period, &wanted.note)
    {
        for problem in refusal.problems {
            let field = AccountField::of(problem.about).unwrap_or(AccountField::Version);
            cells.wrong(Column::of_field(field), &problem.text);
        }
        return None;
    }
    Some(wanted)
}

/// Refuses user ids that stand there more than once, and points at numbers that are shorter than the others: a
/// spreadsheet may have taken their zeros.
pub(in crate::web) fn compare(rows: &mut [ReadRow]) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let lengths = rows.iter().filter_map(|row| {
        let id = row.wanted.as_ref()?.user_id.as_str();
        id.bytes().all(|b| b.is_ascii_digit()).then_some(id.len())
    });
    let longest = lengths.max().unwrap_or(0);
    for row in rows {
        let Some(id) = row.wanted.as_ref().map(|wanted| wanted.user_id.clone()) else {
            continue;
        };
        let text = id.as_str();
        if text.len() < longest && text.bytes().all(|b| b.is_ascii_digit()) {
            row.notes.push(format!(
                "ユーザID：ほかの数字だけのIDより桁が少ない値です。先頭の0が消えたものでないか確かめてください（{text}）。"
            ));
        }
        match first.get(&id.key()) {
            Some(number) => row.refuse(format!(
                "ユーザID：{number}行目と同じユーザIDです。1人に1つのIDにしてください（大文字と小文字は区別しません）。"
            )),
            None => drop(first.insert(id.key(), row.number)),
        }
    }
}

#[cfg(test)]
mod tests;

//! The columns of a table of patients, described once: what each is called, what it holds of a row's
//! question, and under which headings it is known. Import, form, help and export read this.

use crate::sheet::{Cell, Row};
use onshi_core::eligibility::bulk::RowQuestion;
use onshi_wire::numbers::narrowed;

/// A column that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web) enum Column {
    /// 患者番号: the institution's own.
    Mark,
    /// 保険者番号.
    Insurer,
    /// 記号.
    Symbol,
    /// 番号.
    Number,
    /// 枝番.
    Branch,
    /// 生年月日.
    Birthdate,
}

impl Column {
    /// The order in which they stand where there is no heading.
    pub(in crate::web) const ALL: [Column; 6] = [
        Column::Mark,
        Column::Insurer,
        Column::Symbol,
        Column::Number,
        Column::Branch,
        Column::Birthdate,
    ];

    /// What it is called.
    pub(in crate::web) const fn label(self) -> &'static str {
        match self {
            Column::Mark => "患者番号",
            Column::Insurer => "保険者番号",
            Column::Symbol => "記号",
            Column::Number => "番号",
            Column::Branch => "枝番",
            Column::Birthdate => "生年月日",
        }
    }

    /// What a question has in it.
    pub(in crate::web) fn value(self, question: &RowQuestion) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        match self {
            Column::Mark => text(&question.identifier),
            Column::Insurer => question.insurer_number.trim().to_owned(),
            Column::Symbol => text(&question.symbol),
            Column::Number => question.number.clone(),
            Column::Branch => text(&question.branch),
            Column::Birthdate => question.birthdate.clone(),
        }
    }

    /// The columns in their order, for people: `患者番号、保険者番号、…`.
    pub(in crate::web) fn names() -> String {
        Column::ALL.map(Column::label).join("、")
    }

    /// The same as the heading of a table.
    pub(in crate::web) fn heading_line() -> String {
        Column::ALL.map(Column::label).join("\t")
    }

    /// Without which nobody can be asked about.
    pub(super) const fn is_needed(self) -> bool {
        matches!(self, Column::Insurer | Column::Number | Column::Birthdate)
    }

    /// Reads a heading, under the names that receipt computers and people give it.
    fn of_heading(heading: &str) -> Option<Column> {
        let plain: String = narrowed(heading)
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '・' | '･' | '_' | '-' | '*' | '※'))
            .collect();
        let plain = plain.split(['(', '[', ':']).next().unwrap_or("");
        let plain = plain
            .strip_prefix("被保険者証等")
            .or_else(|| plain.strip_prefix("被保険者証"))
            .or_else(|| plain.strip_prefix("被保険者"))
            .or_else(|| plain.strip_prefix("保険証"))
            .or_else(|| plain.strip_prefix("患者の"))
            .unwrap_or(plain);
        match plain.to_ascii_uppercase().as_str() {
            "患者番号"
            | "患者ID"
            | "患者コード"
            | "患者NO"
            | "患者NO."
            | "カルテ番号"
            | "カルテNO"
            | "診察券番号"
            | "照会番号"
            | "任意の識別子"
            | "ID"
            | "NO"
            | "NO."
            | "ARBITRARYIDENTIFIER" => Some(Column::Mark),
            "保険者番号" | "保険者NO" | "保険者NO." | "保険者コード" | "INSURERNUMBER" => {
                Some(Column::Insurer)
            }
            "記号" | "INSUREDCARDSYMBOL" => Some(Column::Symbol),
            "番号" | "INSUREDIDENTIFICATIONNUMBER" => Some(Column::Number),
            "枝番" | "枝番号" | "INSUREDBRANCHNUMBER" => Some(Column::Branch),
            "生年月日" | "患者生年月日" | "誕生日" | "BIRTHDATE" => {
                Some(Column::Birthdate)
            }
            _ => None,
        }
    }
}

/// Where each column stands; `None` for one that is not there.
pub(super) type Places = [Option<usize>; 6];

/// Each in its order.
pub(super) const IN_ORDER: Places = [Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)];

/// A row that names columns.
pub(super) struct Heading {
    /// Which stands where.
    pub(super) places: Places,
    /// Those that are not used.
    pub(super) unused: Vec<String>,
    /// One that is there twice.
    pub(super) twice: Option<&'static str>,
}

/// The first row, when it names columns: two of ours at least.
pub(super) fn headings(row: &Row) -> Option<Heading> {
    let mut heading = Heading {
        places: [None; 6],
        unused: Vec::new(),
        twice: None,
    };
    for (place, cell) in row.cells.iter().enumerate() {
        let Cell::Text(text) = cell else {
            continue;
        };
        let Some(column) = Column::of_heading(text) else {
            heading.unused.push(text.chars().take(20).collect());
            continue;
        };
        let taken = &mut heading.places[column as usize];
        if taken.is_some() {
            heading.twice = Some(column.label());
        }
        taken.get_or_insert(place);
    }
    let known = heading.places.iter().flatten().count();
    (known >= 2).then_some(heading)
}

/// Without a heading there are six columns in their order; a seventh may be the name, which stands
/// behind the patient's number or at the end.
pub(super) fn places_without_heading(rows: &[Row]) -> Result<Places, String> {
    let most = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    if most <= 6 {
        return Ok(IN_ORDER);
    }
    let is_name = |cell: Option<&Cell>| match cell {
        Some(Cell::Text(text)) => !narrowed(text).chars().any(|c| c.is_ascii_digit()),
        Some(Cell::Empty) | None => true,
        _ => false,
    };
    let all = |place: usize| rows.iter().all(|row| is_name(row.cells.get(place)));
    if most == 7 && all(1) {
        return Ok([Some(0), Some(2), Some(3), Some(4), Some(5), Some(6)]);
    }
    if most == 7 && all(6) {
        return Ok(IN_ORDER);
    }
    let row = rows.iter().find(|row| row.cells.len() > 6);
    Err(format!(
        "{}行目に{most}列あり、どの列が何か分かりません。先頭の行に「{}」の見出しを付けてください。",
        row.map_or(0, |row| row.number),
        Column::names()
    ))
}

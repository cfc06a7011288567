//! What the rows of a table say about patients: which column is which, and what a spreadsheet has
//! done to a value. What can be proved is mended and said; what can't is named by its cell.

use crate::sheet::{Cell, Row, Table, column_name};
use crate::web::eligibility::birthdate;
use crate::web::eligibility::form::CardField;
use crate::web::eligibility::read_card;
use crate::web::eligibility::view::EligibilityValues;
use onshi_wire::characters::foreign_to_names;
use onshi_wire::messages::QualificationConfirmSearchInfo;
use onshi_wire::numbers::{has_right_check_digit, narrowed};

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

    /// Without which nobody can be asked about.
    const fn is_needed(self) -> bool {
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

/// One patient as the table has them.
#[derive(Clone, Debug, Default)]
pub(in crate::web) struct Patient {
    /// The row's number in the table.
    pub(in crate::web) row: usize,
    /// The six values as they stood there, in the order of [`Column::ALL`].
    pub(in crate::web) values: [String; 6],
    /// What is asked, when it can be.
    pub(in crate::web) search: Option<QualificationConfirmSearchInfo>,
    /// What was mended, for the person to see.
    pub(in crate::web) notes: Vec<String>,
    /// What is wrong, by its cell.
    pub(in crate::web) problems: Vec<String>,
}

/// What a table says.
#[derive(Clone, Debug, Default)]
pub(in crate::web) struct Patients {
    /// Every patient.
    pub(in crate::web) patients: Vec<Patient>,
    /// Headings of columns that are not used.
    pub(in crate::web) unused: Vec<String>,
    /// Why the table as a whole can't be read.
    pub(in crate::web) problem: Option<String>,
}

/// Where each column stands; `None` for one that is not there.
type Places = [Option<usize>; 6];

const IN_ORDER: Places = [Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)];

/// Reads a table.
pub(in crate::web) fn understand(table: &Table) -> Patients {
    let mut found = Patients::default();
    let Some(first) = table.rows.first() else {
        return found;
    };
    let heading = headings(first);
    let rows = match &heading {
        Some(_) => &table.rows[1..],
        None => &table.rows[..],
    };
    let places = match heading {
        None => match places_without_heading(rows) {
            Ok(places) => places,
            Err(problem) => {
                found.problem = Some(problem);
                return found;
            }
        },
        Some(Heading {
            places,
            unused,
            twice,
        }) => {
            found.unused = unused;
            let missing: Vec<&str> = (0..)
                .zip(Column::ALL)
                .filter(|(index, column): &(usize, Column)| {
                    column.is_needed() && places[*index].is_none()
                })
                .map(|(_, column)| column.label())
                .collect();
            if let Some(label) = twice {
                found.problem = Some(format!(
                    "見出しに「{label}」が2回あります。どちらの列を使うか分からないため、1つだけにしてください。"
                ));
                return found;
            }
            if !missing.is_empty() {
                found.problem = Some(format!(
                    "見出しに「{}」の列がありません。見出しは「患者番号、保険者番号、記号、番号、枝番、生年月日」の名前にしてください。",
                    missing.join("」「")
                ));
                return found;
            }
            places
        }
    };
    found.patients = rows.iter().map(|row| patient(row, &places)).collect();
    found
}

struct Heading {
    places: Places,
    unused: Vec<String>,
    twice: Option<&'static str>,
}

/// The first row, when it names columns: two of ours at least.
fn headings(row: &Row) -> Option<Heading> {
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
fn places_without_heading(rows: &[Row]) -> Result<Places, String> {
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
        "{}行目に{most}列あり、どの列が何か分かりません。先頭の行に「患者番号、保険者番号、記号、番号、枝番、生年月日」の見出しを付けてください。",
        row.map_or(0, |row| row.number)
    ))
}

struct Reading<'a> {
    row: &'a Row,
    places: &'a Places,
    patient: Patient,
}

impl Reading<'_> {
    fn name(&self, column: Column) -> String {
        match self.places[column as usize] {
            Some(place) => format!(
                "{}{} {}",
                column_name(place),
                self.row.number,
                column.label()
            ),
            None => column.label().to_owned(),
        }
    }

    fn wrong(&mut self, column: Column, why: &str) {
        let text = format!("{}：{why}", self.name(column));
        self.patient.problems.push(text);
    }

    fn mended(&mut self, column: Column, what: &str) {
        let text = format!("{}：{what}", self.name(column));
        self.patient.notes.push(text);
    }

    /// The value of a cell as a text; what can't be one is named.
    fn text(&mut self, column: Column) -> String {
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
            Some(Cell::Date(day)) if column == Column::Birthdate => {
                format!("{:08}", day.number())
            }
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
    fn insurer(&mut self, text: String) -> String {
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

const ROUNDED: &str = "表計算ソフトが丸めた値（9.99E+07 など）か、小数になっています。列の書式を「文字列」にして、元の番号を入れ直してください。";
const TURNED_INTO_A_DATE: &str = "表計算ソフトが日付に変えた値になっています。列の書式を「文字列」にして、元の値を入れ直してください。";

/// A number without a fraction, as digits. Beyond 15 of them a spreadsheet has rounded it.
fn whole(number: f64) -> Option<String> {
    let exact = number.fract() == 0.0 && (0.0..1e15).contains(&number);
    exact.then(|| format!("{number:.0}"))
}

/// `9.99E+07`.
fn is_scientific(text: &str) -> bool {
    let text = narrowed(text).to_ascii_uppercase();
    let Some((mantissa, exponent)) = text.split_once('E') else {
        return false;
    };
    let exponent = exponent.trim_start_matches(['+', '-']);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let signed = text.contains("E+") || text.contains("E-") || mantissa.contains('.');
    signed && digits(exponent) && mantissa.split('.').all(digits)
}

/// What Excel makes of `1-2`: `1月2日`, `2-Jan`, `2026/1/2`.
fn looks_like_a_date(text: &str) -> bool {
    let text = narrowed(text);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((month, day)) = text.split_once('月') {
        return digits(month) && day.strip_suffix('日').is_some_and(digits);
    }
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    match parts.as_slice() {
        [day, month] => {
            let is_month =
                |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic());
            (digits(day) && is_month(month)) || (is_month(day) && digits(month))
        }
        [year, month, day] => year.len() == 4 && [year, month, day].into_iter().all(|p| digits(p)),
        _ => false,
    }
}

fn patient(row: &Row, places: &Places) -> Patient {
    let mut reading = Reading {
        row,
        places,
        patient: Patient {
            row: row.number,
            ..Patient::default()
        },
    };
    let mark = reading.text(Column::Mark);
    let insurer = reading.text(Column::Insurer);
    let values = EligibilityValues {
        insurer_number: reading.insurer(insurer),
        symbol: reading.text(Column::Symbol),
        number: reading.text(Column::Number),
        branch: reading.text(Column::Branch),
        ..EligibilityValues::default()
    };
    let born = reading.text(Column::Birthdate);
    let day = birthdate::read(&born);
    // A cell that was named already is not named twice.
    let mut search = None;
    if reading.patient.problems.is_empty() {
        let mut errors = Vec::new();
        search = Some(read_card(&values, &mut errors));
        for error in errors {
            let column = match error.field {
                CardField::Symbol => Column::Symbol,
                CardField::Number => Column::Number,
                CardField::Branch => Column::Branch,
                _ => Column::Insurer,
            };
            reading.wrong(column, &error.text);
        }
        if day.is_none() {
            reading.wrong(Column::Birthdate, birthdate::WRONG);
        }
        if mark.chars().count() > MARK_CHARACTERS_MAX {
            let why = format!("{MARK_CHARACTERS_MAX}文字以内で入力してください。");
            reading.wrong(Column::Mark, &why);
        }
    }
    let mut patient = reading.patient;
    if let (Some(mut search), Some(day), true) = (search, day, patient.problems.is_empty()) {
        search.birthdate = format!("{:08}", day.number());
        search.limit_application_certificate_related_cons_flg = "0".to_owned();
        search.arbitrary_identifier = Some(mark).filter(|mark| !mark.is_empty());
        patient.search = Some(search);
    }
    patient
}

/// The longest patient's number.
const MARK_CHARACTERS_MAX: usize = 50;

/// The values as a line that [`understand`] reads back, for a form to carry them.
pub(in crate::web) fn line(values: &[String; 6]) -> String {
    let clean = |value: &String| -> String {
        let text: String = value
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        // A cell that begins with a quote would be read as a quoted one.
        if text.contains('"') {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    let cells: Vec<String> = values.iter().map(clean).collect();
    cells.join("\t")
}

/// The heading above such lines, where the person mends them.
pub(in crate::web) fn heading_line() -> String {
    let labels: Vec<&str> = Column::ALL.into_iter().map(Column::label).collect();
    labels.join("\t")
}

/// The values of a question that can be asked, for [`line`].
pub(in crate::web) fn values_of(search: &QualificationConfirmSearchInfo) -> [String; 6] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        text(&search.arbitrary_identifier),
        search.insurer_number.trim().to_owned(),
        text(&search.insured_card_symbol),
        search.insured_identification_number.clone(),
        text(&search.insured_branch_number),
        search.birthdate.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Bounds, read_pasted};

    fn read(text: &str) -> Patients {
        understand(&read_pasted(text, Bounds::for_persons(500)).expect("it can be read"))
    }

    fn one(text: &str) -> Patient {
        let found = read(text);
        assert_eq!(found.problem, None, "{text:?}");
        assert_eq!(found.patients.len(), 1, "{text:?}");
        found.patients.into_iter().next().expect("one")
    }

    const CARD: &str = "P1,06139018,見本１,1001,02,19750502";

    #[test]
    fn what_a_spreadsheet_puts_around_a_value_does_not_matter() {
        for text in [
            CARD,
            "P1\t06139018\t見本１\t1001\t02\t19750502",
            "\"P1\",\"06139018\",\"見本１\",\"1001\",\"02\",\"1975/5/2\",,,",
            "P1,=\"06139018\",見本１,'1001,2,S50.5.2",
            "P1,6139018,見本１,1001,02,昭和50年5月2日",
            "P1，０６１３９０１８，見本１，１００１，０２，１９７５０５０２",
            "P1,架空　花子,06139018,見本１,1001,02,19750502",
            "P1,06139018,見本１,1001,02,19750502,架空　花子",
            "患者ID,氏名,保険者番号,被保険者証記号,被保険者証番号,枝番,生年月日（西暦）\nP1,架空　花子,06139018,見本１,1001,02,19750502",
            "生年月日\t番号\t記号\t枝番号\t保険者No.\tカルテ番号\n19750502\t1001\t見本１\t2\t6139018\tP1",
        ] {
            let patient = one(text);
            assert_eq!(patient.problems, Vec::<String>::new(), "{text:?}");
            let search = patient.search.expect("it can be asked");
            let values = values_of(&search);
            assert_eq!(
                values.each_ref().map(String::as_str),
                ["P1", "06139018", "見本１", "1001", "02", "19750502"],
                "{text:?}"
            );
            let again = one(&line(&values));
            assert_eq!(
                again.search.map(|s| values_of(&s)),
                Some(values),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_lost_zero_is_put_back_only_where_the_check_digit_proves_it() {
        let mended = one("P1,6139018,見本１,1001,02,19750502");
        assert!(
            mended.notes[0].contains("B1 保険者番号"),
            "{:?}",
            mended.notes
        );
        assert!(mended.notes[0].contains("06139018"), "{:?}", mended.notes);
        let not = one("P1,6139019,見本１,1001,02,19750502");
        assert!(not.search.is_none());
        assert!(
            not.problems[0].starts_with("B1 保険者番号：7桁です"),
            "{:?}",
            not.problems
        );
    }

    #[test]
    fn what_is_lost_is_named_by_its_cell() {
        for (text, cell, why) in [
            ("P1,6.14E+06,見本１,1001,02,19750502", "B1", "9.99E+07"),
            ("P1,06139018,見本１,9.99E+07,02,19750502", "D1", "9.99E+07"),
            ("P1,06139018,1月2日,1001,02,19750502", "C1", "日付に変えた"),
            ("P1,06139018,2-Jan,1001,02,19750502", "C1", "日付に変えた"),
            ("P1,06139018,見本１,,02,19750502", "D1", "番号"),
            ("P1,06139018,見本１,1001,0A,19750502", "E1", "枝番"),
            ("P1,06139018,見本１,1001,02,19750230", "F1", "生年月日"),
            (
                "P1,06139018,見\u{200B}本,1001,02,19750502",
                "C1",
                "見えない文字",
            ),
            ("x\n\nP1,139,見本１,1001,02,19750502", "B3", "保険者番号"),
        ] {
            let found = read(text);
            let patient = found.patients.last().expect("one at least");
            let told = patient.problems.join(" ");
            assert!(patient.search.is_none(), "{text:?}");
            assert!(
                told.starts_with(cell) && told.contains(why),
                "{text:?}: {told}"
            );
        }
        let numbers = Row {
            number: 7,
            cells: vec![
                Cell::Number(12.0),
                Cell::Number(6_139_018.0),
                Cell::Date(onshi_core::Day::from_number(20_260_102).expect("a day")),
                Cell::Number(1e16),
                Cell::Other("数式のエラー"),
                Cell::Date(onshi_core::Day::from_number(19_750_502).expect("a day")),
            ],
        };
        let told = patient(&numbers, &IN_ORDER).problems.join("\n");
        for cell in [
            "C7 記号：表計算ソフトが日付",
            "D7 番号：表計算ソフトが丸め",
            "E7 枝番：数式のエラー",
        ] {
            assert!(told.contains(cell), "{told}");
        }
        assert!(!told.contains("F7") && !told.contains("B7"), "{told}");
    }

    #[test]
    fn a_table_whose_columns_are_not_clear_is_refused_with_the_way_out() {
        for (text, why) in [
            ("保険者番号,記号\n06139018,見本", "「番号」「生年月日」"),
            (
                "番号,番号,保険者番号,生年月日\n1,2,06139018,19750502",
                "2回",
            ),
            ("P1,06139018,見本１,1001,02,19750502,1,2", "8列"),
            ("P1,06139018,見本１,1001,02,19750502,7", "7列"),
        ] {
            let problem = read(text).problem.unwrap_or_default();
            assert!(problem.contains(why), "{text:?}: {problem}");
        }
        assert_eq!(read("").patients.len(), 0);
        let unused =
            read("患者番号,氏名,性別,保険者番号,番号,生年月日\nP1,架空,男,06139018,1001,19750502");
        assert_eq!(unused.unused, ["氏名", "性別"]);
    }
}

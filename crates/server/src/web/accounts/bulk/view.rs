//! アカウント管理（一括登録）: the form, and what was understood of a table.

use crate::web::accounts::bulk::column::{COLUMNS, Column};
use crate::web::accounts::bulk::form::{FILE_BYTES_MAX, RegistrationField};
use crate::web::accounts::bulk::row::ReadRow;
use crate::web::layout::form::{FieldError, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame, master_frame};
use askama::Template;
use onshi_core::account::Managed;

/// More rows that are wrong than anybody mends at once are counted, not shown.
const BAD_ROWS_SHOWN: usize = 50;

/// アカウント管理（一括登録）.
#[derive(Clone, Debug, Template)]
#[template(path = "accounts/bulk/registration.html")]
pub struct BulkRegistrationPage {
    /// The surroundings.
    pub frame: Frame,
    /// The address of the list, such as `/web/accounts`.
    pub accounts_base: String,
    /// Which accounts are registered here.
    pub managed: Managed,
    /// The most accounts of a table.
    pub accounts_max: usize,
    /// What was pasted, or is to be mended.
    pub text: String,
    /// The rows that were found good, for the form to carry.
    pub carried: String,
    /// What is wrong.
    pub errors: Vec<FieldError<RegistrationField>>,
    /// What was understood, before anything is registered.
    pub preview: Option<Preview>,
}

/// What was understood of a table.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The columns in which some row that can be registered has something, so that the table stays narrow.
    pub columns: Vec<&'static str>,
    /// What can be registered.
    pub good: Vec<GoodRow>,
    /// What is registered already.
    pub there: Vec<ThereRow>,
    /// What is to be mended, as much as is shown.
    pub bad: Vec<BadRow>,
    /// How much there is of that.
    pub bad_count: usize,
    /// Headings of columns that are not used.
    pub unused: Vec<String>,
}

/// An account that can be registered.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct GoodRow {
    pub number: usize,
    /// In the order of [`Preview::columns`].
    pub values: Vec<GoodValue>,
    /// What was mended, and what should be looked at once more.
    pub notes: Vec<String>,
}

/// A value as it will be registered.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct GoodValue {
    pub text: String,
    /// Whether it names the row.
    pub names_row: bool,
}

/// An account that is registered already, just so.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ThereRow {
    pub number: usize,
    pub account_id: String,
    pub user_id: String,
    pub name: String,
    /// When, in words.
    pub registered: String,
}

/// A row with something to mend.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct BadRow {
    pub number: usize,
    pub user_id: String,
    /// What, by its cell.
    pub problems: Vec<String>,
}

impl Preview {
    /// Of these rows.
    pub(super) fn of(
        good: Vec<ReadRow>,
        there: Vec<ThereRow>,
        bad: Vec<ReadRow>,
        unused: Vec<String>,
    ) -> Preview {
        let bad_count = bad.len();
        let bad = bad.into_iter().take(BAD_ROWS_SHOWN);
        let told: Vec<[String; COLUMNS]> = good.iter().map(values).collect();
        let (columns, good) = shown(&told, good);
        Preview {
            columns,
            good,
            there,
            bad: bad
                .map(|row| BadRow {
                    number: row.number,
                    user_id: row.user_id().to_owned(),
                    problems: row.problems,
                })
                .collect(),
            bad_count,
            unused,
        }
    }
}

/// The values as they will be registered, in the order of [`Column::ALL`].
fn values(row: &ReadRow) -> [String; COLUMNS] {
    let mut values = row.values.clone();
    if let Some(wanted) = &row.wanted {
        values[Column::Kind as usize] = super::cell::kind_word(wanted.kind).to_owned();
        values[Column::UserId as usize] = wanted.user_id.as_str().to_owned();
        values[Column::Name as usize] = wanted.name.as_str().to_owned();
        values[Column::EmergencyViewing as usize] = match wanted.emergency_viewing {
            true => "あり".to_owned(),
            false => String::new(),
        };
        let words = |day: Option<onshi_core::Day>| day.map(|day| day.words()).unwrap_or_default();
        values[Column::ValidFrom as usize] = words(wanted.period.from);
        values[Column::ValidUntil as usize] = words(wanted.period.until);
    }
    values
}

/// The rows with the columns in which some of them has something.
fn shown(told: &[[String; COLUMNS]], rows: Vec<ReadRow>) -> (Vec<&'static str>, Vec<GoodRow>) {
    let said = |column: &Column| told.iter().any(|row| !row[*column as usize].is_empty());
    let columns: Vec<Column> = Column::ALL.into_iter().filter(said).collect();
    let rows = rows.into_iter().zip(told).map(|(row, told)| {
        let value = |column: &Column| GoodValue {
            text: told[*column as usize].clone(),
            names_row: *column == Column::UserId,
        };
        GoodRow {
            number: row.number,
            values: columns.iter().map(value).collect(),
            notes: row.notes,
        }
    });
    let rows = rows.collect();
    (columns.iter().map(|column| column.label()).collect(), rows)
}

/// Rows with a heading, as they are pasted: for whoever mends them in the form.
pub(super) fn lines(rows: &[ReadRow], managed: Managed) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let columns = Column::of(managed);
    let mut text = columns
        .iter()
        .map(|column| column.label())
        .collect::<Vec<_>>()
        .join("\t");
    for row in rows {
        let cells = columns.iter().map(|column| {
            let value = row.values[*column as usize].replace(['\t', '\r'], " ");
            // A cell that begins with a quote, or goes over several lines, would be read as something else.
            match value.contains(['"', '\n']) {
                true => format!("\"{}\"", value.replace('"', "\"\"")),
                false => value,
            }
        });
        text.push('\n');
        text.push_str(&cells.collect::<Vec<_>>().join("\t"));
    }
    text
}

impl BulkRegistrationPage {
    fn error(&self, field: RegistrationField) -> Option<String> {
        errors_of(&self.errors, field)
    }

    fn columns(&self) -> &'static [Column] {
        Column::of(self.managed)
    }

    fn has_notes(&self) -> bool {
        let preview = self.preview.as_ref();
        preview.is_some_and(|preview| preview.good.iter().any(|row| !row.notes.is_empty()))
    }

    fn names(&self) -> String {
        super::column::names(self.managed)
    }

    fn kinds(&self) -> String {
        let kinds = self.managed.kinds().iter();
        let words = kinds.map(|kind| super::cell::kind_word(*kind));
        words.collect::<Vec<_>>().join("、")
    }

    fn file_bytes_max(&self) -> usize {
        FILE_BYTES_MAX
    }
}

/// What a table comes to, for looking at.
fn sample_preview() -> (Preview, BadRow) {
    let good = |number: usize, texts: [&str; 4]| GoodRow {
        number,
        values: texts
            .into_iter()
            .enumerate()
            .map(|(at, text)| GoodValue {
                text: text.to_owned(),
                names_row: at == 1,
            })
            .collect(),
        notes: Vec::new(),
    };
    let doctor = GoodRow {
        notes: vec!["B3 ユーザID：全角などを半角にし、suzuki.ichiro としました。".to_owned()],
        ..good(3, ["医療情報閲覧", "suzuki.ichiro", "鈴木 一郎", "医師"])
    };
    let there = ThereRow {
        number: 4,
        account_id: "a1".to_owned(),
        user_id: "sato.hanako".to_owned(),
        name: "佐藤 花子".to_owned(),
        registered: "2026年4月1日 9:12".to_owned(),
    };
    let bad = BadRow {
        number: 5,
        user_id: "1E+05".to_owned(),
        problems: vec![
            "B5 ユーザID：表計算ソフトが丸めた値（9.99E+07 など）か、小数になっています。"
                .to_owned(),
        ],
    };
    let preview = Preview {
        columns: vec!["権限区分", "ユーザID", "ユーザ名", "職種"],
        good: vec![good(2, ["一般", "tanaka.k", "田中 健太", ""]), doctor],
        there: vec![there],
        bad: Vec::new(),
        bad_count: 0,
        unused: vec!["所属".to_owned()],
    };
    (preview, bad)
}

impl Sample for BulkRegistrationPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = BulkRegistrationPage {
            frame: frame(),
            accounts_base: "/web/accounts".to_owned(),
            managed: Managed::Others,
            accounts_max: 200,
            text: String::new(),
            carried: String::new(),
            errors: Vec::new(),
            preview: None,
        };
        let (preview, bad) = sample_preview();
        let mend = field_error(RegistrationField::Text, "1件に直すところがあります。");
        let unreadable = field_error(
            RegistrationField::File,
            "B5に数式があります。数式は受け付けません。",
        );
        let mixed = BulkRegistrationPage {
            text: "権限区分\tユーザID\tユーザ名\n一般\t1E+05\t山本 弘".to_owned(),
            carried: "[]".to_owned(),
            errors: vec![mend],
            preview: Some(Preview {
                bad: vec![bad],
                bad_count: 51,
                ..preview.clone()
            }),
            ..page.clone()
        };
        let clean = BulkRegistrationPage {
            preview: Some(preview.clone()),
            ..page.clone()
        };
        let all_there = BulkRegistrationPage {
            preview: Some(Preview {
                good: Vec::new(),
                ..preview
            }),
            ..page.clone()
        };
        let master = BulkRegistrationPage {
            frame: master_frame(),
            accounts_base: "/web/administrators".to_owned(),
            managed: Managed::Administrators,
            ..page.clone()
        };
        let refused = BulkRegistrationPage {
            errors: vec![unreadable],
            ..page.clone()
        };
        vec![
            ("empty", page),
            ("clean", clean),
            ("mixed", mixed),
            ("all-there", all_there),
            ("unreadable", refused),
            ("master", master),
        ]
    }
}

//! 一括照会: what was taken, how far it is, and its results.

use crate::web::bulk::column::Column;
use crate::web::bulk::form::BulkField;
use crate::web::eligibility::view::ResultTone;
use crate::web::layout::form::{Choice, FieldError, choice};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;
use serde::{Deserialize, Serialize};

/// One bulk request.
#[derive(Clone, Debug)]
pub struct BulkRow {
    /// 受付番号.
    pub number: String,
    /// 受付日時.
    pub received_at: String,
    /// 資格確認日.
    pub day: String,
    /// Who asked.
    pub asked_by: String,
    /// What for.
    pub kind: String,
    /// How many persons.
    pub items: i64,
    /// How many are done.
    pub done: i64,
    /// 処理中 or 完了.
    pub finished: bool,
    /// Where its results are.
    pub href: String,
}

/// 一括照会.
#[derive(Clone, Debug, Template)]
#[template(path = "bulk/bulk.html")]
pub struct BulkPage {
    /// The surroundings.
    pub frame: Frame,
    /// The requests, newest first.
    pub rows: Vec<BulkRow>,
    /// What was pasted.
    pub text: String,
    /// The day that is asked for.
    pub day: String,
    /// The lines that were found good, for the form to carry.
    pub good: String,
    /// The most persons of a request.
    pub persons_max: usize,
    /// What is wrong with it.
    pub errors: Vec<FieldError<BulkField>>,
    /// What was understood, before it is sent.
    pub preview: Option<BulkPreview>,
    /// What was taken while others are still to be mended.
    pub accepted: Option<BulkAccepted>,
}

/// What was understood of a table.
#[derive(Clone, Debug)]
pub struct BulkPreview {
    /// Those who can be asked about.
    pub good: Vec<BulkGoodRow>,
    /// Those with something to mend, as many as are shown.
    pub bad: Vec<BulkBadRow>,
    /// How many there are of them.
    pub bad_count: usize,
    /// Headings of columns that are not used.
    pub unused: Vec<String>,
}

/// Somebody who can be asked about.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct BulkGoodRow {
    pub row: usize,
    /// In the order of [`Column::ALL`].
    pub values: [String; 6],
    /// What was mended on the way.
    pub notes: Vec<String>,
}

/// Somebody with something to mend.
#[derive(Clone, Debug)]
pub struct BulkBadRow {
    /// The row of the table.
    pub row: usize,
    /// What, by its cell.
    pub problems: Vec<String>,
}

/// A request that was taken while others are still to be mended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BulkAccepted {
    /// How many persons.
    pub count: usize,
    /// 受付番号.
    pub number: String,
    /// Where its results are.
    pub href: String,
}

impl BulkPage {
    fn error(&self, field: BulkField) -> Option<String> {
        crate::web::layout::form::errors_of(&self.errors, field)
    }
}

/// One person of a bulk request.
#[derive(Clone, Debug)]
pub struct BulkResultRow {
    /// The sender's own mark, or the institution's number for the patient.
    pub mark: String,
    /// The card that was asked for.
    pub card: String,
    /// Who it is.
    pub name: String,
    /// With era and age.
    pub birthdate: String,
    /// 一部負担金の割合 in words.
    pub share: String,
    /// Whether nothing is left to look at.
    pub plain: bool,
    /// How it looks.
    pub verdict: ResultTone,
    /// 資格有効性 in a word, or the error.
    pub word: String,
    /// Why, and what to do; of a ticket, which one.
    pub advice: String,
    /// Which characters of it can't be shown, and where.
    pub unshown: String,
}

/// 一括照会の結果.
#[derive(Clone, Debug, Template)]
#[template(path = "bulk/bulk_result.html")]
pub struct BulkResultPage {
    /// The surroundings.
    pub frame: Frame,
    /// 受付番号.
    pub number: String,
    /// What for.
    pub kind: String,
    /// When it was taken.
    pub received_at: String,
    /// Who asked.
    pub asked_by: String,
    /// 資格確認日, or the month.
    pub day: String,
    /// That the results are not of the day on which they are read.
    pub other_day: Option<String>,
    /// What the column of marks is called.
    pub mark_title: &'static str,
    /// What the column of reasons is called.
    pub advice_title: &'static str,
    /// How many are done.
    pub done: i64,
    /// How many persons.
    pub items: i64,
    /// Whether it is done.
    pub finished: bool,
    /// The results to look at: all, or those that are not plainly valid.
    pub rows: Vec<BulkResultRow>,
    /// Whether one of all has characters that can't be shown.
    pub has_unshown: bool,
    /// Filters.
    pub filters: Vec<Choice>,
    /// How many of each, in words.
    pub summary: String,
}

impl Sample for BulkPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = BulkRow {
            number: "2026112218000500001".to_owned(),
            received_at: "2026-11-22 18:00:05".to_owned(),
            day: "2026年11月25日".to_owned(),
            asked_by: "架空 受付花子（Staff01）".to_owned(),
            kind: "資格確認".to_owned(),
            items: 120,
            done: 50,
            finished: false,
            href: "/web/bulk/2026112218000500001".to_owned(),
        };
        let page = |rows| BulkPage {
            frame: frame(),
            rows,
            text: String::new(),
            day: String::new(),
            good: String::new(),
            persons_max: 500,
            errors: Vec::new(),
            preview: None,
            accepted: None,
        };
        let good = |row: usize, notes: Vec<String>| BulkGoodRow {
            row,
            values: [
                format!("P{row:04}"),
                "06139018".to_owned(),
                "見本１".to_owned(),
                "1001".to_owned(),
                "02".to_owned(),
                "1975年5月2日".to_owned(),
            ],
            notes,
        };
        let note = "B3 保険者番号：先頭の0が消えていたため 06139018 としました（検証番号で確かめています）。";
        let preview = |bad: Vec<BulkBadRow>| BulkPreview {
            good: vec![good(2, Vec::new()), good(3, vec![note.to_owned()])],
            bad_count: bad.len(),
            bad,
            unused: vec!["氏名".to_owned(), "性別".to_owned()],
        };
        let bad = BulkBadRow {
            row: 4,
            problems: vec![
                "D4 番号：表計算ソフトが丸めた値（9.99E+07 など）か、小数になっています。"
                    .to_owned(),
            ],
        };
        let mend = FieldError {
            field: BulkField::Text,
            text: "1人分に直すところがあります。下の欄で直して、もう一度確かめてください。"
                .to_owned(),
        };
        let looked_at = |bad: Vec<BulkBadRow>| BulkPage {
            good: "P0002\t06139018\t見本１\t1001\t02\t19750502".to_owned(),
            text: match bad.is_empty() {
                true => String::new(),
                false => format!(
                    "{}\nP4\t06139018\t\t9.99E+07\t\t19750502",
                    Column::heading_line()
                ),
            },
            errors: match bad.is_empty() {
                true => Vec::new(),
                false => vec![mend.clone()],
            },
            preview: Some(preview(bad)),
            ..page(Vec::new())
        };
        let accepted = BulkPage {
            text: "P4\t06139018\t\t9.99E+07\t\t19750502".to_owned(),
            accepted: Some(BulkAccepted {
                count: 2,
                number: "2026112218000500001".to_owned(),
                href: "/web/bulk/2026112218000500001".to_owned(),
            }),
            ..page(vec![row.clone()])
        };
        vec![
            ("empty", page(Vec::new())),
            ("some", page(vec![row])),
            ("preview", looked_at(Vec::new())),
            ("to-mend", looked_at(vec![bad])),
            ("accepted", accepted),
        ]
    }
}

impl Sample for BulkResultPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = BulkResultRow {
            mark: "P0002".to_owned(),
            card: "138057 見本１ 1001 02".to_owned(),
            name: "架空　花子".to_owned(),
            birthdate: "1975年5月2日（昭和50年） 51歳".to_owned(),
            share: String::new(),
            plain: false,
            verdict: ResultTone::Bad,
            word: "無効".to_owned(),
            advice: "2026年10月1日に資格を喪失しています（その他）。".to_owned(),
            unshown: String::new(),
        };
        let own = BulkResultRow {
            mark: "P0003".to_owned(),
            name: "架空　\u{E000}子".to_owned(),
            unshown: "氏名（U+E000）".to_owned(),
            ..row.clone()
        };
        let filter = |value: &str, label: &str| choice(value, label, value == "all");
        let page = |finished, rows: Vec<BulkResultRow>| BulkResultPage {
            frame: frame(),
            number: "2026112218000500001".to_owned(),
            kind: "資格確認".to_owned(),
            received_at: "2026年11月22日 18時00分".to_owned(),
            asked_by: "架空 受付花子（Staff01）".to_owned(),
            day: "2026年11月25日".to_owned(),
            other_day: Some("2026年11月25日の見込みです。".to_owned()),
            mark_title: "患者番号",
            advice_title: "理由と、つぎにすること",
            done: 2,
            items: 2,
            finished,
            filters: match rows.as_slice() {
                [] => Vec::new(),
                _ => vec![
                    filter("all", "すべて"),
                    filter("attention", "確認が必要な方だけ"),
                ],
            },
            has_unshown: rows.iter().any(|row| !row.unshown.is_empty()),
            rows,
            summary: "2件中、有効 1件、無効 1件".to_owned(),
        };
        vec![
            ("working", page(false, Vec::new())),
            ("nobody", page(true, Vec::new())),
            ("done", page(true, vec![row.clone()])),
            ("own-characters", page(true, vec![row, own])),
        ]
    }
}

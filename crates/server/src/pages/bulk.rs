//! 一括照会: what was taken, how far it is, and its results.

use super::eligibility::Verdict;
use super::form::{Choice, FieldError, choice};
use super::frame::Frame;
use super::sample::{Sample, frame};
use askama::Template;

/// One bulk request.
#[derive(Clone, Debug)]
pub struct BulkRow {
    /// 受付番号.
    pub number: String,
    /// 受付日時.
    pub received_at: String,
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
#[template(path = "bulk.html")]
pub struct BulkPage {
    /// The surroundings.
    pub frame: Frame,
    /// The requests, newest first.
    pub rows: Vec<BulkRow>,
    /// What was pasted.
    pub text: String,
    /// The day that is asked for.
    pub day: String,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

impl BulkPage {
    fn error(&self, field: &str) -> Option<String> {
        super::form::errors_of(&self.errors, field)
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
    /// How it looks.
    pub verdict: Verdict,
    /// 資格有効性 in a word, or the error.
    pub word: String,
    /// Why, and what to do; of a ticket, which one.
    pub advice: String,
}

/// 一括照会の結果.
#[derive(Clone, Debug, Template)]
#[template(path = "bulk_result.html")]
pub struct BulkResultPage {
    /// The surroundings.
    pub frame: Frame,
    /// 受付番号.
    pub number: String,
    /// What for.
    pub kind: String,
    /// When it was taken.
    pub received_at: String,
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
            day: "2026-11-22".to_owned(),
            errors: Vec::new(),
        };
        vec![("empty", page(Vec::new())), ("some", page(vec![row]))]
    }
}

impl Sample for BulkResultPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = BulkResultRow {
            mark: "P0002".to_owned(),
            card: "138057 見本１ 1001 02".to_owned(),
            name: "架空　花子".to_owned(),
            verdict: Verdict::Bad,
            word: "無効".to_owned(),
            advice: "2026年10月1日に資格を喪失しています（その他）。".to_owned(),
        };
        let filter = |value: &str, label: &str| choice(value, label, value == "all");
        let page = |finished, rows: Vec<BulkResultRow>| BulkResultPage {
            frame: frame(),
            number: "2026112218000500001".to_owned(),
            kind: "資格確認".to_owned(),
            received_at: "2026-11-22 18:00:05".to_owned(),
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
            rows,
            summary: "2件中、有効 1件、無効 1件".to_owned(),
        };
        vec![
            ("working", page(false, Vec::new())),
            ("nobody", page(true, Vec::new())),
            ("done", page(true, vec![row])),
        ]
    }
}

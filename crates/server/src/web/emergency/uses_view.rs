//! 障害・災害時の利用の点検: the institution's own list of what was used.

use crate::web::emergency::form::DaysField;
use crate::web::layout::form::FieldError;
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// One use.
#[derive(Clone, Debug)]
pub struct UseRow {
    /// By which it is reviewed.
    pub id: String,
    /// When.
    pub at: String,
    /// Who used it.
    pub by: String,
    /// The patient.
    pub patient: String,
    /// What was used.
    pub function: &'static str,
    /// 閲覧同意, with the reason.
    pub consent: String,
    /// Whether the patient could not express a will.
    pub without: bool,
    /// Why it was open; empty of what needs no opening.
    pub opened_for: String,
    /// What was asked for in emergency care, and by which factors it was known who looks.
    pub care: Option<String>,
    /// When, by whom and with which remark the institution reviewed it.
    pub reviewed: Option<String>,
}

/// The list.
#[derive(Template)]
#[template(path = "emergency/uses.html")]
pub struct UsesPage {
    /// The surroundings.
    pub frame: Frame,
    /// The first day, as it was typed.
    pub from: String,
    /// The last day.
    pub until: String,
    /// What is wrong with the days.
    pub errors: Vec<FieldError<DaysField>>,
    /// Those that are not reviewed, the newest first.
    pub left: Vec<UseRow>,
    /// Those that are.
    pub done: Vec<UseRow>,
    /// Whether there are more than are shown.
    pub more: bool,
}

impl UsesPage {
    fn error(&self, field: DaysField) -> Option<String> {
        crate::web::layout::form::errors_of(&self.errors, field)
    }
}

pub(super) fn sample_rows() -> Vec<UseRow> {
    let row = |id: &str, consent: &str, without, reviewed: Option<&str>| UseRow {
        id: id.to_owned(),
        at: "2026/11/26 10:12".to_owned(),
        by: "架空 医師（Isha01）".to_owned(),
        patient: "架空　花子　1956年4月1日生（70歳） 女性".to_owned(),
        function: "災害時医療情報閲覧",
        consent: consent.to_owned(),
        without,
        opened_for: "架空県の地震のため".to_owned(),
        care: None,
        reviewed: reviewed.map(str::to_owned),
    };
    let urgent = UseRow {
        function: "資格確認（救急時医療情報閲覧）",
        opened_for: String::new(),
        care: Some("救急用サマリーを要求、ID/PW・ICカードで二要素認証".to_owned()),
        ..row("u4", "同意取得困難（救急時）：意識がない", true, None)
    };
    vec![
        urgent,
        row("u1", "閲覧同意なし：意識がない", true, None),
        row("u2", "閲覧同意あり", false, None),
        row(
            "u3",
            "閲覧同意あり",
            false,
            Some("2026/11/26 18:00 山田 太郎：診療録と照合した"),
        ),
    ]
}

impl Sample for UsesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |rows: Vec<UseRow>| {
            let (done, left) = rows.into_iter().partition(|row| row.reviewed.is_some());
            UsesPage {
                frame: frame(),
                from: "20261101".to_owned(),
                until: "20261126".to_owned(),
                errors: Vec::new(),
                left,
                done,
                more: false,
            }
        };
        vec![("some", page(sample_rows())), ("none", page(Vec::new()))]
    }
}

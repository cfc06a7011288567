//! 利用報告書 on the screen.

use crate::web::emergency::form::DaysField;
use crate::web::emergency::uses_view::{UseRow, sample_rows};
use crate::web::layout::form::{Fact, FieldError, fact};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// The report.
#[derive(Template)]
#[template(path = "emergency/report.html")]
pub struct ReportPage {
    /// The surroundings.
    pub frame: Frame,
    /// The first day, as it was typed.
    pub from: String,
    /// The last day.
    pub until: String,
    /// What is wrong with the days.
    pub errors: Vec<FieldError<DaysField>>,
    /// Who reports, for which days, and how many.
    pub head: Vec<Fact>,
    /// The uses, the newest first.
    pub rows: Vec<UseRow>,
    /// Whether there are more than are reported.
    pub more: bool,
}

impl ReportPage {
    fn error(&self, field: DaysField) -> Option<String> {
        crate::web::layout::form::errors_of(&self.errors, field)
    }
}

impl Sample for ReportPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |rows: Vec<UseRow>| ReportPage {
            frame: frame(),
            from: "20261101".to_owned(),
            until: "20261126".to_owned(),
            errors: Vec::new(),
            head: vec![
                fact("医療機関等", "霞が関みらい診療所（1311234567）"),
                fact("期間", "2026年11月1日から2026年11月26日まで"),
                fact("利用", &format!("{}件（閲覧同意なし1件）", rows.len())),
                fact("作成", "山田 太郎（yamada01） 2026年11月26日 18時05分"),
            ],
            rows,
            more: false,
        };
        vec![("some", page(sample_rows())), ("none", page(Vec::new()))]
    }
}

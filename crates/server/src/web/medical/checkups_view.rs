//! 特定健診情報 of a patient: a table by year, with ranges and trends.

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use crate::web::medical::chart::chart;
use crate::web::medical::view::{PatientHead, Section, sample_head};
use askama::Template;

/// A result of one checkup.
#[derive(Clone, Debug, Default)]
pub struct Result {
    /// The value in words; empty where the checkup has none.
    pub value: String,
    /// 高値, 低値, 所見あり; empty where it is within its range, or there is none.
    pub judgement: &'static str,
}

/// An item over the years.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// 項目名.
    pub name: String,
    /// 単位.
    pub unit: String,
    /// 基準範囲.
    pub range: String,
    /// A result a checkup, the newest first.
    pub results: Vec<Result>,
    /// The trend as SVG; empty where there is none.
    pub chart: String,
}

/// 特定健診情報.
#[derive(Template)]
#[template(path = "medical/checkups.html")]
pub struct CheckupsPage {
    /// The surroundings.
    pub frame: Frame,
    /// The patient.
    pub head: PatientHead,
    /// What of the newest checkup is out of its range.
    pub findings: Vec<String>,
    /// The newest checkup's day.
    pub newest: String,
    /// The days and places of the checkups, the newest first.
    pub checkups: Vec<(String, String)>,
    /// Items with numbers and findings.
    pub items: Vec<ItemRow>,
    /// 問診 and other answers.
    pub answers: Vec<ItemRow>,
    /// Years without a checkup between the first and the last.
    pub missing: String,
}

impl Sample for CheckupsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let result = |value: &str, judgement| Result {
            value: value.to_owned(),
            judgement,
        };
        let page = CheckupsPage {
            frame: frame(),
            head: sample_head(Section::Checkups),
            findings: vec!["収縮期血圧 142mmHg（高値、基準130未満）".to_owned()],
            newest: "2026年6月3日".to_owned(),
            checkups: vec![
                ("2026年6月3日".to_owned(), "架空健診センター".to_owned()),
                ("2024年6月5日".to_owned(), String::new()),
            ],
            items: vec![ItemRow {
                name: "収縮期血圧".to_owned(),
                unit: "mmHg".to_owned(),
                range: "130未満".to_owned(),
                results: vec![result("142", "高値"), result("128", "")],
                chart: chart(
                    &[Some(128_000), Some(142_000)],
                    (None, Some(129_999)),
                    "収縮期血圧の推移：128、142",
                ),
            }],
            answers: vec![ItemRow {
                name: "喫煙".to_owned(),
                unit: String::new(),
                range: String::new(),
                results: vec![result("いいえ", ""), Result::default()],
                chart: String::new(),
            }],
            missing: "2025年".to_owned(),
        };
        let none = CheckupsPage {
            frame: frame(),
            head: sample_head(Section::Checkups),
            findings: Vec::new(),
            newest: String::new(),
            checkups: Vec::new(),
            items: Vec::new(),
            answers: Vec::new(),
            missing: String::new(),
        };
        vec![("some", page), ("none", none)]
    }
}

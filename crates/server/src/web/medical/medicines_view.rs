//! 薬剤情報 of a patient: what must be seen first, then months and lines.

use crate::web::layout::form::{Choice, FieldError};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use crate::web::medical::form::MedicinesField;
use crate::web::medical::view::{PatientHead, Section, sample_head};
use askama::Template;

/// Something that must be seen first.
#[derive(Clone, Debug)]
pub struct Finding {
    /// 重複, 新規, 変更 or 中止.
    pub word: &'static str,
    /// The class of its look.
    pub class: &'static str,
    /// What it is about.
    pub name: String,
    /// The rest of it.
    pub text: String,
}

/// Who gave something in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MonthMark {
    /// Nobody.
    #[default]
    None,
    /// 自院.
    Own,
    /// 他院.
    Other,
    /// Both.
    Both,
}

impl MonthMark {
    /// The letter in the cell.
    pub const fn letter(self) -> &'static str {
        match self {
            MonthMark::None => "",
            MonthMark::Own => "自",
            MonthMark::Other => "他",
            MonthMark::Both => "両",
        }
    }

    /// Its class.
    pub const fn class(self) -> &'static str {
        match self {
            MonthMark::None => "none",
            MonthMark::Own => "own",
            MonthMark::Other => "other",
            MonthMark::Both => "both",
        }
    }
}

/// A medicine by month.
#[derive(Clone, Debug)]
pub struct TimelineRow {
    /// 薬剤名.
    pub name: String,
    /// 一般名.
    pub ingredient: String,
    /// Whether it overlaps with another prescriber's.
    pub overlaps: bool,
    /// A mark a month, in the order of the columns.
    pub months: Vec<MonthMark>,
}

/// Medicines by month, over years.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The years with how many of their months are shown.
    pub years: Vec<(String, usize)>,
    /// The months: the number, and year and month in words.
    pub months: Vec<(String, String)>,
    /// The medicines, the newest use first.
    pub rows: Vec<TimelineRow>,
    /// How many medicines are not shown.
    pub left_out: usize,
}

/// A medicine that was given.
#[derive(Clone, Debug)]
pub struct MedicineLine {
    /// 調剤日・診療日.
    pub date: String,
    /// 薬剤名.
    pub name: String,
    /// 数量, 日数.
    pub amount: String,
    /// Of what there is more: 一般名, 用法, 指示, 処方日, コード.
    pub details: Vec<(&'static str, String)>,
    /// The institution's name.
    pub institution: String,
    /// Whether it is the own one.
    pub own: bool,
    /// レセプト, 処方, 調剤.
    pub sources: Vec<&'static str>,
    /// 院内処方.
    pub in_house: bool,
    /// 重複.
    pub overlaps: bool,
}

/// 薬剤情報.
#[derive(Template)]
#[template(path = "medical/medicines.html")]
pub struct MedicinesPage {
    /// The surroundings.
    pub frame: Frame,
    /// The patient.
    pub head: PatientHead,
    /// What must be seen first.
    pub findings: Vec<Finding>,
    /// How many more there are of them.
    pub more_findings: usize,
    /// By month.
    pub timeline: Timeline,
    /// What was looked for.
    pub asked: String,
    /// 診療年月（自）.
    pub from: Vec<Choice>,
    /// 診療年月（至）.
    pub to: Vec<Choice>,
    /// What was wrong with it.
    pub errors: Vec<FieldError<MedicinesField>>,
    /// This page without conditions.
    pub here: String,
    /// The lines of this page.
    pub lines: Vec<MedicineLine>,
    /// How many there are.
    pub count: usize,
    /// Where the next ones are.
    pub older: Option<String>,
    /// Where the ones before are.
    pub newer: Option<String>,
}

fn sample_page() -> MedicinesPage {
    let choice = |label: &str, selected| Choice {
        value: label.to_owned(),
        label: label.to_owned(),
        selected,
    };
    let finding = |word, class, name: &str, text: &str| Finding {
        word,
        class,
        name: name.to_owned(),
        text: text.to_owned(),
    };
    let line = |name: &str, own, overlaps| MedicineLine {
        date: "2026年11月10日".to_owned(),
        name: name.to_owned(),
        amount: "1錠 28日分".to_owned(),
        details: vec![
            ("一般名", "ミホンジピンベシル酸塩".to_owned()),
            ("用法", "１日１回朝食後服用".to_owned()),
        ],
        institution: "架空第二クリニック".to_owned(),
        own,
        sources: vec!["処方", "調剤"],
        in_house: !own,
        overlaps,
    };
    MedicinesPage {
        frame: frame(),
        head: sample_head(Section::Medicines),
        findings: vec![
            finding(
                "重複",
                "bad",
                "ミホンジピン錠５ｍｇ「見本」",
                "架空第一医院（自院）と架空第二クリニックから。2026年11月10日から12月7日まで、日が重なっています。",
            ),
            finding(
                "新規",
                "new",
                "カクゼチミブ錠１０ｍｇ「見本」",
                "2026年11月10日から、架空第二クリニック。",
            ),
            finding(
                "変更",
                "look",
                "ミホスタチン錠１０ｍｇ「見本」",
                "ミホスタチン錠５ｍｇ「見本」から。2026年10月1日、架空第一医院。",
            ),
            finding(
                "中止",
                "look",
                "ミホラミド錠２０ｍｇ「見本」",
                "2026年7月31日分までで終わっています。",
            ),
        ],
        more_findings: 2,
        timeline: Timeline {
            years: vec![("2025年".to_owned(), 2), ("2026年".to_owned(), 2)],
            months: [11, 12, 1, 2]
                .map(|month| (month.to_string(), format!("2026年{month}月")))
                .to_vec(),
            rows: vec![TimelineRow {
                name: "ミホンジピン錠５ｍｇ「見本」".to_owned(),
                ingredient: "ミホンジピンベシル酸塩".to_owned(),
                overlaps: true,
                months: vec![
                    MonthMark::Own,
                    MonthMark::None,
                    MonthMark::Other,
                    MonthMark::Both,
                ],
            }],
            left_out: 3,
        },
        asked: String::new(),
        from: vec![choice("2023年11月", true), choice("2023年12月", false)],
        to: vec![choice("2026年10月", false), choice("2026年11月", true)],
        errors: Vec::new(),
        here: "/web/medical/7/medicines".to_owned(),
        lines: vec![
            line("ミホンジピン錠５ｍｇ「見本」", true, true),
            line(&"非常に長い名前の薬剤".repeat(40), false, false),
        ],
        count: 412,
        older: Some("/web/medical/7/medicines?skip=50".to_owned()),
        newer: None,
    }
}

impl Sample for MedicinesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = sample_page();
        let empty = MedicinesPage {
            frame: frame(),
            head: PatientHead {
                left_seconds: None,
                until: "取り消されるまで".to_owned(),
                ..sample_head(Section::Medicines)
            },
            findings: Vec::new(),
            more_findings: 0,
            timeline: Timeline::default(),
            asked: "ない薬".to_owned(),
            errors: vec![FieldError {
                field: MedicinesField::From,
                text: "診療年月（自）は、診療年月（至）より前の月を選んでください。".to_owned(),
            }],
            lines: Vec::new(),
            count: 0,
            older: None,
            newer: None,
            from: page.from.clone(),
            to: page.to.clone(),
            here: page.here.clone(),
        };
        vec![("some", page), ("none", empty)]
    }
}

//! 診療情報・手術情報 of a patient, as lists.

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use crate::web::medical::view::{PatientHead, Section, sample_head};
use askama::Template;

/// A treatment or an operation.
#[derive(Clone, Debug)]
pub struct TreatmentLine {
    /// 診療日 or 手術日.
    pub date: String,
    /// Its name.
    pub name: String,
    /// 数量 and 回数.
    pub amount: String,
    /// 入院 or 入院外.
    pub in_out: &'static str,
    /// The institution's name.
    pub institution: String,
    /// Whether it is the own one.
    pub own: bool,
}

/// 診療情報・手術情報. What the patient does not consent to is none, which is told apart from an empty list.
#[derive(Template)]
#[template(path = "medical/treatment.html")]
pub struct TreatmentPage {
    /// The surroundings.
    pub frame: Frame,
    /// The patient.
    pub head: PatientHead,
    /// 手術.
    pub operations: Option<Vec<TreatmentLine>>,
    /// 診療行為.
    pub treatments: Option<Vec<TreatmentLine>>,
    /// How many treatments there are in all.
    pub count: usize,
    /// Where the next ones are.
    pub older: Option<String>,
    /// Where the ones before are.
    pub newer: Option<String>,
}

impl Sample for TreatmentPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let line = |name: &str, own| TreatmentLine {
            date: "2026年9月10日".to_owned(),
            name: name.to_owned(),
            amount: "1回".to_owned(),
            in_out: "入院外",
            institution: "架空第二病院".to_owned(),
            own,
        };
        let page = |operations, treatments: Option<Vec<TreatmentLine>>| TreatmentPage {
            frame: frame(),
            head: sample_head(Section::Treatment),
            operations,
            count: treatments.as_ref().map_or(0, Vec::len),
            treatments,
            older: Some("/web/medical/7/treatment?skip=50".to_owned()),
            newer: Some("/web/medical/7/treatment?skip=0".to_owned()),
        };
        vec![
            (
                "some",
                page(
                    Some(vec![line("見本手術（架空）", false)]),
                    Some(vec![
                        line("再診料（見本）", true),
                        line("血液検査（見本）", false),
                    ]),
                ),
            ),
            ("not-agreed", page(None, Some(Vec::new()))),
            ("none", page(Some(Vec::new()), None)),
        ]
    }
}

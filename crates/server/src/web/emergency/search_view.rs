//! The search in an emergency, and the few who are found.

use crate::web::emergency::form::{PatientField, PatientForm};
use crate::web::layout::form::FieldError;
use crate::web::layout::frame::{Frame, OpenNotice};
use crate::web::layout::sample::{Sample, frame};
use askama::Template;
use serde::{Deserialize, Serialize};

/// What was typed to find somebody.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SearchValues {
    /// 保険者番号.
    pub insurer_number: String,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番.
    pub branch: String,
    /// 生年月日, of the card.
    pub birthdate: String,
    /// 氏名.
    pub name: String,
    /// 生年月日, of the four items.
    pub born: String,
    /// 性別: 1 or 2.
    pub sex: String,
    /// 住所.
    pub address: String,
    /// 資格確認日, where eligibility is asked for.
    pub day: String,
}

/// Somebody who was found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CandidateRow {
    /// By which the person is chosen.
    pub id: String,
    /// 氏名.
    pub name: String,
    /// 氏名カナ.
    pub kana: String,
    /// 生年月日, 年齢, 性別.
    pub facts: String,
    /// 住所.
    pub address: String,
}

/// Those who were found, and the form that uses the opening for one.
#[derive(Clone, Debug)]
pub struct Found {
    /// The few; none where nobody fits.
    pub candidates: Vec<CandidateRow>,
    /// The search whose result this is, for the way back from a form that was not complete.
    pub of: String,
    /// 資格確認日, in words, where eligibility is asked for.
    pub day_words: String,
}

/// The search.
#[derive(Template)]
#[template(path = "emergency/search.html")]
pub struct SearchPage {
    /// The surroundings.
    pub frame: Frame,
    /// Its title.
    pub title: &'static str,
    /// Where its forms go.
    pub action: &'static str,
    /// Whether it is for medical information, and not for eligibility alone.
    pub medical: bool,
    /// What was typed.
    pub values: SearchValues,
    /// What is wrong with it.
    pub errors: Vec<FieldError<PatientField>>,
    /// Whom it found.
    pub found: Option<Found>,
}

impl SearchPage {
    fn error(&self, field: PatientField) -> Option<String> {
        crate::web::layout::form::errors_of(&self.errors, field)
    }
}

/// The surroundings while something is open.
pub(super) fn open_frame() -> Frame {
    Frame {
        openings: vec![OpenNotice {
            label: "災害時医療情報閲覧",
            reason: "架空県の地震のため".to_owned(),
            until: "2026年12月3日 24時00分".to_owned(),
            left_seconds: 5400,
        }],
        ..frame()
    }
}

fn sample_candidates() -> Vec<CandidateRow> {
    let row = |id: &str, name: &str, address: &str| CandidateRow {
        id: id.to_owned(),
        name: name.to_owned(),
        kana: "カクウ ハナコ".to_owned(),
        facts: "1956年4月1日生（70歳） 女性".to_owned(),
        address: address.to_owned(),
    };
    vec![
        row("k1", "架空　花子", "東京都架空区見本町１－１"),
        row("k2", "架空　華子", "東京都架空区見本町２－３－４０５"),
    ]
}

impl Sample for SearchPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |medical: bool| SearchPage {
            frame: open_frame(),
            title: if medical {
                "災害時医療情報閲覧"
            } else {
                "資格情報照会（システム障害時）"
            },
            action: if medical {
                "/web/emergency/medical"
            } else {
                "/web/emergency/eligibility"
            },
            medical,
            values: SearchValues::default(),
            errors: Vec::new(),
            found: None,
        };
        let found = |candidates: Vec<CandidateRow>, day: &str| Found {
            candidates,
            of: "sample".to_owned(),
            day_words: day.to_owned(),
        };
        let error = |field, text: &str| FieldError {
            field,
            text: text.to_owned(),
        };
        vec![
            ("medical", page(true)),
            ("eligibility", page(false)),
            (
                "medical-found",
                SearchPage {
                    found: Some(found(sample_candidates(), "")),
                    ..page(true)
                },
            ),
            (
                "eligibility-found",
                SearchPage {
                    found: Some(found(sample_candidates(), "2026年11月25日")),
                    ..page(false)
                },
            ),
            (
                "nobody",
                SearchPage {
                    values: SearchValues {
                        name: "架空 花子".to_owned(),
                        born: "19560401".to_owned(),
                        sex: "2".to_owned(),
                        address: "東京都".to_owned(),
                        ..SearchValues::default()
                    },
                    found: Some(found(Vec::new(), "")),
                    ..page(true)
                },
            ),
            (
                "errors",
                SearchPage {
                    errors: vec![
                        error(PatientField::Name, "氏名を入力してください。"),
                        error(PatientField::Sex, "性別を選んでください。"),
                        error(
                            PatientField::InsurerNumber,
                            "保険者番号を確かめてください。",
                        ),
                    ],
                    ..page(true)
                },
            ),
            (
                "no-reason",
                SearchPage {
                    errors: vec![error(
                        PatientField::Reason,
                        "閲覧同意なしのときは、患者が意思を示せない理由を入力してください。",
                    )],
                    found: Some(found(sample_candidates(), "")),
                    ..page(true)
                },
            ),
        ]
    }
}

impl PatientForm {
    /// What was typed, without blanks at the ends.
    pub(in crate::web) fn values(&self) -> SearchValues {
        let text = |text: &str| text.trim().to_owned();
        SearchValues {
            insurer_number: text(&self.insurer_number),
            symbol: text(&self.symbol),
            number: text(&self.number),
            branch: text(&self.branch),
            birthdate: text(&self.birthdate),
            name: text(&self.name),
            born: text(&self.born),
            sex: text(&self.sex),
            address: text(&self.address),
            day: match self.is_by_items() {
                true => text(&self.noted_day),
                false => text(&self.day),
            },
        }
    }
}

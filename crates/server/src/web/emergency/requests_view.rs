//! 開放の依頼: the form, and what came of earlier ones.

use crate::web::emergency::form::RequestField;
use crate::web::layout::form::{Choice, FieldError, choice};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// A request of before.
#[derive(Clone, Debug)]
pub struct RequestRow {
    /// When.
    pub at: String,
    /// What was asked for.
    pub function: &'static str,
    /// Why.
    pub reason: String,
    /// Whom to ask for, and where.
    pub contact: String,
    /// What came of it; none while it waits.
    pub settled: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "emergency/requests.html")]
pub struct RequestsPage {
    /// The surroundings.
    pub frame: Frame,
    /// What can be opened.
    pub functions: Vec<Choice>,
    /// 理由.
    pub reason: String,
    /// 担当者名.
    pub contact: String,
    /// 電話番号 of the contact.
    pub phone: String,
    /// What is wrong with it.
    pub errors: Vec<FieldError<RequestField>>,
    /// Whom to call where it is urgent.
    pub operator: String,
    /// The earlier ones, the newest first.
    pub rows: Vec<RequestRow>,
}

impl RequestsPage {
    fn error(&self, field: RequestField) -> Option<String> {
        crate::web::layout::form::errors_of(&self.errors, field)
    }
}

impl Sample for RequestsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |settled: Option<&str>| RequestRow {
            at: "2026/11/26 9:41".to_owned(),
            function: "資格情報照会（システム障害時）",
            reason: "回線の障害で、カードリーダーが使えない".to_owned(),
            contact: "山田 太郎（03-0000-0000）".to_owned(),
            settled: settled.map(str::to_owned),
        };
        let page = |rows, errors| RequestsPage {
            frame: frame(),
            functions: vec![
                choice(
                    "check_eligibility_in_failure",
                    "資格情報照会（システム障害時）",
                    true,
                ),
                choice("view_in_disaster", "災害時医療情報閲覧", false),
            ],
            reason: String::new(),
            contact: "山田 太郎".to_owned(),
            phone: String::new(),
            errors,
            operator: "システムの実施機関".to_owned(),
            rows,
        };
        let error = |field, text: &str| FieldError {
            field,
            text: text.to_owned(),
        };
        vec![
            ("none", page(Vec::new(), Vec::new())),
            (
                "some",
                page(
                    vec![
                        row(None),
                        row(Some("2026/11/25 13:10 開放しました（17時まで）")),
                    ],
                    Vec::new(),
                ),
            ),
            (
                "errors",
                page(
                    Vec::new(),
                    vec![
                        error(
                            RequestField::Reason,
                            "理由を200文字以内で入力してください。",
                        ),
                        error(RequestField::Phone, "電話番号を入力してください。"),
                    ],
                ),
            ),
        ]
    }
}

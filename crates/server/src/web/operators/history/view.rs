//! 操作履歴, as an operator looks through it.

use super::form::{OperatorHistoryField, OperatorHistoryForm};
use crate::web::history::view::{AuditOutcome, AuditRow};
use crate::web::layout::form::{Choice, FieldError, choice, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::Sample;
use crate::web::operators::samples::at_the_operators;
use askama::Template;

/// 操作履歴 of an institution, or of the operators' own unit.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/history/history.html")]
pub struct OperatorHistoryPage {
    /// The surroundings.
    pub frame: Frame,
    /// What is looked for.
    pub values: OperatorHistoryForm,
    /// Whether it is the operators' own.
    pub is_own: bool,
    /// The functions, the first being すべて.
    pub functions: Vec<Choice>,
    /// What is wrong with what is looked for.
    pub errors: Vec<FieldError<OperatorHistoryField>>,
    /// The attempts, newest first.
    pub rows: Vec<AuditRow>,
    /// The page of older ones.
    pub older: Option<String>,
    /// The page of newer ones.
    pub newer: Option<String>,
}

impl OperatorHistoryPage {
    fn error(&self, field: OperatorHistoryField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

impl Sample for OperatorHistoryPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |function: &str, subject: &str, outcome, reason: &str| AuditRow {
            at: "2026-04-01 09:02:11".to_owned(),
            account_name: "山田 太郎".to_owned(),
            user_id: "yamada01".to_owned(),
            kind_label: "管理アカウント".to_owned(),
            terminal: "MIRAIONS01".to_owned(),
            function: function.to_owned(),
            subject: subject.to_owned(),
            outcome,
            reason: reason.to_owned(),
            peer: "192.0.2.17".to_owned(),
            request_number: "7f3a-09c2-51de".to_owned(),
        };
        let some = Self {
            frame: at_the_operators(),
            values: OperatorHistoryForm {
                facility: "1312345673".to_owned(),
                day: "2026-04-01".to_owned(),
                ..OperatorHistoryForm::default()
            },
            is_own: false,
            functions: vec![
                choice("", "すべて", true),
                choice("log_in", "ログイン", false),
            ],
            errors: Vec::new(),
            rows: vec![
                row(
                    "アカウント管理",
                    "sato.hanako",
                    AuditOutcome::Done,
                    "アカウントを登録",
                ),
                row(
                    "ログイン",
                    "",
                    AuditOutcome::Refused,
                    "ユーザIDまたはパスワードが違います。",
                ),
                row("資格確認（券面情報）", "", AuditOutcome::Done, ""),
            ],
            older: Some("/web/audit?skip=50".to_owned()),
            newer: None,
        };
        let own = Self {
            values: OperatorHistoryForm::default(),
            is_own: true,
            rows: Vec::new(),
            older: None,
            ..some.clone()
        };
        let wrong = Self {
            rows: Vec::new(),
            older: None,
            errors: vec![field_error(
                OperatorHistoryField::Facility,
                "この医療機関コードは登録されていません。コードを確かめてください。",
            )],
            ..some.clone()
        };
        vec![("some", some), ("none", own), ("errors", wrong)]
    }
}

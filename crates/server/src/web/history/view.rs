//! The institution's own audit log.

use askama::Template;

use crate::web::history::form::HistoryField;
use crate::web::layout::form::{Choice, FieldError, choice, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOutcome {
    /// 完了.
    Done,
    /// 拒否.
    Refused,
    /// 失敗.
    Failed,
}

impl AuditOutcome {
    /// The word that is shown.
    pub fn label(self) -> &'static str {
        match self {
            Self::Done => "完了",
            Self::Refused => "拒否",
            Self::Failed => "失敗",
        }
    }

    /// The suffix of the style class.
    pub(in crate::web) fn class(self) -> &'static str {
        match self {
            Self::Done => "active",
            Self::Refused => "locked",
            Self::Failed => "expired",
        }
    }
}

/// One attempt.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// When.
    pub at: String,
    /// Whose account: the name, or empty where no account was recognised.
    pub account_name: String,
    /// Its user id.
    pub user_id: String,
    /// Its kind in words.
    pub kind_label: String,
    /// Through which terminal.
    pub terminal: String,
    /// What was attempted.
    pub function: String,
    /// On what or whom.
    pub subject: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Why it was refused or failed.
    pub reason: String,
    /// From where the terminal was connected.
    pub peer: String,
    /// The number that names this request to the operator.
    pub request_number: String,
}

/// What to look for.
#[derive(Debug, Clone)]
pub struct AuditFilter {
    /// From, as `yyyy-mm-ddThh:mm`.
    pub from: String,
    /// To, as `yyyy-mm-ddThh:mm`.
    pub to: String,
    /// A user id.
    pub account: String,
    /// The functions, the first being すべて with an empty value.
    pub functions: Vec<Choice>,
    /// The outcomes, the first being すべて with an empty value.
    pub outcomes: Vec<Choice>,
}

/// 操作履歴.
#[derive(Template, Debug, Clone)]
#[template(path = "history/history.html")]
pub struct AuditPage {
    /// The surroundings.
    pub frame: Frame,
    /// The page's own address, such as `/web/history`.
    pub audit_href: String,
    /// What is looked for.
    pub filter: AuditFilter,
    /// What was wrong with that (`from`, `to`, `account`).
    pub errors: Vec<FieldError<HistoryField>>,
    /// The attempts, newest first.
    pub rows: Vec<AuditRow>,
    /// The page of older ones.
    pub older: Option<String>,
    /// The page of newer ones.
    pub newer: Option<String>,
    /// The same as CSV.
    pub csv_href: String,
}

impl AuditPage {
    fn error(&self, field: HistoryField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

fn row(at: &str, function: &str, subject: &str, outcome: AuditOutcome, reason: &str) -> AuditRow {
    AuditRow {
        at: at.to_owned(),
        account_name: "山田 太郎".to_owned(),
        user_id: "yamada01".to_owned(),
        kind_label: "管理".to_owned(),
        terminal: "MIRAIONS01".to_owned(),
        function: function.to_owned(),
        subject: subject.to_owned(),
        outcome,
        reason: reason.to_owned(),
        peer: "192.0.2.17".to_owned(),
        request_number: "7f3a-09c2-51de".to_owned(),
    }
}

fn rows() -> Vec<AuditRow> {
    use AuditOutcome::{Done, Failed, Refused};
    vec![
        row(
            "2026-04-01 09:02:11",
            "アカウントの登録",
            "sato.hanako",
            Done,
            "",
        ),
        row("2026-04-01 08:59:40", "アカウント一覧", "", Done, ""),
        AuditRow {
            account_name: String::new(),
            kind_label: String::new(),
            user_id: "yamda01".to_owned(),
            ..row(
                "2026-04-01 08:58:03",
                "ログイン",
                "",
                Refused,
                "ユーザIDまたはパスワードが違います",
            )
        },
        row(
            "2026-03-31 17:45:30",
            "パスワード初期化",
            "suzuki.ichiro",
            Failed,
            "保存できませんでした",
        ),
        row("2026-03-31 17:44:02", "ログアウト", "", Done, ""),
    ]
}

impl Sample for AuditPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame(),
            audit_href: "/web/history".to_owned(),
            filter: AuditFilter {
                from: "2026-03-31T00:00".to_owned(),
                to: String::new(),
                account: String::new(),
                functions: vec![
                    choice("", "すべての機能", true),
                    choice("log_in", "ログイン", false),
                ],
                outcomes: vec![
                    choice("", "すべて", true),
                    choice("done", "完了", false),
                    choice("refused", "拒否", false),
                    choice("failed", "失敗", false),
                ],
            },
            errors: Vec::new(),
            rows: rows(),
            older: Some("/web/history?before=120".to_owned()),
            newer: None,
            csv_href: "/web/history.csv".to_owned(),
        };
        let empty = Self {
            rows: Vec::new(),
            older: None,
            ..page.clone()
        };
        let errors = vec![field_error(
            HistoryField::To,
            "「まで」は「から」より後の日時にしてください。",
        )];
        let wrong = Self {
            errors,
            ..empty.clone()
        };
        vec![("some", page), ("empty", empty), ("wrong-filter", wrong)]
    }
}

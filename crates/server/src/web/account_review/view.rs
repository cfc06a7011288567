//! アカウントの棚卸し: the list, and the question before many accounts are ended.

use crate::web::account_review::form::AccountReviewField;
use crate::web::layout::form::{FieldError, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// One way to look at the list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FindingChoice {
    pub href: String,
    pub label: String,
    pub count: usize,
    pub selected: bool,
}

/// An account of the list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReviewRow {
    pub id: String,
    pub chosen: bool,
    pub user_id: String,
    pub name: String,
    pub kind: &'static str,
    /// What was found, and what it rests on.
    pub findings: Vec<(String, String)>,
    /// The day, and how many days ago.
    pub last_used: Option<(String, i64)>,
    pub valid_until: Option<String>,
}

/// A review that was signed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RecordRow {
    pub signed_at: String,
    pub by: String,
    pub accounts: i64,
    pub found: i64,
    pub stopped: i64,
    pub retired: i64,
    pub href: String,
}

/// アカウントの棚卸し.
#[derive(Clone, Debug, Template)]
#[template(path = "account_review/review.html")]
pub struct AccountReviewPage {
    /// The surroundings.
    pub frame: Frame,
    /// What is wrong with what was sent.
    pub errors: Vec<FieldError<AccountReviewField>>,
    /// When the last review was, and the next one is due.
    pub due: String,
    /// Whether that is over.
    pub is_over: bool,
    /// The ways to look at the list.
    pub choices: Vec<FindingChoice>,
    /// The accounts that are shown.
    pub rows: Vec<ReviewRow>,
    /// By which a signature knows that it is of what is shown.
    pub seen: String,
    /// How many accounts there are.
    pub accounts: usize,
    /// Whether there are more than are looked through.
    pub more: bool,
    /// At how many something was found.
    pub found: usize,
    /// What whoever signs has to say.
    pub remark: String,
    /// The reviews that were signed.
    pub records: Vec<RecordRow>,
}

/// An account that was chosen to be ended.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ChosenRow {
    pub id: String,
    pub user_id: String,
    pub name: String,
    pub kind: &'static str,
    /// Whether it is so already.
    pub already: bool,
}

/// 確認: asked before many accounts are stopped or retired.
#[derive(Clone, Debug, Template)]
#[template(path = "account_review/confirm.html")]
pub struct ConfirmEndPage {
    /// The surroundings.
    pub frame: Frame,
    /// What is wrong with what was sent.
    pub errors: Vec<FieldError<AccountReviewField>>,
    /// Whether they are retired, rather than stopped.
    pub retires: bool,
    /// Which.
    pub rows: Vec<ChosenRow>,
    /// What was typed.
    pub reason: String,
}

impl AccountReviewPage {
    fn error(&self, field: AccountReviewField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

impl ConfirmEndPage {
    fn error(&self, field: AccountReviewField) -> Option<String> {
        errors_of(&self.errors, field)
    }

    fn verb(&self) -> &'static str {
        match self.retires {
            true => "廃止",
            false => "停止",
        }
    }
}

fn review_row(user_id: &str, name: &str, findings: &[(&str, &str)]) -> ReviewRow {
    ReviewRow {
        id: format!("a-{user_id}"),
        chosen: false,
        user_id: user_id.to_owned(),
        name: name.to_owned(),
        kind: "一般",
        findings: findings
            .iter()
            .map(|(words, why)| ((*words).to_owned(), (*why).to_owned()))
            .collect(),
        last_used: Some(("2026年3月31日".to_owned(), 120)),
        valid_until: None,
    }
}

impl Sample for AccountReviewPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let choice = |label: &str, count, selected| FindingChoice {
            href: "/web/account-review?finding=unused".to_owned(),
            label: label.to_owned(),
            count,
            selected,
        };
        let never = ReviewRow {
            last_used: None,
            valid_until: Some("2026年3月31日".to_owned()),
            ..review_row(
                "kato",
                "加藤 恵",
                &[
                    ("未使用", "2026年1月5日に登録"),
                    ("期限切れ", "2026年3月31日まで"),
                ],
            )
        };
        let page = AccountReviewPage {
            frame: frame(),
            errors: Vec::new(),
            due: "前回は2026年3月2日です。2026年6月2日が期限でした。".to_owned(),
            is_over: true,
            choices: vec![
                choice("確認が必要なもの", 3, true),
                choice("すべてのアカウント", 12, false),
                choice("90日以上未使用", 1, false),
            ],
            rows: vec![
                never,
                review_row("tanaka.k", "田中 健太", &[("90日以上未使用", "")]),
                review_row(
                    "uketsuke",
                    "社会医療法人社団霞が関みらい会 総合受付 夜間・休日担当（委託）",
                    &[(
                        "複数の端末で同時に使用",
                        "2026年5月20日に、MIRAIONS01で使用中にMIRAIONS02でログイン（4回）",
                    )],
                ),
            ],
            seen: "0123456789abcdef".to_owned(),
            accounts: 12,
            more: false,
            found: 3,
            remark: String::new(),
            records: vec![RecordRow {
                signed_at: "2026年3月2日 17:42".to_owned(),
                by: "山田 太郎（yamada01）".to_owned(),
                accounts: 14,
                found: 2,
                stopped: 1,
                retired: 3,
                href: "/web/account-review/v1".to_owned(),
            }],
        };
        let nothing = AccountReviewPage {
            due: "まだ棚卸しの記録がありません。2026年6月2日までに行ってください。".to_owned(),
            is_over: false,
            rows: Vec::new(),
            records: Vec::new(),
            found: 0,
            ..page.clone()
        };
        let wrong = AccountReviewPage {
            errors: vec![
                field_error(AccountReviewField::Account, "アカウントを選んでください。"),
                field_error(
                    AccountReviewField::Remark,
                    "500文字以内で入力してください。",
                ),
            ],
            more: true,
            ..page.clone()
        };
        vec![("over", page), ("nothing", nothing), ("errors", wrong)]
    }
}

impl Sample for ConfirmEndPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |user_id: &str, already| ChosenRow {
            id: format!("a-{user_id}"),
            user_id: user_id.to_owned(),
            name: "田中 健太".to_owned(),
            kind: "一般",
            already,
        };
        let stop = ConfirmEndPage {
            frame: frame(),
            errors: Vec::new(),
            retires: false,
            rows: vec![row("tanaka.k", false), row("kato", true)],
            reason: String::new(),
        };
        let retire = ConfirmEndPage {
            errors: vec![field_error(
                AccountReviewField::Reason,
                "理由を200文字以内で入力してください。",
            )],
            retires: true,
            ..stop.clone()
        };
        vec![("stop", stop), ("retire", retire)]
    }
}

//! 二要素認証の設定.

use crate::web::factor_policy::form::PolicyField;
use crate::web::layout::form::{Choice, FieldError, choice, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// A kind of account with its choices.
#[derive(Clone, Debug)]
pub struct PolicyRow {
    /// Its field.
    pub field: PolicyField,
    /// What it is called.
    pub label: &'static str,
    /// How many accounts that are not retired.
    pub accounts: i64,
    /// How many of them have a second factor.
    pub enrolled: i64,
    /// What the operator allows.
    pub choices: Vec<Choice>,
}

/// 二要素認証の設定.
#[derive(Clone, Debug, Template)]
#[template(path = "factor_policy/factor_policy.html")]
pub struct FactorPolicyPage {
    /// The surroundings.
    pub frame: Frame,
    /// The version on which a change is made.
    pub version: i64,
    /// The kinds.
    pub rows: Vec<PolicyRow>,
    /// What somebody else changed.
    pub errors: Vec<FieldError<PolicyField>>,
}

impl Sample for FactorPolicyPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let all = |chosen: &str| {
            [
                ("off", "利用しない"),
                ("offered", "任意"),
                ("required", "必須"),
            ]
            .map(|(code, label)| choice(code, label, code == chosen))
            .to_vec()
        };
        let row = |field, label, (accounts, enrolled), choices| PolicyRow {
            field,
            label,
            accounts,
            enrolled,
            choices,
        };
        let required = vec![choice("required", "必須", true)];
        let page = Self {
            frame: frame(),
            version: 2,
            rows: vec![
                row(
                    PolicyField::Master,
                    "マスタアカウント",
                    (1, 0),
                    all("offered"),
                ),
                row(
                    PolicyField::Admin,
                    "管理アカウント",
                    (2, 2),
                    all("required"),
                ),
                row(PolicyField::General, "一般アカウント", (14, 3), all("off")),
                row(
                    PolicyField::Viewer,
                    "医療情報閲覧アカウント",
                    (5, 5),
                    required,
                ),
            ],
            errors: Vec::new(),
        };
        let text = "画面を開いている間に、ほかの人が設定を変更しました。";
        let meanwhile = Self {
            errors: vec![field_error(PolicyField::Version, text)],
            ..page.clone()
        };
        vec![("some", page), ("meanwhile", meanwhile)]
    }
}

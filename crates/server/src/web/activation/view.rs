//! 利用開始: the user id with its one-time code, then the own password.

use askama::Template;

use crate::http::submission::hidden_token;
use crate::web::activation::form::ActivationField;
use crate::web::layout::form::{FieldError, Lock, Problem, errors_of, field_error};
use crate::web::layout::frame::PlainFrame;
use crate::web::layout::sample::{Sample, plain};
use crate::web::password::view::PasswordRules;

/// 利用開始（アクティベーション）.
#[derive(Template, Debug, Clone)]
#[template(path = "activation/activation.html")]
pub struct ActivationPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The user id typed before, so that it need not be typed again.
    pub user_id: String,
    /// The code typed before.
    pub code: String,
    /// Why the last attempt was not accepted.
    pub problem: Option<Problem>,
    /// What was wrong with a field.
    pub errors: Vec<FieldError<ActivationField>>,
    /// Until when no attempt is accepted.
    pub lock: Option<Lock>,
    /// The form's token.
    pub token: String,
}

/// パスワードの設定: the code was right.
#[derive(Template, Debug, Clone)]
#[template(path = "activation/choose.html")]
pub struct ChoosePasswordPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The account's user id.
    pub user_id: String,
    /// The code, which is shown once more when the password is sent.
    pub code: String,
    /// Whose account it is.
    pub name: String,
    /// Its kind in words.
    pub kind_label: String,
    /// The program that will keep a copy of the password, for a system account.
    pub program: Option<String>,
    /// What a password must be like.
    pub rules: PasswordRules,
    /// What was wrong with a field.
    pub errors: Vec<FieldError<ActivationField>>,
    /// The form's token.
    pub token: String,
}

impl ActivationPage {
    fn token_field(&self) -> String {
        hidden_token(&self.token)
    }

    fn error(&self, field: ActivationField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

impl ChoosePasswordPage {
    fn token_field(&self) -> String {
        hidden_token(&self.token)
    }

    fn error(&self, field: ActivationField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

impl Sample for ActivationPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            user_id: String::new(),
            code: String::new(),
            problem: None,
            errors: Vec::new(),
            lock: None,
            token: "AAAA".to_owned(),
        };
        let problem = |what: &str, next: &str| Problem {
            title: "利用を開始できませんでした".to_owned(),
            what: what.to_owned(),
            next: next.to_owned(),
        };
        let tried = Self {
            user_id: "yamada01".to_owned(),
            code: "7K3M-Q2XD-9FHA-VT4D".to_owned(),
            problem: Some(problem(
                "ユーザIDまたは利用開始コードに、入力まちがいがあります。",
                "この入力は、失敗の回数に数えていません。直して、もう一度入力してください。",
            )),
            errors: vec![field_error(
                ActivationField::Code,
                "コードの入力まちがいです。控えと1文字ずつ見比べてください。",
            )],
            ..page.clone()
        };
        let locked = Self {
            user_id: "yamada01".to_owned(),
            problem: Some(problem(
                "入力誤りが続いたため、このユーザIDはロックされています。",
                "ロックが解ける時刻まで待つか、アカウントを管理する方にロック解除を依頼してください。",
            )),
            lock: Some(Lock {
                until: "10時15分".to_owned(),
                remaining_seconds: 742,
            }),
            ..page.clone()
        };
        vec![("first", page), ("slip", tried), ("locked", locked)]
    }
}

impl Sample for ChoosePasswordPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            user_id: "sato.hanako".to_owned(),
            code: "7K3M-Q2XD-9FHA-VT4M".to_owned(),
            name: "佐藤 花子".to_owned(),
            kind_label: "一般アカウント".to_owned(),
            program: None,
            rules: crate::web::password::view::rules(),
            errors: Vec::new(),
            token: "AAAA".to_owned(),
        };
        let link = Self {
            user_id: "Renkei01".to_owned(),
            name: "MIRAIONS01 連携アプリ".to_owned(),
            kind_label: "連携アプリ用アカウント".to_owned(),
            program: Some("連携アプリケーション".to_owned()),
            ..page.clone()
        };
        let errors = vec![
            field_error(
                ActivationField::NewPassword,
                "13文字以上にしてください（いまは8文字）。",
            ),
            field_error(
                ActivationField::ConfirmPassword,
                "新しいパスワードと同じものを入力してください。",
            ),
        ];
        let refused = Self {
            errors,
            ..page.clone()
        };
        vec![("person", page), ("link", link), ("refused", refused)]
    }
}

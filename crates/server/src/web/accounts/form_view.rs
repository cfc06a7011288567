//! Registering an account.

use askama::Template;

use crate::web::accounts::form::{AccountField, AccountForm};
use crate::web::layout::form::{FieldError, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame, master_frame};
use crate::web::password::view::{PasswordRules, rules};

/// One kind of account that may be registered here.
#[derive(Debug, Clone)]
pub struct KindChoice {
    /// The value that is sent, such as `general`.
    pub value: String,
    /// Its name, such as 一般.
    pub label: String,
    /// Who or what it is for, in a few words.
    pub help: String,
    /// Whether it needs a profession (医療情報閲覧).
    pub needs_profession: bool,
}

/// アカウント管理（登録）.
#[derive(Template, Debug, Clone)]
#[template(path = "accounts/account_form.html")]
pub struct AccountFormPage {
    /// The surroundings.
    pub frame: Frame,
    /// Where the form is sent and the list is found, such as `/web/accounts`.
    pub accounts_base: String,
    /// The kinds to choose from; a single one is not asked for.
    pub kinds: Vec<KindChoice>,
    /// What was typed, the kind and the way to a password chosen.
    pub values: AccountForm,
    /// What a typed password must be like.
    pub rules: PasswordRules,
    /// What was wrong, by field.
    pub errors: Vec<FieldError<AccountField>>,
}

impl AccountFormPage {
    fn error(&self, field: AccountField) -> Option<String> {
        errors_of(&self.errors, field)
    }

    fn needs_profession(&self) -> String {
        let kinds = self.kinds.iter().filter(|kind| kind.needs_profession);
        kinds
            .map(|kind| kind.value.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn kind(value: &str, label: &str, help: &str) -> KindChoice {
    KindChoice {
        value: value.to_owned(),
        label: label.to_owned(),
        help: help.to_owned(),
        needs_profession: value == "viewer",
    }
}

impl Sample for AccountFormPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame(),
            accounts_base: "/web/accounts".to_owned(),
            kinds: vec![
                kind("general", "一般", "受付など、資格確認をする人"),
                kind(
                    "viewer",
                    "医療情報閲覧",
                    "薬剤情報などを見る医師・薬剤師など",
                ),
                kind("link", "連携アプリ用", "端末の連携アプリケーション"),
                kind("webapi", "Web API用", "レセコン・電子カルテ"),
                kind("face", "顔認証用", "顔認証付きカードリーダー"),
            ],
            values: AccountForm {
                kind: "general".to_owned(),
                valid_from: "2026-04-01".to_owned(),
                password_mode: "generate".to_owned(),
                ..Default::default()
            },
            rules: rules(),
            errors: Vec::new(),
        };
        let viewer = Self {
            values: AccountForm {
                kind: "viewer".to_owned(),
                user_id: "sato.hanako".to_owned(),
                name: "佐藤 花子".to_owned(),
                profession: "designated".to_owned(),
                note: "2階 病棟".to_owned(),
                password_mode: "typed".to_owned(),
                ..page.values.clone()
            },
            errors: vec![
                field_error(
                    AccountField::UserId,
                    "このユーザIDは使われています。別のIDにしてください。",
                ),
                field_error(
                    AccountField::DesignationReason,
                    "選んだ理由を入力してください。",
                ),
                field_error(
                    AccountField::Password,
                    "13文字以上にしてください。今は8文字です。",
                ),
                field_error(AccountField::ValidUntil, "開始日より後の日にしてください。"),
            ],
            ..page.clone()
        };
        let unchosen = Self {
            values: AccountForm {
                kind: String::new(),
                ..page.values.clone()
            },
            errors: vec![field_error(
                AccountField::Kind,
                "アカウントの種別を選んでください。",
            )],
            ..page.clone()
        };
        let master = Self {
            frame: master_frame(),
            accounts_base: "/web/administrators".to_owned(),
            kinds: vec![kind("admin", "管理", "アカウントと設定を管理する人")],
            values: AccountForm {
                kind: "admin".to_owned(),
                ..page.values.clone()
            },
            ..page.clone()
        };
        vec![
            ("admin", page),
            ("errors", viewer),
            ("no-kind", unchosen),
            ("master", master),
        ]
    }
}

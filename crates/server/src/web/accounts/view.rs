//! One account, and the question before something is done to it.

use askama::Template;

use crate::web::accounts::form::{AccountField, AccountForm};
use crate::web::accounts::list_view::AccountState;
use crate::web::layout::form::{Fact, FieldError, errors_of, fact, field_error};
use crate::web::layout::frame::{Frame, Tone};
use crate::web::layout::sample::{Sample, frame};

/// How much an action changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionTone {
    /// It can be undone.
    Normal,
    /// It takes something away.
    Destructive,
}

impl ActionTone {
    fn class(self) -> &'static str {
        match self {
            Self::Normal => "button-secondary",
            Self::Destructive => "button-danger-line",
        }
    }
}

/// Something that may be done to an account; it leads to a page that asks.
#[derive(Debug, Clone)]
pub struct Action {
    /// Its name, such as ロック解除.
    pub label: String,
    /// The page that asks.
    pub href: String,
    /// How much it changes.
    pub tone: ActionTone,
    /// What it does, in a sentence.
    pub help: String,
}

/// An open session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// The terminal that it runs on.
    pub terminal: String,
    /// When it began.
    pub since: String,
    /// When it was last used.
    pub last_active: String,
}

/// アカウント情報（詳細・変更）.
#[derive(Template, Debug, Clone)]
#[template(path = "accounts/account.html")]
pub struct AccountPage {
    /// The surroundings.
    pub frame: Frame,
    /// The address of the list, such as `/web/accounts`.
    pub accounts_base: String,
    /// The account's opaque id; the form is sent to `{accounts_base}/{id}`.
    pub id: String,
    /// The version that the form was filled from, to notice that somebody else was faster.
    pub version: i64,
    /// Its user id, which never changes.
    pub user_id: String,
    /// Its name as it is stored.
    pub name: String,
    /// Its kind in words.
    pub kind_label: String,
    /// Whether it needs a profession (医療情報閲覧).
    pub needs_profession: bool,
    /// Its states.
    pub states: Vec<AccountState>,
    /// What can be changed, as it is or as it was typed.
    pub values: AccountForm,
    /// Whether it may be changed; a retired one may not.
    pub editable: bool,
    /// What was wrong, by field.
    pub errors: Vec<FieldError<AccountField>>,
    /// Its history: registration, last log-in, change of password, reason of a stop.
    pub facts: Vec<Fact>,
    /// Its open sessions.
    pub sessions: Vec<SessionRow>,
    /// What may be done to it.
    pub actions: Vec<Action>,
    /// Its part of the audit log.
    pub audit_href: Option<String>,
}

impl AccountPage {
    fn error(&self, field: AccountField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// A reason that must be given before something is done.
#[derive(Debug, Clone)]
pub struct ReasonField {
    /// The field's label.
    pub label: String,
    /// What is expected.
    pub help: String,
    /// What was typed before.
    pub value: String,
    /// Whether it may be left empty.
    pub required: bool,
    /// What was wrong with it.
    pub error: Option<String>,
}

/// 確認: asked before something is done.
#[derive(Template, Debug, Clone)]
#[template(path = "accounts/confirm.html")]
pub struct ConfirmPage {
    /// The surroundings.
    pub frame: Frame,
    /// The question, such as このアカウントを停止しますか.
    pub title: String,
    /// What will happen, a sentence each.
    pub consequences: Vec<String>,
    /// What it happens to.
    pub subject: Vec<Fact>,
    /// The reason, sent as `reason`, if one is asked for.
    pub reason: Option<ReasonField>,
    /// The words of the button, which name the deed.
    pub confirm_label: String,
    /// Where the answer is sent.
    pub post_href: String,
    /// Where "no" leads.
    pub cancel_href: String,
    /// How serious it is.
    pub tone: Tone,
}

fn action(label: &str, path: &str, tone: ActionTone, help: &str) -> Action {
    Action {
        label: label.to_owned(),
        href: format!("/web/accounts/a1/{path}"),
        tone,
        help: help.to_owned(),
    }
}

fn actions() -> Vec<Action> {
    use ActionTone::{Destructive, Normal};
    vec![
        action(
            "ロック解除",
            "unlock",
            Normal,
            "すぐにログインできるようにします。",
        ),
        action(
            "パスワード初期化",
            "reset",
            Normal,
            "新しいパスワードを作り、一度だけ表示します。",
        ),
        action(
            "セッション終了",
            "end-sessions",
            Normal,
            "開いている画面をログアウトさせます。",
        ),
        action(
            "停止",
            "stop",
            Destructive,
            "再開するまでログインできなくします。",
        ),
        action(
            "廃止",
            "retire",
            Destructive,
            "二度と使えなくします。ユーザIDは再利用できません。",
        ),
    ]
}

impl Sample for AccountPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let viewer = Self {
            frame: frame(),
            accounts_base: "/web/accounts".to_owned(),
            id: "a1".to_owned(),
            version: 3,
            user_id: "suzuki.ichiro".to_owned(),
            name: "鈴木 一郎".to_owned(),
            kind_label: "医療情報閲覧".to_owned(),
            needs_profession: true,
            states: vec![AccountState::Active, AccountState::Locked],
            values: AccountForm {
                name: "鈴木 一郎".to_owned(),
                profession: "doctor".to_owned(),
                license_number: "345678".to_owned(),
                valid_from: "2026-01-05".to_owned(),
                note: "内科".to_owned(),
                ..Default::default()
            },
            editable: true,
            errors: Vec::new(),
            facts: vec![
                fact("登録日時", "2026年1月5日 9:12"),
                fact("登録者", "山田 太郎（yamada01）"),
                fact("最終ログイン", "2026年3月31日 17:42（MIRAIONS01）"),
                fact("パスワード変更日時", "2026年1月6日 8:20"),
                fact("ロック", "2026年4月1日 10:00から10:15まで（5回続けて失敗）"),
            ],
            sessions: vec![SessionRow {
                terminal: "MIRAIONS02".to_owned(),
                since: "2026年4月1日 8:31".to_owned(),
                last_active: "12分前".to_owned(),
            }],
            actions: actions(),
            audit_href: Some("/web/history?account=suzuki.ichiro".to_owned()),
        };
        let errors = Self {
            errors: vec![
                field_error(AccountField::Name, "名前を入力してください。"),
                field_error(AccountField::Profession, "職種を選んでください。"),
            ],
            values: AccountForm {
                valid_from: "2026-01-05".to_owned(),
                ..Default::default()
            },
            ..viewer.clone()
        };
        let retired = Self {
            kind_label: "連携アプリ用".to_owned(),
            needs_profession: false,
            states: vec![AccountState::Retired],
            editable: false,
            sessions: Vec::new(),
            actions: Vec::new(),
            audit_href: None,
            ..viewer.clone()
        };
        vec![("viewer", viewer), ("errors", errors), ("retired", retired)]
    }
}

impl Sample for ConfirmPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let reset = Self {
            frame: frame(),
            title: "パスワードを初期化しますか".to_owned(),
            consequences: vec![
                "今のパスワードは使えなくなります。".to_owned(),
                "新しいパスワードを作り、次の画面で一度だけ表示します。".to_owned(),
                "次のログインで、本人がパスワードを変更します。".to_owned(),
            ],
            subject: vec![fact("ユーザID", "suzuki.ichiro"), fact("名前", "鈴木 一郎")],
            reason: None,
            confirm_label: "パスワードを初期化する".to_owned(),
            post_href: "/web/accounts/a1/reset".to_owned(),
            cancel_href: "/web/accounts/a1".to_owned(),
            tone: Tone::Warning,
        };
        let reason = ReasonField {
            label: "廃止する理由".to_owned(),
            help: "例：退職のため。操作履歴に残ります。".to_owned(),
            value: String::new(),
            required: true,
            error: None,
        };
        let wrong = ReasonField {
            error: Some("理由を入力してください。".to_owned()),
            ..reason.clone()
        };
        let retire = Self {
            title: "このアカウントを廃止しますか".to_owned(),
            consequences: vec![
                "すぐにログアウトされ、二度とログインできません。元に戻せません。".to_owned(),
                "ユーザID「suzuki.ichiro」は、ほかの人にも使えなくなります。".to_owned(),
            ],
            reason: Some(reason),
            confirm_label: "廃止する".to_owned(),
            tone: Tone::Error,
            ..reset.clone()
        };
        let refused = Self {
            reason: Some(wrong),
            ..retire.clone()
        };
        vec![
            ("reset", reset),
            ("retire", retire),
            ("reason-missing", refused),
        ]
    }
}

//! A password that is shown once.

use askama::Template;
use serde::{Deserialize, Serialize};

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame, reset_frame};

/// Why a password is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PasswordIssue {
    /// The account was registered.
    Registered,
    /// The account was registered without a password, with a one-time activation.
    RegisteredToActivate,
    /// The account got another one-time activation by the level above.
    Activation,
    /// Its password was reset by the level above.
    Reset,
    /// The master's password was reset with the 秘密の番号.
    MasterReset,
}

impl PasswordIssue {
    fn title(self) -> &'static str {
        match self {
            Self::Registered | Self::RegisteredToActivate => "アカウントを登録しました",
            Self::Activation => "利用開始コードを発行しました",
            Self::Reset => "パスワードを初期化しました",
            Self::MasterReset => "マスタパスワードを初期化しました",
        }
    }
}

/// Where the password of the account is to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuedPassword {
    /// The centre made it: here it is, this once.
    Made(String),
    /// The registering person typed it.
    Typed,
    /// The centre made it, and it was shown before; a new one is made at this address.
    ShownBefore(String),
}

/// アカウント登録完了 and パスワード初期化完了.
#[derive(Template, Debug, Clone)]
#[template(path = "accounts/account_registered.html")]
pub struct AccountRegisteredPage {
    /// The surroundings.
    pub frame: Frame,
    /// Why the page is shown.
    pub issue: PasswordIssue,
    /// The account's user id.
    pub user_id: String,
    /// Name of the person or device.
    pub name: String,
    /// Its kind in words.
    pub kind_label: String,
    /// The password or the one-time activation, if it may be shown.
    pub password: IssuedPassword,
    /// Until when the one-time activation is good, where that is what is shown.
    pub until: Option<String>,
    /// The program that will keep the password, for a system account.
    pub program: Option<String>,
    /// Where to register another one.
    pub another_href: Option<String>,
    /// Where to go back.
    pub back_href: String,
    /// The words of that link.
    pub back_label: String,
}

/// Each character of a password with the name of its sort, so that O and 0 are not mixed up.
pub(in crate::web) fn characters(password: &str) -> Vec<(char, &'static str, &'static str)> {
    let sort = |character| match character {
        'A'..='Z' => (character, "大", "upper"),
        'a'..='z' => (character, "小", "lower"),
        '0'..='9' => (character, "数", "digit"),
        _ => (character, "記", "symbol"),
    };
    password.chars().map(sort).collect()
}

impl AccountRegisteredPage {
    /// What is shown.
    fn secret(&self) -> &'static str {
        match self.until {
            Some(_) => "利用開始コード",
            None => "パスワード",
        }
    }

    fn characters(&self, password: &str) -> Vec<(char, &'static str, &'static str)> {
        characters(password)
    }
}

impl Sample for AccountRegisteredPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame(),
            issue: PasswordIssue::Registered,
            user_id: "sato.hanako".to_owned(),
            name: "佐藤 花子".to_owned(),
            kind_label: "一般".to_owned(),
            password: IssuedPassword::Made("kM7#tRw4&pXz9q<H".to_owned()),
            until: None,
            program: None,
            another_href: Some("/web/accounts/new".to_owned()),
            back_href: "/web/accounts".to_owned(),
            back_label: "アカウント一覧へ戻る".to_owned(),
        };
        let link = Self {
            user_id: "R0mirai01".to_owned(),
            name: "MIRAIONS01 連携アプリ".to_owned(),
            kind_label: "連携アプリ用".to_owned(),
            program: Some("連携アプリケーション".to_owned()),
            ..page.clone()
        };
        let reset = Self {
            issue: PasswordIssue::Reset,
            another_href: None,
            back_label: "アカウントの詳細へ戻る".to_owned(),
            ..page.clone()
        };
        let master = Self {
            frame: reset_frame(),
            issue: PasswordIssue::MasterReset,
            user_id: "M01311234567".to_owned(),
            name: "霞が関みらい診療所".to_owned(),
            kind_label: "マスタ".to_owned(),
            back_href: "/web/menu".to_owned(),
            back_label: "メニューへ戻る".to_owned(),
            ..reset.clone()
        };
        let typed = Self {
            password: IssuedPassword::Typed,
            ..page.clone()
        };
        let again = Self {
            password: IssuedPassword::ShownBefore("/web/accounts/a1/reset".to_owned()),
            ..page.clone()
        };
        let master_again = Self {
            password: IssuedPassword::ShownBefore("/web/master-reset".to_owned()),
            ..master.clone()
        };
        let activation = Self {
            issue: PasswordIssue::RegisteredToActivate,
            password: IssuedPassword::Made("7K3M-Q2XD-9FHA-VT4M".to_owned()),
            until: Some("2026年4月4日 8時31分".to_owned()),
            ..page.clone()
        };
        let program_to_activate = Self {
            program: link.program.clone(),
            issue: PasswordIssue::Activation,
            ..activation.clone()
        };
        let activation_again = Self {
            password: IssuedPassword::ShownBefore("/web/accounts/a1/activate".to_owned()),
            ..activation.clone()
        };
        vec![
            ("activation", activation),
            ("activation-of-a-program", program_to_activate),
            ("activation-shown-before", activation_again),
            ("person", page),
            ("link", link),
            ("typed", typed),
            ("reset", reset),
            ("master-reset", master),
            ("shown-before", again),
            ("master-shown-before", master_again),
        ]
    }
}

//! 二要素認証 of the own account.

use crate::web::layout::form::{FieldError, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::qr;
use crate::web::layout::sample::{Sample, frame};
use crate::web::second_factor::form::{ConfirmField, TotpField};
use askama::Template;
use onshi_core::second_factor::FactorPolicy;

/// An authenticator application that was added.
#[derive(Clone, Debug)]
pub struct TotpShown {
    /// When.
    pub added: String,
    /// When it was last used.
    pub used: Option<String>,
}

/// A passkey that was added.
#[derive(Clone, Debug)]
pub struct PasskeyShown {
    /// Its number in addresses.
    pub id: String,
    /// What its holder calls it.
    pub name: String,
    /// At which address it is good.
    pub site: String,
    /// When it was added.
    pub added: String,
    /// When it was last used.
    pub used: Option<String>,
}

/// 二要素認証.
#[derive(Clone, Debug, Template)]
#[template(path = "second_factor/second_factor.html")]
pub struct SecondFactorPage {
    /// The surroundings.
    pub frame: Frame,
    /// Whether nothing else may be done before one is added.
    pub must: bool,
    /// What the institution wants.
    pub policy: FactorPolicy,
    /// The authenticator.
    pub totp: Option<TotpShown>,
    /// The passkeys.
    pub passkeys: Vec<PasskeyShown>,
    /// How many recovery codes are not used yet.
    pub codes_left: i64,
}

impl SecondFactorPage {
    /// Whether there is anything beside recovery codes.
    fn is_enrolled(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }

    /// Whether one may be removed: not the last one where one is required.
    fn may_remove(&self) -> bool {
        let factors = usize::from(self.totp.is_some()) + self.passkeys.len();
        self.policy != FactorPolicy::Required || factors > 1
    }
}

/// 認証アプリの登録.
#[derive(Clone, Debug, Template)]
#[template(path = "second_factor/totp.html")]
pub struct TotpPage {
    /// The surroundings.
    pub frame: Frame,
    /// The secret as a QR code, an SVG.
    pub code: String,
    /// The same to be typed.
    pub secret: String,
    /// What the authenticator will call it.
    pub shown_as: String,
    /// The secret sealed.
    pub sealed: String,
    /// What was wrong, by field.
    pub errors: Vec<FieldError<TotpField>>,
}

impl TotpPage {
    fn error(&self, field: TotpField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// 回復コード, shown once.
#[derive(Clone, Debug, Template)]
#[template(path = "second_factor/codes.html")]
pub struct RecoveryCodesPage {
    /// The surroundings.
    pub frame: Frame,
    /// Whether they came with the first factor.
    pub first: bool,
    /// The codes; none where they were shown before.
    pub codes: Option<Vec<String>>,
}

/// What is asked before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether the authenticator is removed.
    RemoveTotp,
    /// Whether this passkey is removed.
    RemovePasskey {
        /// By what it is known.
        id: String,
        /// What its holder calls it.
        name: String,
    },
    /// Whether new recovery codes are made.
    MakeCodes,
}

impl Question {
    fn title(&self) -> &'static str {
        match self {
            Question::RemovePasskey { .. } => "パスキーを削除しますか",
            Question::RemoveTotp => "認証アプリの登録を削除しますか",
            Question::MakeCodes => "回復コードを作り直しますか",
        }
    }

    fn consequences(&self) -> &'static [&'static str] {
        match self {
            Question::RemovePasskey { .. } => &[
                "このパスキーでは、ログインできなくなります。端末やセキュリティキーに残ったものは、その端末の設定で消してください。",
                "ほかに登録がなければ、回復コードも使えなくなり、パスワードだけでログインできるようになります。",
                "パスワードが短いときは、次のログインで、長いパスワードへの変更が必要です。",
            ],
            Question::RemoveTotp => &[
                "この認証アプリの確認コードは、使えなくなります。",
                "ほかに登録がなければ、回復コードも使えなくなり、パスワードだけでログインできるようになります。",
                "パスワードが短いときは、次のログインで、長いパスワードへの変更が必要です。",
            ],
            Question::MakeCodes => &[
                "新しい回復コードを作り、次の画面で一度だけ表示します。",
                "これまでの回復コードは、すべて使えなくなります。",
            ],
        }
    }

    fn path(&self) -> String {
        match self {
            Question::RemoveTotp => "/web/second-factor/totp/remove".to_owned(),
            Question::RemovePasskey { id, .. } => {
                format!("/web/second-factor/passkeys/{id}/remove")
            }
            Question::MakeCodes => "/web/second-factor/codes".to_owned(),
        }
    }

    /// What it is about, where there may be several.
    fn name(&self) -> Option<&str> {
        match self {
            Question::RemovePasskey { name, .. } => Some(name),
            Question::RemoveTotp | Question::MakeCodes => None,
        }
    }

    fn press(&self) -> &'static str {
        match self {
            Question::RemovePasskey { .. } => "パスキーを削除する",
            Question::RemoveTotp => "登録を削除する",
            Question::MakeCodes => "回復コードを作り直す",
        }
    }

    fn is_removal(&self) -> bool {
        *self != Question::MakeCodes
    }
}

/// The question before a change, with the current password.
#[derive(Clone, Debug, Template)]
#[template(path = "second_factor/confirm.html")]
pub struct ConfirmFactorPage {
    /// The surroundings.
    pub frame: Frame,
    /// What is asked.
    pub question: Question,
    /// What was wrong with the password.
    pub errors: Vec<FieldError<ConfirmField>>,
}

impl ConfirmFactorPage {
    fn error(&self) -> Option<String> {
        errors_of(&self.errors, ConfirmField::CurrentPassword)
    }
}

fn alone() -> Frame {
    Frame {
        navigation: Vec::new(),
        ..frame()
    }
}

impl Sample for SecondFactorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let none = Self {
            frame: frame(),
            must: false,
            policy: FactorPolicy::Offered,
            totp: None,
            passkeys: Vec::new(),
            codes_left: 0,
        };
        let passkey = |id: &str, name: &str, used: Option<&str>| PasskeyShown {
            id: id.to_owned(),
            name: name.to_owned(),
            site: "localhost".to_owned(),
            added: "2026年4月2日 8時31分".to_owned(),
            used: used.map(str::to_owned),
        };
        let totp = |used: Option<&str>| {
            Some(TotpShown {
                added: "2026年4月1日 8時30分".to_owned(),
                used: used.map(str::to_owned),
            })
        };
        let some = Self {
            totp: totp(Some("2026年4月3日 8時29分")),
            passkeys: vec![
                passkey("a1", "受付の端末", Some("2026年4月3日 13時2分")),
                passkey("a2", "自分のセキュリティキー", None),
            ],
            codes_left: 8,
            ..none.clone()
        };
        let last_codes = Self {
            policy: FactorPolicy::Required,
            totp: totp(None),
            codes_left: 1,
            ..none.clone()
        };
        let must = Self {
            frame: alone(),
            must: true,
            policy: FactorPolicy::Required,
            ..none.clone()
        };
        let off = Self {
            policy: FactorPolicy::Off,
            ..none.clone()
        };
        vec![
            ("none", none),
            ("some", some),
            ("last-codes", last_codes),
            ("must", must),
            ("off", off),
        ]
    }
}

impl Sample for TotpPage {
    fn samples() -> Vec<(&'static str, Self)> {
        const URI: &str = "otpauth://totp/%E3%82%AA%E3%83%B3%E3%83%A9%E3%82%A4%E3%83%B3%E8%B3%87%E6%A0%BC%E7%A2%BA%E8%AA%8D:1311234567%20yamada01?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E3%82%AA%E3%83%B3%E3%83%A9%E3%82%A4%E3%83%B3%E8%B3%87%E6%A0%BC%E7%A2%BA%E8%AA%8D&algorithm=SHA1&digits=6&period=30";
        let page = Self {
            frame: frame(),
            code: qr::svg(URI, "認証アプリで読み取る二次元コード").unwrap_or_default(),
            secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
            shown_as: "オンライン資格確認（1311234567 yamada01）".to_owned(),
            sealed: "AAAA".to_owned(),
            errors: Vec::new(),
        };
        let wrong = Self {
            errors: vec![
                field_error(TotpField::Code, "確認コードが違います。"),
                field_error(TotpField::CurrentPassword, "今のパスワードが違います。"),
            ],
            frame: alone(),
            ..page.clone()
        };
        vec![("first", page), ("wrong", wrong)]
    }
}

impl Sample for RecoveryCodesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let codes = [
            "ABCD-EFGH-JKLM",
            "NPQR-STUV-WXYZ",
            "2345-6789-ABCD",
            "EFGH-JKLM-NPQR",
            "STUV-WXYZ-2345",
            "6789-ABCD-EFGH",
            "JKLM-NPQR-STUV",
            "WXYZ-2345-6789",
            "A2B3-C4D5-E6F7",
            "G8H9-J2K3-L4M5",
        ];
        let page = Self {
            frame: frame(),
            first: true,
            codes: Some(codes.map(str::to_owned).to_vec()),
        };
        let again = Self {
            first: false,
            ..page.clone()
        };
        let before = Self {
            codes: None,
            ..page.clone()
        };
        vec![("first", page), ("again", again), ("shown-before", before)]
    }
}

impl Sample for ConfirmFactorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let remove = Self {
            frame: frame(),
            question: Question::RemoveTotp,
            errors: Vec::new(),
        };
        let passkey = Self {
            question: Question::RemovePasskey {
                id: "a1".to_owned(),
                name: "受付のパソコン".to_owned(),
            },
            ..remove.clone()
        };
        let codes = Self {
            question: Question::MakeCodes,
            errors: vec![field_error(
                ConfirmField::CurrentPassword,
                "今のパスワードが違います。",
            )],
            ..remove.clone()
        };
        vec![
            ("remove", remove),
            ("remove-passkey", passkey),
            ("codes-wrong", codes),
        ]
    }
}

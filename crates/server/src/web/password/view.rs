//! Changing the own password, with the rules in sight while typing.

use askama::Template;

use crate::web::layout::form::{FieldError, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame, link_frame};
use crate::web::password::form::PasswordField;

/// Why a person is at the password page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordReason {
    /// By the person's own wish.
    Voluntary,
    /// The first log-in forces it.
    FirstLogin,
    /// The password was reset by somebody else.
    AfterReset,
    /// The second factor is gone, without which the password is too short.
    TooShort,
}

impl PasswordReason {
    /// Whether nothing else may be done before.
    pub fn is_forced(self) -> bool {
        self != Self::Voluntary
    }
}

/// The rules for passwords, as far as a browser can check them while typing.
#[derive(Debug, Clone)]
pub struct PasswordRules {
    /// Fewest characters.
    pub min_length: i64,
    /// Most characters.
    pub max_length: i64,
    /// At least one letter.
    pub letter: bool,
    /// At least one capital letter.
    pub upper: bool,
    /// At least one small letter.
    pub lower: bool,
    /// At least one digit.
    pub digit: bool,
    /// At least one symbol.
    pub symbol: bool,
    /// Words that must not occur in it, such as the user id and the facility code.
    pub forbidden_words: Vec<String>,
    /// How many former passwords may not be used again; 0 when any may.
    pub history: i64,
}

impl PasswordRules {
    /// The forbidden words in one attribute; none of them holds a blank.
    pub(in crate::web) fn words(&self) -> String {
        self.forbidden_words.join(" ")
    }
}

/// パスワード変更.
#[derive(Template, Debug, Clone)]
#[template(path = "password/password.html")]
pub struct PasswordPage {
    /// The surroundings.
    pub frame: Frame,
    /// Why the person is here.
    pub reason: PasswordReason,
    /// What a password must be like.
    pub rules: PasswordRules,
    /// Why the last attempt was refused, for `current_password`, `new_password` and
    /// `confirm_password`; a field may have several.
    pub errors: Vec<FieldError<PasswordField>>,
    /// The program that keeps a copy of the password, for a system account.
    pub program: Option<String>,
}

impl PasswordPage {
    fn error(&self, field: PasswordField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// パスワード変更完了.
#[derive(Template, Debug, Clone)]
#[template(path = "password/password_changed.html")]
pub struct PasswordChangedPage {
    /// The surroundings.
    pub frame: Frame,
    /// The program that keeps a copy of the password, for a system account.
    pub program: Option<String>,
    /// Where to go on.
    pub next_href: String,
    /// The words of that link.
    pub next_label: String,
}

/// Rules as they are by default.
pub(in crate::web) fn rules() -> PasswordRules {
    PasswordRules {
        min_length: 13,
        max_length: 128,
        letter: false,
        upper: true,
        lower: true,
        digit: true,
        symbol: true,
        forbidden_words: vec!["yamada01".to_owned(), "1311234567".to_owned()],
        history: 5,
    }
}

impl Sample for PasswordPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame(),
            reason: PasswordReason::Voluntary,
            rules: rules(),
            errors: Vec::new(),
            program: None,
        };
        let alone = Frame {
            navigation: Vec::new(),
            last_login: None,
            ..frame()
        };
        let first = Self {
            frame: alone,
            reason: PasswordReason::FirstLogin,
            ..page.clone()
        };
        let too_short = Self {
            reason: PasswordReason::TooShort,
            ..first.clone()
        };
        let link = Self {
            frame: Frame {
                navigation: Vec::new(),
                ..link_frame()
            },
            reason: PasswordReason::AfterReset,
            program: Some("連携アプリケーション".to_owned()),
            ..page.clone()
        };
        let errors = vec![
            field_error(PasswordField::CurrentPassword, "今のパスワードが違います。"),
            field_error(
                PasswordField::NewPassword,
                "推測されやすい言葉が含まれています。別の言葉にしてください。",
            ),
            field_error(
                PasswordField::NewPassword,
                "最近5回までに使ったパスワードは使えません。",
            ),
            field_error(
                PasswordField::ConfirmPassword,
                "新しいパスワードと同じものを入力してください。",
            ),
        ];
        let short = PasswordRules {
            letter: true,
            upper: false,
            lower: false,
            symbol: false,
            ..rules()
        };
        vec![
            ("voluntary", page.clone()),
            ("first-login", first),
            ("after-reset-link", link),
            ("too-short", too_short),
            (
                "refused",
                Self {
                    errors,
                    ..page.clone()
                },
            ),
            (
                "letters-and-digits",
                Self {
                    rules: short,
                    ..page
                },
            ),
        ]
    }
}

impl Sample for PasswordChangedPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let person = Self {
            frame: frame(),
            program: None,
            next_href: "/web/menu".to_owned(),
            next_label: "メニューへ進む".to_owned(),
        };
        let link = Self {
            frame: link_frame(),
            program: Some("連携アプリケーション".to_owned()),
            next_href: "/web/password".to_owned(),
            next_label: "パスワード変更に戻る".to_owned(),
        };
        vec![("person", person), ("link", link)]
    }
}

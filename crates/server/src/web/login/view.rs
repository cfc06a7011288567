//! Logging in, taking over an open session, and the owner's last way back in.

use askama::Template;

use crate::http::submission::hidden_token;
use crate::web::layout::form::{FieldError, Lock, Problem, errors_of, field_error};
use crate::web::layout::frame::{Frame, PlainFrame};
use crate::web::layout::sample::{Sample, plain, reset_frame};
use crate::web::login::form::MasterResetField;

/// ログイン.
#[derive(Template, Debug, Clone)]
#[template(path = "login/login.html")]
pub struct LoginPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The user id typed before, so that it need not be typed again.
    pub user_id: String,
    /// What a device is asked for, to log in by a passkey.
    pub passkey: Option<PasskeyPrompt>,
    /// Why the last attempt was not accepted.
    pub problem: Option<Problem>,
    /// Until when no attempt is accepted.
    pub lock: Option<Lock>,
    /// Why the session before this page ended.
    pub ended: Option<String>,
    /// The form's token.
    pub token: String,
    /// The page to go back to; may be empty.
    pub next: String,
}

/// What a device is asked for at the log-in (パスキーでログイン).
#[derive(Debug, Clone)]
pub struct PasskeyPrompt {
    /// What it is to sign.
    pub challenge: String,
    /// The form's token.
    pub token: String,
    /// Whether it is asked without another press.
    pub at_once: bool,
}

impl PasskeyPrompt {
    fn token_field(&self) -> String {
        hidden_token(&self.token)
    }
}

/// The same at the second step.
#[derive(Debug, Clone)]
pub struct StepPrompt {
    /// What it is to sign.
    pub challenge: String,
    /// The account's passkeys, with spaces between.
    pub known: String,
    /// The form's token.
    pub token: String,
}

impl StepPrompt {
    fn token_field(&self) -> String {
        hidden_token(&self.token)
    }
}

impl LoginPage {
    fn token_field(&self) -> String {
        hidden_token(&self.token)
    }
}

/// What is asked for at the second step: the code of an authenticator, or where there is none, a recovery code.
pub(in crate::web) const fn code_label(has_totp: bool) -> &'static str {
    match has_totp {
        true => "確認コード",
        false => "回復コード",
    }
}

/// What a browser may offer for it: no browser keeps recovery codes.
pub(in crate::web) const fn code_autocomplete(has_totp: bool) -> &'static str {
    match has_totp {
        true => "one-time-code",
        false => "off",
    }
}

/// 確認コードの入力: the password was right, and something beside it is asked for.
#[derive(Template, Debug, Clone)]
#[template(path = "login/second.html")]
pub struct SecondStepPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The account.
    pub user_id: String,
    /// Stands for the password that was right a moment ago.
    pub ticket: String,
    /// Whether there is an authenticator.
    pub has_totp: bool,
    /// What a device is asked for, where there are passkeys.
    pub passkeys: Option<StepPrompt>,
    /// How many recovery codes there are.
    pub codes_left: i64,
    /// Why the last code was not accepted.
    pub problem: Option<Problem>,
    /// The form's token.
    pub token: String,
    /// The page to go back to; may be empty.
    pub next: String,
}

impl SecondStepPage {
    fn heading(&self) -> &'static str {
        match (self.passkeys.is_some(), self.has_totp) {
            (true, true) => "パスキーか確認コードによる確認",
            (true, false) => "パスキーか回復コードによる確認",
            (false, true) => "確認コードの入力",
            (false, false) => "回復コードの入力",
        }
    }

    fn code_label(&self) -> &'static str {
        code_label(self.has_totp)
    }

    fn code_autocomplete(&self) -> &'static str {
        code_autocomplete(self.has_totp)
    }

    /// A recovery code has letters, which a keyboard of digits has not.
    fn code_extra(&self) -> &'static str {
        match self.has_totp {
            true => {
                " inputmode=\"numeric\" autocapitalize=\"characters\" spellcheck=\"false\" data-half-width"
            }
            false => " autocapitalize=\"characters\" spellcheck=\"false\" data-half-width",
        }
    }

    fn token_field(&self) -> String {
        hidden_token(&self.token)
    }
}

/// ログイン中の確認: the account has a session already.
#[derive(Template, Debug, Clone)]
#[template(path = "login/takeover.html")]
pub struct TakeoverPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The account.
    pub user_id: String,
    /// Stands for the password that was right a moment ago.
    pub ticket: String,
    /// The terminal that the open session runs on.
    pub terminal: String,
    /// Whether it is this very terminal, as after a window was closed.
    pub same_terminal: bool,
    /// When the open session began.
    pub since: String,
    /// When it was last used.
    pub last_active: Option<String>,
    /// The form's token.
    pub token: String,
    /// The page to go back to; may be empty.
    pub next: String,
}

impl TakeoverPage {
    fn token_field(&self) -> String {
        hidden_token(&self.token)
    }
}

/// マスタアカウントの初期化: with the 秘密の番号.
#[derive(Template, Debug, Clone)]
#[template(path = "login/master_reset.html")]
pub struct MasterResetPage {
    /// The surroundings.
    pub frame: Frame,
    /// What was wrong with the field.
    pub errors: Vec<FieldError<MasterResetField>>,
    /// Until when no attempt is accepted.
    pub lock: Option<Lock>,
}

impl MasterResetPage {
    fn error(&self, field: MasterResetField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

fn lock() -> Lock {
    Lock {
        until: "10時15分".to_owned(),
        remaining_seconds: 742,
    }
}

impl Sample for LoginPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            user_id: String::new(),
            passkey: Some(PasskeyPrompt {
                challenge: "AAAA".to_owned(),
                token: "BBBB".to_owned(),
                at_once: false,
            }),
            problem: None,
            lock: None,
            ended: None,
            token: "AAAA".to_owned(),
            next: "/web/accounts".to_owned(),
        };
        let problem = Problem {
            title: "ログインできませんでした".to_owned(),
            what: "ユーザIDまたはパスワードが違います。".to_owned(),
            next: "大文字・小文字と全角・半角を確かめて、もう一度入力してください。".to_owned(),
        };
        let locked = Problem {
            title: "一時的にログインできません".to_owned(),
            what: "続けて5回失敗したため、アカウントを守るためにロックしています。".to_owned(),
            next: "時間が過ぎるのを待つか、管理アカウントの方にロック解除を依頼してください。"
                .to_owned(),
        };
        let ended = Some(
            "30分間操作がなかったため、ログアウトしました。もう一度ログインしてください。"
                .to_owned(),
        );
        let tried = Self {
            user_id: "yamada01".to_owned(),
            ..page.clone()
        };
        vec![
            ("first", page.clone()),
            (
                "wrong",
                Self {
                    problem: Some(problem),
                    ..tried.clone()
                },
            ),
            (
                "locked",
                Self {
                    problem: Some(locked),
                    lock: Some(lock()),
                    ..tried
                },
            ),
            ("ended", Self { ended, ..page }),
        ]
    }
}

impl Sample for SecondStepPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            user_id: "yamada01".to_owned(),
            ticket: "t-0123456789abcdef".to_owned(),
            has_totp: true,
            passkeys: None,
            codes_left: 8,
            problem: None,
            token: "AAAA".to_owned(),
            next: "/web/accounts".to_owned(),
        };
        let problem = Problem {
            title: "確認できませんでした".to_owned(),
            what: "確認コードが違うか、すでに使われています。あと2回まちがえると、15分間ロックします。"
                .to_owned(),
            next: "認証アプリに表示されている新しいコードを入力してください。".to_owned(),
        };
        let wrong = Self {
            problem: Some(problem),
            codes_left: 0,
            ..page.clone()
        };
        let passkey = Self {
            has_totp: false,
            passkeys: Some(StepPrompt {
                challenge: "AAAA".to_owned(),
                known: "CCCC DDDD".to_owned(),
                token: "BBBB".to_owned(),
            }),
            ..page.clone()
        };
        vec![("first", page), ("wrong", wrong), ("passkey", passkey)]
    }
}

impl Sample for TakeoverPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            user_id: "yamada01".to_owned(),
            ticket: "t-0123456789abcdef".to_owned(),
            terminal: "MIRAIONS02".to_owned(),
            same_terminal: false,
            since: "2026年4月1日 8時31分".to_owned(),
            last_active: Some("12分前".to_owned()),
            token: "AAAA".to_owned(),
            next: "/web/accounts".to_owned(),
        };
        let same = Self {
            same_terminal: true,
            terminal: "MIRAIONS01".to_owned(),
            last_active: None,
            ..page.clone()
        };
        vec![("other-terminal", page), ("same-terminal", same)]
    }
}

impl Sample for MasterResetPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: reset_frame(),
            errors: Vec::new(),
            lock: None,
        };
        let wrong = "秘密の番号が違います。利用申請のときの控えを確かめて、もう一度入力してください。あと2回まちがえると15分間ロックします。";
        let errors = vec![field_error(MasterResetField::SecretNumber, wrong)];
        vec![
            ("first", page.clone()),
            (
                "wrong",
                Self {
                    errors,
                    ..page.clone()
                },
            ),
            (
                "locked",
                Self {
                    lock: Some(lock()),
                    ..page
                },
            ),
        ]
    }
}

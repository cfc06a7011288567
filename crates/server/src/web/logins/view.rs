//! ログイン履歴.

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// Somebody logged in.
    LoggedIn,
    /// The password was right, and the second factor was asked for.
    Asked,
    /// It was refused.
    Refused,
}

/// One log-in.
#[derive(Clone, Debug)]
pub struct LoginRow {
    /// When.
    pub at: String,
    /// At which terminal.
    pub terminal: String,
    /// Whether this page is seen through it.
    pub is_this: bool,
    /// From which address.
    pub peer: String,
    /// What came of it.
    pub came: Came,
    /// Why it was none, or by what somebody was known; may be empty.
    pub told: String,
}

/// ログイン履歴.
#[derive(Clone, Debug, Template)]
#[template(path = "logins/logins.html")]
pub struct LoginsPage {
    /// The surroundings.
    pub frame: Frame,
    /// The log-ins, the newest first.
    pub rows: Vec<LoginRow>,
    /// How many are shown at the most.
    pub most: i64,
}

impl Sample for LoginsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |at: &str, terminal: &str, came, told: &str| LoginRow {
            at: at.to_owned(),
            terminal: terminal.to_owned(),
            is_this: terminal == "MIRAIONS01",
            peer: "192.0.2.17".to_owned(),
            came,
            told: told.to_owned(),
        };
        let wrong = "ユーザIDまたはパスワードが違います。";
        let rows = vec![
            row(
                "2026-04-01 08:30:20",
                "MIRAIONS01",
                Came::LoggedIn,
                "認証アプリで確認",
            ),
            row(
                "2026-04-01 08:30:12",
                "MIRAIONS01",
                Came::Asked,
                "パスワードを確認し、二要素認証へ",
            ),
            row("2026-03-31 23:58:40", "MIRAIONS02", Came::Refused, wrong),
            row("2026-03-31 08:29:55", "MIRAIONS01", Came::LoggedIn, ""),
        ];
        let page = |rows| LoginsPage {
            frame: frame(),
            rows,
            most: 50,
        };
        vec![("some", page(rows)), ("none", page(Vec::new()))]
    }
}

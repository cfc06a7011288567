//! ログイン履歴.

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

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
    /// Whether it was one.
    pub done: bool,
    /// Why it was none.
    pub reason: String,
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
        let row = |at: &str, terminal: &str, reason: &str| LoginRow {
            at: at.to_owned(),
            terminal: terminal.to_owned(),
            is_this: terminal == "MIRAIONS01",
            peer: "192.0.2.17".to_owned(),
            done: reason.is_empty(),
            reason: reason.to_owned(),
        };
        let wrong = "ユーザIDまたはパスワードが違います。";
        let rows = vec![
            row("2026-04-01 08:30:12", "MIRAIONS01", ""),
            row("2026-03-31 23:58:40", "MIRAIONS02", wrong),
            row("2026-03-31 08:29:55", "MIRAIONS01", ""),
        ];
        let page = |rows| LoginsPage {
            frame: frame(),
            rows,
            most: 50,
        };
        vec![("some", page(rows)), ("none", page(Vec::new()))]
    }
}

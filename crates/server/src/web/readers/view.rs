//! 顔認証付きカードリーダー操作.

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// A reader of the institution.
#[derive(Clone, Debug)]
pub struct ReaderRow {
    /// Its name.
    pub reader: String,
    /// Until when it is in 目視確認モード.
    pub by_eye_until: Option<String>,
    /// What runs there, and when it said so.
    pub reported: Option<(String, String)>,
}

/// A passcode on the page after it was made.
#[derive(Clone, Debug)]
pub enum PasscodeShown {
    /// Its digits, and until when it is good.
    Now(String, String),
    /// It was shown before, and is not any more.
    Before,
}

/// 顔認証付きカードリーダー操作.
#[derive(Clone, Debug, Template)]
#[template(path = "readers/readers.html")]
pub struct ReadersPage {
    /// The surroundings.
    pub frame: Frame,
    /// The readers.
    pub rows: Vec<ReaderRow>,
    /// A passcode that was made.
    pub shown: Option<PasscodeShown>,
    /// How long 目視確認モード lasts at the most.
    pub minutes: i64,
    /// How long a passcode is good.
    pub passcode_minutes: i64,
    /// Whether whoever looks may have passcodes shown.
    pub issues: bool,
}

impl ReadersPage {
    /// The readers in 目視確認モード.
    fn by_eye(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rows
            .iter()
            .filter_map(|row| Some((row.reader.as_str(), row.by_eye_until.as_deref()?)))
    }
}

impl Sample for ReadersPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |reader: &str, until: Option<&str>| ReaderRow {
            reader: reader.to_owned(),
            by_eye_until: until.map(str::to_owned),
            reported: until.map(|_| {
                (
                    "onshi reader 0.1.0".to_owned(),
                    "2026-11-26 09:15".to_owned(),
                )
            }),
        };
        let page = |rows, shown| ReadersPage {
            frame: frame(),
            rows,
            shown,
            minutes: 10,
            passcode_minutes: 5,
            issues: true,
        };
        let both = vec![row("KAO01", Some("9時25分")), row("KAO02", None)];
        let now = PasscodeShown::Now("123456".to_owned(), "9時20分".to_owned());
        vec![
            ("some", page(both.clone(), None)),
            ("passcode", page(both.clone(), Some(now))),
            ("shown-before", page(both, Some(PasscodeShown::Before))),
            ("none", page(Vec::new(), None)),
        ]
    }
}

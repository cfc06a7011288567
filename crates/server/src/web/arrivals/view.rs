//! 来院一覧.

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// How an arrival looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The patient is at the reader.
    UnderWay,
    /// Nothing is left to do.
    Good,
    /// Somebody should go and see.
    Attend,
}

impl Look {
    /// The suffix of the style class.
    fn class(self) -> &'static str {
        match self {
            Look::UnderWay => "info",
            Look::Good => "good",
            Look::Attend => "look",
        }
    }

    /// The sign before the word.
    fn sign(self) -> &'static str {
        match self {
            Look::UnderWay => "…",
            Look::Good => "○",
            Look::Attend => "△",
        }
    }
}

/// Somebody who came.
#[derive(Clone, Debug)]
pub struct ArrivalRow {
    /// When something changed last.
    pub at: String,
    /// Who it is; empty where that is not known.
    pub name: String,
    /// The same in kana.
    pub kana: String,
    /// 生年月日.
    pub birthdate: String,
    /// How it looks.
    pub look: Look,
    /// How far it is, in words.
    pub word: String,
    /// What is to be said or done.
    pub note: String,
    /// 本人確認の方法.
    pub verified: String,
    /// The reader's name.
    pub reader: String,
}

/// 来院一覧.
#[derive(Clone, Debug, Template)]
#[template(path = "arrivals/arrivals.html")]
pub struct ArrivalsPage {
    /// The surroundings.
    pub frame: Frame,
    /// The newest first.
    pub rows: Vec<ArrivalRow>,
    /// The readers in 目視確認モード, and until when.
    pub by_eye: Vec<(String, String)>,
    /// The day.
    pub today: String,
    /// The time at which it was read.
    pub shown_at: String,
    /// When anything changed last, by which the page asks for more.
    pub last: i64,
    /// Whether whoever looks may switch readers.
    pub switches: bool,
}

impl Sample for ArrivalsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |name: &str, look, word: &str, note: &str| ArrivalRow {
            at: "9時15分".to_owned(),
            name: name.to_owned(),
            kana: if name.is_empty() {
                ""
            } else {
                "ﾐﾎﾝ ﾊﾅｺ"
            }
            .to_owned(),
            birthdate: if name.is_empty() {
                ""
            } else {
                "1980年2月17日"
            }
            .to_owned(),
            look,
            word: word.to_owned(),
            note: note.to_owned(),
            verified: "顔認証".to_owned(),
            reader: "KAO01".to_owned(),
        };
        let ends = "マイナンバーカードの電子証明書の有効期限が近づいています。";
        let some = vec![
            row("見本　花子", Look::UnderWay, "操作中", ""),
            row("見本　太郎", Look::Good, "資格あり", ends),
            row("", Look::Attend, "暗証番号がロックされています", ""),
        ];
        let page = |rows, by_eye| ArrivalsPage {
            frame: frame(),
            rows,
            by_eye,
            today: "2026年11月26日".to_owned(),
            shown_at: "9時15分".to_owned(),
            last: 1,
            switches: true,
        };
        let by_eye = vec![("KAO01".to_owned(), "9時25分".to_owned())];
        vec![
            ("some", page(some.clone(), Vec::new())),
            ("by-eye", page(some, by_eye)),
            ("none", page(Vec::new(), Vec::new())),
        ]
    }
}

//! 導入の権限.

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// What a right is worth now.
#[derive(Clone, Debug)]
pub enum Standing {
    /// 有効.
    Holds,
    /// 期限切れ.
    Over,
    /// 終了: when, and why.
    Ended(String, String),
}

/// One right of the list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct InstallerRow {
    pub installer_id: String,
    pub name: String,
    pub person: String,
    /// When it was given, in words.
    pub given: String,
    /// Its last day, in words.
    pub until: String,
    pub standing: Standing,
}

impl InstallerRow {
    /// The word and the style class of its state.
    fn badge(&self) -> (&'static str, &'static str) {
        match self.standing {
            Standing::Holds => ("有効", "active"),
            Standing::Over => ("期限切れ", "expired"),
            Standing::Ended(..) => ("終了", "retired"),
        }
    }

    fn holds(&self) -> bool {
        matches!(self.standing, Standing::Holds)
    }
}

/// 導入の権限.
#[derive(Template)]
#[template(path = "installers/installers.html")]
pub struct InstallersPage {
    /// The surroundings.
    pub frame: Frame,
    /// Every right at the institution, the newest first.
    pub rows: Vec<InstallerRow>,
    /// Whom to call about one that nobody knows of.
    pub contact: String,
}

impl Sample for InstallersPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, name: &str, standing| InstallerRow {
            installer_id: id.to_owned(),
            name: name.to_owned(),
            person: "導入 太郎".to_owned(),
            given: "2026年11月2日 9:00".to_owned(),
            until: "2027年1月31日".to_owned(),
            standing,
        };
        let ended = Standing::Ended(
            "2026年11月20日 17:30".to_owned(),
            "導入が終わったため".to_owned(),
        );
        let rows = vec![
            row("i01", "架空システム株式会社", Standing::Holds),
            row("i02", "見本メディカル株式会社", ended),
            row("i03", "架空システム株式会社", Standing::Over),
        ];
        let page = |rows| InstallersPage {
            frame: frame(),
            rows,
            contact: "架空支援センター 03-0000-0000".to_owned(),
        };
        vec![("some", page(rows)), ("none", page(Vec::new()))]
    }
}

//! 端末・電子証明書の一覧.

use crate::web::certificates::words;
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;
use onshi_core::certificate::CertificateState;

/// One certificate of the list.
#[derive(Clone, Debug)]
pub struct CertificateRow {
    /// The terminal's name.
    pub terminal: String,
    /// Whether this page is seen through it.
    pub is_this: bool,
    /// What it is worth.
    pub state: CertificateState,
    /// Its first and its last moment, in words.
    pub period: (String, String),
    /// Whole days until its end, of one that is good or has ended.
    pub days_left: Option<i64>,
    /// Which warning holds: so many days before the end.
    pub warned_at: Option<i64>,
    /// When the terminal last came with it, in words.
    pub contact: Option<String>,
    /// What to do.
    pub advice: &'static str,
    /// The day and the reason of a revocation.
    pub revoked: Option<(String, String)>,
    /// Whether it can be revoked here.
    pub revocable: bool,
    /// Its serial number, as its institution's log has it.
    pub serial: String,
}

impl CertificateRow {
    /// The word and the style class of its state.
    fn badge(&self) -> (&'static str, &'static str) {
        words::badge(self.state)
    }

    /// How long it still has, in words.
    fn left(&self) -> String {
        self.days_left.map(words::left).unwrap_or_default()
    }
}

/// 端末・電子証明書の一覧.
#[derive(Template)]
#[template(path = "certificates/certificates.html")]
pub struct CertificatesPage {
    /// The surroundings.
    pub frame: Frame,
    /// Every certificate of the institution.
    pub rows: Vec<CertificateRow>,
    /// Whom to call about a renewal or a lost terminal.
    pub contact: String,
}

impl Sample for CertificatesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |terminal: &str, state, days_left| CertificateRow {
            terminal: terminal.to_owned(),
            is_this: false,
            state,
            period: ("2026年4月1日".to_owned(), "2029年6月30日".to_owned()),
            days_left,
            warned_at: days_left.filter(|days| *days <= 90),
            contact: Some("2026年3月31日 17:42".to_owned()),
            advice: words::advice(words::Standing {
                state,
                warned_at: days_left.filter(|days| *days <= 90),
                replaced: false,
                silent_days: None,
            }),
            revocable: state == CertificateState::Valid,
            revoked: None,
            serial: "6691204d77dd0028fafbda0a63dce343".to_owned(),
        };
        let rows = vec![
            CertificateRow {
                is_this: true,
                revocable: false,
                ..row("MIRAIONS01", CertificateState::Valid, Some(1186))
            },
            row("MIRAIONS02", CertificateState::Valid, Some(31)),
            row("MIRAIONS02", CertificateState::NotYetValid, None),
            CertificateRow {
                contact: None,
                ..row("MIRAIONS03", CertificateState::Expired, Some(-12))
            },
            CertificateRow {
                revoked: Some(("2026年5月20日".to_owned(), "端末の盗難のため".to_owned())),
                ..row("MIRAIONS04", CertificateState::Revoked, None)
            },
        ];
        let page = |rows| CertificatesPage {
            frame: frame(),
            rows,
            contact: "架空支援センター 03-0000-0000".to_owned(),
        };
        vec![("some", page(rows)), ("none", page(Vec::new()))]
    }
}

//! The public portal, open to everybody.

use askama::Template;

use crate::web::layout::frame::PlainFrame;
use crate::web::layout::sample::{Sample, plain};

/// How the service is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceStatus {
    /// 稼働中.
    Running,
    /// 一部に支障あり.
    Degraded,
    /// 停止中.
    Stopped,
}

impl ServiceStatus {
    /// The word that is shown.
    pub fn label(self) -> &'static str {
        match self {
            Self::Running => "稼働中",
            Self::Degraded => "一部に支障あり",
            Self::Stopped => "停止中",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Running => "active",
            Self::Degraded => "unused",
            Self::Stopped => "expired",
        }
    }
}

/// ポータル: what the service is, how it is doing, and how to begin.
#[derive(Template, Debug, Clone)]
#[template(path = "portal/portal.html")]
pub struct PortalHomePage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// How the service is doing.
    pub status: ServiceStatus,
    /// The same in a sentence.
    pub status_text: String,
    /// When that was found out.
    pub status_at: String,
    /// Where the CA's certificate is, usually `/ca.pem`.
    pub ca_href: String,
    /// Its SHA-256 fingerprint in groups.
    pub ca_fingerprint: String,
    /// The centre's address, for browsers that hold a certificate.
    pub centre_url: String,
    /// Whom to ask.
    pub contact: String,
}

impl Sample for PortalHomePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let running = Self {
            frame: PlainFrame {
                institution: None,
                terminal_name: None,
                ..plain()
            },
            status: ServiceStatus::Running,
            status_text: "すべての機能を利用できます。".to_owned(),
            status_at: "2026年4月1日 8:25".to_owned(),
            ca_href: "/ca.pem".to_owned(),
            ca_fingerprint: "5F:0A:9C:31:77:E2:40:BB:1D:66:A9:0E:F3:82:15:C4:\
                             98:2B:6D:70:41:AC:DE:33:07:59:8E:F1:24:B6:90:1A"
                .to_owned(),
            centre_url: "https://localhost:8443".to_owned(),
            contact: "運用担当（デモ） 電話 0000-00-0000".to_owned(),
        };
        let degraded = Self {
            status: ServiceStatus::Degraded,
            status_text: "ログインに時間がかかっています。資格確認は利用できます。".to_owned(),
            ..running.clone()
        };
        vec![("running", running), ("degraded", degraded)]
    }
}

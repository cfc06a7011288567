//! The way in and out: start page, menu, good-bye.

use askama::Template;

use crate::web::layout::frame::{Frame, PlainFrame};
use crate::web::layout::sample::{Sample, frame, long_frame, master_frame, plain};

/// 開始画面: for a browser that itself holds the terminal's certificate.
#[derive(Template, Debug, Clone)]
#[template(path = "entry/start.html")]
pub struct StartPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Name of the institution in the certificate.
    pub institution: String,
    /// Its 医療機関コード.
    pub facility_code: String,
    /// Name of the terminal in the certificate.
    pub terminal_name: String,
    /// The certificate's last day.
    pub valid_until: String,
    /// Days until then.
    pub days: i64,
}

/// メニュー: everything that this kind of account may do.
#[derive(Template, Debug, Clone)]
#[template(path = "entry/menu.html")]
pub struct MenuPage {
    /// The surroundings; their navigation is the menu.
    pub frame: Frame,
}

/// ログアウト完了: the session has ended.
#[derive(Template, Debug, Clone)]
#[template(path = "entry/signed_out.html")]
pub struct SignedOutPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Why it ended, if it was not the person's own wish.
    pub ended: Option<String>,
    /// Where to log in again.
    pub login_href: String,
}

impl Sample for StartPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            institution: "霞が関みらい診療所".to_owned(),
            facility_code: "1311234567".to_owned(),
            terminal_name: "MIRAIONS01".to_owned(),
            valid_until: "2029年6月30日".to_owned(),
            days: 1186,
        };
        let soon = Self {
            days: 58,
            valid_until: "2026年5月29日".to_owned(),
            ..page.clone()
        };
        let now = Self {
            days: 3,
            valid_until: "2026年4月4日".to_owned(),
            ..page.clone()
        };
        vec![("valid", page), ("ends-soon", soon), ("ends-now", now)]
    }
}

impl Sample for MenuPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Frame {
            navigation: Vec::new(),
            ..frame()
        };
        vec![
            ("admin", Self { frame: frame() }),
            (
                "master",
                Self {
                    frame: master_frame(),
                },
            ),
            (
                "long-names",
                Self {
                    frame: long_frame(),
                },
            ),
            ("empty", Self { frame: empty }),
        ]
    }
}

impl Sample for SignedOutPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            ended: None,
            login_href: "/web/login".to_owned(),
        };
        let ended = Some(
            "受付2番の端末から同じアカウントでログインされたため、この画面の利用を終了しました。"
                .to_owned(),
        );
        vec![("by-hand", page.clone()), ("ended", Self { ended, ..page })]
    }
}

//! The way in and out: start page, menu, good-bye.

use askama::Template;
use onshi_core::terms::OPERATORS;

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

impl StartPage {
    fn is_of_operators(&self) -> bool {
        self.facility_code == OPERATORS
    }
}

/// メニュー: everything that this kind of account may do.
#[derive(Template, Debug, Clone)]
#[template(path = "entry/menu.html")]
pub struct MenuPage {
    /// The surroundings; their navigation is the menu.
    pub frame: Frame,
    /// What there is to look after.
    pub reminders: Vec<Reminder>,
}

/// Something that the menu reminds of.
#[derive(Debug, Clone)]
pub struct Reminder {
    /// Whether it can't wait.
    pub urgent: bool,
    /// What it is.
    pub text: String,
    /// Where it is looked after.
    pub href: &'static str,
    /// What that page is called.
    pub link: &'static str,
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
        let of = |frame| MenuPage {
            frame,
            reminders: Vec::new(),
        };
        let empty = Frame {
            navigation: Vec::new(),
            ..frame()
        };
        let reminder = |urgent, text: &str| Reminder {
            urgent,
            text: text.to_owned(),
            href: "/web/certificates",
            link: "端末・電子証明書の一覧",
        };
        let reminding = MenuPage {
            reminders: vec![
                reminder(
                    true,
                    "端末「MIRAIONS02」の電子証明書は、あと5日（2026年4月6日まで）です。",
                ),
                reminder(false, "アカウントの棚卸しの期限を過ぎています。"),
            ],
            ..of(frame())
        };
        vec![
            ("admin", of(frame())),
            ("reminders", reminding),
            ("master", of(master_frame())),
            ("long-names", of(long_frame())),
            ("empty", of(empty)),
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

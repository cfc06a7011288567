//! マイナ在宅受付Web（専用URL・二次元コード）.

use crate::web::layout::frame::Frame;
use crate::web::layout::qr;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// The address in force.
#[derive(Clone, Debug)]
pub struct Address {
    /// The URL.
    pub url: String,
    /// The same as a QR code, an SVG.
    pub code: String,
    /// When and by whom it was issued.
    pub issued: String,
}

/// What there is.
#[derive(Clone, Debug)]
pub enum State {
    /// The centre has no portal.
    NoPortal,
    /// The settings use no kind of care for it.
    NotUsed,
    /// There is no address.
    NotIssued,
    /// There is one.
    Issued(Box<Address>),
}

/// マイナ在宅受付Web（専用URL・二次元コード）.
#[derive(Clone, Debug, Template)]
#[template(path = "home_reception/home_reception.html")]
pub struct HomeReceptionPage {
    /// The surroundings.
    pub frame: Frame,
    /// For which kinds of care patients may consent there now.
    pub purposes: Vec<&'static str>,
    /// Whom to ask.
    pub contact: String,
    /// What there is.
    pub state: State,
}

/// The page that asks before the address is voided.
#[derive(Clone, Debug, Template)]
#[template(path = "home_reception/void.html")]
pub struct VoidHomeAddressPage {
    /// The surroundings.
    pub frame: Frame,
    /// The URL.
    pub url: String,
    /// By which it is named.
    pub token: String,
}

const URL: &str = "https://portal.example.jp/home/00112233445566778899aabbccddeeff";

impl Sample for HomeReceptionPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |purposes, state| HomeReceptionPage {
            frame: frame(),
            purposes,
            contact: "システムの実施機関".to_owned(),
            state,
        };
        let both = vec!["訪問診療等", "オンライン診療等"];
        let issued = || {
            State::Issued(Box::new(Address {
                url: URL.to_owned(),
                code: qr::svg(URL, super::CODE).unwrap_or_default(),
                issued: "2026年11月26日 9時41分 山田 太郎（Kanri01）".to_owned(),
            }))
        };
        vec![
            ("no-portal", page(Vec::new(), State::NoPortal)),
            ("not-used", page(Vec::new(), State::NotUsed)),
            ("not-issued", page(both.clone(), State::NotIssued)),
            ("issued", page(both, issued())),
            ("issued-not-used", page(Vec::new(), issued())),
        ]
    }
}

impl Sample for VoidHomeAddressPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = VoidHomeAddressPage {
            frame: frame(),
            url: URL.to_owned(),
            token: "00112233445566778899aabbccddeeff".to_owned(),
        };
        vec![("some", page)]
    }
}

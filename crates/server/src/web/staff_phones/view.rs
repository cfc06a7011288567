//! マイナ資格確認アプリ管理.

use crate::web::layout::form::{FieldError, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::qr;
use crate::web::layout::sample::{Sample, frame};
use crate::web::staff_phones::form::IssueField;
use askama::Template;
use onshi_core::staff_phone::PhoneState;

/// Whether phones can be activated here.
#[derive(Clone, Debug)]
pub enum State {
    /// The centre has no portal.
    NoPortal,
    /// The settings do not use visits at home.
    NotUsed,
    /// They can, at this URL.
    Used {
        /// The URL.
        url: String,
        /// The same as a QR code, an SVG.
        drawing: String,
    },
}

/// A code that was issued.
#[derive(Clone, Debug)]
pub enum CodeShown {
    /// It is shown now, and never again.
    Now {
        /// The code.
        code: String,
        /// For which phone.
        name: String,
        /// Until when it is good.
        until: String,
    },
    /// It was shown before, of this phone.
    Before(String),
}

/// A phone.
#[derive(Clone, Debug)]
pub struct PhoneRow {
    /// Its id.
    pub id: String,
    /// 端末名.
    pub name: String,
    /// What it is worth now.
    pub state: PhoneState,
    /// When and by whom its code was issued.
    pub issued: String,
    /// Until when the code may be used.
    pub code_until: Option<String>,
    /// When and with whose account it was activated.
    pub activated: Option<(String, String)>,
    /// When it was last used.
    pub last_seen: Option<String>,
    /// When it was voided.
    pub voided: Option<String>,
}

impl PhoneRow {
    /// 状態 in words.
    pub fn word(&self) -> &'static str {
        match self.state {
            PhoneState::Waiting => "コード未使用",
            PhoneState::Over => "コードの期限切れ",
            PhoneState::Active => "利用中",
            PhoneState::Voided => "無効",
        }
    }

    fn class(&self) -> &'static str {
        match self.state {
            PhoneState::Active => "active",
            PhoneState::Waiting => "locked",
            PhoneState::Over | PhoneState::Voided => "stopped",
        }
    }

    fn can_be_voided(&self) -> bool {
        self.voided.is_none()
    }
}

/// The phones of the institution's staff.
#[derive(Clone, Debug, Template)]
#[template(path = "staff_phones/staff_phones.html")]
pub struct StaffPhonesPage {
    /// The surroundings.
    pub frame: Frame,
    /// Whether phones can be activated here.
    pub state: State,
    /// Whom to ask.
    pub contact: String,
    /// How long a code is good.
    pub hours: i64,
    /// The phones.
    pub rows: Vec<PhoneRow>,
    /// Whether there are more than are shown.
    pub more: bool,
    /// A code that was issued just now.
    pub shown: Option<CodeShown>,
    /// The name that was typed.
    pub name: String,
    /// What is wrong with it.
    pub errors: Vec<FieldError<IssueField>>,
}

impl StaffPhonesPage {
    fn error(&self, field: IssueField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// The page that asks before a phone is voided.
#[derive(Clone, Debug, Template)]
#[template(path = "staff_phones/void.html")]
pub struct VoidStaffPhonePage {
    /// The surroundings.
    pub frame: Frame,
    /// The phone.
    pub row: PhoneRow,
}

fn phone(name: &str, state: PhoneState) -> PhoneRow {
    let active = state == PhoneState::Active;
    PhoneRow {
        id: format!("p{name}"),
        name: name.to_owned(),
        state,
        issued: "2026-11-26 09:41 山田 太郎（Kanri01）".to_owned(),
        code_until: (state == PhoneState::Waiting).then(|| "2026年11月29日 9時41分".to_owned()),
        activated: active.then(|| {
            (
                "2026-11-26 10:02".to_owned(),
                "架空 医師花子（Houmon01）".to_owned(),
            )
        }),
        last_seen: active.then(|| "2026-11-27 09:12".to_owned()),
        voided: (state == PhoneState::Voided).then(|| "2026-11-27 08:30".to_owned()),
    }
}

impl Sample for StaffPhonesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        const URL: &str = "https://portal.example.jp/visit/activation";
        let page = |state, rows, shown| StaffPhonesPage {
            frame: frame(),
            state,
            contact: "システムの実施機関".to_owned(),
            hours: 72,
            rows,
            more: false,
            shown,
            name: String::new(),
            errors: Vec::new(),
        };
        let used = || State::Used {
            url: URL.to_owned(),
            drawing: qr::svg(URL, super::CODE).unwrap_or_default(),
        };
        let rows = vec![
            phone("訪問1号機", PhoneState::Active),
            phone("訪問2号機", PhoneState::Waiting),
            phone("訪問3号機", PhoneState::Over),
            phone("訪問4号機", PhoneState::Voided),
        ];
        let issued = CodeShown::Now {
            code: "ABCD-EFGH-JKMN-PQRS".to_owned(),
            name: "訪問2号機".to_owned(),
            until: "2026年11月29日 9時41分".to_owned(),
        };
        let wrong = StaffPhonesPage {
            name: "訪問1号機".to_owned(),
            errors: vec![field_error(
                IssueField::Name,
                "この名前の端末は利用中です。ほかの名前にするか、利用中の端末を無効にしてから発行してください。",
            )],
            ..page(used(), rows.clone(), None)
        };
        vec![
            ("no-portal", page(State::NoPortal, Vec::new(), None)),
            ("not-used", page(State::NotUsed, rows.clone(), None)),
            ("none", page(used(), Vec::new(), None)),
            ("some", page(used(), rows.clone(), None)),
            ("issued", page(used(), rows.clone(), Some(issued))),
            (
                "shown-before",
                page(
                    used(),
                    rows,
                    Some(CodeShown::Before("訪問2号機".to_owned())),
                ),
            ),
            ("wrong", wrong),
        ]
    }
}

impl Sample for VoidStaffPhonePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |state| VoidStaffPhonePage {
            frame: frame(),
            row: phone("訪問1号機", state),
        };
        vec![
            ("active", page(PhoneState::Active)),
            ("waiting", page(PhoneState::Waiting)),
        ]
    }
}

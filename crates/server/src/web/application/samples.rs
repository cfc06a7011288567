//! Pages of applications with fictional contents.

use crate::web::application::facts;
use crate::web::application::form::{self, ApplicationField, CertificateField, ReceiptField};
use crate::web::application::view::{
    AccountShown, ApplicationFormPage, CertificateFormPage, CertificateShown, GuidePage,
    NoticePage, NoticeShown, ReviewPage, StatePage, StateShown, StatusPage, TakenPage,
};
use crate::web::layout::form::{Problem, field_error};
use crate::web::layout::frame::{FormTokens, PlainFrame};
use crate::web::layout::sample::{self, Sample};
use onshi_core::application::{ApplicationKind, CertificateProgress, Particulars};
use onshi_core::form::FormKey;

fn plain() -> PlainFrame {
    PlainFrame {
        institution: None,
        terminal_name: None,
        ..sample::plain()
    }
}

fn forms() -> FormTokens {
    FormTokens {
        key: FormKey::of_session("a sample's cookie"),
        seed: [3; 32],
    }
}

/// What a fictional clinic says.
pub(in crate::web) fn said() -> Particulars {
    let text = |text: &str| text.to_owned();
    Particulars {
        kind: text("start"),
        facility_code: text("1312345670"),
        institution_kind: text("clinic"),
        name: text("霞が関みらい診療所"),
        address: text("東京都千代田区霞が関0-0-0"),
        phone: text("03-0000-0000"),
        mail: text("soumu@mirai.example.jp"),
        responsible: text("架空 太郎"),
        line_kind: text("ip_vpn_ntt"),
        customer_id: text("CAF0000000000"),
        starts_in: text("2027-04"),
        tests_in: text(""),
        terminal_name: text("受付1号機"),
        department: text(""),
        remark: text(""),
    }
}

/// What it says of a terminal that is to have a certificate.
fn said_of_a_terminal() -> Particulars {
    Particulars {
        kind: ApplicationKind::Certificate.code().to_owned(),
        terminal_name: "受付2号機".to_owned(),
        department: "医事課".to_owned(),
        ..said()
    }
}

impl Sample for CertificateFormPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: plain(),
            forms: forms(),
            said: Particulars::default(),
            errors: Vec::new(),
            problem: None,
        };
        let wrong = Self {
            said: Particulars {
                terminal_name: String::new(),
                ..said_of_a_terminal()
            },
            errors: vec![field_error(
                CertificateField::TerminalName,
                "名称を50文字以内で入力してください（例：受付1号機）。",
            )],
            ..empty.clone()
        };
        vec![("empty", empty), ("wrong", wrong)]
    }
}

impl Sample for GuidePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            confirm_hours: 24,
            contact: "運用担当（デモ） 電話 0000-00-0000".to_owned(),
        };
        vec![("guide", page)]
    }
}

impl Sample for ApplicationFormPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: plain(),
            forms: forms(),
            said: Particulars::default(),
            errors: Vec::new(),
            problem: None,
        };
        let wrong = Self {
            said: Particulars {
                facility_code: "1312345678".to_owned(),
                customer_id: "お客さま".to_owned(),
                ..said()
            },
            errors: vec![
                field_error(
                    ApplicationField::FacilityCode,
                    "医療機関コードの検証番号（10桁目）が合いません。入力が正しければ0になります。",
                ),
                field_error(
                    ApplicationField::CustomerId,
                    "お客さまIDは英数字20文字までです（例：CAF1234567890）。分からないときは空欄のままにします。",
                ),
            ],
            ..empty.clone()
        };
        let too_many = Self {
            said: said(),
            problem: Some(Problem {
                title: "申請を受け付けられませんでした".to_owned(),
                what: "このメールアドレスでの申請が、短い期間に続いています。".to_owned(),
                next: "届いている確認のメールを開いて、申請を続けてください。".to_owned(),
            }),
            ..empty.clone()
        };
        vec![("empty", empty), ("wrong", wrong), ("too-many", too_many)]
    }
}

impl Sample for ReviewPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            forms: forms(),
            facts: facts(&said()),
            fields: form::fields(&said()),
            post_href: "/application",
        };
        let certificate = Self {
            facts: facts(&said_of_a_terminal()),
            fields: form::certificate_fields(&said_of_a_terminal()),
            post_href: "/application/certificate",
            ..page.clone()
        };
        vec![("review", page), ("certificate", certificate)]
    }
}

impl Sample for TakenPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            forms: forms(),
            receipt: "261127-482913".to_owned(),
            mail: "soumu@mirai.example.jp".to_owned(),
            confirm_hours: 24,
        };
        vec![("taken", page)]
    }
}

impl Sample for StatusPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: plain(),
            forms: forms(),
            receipt: String::new(),
            problem: None,
            errors: Vec::new(),
        };
        let wrong = Self {
            receipt: "261127-482913".to_owned(),
            problem: Some(Problem {
                title: "手続きを進められませんでした".to_owned(),
                what: "受付番号または確認コードが違います。".to_owned(),
                next: "申請のときのメールに書かれた受付番号と確認コードを見比べて、もう一度入力してください。"
                    .to_owned(),
            }),
            ..empty.clone()
        };
        let slip = Self {
            receipt: "261127-482913".to_owned(),
            errors: vec![field_error(
                ReceiptField::Code,
                "コードは16文字です（いまは15文字）。控えのとおりに入力してください。",
            )],
            ..empty.clone()
        };
        vec![("empty", empty), ("wrong", wrong), ("slip", slip)]
    }
}

impl Sample for StatePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let shown = StateShown {
            receipt: "261127-482913".to_owned(),
            code: "7K3M-Q2XD-9FHA-VT4M".to_owned(),
            kind: "利用開始".to_owned(),
            state: "received".to_owned(),
            state_label: "審査中".to_owned(),
            facility_code: "1312345670".to_owned(),
            name: "霞が関みらい診療所".to_owned(),
            made_at: "2026年11月27日 9:30".to_owned(),
            decided_at: None,
            reason: None,
            notice_at: None,
            has_notice_waiting: false,
            may_be_withdrawn: true,
            certificate: None,
            at: "2026年11月27日 10:15".to_owned(),
        };
        let page = |shown: StateShown| Self {
            frame: plain(),
            forms: forms(),
            shown,
            contact: "運用担当（デモ） 電話 0000-00-0000".to_owned(),
        };
        let approved = StateShown {
            state: "approved".to_owned(),
            state_label: "承認".to_owned(),
            decided_at: Some("2026年11月28日 14:00".to_owned()),
            has_notice_waiting: true,
            may_be_withdrawn: false,
            ..shown.clone()
        };
        let drawn = StateShown {
            notice_at: Some("2026年11月28日 15:20".to_owned()),
            has_notice_waiting: false,
            ..approved.clone()
        };
        let rejected = StateShown {
            state: "rejected".to_owned(),
            state_label: "不承認".to_owned(),
            decided_at: Some("2026年11月28日 14:00".to_owned()),
            reason: Some("届出の電話番号と違うため、確認の電話がつながりませんでした。".to_owned()),
            ..shown.clone()
        };
        let certificate = |progress: CertificateProgress| StateShown {
            kind: ApplicationKind::Certificate.label().to_owned(),
            state_label: progress.label().to_owned(),
            certificate: Some(CertificateShown {
                progress: progress.code().to_owned(),
                terminal_name: "受付2号機".to_owned(),
                department: "医事課".to_owned(),
            }),
            ..approved.clone()
        };
        let issued = StateShown {
            may_be_withdrawn: true,
            ..certificate(CertificateProgress::Issued)
        };
        let past = |progress| StateShown {
            has_notice_waiting: false,
            notice_at: drawn.notice_at.clone(),
            ..certificate(progress)
        };
        let (fetched, revoked) = (
            past(CertificateProgress::Fetched),
            past(CertificateProgress::Revoked),
        );
        vec![
            ("certificate-issued", page(issued)),
            ("certificate-fetched", page(fetched)),
            ("certificate-revoked", page(revoked)),
            ("received", page(shown)),
            ("approved", page(approved)),
            ("drawn", page(drawn)),
            ("rejected", page(rejected)),
        ]
    }
}

/// What a fictional notice says.
pub(in crate::web) fn notice() -> NoticeShown {
    let account = |kind: &str, user_id: &str, code: &str| AccountShown {
        kind: kind.to_owned(),
        user_id: user_id.to_owned(),
        code: code.to_owned(),
        until: "2026年12月1日 15:20".to_owned(),
    };
    NoticeShown {
        receipt: "261127-482913".to_owned(),
        facility_code: "1312345670".to_owned(),
        facility_name: "霞が関みらい診療所".to_owned(),
        centre_url: "https://centre.example.jp:8443".to_owned(),
        accounts: vec![
            account("マスタアカウント", "master048213", "7K3M-Q2XD-9FHA-VT4M"),
            account(
                "マスタアカウントリセット用アカウント",
                "reset771204",
                "D4RT-WX8P-2MNB-HJ6C",
            ),
        ],
        secret_number: "0482-7719-3305".to_owned(),
        terminal_name: "受付1号機".to_owned(),
        enrolment_code: "A2B3-C4D5-E6F7-G8H9-J2K3-M4N5".to_owned(),
        enrolment_until: "2027年5月27日 15:20".to_owned(),
    }
}

impl Sample for NoticePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: plain(),
            shown: notice(),
            pdf: "/application/notice.pdf?result=AAAA".to_owned(),
            minutes: 30,
        };
        let certificate = Self {
            shown: NoticeShown {
                accounts: Vec::new(),
                secret_number: String::new(),
                terminal_name: "受付2号機".to_owned(),
                ..notice()
            },
            ..page.clone()
        };
        vec![("notice", page), ("certificate", certificate)]
    }
}

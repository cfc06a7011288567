//! The pages of マイナ資格確認アプリ with fictional contents.

use crate::web::eligibility::view::sample_answer;
use crate::web::home::form::HomeField;
use crate::web::home::view::KindRow;
use crate::web::layout::form::{Lock, Problem, choice, field_error};
use crate::web::layout::frame::{FormTokens, PlainFrame, SessionEnd};
use crate::web::layout::sample::{Sample, plain};
use crate::web::visit::view::{
    ActivationPage, CardPage, ConsentPage, LoginPage, MenuPage, ResultPage, SecondStepPage,
    SignPage, TakeoverPage, Told, VisitFrame,
};
use onshi_core::form::FormKey;
use onshi_core::home_reception::OnVisit;
use onshi_core::permission::Scope;

fn around() -> PlainFrame {
    PlainFrame {
        terminal_name: Some("訪問1号機".to_owned()),
        ..plain()
    }
}

fn frame() -> VisitFrame {
    VisitFrame {
        plain: around(),
        facility_code: "1311234567".to_owned(),
        account_name: "架空 医師花子".to_owned(),
        user_id: "Houmon01".to_owned(),
        session: SessionEnd {
            idle_seconds: 1800,
            left_seconds: 28_800,
        },
    }
}

fn forms() -> FormTokens {
    FormTokens {
        key: FormKey::of_session("a sample's cookie"),
        seed: [1; 32],
    }
}

fn told(by_eye: bool) -> Told {
    Told::of(&OnVisit {
        by_eye,
        kinds: vec![(Scope::Medicines, true), (Scope::Checkups, false)],
    })
}

fn problem(title: &str, what: &str, next: &str) -> Problem {
    Problem {
        title: title.to_owned(),
        what: what.to_owned(),
        next: next.to_owned(),
    }
}

impl Sample for ActivationPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let first = ActivationPage {
            frame: PlainFrame {
                institution: None,
                terminal_name: None,
                ..plain()
            },
            forms: forms(),
            facility_code: String::new(),
            user_id: String::new(),
            code: String::new(),
            problem: None,
            lock: None,
        };
        let wrong = ActivationPage {
            facility_code: "1311234567".to_owned(),
            user_id: "Houmon01".to_owned(),
            code: "ABCD-EFGH-JKMN-PQRS".to_owned(),
            problem: Some(problem(
                "利用を開始できませんでした",
                "マイナ資格確認アプリには、医療情報閲覧アカウントでログインします。",
                "この端末のために登録した医療情報閲覧アカウントで、もう一度ログインしてください。",
            )),
            ..first.clone()
        };
        vec![("first", first), ("wrong", wrong)]
    }
}

impl Sample for LoginPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let first = LoginPage {
            frame: around(),
            forms: forms(),
            user_id: String::new(),
            problem: None,
            lock: None,
            ended: None,
        };
        let locked = LoginPage {
            user_id: "Houmon01".to_owned(),
            problem: Some(problem(
                "ログインできませんでした",
                "続けて失敗したため、アカウントを守るためにロックしています。",
                "時間が過ぎるのを待つか、管理アカウントの方にロック解除を依頼してください。",
            )),
            lock: Some(Lock {
                until: "10時15分".to_owned(),
                remaining_seconds: 742,
            }),
            ..first.clone()
        };
        let ended = LoginPage {
            ended: Some(
                "一定時間操作がなかったため、ログアウトしました。もう一度ログインしてください。"
                    .to_owned(),
            ),
            ..first.clone()
        };
        vec![("first", first), ("locked", locked), ("ended", ended)]
    }
}

impl Sample for SecondStepPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let first = SecondStepPage {
            frame: around(),
            forms: forms(),
            user_id: "Houmon01".to_owned(),
            ticket: "t-0123456789abcdef".to_owned(),
            has_totp: true,
            codes_left: 8,
            problem: None,
        };
        let wrong = SecondStepPage {
            codes_left: 0,
            problem: Some(problem(
                "確認できませんでした",
                "確認コードが違うか、すでに使われています。",
                "認証アプリに表示されている新しいコードを入力してください。",
            )),
            ..first.clone()
        };
        let recovery = SecondStepPage {
            has_totp: false,
            codes_left: 9,
            ..first.clone()
        };
        let nothing = SecondStepPage {
            has_totp: false,
            codes_left: 0,
            ..first.clone()
        };
        vec![
            ("first", first),
            ("wrong", wrong),
            ("recovery", recovery),
            ("nothing", nothing),
        ]
    }
}

impl Sample for TakeoverPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = TakeoverPage {
            frame: around(),
            forms: forms(),
            user_id: "Houmon01".to_owned(),
            ticket: "t-0123456789abcdef".to_owned(),
            terminal: "MIRAIONS02".to_owned(),
            since: "2026年11月27日 8時31分".to_owned(),
            last_active: "2026年11月27日 9時12分".to_owned(),
        };
        vec![("some", page)]
    }
}

impl Sample for MenuPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = MenuPage {
            frame: frame(),
            forms: forms(),
        };
        vec![("some", page)]
    }
}

impl Sample for ConsentPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let kind = |kind: Scope| KindRow {
            field: HomeField::of_kind(kind).unwrap_or(HomeField::Medicines),
            label: kind.label(),
            includes: kind.includes(),
            choices: vec![
                choice("1", "同意する", false),
                choice("0", "同意しない", false),
            ],
        };
        let kinds = [Scope::Medicines, Scope::Treatment, Scope::Checkups].map(kind);
        let first = ConsentPage {
            frame: frame(),
            ways: vec![
                choice("pin", "暗証番号（患者が入力する）", false),
                choice(
                    "eye",
                    "目視確認（カードの顔写真と、患者の顔を見比べた）",
                    false,
                ),
            ],
            all: String::new(),
            kinds: kinds.to_vec(),
            errors: Vec::new(),
        };
        let errors = ConsentPage {
            errors: vec![field_error(
                HomeField::Way,
                "本人確認の方法を選んでください。",
            )],
            all: "0".to_owned(),
            ..first.clone()
        };
        vec![("first", first), ("errors", errors)]
    }
}

impl Sample for SignPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |by_eye| SignPage {
            frame: frame(),
            sign_href: "http://127.0.0.1:8447/sign?statement=AAAA&back=/visit".to_owned(),
            again_href: "/visit/consent".to_owned(),
            until: "9時51分".to_owned(),
            told: told(by_eye),
        };
        vec![("pin", page(false)), ("eye", page(true))]
    }
}

impl Sample for CardPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = CardPage {
            frame: frame(),
            forms: forms(),
            fields: vec![
                ("way", "pin".to_owned()),
                ("challenge", "AAAA".to_owned()),
                ("certificate", "BBBB".to_owned()),
                ("signature", "CCCC".to_owned()),
            ],
            told: told(false),
        };
        vec![("some", page)]
    }
}

impl Sample for ResultPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |by_eye| ResultPage {
            frame: frame(),
            answer: sample_answer(),
            told: told(by_eye),
            given: "2026年11月27日 9時41分".to_owned(),
        };
        vec![("pin", page(false)), ("eye", page(true))]
    }
}

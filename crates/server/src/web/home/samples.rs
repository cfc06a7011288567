//! The pages of マイナ在宅受付Web with fictional contents.

use crate::web::home::form::HomeField;
use crate::web::home::view::{
    CardPage, ConsentPage, ConsentRow, ConsentsPage, KindRow, Registered, RegisteredPage, SignPage,
    Task, Told, TopPage, Withdrawn, WithdrawnPage,
};
use crate::web::layout::form::{choice, field_error};
use crate::web::layout::frame::{FormTokens, PlainFrame};
use crate::web::layout::sample::{Sample, plain};
use onshi_core::consent::Purpose;
use onshi_core::form::FormKey;
use onshi_core::permission::Scope;
use onshi_core::{Day, home_reception};

const BASE: &str = "/home/00112233445566778899aabbccddeeff";
const INSTITUTION: &str = "霞が関みらい診療所";

fn around() -> PlainFrame {
    PlainFrame {
        institution: Some(INSTITUTION.to_owned()),
        terminal_name: None,
        help: None,
        ..plain()
    }
}

fn online() -> Told {
    let kinds = [(Scope::Medicines, true), (Scope::Checkups, false)];
    let choice = home_reception::Choice {
        purpose: Purpose::Online,
        booked: Day::parse("20261201"),
        kinds: kinds.to_vec(),
    };
    Told::of(&choice)
}

fn tasks() -> [(&'static str, Task); 3] {
    [
        ("register", Task::Register(online())),
        ("inquire", Task::Inquire),
        ("withdraw", Task::Withdraw),
    ]
}

impl Sample for TopPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |purposes| TopPage {
            frame: around(),
            base: BASE.to_owned(),
            institution: INSTITUTION.to_owned(),
            purposes,
        };
        vec![
            ("both", page(vec!["訪問診療等", "オンライン診療等"])),
            ("not-used", page(Vec::new())),
        ]
    }
}

impl Sample for ConsentPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let kind = |kind: Scope, agreed: &str| KindRow {
            field: HomeField::of_kind(kind).unwrap_or(HomeField::Medicines),
            label: kind.label(),
            includes: kind.includes(),
            choices: vec![
                choice("1", "同意する", agreed == "1"),
                choice("0", "同意しない", agreed == "0"),
            ],
        };
        let all = |agreed| {
            let kinds = [
                Scope::Medicines,
                Scope::Treatment,
                Scope::Surgery,
                Scope::Checkups,
            ];
            kinds.map(|one| kind(one, agreed)).to_vec()
        };
        let first = ConsentPage {
            frame: around(),
            base: BASE.to_owned(),
            institution: INSTITUTION.to_owned(),
            purposes: vec![
                choice("2", "訪問診療等", false),
                choice("3", "オンライン診療等", false),
            ],
            asks_for_day: true,
            fixed_day: None,
            booked: String::new(),
            day_help: "オンライン診療等のときに入力します（2026年11月27日から2027年2月28日まで）。"
                .to_owned(),
            all: String::new(),
            kinds: all(""),
            is_update: false,
            errors: Vec::new(),
        };
        let errors = vec![
            field_error(HomeField::Purpose, "診療の種類を選んでください。"),
            field_error(HomeField::Booked, "予約した診療日を入力してください。"),
            field_error(HomeField::All, "すべて同意するかを選んでください。"),
            field_error(HomeField::Medicines, "同意するかを選んでください。"),
        ];
        let wrong = ConsentPage {
            errors,
            all: "0".to_owned(),
            ..first.clone()
        };
        let update = ConsentPage {
            purposes: vec![
                choice("2", "訪問診療等", false),
                choice("3", "オンライン診療等", true),
            ],
            fixed_day: Day::parse("20261201"),
            booked: "2026-12-01".to_owned(),
            is_update: true,
            all: "0".to_owned(),
            kinds: all("1"),
            ..first.clone()
        };
        let home_visits = ConsentPage {
            purposes: vec![choice("2", "訪問診療等", true)],
            asks_for_day: false,
            kinds: Vec::new(),
            ..first.clone()
        };
        vec![
            ("first", first),
            ("wrong", wrong),
            ("update", update),
            ("home-visits-alone", home_visits),
        ]
    }
}

impl Sample for SignPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |task| SignPage {
            frame: around(),
            base: BASE.to_owned(),
            institution: INSTITUTION.to_owned(),
            sign_href: "http://127.0.0.1:8447/sign?statement=AAAA&back=/home".to_owned(),
            until: "9時51分".to_owned(),
            task,
        };
        tasks().map(|(name, task)| (name, page(task))).into()
    }
}

impl Sample for CardPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |task| CardPage {
            frame: around(),
            forms: FormTokens {
                key: FormKey::of_session("a sample's cookie"),
                seed: [1; 32],
            },
            base: BASE.to_owned(),
            institution: INSTITUTION.to_owned(),
            fields: vec![
                ("challenge", "AAAA".to_owned()),
                ("certificate", "BBBB".to_owned()),
                ("signature", "CCCC".to_owned()),
            ],
            task,
        };
        tasks().map(|(name, task)| (name, page(task))).into()
    }
}

impl Sample for RegisteredPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = RegisteredPage {
            frame: around(),
            base: BASE.to_owned(),
            institution: INSTITUTION.to_owned(),
            done: Registered {
                name: "架空　花子".to_owned(),
                told: online(),
                given: "2026年11月27日 9時41分".to_owned(),
                until: "2026年12月2日 0時00分まで".to_owned(),
            },
        };
        vec![("some", page)]
    }
}

impl Sample for ConsentsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |purpose: Purpose, booked: Option<&str>, kind: Scope| ConsentRow {
            purpose: purpose.code().to_owned(),
            purpose_label: purpose.label().to_owned(),
            booked: booked.map(str::to_owned),
            kind: kind.code().to_owned(),
            kind_label: kind.label().to_owned(),
            given: "2026年11月27日 9時41分".to_owned(),
            until: "取り消すまで".to_owned(),
        };
        let page = |rows| ConsentsPage {
            frame: around(),
            base: BASE.to_owned(),
            institution: INSTITUTION.to_owned(),
            name: "架空　花子".to_owned(),
            at: "2026年11月27日 9時45分".to_owned(),
            rows,
            offered: vec![Purpose::HomeVisit.code(), Purpose::Online.code()],
        };
        let some = vec![
            row(Purpose::Outpatient, None, Scope::Medicines),
            row(Purpose::HomeVisit, None, Scope::Medicines),
            row(Purpose::HomeVisit, None, Scope::Checkups),
            row(Purpose::Online, Some("2026-12-01"), Scope::Medicines),
        ];
        vec![("some", page(some)), ("none", page(Vec::new()))]
    }
}

impl Sample for WithdrawnPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = WithdrawnPage {
            frame: around(),
            base: BASE.to_owned(),
            institution: INSTITUTION.to_owned(),
            done: Withdrawn {
                name: "架空　花子".to_owned(),
                count: 3,
            },
        };
        vec![("some", page)]
    }
}

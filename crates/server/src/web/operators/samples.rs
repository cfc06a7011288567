//! Samples of the operators' screens.

use crate::web::layout::form::fact;
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use crate::web::operators::view::{
    ApplicationListPage, ApplicationPage, ApplicationRow, ApplicationShown, Decision, FourEyes,
    states,
};

/// The frame of a page at the operators.
pub(super) fn at_the_operators() -> Frame {
    Frame {
        institution: "実施機関".to_owned(),
        facility_code: onshi_core::operator::FacilityCode::of_operators()
            .as_str()
            .to_owned(),
        kind_label: "実施機関の担当者".to_owned(),
        ..frame()
    }
}

fn row(receipt: &str, state: (&str, &'static str), first_by: Option<&str>) -> ApplicationRow {
    ApplicationRow {
        receipt: receipt.to_owned(),
        state_label: state.0.to_owned(),
        state_class: state.1,
        kind: "利用開始",
        facility_code: "1311234567".to_owned(),
        name: "霞が関みらい診療所".to_owned(),
        made: "2026年11月2日 9:00".to_owned(),
        first_by: first_by.map(str::to_owned),
    }
}

impl Sample for ApplicationListPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |rows, waits| ApplicationListPage {
            frame: at_the_operators(),
            states: states(""),
            waits,
            is_cut: false,
            rows,
        };
        let rows = vec![
            row("261102-123456", ("審査中", "unused"), None),
            row(
                "261102-654321",
                ("審査中（一人目が承認）", "unused"),
                Some("tanto01"),
            ),
            row("261101-111111", ("承認", "active"), None),
        ];
        vec![
            ("some", page(rows, false)),
            ("none", page(Vec::new(), true)),
        ]
    }
}

fn shown(four_eyes: FourEyes, decisions: Vec<Decision>) -> ApplicationShown {
    ApplicationShown {
        receipt: "261102-123456".to_owned(),
        state_label: "審査中".to_owned(),
        state_class: "unused",
        kind: "マスタ・リセット用アカウントの再発行",
        made: "2026年11月2日 9:00".to_owned(),
        confirmed: Some("2026年11月2日 9:05".to_owned()),
        first_by: None,
        decided: None,
        reason: None,
        notice: None,
        four_eyes,
        facts: vec![
            fact("名称", "霞が関みらい診療所"),
            fact("電話番号", "03-0000-0000"),
        ],
        registered: vec![fact("名称", "霞が関みらい診療所")],
        doubts: Vec::new(),
        decisions,
    }
}

impl Sample for ApplicationPage {
    fn samples() -> Vec<(&'static str, Self)> {
        use Decision::{Approve, Reissue, Reject};
        let page = |shown| ApplicationPage {
            frame: at_the_operators(),
            shown,
        };
        let first = || Some("tanto01".to_owned());
        let open = || vec![Approve, Reject];
        let doubtful = ApplicationShown {
            registered: Vec::new(),
            doubts: vec!["この医療機関コードは登録されていません。承認できません。"],
            ..shown(FourEyes::None, open())
        };
        let own = ApplicationShown {
            first_by: first(),
            ..shown(FourEyes::Own("tanto01".to_owned()), vec![Reject])
        };
        let second = ApplicationShown {
            first_by: first(),
            ..shown(FourEyes::Second("tanto01".to_owned()), open())
        };
        let decided = ApplicationShown {
            state_label: "承認".to_owned(),
            state_class: "active",
            first_by: first(),
            decided: Some(("2026年11月3日 9:00".to_owned(), "tanto02".to_owned())),
            notice: Some("2026年11月4日 9:00".to_owned()),
            ..shown(FourEyes::None, vec![Reissue])
        };
        vec![
            ("first", page(shown(FourEyes::First, open()))),
            ("own", page(own)),
            ("second", page(second)),
            ("doubtful", page(doubtful)),
            ("decided", page(decided)),
        ]
    }
}

//! Samples of the operators' screens about openings.

use super::form::{OpeningField, OpeningForm, OpeningRequestField};
use super::view::{
    ExtendPage, NewOpeningPage, OpeningListPage, OpeningRequestPage, OpeningRequestsPage,
    OpeningRow, RequestRow,
};
use crate::web::layout::form::{Choice, choice, fact, field_error};
use crate::web::layout::sample::Sample;
use crate::web::operators::samples::at_the_operators;
use onshi_core::Moment;

const FAILURE: &str = "資格情報照会（システム障害時）";
const DISASTER: &str = "災害時医療情報閲覧";

fn functions() -> Vec<Choice> {
    vec![
        choice("check_eligibility_in_failure", FAILURE, true),
        choice("view_in_disaster", DISASTER, false),
    ]
}

fn row(state: (&'static str, &'static str), is_open: bool) -> OpeningRow {
    OpeningRow {
        notice: "n7f3a09c251de".to_owned(),
        function: DISASTER,
        places: "都道府県 17、市区町村 13101".to_owned(),
        period: "2026年11月26日 9:00から2026年11月29日 9:00まで".to_owned(),
        reason: "架空県の地震のため".to_owned(),
        state,
        extends: None,
        open_until: is_open.then(|| Moment::from_ms(0)),
    }
}

impl Sample for OpeningListPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let extension = OpeningRow {
            extends: Some("n7f3a09c251de".to_owned()),
            notice: "n7f3a09c251df".to_owned(),
            ..row(("開放前", "future"), true)
        };
        let some = Self {
            frame: at_the_operators(),
            is_cut: false,
            rows: vec![
                extension,
                row(("開放中", "active"), true),
                row(("閉塞", "stopped"), false),
                row(("終了", "expired"), false),
            ],
        };
        let cut = Self {
            is_cut: true,
            ..some.clone()
        };
        let none = Self {
            rows: Vec::new(),
            ..some.clone()
        };
        vec![("some", some), ("cut", cut), ("none", none)]
    }
}

impl Sample for NewOpeningPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: at_the_operators(),
            functions: functions(),
            values: OpeningForm::default(),
            errors: Vec::new(),
        };
        let wrong = Self {
            values: OpeningForm {
                facilities: "1312345670".to_owned(),
                until: "2026-11-26T09:00".to_owned(),
                ..OpeningForm::default()
            },
            errors: vec![
                field_error(
                    OpeningField::Facilities,
                    "1312345670：医療機関コードの検証番号（10桁目）が合いません。",
                ),
                field_error(
                    OpeningField::Until,
                    "閉塞の日時は、開放の日時より後にしてください。",
                ),
                field_error(
                    OpeningField::Reason,
                    "理由を200文字以内で入力してください。",
                ),
            ],
            ..empty.clone()
        };
        vec![("empty", empty), ("errors", wrong)]
    }
}

impl Sample for ExtendPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            frame: at_the_operators(),
            row: row(("開放中", "active"), true),
            until: String::new(),
            reason: String::new(),
            errors: Vec::new(),
        };
        let wrong = Self {
            errors: vec![field_error(
                OpeningField::Until,
                "いまの期限（2026年11月29日 9:00）より後の日時にしてください。",
            )],
            ..open.clone()
        };
        let over = Self {
            row: row(("終了", "expired"), false),
            ..open.clone()
        };
        vec![("open", open), ("errors", wrong), ("over", over)]
    }
}

impl Sample for OpeningRequestsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let asked = |call_back: Option<&str>, settled: Option<&str>| RequestRow {
            id: "q7f3a09c251de".to_owned(),
            at: "2026年11月26日 9:41".to_owned(),
            code: "1312345673".to_owned(),
            name: "霞が関みらい診療所".to_owned(),
            function: FAILURE,
            reason: "回線の障害で、カードリーダーが使えない".to_owned(),
            contact: "山田 太郎".to_owned(),
            call_back: call_back.map(str::to_owned),
            settled: settled.map(str::to_owned),
        };
        let some = Self {
            frame: at_the_operators(),
            states: vec![
                choice("", "対応を待っているもの", true),
                choice("all", "すべて", false),
            ],
            waits: true,
            is_cut: false,
            rows: vec![
                asked(Some("03-0000-0000"), None),
                asked(None, None),
                asked(
                    Some("03-0000-0000"),
                    Some("2026年11月25日 13:10 17時まで開放しました"),
                ),
            ],
        };
        let cut = Self {
            is_cut: true,
            ..some.clone()
        };
        let none = Self {
            rows: Vec::new(),
            ..some.clone()
        };
        vec![("some", some), ("cut", cut), ("none", none)]
    }
}

impl Sample for OpeningRequestPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            frame: at_the_operators(),
            id: "q7f3a09c251de".to_owned(),
            facts: vec![
                fact("依頼した日時", "2026年11月26日 9:41"),
                fact("名称", "霞が関みらい診療所"),
                fact("機能", FAILURE),
                fact("理由", "回線の障害で、カードリーダーが使えない"),
                fact("担当者", "山田 太郎"),
            ],
            call_back: Some("03-0000-0000".to_owned()),
            settled: None,
            open_href: "/web/openings/new?facilities=1312345673".to_owned(),
            remark: String::new(),
            errors: Vec::new(),
        };
        let wrong = Self {
            call_back: None,
            errors: vec![field_error(
                OpeningRequestField::Remark,
                "理由を200文字以内で入力してください。",
            )],
            ..open.clone()
        };
        let settled = Self {
            settled: Some("2026年11月26日 10:02 17時まで開放しました".to_owned()),
            ..open.clone()
        };
        vec![("open", open), ("errors", wrong), ("settled", settled)]
    }
}

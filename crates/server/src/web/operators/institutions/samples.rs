//! Samples of the operators' screens about institutions.

use super::account_deed::AccountDeed;
use super::view::{
    AccountListPage, AccountRow, ActivationIssuedPage, InstitutionAccountPage, InstitutionDeed,
    InstitutionListPage, InstitutionPage, InstitutionRow, TerminalListPage, TerminalRow,
};
use crate::web::accounts::list_view::AccountState;
use crate::web::layout::form::{choice, fact};
use crate::web::layout::sample::Sample;
use crate::web::operators::samples::at_the_operators;

const CODE: &str = "1312345673";
const NAME: &str = "霞が関みらい診療所";

impl Sample for InstitutionListPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |code: &str, name: &str, is_stopped| InstitutionRow {
            code: code.to_owned(),
            name: name.to_owned(),
            is_stopped,
            registered: "2026年4月1日".to_owned(),
        };
        let some = Self {
            frame: at_the_operators(),
            q: "みらい".to_owned(),
            states: vec![
                choice("", "すべて", true),
                choice("stopped", "停止中", false),
            ],
            is_filtered: true,
            is_cut: false,
            rows: vec![
                row(CODE, NAME, false),
                row("1412345671", "架空みらい薬局", true),
            ],
        };
        let cut = Self {
            q: String::new(),
            is_filtered: false,
            is_cut: true,
            ..some.clone()
        };
        let none = Self {
            rows: Vec::new(),
            ..some.clone()
        };
        let empty = Self {
            q: String::new(),
            is_filtered: false,
            ..none.clone()
        };
        vec![
            ("some", some),
            ("cut", cut),
            ("none", none),
            ("empty", empty),
        ]
    }
}

impl Sample for InstitutionPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let active = Self {
            frame: at_the_operators(),
            code: CODE.to_owned(),
            name: NAME.to_owned(),
            stopped: None,
            facts: vec![
                fact("登録日", "2026年4月1日"),
                fact("電話番号（届出）", "03-0000-0000"),
                fact("メールアドレス", "登録なし"),
                fact("連携システムの文字コード", "UTF-8"),
            ],
            deed: InstitutionDeed::Stop,
        };
        let stopped = Self {
            stopped: Some((
                "2026年11月2日 9:00".to_owned(),
                "廃止の届出があったため".to_owned(),
            )),
            deed: InstitutionDeed::Resume,
            ..active.clone()
        };
        vec![("active", active), ("stopped", stopped)]
    }
}

impl Sample for TerminalListPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |terminal: &str, state| TerminalRow {
            terminal: terminal.to_owned(),
            serial: "6691204d77dd0028fafbda0a63dce343".to_owned(),
            state,
            until: "2029年6月30日".to_owned(),
            left: Some("あと1186日（約3年3か月）".to_owned()),
            contact: Some("2026年3月31日 17:42".to_owned()),
            revoked: None,
            may_be_revoked: true,
        };
        let some = Self {
            frame: at_the_operators(),
            code: CODE.to_owned(),
            name: NAME.to_owned(),
            is_cut: false,
            rows: vec![
                row("MIRAIONS01", ("有効", "active")),
                TerminalRow {
                    contact: None,
                    left: None,
                    revoked: Some(("2026年5月20日".to_owned(), "端末の盗難のため".to_owned())),
                    may_be_revoked: false,
                    ..row("MIRAIONS02", ("失効", "retired"))
                },
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

impl Sample for AccountListPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |user_id: &str, kind, state| AccountRow {
            id: "a1".to_owned(),
            user_id: user_id.to_owned(),
            name: "山田 太郎".to_owned(),
            kind,
            state,
            last_login: Some("2026年3月31日 17:42".to_owned()),
        };
        let some = Self {
            frame: at_the_operators(),
            code: CODE.to_owned(),
            name: NAME.to_owned(),
            q: String::new(),
            total: 3,
            rows: vec![
                AccountRow {
                    last_login: None,
                    ..row("M01312345", "マスタアカウント", AccountState::NeverUsed)
                },
                row("yamada01", "管理アカウント", AccountState::Locked),
                row("sato.hanako", "一般アカウント", AccountState::Active),
            ],
        };
        let cut = Self {
            total: 250,
            ..some.clone()
        };
        let none = Self {
            q: "suzuki".to_owned(),
            total: 0,
            rows: Vec::new(),
            ..some.clone()
        };
        vec![("some", some), ("cut", cut), ("none", none)]
    }
}

impl Sample for InstitutionAccountPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let awaited = Self {
            frame: at_the_operators(),
            code: CODE.to_owned(),
            id: "a1".to_owned(),
            user_id: "M01312345".to_owned(),
            state: AccountState::NeverUsed,
            facts: vec![
                fact("医療機関コード", CODE),
                fact("名称", NAME),
                fact("アカウント種別", "マスタアカウント"),
                fact("二要素認証", "登録なし"),
            ],
            deeds: vec![AccountDeed::Activate],
            elsewhere: None,
        };
        let locked = Self {
            user_id: "yamada01".to_owned(),
            state: AccountState::Locked,
            deeds: vec![AccountDeed::Unlock, AccountDeed::ResetFactor],
            elsewhere: Some(
                "パスワードの初期化と利用開始コードの発行は、医療機関等のマスタアカウントが行います。",
            ),
            ..awaited.clone()
        };
        vec![("awaited", awaited), ("locked", locked)]
    }
}

impl Sample for ActivationIssuedPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let once = Self {
            frame: at_the_operators(),
            code: CODE.to_owned(),
            name: NAME.to_owned(),
            user_id: "M01312345".to_owned(),
            kind: "マスタアカウント",
            secret: Some("7K3M-Q2XD-9FHA-VT4M".to_owned()),
            until: "2026年4月4日 8時31分".to_owned(),
            again_href: "/web/institutions/1312345673/accounts/a1/activate".to_owned(),
            back_href: "/web/institutions/1312345673/accounts/a1".to_owned(),
        };
        let shown_before = Self {
            secret: None,
            ..once.clone()
        };
        vec![("once", once), ("shown-before", shown_before)]
    }
}

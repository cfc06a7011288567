//! The first passwords of many accounts, each on a slip of its own that is handed to whom it belongs.

use crate::web::accounts::issue_view::characters;
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// What one person is handed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Slip {
    pub user_id: String,
    pub name: String,
    /// 権限区分.
    pub kind: &'static str,
    /// Whether a program holds it.
    pub is_system: bool,
    /// The account's own page.
    pub href: String,
    /// The password, this once.
    pub password: Option<String>,
}

/// アカウント登録完了（一括）.
#[derive(Clone, Debug, Template)]
#[template(path = "accounts/bulk/registered.html")]
pub struct BulkIssuedPage {
    /// The surroundings.
    pub frame: Frame,
    /// The address of the list, such as `/web/accounts`.
    pub accounts_base: String,
    /// Name and code of the institution.
    pub institution: String,
    /// Whether the passwords are here; they were shown before otherwise.
    pub shown: bool,
    /// Every account that was registered.
    pub slips: Vec<Slip>,
    /// User id and reason of the rows that were not.
    pub left: Vec<(String, String)>,
    /// The same as they were typed, to be mended.
    pub text: String,
    /// Where the report is as a file.
    pub report: String,
}

impl BulkIssuedPage {
    fn characters(&self, password: &str) -> Vec<(char, &'static str, &'static str)> {
        characters(password)
    }

    fn has_systems(&self) -> bool {
        self.slips.iter().any(|slip| slip.is_system)
    }
}

impl Sample for BulkIssuedPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let slip = |user_id: &str, name: &str, kind| Slip {
            user_id: user_id.to_owned(),
            name: name.to_owned(),
            kind,
            is_system: kind == "Web API用",
            href: format!("/web/accounts/{user_id}"),
            password: Some("kM7t-Rw4p-Xz9q-HnB2".to_owned()),
        };
        let page = BulkIssuedPage {
            frame: frame(),
            accounts_base: "/web/accounts".to_owned(),
            institution: "霞が関みらい診療所（1311234567）".to_owned(),
            shown: true,
            slips: vec![
                slip("tanaka.k", "田中 健太", "一般"),
                slip("suzuki.ichiro", "鈴木 一郎", "医療情報閲覧"),
                slip("W0karte", "電子カルテ みらい", "Web API用"),
            ],
            left: Vec::new(),
            text: String::new(),
            report: "/web/accounts/bulk/report.csv?result=x".to_owned(),
        };
        let partly = BulkIssuedPage {
            left: vec![(
                "1E+05".to_owned(),
                "B5 ユーザID：表計算ソフトが丸めた値です。".to_owned(),
            )],
            text: "権限区分\tユーザID\tユーザ名\n一般\t1E+05\t山本 弘".to_owned(),
            ..page.clone()
        };
        let again = BulkIssuedPage {
            shown: false,
            slips: page
                .slips
                .iter()
                .cloned()
                .map(|slip| Slip {
                    password: None,
                    ..slip
                })
                .collect(),
            ..page.clone()
        };
        vec![("all", page), ("partly", partly), ("shown-before", again)]
    }
}

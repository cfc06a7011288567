//! The list of accounts.

use askama::Template;

use crate::web::layout::form::{Choice, choice};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame, master_frame};

/// The state of an account; several may hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// 有効.
    Active,
    /// 停止.
    Stopped,
    /// ロック.
    Locked,
    /// 未使用: never logged in.
    NeverUsed,
    /// 90日未使用.
    Unused,
    /// 開始前: the validity period has not begun.
    NotYetValid,
    /// 期限切れ.
    Expired,
    /// 廃止.
    Retired,
}

impl AccountState {
    /// The word that is shown.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "有効",
            Self::Stopped => "停止",
            Self::Locked => "ロック",
            Self::NeverUsed => "未使用",
            Self::Unused => "90日未使用",
            Self::NotYetValid => "開始前",
            Self::Expired => "期限切れ",
            Self::Retired => "廃止",
        }
    }

    /// The suffix of the style class, which brings the shape and the colour.
    pub fn class(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Stopped => "stopped",
            Self::Locked => "locked",
            Self::NeverUsed => "never",
            Self::Unused => "unused",
            Self::NotYetValid => "future",
            Self::Expired => "expired",
            Self::Retired => "retired",
        }
    }
}

/// How a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The list is not sorted by it.
    None,
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Sort {
    fn aria(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::None => "並べ替える",
            Self::Ascending => "昇順。押すと降順にする",
            Self::Descending => "降順。押すと昇順にする",
        }
    }
}

/// A column's head, a link that sorts by it.
#[derive(Debug, Clone)]
pub struct SortColumn {
    /// Its heading.
    pub label: String,
    /// Where a click leads: the same list in the new order.
    pub href: String,
    /// How it is sorted now.
    pub sort: Sort,
}

/// The columns in the order of the rows' cells. `href` is given the column's key (`user_id`,
/// `name`, `kind`, `state`, `last_login`, `valid_until`) and `asc` or `desc`.
pub fn account_columns(
    sorted_by: &str,
    sort: Sort,
    href: impl Fn(&str, &str) -> String,
) -> Vec<SortColumn> {
    [
        ("user_id", "ユーザID"),
        ("name", "名前"),
        ("kind", "種別"),
        ("state", "状態"),
        ("last_login", "最終ログイン"),
        ("valid_until", "有効期限"),
    ]
    .into_iter()
    .map(|(key, label)| {
        let sort = if key == sorted_by { sort } else { Sort::None };
        let next = if sort == Sort::Ascending {
            "desc"
        } else {
            "asc"
        };
        SortColumn {
            label: label.to_owned(),
            href: href(key, next),
            sort,
        }
    })
    .collect()
}

/// One account in the list.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// Its user id.
    pub user_id: String,
    /// Name of the person or device.
    pub name: String,
    /// Its kind in words.
    pub kind_label: String,
    /// Its states.
    pub states: Vec<AccountState>,
    /// When it last logged in.
    pub last_login: Option<String>,
    /// Its last day, if it has one.
    pub valid_until: Option<String>,
    /// Its own page.
    pub href: String,
}

/// Which part of a long list is shown.
#[derive(Debug, Clone)]
pub struct Paging {
    /// How many there are in all.
    pub total: i64,
    /// Number of the first one shown, from 1; 0 when there is none.
    pub first: i64,
    /// Number of the last one shown.
    pub last: i64,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// アカウント情報管理（一覧）.
#[derive(Template, Debug, Clone)]
#[template(path = "accounts/account_list.html")]
pub struct AccountListPage {
    /// The surroundings.
    pub frame: Frame,
    /// The address of the list, such as `/web/accounts`.
    pub accounts_base: String,
    /// Which accounts these are, such as 管理アカウント.
    pub subject: String,
    /// The search text.
    pub q: String,
    /// The kinds to filter by, the first being すべて with an empty value.
    pub kinds: Vec<Choice>,
    /// The states to filter by, the first being すべて with an empty value.
    pub states: Vec<Choice>,
    /// Whether any filter is in force.
    pub filtered: bool,
    /// Hidden fields that keep the order of the list through a search: name and value.
    pub kept: Vec<(String, String)>,
    /// The columns' heads; see [`account_columns`].
    pub columns: Vec<SortColumn>,
    /// The accounts.
    pub rows: Vec<AccountRow>,
    /// Which part of the list this is.
    pub paging: Paging,
}

fn row(user_id: &str, name: &str, kind: &str, states: &[AccountState]) -> AccountRow {
    let used = !states.contains(&AccountState::NeverUsed);
    AccountRow {
        user_id: user_id.to_owned(),
        name: name.to_owned(),
        kind_label: kind.to_owned(),
        states: states.to_vec(),
        last_login: used.then(|| "2026年3月31日 17:42".to_owned()),
        valid_until: states
            .contains(&AccountState::Expired)
            .then(|| "2026年3月31日".to_owned()),
        href: format!("/web/accounts/{user_id}"),
    }
}

fn rows() -> Vec<AccountRow> {
    use AccountState::{Active, Expired, Locked, NeverUsed, NotYetValid, Retired, Stopped, Unused};
    vec![
        row("sato.hanako", "佐藤 花子", "一般", &[Active]),
        row(
            "suzuki.ichiro",
            "鈴木 一郎",
            "医療情報閲覧",
            &[Active, Locked],
        ),
        row("takahashi", "髙橋 美咲", "一般", &[Active, NeverUsed]),
        row("tanaka.k", "田中 健太", "医療情報閲覧", &[Active, Unused]),
        row(
            "R0mirai01",
            "MIRAIONS01 連携アプリ",
            "連携アプリ用",
            &[Active],
        ),
        row(
            "W0karte",
            "電子カルテ みらい",
            "Web API用",
            &[Active, NeverUsed],
        ),
        row("F0reader1", "受付カードリーダー", "顔認証用", &[Active]),
        row("ito.mari", "伊藤 まり", "一般", &[Stopped]),
        row("kato", "加藤 恵", "一般", &[Expired, NeverUsed]),
        row(
            "watanabe",
            "渡辺 学",
            "医療情報閲覧",
            &[NotYetValid, NeverUsed],
        ),
        row("yamamoto", "山本 弘", "一般", &[Retired]),
        row(
            "kasumigaseki.mirai.uketsuke.tantou02",
            "社会医療法人社団霞が関みらい会 総合受付 夜間・休日担当（委託）",
            "一般",
            &[Active, Locked, Unused],
        ),
    ]
}

impl Sample for AccountListPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let href = |key: &str, order: &str| format!("/web/accounts?sort={key}&order={order}");
        let page = Self {
            frame: frame(),
            accounts_base: "/web/accounts".to_owned(),
            subject: "一般・医療情報閲覧・システム用アカウント".to_owned(),
            q: String::new(),
            kinds: vec![
                choice("", "すべての種別", true),
                choice("general", "一般", false),
                choice("viewer", "医療情報閲覧", false),
            ],
            states: vec![
                choice("", "すべての状態", true),
                choice("active", "有効", false),
                choice("locked", "ロック", false),
            ],
            filtered: false,
            kept: vec![("sort".to_owned(), "user_id".to_owned())],
            columns: account_columns("user_id", Sort::Ascending, href),
            rows: rows(),
            paging: Paging {
                total: 43,
                first: 1,
                last: 12,
                previous: None,
                next: Some("/web/accounts?page=2".to_owned()),
            },
        };
        let none = Paging {
            total: 0,
            first: 0,
            last: 0,
            previous: None,
            next: None,
        };
        let nothing = Self {
            q: "さとう".to_owned(),
            filtered: true,
            rows: Vec::new(),
            paging: none.clone(),
            ..page.clone()
        };
        let empty = Self {
            frame: master_frame(),
            accounts_base: "/web/administrators".to_owned(),
            subject: "管理アカウント".to_owned(),
            kinds: vec![choice("admin", "管理", true)],
            rows: Vec::new(),
            paging: none,
            ..page.clone()
        };
        vec![
            ("admin", page),
            ("nothing-found", nothing),
            ("empty", empty),
        ]
    }
}

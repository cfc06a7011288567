//! Pages with realistic fictional contents, for tests and for looking at.

use askama::Template;
use onshi_core::form::FormKey;

use crate::web::layout::frame::{
    FormTokens, Frame, NavigationGroup, NavigationItem, Notice, PlainFrame, SessionEnd, Tone,
};

/// A page that can show itself in its usual, empty, wrong and overlong variants.
pub trait Sample: Template + Sized {
    /// Each variant with a short name.
    fn samples() -> Vec<(&'static str, Self)>;
}

fn item(label: &str, href: &str, description: &str) -> NavigationItem {
    NavigationItem {
        label: label.to_owned(),
        href: href.to_owned(),
        current: href == "/web/accounts" || href == "/web/administrators",
        description: description.to_owned(),
    }
}

fn group(title: &str, items: Vec<NavigationItem>) -> NavigationGroup {
    NavigationGroup {
        title: title.to_owned(),
        items,
    }
}

/// The surroundings as an admin sees them.
pub(in crate::web) fn frame() -> Frame {
    Frame {
        form_page: None,
        institution: "霞が関みらい診療所".to_owned(),
        facility_code: "1311234567".to_owned(),
        account_name: "山田 太郎".to_owned(),
        user_id: "yamada01".to_owned(),
        kind_label: "管理".to_owned(),
        last_login: Some("2026年3月31日 17:42".to_owned()),
        certificate_days: 1186,
        environment: Some("デモ環境".to_owned()),
        navigation: vec![
            group(
                "アカウント情報管理",
                vec![
                    item(
                        "アカウント一覧",
                        "/web/accounts",
                        "探す、変更する、停止する、ロックを解除する。",
                    ),
                    item(
                        "アカウント管理（登録）",
                        "/web/accounts/new",
                        "一般・医療情報閲覧・システム用のアカウントを作る。",
                    ),
                    item(
                        "パスワード変更",
                        "/web/password",
                        "自分のパスワードを変える。",
                    ),
                ],
            ),
            group(
                "記録",
                vec![item(
                    "操作履歴",
                    "/web/history",
                    "だれが、いつ、何をしたかを調べる。CSVにする。",
                )],
            ),
        ],
        has_menu: true,
        session: SessionEnd {
            idle_seconds: 1800,
            left_seconds: 43_200,
        },
        notice: None,
        alarm: None,
        openings: Vec::new(),
        version: "0.1.0".to_owned(),
        help: "/manual/menu".to_owned(),
        forms: FormTokens {
            key: FormKey::of_session("a sample's cookie"),
            seed: [1; 32],
        },
    }
}

/// The surroundings as a master sees them, with a certificate that ends soon.
pub(in crate::web) fn master_frame() -> Frame {
    Frame {
        account_name: "霞が関みらい診療所".to_owned(),
        user_id: "M01311234567".to_owned(),
        kind_label: "マスタ".to_owned(),
        last_login: None,
        certificate_days: 62,
        navigation: vec![group(
            "アカウント情報管理",
            vec![
                item(
                    "管理アカウント一覧",
                    "/web/administrators",
                    "管理アカウントを探す、変更する。",
                ),
                item(
                    "アカウント管理（登録）",
                    "/web/administrators/new",
                    "管理アカウントを作る。",
                ),
                item(
                    "パスワード変更",
                    "/web/password",
                    "自分のパスワードを変える。",
                ),
            ],
        )],
        notice: Some(Notice {
            tone: Tone::Success,
            text: "パスワードを変更しました。".to_owned(),
        }),
        ..frame()
    }
}

/// The surroundings with the longest names and the strongest warning.
pub(in crate::web) fn long_frame() -> Frame {
    Frame {
        institution:
            "社会医療法人社団霞が関みらい会 霞が関みらい総合医療センター附属訪問診療クリニック"
                .to_owned(),
        account_name: "アレクサンドラ・マリア・フェルナンデス・デ・ラ・クルス".to_owned(),
        user_id: "kasumigaseki.mirai.uketsuke.tantou02".to_owned(),
        kind_label: "医療情報閲覧".to_owned(),
        certificate_days: 7,
        environment: Some("接続検証環境".to_owned()),
        notice: Some(Notice {
            tone: Tone::Warning,
            text: "4月4日 22時から翌5時まで、点検のため利用できません。".to_owned(),
        }),
        ..frame()
    }
}

/// The surroundings of the linked application's account.
pub(in crate::web) fn link_frame() -> Frame {
    Frame {
        account_name: "MIRAIONS01 連携アプリ".to_owned(),
        user_id: "R0mirai01".to_owned(),
        kind_label: "連携アプリ用".to_owned(),
        environment: None,
        has_menu: false,
        navigation: vec![group(
            "アカウント情報管理",
            vec![item(
                "パスワード変更",
                "/web/password",
                "自分のパスワードを変える。",
            )],
        )],
        ..frame()
    }
}

/// The surroundings of the account that resets the master.
pub(in crate::web) fn reset_frame() -> Frame {
    Frame {
        account_name: "霞が関みらい診療所".to_owned(),
        user_id: "Z01311234567".to_owned(),
        kind_label: "マスタアカウントリセット用".to_owned(),
        last_login: None,
        certificate_days: -2,
        navigation: vec![group(
            "アカウント情報管理",
            vec![item(
                "マスタアカウントの初期化",
                "/web/master-reset",
                "秘密の番号で初期化する。",
            )],
        )],
        ..frame()
    }
}

/// The surroundings before log-in.
pub(in crate::web) fn plain() -> PlainFrame {
    PlainFrame {
        environment: Some("デモ環境".to_owned()),
        version: "0.1.0".to_owned(),
        help: Some("/manual".to_owned()),
        institution: Some("霞が関みらい診療所".to_owned()),
        terminal_name: Some("MIRAIONS01".to_owned()),
    }
}

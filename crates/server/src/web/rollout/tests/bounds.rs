//! How much a sheet may hold, and what its names may have in them: nothing is left out without a word, and nothing is cut.

use super::{
    ACCOUNT_HEAD, ACCOUNTS, HEAD, MACHINES, Moment, Verdict, book, nothing, problems, report,
    sheet, texts,
};
use crate::web::rollout::planning::plan;
use crate::web::rollout::read::ROWS_MAX;
use crate::web::rollout::report::Done;
use onshi_core::rollout::{AccountState, MachineState};

/// Terminals of one institution, so many.
fn terminals(count: usize) -> Vec<[String; 3]> {
    let row = |number| {
        [
            "1310000011".to_owned(),
            String::new(),
            format!("端末{number}号機"),
        ]
    };
    (1..=count).map(row).collect()
}

fn with_rows(above: &[&[&str]], head: &[&str], name: &str, rows: &[[String; 3]]) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let mut all: Vec<&[&str]> = above.to_vec();
    all.push(head);
    all.extend(rows.iter().map(Vec::as_slice));
    match name == MACHINES {
        true => book(&[(MACHINES, &all)]),
        false => book(&[(MACHINES, &[HEAD, super::RECEPTION]), (name, &all)]),
    }
}

#[test]
fn no_row_beyond_the_most_is_left_out_without_a_word() {
    let titles: [&[&str]; 2] = [&["ヒアリングシート"], &["2026年度"]];
    for above in [&titles[..0], &titles[..]] {
        let most = terminals(ROWS_MAX);
        let read = sheet(&with_rows(above, HEAD, MACHINES, &most));
        assert_eq!(read.facilities[0].machines.len(), ROWS_MAX);
        for more in [1, 2, 11, 500] {
            let rows = terminals(ROWS_MAX + more);
            let told = problems(&with_rows(above, HEAD, MACHINES, &rows));
            assert!(
                told.iter()
                    .any(|text| text.starts_with("「<PC設定>」のシートの行が多すぎます")),
                "{more}: {:?}",
                told.first()
            );
        }
    }
    let account = |number| {
        [
            format!("u{number}"),
            format!("利用者{number}"),
            "一般".to_owned(),
        ]
    };
    let head = &["ユーザID", "ユーザ名", "権限区分"];
    for count in [ROWS_MAX + 1, ROWS_MAX + 50] {
        let rows: Vec<[String; 3]> = (1..=count).map(account).collect();
        let told = problems(&with_rows(&[], head, ACCOUNTS, &rows));
        assert!(
            told.iter()
                .any(|text| text.starts_with("「アカウント」のシートの行が多すぎます")),
            "{count}: {:?}",
            told.first()
        );
    }
    // What is only handed on is handed on whole, or not at all.
    let rows: Vec<[String; 3]> = terminals(ROWS_MAX + 50);
    let told = problems(&with_rows(
        &[],
        &["医療機関コード", "希望日", "備考"],
        "回線工事",
        &rows,
    ));
    assert!(
        told[0].starts_with("「回線工事」のシートの行が多すぎます"),
        "{told:?}"
    );
}

#[test]
fn a_name_with_a_colon_is_told_whole() {
    let sheet = sheet(&book(&[
        (
            MACHINES,
            &[HEAD, &["1310000011", "", "受付：1号機", "", "リーダー：左"]],
        ),
        (
            ACCOUNTS,
            &[
                ACCOUNT_HEAD,
                &["1310000011", "", "管理", "kanri01", "山田：花子", ""],
            ],
        ),
    ]));
    let mut looked = nothing(&sheet);
    let found = looked.found[0].as_mut().expect("it is there");
    found.machines = vec![MachineState::Enrolled; 2];
    found.accounts = vec![AccountState::There {
        kind: onshi_core::AccountKind::Admin,
        name: "山田：花子".to_owned(),
        retired: false,
        awaits: None,
    }];
    let plan = plan(sheet, looked, false);
    assert_eq!(plan.count(Verdict::There), 3);
    let facility = &plan.facilities[0];
    let told: Vec<String> = facility.items().map(|item| item.words()).collect();
    assert_eq!(
        told,
        [
            "端末「受付：1号機」：電子証明書は取得済みです",
            "カードリーダー「リーダー：左」：電子証明書は取得済みです",
            "管理のアカウント kanri01（山田：花子）：登録済みです（利用を始めています）",
        ]
    );
    let done = Done {
        at: Moment::from_ms(1_796_000_000_000),
        rollout_id: "r1".to_owned(),
        sheet: ("sheet.xlsx".to_owned(), "abcdef0123456789".to_owned()),
        activations_until: Moment::from_ms(1_796_259_200_000),
        codes_until: Moment::from_ms(1_811_000_000_000),
    };
    let report = texts(&report::document(facility, &done));
    assert!(
        report.contains("受付：1号機") && report.contains("リーダー：左"),
        "{report}"
    );
    for cut in [
        "1号機」：",
        "左」：",
        "花子）：",
        "登録済みです（利用を始めています）登録",
    ] {
        assert!(!report.contains(cut), "{cut}: {report}");
    }
}

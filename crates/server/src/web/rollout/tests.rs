//! What is understood of a ヒアリングシート, what is told of one that is wrong, and what comes of a right one.

mod bounds;
mod programs;

use super::plan::{Plan, Verdict};
use super::planning::{plan, wanted};
use super::read::{Sheet, read};
use super::report::Done;
use super::tab::{ACCOUNTS, MACHINES};
use super::{report, slip, template};
use crate::sheet::{Bounds, read_tabs};
use onshi_core::entropy::Entropy;
use onshi_core::facility::Facility;
use onshi_core::network::Network;
use onshi_core::rollout::{AccountState, Found, Looked, MachineState};
use onshi_core::{AccountKind, Day, Moment};
use onshi_documents::{Block, Document};
use rust_xlsxwriter::{Formula, Workbook};

/// A sheet with its name and its rows.
type TabOf<'a> = (&'a str, &'a [&'a [&'a str]]);

fn today() -> Day {
    Day::from_number(20_261_127).expect("it is a day")
}

/// A workbook as it is written by a program.
fn book(tabs: &[TabOf<'_>]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in tabs {
        let sheet = book.add_worksheet().set_name(*name).expect("a name");
        for (row, cells) in (0u32..).zip(*rows) {
            for (column, cell) in (0u16..).zip(*cells) {
                if !cell.is_empty() {
                    sheet.write_string(row, column, *cell).expect("a cell");
                }
            }
        }
    }
    book.save_to_buffer().expect("it is written")
}

const HEAD: &[&str] = &[
    "医療機関コード＊",
    "医療機関等の名称",
    "端末名称＊",
    "設置場所・部署",
    "カードリーダー名称",
    "要求フォルダ",
    "結果フォルダ",
    "接続元ネットワーク",
    "文字コード",
    "電子証明書の自動更新",
];
const RECEPTION: &[&str] = &[
    "1310000011",
    "架空内科クリニック",
    "受付1号機",
    "1階 受付",
    "受付リーダー1",
    "C:\\OQS\\req",
    "C:\\OQS\\res",
    "192.0.2.0/24、2001:db8::/32",
    "Ｓｈｉｆｔ＿ＪＩＳ",
    "しない",
];
const ROOM: &[&str] = &["1310000011", "", "診察室1号機", "2階"];
const ACCOUNT_HEAD: &[&str] = &[
    "医療機関コード",
    "端末名称",
    "権限区分",
    "ユーザID",
    "ユーザ名",
    "職種",
];

fn right() -> Vec<u8> {
    book(&[
        (MACHINES, &[&["ヒアリングシート"], HEAD, RECEPTION, ROOM]),
        (
            ACCOUNTS,
            &[
                ACCOUNT_HEAD,
                &["1310000011", "", "管理", "kanri01", "山田 花子", ""],
                &[
                    "1310000011",
                    "",
                    "連携アプリ用",
                    "ｌｉｎｋ０１",
                    "連携アプリケーション",
                    "",
                ],
                &[
                    "1310000011",
                    "診察室1号機",
                    "Web API用",
                    "web01",
                    "電子カルテ",
                    "",
                ],
                &["1310000011", "", "顔認証用", "face01", "受付リーダー1", ""],
                &[
                    "1310000011",
                    "",
                    "医療情報閲覧",
                    "suzuki.i",
                    "鈴木 一郎",
                    "医師",
                ],
            ],
        ),
        (
            "回線工事",
            &[
                &["医療機関コード", "希望日", "備考"],
                &["1310000011", "2026年12月10日", "駐車場なし"],
                &["1399999992", "2026年12月11日", "よその医療機関"],
            ],
        ),
        ("メモ", &[&["作業員は裏口から"]]),
    ])
}

fn sheet(bytes: &[u8]) -> Sheet {
    read(bytes, today()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn problems(bytes: &[u8]) -> Vec<String> {
    match read(bytes, today()) {
        Ok(sheet) => panic!("it was read: {sheet:?}"),
        Err(problems) => problems,
    }
}

/// What there is of it: nothing.
fn nothing(sheet: &Sheet) -> Looked {
    let found = sheet.facilities.iter().map(|facility| {
        Some(Found {
            facility: Facility {
                code: facility.code.clone(),
                name: "架空内科クリニック".to_owned(),
                created_at: Moment::from_ms(0),
                stopped: None,
                shift_jis: false,
                message_networks: Vec::new(),
            },
            installer: "架空システム株式会社".to_owned(),
            machines: facility
                .machines
                .iter()
                .flat_map(|machine| [true, machine.reader.is_some()])
                .filter(|there| *there)
                .map(|_| MachineState::New)
                .collect(),
            accounts: facility
                .accounts
                .iter()
                .map(|_| AccountState::New)
                .collect(),
        })
    });
    Looked {
        found: found.collect(),
        applied: Vec::new(),
    }
}

#[test]
fn a_sheet_asks_for_terminals_readers_accounts_and_settings() {
    let sheet = sheet(&right());
    assert_eq!(sheet.facilities.len(), 1);
    let facility = &sheet.facilities[0];
    assert_eq!(facility.code.as_str(), "1310000011");
    let [reception, room] = facility.machines.as_slice() else {
        panic!("two terminals");
    };
    assert_eq!(reception.name, "受付1号機");
    assert_eq!(reception.reader.as_deref(), Some("受付リーダー1"));
    assert_eq!(reception.cell, "「<PC設定>」C3 端末名称");
    assert!(!reception.renew_by_itself && room.renew_by_itself);
    assert!(reception.folders.is_some() && room.folders.is_none());
    assert_eq!(facility.shift_jis, Some(true));
    let networks = ["192.0.2.0/24", "2001:db8::/32"].map(|text| Network::parse(text).expect("one"));
    assert_eq!(facility.networks, networks);
    let accounts: Vec<_> = facility
        .accounts
        .iter()
        .map(|account| (account.kind(), account.user_id().as_str(), account.machine))
        .collect();
    let right = [
        (AccountKind::Admin, "kanri01", None),
        (AccountKind::Link, "link01", Some(0)),
        (AccountKind::WebApi, "web01", Some(1)),
        (AccountKind::Face, "face01", Some(0)),
        (AccountKind::Viewer, "suzuki.i", None),
    ];
    assert_eq!(accounts, right);
    assert!(
        sheet
            .notes
            .iter()
            .any(|note| note.contains("link01 としました")),
        "{:?}",
        sheet.notes
    );
    let handed: Vec<(&str, usize)> = facility
        .handed_on
        .iter()
        .map(|handed| (handed.tab.as_str(), handed.rows.len()))
        .collect();
    assert_eq!(
        handed,
        [("回線工事", 1), ("メモ", 1)],
        "another institution's is not told"
    );
}

#[test]
fn an_institution_without_a_row_of_accounts_gets_the_three_usual_ones() {
    let sheet = sheet(&book(&[(MACHINES, &[HEAD, RECEPTION, ROOM])]));
    let accounts = &sheet.facilities[0].accounts;
    let kinds: Vec<AccountKind> = accounts.iter().map(|account| account.kind()).collect();
    assert_eq!(
        kinds,
        [AccountKind::Admin, AccountKind::Link, AccountKind::Face]
    );
    assert_eq!(accounts[1].machine, Some(0));
    assert!(sheet.notes[0].contains("既定の3件"));
}

#[test]
fn every_problem_is_told_by_its_cell() {
    let wrong = book(&[
        (
            MACHINES,
            &[
                HEAD,
                &["1310000018", "", "受付1号機"],
                &[
                    "1310000011",
                    "",
                    "",
                    "",
                    "",
                    "req",
                    "",
                    "192.0.2.0/33",
                    "EUC",
                    "たぶん",
                ],
                &["1310000011", "", "受付1号機"],
                &["1310000011", "", "受付1号機", "", "", "/a", "/a"],
                &["1310000011", "", "3月4日"],
            ],
        ),
        (
            ACCOUNTS,
            &[
                ACCOUNT_HEAD,
                &["1310000011", "", "マスタ", "master9", "x", ""],
                &["1310000011", "診察室", "連携アプリ用", "link01", "x", ""],
                &["1310000011", "受付1号機", "一般", "ippan1", "x", ""],
                &["131000001", "", "一般", "IPPAN2", "x", ""],
                &["1310000011", "", "一般", "ippan3", "x", ""],
                &["1310000011", "", "一般", "IPPAN3", "x", ""],
            ],
        ),
    ]);
    let told = problems(&wrong);
    for part in [
        "「<PC設定>」A2 医療機関コード：医療機関コードの検証番号",
        "「<PC設定>」C3 端末名称：名称を50文字以内で",
        "「<PC設定>」F3 要求フォルダ：ドライブ名",
        "「<PC設定>」G3 結果フォルダ：連携アプリケーションを使う端末では",
        "「<PC設定>」H3 接続元ネットワーク：「192.0.2.0/33」はネットワークではありません",
        "「<PC設定>」I3 文字コード：UTF-8かShift_JIS",
        "「<PC設定>」J3 電子証明書の自動更新：「する」か「しない」",
        "「<PC設定>」C5 端末名称：「<PC設定>」C4 端末名称と同じ名前です",
        "「<PC設定>」G5 結果フォルダ：要求フォルダと同じです",
        "「<PC設定>」C6 端末名称：表計算ソフトが日付に変えた値",
        "「アカウント」C2 権限区分：「マスタ」のアカウントは、ここでは登録できません",
        "「アカウント」B3 端末名称：「診察室」という端末が",
        "「アカウント」B4 端末名称：端末名称は、連携アプリ用",
        "「アカウント」A5 医療機関コード：医療機関コードの検証番号",
        "「アカウント」D7 ユーザID：「アカウント」D6 ユーザIDと同じユーザIDです",
    ] {
        assert!(
            told.iter().any(|text| text.starts_with(part)),
            "{part}\n{told:#?}"
        );
    }
    assert_eq!(told.len(), 15, "{told:#?}");
}

#[test]
fn a_sheet_with_a_password_anywhere_is_refused_with_the_reason() {
    let tabs: [TabOf<'_>; 5] = [
        ("回線工事", &[&["医療機関コード", "プロバイダのID", "PASS"]]),
        ("メモ", &[&[""], &["ルーターのパスワード：himitsu-1"]]),
        ("PW一覧", &[&["ID", "ＰＷ"]]),
        ("記入のしかた", &[&["初期パスワード", "x"]]),
        (
            ACCOUNTS,
            &[&[
                "医療機関コード",
                "権限区分",
                "ユーザID",
                "ユーザ名",
                "パスワード",
            ]],
        ),
    ];
    for tab in tabs {
        let told = problems(&book(&[(MACHINES, &[HEAD, RECEPTION]), tab]));
        assert!(
            told.iter()
                .all(|text| text.contains("パスワードらしい記載")),
            "{told:?}"
        );
        assert!(told[0].contains(tab.0), "{told:?}");
        assert!(!told.concat().contains("himitsu"), "it is not told on");
    }
}

#[test]
fn what_is_no_such_sheet_says_what_it_is() {
    let calculated = {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name(MACHINES).expect("a name");
        for (column, label) in (0u16..).zip(HEAD) {
            sheet.write_string(0, column, *label).expect("a cell");
        }
        sheet.write_string(1, 0, "1310000011").expect("a cell");
        sheet
            .write_formula(1, 2, Formula::new("=\"受付\"&ROW()"))
            .expect("a cell");
        book.save_to_buffer().expect("it is written")
    };
    let many: Vec<String> = (0..45).map(|number| format!("シート{number}")).collect();
    let many: Vec<TabOf<'_>> = many
        .iter()
        .map(|name| (name.as_str(), &[] as &[&[&str]]))
        .collect();
    let twice: [TabOf<'_>; 2] = [
        (MACHINES, &[HEAD, RECEPTION]),
        ("PC設定", &[HEAD, RECEPTION]),
    ];
    for (bytes, words) in [
        (
            book(&[("シート1", &[&["a"]])]),
            "「<PC設定>」のシートがありません",
        ),
        (
            book(&[(MACHINES, &[&["a", "b"]])]),
            "見出しの行がありません",
        ),
        (book(&[(MACHINES, &[HEAD])]), "端末が1台も書かれていません"),
        (
            book(&[(MACHINES, &[&["医療機関コード", "備考"], &["1", "2"]])]),
            "見出しに「端末名称」がありません",
        ),
        (book(&twice), "2枚以上"),
        (book(&many), "シートが多すぎます"),
        (calculated, "「<PC設定>」のシート：C2に数式があります"),
        (b"a,b,c\n".to_vec(), "Excelブック（.xlsx）ではありません"),
        (b"%PDF-1.7".to_vec(), "PDFは読み取れません"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0].to_vec(), "古い形式（.xls）"),
        (
            b"PK\x03\x04 not a zip".to_vec(),
            "Excelブックとして読み取れません",
        ),
        (vec![0; 11 * 1024 * 1024], "ファイルが大きすぎます"),
        (
            template::template().expect("it is written"),
            "端末が1台も書かれていません",
        ),
    ] {
        let told = problems(&bytes);
        assert!(
            told.iter().any(|text| text.contains(words)),
            "{words}: {told:?}"
        );
    }
}

#[test]
fn the_template_has_the_columns_that_are_read_and_no_row() {
    let bytes = template::template().expect("it is written");
    let tabs = read_tabs(&bytes, |_| Bounds::for_roll_out(100, true)).expect("it can be read");
    let names: Vec<&str> = tabs.iter().map(|tab| tab.name.as_str()).collect();
    assert_eq!(names[..2], [MACHINES, ACCOUNTS]);
    assert!(names.contains(&"回線工事") && names.contains(&"記入のしかた"));
    for tab in tabs.iter().filter(|tab| tab.name != "記入のしかた") {
        assert_eq!(tab.table.rows.len(), 1, "{}", tab.name);
    }
}

fn planned(again: bool) -> Plan {
    let sheet = sheet(&right());
    let looked = nothing(&sheet);
    plan(sheet, looked, again)
}

#[test]
fn what_would_be_done_is_told_of_each_thing() {
    let made = planned(false);
    assert!(made.problems.is_empty() && made.changes());
    assert_eq!(made.count(Verdict::Made), 3 + 5);
    let facility = &made.facilities[0];
    let settings = facility.settings();
    assert_eq!(settings.len(), 2);
    assert!(settings[0].contains("192.0.2.0/24") && settings[1].contains("Shift_JIS"));

    // The same sheet where all of it is there.
    let sheet = sheet(&right());
    let asked = wanted(&sheet);
    assert_eq!((asked[0].machines.len(), asked[0].accounts.len()), (3, 5));
    let mut looked = nothing(&sheet);
    let found = looked.found[0].as_mut().expect("it is there");
    found.facility.shift_jis = true;
    found.facility.message_networks = sheet.facilities[0].networks.clone();
    let until = Moment::from_ms(1_800_000_000_000);
    found.machines = vec![
        MachineState::Enrolled,
        MachineState::Waiting(until),
        MachineState::Lapsed,
    ];
    for (state, account) in found.accounts.iter_mut().zip(&sheet.facilities[0].accounts) {
        *state = AccountState::There {
            kind: account.kind(),
            name: account.name().to_owned(),
            retired: false,
            awaits: Some(None),
        };
    }
    let there = plan(sheet.clone(), looked.clone(), false);
    assert!(!there.changes() && there.problems.is_empty());
    assert_eq!(
        (there.count(Verdict::There), there.count(Verdict::Lapsed)),
        (2, 6)
    );
    assert!(there.notes.iter().any(|note| note.contains("--reissue")));
    let again = plan(sheet, looked, true);
    assert_eq!(
        again.count(Verdict::Again),
        7,
        "what has its certificate keeps it"
    );
}

#[test]
fn what_is_in_the_way_is_told_by_its_cell() {
    let sheet = sheet(&right());
    let mut looked = nothing(&sheet);
    let found = looked.found[0].as_mut().expect("it is there");
    found.facility.name = "別のクリニック".to_owned();
    found.facility.stopped = Some((Moment::from_ms(0), "x".to_owned()));
    let of = |kind, retired| AccountState::There {
        kind,
        name: "山田 花子".to_owned(),
        retired,
        awaits: None,
    };
    found.accounts[0] = of(AccountKind::Admin, true);
    found.accounts[1] = of(AccountKind::Face, false);
    found.accounts[4] = of(AccountKind::Viewer, false);
    let told = plan(sheet.clone(), looked, false);
    for part in [
        "「<PC設定>」A3 医療機関コード：別のクリニック（1310000011）の利用は停止されています",
        "「<PC設定>」B3 医療機関等の名称：医療機関コード 1310000011 の登録の名称は「別のクリニック」で",
        "「アカウント」D2 ユーザID：このユーザIDは、廃止した",
        "「アカウント」D3 ユーザID：このユーザIDは、「顔認証用」のアカウントが",
    ] {
        assert!(
            told.problems.iter().any(|text| text.starts_with(part)),
            "{part}\n{:#?}",
            told.problems
        );
    }
    assert_eq!(told.problems.len(), 4);
    assert!(
        told.notes
            .iter()
            .any(|note| note.contains("登録の名前は「山田 花子」です"))
    );
    let nobody = Looked {
        found: vec![None],
        applied: Vec::new(),
    };
    let told = plan(sheet, nobody, false).problems;
    assert!(told[0].contains("導入の権限がありません"), "{told:?}");
}

/// Every text of a document.
fn texts(document: &Document) -> String {
    let mut all = String::new();
    for block in &document.blocks {
        match block {
            Block::Heading(_, text) | Block::Paragraph(_, text) => all.push_str(text),
            Block::Facts(facts) => {
                for (label, value) in facts {
                    all.push_str(&format!("{label}{value}"));
                }
            }
            Block::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                all.extend(cells.map(|cell| cell.text.as_str()));
            }
            Block::Code(code) => all.push_str(&code.words),
            Block::Picture(_) | Block::NewPage => {}
        }
        all.push('\n');
    }
    all
}

#[test]
fn codes_are_on_the_slips_of_people_and_not_in_the_report() {
    let mut planned = planned(false);
    let roll_out = planned.draw(("i1", "abcdef0123456789"), &mut Entropy::new([5; 32]));
    let at = &roll_out.facilities[0];
    assert_eq!((at.machines.len(), at.accounts.len()), (3, 5));
    let done = Done {
        at: Moment::from_ms(1_796_000_000_000),
        rollout_id: roll_out.rollout_id.clone(),
        sheet: ("sheet.xlsx".to_owned(), "abcdef0123456789".to_owned()),
        activations_until: Moment::from_ms(1_796_259_200_000),
        codes_until: Moment::from_ms(1_811_000_000_000),
    };
    let facility = &planned.facilities[0];
    let report = texts(&report::document(facility, &done));
    let slips = slip::document(facility, &done)
        .expect("it is made")
        .expect("there are people");
    let slips = texts(&slips);
    for (item, account) in facility.accounts.iter().zip(&facility.sheet.accounts) {
        let code = item.code.as_ref().expect("it gets one").reveal();
        assert!(!report.contains(&code));
        assert_eq!(slips.contains(&code), !account.kind().is_system());
        assert!(report.contains(account.user_id().as_str()));
    }
    for (own, reader) in &facility.machines {
        for item in [Some(own), reader.as_ref()].into_iter().flatten() {
            let code = item.code.as_ref().expect("it gets one").reveal();
            assert!(!report.contains(&code) && !slips.contains(&code));
            assert!(!format!("{item:?}").contains(&code));
        }
    }
    for part in [
        "受付1号機",
        "駐車場なし",
        "作業員は裏口から",
        "架空システム株式会社",
        "端末「受付1号機」の中に保管",
    ] {
        assert!(report.contains(part), "{part}");
    }
    assert!(!report.contains("よその医療機関"));
    let workbook = report::workbook(facility, &done).expect("it is written");
    let tabs = read_tabs(&workbook, |_| Bounds::for_roll_out(100, false)).expect("it can be read");
    let names: Vec<&str> = tabs.iter().map(|tab| tab.name.as_str()).collect();
    assert_eq!(
        names,
        ["導入報告書", "端末", "アカウント", "1 回線工事", "2 メモ"]
    );
}

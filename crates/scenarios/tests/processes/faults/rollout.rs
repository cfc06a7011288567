//! 導入: the operator's commands roll sheets out for an installer. What is made is made once, a kill leaves all or nothing, and what was
//! handed over opens what was made.

use crate::faults::place::{KILLS, Moments, Place, rounds};
use onshi_bench::setup::Served;
use onshi_core::facility::FacilityCode;
use onshi_scenarios::database::Database;
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CENTRE: &str = "https://centre.example:8443";

/// Registers institutions with these digits, and gives their codes.
fn institutions(place: &Place, bodies: std::ops::Range<u32>) -> Vec<String> {
    let add = |body: u32| {
        let code = FacilityCode::from_body(&format!("131{body:06}")).unwrap();
        let name = ["--name", "導入クリニック"];
        let words = ["facility", "add", "--code", code.as_str()];
        place.ask(&[&words[..], &name].concat());
        code.as_str().to_owned()
    };
    bodies.map(add).collect()
}

/// An installer with the right at these institutions, by what it is known.
pub fn installer(place: &Place, codes: &[String]) -> String {
    let today = onshi_core::clock::now().jst_day();
    let until = today.plus_days(30).eight();
    let words = ["--json", "rollout", "installer", "give", "--until", &until];
    let who = ["--name", "架空システム株式会社", "--person", "導入 太郎"];
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let told = place.ask(&[&words[..], &who, &codes].concat());
    let told: Value = serde_json::from_str(&told).unwrap();
    told["installer"].as_str().unwrap().to_owned()
}

/// A sheet that asks for a terminal with its reader, a second terminal, and the usual accounts at each of these.
pub fn sheet(place: &Place, name: &str, codes: &[String]) -> PathBuf {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("<PC設定>").unwrap();
    let head = [
        "医療機関コード",
        "端末名称",
        "カードリーダー名称",
        "要求フォルダ",
        "結果フォルダ",
    ];
    let mut row = 0;
    let mut line = |cells: [&str; 5]| {
        for (column, cell) in (0u16..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
        row += 1;
    };
    line(head);
    for code in codes {
        line([
            code,
            "受付1号機",
            "受付リーダー",
            "/srv/oqs/req",
            "/srv/oqs/res",
        ]);
        line([code, "診察室1号機", "", "", ""]);
    }
    let path = place.path().join(name);
    book.save(&path).unwrap();
    path
}

fn apply(place: &Place, who: &str, sheet: &Path, more: &[&str]) -> Command {
    let mut command = place.onshi(&["--json", "rollout", "apply", "--installer", who]);
    command
        .args(["--out", &place.path().join("out").display().to_string()])
        .args(more)
        .arg(sheet);
    command
}

fn applied(place: &Place, who: &str, sheet: &Path, more: &[&str]) -> Value {
    let output = apply(place, who, sheet, more).output().unwrap();
    assert!(output.status.success(), "{}", place.complaints());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// How many accounts, codes and roll-outs there are, but for those that come with an institution.
fn made(place: &Place) -> [i64; 3] {
    let mut database = Database::open(&place.config.location());
    [
        "select count(*) from account where kind not in ('master', 'reset')",
        "select count(*) from enrolment where voided_at is null",
        "select count(*) from rollout",
    ]
    .map(|sql| database.number(sql).unwrap())
}

#[test]
fn a_sheet_is_rolled_out_once_and_what_is_handed_over_is_for_its_owner_alone() {
    let (place, _site) = Place::with_site(None, |_| {});
    let codes = institutions(&place, 1..3);
    let who = installer(&place, &codes);
    let sheet = sheet(&place, "シート 1.xlsx", &codes);
    let before = made(&place);
    let checked = place.ask(&[
        "rollout",
        "check",
        "--installer",
        &who,
        sheet.to_str().unwrap(),
    ]);
    assert!(checked.contains("[made] 端末「受付1号機」"), "{checked}");
    assert_eq!(made(&place), before, "a check makes nothing");

    let told = applied(&place, &who, &sheet, &["--centre", CENTRE]);
    assert_eq!(told["sheets"][0]["made"], 2 * (3 + 3));
    let after = made(&place);
    let grown: Vec<i64> = after
        .iter()
        .zip(before)
        .map(|(after, before)| after - before)
        .collect();
    assert_eq!(grown, [6, 6, 1]);
    let folder = PathBuf::from(told["sheets"][0]["folder"].as_str().unwrap());
    let names: Vec<String> = files(&folder)
        .iter()
        .map(|path| path.strip_prefix(&folder).unwrap().display().to_string())
        .collect();
    let of = |code: &String| {
        [
            "activations.pdf",
            "handover.pdf",
            "handover.xlsx",
            "terminal-01.toml",
        ]
        .map(|name| format!("{code}/{name}"))
    };
    let mut right: Vec<String> = codes.iter().flat_map(of).collect();
    right.extend(codes.iter().map(|code| format!("{code}/terminal-02.toml")));
    right.sort();
    assert_eq!(names, right);
    for path in files(&folder) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }

    // Again, and under another name: nothing is made, and nothing is written.
    let copy = place.path().join("copy.xlsx");
    std::fs::copy(&sheet, &copy).unwrap();
    for again in [&sheet, &copy] {
        let told = applied(&place, &who, again, &["--centre", CENTRE]);
        assert_eq!(
            (&told["sheets"][0]["made"], &told["sheets"][0]["there"]),
            (&0.into(), &12.into())
        );
        assert!(told["sheets"][0]["folder"].is_null());
        assert_eq!(made(&place), after);
        let left = std::fs::read_dir(place.path().join("out")).unwrap().count();
        assert_eq!(left, 2, "the folder and its lock");
    }
    // Other codes for all of it, since nothing is in use yet.
    let told = applied(&place, &who, &sheet, &["--centre", CENTRE, "--reissue"]);
    assert_eq!(told["sheets"][0]["again"], 12);
    assert_eq!(made(&place)[..2], after[..2], "the earlier ones are void");
    place.ask(&["audit", "verify"]);
}

#[test]
fn where_anything_is_wrong_in_any_sheet_nothing_is_made() {
    let (place, _site) = Place::with_site(None, |_| {});
    let codes = institutions(&place, 11..14);
    let who = installer(&place, &codes[..2]);
    let right = sheet(&place, "right.xlsx", &codes[..1]);
    let wrong = sheet(&place, "wrong.xlsx", &codes[1..]);
    let before = made(&place);
    let output = apply(&place, &who, &right, &["--centre", CENTRE])
        .arg(&wrong)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(made(&place), before);
    let output = apply(&place, &who, &right, &["--centre", CENTRE])
        .arg(&right)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "the same institution twice");
    assert_eq!(made(&place), before);
    place.ask(&["rollout", "installer", "end", &who, "--reason", "終了"]);
    let output = apply(&place, &who, &right, &["--centre", CENTRE])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(made(&place), before);
    // The institution without the right has the refusal in its log.
    let log = place.ask(&["audit", "export"]);
    let refused = log.lines().filter(|line| {
        let entry: Value = serde_json::from_str(line).unwrap();
        entry["function"] == "roll_out"
            && entry["outcome"] == "refused"
            && entry["facility"] == codes[2]
    });
    assert_eq!(refused.count(), 1);
}

fn set_up(place: &Place, file: &Path, folder: &Path) -> Command {
    let mut command = place.onshi(&["--json", "terminal", "set-up"]);
    command.arg(file).arg("--folder").arg(folder);
    command
}

#[test]
fn killed_at_any_moment_all_is_made_and_handed_over_or_nothing() {
    let (place, _site) = Place::with_site(None, |_| {});
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let centre = format!("https://localhost:{}", served.address().unwrap().port());
    let more = ["--centre", &centre];
    let mut moments = Moments::new(41);
    let mut whole = Duration::from_millis(300);
    let (mut nothing, mut all) = (0, 0);
    for round in 0..rounds(KILLS, 6) {
        let codes = institutions(&place, 100 + round * 10..102 + round * 10);
        let who = installer(&place, &codes);
        let sheet = sheet(&place, &format!("sheet-{round}.xlsx"), &codes);
        let before = made(&place);
        let mut last = before;
        for _ in 0..4 {
            let mut child = apply(&place, &who, &sheet, &more)
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(moments.between(whole / 4, whole));
            child.kill().unwrap();
            child.wait().unwrap();
            last = made(&place);
            let grown = last[2] - before[2];
            assert!((0..2).contains(&grown), "it is made once");
            assert_eq!(last[0] - before[0], 6 * grown, "all or nothing");
            assert_eq!(last[1] - before[1], 6 * grown, "all or nothing");
        }
        match last == before {
            true => nothing += 1,
            false => all += 1,
        }
        let begun = Instant::now();
        let told = applied(&place, &who, &sheet, &more);
        if told["sheets"][0]["folder"].is_string() {
            whole = begun.elapsed();
        }
        let done = made(&place);
        assert_eq!(
            [
                done[0] - before[0],
                done[1] - before[1],
                done[2] - before[2]
            ],
            [6, 6, 1]
        );
        // What was handed over is there once, and opens what was made.
        let toml = files(&place.path().join("out")).into_iter().filter(|path| {
            let of = codes
                .iter()
                .any(|code| path.display().to_string().contains(code.as_str()));
            of && path.ends_with("terminal-01.toml")
        });
        let toml: Vec<PathBuf> = toml.collect();
        assert_eq!(toml.len(), 2, "{toml:?}");
        terminal(
            &place,
            &toml[0],
            &place.path().join(format!("terminal-{round}")),
            &mut moments,
        );
    }
    println!("{nothing} rounds in which nothing was made, {all} in which all was");
    assert!(served.stop().is_ok());
    place.ask(&["audit", "verify"]);
}

/// A terminal is set up, killed on its way, and ends with its certificates, passwords that nobody else has, and settings.
fn terminal(place: &Place, file: &Path, folder: &Path, moments: &mut Moments) {
    for _ in 0..3 {
        let mut child = set_up(place, file, folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(moments.between(Duration::ZERO, Duration::from_millis(250)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    for _ in 0..2 {
        let output = set_up(place, file, folder).output().unwrap();
        assert!(output.status.success(), "{}", place.complaints());
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["certificates"].as_array().unwrap().len(), 2);
        assert_eq!(told["accounts"], serde_json::json!(["link01", "face01"]));
        assert_eq!(told["settings"].as_array().unwrap().len(), 3);
    }
    for path in files(folder) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
    let password = std::fs::read_to_string(folder.join("passwords/link01")).unwrap();
    assert!(!place.complaints().contains(&password), "it is in a log");
    let bundle = std::fs::read_to_string(file).unwrap();
    assert!(!bundle.contains(&password));
}

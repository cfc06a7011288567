//! The operator's import: killed in the middle, with a file that changes meanwhile, and told to
//! scripts by its exit code.

use crate::faults::place::Place;
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::store::Location;
use onshi_scenarios::database::Database;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

fn line(person: i64, name: &str) -> String {
    let record = QualificationRecord {
        person,
        insurer_number: "06139018".to_owned(),
        insured_identification_number: person.to_string(),
        insured_card_classification: "01".to_owned(),
        name: name.to_owned(),
        sex1: "1".to_owned(),
        birthdate: "19900101".to_owned(),
        qualification_date: "20200401".to_owned(),
        ..QualificationRecord::default()
    };
    serde_json::to_string(&Line::Qualification(Box::new(record))).unwrap() + "\n"
}

fn people(persons: i64) -> String {
    (1..=persons).map(|one| line(one, "架空太郎")).collect()
}

fn write(place: &Place, text: &str) -> PathBuf {
    let file = place.path().join("people.jsonl");
    std::fs::write(&file, text).unwrap();
    file
}

fn number(place: &Place, sql: &'static str) -> i64 {
    let location = Location::Sqlite(PathBuf::from(&place.config.store.location));
    Database::open(&location).number(sql).unwrap_or(0)
}

/// Imports to the end: the exit code, and what was printed.
fn import(place: &Place, file: &Path, more: &[&str]) -> (i32, Value) {
    let file = file.to_str().unwrap();
    let arguments = [&["insured", "import", file, "--json"], more].concat();
    let output = place.onshi(&arguments).output().unwrap();
    let told = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), told)
}

/// Begins to import, and is killed as soon as a part of it is on the disk.
fn killed_in_the_middle(place: &Place, file: &Path) -> i64 {
    let mut child: Child = place
        .onshi(&["insured", "import", file.to_str().unwrap()])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    loop {
        let reached = number(place, "select coalesce(max(lines), 0) from import_run");
        let ended = child.try_wait().unwrap();
        if reached > 0 || ended.is_some() {
            assert!(ended.is_none(), "it was too quick to be killed");
            child.kill().unwrap();
            child.wait().unwrap();
            return number(place, "select max(lines) from import_run");
        }
        std::thread::yield_now();
    }
}

const PERSONS: i64 = 40_000;

#[test]
fn a_killed_import_goes_on_and_a_changed_file_begins_anew() {
    let place = Place::new(None);
    place.ask(&["migrate"]);
    let text = people(PERSONS);
    let file = write(&place, &text);
    let reached = killed_in_the_middle(&place, &file);
    assert!((1..PERSONS).contains(&reached), "{reached}");
    let (code, told) = import(&place, &file, &[]);
    assert_eq!(code, 0, "{}", place.complaints());
    assert_eq!(told["lines"], PERSONS);
    assert_eq!(told["added"], PERSONS, "nothing was taken twice: {told}");
    assert_eq!(import(&place, &file, &[]).1, told, "done is done");

    // The same length, the same first 64 KiB, and one name another, in what was taken first.
    let changed = text.replacen(&line(1_000, "架空太郎"), &line(1_000, "架空次郎"), 1);
    assert_eq!(changed.len(), text.len());
    assert!(changed[..1 << 16] == text[..1 << 16]);
    let (code, told) = import(&place, &write(&place, &changed), &[]);
    assert_eq!((code, &told["changed"]), (0, &Value::from(1)), "{told}");
    assert_eq!(told["unchanged"], PERSONS - 1);

    // Changed between the kill and the next start: no line of it is passed over either.
    let file = write(&place, &people(PERSONS + 4_000));
    killed_in_the_middle(&place, &file);
    let mended =
        people(PERSONS + 4_000).replacen(&line(1_000, "架空太郎"), &line(1_000, "架空花子"), 1);
    let (code, told) = import(&place, &write(&place, &mended), &[]);
    assert_eq!((code, &told["lines"]), (0, &Value::from(PERSONS + 4_000)));
    let named = "select count(*) from qualification where name = '架空花子' and person = 1000";
    assert_eq!(number(&place, named), 1);
    let all = "select count(*) from qualification";
    assert_eq!(number(&place, all), PERSONS + 4_000);
    place.ask(&["audit", "verify"]);
}

#[test]
fn lines_that_were_left_out_are_told_by_the_exit_code_and_in_a_file() {
    let place = Place::new(None);
    place.ask(&["migrate"]);
    let file = write(&place, &(people(2) + "bad\n" + &line(3, "")));
    let beside = place.path().join("people.jsonl.rejected.jsonl");
    for more in [vec![], vec![], vec!["--again"]] {
        let (code, told) = import(&place, &file, &more);
        assert_eq!(code, 5, "{}", place.complaints());
        assert_eq!(
            (&told["accepted"], &told["rejected"]),
            (&2.into(), &2.into())
        );
        let report = std::fs::read_to_string(&beside).unwrap();
        let lines: Vec<Value> = report
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2, "{report}");
        assert_eq!(
            (&lines[0]["line"], &lines[1]["line"]),
            (&3.into(), &4.into())
        );
        assert!(place.complaints().contains(beside.to_str().unwrap()));
    }
    let elsewhere = place.path().join("elsewhere");
    let more = ["--again", "--report", elsewhere.to_str().unwrap()];
    assert_eq!(import(&place, &file, &more).0, 5);
    assert!(elsewhere.exists());
}

#[test]
fn the_file_of_lines_left_out_is_of_the_last_import_of_that_name_alone() {
    let place = Place::new(None);
    place.ask(&["migrate"]);
    let beside = place.path().join("people.jsonl.rejected.jsonl");
    let (bad, good) = (people(2) + "bad\n", people(3));
    let worse = people(1) + "bad\n\nbad\n" + &line(4, "");
    let read = || std::fs::read_to_string(&beside).unwrap();
    assert_eq!(import(&place, &write(&place, &bad), &[]).0, 5);
    let first = read();
    // Nothing is left out of this one, so nothing lies beside it.
    assert_eq!(import(&place, &write(&place, &good), &[]).0, 0);
    assert!(!beside.exists());
    assert_eq!(import(&place, &write(&place, &worse), &[]).0, 5);
    let worst = read();
    assert!(worst.lines().count() > first.lines().count());
    // What was imported before is not told in another's words.
    assert_eq!(import(&place, &write(&place, &bad), &[]).0, 5);
    assert!(!beside.exists(), "{}", read());
    assert!(
        place.complaints().contains("--again"),
        "{}",
        place.complaints()
    );
    assert_eq!(import(&place, &write(&place, &bad), &["--again"]).0, 5);
    assert_eq!(read(), first);
    assert_eq!(import(&place, &write(&place, &good), &[]).0, 0);
    assert!(!beside.exists());
    // What somebody else has there is not written over, least of all what is imported.
    let file = write(&place, &worse);
    let own = ["--again", "--report", file.to_str().unwrap()];
    assert_eq!(import(&place, &file, &own).0, 2);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), worse);
    std::fs::write(&beside, "my notes").unwrap();
    assert_eq!(import(&place, &file, &["--again"]).0, 2);
    assert_eq!(read(), "my notes");
}

#[test]
fn a_second_population_is_refused_and_the_same_again_is_not() {
    let place = Place::new(None);
    place.ask(&["migrate"]);
    let populate = |day: &str, seed: &str| {
        let arguments = [
            "insured",
            "populate",
            "--lang",
            "ja",
            "--persons",
            "50",
            "--seed",
            seed,
            "--today",
            day,
        ];
        let status = place.onshi(&arguments).stdout(Stdio::null()).status();
        status.unwrap().code().unwrap()
    };
    let rows = || number(&place, "select count(*) from qualification");
    assert_eq!(populate("20261101", "1"), 0);
    let before = rows();
    assert_eq!(populate("20261101", "1"), 0, "as after a kill");
    for (day, seed) in [("20261102", "1"), ("20261101", "2")] {
        assert_eq!(populate(day, seed), 3, "{day} {seed}");
    }
    assert_eq!(rows(), before);
    let told = place.complaints();
    assert!(told.contains("20261101 現在"), "{told}");
    assert!(
        told.contains("--persons 50 --seed 1 --today 20261101"),
        "{told}"
    );
}

/// Files of `cases/insured`: the exit code, and what is said of it.
const CASES: &[(&str, i32, &str)] = &[
    (
        "branch-1-digit.csv",
        5,
        "InsuredBranchNumber: 被保険者証枝番は半角数字2桁",
    ),
    (
        "branch-A1.csv",
        5,
        "InsuredBranchNumber: 被保険者証枝番は半角数字2桁",
    ),
    (
        "branch-full-width.csv",
        5,
        "InsuredBranchNumber: 被保険者証枝番は半角数字2桁",
    ),
    (
        "branch-3-digits.csv",
        5,
        "InsuredBranchNumber: 被保険者証枝番は半角数字2桁",
    ),
    (
        "branch-blank-1.csv",
        5,
        "InsuredBranchNumber: 被保険者証枝番は半角数字2桁",
    ),
    (
        "branch-minus-1.csv",
        5,
        "InsuredBranchNumber: 被保険者証枝番は半角数字2桁",
    ),
    ("name-tab.csv", 5, "Name: 氏名に使えない文字（タブ"),
    (
        "name-zero-width.csv",
        5,
        "Name: 氏名に使えない文字（見えない",
    ),
    (
        "name-soft-hyphen.csv",
        5,
        "InsuredName: 被保険者氏名（世帯主氏名）に使えない文字（見えない",
    ),
    (
        "name-control.csv",
        5,
        "NameOfOther: 氏名（その他）に使えない文字（制御",
    ),
    (
        "name-direction-mark.csv",
        5,
        "Name: 氏名に使えない文字（文字の向き",
    ),
    ("kana-full-width.csv", 5, "NameKana: 氏名カナは半角カナ"),
    (
        "number-21.csv",
        5,
        "InsuredIdentificationNumber: 被保険者証番号は20文字以内",
    ),
    (
        "number-21-full-width.csv",
        5,
        "InsuredIdentificationNumber: 被保険者証番号は20文字以内",
    ),
    (
        "number-hyphens.csv",
        5,
        "InsuredIdentificationNumber: 被保険者証番号には空白・ハイフン以外の文字が必要",
    ),
    (
        "symbol-21.csv",
        5,
        "InsuredCardSymbol: 被保険者証記号は20文字以内",
    ),
    (
        "ratio-30.csv",
        5,
        "InsuredPartialContributionRatio: 被保険者証一部負担金割合は半角数字3桁",
    ),
    (
        "ratio-040.csv",
        5,
        "InsuredPartialContributionRatio: 被保険者証一部負担金割合は 010",
    ),
    (
        "ratio-full-width.csv",
        5,
        "InsuredPartialContributionRatio: 被保険者証一部負担金割合は半角数字3桁",
    ),
    (
        "ratio-1.csv",
        5,
        "InsuredPartialContributionRatio: 被保険者証一部負担金割合は半角数字3桁",
    ),
    ("shift-jis.csv", 5, "UTF-8ではありません"),
    ("cr-only.csv", 0, "1行を読み、1行を取り込み"),
    ("mixed-line-ends.csv", 0, "2行を読み、2行を取り込み"),
    ("blank-first-line.csv", 0, "1行を読み、1行を取り込み"),
    ("utf-16.csv", 2, "UTF-16"),
    ("headings-only.csv", 2, "1行もありません"),
    ("tabs.csv", 2, "見出し"),
];

#[test]
fn every_case_of_a_file_is_read_or_refused_with_its_cause() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/insured");
    for (name, code, words) in CASES {
        let place = Place::new(None);
        place.ask(&["migrate"]);
        let file = place.path().join(name);
        std::fs::copy(folder.join(name), &file).unwrap();
        let output = place
            .onshi(&["--lang", "ja", "insured", "import", file.to_str().unwrap()])
            .output()
            .unwrap();
        let report = place.path().join(format!("{name}.rejected.jsonl"));
        let told = String::from_utf8_lossy(&output.stdout).into_owned()
            + &place.complaints()
            + &std::fs::read_to_string(report).unwrap_or_default();
        assert_eq!(output.status.code(), Some(*code), "{name}: {told}");
        assert!(told.contains(words), "{name}: {told}");
        let rows = number(&place, "select count(*) from qualification");
        // What says how many lines were read begins with that number.
        let taken = words.chars().next().and_then(|first| first.to_digit(10));
        let taken = taken.filter(|_| *code == 0).unwrap_or(0);
        assert_eq!(rows, i64::from(taken), "{name}");
    }
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(files, CASES.len(), "every file is a case");
}

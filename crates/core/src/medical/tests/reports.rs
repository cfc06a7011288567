//! What is reported line by line: taken, or told what is wrong with it, and never of others' insured.

use super::*;
use crate::insured::import::Run;
use crate::insured::import_reader::{Batch, Format, ImportReader, NotTaken, Rejection};
use serde_json::{Value, json};

fn line(changes: &[(&str, Value)]) -> Value {
    let mut line = json!({
        "Person": 1,
        "InsurerNumber": INSURER,
        "Source": "Claim",
        "Month": "202601",
        "InstitutionCode": "1319990014",
        "InstitutionName": "架空内科",
        "InOut": "2",
        "Days": [{"Date": "20260105", "Medicines": [{
            "Code": "620000001", "Name": "見本錠５ｍｇ", "Quantity": "1", "Unit": "錠", "Times": "28",
        }]}],
    });
    for (name, value) in changes {
        line[*name] = value.clone();
    }
    json!({ "Medicines": line })
}

fn import(centre: &TestCentre, text: &str) -> (Run, Vec<Rejection>) {
    let mut import_reader: ImportReader<Record> = ImportReader::begin(Format::JsonLines, 100);
    let mut batches = import_reader.push(text.as_bytes()).unwrap();
    batches.extend(import_reader.finish().unwrap());
    let (mut run, mut rejections) = (Run::default(), Vec::new());
    for batch in batches {
        let taken = centre.change(
            Actor::operator(),
            Function::ImportMedicalRecords,
            move |tx| super::import::take_batch(tx, "file", &batch),
        );
        let (so_far, more) = taken.unwrap();
        run = so_far;
        rejections.extend(more);
    }
    (run, rejections)
}

fn problems(centre: &TestCentre, changes: &[(&str, Value)]) -> Vec<String> {
    let (run, mut rejections) = import(centre, &format!("{}\n", line(changes)));
    assert_eq!(run.progress.accepted + run.progress.rejected, 1);
    rejections.pop().map_or_else(Vec::new, |one| one.problems)
}

#[test]
fn lines_are_taken_and_what_is_wrong_is_told_by_its_item() {
    let (centre, clinic) = centre();
    consent(&centre, &clinic, Scope::Medicines);
    assert_eq!(problems(&centre, &[]), Vec::<String>::new());
    let told = all_medicines(&centre, &clinic);
    assert_eq!(told[0].days[0].medicines[0].name, "見本錠５ｍｇ");
    assert_eq!(told[0].institution, clinic_name());

    let long = "漢".repeat(401);
    let day = |name: &str| json!([{"Date": "20260105", "Medicines": [{"Name": name}]}]);
    for (item, value, starts) in [
        ("Month", json!("190013"), "Month:"),
        ("Month", json!("202602"), "Date: Month の月"),
        ("Source", json!("claims"), "Source:"),
        ("InstitutionCode", json!("131999001"), "InstitutionCode:"),
        ("InsurerNumber", json!("06139019"), "InsurerNumber:"),
        ("InOut", json!("入院"), "InOut:"),
        ("Person", json!(0), "Person:"),
        ("Person", json!(2), "Person: この保険者"),
        ("InsurerNumber", json!("01130012"), "Person: この保険者"),
        ("Days", day(&long), "Name: 400文字以内"),
        ("Days", day(""), "Name: 必須"),
        ("Days", day("a\u{7}b"), "Name: 使えない文字"),
        (
            "Days",
            json!([{"Date": "19000101", "Medicines": []}]),
            "Date: Month の月",
        ),
        ("Days", json!("x"), "定められた形と違います"),
        ("Doctor", json!("x"), "Doctor: 定められていない項目"),
    ] {
        let told = problems(&centre, &[(item, value)]);
        assert!(
            told.iter().any(|one| one.starts_with(starts)),
            "{item} {starts}: {told:?}"
        );
    }
    // A month of 1900 is a month; it is only not told any more.
    let old = [
        ("Month", json!("190001")),
        (
            "Days",
            json!([{"Date": "19000101", "Medicines": [{"Name": "見本"}]}]),
        ),
    ];
    assert_eq!(problems(&centre, &old), Vec::<String>::new());
    assert_eq!(all_medicines(&centre, &clinic).len(), 1);
    // Without days the record is taken back.
    assert_eq!(
        problems(&centre, &[("Days", json!([]))]),
        Vec::<String>::new()
    );
    assert_eq!(all_medicines(&centre, &clinic), []);
}

#[test]
fn a_month_has_twenty_thousand_lines_and_not_one_more() {
    let (centre, _) = centre();
    let month = |lines: usize| {
        let medicines = vec![json!({"Name": "見本錠５ｍｇ", "Times": "28"}); lines];
        json!([{"Date": "20260105", "Medicines": medicines}])
    };
    assert_eq!(
        problems(&centre, &[("Days", month(20_000))]),
        Vec::<String>::new()
    );
    let told = problems(&centre, &[("Days", month(20_001))]);
    assert!(
        told[0].starts_with("Days: 1件の記録は20000行まで"),
        "{told:?}"
    );
}

#[test]
fn every_kind_is_reported_and_csv_is_refused_with_what_to_do() {
    let (centre, _) = centre();
    let head = |days: Value| {
        json!({
            "Person": 1, "InsurerNumber": INSURER, "Month": "202601",
            "InstitutionCode": "1319990014", "InstitutionName": "架空内科", "Days": days,
        })
    };
    let text = [
        json!({"Treatments": head(json!([{"Date": "20260105",
            "Treatments": [{"Code": "112007410", "Name": "再診料"}]}]))}),
        json!({"Operations": head(json!([{"Date": "20260105", "Name": "見本手術"}]))}),
        json!({"Checkups": head(json!([{"Date": "20260105", "Items": [{
            "Code": "3D046000001906202", "Name": "HbA1c", "DataType": "PQ", "Value": "5.6"}]}]))}),
    ];
    let lines: String = text.iter().map(|line| format!("{line}\n")).collect();
    let (run, rejections) = import(&centre, &lines);
    assert_eq!(rejections, []);
    assert_eq!((run.progress.added, run.progress.finished), (3, true));

    let mut csv: ImportReader<Record> = ImportReader::begin(Format::Csv, 2);
    let told: Result<Vec<Batch<Record>>, NotTaken> = csv.push(b"Person,Month\n1,202601\n");
    let Err(NotTaken::Beginning(words)) = told else {
        panic!("{told:?}");
    };
    assert!(words.japanese.contains("JSONの行"));
}

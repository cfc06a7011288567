//! Taking files in: piece by piece, again, after a kill, changed meanwhile.

mod refused;

use super::import::{self, Progress, Run};
use super::import_reader::{Batch, Format, ImportReader, NotTaken};
use super::{InsurerRecord, Line, QualificationRecord};
use crate::testing::{TestCentre, code, taro};
use crate::{Actor, Error, Function, RefusalCode};

const OWN: &str = "06139018";

fn text_of(record: QualificationRecord) -> String {
    serde_json::to_string(&Line::Qualification(Box::new(record))).unwrap() + "\n"
}

fn people(range: std::ops::Range<i64>) -> String {
    range.map(|person| text_of(taro(person))).collect()
}

fn insurer() -> String {
    let record = InsurerRecord {
        insurer_number: OWN.to_owned(),
        insurer_name: "架空健康保険組合".to_owned(),
        data_date: "20260401".to_owned(),
    };
    serde_json::to_string(&Line::Insurer(record)).unwrap() + "\n"
}

fn all(mut import_reader: ImportReader, text: &[u8], piece: usize) -> Result<Vec<Batch>, NotTaken> {
    let mut batches = Vec::new();
    for part in text.chunks(piece) {
        batches.extend(import_reader.push(part)?);
    }
    batches.extend(import_reader.finish()?);
    Ok(batches)
}

fn jsonl(batch_lines: usize) -> ImportReader {
    ImportReader::begin(Format::JsonLines, batch_lines).going_on(Run::default())
}

fn told(batches: &[Batch]) -> Vec<(i64, String)> {
    let rejected = batches.iter().flat_map(|batch| &batch.rejections);
    rejected
        .map(|one| (one.line, one.problems.join(" ")))
        .collect()
}

/// What is kept after this batch.
fn after(batch: &Batch) -> Run {
    Run {
        progress: Progress {
            position: batch.position,
            lines: batch.line_count,
            finished: batch.finished,
            ..Progress::default()
        },
        digest: Some(batch.digest.clone()),
        insurer: batch.insurer.clone(),
        ..Run::default()
    }
}

#[test]
fn however_it_is_cut_it_is_the_same() {
    let text = insurer() + "\n" + &people(1..8) + "not json\n" + people(8..9).trim_end();
    let whole = all(jsonl(3), text.as_bytes(), text.len()).unwrap();
    assert_eq!(told(&whole).len(), 1);
    assert_eq!(whole.last().unwrap().position, text.len() as i64);
    assert_eq!(
        whole.iter().map(|batch| batch.lines.len()).sum::<usize>(),
        9
    );
    for piece in [1, 2, 7, 64, 1000] {
        assert_eq!(all(jsonl(3), text.as_bytes(), piece).unwrap(), whole);
    }
}

#[test]
fn going_on_passes_over_what_is_done_and_nothing_else() {
    let text = people(1..10);
    let whole = all(jsonl(3), text.as_bytes(), 50).unwrap();
    for (place, batch) in whole.iter().enumerate() {
        let going_on = jsonl(3).going_on(after(batch));
        let rest = all(going_on, text.as_bytes(), 50).unwrap();
        assert_eq!(rest, whole[place + 1..]);
    }
}

#[test]
fn a_file_that_was_changed_meanwhile_is_found_out() {
    let text = people(1..10);
    let whole = all(jsonl(3), text.as_bytes(), 50).unwrap();
    let changed = [
        text.replacen("架空太郎", "架空次郎", 1),
        // Of the same length, and the same at its beginning.
        text.replace("\"Person\":3", "\"Person\":4"),
        format!("{}{text}", people(10..11)),
        text[..100].to_owned(),
        String::new(),
    ];
    for other in changed {
        let going_on = jsonl(3).going_on(after(&whole[0]));
        let answer = all(going_on, other.as_bytes(), 50);
        assert_eq!(answer, Err(NotTaken::Changed), "{other}");
    }
    // When it was read to its end, a line behind it is another file, too.
    let longer = text.clone() + &people(10..11);
    let done = after(whole.last().unwrap());
    let answer = all(jsonl(3).going_on(done.clone()), longer.as_bytes(), 50);
    assert_eq!(answer, Err(NotTaken::Changed));
    assert_eq!(
        all(jsonl(3).going_on(done), text.as_bytes(), 50),
        Ok(vec![])
    );
    // What was changed only behind what is done is taken as it is now.
    let behind = people(1..9) + &people(20..21);
    let rest = all(jsonl(3).going_on(after(&whole[1])), behind.as_bytes(), 50).unwrap();
    assert_eq!(
        rest[0].lines.last(),
        Some(&Line::Qualification(Box::new(taro(20))))
    );
}

#[test]
fn a_line_of_any_length_costs_no_more_than_the_longest_that_is_taken() {
    let mut import_reader = jsonl(10);
    for _ in 0..100 {
        assert_eq!(import_reader.push(&[b' '; 10_000]).unwrap(), []);
    }
    import_reader.push(b"\n").unwrap();
    import_reader.push(people(1..2).as_bytes()).unwrap();
    let last = import_reader.finish().unwrap().unwrap();
    assert_eq!(last.lines.len(), 1);
    assert_eq!(
        told(&[last]),
        [(1, "行が長すぎます（64KiBまで）。".to_owned())]
    );
}

#[test]
fn what_is_wrong_is_told_by_its_item_and_not_by_its_value() {
    type Spoil = fn(&mut QualificationRecord);
    let wrong: [(Spoil, &str); 9] = [
        (|r| r.person = 0, "Person"),
        (
            |r| r.insurer_number = "06139019".to_owned(),
            "InsurerNumber",
        ),
        (|r| r.name = " ".to_owned(), "Name"),
        (|r| r.birthdate = "19900231".to_owned(), "Birthdate"),
        (
            |r| r.qualification_date = "19800101".to_owned(),
            "QualificationDate",
        ),
        (|r| r.sex1 = "7".to_owned(), "Sex1"),
        (
            |r| r.reason_of_loss = Some("01".to_owned()),
            "DisqualificationDate",
        ),
        (
            |r| r.insured_card_valid_date = Some("1".to_owned()),
            "InsuredCardValidDate",
        ),
        (
            |r| r.insured_card_expiration_date = Some("x".to_owned()),
            "InsuredCardExpirationDate",
        ),
    ];
    for (spoil, item) in wrong {
        let mut one = taro(1);
        spoil(&mut one);
        let told = told(&all(jsonl(3), text_of(one).as_bytes(), 50).unwrap());
        assert_eq!(told.len(), 1, "{item}");
        assert!(told[0].1.starts_with(item), "{told:?}");
        assert!(!told[0].1.contains("架空"), "{told:?}");
    }
    let lines = [
        r#"{"Qualification":{"Person":"山田太郎"}}"#,
        r#"{"Qualification":{"山田太郎":1}}"#,
        r#"{"山田太郎":1}"#,
        r#"{"Qualification":{"Person":1,"Name":"山田太郎\u0000"}}"#,
        "山田太郎",
    ];
    for line in lines {
        let told = told(&all(jsonl(3), line.as_bytes(), 50).unwrap());
        assert_eq!(told.len(), 1, "{line}");
        assert!(!told[0].1.contains("山田"), "{told:?}");
    }
    let unknown = r#"{"Qualification":{"Birthday":"1"}}"#;
    let told = told(&all(jsonl(3), unknown.as_bytes(), 50).unwrap());
    assert!(
        told[0].1.starts_with("Birthday: 定められていない"),
        "{told:?}"
    );
}

#[test]
fn csv_is_read_by_its_names() {
    let text = "\u{feff}Person,InsurerNumber,InsuredIdentificationNumber,\
        InsuredCardClassification,Name,Sex1,Birthdate,QualificationDate,InsurerName,DataDate\r\n\
        ,06139018,,,,,,,架空健保,20260401\r\n\
        1,06139018,1,01,架空太郎,1,19900101,20200401,,\r\n\
        \r\n\
        1,06139018\r\n\
        x,06139018,1,01,架空太郎,1,19900101,20200401,,\r\n";
    let csv = ImportReader::begin(Format::Csv, 2).going_on(Run::default());
    let whole = all(csv, text.as_bytes(), 10).unwrap();
    assert_eq!(whole[0].lines[1], Line::Qualification(Box::new(taro(1))));
    let lines: Vec<i64> = told(&whole).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [5, 6], "as an editor counts them");
    let going_on = ImportReader::begin(Format::Csv, 2).going_on(after(&whole[0]));
    assert_eq!(all(going_on, text.as_bytes(), 10).unwrap(), whole[1..]);
}

#[test]
fn a_report_begins_with_its_insurer() {
    let of = || jsonl(3).of("06139018");
    let begun = |text: &str| all(of(), text.as_bytes(), 50);
    for text in [
        String::new(),
        people(1..2),
        "{}\n".to_owned(),
        insurer().replace("06139018", "06139026"),
        insurer().replace("20260401", "20260431"),
    ] {
        let told = begun(&text).unwrap_err();
        assert!(matches!(told, NotTaken::Beginning(_)), "{text}: {told:?}");
    }
    let twice = begun(&(insurer() + &people(1..2) + &insurer())).unwrap();
    assert_eq!(told(&twice).len(), 1);
    assert_eq!(twice[0].insurer.as_ref().unwrap().data_date, "20260401");
}

#[test]
fn a_report_that_is_nearly_nothing_but_wrong_is_read_no_further() {
    let of = || jsonl(500).of("06139018");
    let wrong = "{}\n".repeat(100_000);
    let told = all(of(), (insurer() + &wrong).as_bytes(), 4096).unwrap_err();
    let NotTaken::MostlyWrong(words) = told else {
        panic!("{told:?}");
    };
    assert!(
        words.japanese.contains("1002行目で") && words.japanese.contains("1002行目: "),
        "{words:?}"
    );
    assert!(words.english.contains("line 1002"), "{words:?}");
    // One good line in nine is a report, with much to mend.
    let mixed: String = (1..400)
        .map(|one| people(one..one + 1) + &"{}\n".repeat(9))
        .collect();
    let whole = all(of(), (insurer() + &mixed).as_bytes(), 4096).unwrap();
    assert_eq!(
        whole
            .iter()
            .map(|batch| batch.rejections.len())
            .sum::<usize>(),
        399 * 9
    );
    // The operator's own file is read to its end.
    assert!(all(jsonl(500), wrong.as_bytes(), 4096).is_ok());
}

#[test]
fn a_batch_holds_no_more_than_its_bytes_and_a_line_tells_no_more_than_its_share() {
    let long = people(1..2).replace("\n", &(" ".repeat(60_000) + "\n"));
    let whole = all(jsonl(10_000), long.repeat(40).as_bytes(), 4096).unwrap();
    let most = whole.iter().map(|batch| batch.lines.len()).max().unwrap();
    assert!(most <= 18, "{most} lines of 60 kB in a batch");
    assert_eq!(
        whole.iter().map(|batch| batch.lines.len()).sum::<usize>(),
        40
    );
    let of_one = "{\"Issued\":\"\",\"From\":\"\",\"Until\":\"\",\"Ratio\":\"\"}";
    for (count, told) in [(1000, 1), (200, 21)] {
        let list = format!(
            "\"ElderlyRecipientCertificates\":[{}],\"Name\"",
            vec![of_one; count].join(",")
        );
        let line = people(1..2).replace("\"Name\"", &list);
        let whole = all(jsonl(10), line.as_bytes(), 4096).unwrap();
        assert_eq!(
            whole[0].rejections[0].problems.len(),
            told,
            "{:?}",
            whole[0].rejections
        );
    }
}

#[test]
fn no_batch_is_taken_where_one_before_it_is_missing() {
    let centre = TestCentre::new();
    let whole = all(jsonl(3), people(1..10).as_bytes(), 50).unwrap();
    let take = |batch: &Batch| -> Result<Run, Error> {
        let batch = batch.clone();
        centre.change(
            Actor::operator(),
            Function::ImportInsuredPersons,
            move |tx| import::take_batch(tx, "file", &batch),
        )
    };
    take(&whole[0]).unwrap();
    assert_eq!(code(take(&whole[2])), RefusalCode::ReportUnderWay);
    assert_eq!(code(take(&whole[0])), RefusalCode::ReportUnderWay);
    for batch in &whole[1..] {
        take(batch).unwrap();
    }
    assert_eq!(centre.number("select count(*) from qualification", &[]), 9);
    // Beginning anew is always possible, and changes nothing.
    let anew = Batch {
        from: None,
        ..whole[0].clone()
    };
    let run = take(&anew).unwrap();
    assert_eq!((run.progress.added, run.progress.unchanged), (0, 3));
    assert!(!run.progress.finished);
}

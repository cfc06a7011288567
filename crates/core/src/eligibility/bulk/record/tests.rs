//! Rows as they are kept, of this version and of the one before.

use super::*;
use onshi_wire::Block;

fn question() -> RowQuestion {
    RowQuestion {
        identifier: Some("P\"1\u{3000}\\".to_owned()),
        insurer_number: "  138057".to_owned(),
        symbol: Some("見本１".to_owned()),
        number: "1001".to_owned(),
        branch: Some("02".to_owned()),
        birthdate: "19750502".to_owned(),
        ceiling_consent: "1".to_owned(),
    }
}

fn answer() -> RowAnswer {
    RowAnswer {
        done: true,
        code: Some("N".to_owned()),
        words: Some("二行の\n言葉".to_owned()),
        validity: Some("1".to_owned()),
        told: Some(ResultOfQualificationConfirmation {
            name: "架空　花子".to_owned(),
            insurer_number: Some("  138057".to_owned()),
            ..ResultOfQualificationConfirmation::default()
        }),
        reference_number: Some("P1".to_owned()),
    }
}

fn json(block: &dyn Block) -> String {
    String::from_utf8(print_json(block)).unwrap()
}

fn confirm(kept: &KeptRow) -> String {
    let row = kept.row(BulkKind::Eligibility).unwrap().unwrap();
    json(&BulkConfirmUnit::from(row))
}

fn registration(kept: &KeptRow) -> String {
    let row = kept.row(BulkKind::ReferenceNumbers).unwrap().unwrap();
    json(&BulkRegistrationUnit::from(row))
}

#[test]
fn what_is_kept_is_read_as_it_was_told() {
    let item = Item {
        question: Some(question()),
        answer: Some(answer()),
        spelling: None,
    };
    let kept = item.kept().unwrap();
    assert_eq!(kept.version, VERSION);
    assert_eq!(kept.question(BulkKind::Eligibility).unwrap(), item.question);
    let unit = BulkConfirmUnit::from(Row {
        question: Some(question()),
        answer: answer(),
    });
    assert_eq!(confirm(&kept), json(&unit));
    // A row of a list asks about nobody, and one that waits has no answer.
    let listed = Item {
        answer: Some(answer()),
        ..Item::default()
    };
    let row = listed.kept().unwrap().row(BulkKind::Tickets).unwrap();
    assert_eq!(row.unwrap().question, None);
    let waiting = Item {
        question: Some(question()),
        ..Item::default()
    };
    let row = waiting.kept().unwrap().row(BulkKind::Eligibility).unwrap();
    assert!(row.is_none());
}

#[test]
fn what_builds_before_kept_is_told_as_before() {
    let unit = BulkConfirmUnit::from(Row {
        question: Some(question()),
        answer: answer(),
    });
    let search = unit.search.clone().unwrap();
    let kept = |question: &dyn Block, answer: &dyn Block| KeptRow {
        version: 1,
        question: json(question),
        answer: Some(json(answer)),
        spelling: None,
    };
    assert_eq!(confirm(&kept(&search, &unit)), json(&unit));
    let info = ReferenceNumberRegistrationInfo::from(question());
    let unit = BulkRegistrationUnit {
        registration: Some(info.clone()),
        processing_result_status: "2".to_owned(),
        processing_result_code: Some("E".to_owned()),
        processing_result_message: Some("だれもいません。".to_owned()),
    };
    assert_eq!(registration(&kept(&info, &unit)), json(&unit));
}

#[test]
fn what_no_build_kept_is_a_fault_and_nobodys_row() {
    let good = Item {
        question: Some(question()),
        answer: Some(answer()),
        spelling: None,
    };
    let good = good.kept().unwrap();
    for bad in [
        KeptRow {
            version: 3,
            ..good.clone()
        },
        // What is of one version is not read as the other.
        KeptRow {
            answer: Some("[]".to_owned()),
            ..good.clone()
        },
        KeptRow {
            question: "no record".to_owned(),
            ..good.clone()
        },
    ] {
        assert!(bad.row(BulkKind::Eligibility).is_err(), "{bad:?}");
    }
}

//! Who may report for whom, and what is known of a report.

use super::*;
use crate::audit::SubjectKind;
use crate::insured::import_reader::{Batch, Format, ImportReader};
use crate::insured::{InsurerRecord, Line, QualificationRecord};
use crate::service::OperationContext;
use crate::testing::{TestCentre, code, taro};
use crate::{Actor, Function, Subject};

const OWN: &str = "06139018";
const OTHER: &str = "06139026";

fn own() -> Actor {
    Actor::insurer("aa", vec![OWN.to_owned()])
}

fn operation(centre: &TestCentre, function: Function, number: &str) -> OperationContext {
    OperationContext {
        subject: Subject::of(SubjectKind::Insurer, number),
        ..centre.operation(own(), function)
    }
}

fn insurer(number: &str, day: &str) -> String {
    let record = InsurerRecord {
        insurer_number: number.to_owned(),
        insurer_name: "架空健康保険組合".to_owned(),
        data_date: day.to_owned(),
    };
    serde_json::to_string(&Line::Insurer(record)).unwrap() + "\n"
}

fn person(person: i64, insurer: &str, name: &str) -> String {
    let record = QualificationRecord {
        insurer_number: insurer.to_owned(),
        name: name.to_owned(),
        ..taro(person)
    };
    serde_json::to_string(&Line::Qualification(Box::new(record))).unwrap() + "\n"
}

fn batches(text: &str) -> Vec<Batch> {
    let mut import_reader = ImportReader::begin(Format::JsonLines, 2)
        .going_on(Run::default())
        .of(OWN);
    let mut all = import_reader.push(text.as_bytes()).unwrap();
    all.extend(import_reader.finish().unwrap());
    all
}

fn report(centre: &TestCentre, key: &'static str, text: &str) -> Result<Run, Error> {
    let mut last = Run::default();
    for batch in batches(text) {
        let operation = operation(centre, Function::ReportInsuredPersons, OWN);
        last = centre.service().change_and_wait(operation, move |tx| {
            take_report(tx, &source(OWN, key), OWN, &batch)
        })?;
    }
    Ok(last)
}

fn status_of(centre: &TestCentre, number: &str) -> Result<Status, Error> {
    let operation = operation(centre, Function::ReadReportStatus, number);
    let number = number.to_owned();
    let service = centre.service();
    service.read_and_wait(operation, move |tx| status(tx, &number))
}

#[test]
fn an_insurer_reaches_its_own_numbers_and_no_other() {
    let centre = TestCentre::new();
    for function in [Function::ReportInsuredPersons, Function::ReadReportStatus] {
        for number in [OTHER, "", "0613901", "061390180"] {
            let told = centre.service().change_and_wait(
                operation(&centre, function, number),
                |_| -> Result<(), Error> { panic!("the door is shut") },
            );
            assert_eq!(code(told), RefusalCode::InsurerNotOwn, "{number}");
        }
        // Naming no insurer at all, or the number as something else, is no way in either.
        for subject in [Subject::NONE, Subject::of(SubjectKind::Facility, OWN)] {
            let operation = OperationContext {
                subject,
                ..operation(&centre, function, OWN)
            };
            let told = centre
                .service()
                .change_and_wait(operation, |_| -> Result<(), Error> { panic!("shut") });
            assert_eq!(code(told), RefusalCode::InsurerNotOwn);
        }
    }
    let refused = centre.number(
        "select count(*) from audit_entry where outcome = 2 and refusal = 'insurer.not_own' \
         and certificate_serial = 'aa'",
        &[],
    );
    assert_eq!(refused, 12);
    let told = centre.service().change_and_wait(
        operation(&centre, Function::ImportInsuredPersons, OWN),
        |_| Ok(()),
    );
    assert_eq!(code(told), RefusalCode::NotPermitted);
}

#[test]
fn a_report_says_what_was_new_and_stands_when_it_is_whole() {
    let centre = TestCentre::new();
    let text = insurer(OWN, "20260401") + &person(1, OWN, "架空一郎") + &person(2, OWN, "架空二郎");
    let text = text + &person(3, OTHER, "他人") + &person(2, OWN, "架空二郎");
    let all = batches(&text);
    let first = all[0].clone();
    let operation_of = || operation(&centre, Function::ReportInsuredPersons, OWN);
    let source_of = || source(OWN, "k1");
    let service = centre.service();
    let begun = service.change_and_wait(operation_of(), move |tx| {
        take_report(tx, &source_of(), OWN, &first)
    });
    assert_eq!(begun.unwrap().progress.added, 2);
    let state = status_of(&centre, OWN).unwrap();
    assert_eq!((state.persons, state.qualifications), (2, 2));
    assert_eq!(state.known, None, "half a report has no day yet");
    assert!(!state.last_report.unwrap().run.progress.finished);
    // Whoever begins the same again meanwhile is told so.
    let again = code(report(&centre, "k1", &text));
    assert_eq!(again, RefusalCode::ReportUnderWay);
    for batch in all.into_iter().skip(1) {
        let told = service.change_and_wait(operation_of(), move |tx| {
            take_report(tx, &source_of(), OWN, &batch)
        });
        told.unwrap();
    }
    let state = status_of(&centre, OWN).unwrap();
    let day = Day::from_number(20_260_401).unwrap();
    assert_eq!(state.known, Some(("架空健康保険組合".to_owned(), day)));
    let last = state.last_report.unwrap();
    assert_eq!(last.key, "k1");
    let done = last.run.progress;
    assert_eq!((done.lines, done.accepted, done.rejected), (5, 4, 1));
    assert_eq!((done.added, done.unchanged, done.changed), (3, 1, 0));
    assert_eq!(last.rejections.len(), 1);
    assert_eq!(last.rejections[0].line, 4);
    assert!(!last.rejections[0].problems.join("").contains("他人"));
    // The same under another key changes nothing; a new state of one person is one change.
    let same = report(&centre, "k2", &text).unwrap().progress;
    assert_eq!((same.added, same.changed, same.unchanged), (0, 0, 4));
    let text = insurer(OWN, "20260402") + &person(2, OWN, "架空次郎");
    let next = report(&centre, "k3", &text).unwrap().progress;
    assert_eq!((next.added, next.changed, next.unchanged), (0, 2, 0));
    let state = status_of(&centre, OWN).unwrap();
    assert_eq!((state.persons, state.qualifications), (2, 2));
    let text = insurer(OWN, "20260401") + &person(2, OWN, "架空二郎");
    assert_eq!(code(report(&centre, "k4", &text)), RefusalCode::ReportOlder);
    assert_eq!(
        status_of(&centre, OWN).unwrap().last_report.unwrap().key,
        "k3"
    );
}

#[test]
fn kept_rejections_have_a_bound() {
    let centre = TestCentre::new();
    let most = centre.service().rules().report.rejections_max;
    let mut text = insurer(OWN, "20260401");
    for place in 0..most + 10 {
        // Nearly nothing but wrong lines would be no report.
        if place % 5 == 0 {
            text.push_str(&person(place + 1, OWN, "架空　太郎"));
        }
        text.push_str("{}\n");
    }
    let run = report(&centre, "k1", &text).unwrap();
    assert_eq!(run.progress.rejected, most + 10);
    let last = status_of(&centre, OWN).unwrap().last_report.unwrap();
    assert_eq!(last.rejections.len() as i64, most);
    // The next report begins with none.
    report(&centre, "k2", &insurer(OWN, "20260401")).unwrap();
    let kept = centre.number("select count(*) from import_rejection", &[]);
    assert_eq!(kept, 0);
}

#[test]
fn a_certificate_is_written_down_with_its_numbers_and_revoked_once() {
    let centre = TestCentre::new();
    let certificate = InsurerCertificate {
        serial: "aa".to_owned(),
        name: "架空健康保険組合".to_owned(),
        numbers: vec![OWN.to_owned(), OTHER.to_owned()],
        fingerprint: "ff".to_owned(),
        not_before: centre.now(),
        not_after: centre.now().plus_seconds(86_400),
        issued_at: centre.now(),
        revoked: None,
    };
    let change = |work: fn(&mut Tx<'_>, &InsurerCertificate) -> Result<(), Error>| {
        let certificate = certificate.clone();
        centre.change(
            Actor::operator(),
            Function::ManageCertificates,
            move |desk| work(desk, &certificate),
        )
    };
    change(record).unwrap();
    let authn = centre.service().authn();
    assert_eq!(
        authn.insurer_certificate("aa").unwrap(),
        Some(certificate.clone())
    );
    assert_eq!(
        authn.certificate("aa").unwrap(),
        None,
        "it is no terminal's"
    );
    let listed = centre.read(Actor::operator(), Function::ManageCertificates, |tx| {
        Ok([
            list(tx, None)?.len(),
            list(tx, Some(OTHER))?.len(),
            list(tx, Some("1"))?.len(),
        ])
    });
    assert_eq!(listed.unwrap(), [1, 1, 0]);
    change(|work, one| revoke(work, &one.serial, "試験")).unwrap();
    assert!(
        authn
            .insurer_certificate("aa")
            .unwrap()
            .unwrap()
            .revoked
            .is_some()
    );
    let told = change(|work, one| revoke(work, &one.serial, "試験"));
    assert_eq!(code(told), RefusalCode::WrongState);
    let bare = InsurerCertificate {
        numbers: Vec::new(),
        ..certificate.clone()
    };
    let told = centre.change(Actor::operator(), Function::ManageCertificates, move |tx| {
        record(tx, &bare)
    });
    assert_eq!(code(told), RefusalCode::Invalid);
}

#[test]
fn a_certificate_that_ends_in_the_middle_of_a_report_takes_no_further_batch() {
    for revoked in [true, false] {
        let centre = TestCentre::new();
        let ends = centre.now().plus_seconds(3600);
        let certificate = InsurerCertificate {
            serial: "aa".to_owned(),
            name: "架空健康保険組合".to_owned(),
            numbers: vec![OWN.to_owned()],
            fingerprint: "f".to_owned(),
            not_before: centre.now(),
            not_after: ends,
            issued_at: centre.now(),
            revoked: None,
        };
        let operator = || centre.operation(Actor::operator(), Function::ManageCertificates);
        centre
            .service()
            .change_and_wait(operator(), move |tx| record(tx, &certificate))
            .unwrap();
        let text = insurer(OWN, "20260401") + &person(1, OWN, "架空 一郎");
        let text = text + &person(2, OWN, "架空 二郎") + &person(3, OWN, "架空 三郎");
        let all = batches(&text);
        assert!(all.len() >= 2);
        let take = |batch: Batch| {
            let operation = operation(&centre, Function::ReportInsuredPersons, OWN);
            centre.service().change_and_wait(operation, move |tx| {
                take_report(tx, &source(OWN, "k"), OWN, &batch).map(drop)
            })
        };
        take(all[0].clone()).unwrap();
        let kept = || centre.number("select count(*) from qualification", &[]);
        let before = kept();
        if revoked {
            centre
                .service()
                .change_and_wait(operator(), |tx| revoke(tx, "aa", "紛失"))
                .unwrap();
        } else {
            centre.pass(3600);
            centre.pass_ms(1);
        }
        let expected = match revoked {
            true => RefusalCode::CertificateRevoked,
            false => RefusalCode::CertificateExpired,
        };
        assert_eq!(code(take(all[1].clone())), expected);
        assert_eq!(
            kept(),
            before,
            "what was committed before stays, and no more comes"
        );
    }
}

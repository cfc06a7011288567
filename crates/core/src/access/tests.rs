//! The report tells every access, and is one itself.

use super::{Period, report};
use crate::consent::give;
use crate::permission::Scope;
use crate::testing::{Clinic, TestCentre};
use crate::{AccountKind, Actor, Function, Moment};

fn with_person(centre: &TestCentre) {
    use crate::insured::import::{self, Progress};
    use crate::insured::{Line, QualificationRecord};
    let record = QualificationRecord {
        person: 1,
        insurer_number: "06139018".to_owned(),
        insured_identification_number: "1001".to_owned(),
        insured_branch_number: Some("01".to_owned()),
        insured_card_classification: "01".to_owned(),
        name: "架空　花子".to_owned(),
        sex1: "2".to_owned(),
        birthdate: "19900101".to_owned(),
        qualification_date: "20200401".to_owned(),
        ..QualificationRecord::default()
    };
    let lines = [Line::Qualification(Box::new(record))];
    let taken = centre.change(
        Actor::operator(),
        Function::ImportInsuredPersons,
        move |tx| import::take(tx, "test", &lines, &Progress::default()),
    );
    taken.unwrap();
}

fn actor(at: &Clinic, kind: AccountKind) -> Actor {
    Actor::account(kind, "p1", at.code.clone(), "c1")
}

#[test]
fn every_access_of_every_institution_is_told_with_its_basis() {
    let centre = TestCentre::new();
    let (first, second) = (centre.clinic(1), centre.clinic(2));
    with_person(&centre);
    let read = |at: &Clinic| {
        let of = Function::FetchMedicalInformation;
        centre.read(actor(at, AccountKind::WebApi), of, |tx| {
            tx.consented(1, Scope::Medicines).map(drop)
        })
    };
    let face = actor(&first, AccountKind::Face);
    let given = centre.change(face, Function::RecordConsent, |tx| {
        give(tx, 1, Scope::Medicines, None)
    });
    given.unwrap();
    read(&first).unwrap();
    centre.pass(60);
    assert!(read(&second).is_err());
    let told = |with_checks: bool| {
        let period = Period {
            from: Moment::from_ms(0),
            until: centre.now().plus_seconds(1),
            with_checks,
        };
        centre
            .read(Actor::operator(), Function::ReadAccessReport, move |tx| {
                report(tx, 1, period)
            })
            .unwrap()
    };
    let all = told(false);
    let words: Vec<_> = all
        .iter()
        .map(|access| {
            (
                access.facility_code.clone().unwrap_or_default(),
                access.function,
                access.basis_words(),
            )
        })
        .collect();
    let (one, two) = (
        first.code.as_str().to_owned(),
        second.code.as_str().to_owned(),
    );
    let fetch = Some(Function::FetchMedicalInformation);
    let record = Some(Function::RecordConsent);
    let expected = [
        (two, fetch, "なし"),
        (one.clone(), fetch, "本人の同意"),
        (one, record, "本人の操作（カードリーダー）"),
    ];
    assert_eq!(words, expected);
    // The report itself is in the next one.
    assert_eq!(told(true).len(), 4);
    let plan = centre.raw_connection().rows(
        "explain query plan select e.at from audit_entry e where e.subject_kind = 4 \
         and e.function not in (32, 34) and e.subject = '1' and e.at >= 0 and e.at < 9 \
         order by e.at desc",
        &[],
    );
    let plan: String = plan
        .unwrap()
        .iter()
        .map(|row| row.text(3).unwrap())
        .collect();
    assert!(plan.contains("audit_entry_by_person"), "{plan}");
}

//! The report tells every access, and is one itself.

use super::{Period, report};
use crate::consent::give;
use crate::permission::Scope;
use crate::testing::{Clinic, TestCentre, hanako};
use crate::{AccountKind, Actor, Function, Moment};

fn actor(at: &Clinic, kind: AccountKind) -> Actor {
    Actor::account(kind, "p1", at.code.clone(), "c1")
}

#[test]
fn every_access_of_every_institution_is_told_with_its_basis() {
    let centre = TestCentre::new();
    let (first, second) = (centre.clinic(1), centre.clinic(2));
    centre.insure([hanako()]);
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
            .accesses
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

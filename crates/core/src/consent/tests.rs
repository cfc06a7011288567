//! What is shown only with consent, and what the audit log says of it.

use super::{give, withdraw};
use crate::audit::Outcome;
use crate::insured::{Card, QualificationRecord};
use crate::medical;
use crate::permission::Scope;
use crate::testing::{Clinic, INSURER, TestCentre, code, hanako};
use crate::{AccountKind, Actor, Error, Function, Moment, RefusalCode, Tx};

/// What an entry says: outcome, refusal, subject and whether it has a basis.
type Said = (i64, Option<String>, Option<String>, Option<String>);

fn centre() -> (TestCentre, Clinic) {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let person = |person: i64, branch: &str| QualificationRecord {
        person,
        insured_branch_number: Some(branch.to_owned()),
        name: format!("架空{person}郎"),
        sex1: "1".to_owned(),
        ..hanako()
    };
    centre.insure([person(1, "01"), person(2, "02")]);
    (centre, clinic)
}

fn actor(at: &Clinic, kind: AccountKind) -> Actor {
    Actor::account(kind, "p1", at.code.clone(), "c1")
}

/// Gives a consent at the reader.
fn given(
    centre: &TestCentre,
    at: &Clinic,
    person: i64,
    scope: Scope,
    until: Option<Moment>,
) -> String {
    let face = actor(at, AccountKind::Face);
    let done = centre.change(face, Function::RecordConsent, move |tx| {
        give(tx, person, scope, until)
    });
    done.unwrap()
}

/// Asks for somebody's information by the card and the branch.
fn shown(
    centre: &TestCentre,
    at: &Clinic,
    branch: Option<&str>,
    scope: Scope,
) -> Result<String, Error> {
    let program = actor(at, AccountKind::WebApi);
    let card = Card::of(INSURER, "", "1001");
    centre.read(program, Function::FetchMedicalInformation, |tx| {
        let person = medical::person_of(tx, &card, branch)?;
        let consented = tx.consented(person, scope)?;
        medical::patient(tx, &consented).map(|patient| patient.name)
    })
}

/// The newest entries, the newest first.
fn said(centre: &TestCentre, count: usize) -> Vec<Said> {
    let rows = centre.raw_connection().rows(
        "select outcome, refusal, subject, basis from audit_entry order by seq desc limit 10",
        &[],
    );
    let read = |row: &crate::store::Row| {
        let text = |at| row.opt_text(at).unwrap();
        (row.int(0).unwrap(), text(1), text(2), text(3))
    };
    rows.unwrap().iter().take(count).map(read).collect()
}

fn refused(code: &str, person: &str) -> Vec<Said> {
    let number = Outcome::Refused.number();
    vec![(number, Some(code.to_owned()), Some(person.to_owned()), None)]
}

#[test]
fn without_a_consent_nothing_is_shown_and_with_one_the_log_says_which() {
    let (centre, clinic) = centre();
    let told = shown(&centre, &clinic, Some("01"), Scope::Medicines);
    assert_eq!(code(told), RefusalCode::ConsentMissing);
    assert_eq!(said(&centre, 1), refused("consent.missing", "1"));

    let consent = given(&centre, &clinic, 1, Scope::Medicines, None);
    let told = shown(&centre, &clinic, Some("01"), Scope::Medicines);
    assert_eq!(told.unwrap(), "架空1郎");
    let done = Outcome::Done.number();
    let basis = Some(format!("consent {consent}"));
    assert_eq!(
        said(&centre, 1),
        [(done, None, Some("1".to_owned()), basis)]
    );
    // The other person of the card, another kind of information, another institution, and a card
    // that does not say who of two it is.
    let other = centre.clinic(2);
    let missing = RefusalCode::ConsentMissing;
    for (at, branch, scope, expected) in [
        (&clinic, Some("02"), Scope::Medicines, missing),
        (
            &clinic,
            Some("01"),
            Scope::Checkups,
            RefusalCode::ConsentKindNotAgreed,
        ),
        (&other, Some("01"), Scope::Medicines, missing),
        (&clinic, None, Scope::Medicines, missing),
        (&clinic, Some("03"), Scope::Medicines, missing),
    ] {
        let told = shown(&centre, at, branch, scope);
        assert_eq!(code(told), expected, "{branch:?} {scope:?}");
    }
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn a_consent_ends_by_its_time_and_when_it_is_taken_back() {
    let (centre, clinic) = centre();
    let until = centre.now().plus_seconds(86_400);
    given(&centre, &clinic, 1, Scope::Medicines, Some(until));
    centre.pass_ms(86_400_000 - 1);
    shown(&centre, &clinic, Some("01"), Scope::Medicines).unwrap();
    centre.pass_ms(1);
    let told = shown(&centre, &clinic, Some("01"), Scope::Medicines);
    assert_eq!(code(told), RefusalCode::ConsentEnded);
    assert_eq!(said(&centre, 1), refused("consent.ended", "1"));

    given(&centre, &clinic, 1, Scope::Medicines, None);
    shown(&centre, &clinic, Some("01"), Scope::Medicines).unwrap();
    let back = || {
        centre.change(
            actor(&clinic, AccountKind::Face),
            Function::RecordConsent,
            |tx| withdraw(tx, 1, Scope::Medicines),
        )
    };
    assert_eq!(back().unwrap(), 1);
    let told = shown(&centre, &clinic, Some("01"), Scope::Medicines);
    assert_eq!(code(told), RefusalCode::ConsentWithdrawn);
    assert_eq!(
        code(back()),
        RefusalCode::ConsentMissing,
        "there is none left"
    );
}

#[test]
fn nobody_consents_for_somebody_unknown_nor_in_the_past() {
    let (centre, clinic) = centre();
    let now = centre.now();
    let tried = |person, until| {
        centre.change(
            actor(&clinic, AccountKind::Face),
            Function::RecordConsent,
            move |tx| give(tx, person, Scope::Medicines, until),
        )
    };
    assert_eq!(code(tried(77, None)), RefusalCode::NotFound);
    assert_eq!(code(tried(1, Some(now))), RefusalCode::WrongState);
    assert_eq!(centre.number("select count(*) from consent", &[]), 0);
}

fn is_a_fault<T>(answer: Result<T, Error>) {
    match answer {
        Err(Error::Fault(fault)) => assert!(fault.cause.contains("without one"), "{fault}"),
        Err(refused) => panic!("{refused}"),
        Ok(_) => panic!("it was told"),
    }
}

/// What the rules of a subject forgot to ask for is not told, and not kept.
#[test]
fn what_ends_well_without_a_basis_is_a_fault_and_undone() {
    let (centre, clinic) = centre();
    let program = actor(&clinic, AccountKind::WebApi);
    given(&centre, &clinic, 1, Scope::Medicines, None);
    let function = Function::FetchMedicalInformation;
    let failed = Outcome::Failed.number();

    is_a_fault(centre.read(program.clone(), function, |_| Ok("told")));
    assert_eq!(said(&centre, 1), [(failed, None, None, None)]);
    is_a_fault(centre.change(program.clone(), function, |tx| {
        withdraw(tx, 1, Scope::Medicines)
    }));
    assert_eq!(said(&centre, 1)[0].0, failed);
    shown(&centre, &clinic, Some("01"), Scope::Medicines).unwrap();

    // Of several things each needs its own.
    let many = |forget: bool| {
        move |tx: &mut Tx<'_>| {
            tx.consented(1, Scope::Medicines)?;
            tx.close_entry();
            tx.set_subject(crate::audit::SubjectKind::Person, "2");
            if !forget {
                tx.consented(1, Scope::Medicines)?;
            }
            tx.close_entry();
            Ok(())
        }
    };
    is_a_fault(centre.read(program.clone(), function, many(true)));
    centre.read(program.clone(), function, many(false)).unwrap();
    let both = said(&centre, 2);
    assert!(both.iter().all(|said| said.3.is_some()), "{both:?}");
    // A refusal needs none, and what needs no consent neither.
    let told = centre.read(program, function, |_| -> Result<(), Error> {
        Err(RefusalCode::NotFound.into())
    });
    assert_eq!(code(told), RefusalCode::NotFound);
    let admin = clinic.admin("a1");
    centre
        .read(admin, Function::ListAccounts, |_| Ok(()))
        .unwrap();
}

/// Nothing that was shown is missing in the log: neither a second person nor a second consent.
#[test]
fn each_person_has_an_entry_and_each_consent_is_named() {
    let (centre, clinic) = centre();
    let given = |person, scope| given(&centre, &clinic, person, scope, None);
    let (first, second) = (given(1, Scope::Medicines), given(1, Scope::Checkups));
    let theirs = given(2, Scope::Medicines);
    let program = actor(&clinic, AccountKind::WebApi);
    let work = |tx: &mut Tx<'_>| {
        tx.consented(1, Scope::Medicines)?;
        tx.consented(1, Scope::Medicines)?;
        tx.consented(1, Scope::Checkups)?;
        tx.consented(2, Scope::Medicines)?;
        Ok(())
    };
    centre
        .read(program, Function::FetchMedicalInformation, work)
        .unwrap();
    let done = |person: &str, basis: String| {
        let number = Outcome::Done.number();
        (number, None, Some(person.to_owned()), Some(basis))
    };
    let expected = [
        done("2", format!("consent {theirs}")),
        done("1", format!("consent {first}, consent {second}")),
    ];
    assert_eq!(said(&centre, 2), expected);
}

/// What is left open behind things that were closed has an entry too.
#[test]
fn the_last_thing_of_a_piece_is_not_lost() {
    let (centre, clinic) = centre();
    let before = centre.number("select count(*) from audit_entry", &[]);
    let work = |tx: &mut Tx<'_>| {
        tx.set_subject(crate::audit::SubjectKind::Person, "1");
        tx.close_entry();
        tx.set_subject(crate::audit::SubjectKind::Person, "2");
        Ok(())
    };
    centre
        .read(clinic.admin("a1"), Function::ListAccounts, work)
        .unwrap();
    assert_eq!(
        centre.number("select count(*) from audit_entry", &[]),
        before + 2
    );
}

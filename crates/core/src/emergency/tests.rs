//! What is closed, opened for a while, and closed again.

use super::{close, open};
use crate::testing::{Clinic, TestCentre, code};
use crate::{Actor, Error, Function, Moment, RefusalCode};

const FUNCTION: Function = Function::ViewInDisaster;

fn opened(centre: &TestCentre, at: &Clinic, until: Moment) -> Result<String, Error> {
    let (operator, code) = (Actor::operator_at(at.code.clone()), at.code.clone());
    centre.change(operator, Function::OpenEmergencyMode, move |tx| {
        open(tx, &code, FUNCTION, ("地震のため", until))
    })
}

fn used(centre: &TestCentre, at: &Clinic) -> Result<String, Error> {
    centre.read(at.admin("a1"), FUNCTION, |tx| {
        tx.opened().map(|opened| opened.reason().to_owned())
    })
}

#[test]
fn a_function_is_there_only_while_it_is_opened_for_the_institution() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    assert_eq!(code(used(&centre, &clinic)), RefusalCode::NotOpened);
    let id = opened(&centre, &clinic, centre.now().plus_seconds(3600)).unwrap();
    assert_eq!(used(&centre, &clinic).unwrap(), "地震のため");
    let basis = centre.burglar().rows(
        "select basis from audit_entry order by seq desc limit 1",
        &[],
    );
    let expected = format!("opening {id}: 地震のため");
    assert_eq!(basis.unwrap()[0].text(0).unwrap(), expected);
    assert_eq!(code(used(&centre, &other)), RefusalCode::NotOpened);
    let another = centre.read(
        clinic.admin("a1"),
        Function::CheckEligibilityInFailure,
        |tx| tx.opened().map(drop),
    );
    assert_eq!(code(another), RefusalCode::NotOpened, "another function");

    centre.pass(3600);
    assert_eq!(
        code(used(&centre, &clinic)),
        RefusalCode::NotOpened,
        "it is over"
    );
    opened(&centre, &clinic, centre.now().plus_seconds(3600)).unwrap();
    used(&centre, &clinic).unwrap();
    let closed = || {
        let (operator, code) = (Actor::operator_at(clinic.code.clone()), clinic.code.clone());
        centre.change(operator, Function::OpenEmergencyMode, move |tx| {
            close(tx, &code, FUNCTION)
        })
    };
    closed().unwrap();
    assert_eq!(code(used(&centre, &clinic)), RefusalCode::NotOpened);
    assert_eq!(code(closed()), RefusalCode::WrongState);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn only_what_is_closed_otherwise_can_be_opened_and_only_for_a_time_to_come() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let told = opened(&centre, &clinic, centre.now());
    assert_eq!(code(told), RefusalCode::WrongState);
    let (operator, at) = (Actor::operator_at(clinic.code.clone()), clinic.code.clone());
    let until = centre.now().plus_seconds(60);
    let told = centre.change(operator, Function::OpenEmergencyMode, move |tx| {
        open(tx, &at, Function::ManageAccounts, ("試験", until))
    });
    assert_eq!(code(told), RefusalCode::WrongState);
}

/// Whoever forgets to ask gets nothing.
#[test]
fn what_did_not_ask_for_the_opening_is_a_fault() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    opened(&centre, &clinic, centre.now().plus_seconds(3600)).unwrap();
    match centre.read(clinic.admin("a1"), FUNCTION, |_| Ok("told")) {
        Err(Error::Fault(fault)) => assert!(fault.cause.contains("without one"), "{fault}"),
        other => panic!("{other:?}"),
    }
}

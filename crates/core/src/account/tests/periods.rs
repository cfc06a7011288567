//! An account whose period ends at midnight ends there, in whatever it is in the middle of.

use crate::account::login::standing;
use crate::account::session::EndReason;
use crate::account::token::{self, TokenLogin};
use crate::account::{Managed, Period, manage};
use crate::testing::{Clinic, FIRST, House, OPENING, code, edit_of, through, user_id};
use crate::{AccountKind, Actor, Function, RefusalCode};

/// Seconds from 08:30, when the tests begin, to midnight.
const TO_MIDNIGHT: i64 = (15 * 60 + 30) * 60;

fn until_today(house: &House, at: &Clinic, id: &str) {
    period(house, at, id, None, Some(0));
}

/// Sets the period, in days from today.
fn period(house: &House, at: &Clinic, id: &str, from: Option<i64>, until: Option<i64>) {
    let version = house.account(at, id).version;
    let day = |days: i64| house.now().plus_seconds(days * 86_400).jst_day();
    let edit = edit_of(
        Period {
            from: from.map(day),
            until: until.map(day),
        },
        version,
    );
    house
        .operate(at, id, move |work, id| {
            manage::edit(work, Managed::All, id, &edit)
        })
        .unwrap();
}

#[test]
fn a_session_ends_at_midnight_with_words() {
    let house = House::new();
    assert_eq!(house.now(), OPENING);
    let at = house.clinic(1);
    let id = house.register(&at, AccountKind::General, "desk1").unwrap();
    until_today(&house, &at, &id);
    house.pass(TO_MIDNIGHT - 600);
    let token = house.log_in(&at, "desk1", FIRST, "c1").token();
    house.pass(600);
    house.pass_ms(-1);
    assert_eq!(house.session(&token), Ok(()));
    house.pass_ms(1);
    assert_eq!(house.session(&token), Err(EndReason::OutsidePeriod));
    assert!(EndReason::OutsidePeriod.words(None).contains("有効期間"));
    assert_eq!(
        house.log_in(&at, "desk1", FIRST, "c1").code(),
        Some(RefusalCode::AccountOutsidePeriod)
    );
}

#[test]
fn a_session_ends_when_the_period_is_moved_away_from_today() {
    let house = House::new();
    let at = house.clinic(1);
    for (number, (from, until)) in [(Some(1), None), (None, Some(-1))].into_iter().enumerate() {
        let name = format!("desk{number}");
        let id = house.register(&at, AccountKind::General, &name).unwrap();
        let token = house.log_in(&at, &name, FIRST, "c1").token();
        period(&house, &at, &id, from, until);
        assert_eq!(house.session(&token), Err(EndReason::OutsidePeriod));
        // What ended does not come back with the period.
        period(&house, &at, &id, None, None);
        assert_eq!(house.session(&token), Err(EndReason::OutsidePeriod));
    }
}

#[test]
fn a_takeover_is_not_answered_after_midnight() {
    let house = House::new();
    let at = house.clinic(1);
    let id = house.register(&at, AccountKind::General, "desk1").unwrap();
    until_today(&house, &at, &id);
    house.pass(TO_MIDNIGHT - 60);
    house.log_in(&at, "desk1", FIRST, "c1").token();
    let ticket = house.log_in(&at, "desk1", FIRST, "c2").ticket();
    house.pass(60);
    assert_eq!(
        house.take_over(&at, &ticket, "c2").code(),
        Some(RefusalCode::AccountOutsidePeriod)
    );
}

#[test]
fn a_takeover_ends_with_its_institution() {
    let house = House::new();
    let at = house.clinic(1);
    house.register(&at, AccountKind::General, "desk1").unwrap();
    house.log_in(&at, "desk1", FIRST, "c1").token();
    let ticket = house.log_in(&at, "desk1", FIRST, "c2").ticket();
    let (stopped, resumed) = (at.code.clone(), at.code.clone());
    let operator = || Actor::operator_at(at.code.clone());
    house
        .change(operator(), Function::ManageFacilities, move |work| {
            crate::registration::stop(work, &stopped, "試験")
        })
        .unwrap();
    house
        .change(operator(), Function::ManageFacilities, move |work| {
            crate::facility::resume(work, &resumed)
        })
        .unwrap();
    assert_eq!(
        house.take_over(&at, &ticket, "c2").code(),
        Some(RefusalCode::TakeoverExpired)
    );
}

#[test]
fn tokens_end_at_midnight_and_are_not_renewed() {
    let house = House::new();
    let at = house.clinic(1);
    let id = house.register(&at, AccountKind::WebApi, "webapi1").unwrap();
    let account = house.account(&at, &id);
    house
        .change_password(&at, &account, (FIRST, "second-Password-2"))
        .token();
    until_today(&house, &at, &id);
    house.pass(TO_MIDNIGHT - 600);
    let verdict = house.verdict(&at, "webapi1", "second-Password-2");
    let typed = user_id("webapi1");
    let visitor = || Actor::visitor(at.code.clone(), "c1");
    let told = house.change(visitor(), Function::LogInToApi, move |work| {
        token::log_in(work, &typed, &verdict, &through("c1"))
    });
    let Ok(TokenLogin::Tokens(tokens)) = told else {
        panic!("no tokens");
    };
    house.pass(600);
    let found = house.service().gate().token(&tokens.id).unwrap().unwrap();
    let last = crate::Moment::from_ms(house.now().ms() - 1);
    assert_eq!(found.refusal(last), None);
    assert_eq!(
        found.refusal(house.now()),
        Some(RefusalCode::AccountOutsidePeriod)
    );
    let (refresh, told) = (tokens.refresh.clone(), through("c1"));
    let renewed = house.change(visitor(), Function::LogInToApi, move |work| {
        token::refresh(work, &refresh, &told).map(drop)
    });
    assert_eq!(code(renewed), RefusalCode::AccountOutsidePeriod);
}

#[test]
fn what_was_asked_before_midnight_is_not_worked_after_it() {
    let house = House::new();
    let at = house.clinic(1);
    let id = house.register(&at, AccountKind::General, "desk1").unwrap();
    until_today(&house, &at, &id);
    let asked = |certificate: &'static str| {
        let actor = Actor::account(AccountKind::General, &id, at.code.clone(), certificate);
        let id = id.clone();
        let told = house.read(actor, Function::CheckEligibilityInBulk, move |work| {
            standing(work, &id, certificate)
        });
        format!("{:?}", told.unwrap())
    };
    let not_after = OPENING.plus_seconds(3600);
    let certificate = crate::certificate::TerminalCertificate {
        serial: "aa".to_owned(),
        facility: at.code.clone(),
        terminal_name: "ONS01".to_owned(),
        fingerprint: "f".to_owned(),
        not_before: OPENING,
        not_after,
        issued_at: OPENING,
        revoked: None,
    };
    house
        .change(
            Actor::operator_at(at.code.clone()),
            Function::ManageCertificates,
            move |work| crate::certificate::record(work, &certificate),
        )
        .unwrap();
    assert_eq!(asked("aa"), "Good");
    house.pass(3600);
    assert_eq!(asked("aa"), "Good", "its last moment is inside");
    house.pass_ms(1);
    assert_eq!(asked("aa"), "Ended(CertificateExpired)");
    house.pass_ms(-1);
    house.pass(TO_MIDNIGHT - 3600);
    assert_eq!(asked("bb"), "Ended(AccountOutsidePeriod)");
}

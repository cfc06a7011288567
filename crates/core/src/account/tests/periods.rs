//! An account whose period ends at midnight ends there, in whatever it is in the middle of.

use crate::account::login::standing;
use crate::account::session::EndReason;
use crate::account::token::{self, TokenLogin};
use crate::account::{Managed, Period, manage};
use crate::testing::{Clinic, FIRST, OPENING, TestCentre, code, edit_of, through, user_id};
use crate::{AccountKind, Actor, Function, RefusalCode};

/// Seconds from 08:30, when the tests begin, to midnight.
const TO_MIDNIGHT: i64 = (15 * 60 + 30) * 60;

fn until_today(centre: &TestCentre, at: &Clinic, id: &str) {
    period(centre, at, id, None, Some(0));
}

/// Sets the period, in days from today.
fn period(centre: &TestCentre, at: &Clinic, id: &str, from: Option<i64>, until: Option<i64>) {
    let version = centre.account(at, id).version;
    let day = |days: i64| centre.now().plus_seconds(days * 86_400).jst_day();
    let edit = edit_of(
        Period {
            from: from.map(day),
            until: until.map(day),
        },
        version,
    );
    centre
        .operate(at, id, move |tx, id| {
            manage::edit(tx, Managed::All, id, &edit)
        })
        .unwrap();
}

#[test]
fn a_session_ends_at_midnight_with_words() {
    let centre = TestCentre::new();
    assert_eq!(centre.now(), OPENING);
    let at = centre.clinic(1);
    let id = centre.register(&at, AccountKind::General, "desk1").unwrap();
    until_today(&centre, &at, &id);
    centre.pass(TO_MIDNIGHT - 600);
    let token = centre.log_in(&at, "desk1", FIRST, "c1").token();
    centre.pass(600);
    centre.pass_ms(-1);
    assert_eq!(centre.session(&token), Ok(()));
    centre.pass_ms(1);
    assert_eq!(centre.session(&token), Err(EndReason::OutsidePeriod));
    assert!(EndReason::OutsidePeriod.words(None).contains("有効期間"));
    assert_eq!(
        centre.log_in(&at, "desk1", FIRST, "c1").code(),
        Some(RefusalCode::AccountOutsidePeriod)
    );
}

#[test]
fn a_session_ends_when_the_period_is_moved_away_from_today() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    for (number, (from, until)) in [(Some(1), None), (None, Some(-1))].into_iter().enumerate() {
        let name = format!("desk{number}");
        let id = centre.register(&at, AccountKind::General, &name).unwrap();
        let token = centre.log_in(&at, &name, FIRST, "c1").token();
        period(&centre, &at, &id, from, until);
        assert_eq!(centre.session(&token), Err(EndReason::OutsidePeriod));
        // What ended does not come back with the period.
        period(&centre, &at, &id, None, None);
        assert_eq!(centre.session(&token), Err(EndReason::OutsidePeriod));
    }
}

#[test]
fn a_takeover_is_not_answered_after_midnight() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    let id = centre.register(&at, AccountKind::General, "desk1").unwrap();
    until_today(&centre, &at, &id);
    centre.pass(TO_MIDNIGHT - 60);
    centre.log_in(&at, "desk1", FIRST, "c1").token();
    let ticket = centre.log_in(&at, "desk1", FIRST, "c2").ticket();
    centre.pass(60);
    assert_eq!(
        centre.take_over(&at, &ticket, "c2").code(),
        Some(RefusalCode::AccountOutsidePeriod)
    );
}

#[test]
fn a_takeover_ends_with_its_institution() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    centre.register(&at, AccountKind::General, "desk1").unwrap();
    centre.log_in(&at, "desk1", FIRST, "c1").token();
    let ticket = centre.log_in(&at, "desk1", FIRST, "c2").ticket();
    let (stopped, resumed) = (at.code.clone(), at.code.clone());
    let operator = || Actor::operator_at(at.code.clone());
    centre
        .change(operator(), Function::ManageFacilities, move |tx| {
            crate::registration::stop(tx, &stopped, "試験")
        })
        .unwrap();
    centre
        .change(operator(), Function::ManageFacilities, move |tx| {
            crate::facility::resume(tx, &resumed)
        })
        .unwrap();
    assert_eq!(
        centre.take_over(&at, &ticket, "c2").code(),
        Some(RefusalCode::TakeoverExpired)
    );
}

#[test]
fn tokens_end_at_midnight_and_are_not_renewed() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    let id = centre
        .register(&at, AccountKind::WebApi, "webapi1")
        .unwrap();
    let account = centre.account(&at, &id);
    centre
        .change_password(&at, &account, (FIRST, "second-Password-2"))
        .token();
    until_today(&centre, &at, &id);
    centre.pass(TO_MIDNIGHT - 600);
    let verdict = centre.verdict(&at, "webapi1", "second-Password-2");
    let typed = user_id("webapi1");
    let visitor = || Actor::visitor(at.code.clone(), "c1");
    let told = centre.change(visitor(), Function::LogInToApi, move |tx| {
        token::log_in(tx, &typed, &verdict, &through("c1"))
    });
    let Ok(TokenLogin::Tokens(tokens)) = told else {
        panic!("no tokens");
    };
    centre.pass(600);
    let found = centre.service().authn().token(&tokens.id).unwrap().unwrap();
    let last = crate::Moment::from_ms(centre.now().ms() - 1);
    assert_eq!(found.refusal(last), None);
    assert_eq!(
        found.refusal(centre.now()),
        Some(RefusalCode::AccountOutsidePeriod)
    );
    let (refresh, told) = (tokens.refresh.clone(), through("c1"));
    let renewed = centre.change(visitor(), Function::LogInToApi, move |tx| {
        token::refresh(tx, &refresh, &told).map(drop)
    });
    assert_eq!(code(renewed), RefusalCode::AccountOutsidePeriod);
}

#[test]
fn what_was_asked_before_midnight_is_not_worked_after_it() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    let id = centre.register(&at, AccountKind::General, "desk1").unwrap();
    until_today(&centre, &at, &id);
    let asked = |certificate: &'static str| {
        let actor = Actor::account(AccountKind::General, &id, at.code.clone(), certificate);
        let id = id.clone();
        let told = centre.read(actor, Function::CheckEligibilityInBulk, move |tx| {
            standing(tx, &id, certificate)
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
    centre
        .change(
            Actor::operator_at(at.code.clone()),
            Function::ManageCertificates,
            move |tx| crate::certificate::record(tx, &certificate),
        )
        .unwrap();
    assert_eq!(asked("aa"), "Good");
    centre.pass(3600);
    assert_eq!(asked("aa"), "Good", "its last moment is inside");
    centre.pass_ms(1);
    assert_eq!(asked("aa"), "Ended(CertificateExpired)");
    centre.pass_ms(-1);
    centre.pass(TO_MIDNIGHT - 3600);
    assert_eq!(asked("bb"), "Ended(AccountOutsidePeriod)");
}

//! Tokens of programs: how long they hold, and how long they can be renewed.

use crate::account::token::{self, TokenLogin, Tokens};
use crate::testing::{Clinic, FIRST, House, code, through, user_id};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};

/// A program's account that may log in, and its institution.
fn program(house: &House) -> Clinic {
    let at = house.clinic(1);
    let id = house.register(&at, AccountKind::WebApi, "webapi1").unwrap();
    let account = house.account(&at, &id);
    house
        .change_password(&at, &account, (FIRST, "second-Password-2"))
        .token();
    at
}

fn log_in(house: &House, at: &Clinic) -> Tokens {
    let verdict = house.verdict(at, "webapi1", "second-Password-2");
    let visitor = Actor::visitor(at.code.clone(), "c1");
    let typed = user_id("webapi1");
    let told = house.change(visitor, Function::LogInToApi, move |work| {
        token::log_in(work, &typed, &verdict, &through("c1"))
    });
    match told.unwrap() {
        TokenLogin::Tokens(tokens) => tokens,
        TokenLogin::Refused(refusal) => panic!("{refusal}"),
    }
}

fn renew(house: &House, at: &Clinic, refresh_token: &str) -> Result<Tokens, Error> {
    let refresh_token = refresh_token.to_owned();
    let visitor = Actor::visitor(at.code.clone(), "c1");
    let told = house.change(visitor, Function::LogInToApi, move |work| {
        token::refresh(work, &refresh_token, &through("c1"))
    });
    match told? {
        TokenLogin::Tokens(tokens) => Ok(tokens),
        TokenLogin::Refused(refusal) => Err(refusal.into()),
    }
}

#[test]
fn a_refresh_token_ends_with_its_time() {
    let house = House::new();
    let at = program(&house);
    let lives = house.service().rules().token.refresh_seconds;
    let first = log_in(&house, &at);
    house.pass(lives);
    house.pass_ms(-1);
    let second = renew(&house, &at, &first.refresh).unwrap();
    // Its time began anew with the renewal, and is over to the millisecond.
    house.pass(lives);
    let ended = code(renew(&house, &at, &second.refresh));
    assert_eq!(ended, RefusalCode::SessionEnded);
    // A clock that is set back for a moment does not hide that it was only refused.
    house.pass_ms(-1);
    assert!(renew(&house, &at, &second.refresh).is_ok());
    house.pass(10 * lives);
    let ended = code(renew(&house, &at, &second.refresh));
    assert_eq!(ended, RefusalCode::SessionEnded);
}

#[test]
fn id_and_access_tokens_end_with_theirs() {
    let house = House::new();
    let at = program(&house);
    let rules = house.service().rules().token.clone();
    let tokens = log_in(&house, &at);
    let gate = house.service().gate();
    for text in [&tokens.id, &tokens.access] {
        let found = gate.token(text).unwrap().unwrap();
        assert_eq!(found.refusal(house.now()), None);
        assert_eq!(found.expires_at, house.now().plus_seconds(rules.seconds));
    }
    assert!(gate.token(&tokens.refresh).unwrap().is_none());
    assert!(
        rules.refresh_seconds > rules.seconds,
        "else nobody could renew"
    );
}

/// What the institution's log says last: the refusal, and what else was noted.
fn last(house: &House) -> (Option<String>, Option<String>, i64, Option<String>) {
    let sql = "select refusal, detail, subject_kind, subject from audit_entry \
               order by chain, seq desc limit 1";
    let row = house.burglar().row(sql, &[]).unwrap().unwrap();
    (
        row.opt_text(0).unwrap(),
        row.opt_text(1).unwrap(),
        row.int(2).unwrap(),
        row.opt_text(3).unwrap(),
    )
}

#[test]
fn a_refresh_token_that_comes_again_ends_the_whole_family() {
    let house = House::new();
    let at = program(&house);
    let (stolen, other) = (log_in(&house, &at), log_in(&house, &at));
    let thief = renew(&house, &at, &stolen.refresh).unwrap();
    let thief = renew(&house, &at, &thief.refresh).unwrap();
    let good = |text: &str| {
        let found = house.service().gate().token(text).unwrap().unwrap();
        found.refusal(house.now()).is_none()
    };
    assert!(good(&thief.id) && good(&thief.access) && good(&other.id));
    // The rightful program comes with the first one: nobody can tell who of the two it is.
    let told = code(renew(&house, &at, &stolen.refresh));
    assert_eq!(told, RefusalCode::TokenReused);
    let (refusal, detail, _, subject) = last(&house);
    assert_eq!(refusal.as_deref(), Some("token.reused"));
    assert_eq!(detail.as_deref(), Some("[13,3]"));
    assert!(subject.is_some(), "the log says whose tokens they were");
    assert!(!good(&thief.id) && !good(&thief.access));
    assert_eq!(
        code(renew(&house, &at, &thief.refresh)),
        RefusalCode::SessionEnded
    );
    // Again, and of any that was used; each time with its own entry.
    assert_eq!(
        code(renew(&house, &at, &stolen.refresh)),
        RefusalCode::TokenReused
    );
    assert_eq!(last(&house).1.as_deref(), Some("[13,0]"));
    // Another log-in of the same account is another family.
    assert!(good(&other.id));
    assert!(renew(&house, &at, &other.refresh).is_ok());
}

#[test]
fn a_refresh_token_that_was_never_used_or_is_none_ends_nothing() {
    let house = House::new();
    let at = program(&house);
    let tokens = log_in(&house, &at);
    for nothing in ["", "nobody's", &tokens.id, &tokens.access] {
        assert_eq!(code(renew(&house, &at, nothing)), RefusalCode::SessionEnded);
    }
    // A neighbour who got hold of a used one learns and ends nothing.
    let next = renew(&house, &at, &tokens.refresh).unwrap();
    let neighbour = house.clinic(2);
    let told = renew(&house, &neighbour, &tokens.refresh);
    assert_eq!(code(told), RefusalCode::SessionEnded);
    assert!(renew(&house, &at, &next.refresh).is_ok());
}

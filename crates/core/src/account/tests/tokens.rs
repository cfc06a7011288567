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
    let told = house.change(visitor, Function::LogInToApi, move |work| {
        token::log_in(work, &user_id("webapi1"), &verdict, &through("c1"))
    });
    match told.unwrap() {
        TokenLogin::Tokens(tokens) => tokens,
        TokenLogin::Refused(refusal) => panic!("{refusal}"),
    }
}

fn renew(house: &House, at: &Clinic, refresh_token: &str) -> Result<Tokens, Error> {
    let refresh_token = refresh_token.to_owned();
    let visitor = Actor::visitor(at.code.clone(), "c1");
    house.change(visitor, Function::LogInToApi, move |work| {
        token::refresh(work, &refresh_token, &through("c1"))
    })
}

#[test]
fn a_refresh_token_ends_with_its_time() {
    let house = House::new();
    let at = program(&house);
    let lives = house.office().rules().token.refresh_seconds;
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
    let rules = house.office().rules().token.clone();
    let tokens = log_in(&house, &at);
    let gate = house.office().gate();
    for text in [&tokens.id, &tokens.access] {
        let found = gate.token(text).unwrap().unwrap();
        assert!(found.usable);
        assert_eq!(found.expires_at, house.now().plus_seconds(rules.seconds));
    }
    assert!(gate.token(&tokens.refresh).unwrap().is_none());
    assert!(
        rules.refresh_seconds > rules.seconds,
        "else nobody could renew"
    );
}

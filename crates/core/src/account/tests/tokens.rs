//! Tokens of programs: how long they hold, and how long they can be renewed.

use crate::account::token::{self, TokenLogin, Tokens};
use crate::testing::{Clinic, FIRST, TestCentre, code, through, user_id};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};

/// A program's account that may log in, and its institution.
fn program(centre: &TestCentre) -> Clinic {
    with_account(centre).0
}

/// The same, and the key of the account.
fn with_account(centre: &TestCentre) -> (Clinic, String) {
    let at = centre.clinic(1);
    let id = centre
        .register(&at, AccountKind::WebApi, "webapi1")
        .unwrap();
    let account = centre.account(&at, &id);
    centre
        .change_password(&at, &account, (FIRST, "second-Password-2"))
        .token();
    (at, id)
}

fn log_in(centre: &TestCentre, at: &Clinic) -> Tokens {
    let verdict = centre.verdict(at, "webapi1", "second-Password-2");
    let visitor = Actor::visitor(at.code.clone(), "c1");
    let typed = user_id("webapi1");
    let told = centre.change(visitor, Function::LogInToApi, move |tx| {
        token::log_in(tx, &typed, &verdict, &through("c1"))
    });
    match told.unwrap() {
        TokenLogin::Tokens(tokens) => tokens,
        TokenLogin::Refused(refusal) => panic!("{refusal}"),
    }
}

fn renew(centre: &TestCentre, at: &Clinic, refresh_token: &str) -> Result<Tokens, Error> {
    let refresh_token = refresh_token.to_owned();
    let visitor = Actor::visitor(at.code.clone(), "c1");
    let told = centre.change(visitor, Function::LogInToApi, move |tx| {
        token::refresh(tx, &refresh_token, &through("c1"))
    });
    match told? {
        TokenLogin::Tokens(tokens) => Ok(tokens),
        TokenLogin::Refused(refusal) => Err(refusal.into()),
    }
}

#[test]
fn a_refresh_token_ends_with_its_time() {
    let centre = TestCentre::new();
    let at = program(&centre);
    let lives = centre.service().rules().token.refresh_seconds;
    let first = log_in(&centre, &at);
    centre.pass(lives);
    centre.pass_ms(-1);
    let second = renew(&centre, &at, &first.refresh).unwrap();
    // Its time began anew with the renewal, and is over to the millisecond.
    centre.pass(lives);
    let ended = code(renew(&centre, &at, &second.refresh));
    assert_eq!(ended, RefusalCode::TokenExpired);
    // A clock that is set back for a moment does not hide that it was only refused.
    centre.pass_ms(-1);
    assert!(renew(&centre, &at, &second.refresh).is_ok());
    centre.pass(10 * lives);
    let ended = code(renew(&centre, &at, &second.refresh));
    assert_eq!(ended, RefusalCode::TokenExpired);
}

#[test]
fn id_and_access_tokens_end_with_theirs() {
    let centre = TestCentre::new();
    let at = program(&centre);
    let rules = centre.service().rules().token.clone();
    let tokens = log_in(&centre, &at);
    let authn = centre.service().authn();
    for text in [&tokens.id, &tokens.access] {
        let found = authn.token(text).unwrap().unwrap();
        assert_eq!(found.refusal(centre.now()), None);
        assert_eq!(found.expires_at, centre.now().plus_seconds(rules.seconds));
    }
    let refresh = authn.token(&tokens.refresh).unwrap().unwrap();
    let told = refresh.refusal(centre.now());
    assert_eq!(told, Some(RefusalCode::TokenOtherUse));
    centre.pass(rules.seconds);
    let late = authn.token(&tokens.id).unwrap().unwrap();
    assert_eq!(late.refusal(centre.now()), Some(RefusalCode::TokenExpired));
    assert!(
        rules.refresh_seconds > rules.seconds,
        "else nobody could renew"
    );
}

/// What the institution's log says last: the refusal, and what else was noted.
fn last(centre: &TestCentre) -> (Option<String>, Option<String>, i64, Option<String>) {
    let sql = "select refusal, detail, subject_kind, subject from audit_entry \
               order by chain, seq desc limit 1";
    let row = centre.raw_connection().row(sql, &[]).unwrap().unwrap();
    (
        row.opt_text(0).unwrap(),
        row.opt_text(1).unwrap(),
        row.int(2).unwrap(),
        row.opt_text(3).unwrap(),
    )
}

#[test]
fn a_refresh_token_that_comes_again_ends_the_whole_family() {
    let centre = TestCentre::new();
    let at = program(&centre);
    let (stolen, other) = (log_in(&centre, &at), log_in(&centre, &at));
    let thief = renew(&centre, &at, &stolen.refresh).unwrap();
    let thief = renew(&centre, &at, &thief.refresh).unwrap();
    let good = |text: &str| {
        let found = centre.service().authn().token(text).unwrap().unwrap();
        found.refusal(centre.now()).is_none()
    };
    assert!(good(&thief.id) && good(&thief.access) && good(&other.id));
    // The rightful program comes with the first one: nobody can tell who of the two it is.
    let told = code(renew(&centre, &at, &stolen.refresh));
    assert_eq!(told, RefusalCode::TokenReused);
    let (refusal, detail, _, subject) = last(&centre);
    assert_eq!(refusal.as_deref(), Some("token.reused"));
    // Those of both renewals before were still in their grace.
    assert_eq!(detail.as_deref(), Some("[13,7]"));
    assert!(subject.is_some(), "the log says whose tokens they were");
    assert!(!good(&thief.id) && !good(&thief.access));
    assert_eq!(
        code(renew(&centre, &at, &thief.refresh)),
        RefusalCode::TokenInvalid
    );
    // Again, and of any that was used; each time with its own entry.
    assert_eq!(
        code(renew(&centre, &at, &stolen.refresh)),
        RefusalCode::TokenReused
    );
    assert_eq!(last(&centre).1.as_deref(), Some("[13,0]"));
    // Another log-in of the same account is another family.
    assert!(good(&other.id));
    assert!(renew(&centre, &at, &other.refresh).is_ok());
}

#[test]
fn a_refresh_token_that_was_never_used_or_is_none_ends_nothing() {
    let centre = TestCentre::new();
    let at = program(&centre);
    let tokens = log_in(&centre, &at);
    for nothing in ["", "nobody's"] {
        let told = code(renew(&centre, &at, nothing));
        assert_eq!(told, RefusalCode::TokenUnknown);
    }
    for other in [&tokens.id, &tokens.access] {
        let told = code(renew(&centre, &at, other));
        assert_eq!(told, RefusalCode::TokenOtherUse);
    }
    // A neighbour who got hold of a used one learns and ends nothing.
    let next = renew(&centre, &at, &tokens.refresh).unwrap();
    let neighbour = centre.clinic(2);
    let told = renew(&centre, &neighbour, &tokens.refresh);
    assert_eq!(code(told), RefusalCode::TokenUnknown);
    assert!(renew(&centre, &at, &next.refresh).is_ok());
}

#[test]
fn what_a_renewal_replaced_is_good_for_its_grace_and_no_longer_than_its_time() {
    let centre = TestCentre::new();
    let (at, id) = with_account(&centre);
    let rules = centre.service().rules().token.clone();
    let told = |text: &str| {
        let found = centre.service().authn().token(text).unwrap().unwrap();
        found.refusal(centre.now())
    };
    let first = log_in(&centre, &at);
    let second = renew(&centre, &at, &first.refresh).unwrap();
    centre.pass(rules.grace_seconds);
    centre.pass_ms(-1);
    assert_eq!((told(&first.id), told(&first.access)), (None, None));
    // A second renewal does not give the first tokens more time.
    let third = renew(&centre, &at, &second.refresh).unwrap();
    centre.pass_ms(1);
    for replaced in [&first.id, &first.access] {
        assert_eq!(told(replaced), Some(RefusalCode::TokenReplaced));
    }
    assert_eq!((told(&second.id), told(&third.id)), (None, None));
    // Nor does the grace go beyond their own time.
    centre.pass(rules.seconds - rules.grace_seconds);
    let fourth = renew(&centre, &at, &third.refresh).unwrap();
    assert_eq!(told(&third.id), None);
    centre.pass(rules.grace_seconds);
    assert_eq!(told(&third.id), Some(RefusalCode::TokenReplaced));
    assert_eq!(told(&fourth.id), None);
    // What ends all ends those in their grace too, at once, and says so.
    let fifth = renew(&centre, &at, &fourth.refresh).unwrap();
    assert_eq!(told(&fourth.id), None);
    let account = centre.account(&at, &id);
    let passwords = ("second-Password-2", "third-Password-3");
    centre.change_password(&at, &account, passwords).token();
    for ended in [&fourth.id, &fifth.id] {
        assert_eq!(told(ended), Some(RefusalCode::TokenInvalid));
    }
}

//! A form is taken once, by the right session, and its secret is shown once.

use super::retention::ExpireForms;
use super::*;
use crate::service::Job;
use crate::store::Location;
use crate::testing::{TestCentre, code};
use crate::{Actor, Function};

fn key() -> FormKey {
    FormKey::of_session("cookie of the first")
}

fn sent_with(key: &FormKey, label: &str) -> Submission {
    key.accept(&key.issue(&[1; 32], label)).unwrap()
}

fn change<T: Send + 'static>(
    centre: &TestCentre,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    centre.change(Actor::operator(), Function::ManageFacilities, work)
}

/// Every byte of the database, as who steals it would have it.
fn everything(centre: &TestCentre) -> Vec<u8> {
    let Location::Sqlite(file) = &centre.location else {
        panic!("the tests of the rules run on SQLite");
    };
    let log = file.with_extension("db-wal");
    [std::fs::read(file).unwrap(), std::fs::read(log).unwrap()].concat()
}

#[test]
fn a_token_is_known_by_its_own_session_alone() {
    let token = key().issue(&[1; 32], "main");
    assert!(key().accept(&token).is_some());
    assert_ne!(
        token,
        key().issue(&[1; 32], "logout"),
        "a label tells forms apart"
    );
    assert_ne!(token, key().issue(&[2; 32], "main"), "so does the request");
    assert!(FormKey::of_session("another").accept(&token).is_none());
    assert!(FormKey::of_terminal("01AB").accept(&token).is_none());
    let mut letters: Vec<char> = token.chars().collect();
    for place in 0..letters.len() {
        let was = letters[place];
        letters[place] = if was == 'A' { 'Q' } else { 'A' };
        let changed: String = letters.iter().collect();
        assert!(key().accept(&changed).is_none(), "letter {place}");
        letters[place] = was;
    }
    for odd in [
        "",
        "AAAA",
        "=",
        "%00",
        &token[1..],
        &format!("{token}AA"),
        &"A".repeat(9000),
    ] {
        assert!(key().accept(odd).is_none(), "{odd}");
    }
}

#[test]
fn a_form_is_taken_once_and_a_refused_one_may_come_again() {
    let centre = TestCentre::new();
    let form = sent_with(&key(), "main");
    let refused = form.clone();
    let answer: Result<(), Error> = change(&centre, move |tx| {
        spend(tx, &refused)?;
        Err(RefusalCode::WrongState.into())
    });
    assert_eq!(code(answer), RefusalCode::WrongState);
    let first = form.clone();
    change(&centre, move |tx| spend(tx, &first)).unwrap();
    let second = form.clone();
    let again = change(&centre, move |tx| spend(tx, &second));
    assert_eq!(code(again), RefusalCode::FormAlreadySent);
    let found = centre.service().authn().sent(&form, centre.now()).unwrap();
    assert_eq!(found.unwrap().location, None);
    let other = sent_with(&key(), "another form of the page");
    assert!(
        centre
            .service()
            .authn()
            .sent(&other, centre.now())
            .unwrap()
            .is_none()
    );
    change(&centre, move |tx| spend(tx, &other)).unwrap();
}

#[test]
fn what_is_shown_comes_back_to_its_own_session_and_a_secret_once() {
    let centre = TestCentre::new();
    let form = sent_with(&key(), "main");
    let kept = form.clone();
    change(&centre, move |tx| {
        spend(tx, &kept)?;
        let shown = Shown {
            location: "/web/accounts/new".to_owned(),
            text: "架空 花子".to_owned(),
            secret: Some("himitsu-no-kotoba".to_owned()),
        };
        keep(tx, &kept, &shown)
    })
    .unwrap();
    let bytes = everything(&centre);
    for word in ["架空 花子", "himitsu-no-kotoba"] {
        let seen = bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes());
        assert!(!seen, "{word} lies open in the database");
    }
    let sent = |now| centre.service().authn().sent(&form, now).unwrap().unwrap();
    assert_eq!(sent(centre.now()).text.as_deref(), Some("架空 花子"));
    assert!(sent(centre.now()).secret_waits);
    let take = || {
        let form = form.clone();
        change(&centre, move |tx| show_once(tx, &form)).unwrap()
    };
    assert_eq!(take().as_deref(), Some("himitsu-no-kotoba"));
    assert_eq!(take(), None, "it is shown once");
    assert!(!sent(centre.now()).secret_waits);
    centre.pass(30 * 60 + 1);
    assert_eq!(sent(centre.now()).text, None, "not for ever");
    assert_eq!(
        sent(centre.now()).location.as_deref(),
        Some("/web/accounts/new")
    );
}

#[test]
fn a_secret_that_nobody_fetched_is_gone_after_its_time() {
    let centre = TestCentre::new();
    let form = sent_with(&key(), "main");
    let kept = form.clone();
    change(&centre, move |tx| {
        spend(tx, &kept)?;
        let secret = Some("himitsu".to_owned());
        let (location, text) = ("/web/menu".to_owned(), String::new());
        keep(
            tx,
            &kept,
            &Shown {
                location,
                text,
                secret,
            },
        )
    })
    .unwrap();
    centre.pass(61);
    let late = form.clone();
    assert_eq!(
        change(&centre, move |tx| show_once(tx, &late)).unwrap(),
        None
    );
    let form = sent_with(&key(), "main");
    let kept = || centre.service().authn().sent(&form, centre.now()).unwrap();
    assert!(kept().is_some(), "that it was sent is still known");
    let expire = || {
        ExpireForms
            .run(centre.service(), &centre.request())
            .unwrap()
    };
    // Nobody has to send another form.
    assert!(!expire());
    let rows = "select count(*) from form_token where secret is not null";
    assert_eq!(
        centre.number(rows, &[]),
        0,
        "it does not wait in the database either"
    );
    centre.pass(centre.service().rules().session.absolute_seconds);
    assert!(!expire());
    assert_eq!(centre.number("select count(*) from form_token", &[]), 0);
    let left = "select count(*) from audit_entry where function = $1 and role = $2";
    let of_the_centre = [
        Function::ExpireForms.number().into(),
        crate::Role::System.number().into(),
    ];
    assert_eq!(centre.number(left, &of_the_centre), 2, "each is audited");
    assert!(!expire());
    assert_eq!(
        centre.number(left, &of_the_centre),
        2,
        "that nothing was due is not"
    );
}

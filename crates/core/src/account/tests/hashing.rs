//! What a log-in costs, whoever is named in it, and hashes that give way to stronger ones.
//!
//! Nothing here looks at a clock: what counts is which hashes were paid.

use crate::account::Managed;
use crate::account::login::{PasswordVerdict, hidden, log_in};
use crate::account::manage;
use crate::account::password::{Cost, Tested, hash_secret, test};
use crate::rules::PasswordRules;
use crate::store::Value;
use crate::testing::{
    Clinic, FIRST, LoginOutcome, TestCentre, hash, quick_rules, through, user_id,
};
use crate::{AccountKind, Actor, Function, RefusalCode};

fn rules(memory_kib: u32, passes: u32) -> PasswordRules {
    PasswordRules {
        argon2_memory_kib: memory_kib,
        argon2_passes: passes,
        ..quick_rules().password
    }
}

/// What the server does with what somebody typed, under these rules.
fn tested(
    centre: &TestCentre,
    at: &Clinic,
    id: &str,
    password: &str,
    rules: &PasswordRules,
) -> Tested {
    let found = centre
        .service()
        .authn()
        .credential(&at.code, &user_id(id), centre.now());
    let found = found.unwrap();
    test(
        password,
        found.password.as_ref(),
        &found.costs,
        rules,
        [5; 16],
    )
}

fn enter(
    centre: &TestCentre,
    at: &Clinic,
    id: &str,
    verdict: PasswordVerdict,
) -> Option<RefusalCode> {
    let visitor = Actor::visitor(at.code.clone(), "c1");
    let id = user_id(id);
    let done = centre.change(visitor, Function::LogIn, move |tx| {
        let outcome = log_in(tx, &id, &verdict, &through("c1"))?;
        Ok(match outcome {
            crate::account::login::LoggedIn::Refused(refusal) => Some(refusal.code),
            _ => None,
        })
    });
    done.unwrap()
}

fn kept(centre: &TestCentre, id: &str) -> (String, Option<String>, i64, i64) {
    let sql = "select password_hash, rehashed_from, version, password_changed_at from account \
               where account_id = $1";
    let row = centre
        .raw_connection()
        .row(sql, &[id.into()])
        .unwrap()
        .unwrap();
    (
        row.text(0).unwrap(),
        row.opt_text(1).unwrap(),
        row.int(2).unwrap(),
        row.int(3).unwrap(),
    )
}

/// An institution with an account of every age: hashes of three costs, stopped and retired ones.
fn aged(centre: &TestCentre) -> Clinic {
    let at = centre.clinic(1);
    for (id, cost) in [("old1", (8, 1)), ("newer1", (16, 2)), ("strong1", (64, 5))] {
        let account = centre.register(&at, AccountKind::General, id).unwrap();
        let hash = hash_secret(FIRST, &rules(cost.0, cost.1), [4; 16]);
        let with: [Value; 2] = [account.into(), hash.as_str().into()];
        let sql = "update account set password_hash = $2 where account_id = $1";
        centre.raw_connection().execute(sql, &with).unwrap();
    }
    for id in ["stopped1", "retired1"] {
        let account = centre.register(&at, AccountKind::General, id).unwrap();
        let retire = id == "retired1";
        centre
            .operate(&at, &account, move |tx, id| match retire {
                true => manage::retire(tx, Managed::All, id, "退職"),
                false => manage::stop(tx, Managed::All, id, "休職"),
            })
            .unwrap();
    }
    at
}

#[test]
fn every_attempt_pays_the_same_hashes_whoever_is_named() {
    let centre = TestCentre::new();
    let at = aged(&centre);
    let other = centre.clinic(2);
    for now in [
        rules(8, 1),
        rules(32, 3),
        rules(16, 2),
        rules(128, 1),
        rules(8, 7),
    ] {
        let wanted = Cost::wanted(&now);
        let expected = tested(&centre, &at, "nobody1", "guess", &now).paid;
        assert!(expected.contains(&wanted));
        for id in [
            "old1", "newer1", "strong1", "stopped1", "retired1", "master1", "nobody2", "reset1",
        ] {
            for password in ["guess", FIRST, ""] {
                let paid = tested(&centre, &at, id, password, &now);
                assert_eq!(paid.paid, expected, "{id} {password}");
                assert_eq!(
                    paid.work(),
                    expected.iter().map(|cost| cost.work()).sum::<u64>()
                );
            }
        }
        // An institution whose hashes are all of one age pays no more than that and the rules' own.
        let least = tested(&centre, &other, "nobody1", "guess", &now).paid;
        assert_eq!(least, tested(&centre, &other, "master1", FIRST, &now).paid);
        assert!(least.len() <= 2 && least.contains(&wanted));
    }
}

#[test]
fn a_kept_text_that_is_no_hash_costs_as_much_and_opens_nothing() {
    let centre = TestCentre::new();
    let at = aged(&centre);
    let now = rules(32, 3);
    let expected = tested(&centre, &at, "nobody1", FIRST, &now).paid;
    for broken in [
        "",
        "$argon2id$",
        "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
        "$argon2id$v=19$m=1,t=0,p=9$x$y",
        "plain",
    ] {
        let with: [Value; 1] = [broken.into()];
        let sql = "update account set password_hash = $1 where user_id_key = 'old1'";
        centre.raw_connection().execute(sql, &with).unwrap();
        // What cost 8 KiB here is the master's and others' too, so nothing of the list is gone.
        let paid = tested(&centre, &at, "old1", FIRST, &now);
        assert_eq!(paid.paid, expected, "{broken}");
        assert!(matches!(paid.verdict, PasswordVerdict::Wrong), "{broken}");
    }
}

#[test]
fn a_good_log_in_puts_a_stronger_hash_in_the_place_of_a_weak_one_and_moves_nothing_else() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    let id = centre
        .register(&at, AccountKind::General, "staff1")
        .unwrap();
    let now = rules(32, 3);
    let before = kept(&centre, &id);
    centre.pass(60);

    let wrong = tested(&centre, &at, "staff1", "wrong", &now).verdict;
    let told = enter(&centre, &at, "staff1", wrong);
    assert_eq!(told, Some(RefusalCode::WrongPassword));
    assert_eq!(kept(&centre, &id), before, "a wrong one moves nothing");

    let good = tested(&centre, &at, "staff1", FIRST, &now).verdict;
    let slow = good.clone();
    assert_eq!(enter(&centre, &at, "staff1", good), None);
    let after = kept(&centre, &id);
    assert!(after.0.contains("m=32,t=3"), "{}", after.0);
    assert_eq!(
        (after.2, after.3),
        (before.2, before.3),
        "it is no change of the password"
    );
    assert!(
        centre.account(&at, &id).must_change_password(),
        "it is still the first one"
    );
    let history = "select count(*) from password_history where account_id = $1";
    assert_eq!(centre.number(history, &[id.as_str().into()]), 0);

    // Who was tested against the former hash at the same time is let in, and counts no failure.
    assert_eq!(enter(&centre, &at, "staff1", slow.clone()), None);
    assert_eq!(centre.number("select count(*) from login_failure", &[]), 0);
    assert_eq!(kept(&centre, &id).0, after.0, "it is not put back");

    // As strong as it should be, and stronger: nothing to do.
    for rules in [now.clone(), quick_rules().password] {
        let again = tested(&centre, &at, "staff1", FIRST, &rules).verdict;
        assert!(matches!(&again, PasswordVerdict::Fits { anew: None, .. }));
        assert_eq!(enter(&centre, &at, "staff1", again), None);
        assert_eq!(kept(&centre, &id), after);
    }

    // A change of the password ends what the former hash was good for.
    let account = centre.account(&at, &id);
    assert!(matches!(
        centre.change_password(&at, &account, (FIRST, "another-Password-2")),
        LoginOutcome::Open(_)
    ));
    let told = enter(&centre, &at, "staff1", slow);
    assert_eq!(told, Some(RefusalCode::WrongPassword));
}

#[test]
fn a_right_password_of_an_account_that_may_not_enter_is_hashed_anew_too() {
    let centre = TestCentre::new();
    let at = aged(&centre);
    let now = rules(32, 3);
    for (id, code) in [
        ("stopped1", RefusalCode::AccountStopped),
        ("retired1", RefusalCode::AccountRetired),
    ] {
        let good = tested(&centre, &at, id, FIRST, &now).verdict;
        assert_eq!(enter(&centre, &at, id, good), Some(code));
        let sql = "select count(*) from account where user_id_key = $1 \
                   and password_hash like '%m=32,t=3%'";
        assert_eq!(centre.number(sql, &[id.into()]), 1, "{id}");
    }
}

#[test]
fn a_secret_number_is_hashed_anew_when_it_was_right() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    let now = rules(32, 3);
    let reset = Actor::account(AccountKind::Reset, "r", at.code.clone(), "c1");
    let authn = centre.service().authn();
    let before = authn.secret_number(&reset).unwrap().unwrap();
    for (typed, anew) in [("0000-0000-0000", false), ("1234-5678-9012", true)] {
        let tested = before.test(typed, &now, [6; 16]);
        assert_eq!(
            tested.paid,
            [Cost::wanted(&quick_rules().password), Cost::wanted(&now)]
        );
        let told = centre.change(reset.clone(), Function::ResetMasterPassword, move |tx| {
            manage::reset_master(tx, &tested.verdict, &hash("next")).map(drop)
        });
        told.unwrap();
        let sql = "select count(*) from facility where secret_number_hash like '%m=32,t=3%'";
        assert_eq!(centre.number(sql, &[]) == 1, anew, "{typed}");
        let after = authn.secret_number(&reset).unwrap().unwrap();
        assert!(matches!(
            after.test("1234-5678-9012", &now, [7; 16]).verdict,
            PasswordVerdict::Fits { .. }
        ));
    }
}

#[test]
fn what_is_typed_as_a_user_id_and_is_none_is_kept_under_a_keyed_hash() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    for typed in ["Himitsu-no-Kotoba.77", "correct-horse-1"] {
        assert_eq!(
            centre.log_in(&at, typed, "x", "c1").code(),
            Some(RefusalCode::WrongPassword)
        );
    }
    assert!(
        centre
            .log_in(&at, "master1", "wrong", "c1")
            .code()
            .is_some()
    );
    let rows = "select user_id_key from login_failure order by user_id_key";
    let keys: Vec<String> = centre
        .raw_connection()
        .rows(rows, &[])
        .unwrap()
        .iter()
        .map(|row| row.text(0).unwrap())
        .collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(keys[2], "master1", "an account's own id may be kept");
    for key in &keys[..2] {
        assert!(key.starts_with('#') && key.len() == 33, "{key}");
    }
    // Case does not make two of one, another institution's is another, and so is another key's.
    assert_eq!(
        centre.log_in(&at, "CORRECT-horse-1", "x", "c1").code(),
        Some(RefusalCode::WrongPassword)
    );
    assert_eq!(centre.number("select count(*) from login_failure", &[]), 3);
    let other = centre.clinic(2);
    centre.log_in(&other, "correct-horse-1", "x", "c1");
    let distinct = "select count(distinct user_id_key) from login_failure";
    assert_eq!(centre.number(distinct, &[]), 4);
    let id = user_id("correct-horse-1");
    let keyed = |key: u8| hidden(&[key; 32], &at.code, &id);
    assert_ne!(keyed(1), keyed(2));
}

#[test]
fn a_lock_of_an_id_that_nobody_has_stays_when_somebody_gets_it() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    for _ in 0..5 {
        centre.log_in(&at, "desk1", "guess", "c1");
    }
    let id = centre.register(&at, AccountKind::General, "Desk1").unwrap();
    let told = centre.log_in(&at, "desk1", FIRST, "c1").code();
    assert_eq!(
        told,
        Some(RefusalCode::Locked),
        "it tells nothing of the registration"
    );
    assert!(
        centre.account(&at, &id).locked_until.is_some(),
        "the manager sees it"
    );
    centre
        .operate(&at, &id, |tx, id| manage::unlock(tx, Managed::All, id))
        .unwrap();
    assert!(matches!(
        centre.log_in(&at, "desk1", FIRST, "c1"),
        LoginOutcome::Open(_)
    ));
    assert_eq!(centre.number("select count(*) from login_failure", &[]), 0);
}

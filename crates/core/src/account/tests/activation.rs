//! One-time activations: once, for a time, for one account, and no help to whoever guesses.

use crate::account::activation::{self, Activated, Activation};
use crate::account::manage;
use crate::account::password::AcceptedPassword;
use crate::account::{Managed, NewAccount, PasswordOrigin};
use crate::error::Error;
use crate::one_time_code::OneTimeCode;
use crate::registration::{self, FirstPassword, NewFacility};
use crate::testing::{Clinic, FIRST, TestCentre, code, hash, new_account, quick_rules, user_id};
use crate::{AccountKind, Actor, Function, RefusalCode};

const OWN: &str = "asa-no-sanpo-2026";

fn registered(centre: &TestCentre, at: &Clinic, id: &str) -> Activation {
    let new = new_account(AccountKind::General, id);
    let admin = at.admin("an-admin");
    centre
        .change(admin, Function::ManageAccounts, move |tx| {
            activation::register(tx, Managed::Others, &new)
        })
        .unwrap()
}

fn issued(centre: &TestCentre, at: &Clinic, id: &str) -> Activation {
    centre
        .operate(at, id, |tx, id| activation::issue(tx, Managed::All, id))
        .unwrap()
}

/// What came of an activation: none where it went.
fn came(answer: Result<Activated, Error>) -> Option<RefusalCode> {
    match answer {
        Ok(Activated::Good(_)) => None,
        Ok(Activated::Refused(refusal)) | Err(Error::Refused(refusal)) => Some(refusal.code),
        Err(Error::Fault(fault)) => panic!("{fault}"),
    }
}

fn look(centre: &TestCentre, at: &Clinic, id: &str, code: &OneTimeCode) -> Option<RefusalCode> {
    let (id, code) = (user_id(id), code.clone());
    let visitor = Actor::visitor(at.code.clone(), "c1");
    came(
        centre.change(visitor, Function::ActivateAccount, move |tx| {
            activation::look(tx, &id, &code)
        }),
    )
}

fn activate(centre: &TestCentre, at: &Clinic, id: &str, code: &OneTimeCode) -> Option<RefusalCode> {
    let (id, code) = (user_id(id), code.clone());
    let authn = centre.service().authn();
    let change = authn
        .activation(&at.code, (&id, &code), centre.now())
        .unwrap();
    let rules = quick_rules().password;
    let new = change.map(|change| {
        let compared = change.compare(AcceptedPassword::unchecked(OWN));
        compared.to_the_end().unwrap().hash(&rules, [3; 16])
    });
    let visitor = Actor::visitor(at.code.clone(), "c1");
    came(
        centre.change(visitor, Function::ActivateAccount, move |tx| {
            activation::activate(tx, &id, &code, new.as_ref())
        }),
    )
}

fn other() -> OneTimeCode {
    OneTimeCode::generate(&mut crate::entropy::Entropy::new([1; 32]))
}

#[test]
fn a_code_opens_its_account_once() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let handed = registered(&centre, &clinic, "desk1");
    // There is no password before, whatever is typed.
    for typed in ["", "!", FIRST, &handed.code.reveal()] {
        let told = centre.log_in(&clinic, "desk1", typed, "c1");
        assert_eq!(told.code(), Some(RefusalCode::WrongPassword), "{typed}");
        if typed == FIRST {
            assert_eq!(look(&centre, &clinic, "DESK1", &handed.code), None);
        }
    }
    assert_eq!(activate(&centre, &clinic, "desk1", &handed.code), None);
    centre.log_in(&clinic, "desk1", OWN, "c1").token();
    let account = centre.account(&clinic, &handed.account_id);
    assert_eq!(account.origin, PasswordOrigin::Own);
    for again in [look, activate] {
        let told = again(&centre, &clinic, "desk1", &handed.code);
        assert_eq!(told, Some(RefusalCode::ActivationUsed));
    }
    centre.log_in(&clinic, "desk1", OWN, "c2");
}

#[test]
fn a_code_is_good_for_seventy_two_hours_and_no_moment_longer() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let handed = registered(&centre, &clinic, "desk1");
    assert_eq!(handed.until, centre.now().plus_seconds(72 * 3600));
    centre.pass_ms(72 * 3_600_000 - 1);
    assert_eq!(look(&centre, &clinic, "desk1", &handed.code), None);
    centre.pass_ms(1);
    for late in [look, activate] {
        let told = late(&centre, &clinic, "desk1", &handed.code);
        assert_eq!(told, Some(RefusalCode::ActivationExpired));
    }
    // Whoever has a wrong one is not told that there was another.
    let told = look(&centre, &clinic, "desk1", &other());
    assert_eq!(told, Some(RefusalCode::ActivationWrong));
}

#[test]
fn a_newer_code_and_any_other_password_void_what_was_handed_out() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let first = registered(&centre, &clinic, "desk1");
    let second = issued(&centre, &clinic, &first.account_id);
    let told = look(&centre, &clinic, "desk1", &first.code);
    assert_eq!(told, Some(RefusalCode::ActivationWrong));
    assert_eq!(look(&centre, &clinic, "desk1", &second.code), None);
    let reset = hash(FIRST);
    centre
        .operate(&clinic, &first.account_id, move |tx, id| {
            manage::reset_password(tx, Managed::All, id, &reset)
        })
        .unwrap();
    let told = activate(&centre, &clinic, "desk1", &second.code);
    assert_eq!(told, Some(RefusalCode::ActivationWrong));
    centre.log_in(&clinic, "desk1", FIRST, "c1").token();
}

#[test]
fn an_issue_voids_the_password_and_ends_what_is_open() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let token = centre.log_in(&clinic, "desk1", FIRST, "c1").token();
    let handed = issued(&centre, &clinic, &id);
    assert!(centre.session(&token).is_err());
    let told = centre.log_in(&clinic, "desk1", FIRST, "c1");
    assert_eq!(told.code(), Some(RefusalCode::WrongPassword));
    // The password of before is one of the last ones, though there was none in between.
    let authn = centre.service().authn();
    let opened = authn.activation(
        &clinic.code,
        (&user_id("desk1"), &handed.code),
        centre.now(),
    );
    let change = opened.unwrap().unwrap();
    assert!(
        change
            .compare(AcceptedPassword::unchecked(FIRST))
            .to_the_end()
            .is_none()
    );
    assert_eq!(activate(&centre, &clinic, "desk1", &handed.code), None);
    centre.log_in(&clinic, "desk1", OWN, "c1").token();
}

#[test]
fn whoever_guesses_is_counted_and_locked_whether_there_is_such_an_account_or_not() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let handed = registered(&centre, &clinic, "desk1");
    for id in ["desk1", "nobody1"] {
        for _ in 0..4 {
            let told = look(&centre, &clinic, id, &other());
            assert_eq!(told, Some(RefusalCode::ActivationWrong), "{id}");
        }
        for wrong in [other(), handed.code.clone()] {
            let told = look(&centre, &clinic, id, &wrong);
            assert_eq!(told, Some(RefusalCode::Locked), "{id}");
        }
    }
    // Not even authentication opens what is locked.
    let authn = centre.service().authn();
    let shown = (&user_id("desk1"), &handed.code);
    assert!(
        authn
            .activation(&clinic.code, shown, centre.now())
            .unwrap()
            .is_none()
    );
    centre.pass(900);
    assert_eq!(activate(&centre, &clinic, "desk1", &handed.code), None);
}

#[test]
fn a_code_is_of_one_account_at_one_institution() {
    let centre = TestCentre::new();
    let (ours, theirs) = (centre.clinic(1), centre.clinic(2));
    let handed = registered(&centre, &ours, "desk1");
    registered(&centre, &ours, "desk2");
    registered(&centre, &theirs, "desk1");
    for (at, id) in [(&ours, "desk2"), (&theirs, "desk1")] {
        let told = look(&centre, at, id, &handed.code);
        assert_eq!(told, Some(RefusalCode::ActivationWrong), "{id}");
    }
    assert_eq!(look(&centre, &ours, "desk1", &handed.code), None);
}

#[test]
fn a_stopped_account_is_told_so_after_the_right_code_alone() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let handed = registered(&centre, &clinic, "desk1");
    centre
        .operate(&clinic, &handed.account_id, |tx, id| {
            manage::stop(tx, Managed::All, id, "長期休暇のため")
        })
        .unwrap();
    let told = look(&centre, &clinic, "desk1", &other());
    assert_eq!(told, Some(RefusalCode::ActivationWrong));
    let told = activate(&centre, &clinic, "desk1", &handed.code);
    assert_eq!(told, Some(RefusalCode::AccountStopped));
    let issue = centre.operate(&clinic, &handed.account_id, |tx, id| {
        manage::retire(tx, Managed::All, id, "退職のため")?;
        activation::issue(tx, Managed::All, id)
    });
    assert_eq!(code(issue), RefusalCode::WrongState);
}

#[test]
fn many_are_registered_or_none_and_each_code_is_its_own() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let all = |ids: &[&str]| -> Vec<NewAccount> {
        let new = |id: &&str| new_account(AccountKind::General, id);
        ids.iter().map(new).collect()
    };
    let register = |ids: &[&str]| {
        let all = all(ids);
        centre.change(
            clinic.admin("an-admin"),
            Function::ManageAccounts,
            move |tx| activation::register_all(tx, Managed::Others, &all),
        )
    };
    let taken = register(&["desk1", "desk2", "DESK1"]);
    assert_eq!(code(taken), RefusalCode::UserIdTaken);
    let handed = register(&["desk1", "desk2"]).unwrap();
    assert_ne!(handed[0].code.reveal(), handed[1].code.reveal());
    for one in &handed {
        let id = one.user_id.as_str();
        assert_eq!(activate(&centre, &clinic, id, &one.code), None);
    }
    let sql = "select count(*) from audit_entry where detail like '[201,%'";
    assert_eq!(centre.number(sql, &[]), 2);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn an_institution_comes_with_two_accounts_to_activate() {
    let centre = TestCentre::new();
    let code = crate::facility::FacilityCode::from_body("131000009").unwrap();
    let new = NewFacility {
        code: code.clone(),
        name: "桜内科クリニック".to_owned(),
        secret_number_hash: hash("1234-5678-9012"),
        master: (user_id("master9"), FirstPassword::Activation),
        reset: (user_id("reset9"), FirstPassword::Activation),
    };
    let done = centre.change(Actor::operator(), Function::ManageFacilities, move |tx| {
        registration::register(tx, &new)
    });
    let handed = done.unwrap().activations;
    let clinic = Clinic {
        code,
        master: handed[0].account_id.clone(),
    };
    assert_eq!(handed[0].kind, AccountKind::Master);
    assert_eq!(handed[1].kind, AccountKind::Reset);
    for one in &handed {
        let id = one.user_id.as_str();
        assert_eq!(activate(&centre, &clinic, id, &one.code), None);
        centre.log_in(&clinic, id, OWN, "c1").token();
    }
}

//! When failed log-ins lock, and that they tell nothing.

use crate::account::Managed;
use crate::account::login::Failures;
use crate::account::login::PasswordVerdict;
use crate::account::manage;
use crate::rules::LockRules;
use crate::testing::{Clinic, FIRST, LoginOutcome, OPENING, TestCentre, code, refusal};
use crate::{AccountKind, Moment, RefusalCode};
use proptest::prelude::*;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

const LOCK: LockRules = LockRules {
    failures: 5,
    seconds: 900,
};

#[test]
fn the_fifth_failure_locks_for_fifteen_minutes() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    centre
        .register(&clinic, AccountKind::Admin, "admin1")
        .unwrap();
    for _ in 0..4 {
        let told = centre.log_in(&clinic, "admin1", "wrong", "c1");
        assert_eq!(told.code(), Some(RefusalCode::WrongPassword));
    }
    let until = centre.now().plus_seconds(900);
    let locked = LoginOutcome::No(crate::Refusal::until(RefusalCode::Locked, until));
    assert_eq!(centre.log_in(&clinic, "admin1", "wrong", "c1"), locked);
    centre.pass(899);
    assert_eq!(centre.log_in(&clinic, "admin1", FIRST, "c1"), locked);
    assert_eq!(centre.log_in(&clinic, "admin1", "wrong", "c1"), locked);
    centre.pass(1);
    centre.log_in(&clinic, "admin1", FIRST, "c1").token();
}

#[test]
fn a_right_password_while_locked_is_refused_in_the_same_words_as_a_wrong_one() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    centre
        .register(&clinic, AccountKind::Admin, "admin1")
        .unwrap();
    // The password was tested before the fifth failure was counted.
    let tested = centre.verdict(&clinic, "admin1", FIRST);
    for _ in 0..5 {
        centre.log_in(&clinic, "admin1", "wrong", "c1");
    }
    let wrong = centre.log_in(&clinic, "admin1", "wrong", "c1");
    let visitor = crate::Actor::visitor(clinic.code.clone(), "c1");
    let id = crate::testing::user_id("admin1");
    let late = centre.change(visitor, crate::Function::LogIn, move |tx| {
        crate::account::login::log_in(tx, &id, &tested, &crate::testing::through("c1"))
    });
    let Ok(crate::account::login::LoggedIn::Refused(late)) = late else {
        panic!("not refused");
    };
    assert_eq!(wrong, LoginOutcome::No(late));
}

#[test]
fn the_right_password_starts_the_count_anew() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    centre
        .register(&clinic, AccountKind::Admin, "admin1")
        .unwrap();
    for _ in 0..3 {
        for _ in 0..4 {
            centre.log_in(&clinic, "ADMIN1", "wrong", "c1");
        }
        assert!(!matches!(
            centre.log_in(&clinic, "admin1", FIRST, "c1"),
            LoginOutcome::No(_)
        ));
    }
}

#[test]
fn a_manager_unlocks_what_is_locked_and_only_that() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::Admin, "admin1")
        .unwrap();
    let unlock = |centre: &TestCentre| {
        centre.operate(&clinic, &id, |tx, id| manage::unlock(tx, Managed::All, id))
    };
    assert_eq!(code(unlock(&centre)), RefusalCode::WrongState);
    for _ in 0..5 {
        centre.log_in(&clinic, "admin1", "wrong", "c1");
    }
    unlock(&centre).unwrap();
    centre.log_in(&clinic, "admin1", FIRST, "c1").token();
}

#[test]
fn guessing_the_current_password_locks_and_ends_the_session() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let token = centre.log_in(&clinic, "desk1", FIRST, "c1").token();
    let account = centre.account(&clinic, &id);
    for _ in 0..4 {
        let told = centre.change_password(&clinic, &account, ("wrong", "next"));
        assert_eq!(told.code(), Some(RefusalCode::CurrentPasswordWrong));
    }
    let told = centre.change_password(&clinic, &account, ("wrong", "next"));
    assert_eq!(told.code(), Some(RefusalCode::Locked));
    assert!(centre.session(&token).is_err());
    let told = centre.change_password(&clinic, &account, (FIRST, "next"));
    assert_eq!(told.code(), Some(RefusalCode::Locked));
}

#[test]
fn the_secret_number_is_guessed_five_times_at_the_most() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let reset = crate::Actor::account(AccountKind::Reset, "r", clinic.code.clone(), "c1");
    let guess = |fits: bool| {
        let done = centre.change(
            reset.clone(),
            crate::Function::ResetMasterPassword,
            move |tx| {
                let verdict = if fits {
                    PasswordVerdict::fits(crate::testing::hash("1234-5678-9012"))
                } else {
                    PasswordVerdict::Wrong
                };
                manage::reset_master(tx, &verdict, &crate::testing::hash("next"))
            },
        );
        match done.unwrap() {
            manage::MasterReset::Done(_) => None,
            manage::MasterReset::Refused(refusal) => Some(refusal.code),
        }
    };
    for _ in 0..4 {
        assert_eq!(guess(false), Some(RefusalCode::SecretNumberWrong));
    }
    assert_eq!(guess(false), Some(RefusalCode::Locked));
    assert_eq!(guess(true), Some(RefusalCode::Locked));
    centre.pass(900);
    assert_eq!(guess(true), None);
    assert!(
        centre
            .account(&clinic, &clinic.master)
            .must_change_password()
    );
    assert_eq!(
        centre.log_in(&clinic, "master1", FIRST, "c1").code(),
        Some(RefusalCode::WrongPassword)
    );
}

#[test]
fn a_reset_of_the_master_alarms_the_institution_until_somebody_has_seen_it() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    let alarmed = |at: &Clinic| {
        let code = at.code.clone();
        let actor = crate::Actor::operator_at(code.clone());
        let look = move |tx: &mut crate::Tx<'_>| Ok(crate::facility::find_alarm(tx, &code)?);
        centre
            .read(actor, crate::Function::ManageFacilities, look)
            .unwrap()
    };
    let confirm = |kind, id: &str| {
        let actor = crate::Actor::account(kind, id, clinic.code.clone(), "c1");
        centre.change(
            actor,
            crate::Function::ConfirmAlarm,
            crate::account::alarm::confirm,
        )
    };
    let master = clinic.master.clone();
    let early = confirm(AccountKind::Master, &master);
    assert_eq!(code(early), RefusalCode::WrongState);
    let reset = crate::Actor::account(AccountKind::Reset, "r", clinic.code.clone(), "c1");
    centre
        .change(reset, crate::Function::ResetMasterPassword, |tx| {
            let verdict = PasswordVerdict::fits(crate::testing::hash("1234-5678-9012"));
            manage::reset_master(tx, &verdict, &crate::testing::hash("next")).map(drop)
        })
        .unwrap();
    assert_eq!(
        (alarmed(&clinic), alarmed(&other)),
        (Some(centre.now()), None)
    );
    // Who only works there can't say so.
    assert_eq!(
        code(confirm(AccountKind::General, "g")),
        RefusalCode::NotPermitted
    );
    confirm(AccountKind::Admin, "a").unwrap();
    assert_eq!(alarmed(&clinic), None);
}

/// What may happen while somebody guesses.
#[derive(Clone, Debug)]
enum Step {
    Guess(&'static str),
    Pass(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => prop_oneof![Just("wrong"), Just(""), Just("Ｆ"), Just("first-Password-2")]
            .prop_map(Step::Guess),
        1 => prop_oneof![Just(1), Just(899), Just(900), Just(901), 1..2000_i64]
            .prop_map(Step::Pass),
    ];
    proptest::collection::vec(step, 1..20)
}

/// One house for all cases; each case has an institution of its own.
fn shared() -> (&'static TestCentre, Clinic) {
    static HOUSE: OnceLock<TestCentre> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let centre = HOUSE.get_or_init(TestCentre::new);
    let clinic = centre.clinic(NEXT.fetch_add(1, Ordering::Relaxed));
    (centre, clinic)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn one_more_failure_counts_and_locks_exactly_at_the_limit(
        gaps in proptest::collection::vec(0..2000_i64, 1..30),
    ) {
        let mut failures = Failures::default();
        let mut now = OPENING;
        for gap in gaps {
            now = now.plus_seconds(gap);
            let before = failures;
            if before.locked_until.is_some_and(|until| until > now) {
                continue; // Locked: a log-in is refused and nothing is counted.
            }
            failures = before.one_more(now, &LOCK);
            let anew = before.locked_until.is_some();
            prop_assert_eq!(failures.count, if anew { 1 } else { before.count + 1 });
            prop_assert!(failures.count <= LOCK.failures);
            let lock = (failures.count == LOCK.failures).then(|| now.plus_seconds(LOCK.seconds));
            prop_assert_eq!(failures.locked_until, lock);
        }
    }

    #[test]
    fn a_lock_is_never_shorter_than_the_rules_say(count in 0..100_i64, at in 0..i64::from(u32::MAX)) {
        let now = Moment::from_ms(at);
        let after = Failures { count, locked_until: None }.one_more(now, &LOCK);
        let expected = (count + 1 >= LOCK.failures).then(|| now.plus_seconds(LOCK.seconds));
        prop_assert_eq!(after.locked_until, expected);
    }

    /// Whoever guesses can't tell a user id that exists from one that does not.
    #[test]
    fn a_user_id_that_does_not_exist_behaves_as_one_that_does(steps in steps()) {
        let (centre, clinic) = shared();
        centre.register(&clinic, AccountKind::General, "known1").unwrap();
        for step in steps {
            match step {
                Step::Pass(seconds) => centre.pass(seconds),
                Step::Guess(password) => {
                    let known = centre.log_in(&clinic, "known1", password, "c1");
                    let ghost = centre.log_in(&clinic, "ghost1", password, "c1");
                    prop_assert!(matches!(known, LoginOutcome::No(_)));
                    prop_assert_eq!(known, ghost);
                    let authn = centre.service().authn();
                    let look = |id| {
                        let id = crate::testing::user_id(id);
                        authn.credential(&clinic.code, &id, centre.now()).unwrap().locked_until
                    };
                    prop_assert_eq!(look("known1"), look("ghost1"));
                }
            }
        }
    }
}

#[test]
fn a_refusal_by_a_lock_says_when_it_ends() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::Admin, "admin1")
        .unwrap();
    for _ in 0..5 {
        centre.log_in(&clinic, "admin1", "wrong", "c1");
    }
    let account = centre.account(&clinic, &id);
    assert_eq!(account.locked_until, Some(OPENING.plus_seconds(900)));
    let resume = centre.operate(&clinic, &id, |tx, id| manage::resume(tx, Managed::All, id));
    assert_eq!(refusal(resume).code, RefusalCode::WrongState);
}

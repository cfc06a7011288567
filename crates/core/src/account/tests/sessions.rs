//! How long a session lives, who ends it, and how another log-in takes it over.

use crate::account::manage;
use crate::account::password::AcceptedPassword;
use crate::account::session::{EndReason, log_out, token_hash};
use crate::account::{Managed, Period};
use crate::facility;
use crate::rules::SessionRules;
use crate::testing::{Clinic, Entry, FIRST, House, code, edit_of, hash, user_id};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};
use proptest::prelude::*;

/// A house with a clinic whose reception has logged in at terminal `c1`.
fn reception() -> (House, Clinic, String, String) {
    let house = House::new();
    let clinic = house.clinic(1);
    let id = house
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let token = house.log_in(&clinic, "desk1", FIRST, "c1").token();
    (house, clinic, id, token)
}

fn open_sessions(house: &House) -> i64 {
    house.number(
        "select count(*) from web_session where ended_at is null",
        &[],
    )
}

#[test]
fn thirty_minutes_without_a_request_end_a_session() {
    let (house, _, _, token) = reception();
    house.pass(1800);
    assert_eq!(house.session(&token), Ok(()));
    house.pass(1);
    assert_eq!(house.session(&token), Err(EndReason::TimedOut));
}

#[test]
fn a_request_keeps_a_session_but_not_beyond_twelve_hours() {
    let (house, clinic, ..) = reception();
    // The second log-in is the one that is watched.
    house.pass(2000);
    let token = house.log_in(&clinic, "desk1", FIRST, "c1").token();
    for _ in 0..24 {
        assert_eq!(house.session(&token), Ok(()));
        house.pass(1800);
        let session = house.service().gate().session(&token).unwrap().unwrap();
        house.service().gate().seen(&session, house.now());
        // The next operation stands behind the gate's note in the writer's queue.
        house.log_in(&clinic, "nobody", "wrong", "c1");
    }
    assert_eq!(house.session(&token), Ok(()));
    house.pass(1);
    assert_eq!(house.session(&token), Err(EndReason::TimedOut));
}

#[test]
fn logging_out_ends_a_session_once() {
    let (house, clinic, id, token) = reception();
    let leave = || {
        let actor = Actor::account(AccountKind::General, &id, clinic.code.clone(), "c1");
        let hash = token_hash(&token);
        house.change(actor, Function::LogOut, move |work| log_out(work, &hash))
    };
    leave().unwrap();
    assert_eq!(house.session(&token), Err(EndReason::LoggedOut));
    assert_eq!(code(leave()), RefusalCode::SessionEnded);
}

#[test]
fn a_token_is_kept_as_a_hash_alone() {
    let (house, _, _, token) = reception();
    let with = [token.as_str().into()];
    let plain = "select count(*) from web_session where token_hash = $1";
    assert_eq!(house.number(plain, &with), 0);
    assert!(house.service().gate().session("another").unwrap().is_none());
}

#[test]
fn a_second_log_in_asks_and_takes_over_when_told_to() {
    let (house, clinic, _, first) = reception();
    let ticket = house.log_in(&clinic, "desk1", FIRST, "c2").ticket();
    assert_eq!(house.session(&first), Ok(()), "asking ends nothing");
    let second = house.take_over(&clinic, &ticket, "c2").token();
    assert_eq!(house.session(&second), Ok(()));
    assert_eq!(house.session(&first), Err(EndReason::TakenOver));
    let session = house.service().gate().session(&first).unwrap().unwrap();
    assert_eq!(session.ended.unwrap().1.as_deref(), Some("受付 c2"));
    assert_eq!(open_sessions(&house), 1);
}

#[test]
fn a_takeover_ticket_is_good_once_for_two_minutes_on_one_certificate() {
    let (house, clinic, ..) = reception();
    let expired = Some(RefusalCode::TakeoverExpired);
    let ticket = house.log_in(&clinic, "desk1", FIRST, "c2").ticket();
    assert_eq!(house.take_over(&clinic, &ticket, "c3").code(), expired);
    assert_eq!(house.take_over(&clinic, "made-up", "c2").code(), expired);
    house.take_over(&clinic, &ticket, "c2").token();
    assert_eq!(house.take_over(&clinic, &ticket, "c2").code(), expired);

    let in_time = house.log_in(&clinic, "desk1", FIRST, "c3").ticket();
    house.pass(120);
    house.take_over(&clinic, &in_time, "c3").token();
    let late = house.log_in(&clinic, "desk1", FIRST, "c4").ticket();
    house.pass(121);
    assert_eq!(house.take_over(&clinic, &late, "c4").code(), expired);
}

#[test]
fn a_ticket_of_another_institution_is_no_ticket() {
    let (house, clinic, ..) = reception();
    let other = house.clinic(2);
    let ticket = house.log_in(&clinic, "desk1", FIRST, "c2").ticket();
    let told = house.take_over(&other, &ticket, "c2");
    assert_eq!(told.code(), Some(RefusalCode::TakeoverExpired));
    house.take_over(&clinic, &ticket, "c2").token();
}

#[test]
fn a_ticket_does_not_outlive_the_password_that_it_was_given_for() {
    let (house, clinic, id, _) = reception();
    let ticket = house.log_in(&clinic, "desk1", FIRST, "c2").ticket();
    let reset = house.operate(&clinic, &id, |work, id| {
        manage::reset_password(work, Managed::All, id, &hash("next"))
    });
    reset.unwrap();
    let told = house.take_over(&clinic, &ticket, "c2");
    assert_eq!(told.code(), Some(RefusalCode::TakeoverExpired));
}

#[test]
fn of_two_who_ask_to_take_over_the_second_asks_again() {
    let (house, clinic, ..) = reception();
    let second = house.log_in(&clinic, "desk1", FIRST, "c2").ticket();
    let third = house.log_in(&clinic, "desk1", FIRST, "c3").ticket();
    let token = house.take_over(&clinic, &second, "c2").token();
    let told = house.take_over(&clinic, &third, "c3");
    assert_eq!(told.code(), Some(RefusalCode::TakeoverExpired));
    assert_eq!(house.session(&token), Ok(()));
}

#[test]
fn a_session_that_ran_out_is_not_asked_about() {
    let (house, clinic, _, first) = reception();
    house.pass(1801);
    house.log_in(&clinic, "desk1", FIRST, "c2").token();
    assert_eq!(house.session(&first), Err(EndReason::TimedOut));
    assert_eq!(open_sessions(&house), 1);
}

#[test]
fn changing_the_own_password_ends_the_sessions_and_begins_one_anew() {
    let (house, clinic, id, first) = reception();
    let account = house.account(&clinic, &id);
    assert!(account.must_change_password());
    let second = house
        .change_password(&clinic, &account, (FIRST, "next"))
        .token();
    assert_eq!(house.session(&first), Err(EndReason::PasswordChanged));
    assert_eq!(house.session(&second), Ok(()));
    assert_eq!(open_sessions(&house), 1);
    assert!(!house.account(&clinic, &id).must_change_password());
    let old = house.log_in(&clinic, "desk1", FIRST, "c1");
    assert_eq!(old.code(), Some(RefusalCode::WrongPassword));
}

#[test]
fn a_password_that_was_changed_meanwhile_lets_nobody_in() {
    let (house, clinic, id, _) = reception();
    let tested = house.verdict(&clinic, "desk1", FIRST);
    let account = house.account(&clinic, &id);
    house
        .change_password(&clinic, &account, (FIRST, "next"))
        .token();
    let actor = Actor::account(AccountKind::General, &id, clinic.code.clone(), "c1");
    let late = house.change(actor, Function::ChangeOwnPassword, move |work| {
        manage::change_own_password(work, &tested, None, &crate::testing::through("c1"))
    });
    assert_eq!(code(late), RefusalCode::ChangedMeanwhile);
}

#[test]
fn every_change_of_state_ends_the_sessions() {
    let days = |house: &House| Period {
        from: None,
        until: Some(house.now().jst_day().plus_days(-1)),
    };
    for change in ["stop", "retire", "reset", "end", "period"] {
        let (house, clinic, id, token) = reception();
        let period = days(&house);
        let done = house.operate(&clinic, &id, move |work, id| {
            let all = Managed::All;
            match change {
                "stop" => manage::stop(work, all, id, "休職"),
                "retire" => manage::retire(work, all, id, "退職"),
                "reset" => manage::reset_password(work, all, id, &hash("next")).map(drop),
                "end" => manage::end_sessions(work, all, id).map(drop),
                _ => manage::edit(work, all, id, &edit_of(period, 1)),
            }
        });
        done.unwrap();
        assert!(house.session(&token).is_err(), "{change}");
        assert_eq!(open_sessions(&house), 0, "{change}");
    }
}

#[test]
fn a_stopped_account_does_not_open_a_session_by_changing_its_password() {
    let (house, clinic, id, _) = reception();
    let account = house.account(&clinic, &id);
    let stop = house.operate(&clinic, &id, |work, id| {
        manage::stop(work, Managed::All, id, "休職")
    });
    stop.unwrap();
    let told = house.change_password(&clinic, &account, (FIRST, "next"));
    assert_eq!(told.code(), Some(RefusalCode::AccountStopped));
    assert_eq!(open_sessions(&house), 0);
}

#[test]
fn stopping_an_institution_ends_its_sessions_and_nobody_elses() {
    let (house, clinic, _, here) = reception();
    let other = house.clinic(2);
    house
        .register(&other, AccountKind::General, "desk1")
        .unwrap();
    let elsewhere = house.log_in(&other, "desk1", FIRST, "c9").token();
    let stop =
        |work: &mut crate::Work<'_>, at: &Clinic| crate::registration::stop(work, &at.code, "廃業");
    let at = clinic.clone();
    house
        .change(Actor::operator(), Function::ManageFacilities, move |work| {
            stop(work, &at)
        })
        .unwrap();
    assert_eq!(house.session(&here), Err(EndReason::Stopped));
    assert_eq!(house.session(&elsewhere), Ok(()));
    let told = house.log_in(&clinic, "desk1", FIRST, "c1");
    assert_eq!(told.code(), Some(RefusalCode::FacilityStopped));
    let code = clinic.code.clone();
    house
        .change(Actor::operator(), Function::ManageFacilities, move |work| {
            facility::resume(work, &code)
        })
        .unwrap();
    assert_eq!(
        house.session(&here),
        Err(EndReason::Stopped),
        "it stays ended"
    );
    house.log_in(&clinic, "desk1", FIRST, "c1").token();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The gate and the question "is one open elsewhere?" agree to the millisecond.
    #[test]
    fn what_the_gate_lets_in_is_what_a_second_log_in_is_asked_about(
        gap in prop_oneof![1_798_000..1_802_000_i64, 0..4_000_000_i64],
    ) {
        let rules = SessionRules::default();
        let (house, clinic) = shared();
        house.register(&clinic, AccountKind::General, "desk1").unwrap();
        let token = house.log_in(&clinic, "desk1", FIRST, "c1").token();
        house.pass_ms(gap);
        let lets_in = house.session(&token).is_ok();
        prop_assert_eq!(lets_in, gap <= rules.idle_seconds * 1000);
        let asked = matches!(house.log_in(&clinic, "desk1", FIRST, "c2"), Entry::Elsewhere(_));
        prop_assert_eq!(lets_in, asked);
    }
}

fn shared() -> (&'static House, Clinic) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static HOUSE: std::sync::OnceLock<House> = std::sync::OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let house = HOUSE.get_or_init(House::new);
    (house, house.clinic(NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// None of the last five comes back, and only what was compared for this very account is taken.
#[test]
fn an_earlier_password_does_not_come_back_and_anothers_comparison_does_not_help() {
    let (house, clinic, id, _) = reception();
    let actor = Actor::account(AccountKind::General, &id, clinic.code.clone(), "c1");
    let history = house.service().rules().password.history;
    let unused = |text: &str| {
        let change = house.service().gate().password_change(&actor).unwrap();
        let new = AcceptedPassword::unchecked(text);
        change.unwrap().compare(new).to_the_end()
    };
    let mut current = FIRST.to_owned();
    for number in 1..=history {
        let account = house.account(&clinic, &id);
        let next = format!("own-password-{number}");
        house
            .change_password(&clinic, &account, (&current, &next))
            .token();
        assert!(unused(&next).is_none(), "the current one");
        current = next;
    }
    for number in 1..=history {
        assert!(
            unused(&format!("own-password-{number}")).is_none(),
            "{number}"
        );
    }
    assert!(
        unused(FIRST).is_some(),
        "it is older than the last {history}"
    );

    house
        .register(&clinic, AccountKind::General, "desk2")
        .unwrap();
    let found = house
        .service()
        .gate()
        .credential(&clinic.code, &user_id("desk2"), house.now());
    let rules = house.service().rules().password.clone();
    let tested = found.unwrap().test(FIRST, &rules, [9; 16]).verdict;
    let theirs = unused("own-password-9").unwrap().hash(&rules, [3; 16]);
    let second = house.read(
        Actor::operator_at(clinic.code.clone()),
        Function::OperateAccounts,
        |work| manage::find_by_user_id(work, &user_id("desk2")),
    );
    let second = second.unwrap().account_id;
    let actor = Actor::account(AccountKind::General, &second, clinic.code.clone(), "c1");
    for new in [None, Some(theirs)] {
        let tested = tested.clone();
        let done = house.change(actor.clone(), Function::ChangeOwnPassword, move |work| {
            manage::change_own_password(work, &tested, new.as_ref(), &crate::testing::through("c1"))
        });
        match done {
            Err(Error::Fault(fault)) => assert!(fault.cause.contains("compared"), "{fault}"),
            _ => panic!("it was taken"),
        }
    }
}

//! Whatever is done in whatever order: no account reaches a state that can't be.
//!
//! A small model of accounts runs beside the service. After every step both must say the same, the
//! book must be possible, and the audit log must have exactly one entry more.

mod run;

use super::Book;
use crate::account::manage;
use crate::account::{ListFilter, Managed, State};
use crate::testing::TestCentre;
use crate::{AccountKind, Actor, Function};
use proptest::prelude::*;
use run::Run;
use std::sync::{Mutex, MutexGuard, OnceLock};

/// The institutions' accounts come in three slots, a user id each.
const SLOTS: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Register(usize, bool),
    Stop(usize),
    Resume(usize),
    Unlock(usize),
    Reset(usize),
    Retire(usize),
    EndSessions(usize),
    Edit(usize, i64, bool),
    LogIn(usize, bool, bool),
    ChangePassword(usize, bool),
    Pass(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let slot = || 0..SLOTS;
    let step = prop_oneof![
        3 => (slot(), any::<bool>()).prop_map(|(slot, upper)| Step::Register(slot, upper)),
        1 => slot().prop_map(Step::Stop),
        1 => slot().prop_map(Step::Resume),
        1 => slot().prop_map(Step::Unlock),
        1 => slot().prop_map(Step::Reset),
        1 => slot().prop_map(Step::Retire),
        1 => slot().prop_map(Step::EndSessions),
        1 => (slot(), 0..2_i64, any::<bool>()).prop_map(|(s, old, over)| Step::Edit(s, old, over)),
        6 => (slot(), any::<bool>(), any::<bool>()).prop_map(|(s, r, t)| Step::LogIn(s, r, t)),
        2 => (slot(), any::<bool>()).prop_map(|(slot, right)| Step::ChangePassword(slot, right)),
        1 => prop_oneof![Just(899), Just(900), Just(1800), Just(1801)].prop_map(Step::Pass),
    ];
    proptest::collection::vec(step, 1..30)
}

/// One house for all cases of a property, used by one at a time, since its clock is shared.
fn shared() -> MutexGuard<'static, (TestCentre, u32)> {
    static HOUSE: OnceLock<Mutex<(TestCentre, u32)>> = OnceLock::new();
    let centre = HOUSE.get_or_init(|| Mutex::new((TestCentre::new(), 0)));
    let mut centre = centre
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    centre.1 += 1;
    centre
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_order_of_steps_reaches_what_can_not_be(steps in steps()) {
        let centre = shared();
        let (centre, number) = (&centre.0, centre.1);
        let mut book = Book::open(centre);
        let mut run = Run::new(centre, centre.clinic(number));
        for step in steps {
            if let Step::Pass(seconds) = step {
                centre.pass(seconds);
                continue;
            }
            let (function, said, expected) = run.take(&step);
            prop_assert_eq!(said, expected, "{:?}", step);
            prop_assert_eq!(book.entries(), centre.asked(), "every attempt is audited once");
            prop_assert_eq!(book.last_entry(), (function.number(), said.map(|code| code.code().to_owned())));
            run.book_is_possible(&mut book);
        }
        run.states_are_told_apart();
    }

    #[test]
    fn the_state_in_rust_is_the_state_in_sql(
        past in proptest::option::of(0..3_i64),
        (stopped, retired, logged_in) in any::<(bool, bool, bool)>(),
        (from, until) in (-2..3_i64, -2..3_i64),
        (has_from, has_until) in any::<(bool, bool)>(),
        lock_ms in proptest::option::of(-2..3_i64),
        login_ms in prop_oneof![-2..3_i64, -10_000_000..10_000_000_000_i64],
    ) {
        let centre = shared();
        let (centre, number) = (&centre.0, centre.1);
        let clinic = centre.clinic(number);
        let id = centre.register(&clinic, AccountKind::General, "desk1").unwrap();
        let now = centre.now();
        let today = now.jst_day();
        let at = |yes: bool| yes.then_some(now.ms() - past.unwrap_or(0));
        let last_login = now.plus_seconds(-90 * 86_400).ms() + login_ms;
        let mut book = centre.raw_connection();
        book.execute(
            "update account set stopped_at = $2, retired_at = $3, valid_from = $4, \
             valid_until = $5, last_login_at = $6 where account_id = $1",
            &[
                id.as_str().into(),
                at(stopped).into(),
                at(retired).into(),
                has_from.then_some(today.plus_days(from)).into(),
                has_until.then_some(today.plus_days(until)).into(),
                logged_in.then_some(last_login).into(),
            ],
        ).unwrap();
        book.execute(
            "insert into login_failure (facility_code, user_id_key, failures, last_failed_at, \
             locked_until) values ($1, 'desk1', 5, 0, $2)",
            &[clinic.code.as_str().into(), lock_ms.map(|ms| now.ms() + ms).into()],
        ).unwrap();
        let expected = centre.account(&clinic, &id).state(now, 90);
        for state in State::ALL {
            let filter = ListFilter { state: Some(state), limit: 10, ..ListFilter::default() };
            let operator = Actor::operator_at(clinic.code.clone());
            let (found, count) = centre
                .read(operator, Function::OperateAccounts, |tx| {
                    manage::list(tx, Managed::All, &filter)
                })
                .unwrap();
            prop_assert_eq!(found.len() as i64, count);
            let listed = found.iter().any(|account| account.account_id == id);
            prop_assert_eq!(listed, state == expected, "{:?} {:?}", state, expected);
        }
    }
}

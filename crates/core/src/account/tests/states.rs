//! Whatever is done in whatever order: no account reaches a state that can't be.
//!
//! A small model of accounts runs beside the office. After every step both must say the same, the
//! book must be possible, and the audit log must have exactly one entry more.

use super::Book;
use crate::account::manage;
use crate::account::{ListFilter, Managed, Period, State};
use crate::testing::{Clinic, Entry, FIRST, House, edit_of, hash};
use crate::{AccountKind, Actor, Error, Function, Moment, RefusalCode};
use proptest::prelude::*;
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

/// What an account should be like by now.
#[derive(Clone, Debug, Default)]
struct Model {
    id: String,
    password: String,
    stopped: bool,
    retired: bool,
    over: bool,
    open_since: Option<Moment>,
    version: i64,
}

/// What is counted for a user id, account or not.
#[derive(Clone, Copy, Debug, Default)]
struct Guesses {
    count: i64,
    locked_until: Option<Moment>,
}

struct Run<'a> {
    house: &'a House,
    clinic: Clinic,
    models: [Option<Model>; SLOTS],
    guesses: [Guesses; SLOTS],
    passwords: u32,
}

impl Run<'_> {
    fn is_locked(&self, slot: usize) -> bool {
        let until = self.guesses[slot].locked_until;
        until.is_some_and(|until| until > self.house.now())
    }

    fn open(&self, slot: usize) -> bool {
        let since = self.models[slot].as_ref().and_then(|m| m.open_since);
        since.is_some_and(|since| self.house.now().seconds_since(since) <= 1800)
    }

    fn guess_wrong(&mut self, slot: usize, otherwise: RefusalCode) -> RefusalCode {
        let now = self.house.now();
        let guesses = &mut self.guesses[slot];
        if guesses.locked_until.is_some() {
            *guesses = Guesses::default();
        }
        guesses.count += 1;
        if guesses.count < 5 {
            return otherwise;
        }
        guesses.locked_until = Some(now.plus_seconds(900));
        RefusalCode::Locked
    }

    /// Takes a step with the office and with the model; gives what each said, and the function.
    fn take(&mut self, step: &Step) -> (Function, Option<RefusalCode>, Option<RefusalCode>) {
        match *step {
            Step::Register(slot, upper) => self.register(slot, upper),
            Step::LogIn(slot, right, take_over) => self.log_in(slot, right, take_over),
            Step::ChangePassword(slot, right) => self.change_password(slot, right),
            Step::Pass(_) => unreachable!("time passes without the office"),
            Step::Stop(slot)
            | Step::Resume(slot)
            | Step::Unlock(slot)
            | Step::Reset(slot)
            | Step::Retire(slot)
            | Step::EndSessions(slot)
            | Step::Edit(slot, ..) => {
                let said = self.manage(slot, step.clone());
                (
                    Function::ManageAccounts,
                    said,
                    self.manage_model(slot, step),
                )
            }
        }
    }

    fn register(
        &mut self,
        slot: usize,
        upper: bool,
    ) -> (Function, Option<RefusalCode>, Option<RefusalCode>) {
        let user = if upper {
            format!("USER{slot}")
        } else {
            format!("user{slot}")
        };
        let said = self
            .house
            .register(&self.clinic, AccountKind::General, &user);
        let expected = self.models[slot]
            .is_some()
            .then_some(RefusalCode::UserIdTaken);
        if let Ok(id) = &said {
            self.models[slot] = Some(Model {
                id: id.clone(),
                password: FIRST.to_owned(),
                version: 1,
                ..Model::default()
            });
        }
        (Function::ManageAccounts, code_of(said), expected)
    }

    fn manage(&mut self, slot: usize, step: Step) -> Option<RefusalCode> {
        let model = self.models[slot].clone().unwrap_or_default();
        let id = if model.id.is_empty() {
            "a-none".to_owned()
        } else {
            model.id
        };
        self.passwords += 1;
        let new = hash(&format!("password-{}", self.passwords));
        let today = self.house.now().jst_day();
        let actor = self.clinic.admin("x");
        let done = self
            .house
            .change(actor, Function::ManageAccounts, move |work| {
                let others = Managed::Others;
                match step {
                    Step::Stop(_) => manage::stop(work, others, &id, "休職"),
                    Step::Resume(_) => manage::resume(work, others, &id),
                    Step::Unlock(_) => manage::unlock(work, others, &id),
                    Step::Reset(_) => manage::reset_password(work, others, &id, &new).map(drop),
                    Step::Retire(_) => manage::retire(work, others, &id, "退職"),
                    Step::EndSessions(_) => manage::end_sessions(work, others, &id).map(drop),
                    Step::Edit(_, old, over) => {
                        let until = Some(today.plus_days(if over { -1 } else { 1 }));
                        let period = Period { from: None, until };
                        manage::edit(work, others, &id, &edit_of(period, model.version - old))
                    }
                    _ => unreachable!("only what an admin does to an account"),
                }
            });
        code_of(done)
    }

    fn manage_model(&mut self, slot: usize, step: &Step) -> Option<RefusalCode> {
        let locked = self.is_locked(slot);
        let password = format!("password-{}", self.passwords);
        let Some(model) = &mut self.models[slot] else {
            return Some(RefusalCode::NotFound);
        };
        let wrong_state = match step {
            Step::EndSessions(_) => false,
            Step::Stop(_) => model.retired || model.stopped,
            Step::Resume(_) => model.retired || !model.stopped,
            Step::Unlock(_) => model.retired || !locked,
            _ => model.retired,
        };
        if wrong_state {
            return Some(RefusalCode::WrongState);
        }
        match step {
            Step::Stop(_) => model.stopped = true,
            Step::Resume(_) => model.stopped = false,
            Step::Retire(_) => model.retired = true,
            Step::Reset(_) => model.password = password,
            Step::Edit(_, 1, _) => return Some(RefusalCode::ChangedMeanwhile),
            Step::Edit(_, _, over) => model.over = *over,
            _ => {}
        }
        if matches!(step, Step::Unlock(_) | Step::Reset(_)) {
            self.guesses[slot] = Guesses::default();
        }
        if !matches!(step, Step::Unlock(_) | Step::EndSessions(_)) {
            model.version += 1;
        }
        if !matches!(
            step,
            Step::Unlock(_) | Step::Resume(_) | Step::Edit(_, _, false)
        ) {
            model.open_since = None;
        }
        None
    }

    fn log_in(
        &mut self,
        slot: usize,
        right: bool,
        take_over: bool,
    ) -> (Function, Option<RefusalCode>, Option<RefusalCode>) {
        let (user, model) = (format!("User{slot}"), self.models[slot].clone());
        let known = model.clone().unwrap_or_default();
        let password = if right {
            known.password.as_str()
        } else {
            "wrong"
        };
        let asks = self.open(slot);
        let expected = if self.is_locked(slot) {
            Some(RefusalCode::Locked)
        } else if model.is_none() || !right {
            Some(self.guess_wrong(slot, RefusalCode::WrongPassword))
        } else {
            self.guesses[slot] = Guesses::default();
            match known {
                Model { retired: true, .. } => Some(RefusalCode::AccountRetired),
                Model { stopped: true, .. } => Some(RefusalCode::AccountStopped),
                Model { over: true, .. } => Some(RefusalCode::AccountOutsidePeriod),
                _ => None,
            }
        };
        let mut said = self.house.log_in(&self.clinic, &user, password, "c1");
        if expected.is_none() {
            assert_eq!(
                asks,
                matches!(said, Entry::Elsewhere(_)),
                "one session an account"
            );
        }
        if let (true, Entry::Elsewhere(ticket)) = (take_over, &said) {
            said = self.house.take_over(&self.clinic, &ticket.clone(), "c1");
        }
        if let (Entry::Open(_), Some(model)) = (&said, &mut self.models[slot]) {
            model.open_since = Some(self.house.now());
        }
        (Function::LogIn, said.code(), expected)
    }

    /// Changes the own password in a session that is open (the gate lets nobody else this far).
    fn change_password(
        &mut self,
        slot: usize,
        right: bool,
    ) -> (Function, Option<RefusalCode>, Option<RefusalCode>) {
        let Some(model) = self.models[slot].clone().filter(|_| self.open(slot)) else {
            return self.log_in(slot, right, false);
        };
        let expected = if self.is_locked(slot) {
            Some(RefusalCode::Locked)
        } else if right {
            self.guesses[slot] = Guesses::default();
            None
        } else {
            Some(self.guess_wrong(slot, RefusalCode::CurrentPasswordWrong))
        };
        self.passwords += 1;
        let new = format!("password-{}", self.passwords);
        let account = self.house.account(&self.clinic, &model.id);
        let old = if right {
            model.password.as_str()
        } else {
            "wrong"
        };
        let said = self
            .house
            .change_password(&self.clinic, &account, (old, &new));
        let now = self.house.now();
        let changed = self.models[slot].as_mut().expect("it was there above");
        match &said {
            Entry::Open(_) => {
                changed.password = new;
                changed.version += 1;
                changed.open_since = Some(now);
            }
            // Whoever guesses until the lock loses the session as well.
            Entry::No(_) if self.guesses[slot].count >= 5 && !right => changed.open_since = None,
            _ => {}
        }
        (Function::ChangeOwnPassword, said.code(), expected)
    }

    /// What must hold of the book after every step.
    fn book_is_possible(&self, book: &mut Book) {
        for model in self.models.iter().flatten() {
            let open = book.open_sessions(&model.id);
            assert!(open <= 1, "one web session an account");
            assert!(open == 0 || !(model.stopped || model.retired || model.over));
            assert!(open == 1 || model.open_since.is_none());
        }
    }

    /// The list filtered by each state holds exactly the accounts that are in it.
    fn states_are_told_apart(&self) {
        let now = self.house.now();
        for state in State::ALL {
            let filter = ListFilter {
                state: Some(state),
                limit: 10,
                ..ListFilter::default()
            };
            let actor = self.clinic.admin("x");
            let list = self.house.read(actor, Function::ListAccounts, |work| {
                manage::list(work, Managed::Others, &filter)
            });
            for account in list.unwrap().0 {
                assert_eq!(account.state(now, 90), state);
            }
        }
    }
}

fn code_of<T>(answer: Result<T, Error>) -> Option<RefusalCode> {
    match answer {
        Ok(_) => None,
        Err(Error::Refused(refusal)) => Some(refusal.code),
        Err(Error::Fault(fault)) => panic!("{fault}"),
    }
}

/// One house for all cases of a property, used by one at a time, since its clock is shared.
fn shared() -> MutexGuard<'static, (House, u32)> {
    static HOUSE: OnceLock<Mutex<(House, u32)>> = OnceLock::new();
    let house = HOUSE.get_or_init(|| Mutex::new((House::new(), 0)));
    let mut house = house
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    house.1 += 1;
    house
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_order_of_steps_reaches_what_can_not_be(steps in steps()) {
        let house = shared();
        let (house, number) = (&house.0, house.1);
        let mut book = Book::open(house);
        let mut run = Run {
            house,
            clinic: house.clinic(number),
            models: [None, None, None],
            guesses: [Guesses::default(); SLOTS],
            passwords: 0,
        };
        for step in steps {
            if let Step::Pass(seconds) = step {
                house.pass(seconds);
                continue;
            }
            let (function, said, expected) = run.take(&step);
            prop_assert_eq!(said, expected, "{:?}", step);
            prop_assert_eq!(book.entries(), house.asked(), "every attempt is audited once");
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
        let house = shared();
        let (house, number) = (&house.0, house.1);
        let clinic = house.clinic(number);
        let id = house.register(&clinic, AccountKind::General, "desk1").unwrap();
        let now = house.now();
        let today = now.jst_day();
        let at = |yes: bool| yes.then_some(now.ms() - past.unwrap_or(0));
        let last_login = now.plus_seconds(-90 * 86_400).ms() + login_ms;
        let mut book = house.burglar();
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
        let expected = house.account(&clinic, &id).state(now, 90);
        for state in State::ALL {
            let filter = ListFilter { state: Some(state), limit: 10, ..ListFilter::default() };
            let operator = Actor::operator_at(clinic.code.clone());
            let (found, count) = house
                .read(operator, Function::OperateAccounts, |work| {
                    manage::list(work, Managed::All, &filter)
                })
                .unwrap();
            prop_assert_eq!(found.len() as i64, count);
            let listed = found.iter().any(|account| account.account_id == id);
            prop_assert_eq!(listed, state == expected, "{:?} {:?}", state, expected);
        }
    }
}

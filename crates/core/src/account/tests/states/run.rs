//! The model of accounts, and the steps that it and the service take side by side.

use super::{SLOTS, Step};
use crate::account::manage;
use crate::account::tests::Book;
use crate::account::{ListFilter, Managed, Period, State};
use crate::testing::{Clinic, FIRST, LoginOutcome, TestCentre, edit_of, hash};
use crate::{AccountKind, Error, Function, Moment, RefusalCode};

/// What a step was, what the service said to it, and what it should have said.
pub(super) type Said = (Function, Option<RefusalCode>, Option<RefusalCode>);

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

/// The service and the model, side by side.
pub(super) struct Run<'a> {
    centre: &'a TestCentre,
    clinic: Clinic,
    models: [Option<Model>; SLOTS],
    guesses: [Guesses; SLOTS],
    passwords: u32,
}

impl Run<'_> {
    pub(super) fn new(centre: &TestCentre, clinic: Clinic) -> Run<'_> {
        Run {
            centre,
            clinic,
            models: [None, None, None],
            guesses: [Guesses::default(); SLOTS],
            passwords: 0,
        }
    }

    fn is_locked(&self, slot: usize) -> bool {
        let until = self.guesses[slot].locked_until;
        until.is_some_and(|until| until > self.centre.now())
    }

    fn open(&self, slot: usize) -> bool {
        let since = self.models[slot].as_ref().and_then(|m| m.open_since);
        since.is_some_and(|since| self.centre.now().seconds_since(since) <= 1800)
    }

    fn guess_wrong(&mut self, slot: usize, otherwise: RefusalCode) -> RefusalCode {
        let now = self.centre.now();
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

    /// Takes a step with the service and with the model; gives what each said, and the function.
    pub(super) fn take(&mut self, step: &Step) -> Said {
        match *step {
            Step::Register(slot, upper) => self.register(slot, upper),
            Step::LogIn(slot, right, take_over) => self.log_in(slot, right, take_over),
            Step::ChangePassword(slot, right) => self.change_password(slot, right),
            Step::Pass(_) => unreachable!("time passes without the service"),
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

    fn register(&mut self, slot: usize, upper: bool) -> Said {
        let user = if upper {
            format!("USER{slot}")
        } else {
            format!("user{slot}")
        };
        let said = self
            .centre
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
        let today = self.centre.now().jst_day();
        let actor = self.clinic.admin("x");
        let done = self
            .centre
            .change(actor, Function::ManageAccounts, move |tx| {
                let others = Managed::Others;
                match step {
                    Step::Stop(_) => manage::stop(tx, others, &id, "休職"),
                    Step::Resume(_) => manage::resume(tx, others, &id),
                    Step::Unlock(_) => manage::unlock(tx, others, &id),
                    Step::Reset(_) => manage::reset_password(tx, others, &id, &new).map(drop),
                    Step::Retire(_) => manage::retire(tx, others, &id, "退職"),
                    Step::EndSessions(_) => manage::end_sessions(tx, others, &id).map(drop),
                    Step::Edit(_, old, over) => {
                        let until = Some(today.plus_days(if over { -1 } else { 1 }));
                        let period = Period { from: None, until };
                        manage::edit(tx, others, &id, &edit_of(period, model.version - old))
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

    fn log_in(&mut self, slot: usize, right: bool, take_over: bool) -> Said {
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
        let mut said = self.centre.log_in(&self.clinic, &user, password, "c1");
        if expected.is_none() {
            assert_eq!(
                asks,
                matches!(said, LoginOutcome::Elsewhere(_)),
                "one session an account"
            );
        }
        if let (true, LoginOutcome::Elsewhere(ticket)) = (take_over, &said) {
            said = self.centre.take_over(&self.clinic, &ticket.clone(), "c1");
        }
        if let (LoginOutcome::Open(_), Some(model)) = (&said, &mut self.models[slot]) {
            model.open_since = Some(self.centre.now());
        }
        (Function::LogIn, said.code(), expected)
    }

    /// Changes the own password in a session that is open (authentication lets nobody else this far).
    fn change_password(&mut self, slot: usize, right: bool) -> Said {
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
        let account = self.centre.account(&self.clinic, &model.id);
        let old = if right {
            model.password.as_str()
        } else {
            "wrong"
        };
        let said = self
            .centre
            .change_password(&self.clinic, &account, (old, &new));
        let now = self.centre.now();
        let changed = self.models[slot].as_mut().expect("it was there above");
        match &said {
            LoginOutcome::Open(_) => {
                changed.password = new;
                changed.version += 1;
                changed.open_since = Some(now);
            }
            // Whoever guesses until the lock loses the session as well.
            LoginOutcome::No(_) if self.guesses[slot].count >= 5 && !right => {
                changed.open_since = None
            }
            _ => {}
        }
        (Function::ChangeOwnPassword, said.code(), expected)
    }

    /// What must hold of the book after every step.
    pub(super) fn book_is_possible(&self, book: &mut Book) {
        for model in self.models.iter().flatten() {
            let open = book.open_sessions(&model.id);
            assert!(open <= 1, "one web session an account");
            assert!(open == 0 || !(model.stopped || model.retired || model.over));
            assert!(open == 1 || model.open_since.is_none());
        }
    }

    /// The list filtered by each state holds exactly the accounts that are in it.
    pub(super) fn states_are_told_apart(&self) {
        let now = self.centre.now();
        for state in State::ALL {
            let filter = ListFilter {
                state: Some(state),
                limit: 10,
                ..ListFilter::default()
            };
            let actor = self.clinic.admin("x");
            let list = self.centre.read(actor, Function::ListAccounts, |tx| {
                manage::list(tx, Managed::Others, &filter)
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

//! Whether the database can be used: what came of the last commit.

use crate::error::Fault;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A commit that is younger than this answers for the database.
const FRESH: Duration = Duration::from_secs(1);

/// What came of the last commit, for whoever asks how the database is.
#[derive(Default)]
pub(crate) struct Health {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// When the last commit ended, and why it failed, if it did.
    last: Option<(Instant, Option<String>)>,
    /// What the last trial found wrong. A commit touches one of two files, a trial both.
    found: Option<String>,
}

impl Health {
    /// A commit worked.
    pub(crate) fn good(&self) {
        self.keep(|state| state.last = Some((Instant::now(), None)));
    }

    /// A commit failed.
    pub(crate) fn bad(&self, fault: &Fault) {
        self.keep(|state| state.last = Some((Instant::now(), Some(fault.to_string()))));
    }

    /// It was tried whether the database can be written.
    pub(crate) fn tried(&self, problem: Option<&Fault>) {
        let problem = problem.map(Fault::to_string);
        self.keep(|state| {
            state.last = Some((Instant::now(), problem.clone()));
            state.found = problem;
        });
    }

    fn keep(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        drop(state);
        self.changed.notify_all();
    }

    /// Says what is wrong, after a commit that is young enough. Where there is none, `ask` asks for
    /// one, which is waited for so long and no longer.
    pub(crate) fn check(&self, patience: Duration, ask: impl FnOnce()) -> Result<(), String> {
        let asked = Instant::now();
        let mut ask = Some(ask);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some((at, problem)) = &state.last
                && (asked.duration_since(*at) < FRESH)
            {
                let problem = problem.as_ref().or(state.found.as_ref());
                return problem.cloned().map_or(Ok(()), Err);
            }
            if let Some(ask) = ask.take() {
                drop(state);
                ask();
                state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let Some(left) = patience.checked_sub(asked.elapsed()) else {
                let words = "no commit has ended within";
                return Err(format!("{words} {:.1} seconds", patience.as_secs_f64()));
            };
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_is_told_and_not_waited_for() {
        let health = Health::default();
        let told = health.check(Duration::from_millis(20), || {});
        assert!(told.is_err_and(|words| words.contains("no commit")));
        let told = health.check(Duration::from_secs(60), || health.good());
        assert_eq!(told, Ok(()));
        health.bad(&Fault::at("writing", "full"));
        let told = health.check(Duration::ZERO, || unreachable!("it is young enough"));
        assert_eq!(told, Err("writing: full".to_owned()));
        health.tried(Some(&Fault::at("the other file", "gone")));
        health.good();
        let told = health.check(Duration::ZERO, || unreachable!("it is young enough"));
        assert_eq!(told, Err("the other file: gone".to_owned()));
    }
}

//! No sequence of consents, withdrawals, steps of the clock, openings, restarts and reads shows a record outside a valid
//! consent or opening, and what is shown has its basis in the log.

use super::*;
use crate::emergency::{self, Place, ViewingConsent};
use crate::insured::Card;
use crate::permission::Grant;
use crate::{Error, Moment};
use proptest::prelude::*;

const MODE: Function = Function::OpenEmergencyMode;
const DISASTER: Function = Function::ViewInDisaster;

/// Something that happens. Institutions are 0 and 1; a kind is medicines or checkups.
#[derive(Clone, Copy, Debug)]
enum Step {
    Gives(usize, bool, Option<i64>),
    Withdraws(usize, bool),
    Opens(usize, i64),
    /// From the end of what is open on, so many seconds more.
    Extends(usize, i64),
    Closes(usize),
    Passes(i64),
    Restarts,
    /// Reads on a consent.
    Views(usize, bool),
    /// Searches, chooses, and reads on what is open.
    Uses(usize, bool),
    /// Reads on the newest use of the institution.
    GoesOn(usize, bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let at = || 0..2_usize;
    let step = prop_oneof![
        2 => (at(), any::<bool>(), prop::option::of(1..300_i64)).prop_map(|(a, k, s)| Step::Gives(a, k, s)),
        1 => (at(), any::<bool>()).prop_map(|(a, k)| Step::Withdraws(a, k)),
        2 => (at(), 1..300_i64).prop_map(|(a, s)| Step::Opens(a, s)),
        1 => (at(), 1..300_i64).prop_map(|(a, s)| Step::Extends(a, s)),
        1 => at().prop_map(Step::Closes),
        3 => prop_oneof![1..200_i64, Just(1801)].prop_map(Step::Passes),
        1 => Just(Step::Restarts),
        3 => (at(), any::<bool>()).prop_map(|(a, k)| Step::Views(a, k)),
        3 => (at(), any::<bool>()).prop_map(|(a, k)| Step::Uses(a, k)),
        2 => (at(), any::<bool>()).prop_map(|(a, k)| Step::GoesOn(a, k)),
    ];
    prop::collection::vec(step, 1..30)
}

/// What should be so by now, of one institution.
#[derive(Clone, Debug, Default)]
struct Model {
    /// Until when each consent holds that was not withdrawn, by kind.
    consents: [Vec<Option<Moment>>; 2],
    /// What is open: the number of the notice, and its end.
    open: Vec<(String, Moment)>,
    /// The newest use, and when it was begun.
    used: Option<(String, Moment)>,
}

impl Model {
    fn consented(&self, kind: bool, now: Moment) -> bool {
        let mut ends = self.consents[usize::from(kind)].iter();
        ends.any(|end| end.is_none_or(|end| end > now))
    }

    fn is_open(&self, now: Moment) -> bool {
        self.open.iter().any(|(_, end)| *end > now)
    }
}

struct Run {
    centre: TestCentre,
    clinics: [Clinic; 2],
    models: [Model; 2],
}

fn read_kind(tx: &mut Tx<'_>, basis: &dyn MayRead, kind: bool) -> Result<usize, Error> {
    let period = Period::all(&tx.rules().medical, tx.now());
    match kind {
        true => Ok(super::super::medicines(tx, basis, (period, &Source::ALL))?
            .records
            .len()),
        false => Ok(super::super::checkups(tx, basis)?.records.len()),
    }
}

const fn scope(kind: bool) -> Scope {
    match kind {
        true => Scope::Medicines,
        false => Scope::Checkups,
    }
}

impl Run {
    fn begin() -> Run {
        let (centre, first) = centre();
        let second = centre.clinic(2);
        keep(
            &centre,
            vec![
                medicines(Source::Claim, 20_260_105, vec![medicine("見本錠", "1")]),
                checkup(20_260_105, "5.6"),
            ],
        );
        Run {
            centre,
            clinics: [first, second],
            models: [Model::default(), Model::default()],
        }
    }

    fn by(&self, at: usize, kind: AccountKind) -> Actor {
        Actor::account(kind, "a1", self.clinics[at].code.clone(), "c1")
    }

    /// What the step should show, and what it shows; none where it shows nothing to anybody.
    fn take(&mut self, step: Step) -> Option<(bool, Option<usize>)> {
        let now = self.centre.now();
        match step {
            Step::Gives(at, kind, seconds) => {
                let until = seconds.map(|seconds| now.plus_seconds(seconds));
                let given = self.centre.change(
                    self.by(at, AccountKind::Face),
                    Function::RecordConsent,
                    move |tx| crate::consent::give(tx, 1, scope(kind), until),
                );
                given.unwrap();
                self.models[at].consents[usize::from(kind)].push(until);
            }
            Step::Withdraws(at, kind) => {
                let _ = self.centre.change(
                    self.by(at, AccountKind::Face),
                    Function::RecordConsent,
                    move |tx| crate::consent::withdraw(tx, 1, scope(kind)),
                );
                self.models[at].consents[usize::from(kind)].clear();
            }
            Step::Opens(at, seconds) => self.open(at, seconds),
            Step::Extends(at, seconds) => self.extend(at, seconds),
            Step::Closes(at) => {
                for (notice, _) in std::mem::take(&mut self.models[at].open) {
                    let _ = self.centre.change(Actor::operator(), MODE, move |tx| {
                        emergency::close_notice(tx, &notice)
                    });
                }
            }
            Step::Passes(seconds) => self.centre.pass(seconds),
            Step::Restarts => self.centre.restart(),
            Step::Views(at, kind) => {
                let by = self.by(at, AccountKind::Viewer);
                let told = self
                    .centre
                    .read(by, Function::ViewMedicalInformation, |tx| {
                        let consented = tx.consented(1, scope(kind))?;
                        read_kind(tx, &consented, kind)
                    });
                return Some((self.models[at].consented(kind, now), told.ok()));
            }
            Step::Uses(at, kind) => return Some(self.use_at(at, kind)),
            Step::GoesOn(at, kind) => {
                let used = self.models[at].used.clone();
                let fresh = used
                    .as_ref()
                    .is_some_and(|(_, since)| now.seconds_since(*since) <= 30 * 60);
                let id = used.map_or_else(|| "u0".to_owned(), |(id, _)| id);
                let by = self.by(at, AccountKind::Viewer);
                let told = self.centre.read(by, DISASTER, |tx| {
                    let opened = emergency::resume(tx, &id)?;
                    read_kind(tx, &opened, kind)
                });
                return Some((fresh && self.models[at].is_open(now), told.ok()));
            }
        }
        None
    }

    fn open(&mut self, at: usize, seconds: i64) {
        let (place, from) = (
            Place::Facility(self.clinics[at].code.clone()),
            self.centre.now(),
        );
        let until = from.plus_seconds(seconds);
        let opened = self.centre.change(Actor::operator(), MODE, move |tx| {
            let places = std::slice::from_ref(&place);
            emergency::open_at(tx, places, DISASTER, ("地震のため", from, until))
        });
        self.models[at].open.push((opened.unwrap(), until));
    }

    fn extend(&mut self, at: usize, seconds: i64) {
        let Some((notice, end)) = self.models[at].open.last().cloned() else {
            return;
        };
        let until = end.plus_seconds(seconds);
        let extended = self.centre.change(Actor::operator(), MODE, move |tx| {
            emergency::extend(tx, &notice, ("余震", until))
        });
        // What is over is not extended.
        if let Ok(notice) = extended {
            assert!(end > self.centre.now());
            self.models[at].open.push((notice, until));
        }
    }

    fn use_at(&mut self, at: usize, kind: bool) -> (bool, Option<usize>) {
        let now = self.centre.now();
        let by = || {
            Actor::account(
                AccountKind::Viewer,
                "a1",
                self.clinics[at].code.clone(),
                "c1",
            )
        };
        let found = self.centre.change(by(), DISASTER, |tx| {
            let opened = tx.opened()?;
            let card = Card::of(INSURER, "", "1001");
            emergency::search_by_card(tx, &opened, (&card, None, day(19_900_101)))
        });
        let id = found.map_or_else(|_| "k0".to_owned(), |found| found[0].id.clone());
        let used = self.centre.change(by(), DISASTER, move |tx| {
            let used = emergency::choose(tx, &id, &ViewingConsent::Given)?;
            Ok((used.id().to_owned(), read_kind(tx, &used, kind)?))
        });
        let may = self.models[at].is_open(now);
        match used {
            Ok((id, told)) => {
                self.models[at].used = Some((id, now));
                (may, Some(told))
            }
            Err(_) => (may, None),
        }
    }

    /// Basis and detail of the newest entry.
    fn newest(&self) -> (Option<String>, String) {
        let sql = "select basis, detail from audit_entry order by seq desc limit 1";
        let rows = self.centre.raw_connection().rows(sql, &[]).unwrap();
        let detail = rows[0].opt_text(1).unwrap();
        (rows[0].opt_text(0).unwrap(), detail.unwrap_or_default())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_shown_outside_of_a_consent_or_an_opening(steps in steps()) {
        let mut run = Run::begin();
        for step in steps {
            let Some((may, shown)) = run.take(step) else {
                continue;
            };
            prop_assert_eq!(shown, may.then_some(1), "{:?}", step);
            let (basis, detail) = run.newest();
            let on_consent = matches!(step, Step::Views(..));
            let word = if on_consent { "consent " } else { "opening " };
            let rests = basis.is_some_and(|basis| basis.starts_with(word));
            prop_assert_eq!(rests, may, "{:?}: {}", step, detail);
            let read = crate::audit::Detail::of_kept(&detail);
            let read = matches!(read, crate::audit::Detail::MedicalRead { .. });
            prop_assert_eq!(read, may, "{:?}: {}", step, detail);
        }
        prop_assert_eq!(run.centre.verified(), Vec::<String>::new());
    }
}

/// The property is about what needs a basis, and about nothing that needs none.
#[test]
fn what_is_read_here_needs_a_basis() {
    for (function, grant) in [
        (Function::ViewMedicalInformation, Grant::NeedsConsent),
        (DISASTER, Grant::NeedsOpening),
    ] {
        assert_eq!(function.grant(crate::Role::Viewer), Some(grant));
    }
}

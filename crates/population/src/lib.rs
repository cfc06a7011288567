//! A population: fictional people in households, with names, addresses, insurers and a history of
//! insurance and of treatment, in which every case occurs in the share that [`shares`] says.
//!
//! The same plan gives the same people on every machine. Each household follows from the seed and
//! its own number alone, so that any of the nation's 160 million can be had without the others and
//! none is kept. Nobody is real: municipalities, insurers and card numbers are made up.
//!
//! Read in this order: `household` says who lives together, `history` what happened to their
//! insurance, `cards` and `benefits` what they hold, `rows` writes it down.

mod benefits;
mod calendar;
mod cards;
mod history;
mod household;
mod insurers;
pub mod medical;
mod names;
mod places;
mod random;
mod rows;
pub mod shares;
mod showcase;
#[cfg(test)]
mod tests;

pub use showcase::{FIRST_PERSON, Showcase, showcase};

use calendar::Date;
use onshi_core::Day;
use onshi_core::insured::Line;

/// The most people for whom the numbers on the cards suffice.
pub const MOST_PERSONS: u64 = 180_000_000;

/// Which population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many people; at most [`MOST_PERSONS`].
    pub persons: u64,
    /// Another seed, other people.
    pub seed: u64,
    /// The day on which the data is looked at.
    pub today: Day,
}

/// The lines of an import, one after the other: first the insurers, then the qualifications.
pub struct Population {
    plan: Plan,
    today: Date,
    insurer: usize,
    household: u64,
    persons: u64,
    /// The present household's lines, the last first.
    waiting: Vec<Line>,
}

impl Population {
    /// Starts at the first insurer.
    pub fn new(plan: Plan) -> Population {
        Population {
            plan,
            today: Date::of_day(plan.today),
            insurer: 0,
            household: 0,
            persons: 0,
            waiting: Vec::new(),
        }
    }

    /// How many people's lines were begun so far.
    pub fn persons(&self) -> u64 {
        self.persons
    }

    /// The lines of household `number`, counted from 0, as the whole population has them.
    pub fn household(plan: Plan, number: u64) -> Vec<Line> {
        let mut lines = Vec::new();
        let today = Date::of_day(plan.today);
        rows::household(plan.seed, number, today, u64::MAX, &mut lines);
        lines
    }
}

impl Iterator for Population {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if let Some(insurer) = insurers::all().get(self.insurer) {
            self.insurer += 1;
            return Some(Line::Insurer(insurer.record(self.today)));
        }
        while self.waiting.is_empty() {
            let left = self.plan.persons.saturating_sub(self.persons);
            if left == 0 {
                return None;
            }
            self.persons += rows::household(
                self.plan.seed,
                self.household,
                self.today,
                left,
                &mut self.waiting,
            );
            self.household += 1;
            self.waiting.reverse();
        }
        self.waiting.pop()
    }
}

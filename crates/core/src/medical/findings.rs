//! What a doctor has to see of somebody's medicines before everything else (注意点): the same ingredient
//! from two prescribers on the same days, and what is new, was changed or has stopped.
//!
//! Pure rules over what was told. They compare ingredients (一般名) and days and nothing else: they are no
//! check of interactions, and a screen that shows them says so.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Institution, MedicationMonth, Medicine, Source};
use crate::clock::Day;
use crate::fold;

/// A medicine that was given out once, with the days for which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'r> {
    /// The medicine.
    pub medicine: &'r Medicine,
    /// Its ingredient: the same number is the same ingredient, among what was given together.
    pub ingredient: usize,
    /// Who decided on it: the prescriber, else who gave it.
    pub by: &'r Institution,
    /// Who gave it out or treated.
    pub at: &'r Institution,
    /// From where it is known best.
    pub source: Source,
    /// From where it is known at all, in the order of [`Source::ALL`].
    pub known_from: [bool; 3],
    /// 院内処方.
    pub in_house: bool,
    /// The first day.
    pub from: Day,
    /// The last day; the first one where no days are counted.
    pub until: Day,
}

/// The same ingredient from two prescribers, for days that are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap<'r> {
    /// What was given first.
    pub earlier: Given<'r>,
    /// What came to it.
    pub later: Given<'r>,
    /// The first and the last day of both.
    pub days: (Day, Day),
}

/// What is otherwise than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'r> {
    /// For the first time in what is told, or after a long time: what it began with.
    New(Given<'r>),
    /// The same ingredient, otherwise: another medicine or another quantity.
    Changed {
        /// What it was.
        before: Given<'r>,
        /// What it is.
        now: Given<'r>,
    },
    /// It was given again and again, and is not any more.
    Stopped(Given<'r>),
}

/// After so many days without it an ingredient is new again.
const NEW_AFTER_DAYS: i64 = 180;
/// What began or was changed within so many days is told.
const RECENT_DAYS: i64 = 92;
/// So many days behind its last day something counts as stopped: before, it may only not have come yet.
const STOPPED_AFTER_DAYS: i64 = 30;
/// Nobody counts what was given fewer times as something that goes on.
const REGULAR_TIMES: usize = 3;
/// The most of one ingredient that is compared pair by pair.
const COMPARED_MAX: usize = 400;

/// Everything that was given, the earliest first, each once: the same medicine by the same prescriber on
/// the same day is known from several sources, of which the one nearest to the patient counts.
pub fn given(months: &[MedicationMonth]) -> Vec<Given<'_>> {
    let ingredients = ingredients(months);
    let mut all: BTreeMap<(i64, String, String), Given<'_>> = BTreeMap::new();
    for month in months {
        let by = month.prescriber.as_ref().unwrap_or(&month.institution);
        for day in &month.days {
            for medicine in &day.medicines {
                let days = medicine.days().unwrap_or(1);
                let given = Given {
                    medicine,
                    ingredient: ingredients.get(name(medicine)).copied().unwrap_or(0),
                    by,
                    at: &month.institution,
                    source: month.source,
                    known_from: Source::ALL.map(|source| source == month.source),
                    in_house: month.in_house,
                    from: day.date,
                    until: day.date.plus_days(days - 1),
                };
                let began = day.prescribed.unwrap_or(day.date).number();
                let key = (began, by.code.clone(), medicine.name.clone());
                let known = all.entry(key).or_insert(given);
                let mut known_from = known.known_from;
                for (known, told) in known_from.iter_mut().zip(given.known_from) {
                    *known |= told;
                }
                if rank(given.source) > rank(known.source) {
                    *known = given;
                }
                known.known_from = known_from;
            }
        }
    }
    let mut all: Vec<Given<'_>> = all.into_values().collect();
    all.sort_by(|a, b| (a.from, &a.medicine.name).cmp(&(b.from, &b.medicine.name)));
    all
}

/// What was handed out is surer than what was prescribed, and both come before the claim.
fn rank(source: Source) -> u8 {
    match source {
        Source::Claim => 0,
        Source::Prescription => 1,
        Source::Dispensing => 2,
    }
}

/// What of an ingredient is the same: its name, else the medicine's.
fn name(medicine: &Medicine) -> &str {
    medicine.ingredient.as_deref().unwrap_or(&medicine.name)
}

/// The number of each ingredient by every way in which it is written, in the order of their folded names.
fn ingredients(months: &[MedicationMonth]) -> BTreeMap<&str, usize> {
    let days = months.iter().flat_map(|month| &month.days);
    let names: BTreeSet<&str> = days.flat_map(|day| &day.medicines).map(name).collect();
    // A name is folded once, however often it was given.
    let mut written: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        written.entry(fold::folded(name)).or_default().push(name);
    }
    let numbered = written.into_values().enumerate();
    numbered
        .flat_map(|(number, names)| names.into_iter().map(move |name| (name, number)))
        .collect()
}

fn by_ingredient<'r>(all: &[Given<'r>]) -> BTreeMap<usize, Vec<Given<'r>>> {
    let mut of: BTreeMap<usize, Vec<Given<'r>>> = BTreeMap::new();
    for given in all {
        of.entry(given.ingredient).or_default().push(*given);
    }
    of
}

/// Of each ingredient and pair of prescribers the newest days that are the same, of those that end
/// on a day or later; the newest first.
pub fn overlaps<'r>(all: &[Given<'r>], since: Day) -> Vec<Overlap<'r>> {
    let mut found: Vec<Overlap<'r>> = Vec::new();
    for (_, of) in by_ingredient(all) {
        let newest = of.len().saturating_sub(COMPARED_MAX);
        let of = &of[newest..];
        let mut pairs: BTreeMap<(&str, &str), Overlap<'r>> = BTreeMap::new();
        for (at, later) in of.iter().enumerate() {
            for earlier in &of[..at] {
                let days = (later.from, earlier.until.min(later.until));
                if earlier.by.code == later.by.code || days.0 > days.1 || days.1 < since {
                    continue;
                }
                let (a, b) = (earlier.by.code.as_str(), later.by.code.as_str());
                let overlap = Overlap {
                    earlier: *earlier,
                    later: *later,
                    days,
                };
                pairs.insert((a.min(b), a.max(b)), overlap);
            }
        }
        found.extend(pairs.into_values());
    }
    found.sort_by_key(|overlap| std::cmp::Reverse((overlap.days.1, overlap.days.0)));
    found
}

/// What is new, was changed or has stopped, the newest first. Claims are known until a day before today:
/// what is missing only there has not stopped. Electronic prescriptions are known at once.
pub fn changes<'r>(all: &[Given<'r>], today: Day, complete_until: Day) -> Vec<Change<'r>> {
    let recent = today.plus_days(-RECENT_DAYS);
    let mut found: Vec<(Day, Change<'r>)> = Vec::new();
    for (_, of) in by_ingredient(all) {
        let Some(last) = of.last() else { continue };
        // It began with the first of an unbroken row.
        let begun = of.iter().rev().fold(*last, |first, given| {
            let near = given.until >= first.from.plus_days(-NEW_AFTER_DAYS);
            if near { *given } else { first }
        });
        let horizon = all.first().map_or(today, |first| first.from);
        if begun.from >= recent && begun.from > horizon {
            found.push((begun.from, Change::New(begun)));
        } else if let Some((before, now)) = newest_change(&of, recent) {
            found.push((now.from, Change::Changed { before, now }));
        }
        let told_until = match last.source {
            Source::Claim => complete_until,
            Source::Prescription | Source::Dispensing => today,
        };
        let over = last.until.plus_days(STOPPED_AFTER_DAYS);
        if of.len() >= REGULAR_TIMES && over < told_until && last.until >= recent.plus_days(-92) {
            found.push((last.until, Change::Stopped(*last)));
        }
    }
    found.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    found.into_iter().map(|(_, change)| change).collect()
}

/// The newest giving of an ingredient since a day that is otherwise than the one before it by the same prescriber,
/// or by others where there is none: it is told as long as it is recent, also when it was given again since.
fn newest_change<'r>(of: &[Given<'r>], recent: Day) -> Option<(Given<'r>, Given<'r>)> {
    let of = &of[of.len().saturating_sub(COMPARED_MAX)..];
    for (at, now) in of.iter().enumerate().rev() {
        if now.from < recent {
            return None;
        }
        let earlier = || of[..at].iter().rev().filter(|one| one.from < now.from);
        let own = earlier().find(|one| one.by.code == now.by.code);
        let before = own.or_else(|| earlier().next())?;
        // Who is given two strengths on each day has no change.
        let mut then =
            earlier().filter(|one| (one.from, &one.by.code) == (before.from, &before.by.code));
        if then.all(|one| is_otherwise(one.medicine, now.medicine)) {
            return Some((*before, *now));
        }
    }
    None
}

fn is_otherwise(before: &Medicine, now: &Medicine) -> bool {
    before.name != now.name || (before.quantity != now.quantity && before.unit == now.unit)
}

#[cfg(test)]
mod tests;

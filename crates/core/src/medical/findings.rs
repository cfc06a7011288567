//! What a doctor has to see of somebody's medicines before everything else (注意点): the same ingredient
//! from two prescribers on the same days, and what is new, was changed or has stopped.
//!
//! Pure rules over what was told. They compare ingredients (一般名) and days and nothing else: they are no
//! check of interactions, and a screen that shows them says so.

use std::collections::BTreeMap;

use super::record::{Institution, MedicationMonth, Medicine, Source};
use crate::clock::Day;
use crate::fold;

/// A medicine that was given out once, with the days for which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'r> {
    /// The medicine.
    pub medicine: &'r Medicine,
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
    let mut all: BTreeMap<(i64, String, String), Given<'_>> = BTreeMap::new();
    for month in months {
        let by = month.prescriber.as_ref().unwrap_or(&month.institution);
        for day in &month.days {
            for medicine in &day.medicines {
                let days = medicine.days().unwrap_or(1);
                let given = Given {
                    medicine,
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
pub fn ingredient(medicine: &Medicine) -> String {
    fold::folded(medicine.ingredient.as_deref().unwrap_or(&medicine.name))
}

fn by_ingredient<'r>(all: &[Given<'r>]) -> BTreeMap<String, Vec<Given<'r>>> {
    let mut of: BTreeMap<String, Vec<Given<'r>>> = BTreeMap::new();
    for given in all {
        of.entry(ingredient(given.medicine))
            .or_default()
            .push(*given);
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
        let before = of
            .iter()
            .rev()
            .skip(1)
            .find(|given| given.from < last.from && given.by.code == last.by.code);
        let known = of.iter().rev().skip(1).find(|given| given.from < last.from);
        // It began with the first of an unbroken row.
        let begun = of.iter().rev().fold(*last, |first, given| {
            let near = given.until >= first.from.plus_days(-NEW_AFTER_DAYS);
            if near { *given } else { first }
        });
        let horizon = all.first().map_or(today, |first| first.from);
        if begun.from >= recent && begun.from > horizon {
            found.push((begun.from, Change::New(begun)));
        } else if let Some(before) = before.or(known)
            && last.from >= recent
            && is_otherwise(before.medicine, last.medicine)
        {
            let change = Change::Changed {
                before: *before,
                now: *last,
            };
            found.push((last.from, change));
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

fn is_otherwise(before: &Medicine, now: &Medicine) -> bool {
    before.name != now.name || (before.quantity != now.quantity && before.unit == now.unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Month;

    fn day(number: i64) -> Day {
        Day::from_number(number).unwrap()
    }

    fn month(source: Source, by: &str, name: &str, days: &[(i64, &str)]) -> MedicationMonth {
        let institution = |code: &str| Institution {
            code: code.to_owned(),
            name: format!("架空{code}"),
        };
        MedicationMonth {
            source,
            month: Month::of(day(days[0].0)),
            institution: institution("9"),
            prescriber: Some(institution(by)),
            in_out: None,
            prescription_class: None,
            in_house: false,
            days: days
                .iter()
                .map(|(date, times)| super::super::MedicationDay {
                    date: day(*date),
                    prescribed: Some(day(*date)),
                    medicines: vec![Medicine {
                        name: name.to_owned(),
                        ingredient: Some(name.trim_end_matches(char::is_numeric).to_owned()),
                        quantity: Some("1".to_owned()),
                        times: Some((*times).to_owned()),
                        ..Medicine::default()
                    }],
                })
                .collect(),
        }
    }

    #[test]
    fn what_several_sources_tell_was_given_once() {
        let months = [
            month(Source::Claim, "1", "薬", &[(20_260_901, "28")]),
            month(Source::Prescription, "1", "薬", &[(20_260_901, "28")]),
            month(Source::Dispensing, "1", "薬", &[(20_260_901, "28")]),
        ];
        let all = given(&months);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].source, Source::Dispensing);
        assert_eq!(all[0].known_from, [true; 3]);
        assert_eq!(all[0].until, day(20_260_928));
        assert!(overlaps(&all, day(20_000_101)).is_empty());
    }

    #[test]
    fn the_same_ingredient_of_two_prescribers_on_the_same_days_overlaps() {
        let first = month(Source::Claim, "1", "薬5", &[(20_260_901, "28")]);
        let touches = month(Source::Claim, "2", "薬10", &[(20_260_928, "7")]);
        let behind = month(Source::Claim, "2", "薬10", &[(20_260_929, "7")]);
        let other = month(Source::Claim, "2", "錠5", &[(20_260_910, "7")]);
        let months = [first.clone(), touches];
        let all = given(&months);
        let found = overlaps(&all, day(20_260_901));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].days, (day(20_260_928), day(20_260_928)));
        assert_eq!(found[0].later.by.code, "2");
        assert!(overlaps(&all, day(20_260_929)).is_empty(), "it is over");
        assert!(overlaps(&given(&[first.clone(), behind]), day(20_200_101)).is_empty());
        assert!(overlaps(&given(&[first.clone(), other]), day(20_200_101)).is_empty());
        // A prescriber who gives the next ones some days early is no second one.
        let again = month(Source::Claim, "1", "薬5", &[(20_260_925, "28")]);
        assert!(overlaps(&given(&[first, again]), day(20_200_101)).is_empty());
    }

    fn told(months: &[MedicationMonth]) -> Vec<String> {
        let all = given(months);
        changes(&all, day(20_261_126), day(20_260_930))
            .iter()
            .map(|change| match change {
                Change::New(now) => format!("新 {}", now.medicine.name),
                Change::Changed { before, now } => {
                    format!("変 {} {}", before.medicine.name, now.medicine.name)
                }
                Change::Stopped(last) => format!("止 {}", last.medicine.name),
            })
            .collect()
    }

    #[test]
    fn new_changed_and_stopped_are_told_and_what_goes_on_is_not() {
        let goes_on = month(
            Source::Claim,
            "1",
            "続",
            &[(20_260_601, "60"), (20_260_801, "60"), (20_260_928, "60")],
        );
        let stopped = month(
            Source::Claim,
            "1",
            "止",
            &[(20_260_501, "30"), (20_260_601, "30"), (20_260_701, "30")],
        );
        let changed = [
            month(Source::Claim, "1", "薬5", &[(20_260_801, "60")]),
            month(Source::Dispensing, "1", "薬10", &[(20_261_001, "60")]),
        ];
        let new = month(Source::Dispensing, "2", "新", &[(20_261_110, "5")]);
        let all = [
            goes_on,
            stopped,
            changed[0].clone(),
            changed[1].clone(),
            new,
        ];
        assert_eq!(told(&all), ["新 新", "変 薬5 薬10", "止 止"]);
    }

    #[test]
    fn what_is_new_is_told_with_the_day_on_which_it_began() {
        let old = month(Source::Claim, "1", "続", &[(20_260_301, "300")]);
        let new = month(
            Source::Dispensing,
            "2",
            "新",
            &[(20_261_001, "28"), (20_261_029, "28")],
        );
        let months = [old, new];
        let all = given(&months);
        let found = changes(&all, day(20_261_126), day(20_260_930));
        assert!(matches!(found[..], [Change::New(began)] if began.from == day(20_261_001)));
    }

    #[test]
    fn what_the_claims_have_not_told_yet_has_not_stopped() {
        let claims = month(
            Source::Claim,
            "1",
            "続",
            &[(20_260_701, "30"), (20_260_801, "30"), (20_260_901, "30")],
        );
        assert_eq!(told(&[claims]), Vec::<String>::new());
    }
}

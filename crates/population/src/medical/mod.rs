//! What the fictional people were treated for: medicines with changes of dose and drug, overlaps between
//! institutions, what comes with the season, operations, and checkups with their trends.
//!
//! A person's history follows from the seed and the person's key alone. Every medicine, institution
//! and code is made up; see [`drugs`].

mod cases;
mod checkups;
mod courses;
mod drugs;
mod institutions;
#[cfg(test)]
mod tests;
mod visits;

pub(crate) use cases::note;
pub use cases::showcase_records;

use crate::calendar::Date;
use crate::random::Random;
use crate::{Plan, Population};
use checkups::Body;
use courses::{COURSES, Course, DIABETES, LIPIDS, PRESSURE};
use drugs::Dose;
use institutions::Field;
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::medical::{Institution, Record, last_claimed};
use onshi_core::rules::MedicalRules;
use onshi_core::{Day, Month};
use std::collections::BTreeMap;
use visits::{Reports, Visit};

/// How many months back there are histories: one more than any source is told.
const MONTHS: i32 = 37;

/// Whose history it is.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub person: i64,
    pub insurer: String,
    pub born: Date,
    pub female: bool,
    /// Where the insurer is: the number that JIS X 0401 gives to the prefecture.
    pub prefecture: u32,
    /// The last day of life, or today.
    pub until: Date,
}

impl Who {
    /// By the newest coverage.
    pub(crate) fn of(row: &QualificationRecord, today: Date) -> Option<Who> {
        let born = Date::of_day(Day::parse(&row.birthdate)?);
        let number = &row.insurer_number;
        let place = match number.len() {
            8 => number.get(2..4),
            _ => number.get(..2),
        };
        let died = row.reason_of_loss.as_deref() == Some(crate::history::reason::DEATH);
        let end = row.disqualification_date.as_deref().filter(|_| died);
        let end = end.and_then(Day::parse).map(Date::of_day);
        Some(Who {
            person: row.person,
            insurer: onshi_wire::numbers::match_insurer(number),
            born,
            female: row.sex1 == "2" || row.sex2.as_deref() == Some("2"),
            prefecture: place?
                .parse()
                .ok()
                .filter(|place| (1..=47).contains(place))
                .unwrap_or(13),
            until: end.map_or(today, |day| day.plus(-1).min(today)),
        })
    }
}

/// The medical records of a population, person by person.
pub struct Histories {
    seed: u64,
    today: Date,
    people: Population,
    next: Option<QualificationRecord>,
}

impl Histories {
    /// Of the people of a plan.
    pub fn new(plan: Plan) -> Histories {
        Histories {
            seed: plan.seed,
            today: Date::of_day(plan.today),
            people: Population::new(plan),
            next: None,
        }
    }
}

impl Iterator for Histories {
    type Item = Vec<Record>;

    /// The records of the next person; none at all for who was never ill.
    fn next(&mut self) -> Option<Vec<Record>> {
        let mut newest = self.next.take();
        for line in self.people.by_ref() {
            let Line::Qualification(row) = line else {
                continue;
            };
            match &newest {
                Some(before) if before.person != row.person => {
                    self.next = Some(*row);
                    break;
                }
                Some(before) if before.qualification_date > row.qualification_date => {}
                _ => newest = Some(*row),
            }
        }
        let newest = newest?;
        let Some(who) = Who::of(&newest, self.today) else {
            return Some(Vec::new());
        };
        Some(records(self.seed, &who, self.today))
    }
}

/// The last month whose claims have come, by the rules as they are without settings.
fn claimed(today: Date) -> Month {
    Month::of(last_claimed(&MedicalRules::default(), today.day()))
}

/// What one person has had.
fn records(seed: u64, who: &Who, today: Date) -> Vec<Record> {
    let key = u64::try_from(who.person).unwrap_or(0);
    let mut random = Random::new(seed ^ 0x6d65_6469_6361_6c00, key);
    let age = who.born.age_on(today);
    let mut reports = Reports::of(who.clone(), today, claimed(today));
    let mut has = vec![false; COURSES.len()];
    for (place, course) in COURSES.iter().enumerate() {
        // As many numbers are drawn for everybody, so that a change of one share changes no other.
        let drawn = random.chance(course.share);
        let fits = (course.ages.0..=course.ages.1).contains(&age)
            && course.only.is_none_or(|female| female == who.female);
        has[place] = drawn && fits;
    }
    let mut life = Life {
        random,
        who,
        today,
        reports: &mut reports,
    };
    for field in Field::OUTPATIENT {
        let courses: Vec<&Course> = COURSES
            .iter()
            .zip(&has)
            .filter(|(course, has)| **has && course.field == field)
            .map(|(course, _)| course)
            .collect();
        if !courses.is_empty() {
            life.chronic(field, &courses);
        }
    }
    life.acute();
    life.operation(age);
    let mut random = life.random;
    let mut records = Vec::new();
    reports.finish(&mut records);
    let body = Body::draw(
        &mut random,
        who.female,
        [has[PRESSURE], has[DIABETES], has[LIPIDS]],
    );
    let missing = random.weighted(&[(10_000, 50), (35_000, 25), (100_000, 25)]);
    let at = institutions::one(who.prefecture, Field::Hospital, random.below(8));
    checkups::series(
        &mut random,
        (who, today),
        &at,
        (&body, missing),
        &mut records,
    );
    records
}

struct Life<'a> {
    random: Random,
    who: &'a Who,
    today: Date,
    reports: &'a mut Reports,
}

impl Life<'_> {
    fn begin(&self) -> Date {
        self.today
            .first_of_month(-MONTHS)
            .max(self.who.born.plus(30))
    }

    fn place(&mut self, field: Field) -> Institution {
        let number = self.random.below(8);
        institutions::one(self.who.prefecture, field, number)
    }

    /// All that is treated at one clinic, at the same visits.
    fn chronic(&mut self, field: Field, courses: &[&Course]) {
        let clinic = self.place(field);
        let pharmacy = self.place(Field::Pharmacy);
        let in_house = self.random.chance(15_000);
        let electronic = !in_house && self.random.chance(40_000);
        let interval = self.random.weighted(&[(28, 60), (56, 30), (30, 10)]);
        let begin = self.begin();
        // Some were ill before; a step lasts for so many days.
        let stories: Vec<(i32, i32)> = courses
            .iter()
            .map(|_| {
                (
                    self.random.between(-900, 700),
                    self.random.between(150, 700),
                )
            })
            .collect();
        let mut date = begin.plus(self.random.between(0, interval));
        while date <= self.today {
            let since = date.since(begin);
            let mut doses: Vec<Dose> = Vec::new();
            for (course, (start, each)) in courses.iter().zip(&stories) {
                if since < *start {
                    continue;
                }
                let step = usize::try_from((since - start) / each).unwrap_or(0);
                let step = step.min(course.steps.len() - 1);
                doses.extend_from_slice(course.steps[step]);
            }
            let missed = self.random.chance(4_000);
            if !doses.is_empty() && !missed {
                self.reports.visit(&Visit {
                    date,
                    clinic: &clinic,
                    pharmacy: (!in_house).then_some(&pharmacy),
                    doses,
                    days: interval,
                    electronic,
                    stay: false,
                });
            }
            date = date.plus(interval + self.random.between(-2, 3));
        }
    }

    /// What comes and goes: colds and influenza in the winter, pollen in spring, the skin in summer.
    fn acute(&mut self) {
        let home = self.place(Field::Internal);
        let ears = self.place(Field::Ears);
        let pharmacy = self.place(Field::Pharmacy);
        let electronic = self.random.chance(40_000);
        let pollen = self.random.chance(28_000).then(|| self.random.below(2));
        let begin = self.begin();
        let (first, ..) = begin.parts();
        let (last, ..) = self.today.parts();
        for year in first..=last {
            let mut visit = |date: Date, clinic: &Institution, doses: Vec<Dose>, days: i32| {
                if date < begin {
                    return;
                }
                self.reports.visit(&Visit {
                    date,
                    clinic,
                    pharmacy: Some(&pharmacy),
                    doses,
                    days,
                    electronic,
                    stay: false,
                });
            };
            let random = &mut self.random;
            for _ in 0..random.weighted(&[(0, 45), (1, 38), (2, 17)]) {
                let month =
                    random.weighted(&[(1, 3), (2, 3), (4, 1), (6, 1), (10, 2), (11, 3), (12, 3)]);
                let date = Date::of(year, month, random.between(1, 28));
                let kind = if random.chance(15_000) {
                    courses::KAMPO
                } else {
                    courses::COLD
                };
                let mut doses = kind.to_vec();
                if random.chance(30_000) {
                    let which = random.below(3) as usize;
                    doses.extend_from_slice(courses::ANTIBIOTICS[which]);
                }
                visit(date, &home, doses, 5);
            }
            if random.chance(5_000) {
                let date = Date::of(year, random.between(1, 2), random.between(1, 28));
                visit(date, &home, courses::INFLUENZA.to_vec(), 5);
            }
            if random.chance(4_000) {
                let date = Date::of(year, random.between(7, 8), random.between(1, 28));
                visit(date, &home, courses::SKIN.to_vec(), 7);
            }
            if let Some(which) = pollen {
                let date = Date::of(year, 2, random.between(5, 25));
                let doses = courses::POLLEN[which as usize];
                visit(date, &ears, doses.to_vec(), 28);
                visit(date.plus(random.between(28, 34)), &ears, doses.to_vec(), 28);
            }
        }
    }

    fn operation(&mut self, age: i32) {
        let drawn = self.random.chance(4_000);
        let which = self.random.below(5) as usize;
        let date = self.today.plus(-self.random.between(90, 1_700));
        let hospital = self.place(Field::Hospital);
        if !drawn || age < 35 {
            return;
        }
        self.reports
            .operation(date, &hospital, courses::OPERATIONS[which]);
        if date >= self.begin() {
            for day in 0..3 {
                self.reports.visit(&Visit {
                    date: date.plus(day),
                    clinic: &hospital,
                    pharmacy: None,
                    doses: courses::SURGERY.to_vec(),
                    days: 1,
                    electronic: false,
                    stay: true,
                });
            }
        }
    }
}

/// How many records of each kind there are, for tests and figures.
pub fn count(records: &[Record]) -> BTreeMap<&'static str, usize> {
    use onshi_core::medical::Holds;
    let mut counts = BTreeMap::new();
    for record in records {
        let kind = match &record.holds {
            Holds::Medicines(of) => of.source.code(),
            Holds::Treatments(_) => "Treatments",
            Holds::Operations(_) => "Operations",
            Holds::Checkups(_) => "Checkups",
        };
        *counts.entry(kind).or_insert(0) += 1;
    }
    counts
}

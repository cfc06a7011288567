//! Who gets cards: patients to try, and people of a population.

use crate::output::Failure;
use onshi_card::{Date, Holder, Municipality};
use onshi_core::Day;
use onshi_core::insured::{Line, QualificationRecord};
use onshi_language::say;
use onshi_population::{Plan, Population, showcase};
use std::collections::BTreeSet;

/// Somebody who gets a card.
pub struct Person {
    /// What the card is called.
    pub name: String,
    /// Who it is.
    pub record: QualificationRecord,
}

/// Some of the patients to try; the first one, unless any is named.
pub fn patients(numbers: &[u16], today: Day) -> Result<Vec<Person>, Failure> {
    let all = showcase(today);
    let numbers: BTreeSet<usize> = match numbers {
        [] => [1].into(),
        some => some.iter().map(|number| usize::from(*number)).collect(),
    };
    let mut people = Vec::new();
    for number in numbers {
        let lines = all.get(number - 1).map(|patient| &patient.lines);
        let Some(lines) = lines else {
            return Err(Failure::usage(say!(
                "there are {} patients to try, and no number {number}",
                "見本の患者は{}人で、{number}番はいません。",
                all.len()
            )));
        };
        let record = lines.iter().find_map(record).cloned();
        let Some(record) = record else {
            return Err(Failure::usage(say!(
                "patient {number} is one of whom no insurer knows anything, and has no card",
                "{number}番の患者は、どの保険者にも登録がない例のため、カードがありません。"
            )));
        };
        people.push(Person {
            name: format!("patient-{number}"),
            record,
        });
    }
    Ok(people)
}

/// Who it is, where a line is about a person.
pub fn record(line: &Line) -> Option<&QualificationRecord> {
    match line {
        Line::Qualification(record) => Some(record),
        Line::Insurer(_) => None,
    }
}

/// The first people of a population.
pub fn population(persons: u64, seed: u64, today: Day) -> Vec<Person> {
    let plan = Plan {
        persons,
        seed,
        today,
    };
    let mut seen = BTreeSet::new();
    Population::new(plan)
        .filter_map(|line| record(&line).cloned())
        .filter(|record| seen.insert(record.person))
        .map(|record| Person {
            name: format!("person-{}", record.person),
            record,
        })
        .collect()
}

/// What stands on somebody's card; none where the day of birth is none of the calendar.
pub fn holder(record: &QualificationRecord) -> Option<Holder> {
    Some(Holder {
        name: record.name.clone(),
        address: record.address.clone().unwrap_or_default(),
        born: Date::parse(&record.birthdate)?,
        sex: record.sex1.clone(),
        municipality: Municipality::sample(),
    })
}

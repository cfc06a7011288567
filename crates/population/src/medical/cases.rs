//! What the patients to try were treated for: a few by hand, each showing something, the others by chance.

use super::courses::{self, COURSES, FIBRILLATION, PAIN, REFLUX};
use super::drugs::{Dose, usage};
use super::institutions::{self, Field, known};
use super::visits::{Reports, Visit};
use super::{Who, checkups, claimed};
use crate::calendar::Date;
use crate::cards;
use crate::random::Random;
use crate::showcase::{FIRST_PERSON, showcase};
use onshi_core::Day;
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::medical::{Institution, Record};
use std::collections::BTreeMap;

/// What somebody of the showcase shows beside the coverage.
pub(crate) fn note(person: i64) -> Option<&'static str> {
    Some(match person - FIRST_PERSON {
        1 => {
            "薬剤：高血圧・脂質異常症（自院、先月増量）、他院の整形外科と同一成分（胃薬）が重複。健診：毎年、改善傾向"
        }
        3 => "薬剤：気管支喘息、春は花粉症（季節の薬）。健診なし（小児）",
        5 => {
            "薬剤：糖尿病（薬の変更あり）、院内処方、電子処方箋の処方・調剤あり。健診：欠測の年あり、悪化傾向"
        }
        7 => "薬剤：多剤併用（10剤、3医療機関）、抗凝固薬の変更。手術・診療あり",
        8 => "薬剤・診療・手術・健診の記録なし",
        _ => return None,
    })
}

/// The records of the showcase's people.
pub fn showcase_records(today: Day) -> Vec<Record> {
    let date = Date::of_day(today);
    let mut people: BTreeMap<i64, QualificationRecord> = BTreeMap::new();
    for line in showcase(today).into_iter().flat_map(|shown| shown.lines) {
        if let Line::Qualification(row) = line {
            let is_older =
                |known: &QualificationRecord| known.qualification_date >= row.qualification_date;
            if !people.get(&row.person).is_some_and(is_older) {
                people.insert(row.person, *row);
            }
        }
    }
    let mut all = Vec::new();
    for row in people.values() {
        let Some(who) = Who::of(row, date) else {
            continue;
        };
        match who.person - FIRST_PERSON {
            1 => changed_dose(&who, date, &mut all),
            3 => seasons(&who, date, &mut all),
            5 => changed_drug(&who, date, &mut all),
            7 => many(&who, date, &mut all),
            8 => {}
            _ => all.extend(super::records(0, &who, date)),
        }
    }
    all
}

/// The demo's own clinic and pharmacy, and the others of its neighbourhood.
fn own_clinic() -> Institution {
    known("1319990014", "架空中央クリニック")
}

fn own_pharmacy() -> Institution {
    known(&cards::checked("274999002".to_owned()), "みほん調剤薬局")
}

fn other(field: Field) -> Institution {
    institutions::one(13, field, 4)
}

/// What is prescribed from so many days ago on.
type From = (i32, &'static [Dose]);

/// How somebody goes to one clinic.
struct Care<'a> {
    clinic: &'a Institution,
    pharmacy: Option<&'a Institution>,
    interval: i32,
    /// How long ago the last visit was.
    last: i32,
    electronic: bool,
}

/// Regular visits, each with what is prescribed by then.
fn regular(reports: &mut Reports, today: Date, care: &Care<'_>, steps: &[From]) {
    let mut ago = care.last;
    while let Some((_, doses)) = steps.iter().rfind(|(from, _)| ago <= *from) {
        reports.visit(&Visit {
            date: today.plus(-ago),
            clinic: care.clinic,
            pharmacy: care.pharmacy,
            doses: doses.to_vec(),
            days: care.interval,
            electronic: care.electronic,
            stay: false,
        });
        ago += care.interval;
    }
}

/// How long ago everything began.
const LONG: i32 = 1_120;

const STARTED: &[Dose] = &[(101, "1", usage::MORNING), (201, "1", usage::EVENING)];
const RAISED: &[Dose] = &[
    (102, "1", usage::MORNING),
    (201, "1", usage::EVENING),
    (501, "1", usage::MORNING),
];
const RAISED_AGAIN: &[Dose] = &[
    (103, "1", usage::MORNING),
    (202, "1", usage::EVENING),
    (501, "1", usage::MORNING),
];

fn changed_dose(who: &Who, today: Date, all: &mut Vec<Record>) {
    let mut reports = Reports::of(who.clone(), today, claimed(today));
    let (clinic, pharmacy) = (own_clinic(), other(Field::Pharmacy));
    let care = Care {
        clinic: &clinic,
        pharmacy: Some(&pharmacy),
        interval: 28,
        last: 12,
        electronic: true,
    };
    let steps = [(LONG, STARTED), (500, RAISED), (41, RAISED_AGAIN)];
    regular(&mut reports, today, &care, &steps);
    let orthopaedics = other(Field::Orthopaedics);
    let care = Care {
        clinic: &orthopaedics,
        pharmacy: Some(&pharmacy),
        interval: 28,
        last: 5,
        electronic: true,
    };
    regular(&mut reports, today, &care, &[(180, COURSES[PAIN].steps[0])]);
    reports.finish(all);
    let mut random = Random::new(11, 1);
    let body = checkups::Body::draw(&mut random, who.female, [true, false, true]);
    let at = other(Field::Hospital);
    checkups::series(&mut random, (who, today), &at, (&body, 0), all);
}

fn seasons(who: &Who, today: Date, all: &mut Vec<Record>) {
    let mut reports = Reports::of(who.clone(), today, claimed(today));
    let (clinic, pharmacy) = (own_clinic(), other(Field::Pharmacy));
    let care = Care {
        clinic: &clinic,
        pharmacy: Some(&pharmacy),
        interval: 56,
        last: 20,
        electronic: true,
    };
    let light: &[Dose] = &[(801, "2", usage::INHALED)];
    let more: &[Dose] = &[(801, "2", usage::INHALED), (811, "1", usage::BEDTIME)];
    regular(&mut reports, today, &care, &[(900, light), (300, more)]);
    let ears = other(Field::Ears);
    let (year, ..) = today.parts();
    for year in year - 3..=year {
        reports.visit(&Visit {
            date: Date::of(year, 2, 16),
            clinic: &ears,
            pharmacy: Some(&pharmacy),
            doses: courses::POLLEN[0].to_vec(),
            days: 28,
            electronic: false,
            stay: false,
        });
        reports.visit(&Visit {
            date: Date::of(year, 12, 3),
            clinic: &clinic,
            pharmacy: Some(&pharmacy),
            doses: courses::COLD.to_vec(),
            days: 5,
            electronic: false,
            stay: false,
        });
    }
    reports.finish(all);
}

fn changed_drug(who: &Who, today: Date, all: &mut Vec<Record>) {
    let mut reports = Reports::of(who.clone(), today, claimed(today));
    let (clinic, pharmacy) = (own_clinic(), own_pharmacy());
    let before: &[Dose] = &[(302, "2", usage::TWICE), (311, "1", usage::MORNING)];
    let after: &[Dose] = &[
        (302, "2", usage::TWICE),
        (321, "1", usage::MORNING),
        (331, "1", usage::INJECTED),
    ];
    let care = Care {
        clinic: &clinic,
        pharmacy: Some(&pharmacy),
        interval: 28,
        last: 9,
        electronic: true,
    };
    regular(&mut reports, today, &care, &[(LONG, before), (66, after)]);
    // The eye doctor gives the drops out herself.
    let eyes = other(Field::Eyes);
    let care = Care {
        clinic: &eyes,
        pharmacy: None,
        interval: 84,
        last: 50,
        electronic: false,
    };
    let drops: &[Dose] = &[(911, "2.5", usage::EYES)];
    regular(&mut reports, today, &care, &[(LONG, drops)]);
    reports.finish(all);
    let mut random = Random::new(12, 5);
    let body = checkups::Body::draw(&mut random, who.female, [false, true, false]);
    let at = other(Field::Hospital);
    checkups::series(&mut random, (who, today), &at, (&body, 45_000), all);
}

const TEN: &[Dose] = &[
    (102, "1", usage::MORNING),
    (112, "1", usage::MORNING),
    (131, "1", usage::MORNING),
    (401, "2", usage::EVENING),
    (202, "1", usage::EVENING),
    (502, "1", usage::MORNING),
    (841, "3", usage::THRICE),
    (891, "1", usage::EVENING),
];
const TEN_CHANGED: &[Dose] = &[
    (102, "1", usage::MORNING),
    (112, "1", usage::MORNING),
    (131, "1", usage::MORNING),
    (402, "2", usage::TWICE),
    (202, "1", usage::EVENING),
    (502, "1", usage::MORNING),
    (841, "3", usage::THRICE),
    (891, "1", usage::EVENING),
];

fn many(who: &Who, today: Date, all: &mut Vec<Record>) {
    let mut reports = Reports::of(who.clone(), today, claimed(today));
    let (clinic, pharmacy) = (other(Field::Internal), own_pharmacy());
    let care = Care {
        clinic: &clinic,
        pharmacy: Some(&pharmacy),
        interval: 28,
        last: 15,
        electronic: true,
    };
    regular(
        &mut reports,
        today,
        &care,
        &[(LONG, TEN), (75, TEN_CHANGED)],
    );
    let own = own_clinic();
    for (clinic, doses, last) in [
        (&own, COURSES[PAIN].steps[1], 8),
        (&own, COURSES[REFLUX].steps[1], 36),
        (&other(Field::Mind), COURSES[7].steps[1], 22),
    ] {
        let care = Care {
            clinic,
            pharmacy: Some(&pharmacy),
            interval: 56,
            last,
            electronic: false,
        };
        regular(&mut reports, today, &care, &[(700, doses)]);
    }
    debug_assert!(COURSES[FIBRILLATION].steps.len() > 1);
    let hospital = other(Field::Hospital);
    for (ago, which) in [(760, 3), (1_400, 0)] {
        let date = today.plus(-ago);
        reports.operation(date, &hospital, courses::OPERATIONS[which]);
        for day in 0..4 {
            reports.visit(&Visit {
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
    reports.finish(all);
}

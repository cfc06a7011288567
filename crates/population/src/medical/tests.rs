//! Whether the histories are the same every time, and have in them what they are to show.

use super::*;
use onshi_core::medical::{Holds, MedicationMonth, Source};
use std::collections::BTreeSet;

fn plan(persons: u64) -> Plan {
    Plan {
        persons,
        seed: 1,
        today: Day::from_number(20_261_126).unwrap(),
    }
}

fn medicines(records: &[Record]) -> impl Iterator<Item = &MedicationMonth> {
    records.iter().filter_map(|record| match &record.holds {
        Holds::Medicines(of) => Some(of),
        _ => None,
    })
}

#[test]
fn the_same_plan_gives_the_same_histories() {
    let once: Vec<Vec<Record>> = Histories::new(plan(500)).collect();
    let again: Vec<Vec<Record>> = Histories::new(plan(500)).collect();
    assert_eq!(once, again);
    // Each person once, whatever the history of insurance.
    let people: Vec<i64> = once
        .iter()
        .filter_map(|all| Some(all.first()?.person))
        .collect();
    let different: BTreeSet<i64> = people.iter().copied().collect();
    assert_eq!(people.len(), different.len());
}

#[test]
fn a_population_has_every_kind_of_record_and_people_who_were_never_ill() {
    let all: Vec<Vec<Record>> = Histories::new(plan(3_000)).collect();
    let healthy = all.iter().filter(|records| records.is_empty()).count();
    assert!(healthy > 100, "{healthy}");
    let records: Vec<Record> = all.into_iter().flatten().collect();
    let counts = count(&records);
    for kind in [
        "Claim",
        "Prescription",
        "Dispensing",
        "Treatments",
        "Checkups",
    ] {
        assert!(
            counts.get(kind).is_some_and(|many| *many > 500),
            "{counts:?}"
        );
    }
    assert!(counts["Operations"] > 10, "{counts:?}");
    let today = plan(1).today;
    for month in medicines(&records) {
        let claimed = month.source == Source::Claim;
        let newest = if claimed { 20_260_930 } else { today.number() };
        assert!(month.days.iter().all(|day| day.date.number() <= newest));
        assert!(
            month
                .days
                .iter()
                .all(|day| Month::of(day.date) == month.month)
        );
        assert!(!month.days.is_empty());
    }
    assert!(medicines(&records).any(|month| month.in_house));
}

#[test]
fn the_patients_to_try_show_what_their_notes_say() {
    let today = plan(1).today;
    let all = showcase_records(today);
    let of = |place: i64| -> Vec<Record> {
        let person = crate::showcase::FIRST_PERSON + place;
        all.iter()
            .filter(|one| one.person == person)
            .cloned()
            .collect()
    };
    let names = |records: &[Record], from: i64| -> BTreeSet<String> {
        medicines(records)
            .flat_map(|month| &month.days)
            .filter(|day| day.date.number() >= from)
            .flat_map(|day| day.medicines.iter().map(|one| one.name.clone()))
            .collect()
    };
    let first = of(1);
    assert!(
        names(&first, 20_261_001)
            .iter()
            .any(|name| name.contains("１０ｍｇ"))
    );
    let stomach: BTreeSet<&str> = medicines(&first)
        .filter(|month| month.month.number() >= 202_609)
        .filter(|month| {
            let mut lines = month.days.iter().flat_map(|day| &day.medicines);
            lines.any(|one| one.ingredient.as_deref() == Some("ミホプラゾールナトリウム"))
        })
        .filter_map(|month| month.prescriber.as_ref())
        .map(|prescriber| prescriber.code.as_str())
        .collect();
    assert_eq!(
        stomach.len(),
        2,
        "the same ingredient from two institutions"
    );
    assert!(count(&first)["Checkups"] >= 4);
    assert!(medicines(&of(5)).any(|month| month.in_house));
    assert!(count(&of(5))["Dispensing"] >= 3);
    assert!(names(&of(7), 20_260_801).len() >= 10);
    assert_eq!(count(&of(7))["Operations"], 2);
    assert_eq!(of(8), []);
    assert_eq!(count(&of(3)).get("Checkups"), None);
}

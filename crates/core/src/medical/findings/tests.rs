//! What is dangerous together, new, changed or has stopped, and what is not.

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
            .map(|(date, times)| crate::medical::MedicationDay {
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

#[test]
fn an_ingredient_is_the_same_however_it_is_written() {
    let mut wide = month(Source::Claim, "1", "Ａ錠５", &[(20_260_901, "28")]);
    wide.days[0].medicines[0].ingredient = Some("ｱﾑﾛｼﾞﾋﾟﾝ".to_owned());
    let mut narrow = month(Source::Claim, "2", "B錠10", &[(20_260_910, "28")]);
    narrow.days[0].medicines[0].ingredient = Some("アムロジピン".to_owned());
    let mut other = month(Source::Claim, "2", "C錠", &[(20_260_910, "28")]);
    other.days[0].medicines[0].ingredient = None;
    let months = [wide, narrow, other];
    let all = given(&months);
    assert_eq!(all[0].ingredient, all[1].ingredient);
    assert_ne!(all[1].ingredient, all[2].ingredient);
    assert_eq!(overlaps(&all, day(20_260_901)).len(), 1);
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
fn a_change_is_told_while_it_is_recent_and_not_only_on_its_day() {
    let before = month(
        Source::Claim,
        "1",
        "薬5",
        &[(20_260_701, "60"), (20_260_901, "28")],
    );
    let since = [(20_261_001, "28"), (20_261_101, "28")];
    let since = month(Source::Dispensing, "1", "薬10", &since);
    assert_eq!(told(&[before.clone(), since]), ["変 薬5 薬10"]);
    // Two strengths on each day are no change.
    let days = [(20_261_001, "28"), (20_261_101, "28")];
    let both = ["薬5", "薬10"].map(|name| month(Source::Dispensing, "1", name, &days));
    let days = [(20_260_701, "60"), (20_260_901, "28")];
    let earlier = month(Source::Claim, "1", "薬10", &days);
    let [five, ten] = both;
    assert_eq!(told(&[before, earlier, five, ten]), Vec::<String>::new());
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

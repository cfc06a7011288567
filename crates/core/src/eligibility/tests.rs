//! The rule of a check by card face, a line a case.

use super::Question;
use super::judge::{Judged, Validity, judge};
use crate::clock::Day;
use crate::insured::{Card, Details, Qualification};

const FACILITY: &str = "1319990014";

fn day(number: i64) -> Day {
    Day::from_number(number).expect("a day of the calendar")
}

/// A coverage: person, from when, until when (0 is open), branch.
fn coverage(person: i64, acquired: i64, lost: i64, branch: &str) -> Qualification {
    Qualification {
        person,
        acquired: day(acquired),
        lost: (lost > 0).then(|| day(lost)),
        reason_of_loss: (lost > 0).then(|| "03".to_owned()),
        insurer_number: "138057".to_owned(),
        symbol: Some("見本".to_owned()),
        number: "1001".to_owned(),
        branch: Some(branch.to_owned()),
        birthdate: day(19_750_502),
        classification: "01".to_owned(),
        person_or_family: None,
        insured_name: None,
        name: "架空　花子".to_owned(),
        name_of_other: None,
        name_kana: None,
        name_of_other_kana: None,
        sex1: "2".to_owned(),
        sex2: None,
        address: None,
        post_number: None,
        issued: None,
        card_valid: None,
        card_expires: None,
        ratio: None,
        details: Details::default(),
        insurer_name: None,
        data_date: None,
        reference_number: None,
        may_have_consented: false,
    }
}

fn ask(on: i64, branch: Option<&str>, found: Vec<Qualification>) -> Judged {
    let question = Question {
        day: day(on),
        today: day(20_261_122),
        card: Card::of("138057", "見本", "1001"),
        branch: branch.map(str::to_owned),
        birthdate: day(19_750_502),
    };
    judge(&question, found, FACILITY)
}

#[test]
fn a_coverage_holds_from_its_first_day_to_the_day_before_its_loss() {
    let cases = [
        (20_200_331, Validity::Invalid),
        (20_200_401, Validity::Valid),
        (20_260_930, Validity::Valid),
        (20_261_001, Validity::Invalid),
    ];
    for (on, expected) in cases {
        let judged = ask(
            on,
            Some("02"),
            vec![coverage(1, 20_200_401, 20_261_001, "02")],
        );
        assert_eq!(judged.validity, expected, "{on}");
    }
}

#[test]
fn twins_without_a_branch_are_never_told_apart_by_who_is_still_insured() {
    let first = coverage(1, 20_200_401, 20_261_001, "02");
    let second = coverage(2, 20_200_401, 0, "03");
    for on in [20_200_501, 20_261_101] {
        let judged = ask(on, None, vec![first.clone(), second.clone()]);
        assert_eq!(judged.validity, Validity::Several, "{on}");
    }
    let judged = ask(20_261_101, Some("03"), vec![first, second]);
    assert_eq!(judged.validity, Validity::Valid);
}

#[test]
fn of_several_stretches_of_one_person_the_one_of_the_day_is_told() {
    let found = vec![
        coverage(1, 20_200_401, 20_230_401, "02"),
        coverage(1, 20_250_401, 0, "02"),
    ];
    let judged = ask(20_261_122, Some("02"), found.clone());
    assert_eq!(judged.validity, Validity::Valid);
    assert_eq!(judged.results[0].acquired, day(20_250_401));
    let judged = ask(20_240_101, Some("02"), found);
    assert_eq!(judged.validity, Validity::Invalid, "a gap is a gap");
}

#[test]
fn a_wrong_birthdate_finds_nobody_and_says_that_the_card_is_known() {
    let mut other = coverage(1, 20_200_401, 0, "02");
    other.birthdate = day(19_750_503);
    let judged = ask(20_261_122, Some("02"), vec![other]);
    assert_eq!(judged.validity, Validity::NotFound);
    assert!(judged.card_known && judged.results.is_empty());
}

#[test]
fn medical_assistance_without_a_ticket_here_is_valid_and_unregistered() {
    let mut assistance = coverage(1, 20_200_401, 0, "02");
    assistance.classification = "A1".to_owned();
    let judged = ask(20_261_122, Some("02"), vec![assistance]);
    assert_eq!(judged.validity, Validity::ValidUnregistered);
}

#[test]
fn of_a_day_to_come_the_answer_is_a_prospect_with_the_insurers_day() {
    let mut known = coverage(1, 20_200_401, 0, "02");
    known.data_date = Some(day(20_261_101));
    let judged = ask(20_261_123, Some("02"), vec![known.clone()]);
    assert_eq!(judged.validity, Validity::Valid);
    let words = judged.explanation().expect("never a plain yes");
    assert!(words.contains("2026年11月23日）の見込み"), "{words}");
    assert!(words.contains("2026年11月1日時点"), "{words}");
    // Of today and of days before nothing is a prospect.
    for on in [20_261_122, 20_261_121] {
        let judged = ask(on, Some("02"), vec![known.clone()]);
        assert_eq!(judged.explanation(), None, "{on}");
    }
    let mut assistance = known.clone();
    assistance.classification = "A1".to_owned();
    let judged = ask(20_261_123, Some("02"), vec![assistance]);
    assert_eq!(judged.validity, Validity::ValidUnregistered);
    let words = judged.explanation().unwrap_or_default();
    assert!(words.contains("見込み"), "{words}");
    // What else is to be looked at is still told.
    known.classification = "05".to_owned();
    let words = ask(20_261_123, Some("02"), vec![known]).explanation();
    let words = words.unwrap_or_default();
    assert!(
        words.contains("見込み") && words.contains("特別療養費"),
        "{words}"
    );
}

#[test]
fn a_loss_that_is_still_to_come_is_told_as_one() {
    let leaving = coverage(1, 20_200_401, 20_261_201, "02");
    let judged = ask(20_261_202, Some("02"), vec![leaving.clone()]);
    assert_eq!(judged.validity, Validity::Invalid);
    let words = judged.explanation().unwrap_or_default();
    assert!(
        words.contains("2026年12月1日に資格を喪失する見込み"),
        "{words}"
    );
    let mut gone = leaving;
    gone.lost = Some(day(20_261_122));
    let words = ask(20_261_202, Some("02"), vec![gone]).explanation();
    let words = words.unwrap_or_default();
    assert!(words.contains("に資格を喪失しています"), "{words}");
}

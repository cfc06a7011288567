//! Whether the population is what it is said to be.

mod census;

use super::*;
use onshi_core::insured::{QualificationRecord, import};
use onshi_wire::numbers::{check_digit, has_right_check_digit, match_symbol};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const SEED: u64 = 1;

fn plan(persons: u64) -> Plan {
    Plan {
        persons,
        seed: SEED,
        today: Day::from_number(20_261_122).unwrap(),
    }
}

static ROWS: LazyLock<Vec<QualificationRecord>> = LazyLock::new(|| rows(50_000));

fn rows(persons: u64) -> Vec<QualificationRecord> {
    let row = |line| match line {
        Line::Qualification(row) => Some(*row),
        Line::Insurer(_) => None,
    };
    Population::new(plan(persons)).filter_map(row).collect()
}

const TODAY: &str = "20261122";

fn holds(row: &QualificationRecord, today: &str) -> bool {
    row.qualification_date.as_str() <= today
        && row
            .disqualification_date
            .as_deref()
            .is_none_or(|day| day > today)
}

fn scheme(row: &QualificationRecord) -> &'static str {
    match (row.insurer_number.len(), row.insurer_number.get(..2)) {
        (6, _) => "国保",
        (_, Some("01")) => "協会けんぽ",
        (_, Some("06" | "63")) => "組合",
        (_, Some("39")) => "後期",
        (_, Some("12")) => "医療扶助",
        _ => "共済等",
    }
}

#[test]
fn cards_are_one_familys_and_twins_share_their_face() {
    let mut faces: HashMap<(String, String, String, String), HashSet<i64>> = HashMap::new();
    let mut cards: HashMap<(String, String, String), HashSet<i64>> = HashMap::new();
    let mut twins = 0;
    for row in ROWS.iter().cloned() {
        let symbol = match_symbol(row.insured_card_symbol.as_deref().unwrap_or(""));
        let number = row.insured_identification_number.clone();
        let card = (row.insurer_number.clone(), symbol.clone(), number.clone());
        let household = (row.person - 1) / 10;
        cards.entry(card).or_default().insert(household);
        let face = (row.insurer_number, symbol, number, row.birthdate);
        let people = faces.entry(face).or_default();
        people.insert(row.person);
        twins += usize::from(people.len() == 2);
    }
    assert!(cards.values().all(|households| households.len() == 1));
    assert!((20..400).contains(&twins), "{twins}");
}

#[test]
fn who_is_75_has_an_own_card_and_right_numbers() {
    for row in ROWS.iter() {
        assert!(has_right_check_digit(&row.insurer_number));
        let old = row.birthdate.as_str() <= "19511122";
        let elderly = row.insurer_number.starts_with("39") && row.insurer_number.len() == 8;
        if old && holds(row, TODAY) && scheme(row) != "医療扶助" {
            assert!(elderly, "{row:?}");
        }
        if elderly {
            assert_eq!(row.insured_card_symbol, None);
            assert_eq!(row.insured_branch_number, None);
            assert_eq!(row.insured_identification_number.len(), 8);
        }
        if elderly || scheme(row) == "医療扶助" {
            let (body, last) = row
                .insured_identification_number
                .split_at(row.insured_identification_number.len() - 1);
            assert_eq!(
                check_digit(body).map(|d| d.to_string()).as_deref(),
                Some(last)
            );
        }
        if let (Some(end), from) = (&row.disqualification_date, &row.qualification_date) {
            assert!(end > from, "{row:?}");
        }
        let day = |text: &str| Day::parse(text).expect(text);
        let _ = (day(&row.birthdate), day(&row.qualification_date));
        assert!(row.qualification_date >= row.birthdate, "{row:?}");
        assert!(row.birthdate.as_str() <= TODAY);
        assert!(
            row.address
                .as_deref()
                .is_some_and(|a| a.contains(['町', '村', '市']))
        );
    }
}

#[test]
fn a_household_does_not_need_the_others() {
    let all = rows(2_000);
    for number in [0, 7, 48, 300] {
        let alone: Vec<_> = Population::household(plan(1), number)
            .into_iter()
            .filter_map(|line| match line {
                Line::Qualification(row) => Some(*row),
                Line::Insurer(_) => None,
            })
            .collect();
        let key = i64::try_from(number * 10).unwrap();
        let part: Vec<_> = all
            .iter()
            .filter(|row| (key + 1..=key + 10).contains(&row.person))
            .cloned()
            .collect();
        assert_eq!(alone, part);
    }
    // A smaller population is the beginning of a larger one.
    let some = rows(1_500);
    assert_eq!(some[..], all[..some.len()]);
}

/// With [`MOST_PERSONS`] people there are 96 million households: their numbers still fit, and stay
/// below those of the showcase.
#[test]
fn the_last_households_numbers_fit() {
    for number in 96_000_000..96_003_000 {
        for line in Population::household(plan(1), number) {
            let Line::Qualification(row) = line else {
                continue;
            };
            assert!(row.person < super::showcase::FIRST_PERSON);
            let number = row.insured_identification_number.as_str();
            match scheme(&row) {
                "後期" => assert!(number.len() == 8 && number < "99900000", "{number}"),
                "医療扶助" => assert!(number.len() == 7 && number < "9990000", "{number}"),
                _ => assert!(number.len() <= 20, "{number}"),
            }
        }
    }
}

/// Whoever changes what is generated changes everybody's fixtures: this says so.
#[test]
fn the_first_thousand_people_are_known() {
    let mut hash = Sha256::new();
    for line in Population::new(plan(1_000)) {
        hash.update(serde_json::to_vec(&line).unwrap());
        hash.update(b"\n");
    }
    let text = onshi_core::entropy::hex(&hash.finalize());
    expect_test::expect!["ab44bf2fe949e5ad4a1227752ff6883f180e705e6040ac67be6ee0debf348fc8"]
        .assert_eq(&text);
}

#[test]
fn every_generated_person_could_be_reported() {
    let plan = Plan {
        seed: 3,
        ..plan(2_000)
    };
    for line in Population::new(plan) {
        assert_eq!(import::check(&line), Vec::<String>::new(), "{line:?}");
    }
}

#[test]
fn the_showcase_stands_beside_the_population() {
    let shown = showcase(plan(0).today);
    let validities: HashSet<&str> = shown.iter().map(|s| s.expected_validity.as_str()).collect();
    assert_eq!(validities.len(), 6);
    let mut people = HashSet::new();
    let mut faces = HashSet::new();
    for case in &shown {
        assert_eq!(case.lines.is_empty(), case.expected_validity == "4");
        let face = (
            &case.insurer_number,
            &case.symbol,
            &case.number,
            &case.branch,
        );
        assert!(faces.insert(face), "{}", case.note_ja);
        for line in &case.lines {
            if let Line::Qualification(row) = line {
                people.insert(row.person);
                assert!(row.person > 9_000_000_000_000);
                let branch = case.branch.is_none() || case.branch == row.insured_branch_number;
                let same = row.insurer_number == case.insurer_number && branch;
                if same && case.expected_validity == "1" {
                    assert!(holds(row, TODAY), "{}", case.note_ja);
                }
                assert!(row.qualification_date >= row.birthdate, "{}", case.note_ja);
            }
        }
    }
    assert!(people.len() >= 50, "{}", people.len());
    // Whoever imports both sees one insurer, not two.
    let insurers: HashSet<String> = Population::new(plan(0))
        .map(|line| serde_json::to_string(&line).unwrap())
        .collect();
    for line in shown.iter().flat_map(|s| &s.lines) {
        if let Line::Insurer(_) = line {
            assert!(insurers.contains(&serde_json::to_string(line).unwrap()));
        }
    }
}

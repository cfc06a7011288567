//! Whether the population is what it is said to be.

use super::shares::*;
use super::*;
use crate::insured::QualificationRecord;
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

fn holds(row: &QualificationRecord, today: &str) -> bool {
    row.qualification_date.as_str() <= today
        && row
            .disqualification_date
            .as_deref()
            .is_none_or(|day| day > today)
}

/// Everybody's rows, and how many of so many people fit.
struct Census {
    people: HashMap<i64, Vec<QualificationRecord>>,
}

const TODAY: &str = "20261122";

impl Census {
    fn take() -> Census {
        let mut people: HashMap<i64, Vec<QualificationRecord>> = HashMap::new();
        for row in ROWS.iter() {
            people.entry(row.person).or_default().push(row.clone());
        }
        Census { people }
    }

    /// The share of the people chosen by `among` that `is` says yes to, of 100,000.
    fn share(
        &self,
        among: impl Fn(&[QualificationRecord]) -> bool,
        is: impl Fn(&[QualificationRecord]) -> bool,
    ) -> u32 {
        let among: Vec<_> = self.people.values().filter(|rows| among(rows)).collect();
        let count = among.iter().filter(|rows| is(rows)).count();
        u32::try_from(count * 100_000 / among.len().max(1)).unwrap()
    }
}

fn valid(rows: &[QualificationRecord]) -> Option<&QualificationRecord> {
    rows.iter().find(|row| holds(row, TODAY))
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

fn born_before(row: &QualificationRecord, day: &str) -> bool {
    row.birthdate.as_str() <= day
}

fn near(wrong: &mut Vec<String>, name: &str, counted: u32, said: u32) {
    println!("{name}: {counted} counted, {said} said");
    // Families are drawn together, so a share strays further than single draws would.
    if counted.abs_diff(said) > said / 12 + 120 + (said / 30).min(300) {
        wrong.push(format!("{name}: {counted} counted, {said} said"));
    }
}

#[test]
fn the_shares_are_as_said() {
    let census = Census::take();
    let wrong = &mut Vec::new();
    assert_eq!(census.people.len(), 50_000);
    let all = |_: &[QualificationRecord]| true;
    let insured =
        |rows: &[QualificationRecord]| valid(rows).is_some_and(|row| scheme(row) != "医療扶助");
    for (name, said) in OF_SCHEMES {
        let counted = census.share(insured, |rows| {
            valid(rows).is_some_and(|r| scheme(r) == name)
        });
        println!("{name}: {counted} counted, {said} said");
        if counted.abs_diff(said) > 1_000 {
            wrong.push(format!("{name}: {counted} counted, {said} said"));
        }
    }
    let outside = |text: &str| text.chars().any(|c| "𠮷𣘺𥔎圡𡈽\u{E0100}".contains(c));
    near(
        wrong,
        "外字",
        census.share(all, |rows| outside(&rows[0].name)),
        OUTSIDE_SHIFT_JIS,
    );
    near(
        wrong,
        "通称等",
        census.share(all, |rows| rows[0].name_of_other.is_some()),
        OTHER_NAME,
    );
    near(
        wrong,
        "性別",
        census.share(all, |rows| rows[0].sex1 == "3" && rows[0].sex2.is_some()),
        SEX_NOT_SHOWN,
    );
    let assisted =
        |rows: &[QualificationRecord]| valid(rows).is_some_and(|row| scheme(row) == "医療扶助");
    near(
        wrong,
        "医療券",
        census.share(assisted, |r| {
            valid(r).is_some_and(|r| !r.medical_tickets.is_empty())
        }),
        TICKET,
    );
    let seventies = |rows: &[QualificationRecord]| {
        insured(rows)
            && valid(rows)
                .is_some_and(|row| born_before(row, "19561001") && !born_before(row, "19511122"))
    };
    let ratio = |row: &QualificationRecord| {
        row.elderly_recipient_certificates
            .iter()
            .find(|c| c.from.as_str() <= TODAY && c.until.as_str() >= TODAY)
            .map(|c| c.ratio.clone())
    };
    assert_eq!(
        census.share(seventies, |rows| valid(rows)
            .is_some_and(|r| ratio(r).is_some())),
        100_000
    );
    let thirty = census.share(seventies, |rows| {
        valid(rows).and_then(ratio).as_deref() == Some("030")
    });
    near(wrong, "高齢3割", thirty, ELDERLY_AS_WORKING);
    let late = |rows: &[QualificationRecord]| valid(rows).is_some_and(|r| scheme(r) == "後期");
    for (code, said) in [("020", LATE_TWENTY), ("030", LATE_THIRTY)] {
        let counted = census.share(late, |rows| {
            valid(rows).and_then(|r| r.insured_partial_contribution_ratio.as_deref()) == Some(code)
        });
        near(wrong, code, counted, said);
    }
    near(
        wrong,
        "後期限度額",
        census.share(late, |r| {
            valid(r).is_some_and(|r| !r.limit_application_certificates.is_empty())
        }),
        LIMIT_FROM_75,
    );
    near(
        wrong,
        "特定疾病",
        census.share(insured, |r| {
            valid(r).is_some_and(|r| !r.specific_diseases_certificates.is_empty())
        }),
        SPECIFIC_DISEASE.iter().map(|(_, share)| share).sum(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_case_occurs() {
    let census = Census::take();
    let mut found: HashMap<String, u32> = HashMap::new();
    let mut note = |case: String| *found.entry(case).or_default() += 1;
    for rows in census.people.values() {
        let valid = rows.iter().filter(|row| holds(row, TODAY)).count();
        note(format!("valid {}", valid.min(2)));
        for row in rows {
            note(format!("scheme {}", scheme(row)));
            note(format!("card {}", row.insured_card_classification));
            if let Some(reason) = &row.reason_of_loss {
                note(format!("lost {reason}"));
            }
            if row.disqualification_date.as_deref() == Some(TODAY) {
                note("lost today".into());
            }
            if row.qualification_date == TODAY {
                note("acquired today".into());
            }
            if row.qualification_date.as_str() > TODAY {
                note("ahead".into());
            }
            if row.qualification_date == row.birthdate {
                note("from birth".into());
            }
            for limit in &row.limit_application_certificates {
                note(format!("band {}", limit.band));
                note(format!("certificate {}", limit.classification));
                if limit.long_term.is_some() {
                    note("long stay".into());
                }
            }
            for disease in &row.specific_diseases_certificates {
                note(format!("disease {}", disease.category));
            }
        }
    }
    let mut missing: Vec<String> = [
        "valid 0",
        "valid 1",
        "valid 2",
        "scheme 国保",
        "scheme 協会けんぽ",
        "scheme 組合",
        "scheme 共済等",
        "scheme 後期",
        "scheme 医療扶助",
        "card 01",
        "card 03",
        "card 05",
        "card 06",
        "card 07",
        "card A1",
        "lost 01",
        "lost 02",
        "lost 03",
        "lost 99",
        "lost today",
        "acquired today",
        "ahead",
        "from birth",
        "certificate 01",
        "certificate 02",
        "certificate 03",
        "long stay",
        "disease 1",
        "disease 2",
        "disease 3",
    ]
    .map(str::to_owned)
    .to_vec();
    let bands = onshi_wire::codes::LimitBand::ALL;
    missing.extend(bands.iter().map(|band| format!("band {}", band.code())));
    missing.retain(|case| !found.contains_key(case));
    assert!(missing.is_empty(), "{missing:?} are not in {found:#?}");
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

/// Whoever changes what is generated changes everybody's fixtures: this says so.
#[test]
fn the_first_thousand_people_are_known() {
    let mut hash = Sha256::new();
    for line in Population::new(plan(1_000)) {
        hash.update(serde_json::to_vec(&line).unwrap());
        hash.update(b"\n");
    }
    let text = crate::entropy::hex(&hash.finalize());
    expect_test::expect![[""]].assert_eq(&text);
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

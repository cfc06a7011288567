//! A census: whether everything is as frequent as the table of shares says.

use super::super::shares::*;
use super::{ROWS, TODAY, holds, scheme};
use onshi_core::insured::QualificationRecord;
use std::collections::HashMap;

/// Everybody's rows, and how many of so many people fit.
struct Census {
    people: HashMap<i64, Vec<QualificationRecord>>,
}

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
        if counted.abs_diff(said) > 700 {
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
fn events_are_as_frequent_as_said() {
    let census = Census::take();
    let wrong = &mut Vec::new();
    let ended =
        |row: &QualificationRecord, reason: &str| row.reason_of_loss.as_deref() == Some(reason);
    let employed = |rows: &[QualificationRecord]| {
        rows.iter()
            .any(|row| holds(row, TODAY) && matches!(scheme(row), "協会けんぽ" | "組合" | "共済等"))
    };
    let changed = |rows: &[QualificationRecord]| {
        let old = |r: &&QualificationRecord| ended(r, "03") && !holds(r, TODAY);
        rows.len() == 2 && rows.iter().any(|r| old(&r))
    };
    near(
        wrong,
        "転職",
        census.share(employed, changed),
        JOB_CHANGE + CHANGE_TODAY + CHANGE_WITH_GAP,
    );
    let both = |rows: &[QualificationRecord]| rows.iter().filter(|r| holds(r, TODAY)).count() == 2;
    near(wrong, "資格重複", census.share(employed, both), OVERLAP);
    let young = |rows: &[QualificationRecord]| {
        !born_before(&rows[0], "19570101") && valid(rows).is_some_and(|r| scheme(r) != "医療扶助")
    };
    let limited = |rows: &[QualificationRecord]| {
        valid(rows).is_some_and(|r| !r.limit_application_certificates.is_empty())
    };
    near(
        wrong,
        "限度額",
        census.share(young, limited),
        LIMIT_BELOW_70,
    );
    let lost =
        |rows: &[QualificationRecord]| valid(rows).is_none() && rows.iter().any(|r| ended(r, "99"));
    let below_75 = |rows: &[QualificationRecord]| !born_before(&rows[0], "19511122");
    near(
        wrong,
        "喪失",
        census.share(below_75, lost),
        LOST + LOST_TODAY,
    );
    let today = |rows: &[QualificationRecord]| {
        rows.iter()
            .any(|r| r.disqualification_date.as_deref() == Some(TODAY))
    };
    near(
        wrong,
        "本日喪失",
        census.share(below_75, today),
        CHANGE_TODAY + LOST_TODAY,
    );
    let old = |rows: &[QualificationRecord]| born_before(&rows[0], "19511122");
    let dead = |rows: &[QualificationRecord]| rows.iter().any(|r| ended(r, "01"));
    near(wrong, "死亡", census.share(old, dead), ELDERLY_DEATH);
    let town = |rows: &[QualificationRecord]| {
        valid(rows).is_some_and(|r| scheme(r) == "国保" && &r.insurer_number[2..3] == "9")
    };
    let short = |rows: &[QualificationRecord]| {
        valid(rows).is_some_and(|r| r.insured_card_classification == "03")
    };
    near(wrong, "短期証", census.share(town, short), SHORT_TERM);
    let assisted =
        |rows: &[QualificationRecord]| valid(rows).is_some_and(|row| scheme(row) == "医療扶助");
    let all = |_: &[QualificationRecord]| true;
    println!("医療扶助: {}", census.share(all, assisted));
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

//! A series of checkups (特定健診) with trends: who has a disease has its values, which get better with the
//! treatment or worse with the years, and some years are missing.

use super::Who;
use crate::calendar::Date;
use crate::random::Random;
use onshi_core::Month;
use onshi_core::medical::{Checkup, CheckupItem, CheckupMonth, Holds, Institution, Record};

/// How many years back there are checkups.
const YEARS: i32 = 6;

/// The values that a person starts with and what a year adds, in tenths.
pub(super) struct Body {
    pressure: (i32, i32),
    sugar: (i32, i32),
    lipids: (i32, i32),
    weight: (i32, i32),
    height: i32,
    liver: i32,
}

impl Body {
    /// Somebody with or without each of high pressure, diabetes and lipids.
    pub(super) fn draw(random: &mut Random, female: bool, [high, sweet, fat]: [bool; 3]) -> Body {
        Body {
            pressure: match high {
                true => (random.between(1480, 1640), random.between(-60, -10)),
                false => (random.between(1040, 1280), random.between(0, 20)),
            },
            sugar: match sweet {
                true => (random.between(66, 84), random.between(-4, 3)),
                false => (random.between(50, 56), random.between(0, 1)),
            },
            lipids: match fat {
                true => (random.between(1500, 1900), random.between(-120, -20)),
                false => (random.between(800, 1250), random.between(-10, 25)),
            },
            weight: (
                random.between(
                    if female { 450 } else { 560 },
                    if female { 690 } else { 860 },
                ),
                random.between(-8, 12),
            ),
            height: random.between(
                if female { 1480 } else { 1600 },
                if female { 1650 } else { 1800 },
            ),
            liver: random.between(14, 46),
        }
    }
}

/// A result in tenths, printed with or without its tenth.
fn quantity(code: &str, name: &str, (tenths, fine): (i32, bool), unit: &str) -> CheckupItem {
    let value = match fine {
        true => format!("{}.{}", tenths / 10, tenths % 10),
        false => (tenths / 10).to_string(),
    };
    CheckupItem {
        code: code.to_owned(),
        name: name.to_owned(),
        data_type: "PQ".to_owned(),
        value,
        unit: Some(unit.to_owned()),
        oid: None,
        value_name: None,
    }
}

fn coded(code: &str, name: &str, (value, words): (&str, &str), oid: &str) -> CheckupItem {
    CheckupItem {
        code: code.to_owned(),
        name: name.to_owned(),
        data_type: "CD".to_owned(),
        value: value.to_owned(),
        unit: None,
        oid: Some(oid.to_owned()),
        value_name: Some(words.to_owned()),
    }
}

/// The lists of codes that answers are from: urine tests, yes and no.
const URINE: &str = "1.2.392.200119.6.2101";
const YES_NO: &str = "1.2.392.200119.6.2003";

/// The results of one day, so many years after the first.
fn results(random: &mut Random, body: &Body, years: i32, female: bool) -> Vec<CheckupItem> {
    let at = |(start, each): (i32, i32), random: &mut Random, spread: i32| {
        start + each * years + random.between(-spread, spread)
    };
    let weight = at(body.weight, random, 8);
    let bmi = weight * 10_000 / (body.height * body.height / 10 / 10);
    let waist = 420 + weight * 6 / 10 + random.between(-15, 15);
    let systolic = at(body.pressure, random, 60);
    let lipids = at(body.lipids, random, 80);
    let sugar = at(body.sugar, random, 1);
    let liver = body.liver * 10 + random.between(-40, 40);
    let haemoglobin = if female { 126 } else { 148 } + random.between(-14, 10);
    let mut items = vec![
        quantity("9N001000000000001", "身長", (body.height, true), "cm"),
        quantity("9N006000000000001", "体重", (weight, true), "kg"),
        quantity("9N011000000000001", "BMI", (bmi, true), "kg/m2"),
        quantity("9N016160100000001", "腹囲(実測)", (waist, true), "cm"),
        quantity(
            "9A755000000000001",
            "収縮期血圧(その他)",
            (systolic, false),
            "mm[Hg]",
        ),
        quantity(
            "9A765000000000001",
            "拡張期血圧(その他)",
            (systolic * 6 / 10, false),
            "mm[Hg]",
        ),
        quantity(
            "3F015000002327101",
            "空腹時中性脂肪",
            (lipids * 9 / 10 + random.between(-100, 100), false),
            "mg/dL",
        ),
        quantity(
            "3F070000002327101",
            "HDLコレステロール",
            (random.between(380, 720), false),
            "mg/dL",
        ),
        quantity(
            "3F077000002327101",
            "LDLコレステロール",
            (lipids, false),
            "mg/dL",
        ),
        quantity("3B035000002327201", "AST(GOT)", (liver, false), "U/L"),
        quantity(
            "3B045000002327201",
            "ALT(GPT)",
            (liver * 9 / 10, false),
            "U/L",
        ),
        quantity(
            "3B090000002327101",
            "γ-GT(γ-GTP)",
            (liver * 13 / 10, false),
            "U/L",
        ),
        quantity(
            "3D010000001926101",
            "空腹時血糖",
            (sugar * 17, false),
            "mg/dL",
        ),
        quantity("3D046000001906202", "HbA1c(NGSP値)", (sugar, true), "%"),
        quantity(
            "8A065000002391901",
            "eGFR",
            (body.height / 2 - years * 12, true),
            "mL/min/1.73m2",
        ),
        quantity(
            "2A030000001930101",
            "血色素量(ヘモグロビン値)",
            (haemoglobin, true),
            "g/dL",
        ),
    ];
    items.extend(answers(sugar >= 75, body.liver % 4 == 0));
    items
}

/// What is no quantity: the urine, and an answer about smoking.
fn answers(positive: bool, smokes: bool) -> [CheckupItem; 3] {
    let sugar = if positive { ("3", "＋") } else { ("1", "－") };
    let smoking = match smokes {
        true => ("1", "はい"),
        false => ("2", "いいえ"),
    };
    [
        coded("1A020000000191111", "尿糖", sugar, URINE),
        coded("1A010000000191111", "尿蛋白", ("1", "－"), URINE),
        coded("9N736000000000011", "喫煙", smoking, YES_NO),
    ]
}

/// Appends the records of a person's checkups.
pub(super) fn series(
    random: &mut Random,
    (who, today): (&Who, Date),
    at: &Institution,
    (body, missing): (&Body, u32),
    records: &mut Vec<Record>,
) {
    let month = random.between(5, 10);
    let (year, ..) = today.parts();
    for years in 0..=YEARS {
        let date = Date::of(year - YEARS + years, month, random.between(1, 28));
        let items = results(random, body, years, who.female);
        let age = who.born.age_on(date);
        let missed = random.chance(missing);
        // The results of the last months are still on their way.
        if missed || !(40..75).contains(&age) || date > who.until || date > today.plus(-120) {
            continue;
        }
        let day = date.day();
        records.push(Record {
            person: who.person,
            insurer: who.insurer.clone(),
            holds: Holds::Checkups(CheckupMonth {
                month: Month::of(day),
                institution: at.clone(),
                checkups: vec![Checkup {
                    date: day,
                    institution: Some(at.clone()),
                    items,
                }],
            }),
        });
    }
}

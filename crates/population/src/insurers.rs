//! The insurers: every kind that there is, in every prefecture.
//!
//! The municipalities, societies and associations are fictional; their numbers lie where few real
//! ones do (901 and on). 協会けんぽ has the numbers that follow from its rule.

use super::calendar::Date;
use super::places::{MUNICIPALITIES, PREFECTURES, municipality};
use super::random::{Random, WHOLE};
use super::shares;
use onshi_core::insured::InsurerRecord;
use onshi_wire::numbers::check_digit;
use std::sync::LazyLock;

/// What somebody is insured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// 協会けんぽ
    Kyokai,
    /// 組合
    Union,
    /// 共済 (31 to 34)
    MutualAid,
    /// 船員
    Seamen,
    /// 自衛官
    SelfDefence,
    /// 特例退職
    SpecialRetired,
    /// 国保 of a municipality
    National,
    /// 国保組合
    Trade,
    /// 後期高齢者
    Elderly,
    /// 医療扶助
    Assistance,
}

impl Scheme {
    /// Insured through work: the family is insured under the employee's card.
    pub(super) fn is_employees(self) -> bool {
        !matches!(
            self,
            Scheme::National | Scheme::Trade | Scheme::Elderly | Scheme::Assistance
        )
    }
}

/// An insurer as it is known.
pub(super) struct Insurer {
    pub number: String,
    pub name: String,
}

impl Insurer {
    /// The line of the import. The day of the data depends on the insurer and on today alone.
    pub(super) fn record(&self, today: Date) -> InsurerRecord {
        let mut random = Random::new(0xDA7A, self.number.parse().unwrap_or(0));
        let age = if random.chance(shares::STALE_INSURERS) {
            random.between(40, 120)
        } else {
            random.between(1, 5)
        };
        InsurerRecord {
            insurer_number: self.number.clone(),
            insurer_name: self.name.clone(),
            data_date: today.plus(-age).text(),
        }
    }
}

/// Insurers of one kind: so many in each of these prefectures (all, if none is named).
struct Kind {
    law: &'static str,
    prefectures: &'static [usize],
    first: usize,
    count: usize,
    name: fn(&str, usize) -> String,
}

const KYOKAI: usize = 0;
const UNION: usize = 1;
const STATE: usize = 2;
const LOCAL: usize = 3;
const POLICE: usize = 4;
const SCHOOL: usize = 5;
const SEAMEN: usize = 6;
const SELF_DEFENCE: usize = 7;
const SPECIAL_RETIRED: usize = 8;
const NATIONAL: usize = 9;
const TRADE: usize = 10;
const ELDERLY: usize = 11;
const ASSISTANCE: usize = 12;

const ALL: &[usize] = &[];
const TOWNS: usize = MUNICIPALITIES as usize;

#[rustfmt::skip]
static KINDS: [Kind; KIND_COUNT] = [
    Kind { law: "01", prefectures: ALL, first: 1, count: 1,
        name: |at, _| format!("全国健康保険協会（架空）{at}支部") },
    Kind { law: "06", prefectures: ALL, first: 901, count: 6,
        name: |at, i| format!("{at}架空産業第{}健康保険組合", i + 1) },
    Kind { law: "31", prefectures: &[12], first: 901, count: 20,
        name: |_, i| format!("架空省第{}共済組合", i + 1) },
    Kind { law: "32", prefectures: ALL, first: 901, count: 2,
        name: |at, i| format!("架空{}共済組合{at}支部", ["地方職員", "公立学校"][i % 2]) },
    Kind { law: "33", prefectures: ALL, first: 901, count: 1,
        name: |at, _| format!("架空警察共済組合{at}支部") },
    Kind { law: "34", prefectures: &[12], first: 901, count: 1,
        name: |_, _| "架空私立学校共済事業団".to_owned() },
    Kind { law: "02", prefectures: &[12], first: 901, count: 1,
        name: |_, _| "架空船員保険部".to_owned() },
    Kind { law: "07", prefectures: &[0, 12, 22, 26, 39], first: 901, count: 1,
        name: |at, _| format!("架空自衛隊{at}駐屯地") },
    Kind { law: "63", prefectures: &[12, 22, 26], first: 901, count: 1,
        name: |at, _| format!("{at}架空特例退職健康保険組合") },
    Kind { law: "", prefectures: ALL, first: 901, count: TOWNS,
        name: |at, i| format!("{at}{}", municipality(i)) },
    Kind { law: "", prefectures: ALL, first: 391, count: 3,
        name: |at, i| format!("{at}架空{}国民健康保険組合", ["建設", "医師", "食品"][i % 3]) },
    Kind { law: "39", prefectures: ALL, first: 901, count: TOWNS,
        name: |at, i| format!("{at}架空後期高齢者医療広域連合（{}）", municipality(i)) },
    Kind { law: "12", prefectures: ALL, first: 901, count: TOWNS,
        name: |at, i| format!("{at}{}福祉事務所", municipality(i)) },
];

const KIND_COUNT: usize = 13;

struct Table {
    insurers: Vec<Insurer>,
    /// Where each kind begins.
    begins: [usize; KIND_COUNT],
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut insurers = Vec::new();
    let mut begins = [0; KIND_COUNT];
    for (kind, begin) in KINDS.iter().zip(&mut begins) {
        *begin = insurers.len();
        for place in 0..kind.places() {
            let prefecture = kind.prefecture(place);
            for choice in 0..kind.count {
                let (law, code) = (kind.law, kind.first + choice);
                let body = format!("{law}{:02}{code:03}", prefecture + 1);
                let digit = check_digit(&body).unwrap_or(0);
                insurers.push(Insurer {
                    number: format!("{body}{digit}"),
                    name: (kind.name)(PREFECTURES.name(prefecture), choice),
                });
            }
        }
    }
    Table { insurers, begins }
});

impl Kind {
    fn places(&self) -> usize {
        match self.prefectures {
            [] => PREFECTURES.count(),
            some => some.len(),
        }
    }

    fn prefecture(&self, place: usize) -> usize {
        self.prefectures.get(place).copied().unwrap_or(place)
    }
}

/// All insurers, in an order that stays.
pub(super) fn all() -> &'static [Insurer] {
    &TABLE.insurers
}

fn at(kind: usize, prefecture: usize, choice: usize) -> &'static Insurer {
    let rule = &KINDS[kind];
    let place = prefecture % rule.places();
    &TABLE.insurers[TABLE.begins[kind] + place * rule.count + choice % rule.count]
}

/// An insurer of this scheme for somebody who lives there.
pub(super) fn draw(
    random: &mut Random,
    scheme: Scheme,
    prefecture: usize,
    municipality: usize,
) -> &'static Insurer {
    let choice = random.below(WHOLE) as usize;
    match scheme {
        Scheme::Kyokai => at(KYOKAI, prefecture, 0),
        Scheme::Union => at(UNION, prefecture, choice),
        Scheme::MutualAid => match choice % 100 {
            0..40 => at(STATE, prefecture, choice / 100),
            40..85 => at(LOCAL, prefecture, choice / 100),
            85..93 => at(POLICE, prefecture, 0),
            _ => at(SCHOOL, prefecture, 0),
        },
        Scheme::Seamen => at(SEAMEN, prefecture, 0),
        Scheme::SelfDefence => at(SELF_DEFENCE, prefecture, 0),
        Scheme::SpecialRetired => at(SPECIAL_RETIRED, prefecture, 0),
        Scheme::National => at(NATIONAL, prefecture, municipality),
        Scheme::Trade => at(TRADE, prefecture, choice),
        Scheme::Elderly => at(ELDERLY, prefecture, municipality),
        Scheme::Assistance => at(ASSISTANCE, prefecture, municipality),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use onshi_wire::numbers::{InsurerNumber, has_right_check_digit};
    use std::collections::HashSet;

    #[test]
    fn every_number_is_right_and_stands_once() {
        let mut seen = HashSet::new();
        for insurer in all() {
            assert!(has_right_check_digit(&insurer.number), "{}", insurer.number);
            assert!(InsurerNumber::parse(&insurer.number).is_ok());
            assert!(seen.insert(&insurer.number), "{}", insurer.number);
        }
        for law in [
            "01", "02", "06", "07", "12", "31", "32", "33", "34", "39", "63",
        ] {
            let has = |i: &&Insurer| i.number.len() == 8 && i.number.starts_with(law);
            assert!(all().iter().any(|i| has(&i)), "{law}");
        }
        assert!(seen.contains(&"01130012".to_owned()));
    }

    #[test]
    fn some_insurers_are_late_and_none_is_ahead() {
        let today = Date::of(2026, 11, 22);
        let dates: Vec<String> = all().iter().map(|i| i.record(today).data_date).collect();
        assert!(dates.iter().all(|d| d.as_str() < "20261122"));
        let late = dates.iter().filter(|d| d.as_str() < "20261020").count();
        assert!((2..=6).contains(&(late * 100 / dates.len())), "{late}");
    }
}

//! The reference ranges (基準値) of checkups, as a dated table.
//!
//! They are the limits from which the guidance of the specific checkups (特定保健指導) counts, which have
//! changed before and will again: what held on the day of the checkup is what it is judged by.

use super::record::CheckupItem;
use crate::clock::Day;

/// How a result stands to its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// 基準範囲内.
    Within,
    /// 高値: above the range.
    High,
    /// 低値: below the range.
    Low,
    /// 所見あり: a code that is not the usual one, such as 尿蛋白 (+).
    Abnormal,
}

impl Judgement {
    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Judgement::Within => "基準範囲内",
            Judgement::High => "高値",
            Judgement::Low => "低値",
            Judgement::Abnormal => "所見あり",
        }
    }
}

/// The range of one item, from one day on, for both sexes or one.
#[derive(Debug, PartialEq, Eq)]
pub struct Range {
    /// What the item's code begins with: the analyte of JLAC10, or more of it where ways of measuring differ.
    pub item: &'static str,
    /// 性別 (OQSCD007), where the range is for one only.
    pub sex: Option<&'static str>,
    /// The first day on which it holds, `yyyymmdd`.
    pub from: i64,
    /// The lowest value within, in thousandths.
    pub low: Option<i64>,
    /// The highest value within, in thousandths.
    pub high: Option<i64>,
    /// In words.
    pub words: &'static str,
}

const fn range(
    item: &'static str,
    low: Option<i64>,
    high: Option<i64>,
    words: &'static str,
) -> Range {
    Range {
        item,
        sex: None,
        // The second period of the specific checkups; older ones are not told any more.
        from: 20_130_401,
        low,
        high,
        words,
    }
}

const fn of_sex(sex: &'static str, range: Range) -> Range {
    Range {
        sex: Some(sex),
        ..range
    }
}

/// The table. Of several rows that fit the one with the longest code counts, then the latest.
pub const RANGES: &[Range] = &[
    range("9N011", None, Some(24_999), "25未満"),
    of_sex("1", range("9N016", None, Some(84_999), "85未満")),
    of_sex("2", range("9N016", None, Some(89_999), "90未満")),
    range("9A75", None, Some(129_999), "130未満"),
    range("9A76", None, Some(84_999), "85未満"),
    range("3F015", None, Some(149_999), "150未満"),
    Range {
        from: 20_240_401,
        ..range("3F0151299", None, Some(174_999), "175未満")
    },
    range("3F070", Some(40_000), None, "40以上"),
    range("3F077", None, Some(119_999), "120未満"),
    range("3F069", None, Some(149_999), "150未満"),
    range("3B035", None, Some(30_999), "31未満"),
    range("3B045", None, Some(30_999), "31未満"),
    range("3B090", None, Some(50_999), "51未満"),
    range("3D010", None, Some(99_999), "100未満"),
    range("3D046", None, Some(5_599), "5.6未満"),
    of_sex(
        "1",
        range("2A030", Some(13_100), Some(16_600), "13.1～16.6"),
    ),
    of_sex(
        "2",
        range("2A030", Some(12_100), Some(14_600), "12.1～14.6"),
    ),
    of_sex("1", range("3C015", None, Some(1_000), "1.00以下")),
    of_sex("2", range("3C015", None, Some(700), "0.70以下")),
    range("8A065", Some(60_000), None, "60以上"),
];

/// Qualitative results whose usual answer is a code: 1 is (－) in the list of urine tests, 2 is (±).
const QUALITATIVE: &[(&str, &str, &str)] = &[("1A010", "1", "（－）"), ("1A020", "1", "（－）")];

/// The range of an item for a person of this sex on the day of the checkup.
pub fn find(code: &str, sex: &str, day: Day) -> Option<&'static Range> {
    RANGES
        .iter()
        .filter(|range| code.starts_with(range.item) && range.from <= day.number())
        .filter(|range| range.sex.is_none_or(|only| only == sex))
        .max_by_key(|range| (range.item.len(), range.from))
}

/// The range of an item in words, for a table's column.
pub fn words(code: &str, sex: &str, day: Day) -> Option<&'static str> {
    let usual = QUALITATIVE.iter().find(|(item, ..)| code.starts_with(item));
    usual
        .map(|(.., words)| *words)
        .or_else(|| find(code, sex, day).map(|range| range.words))
}

/// How a result stands to the range of its day; none where there is no range, or it is no number.
pub fn judge(item: &CheckupItem, sex: &str, day: Day) -> Option<Judgement> {
    if let Some((_, usual, _)) = QUALITATIVE
        .iter()
        .find(|(code, ..)| item.code.starts_with(code))
    {
        let is_usual = item.value == *usual;
        return Some(if is_usual {
            Judgement::Within
        } else {
            Judgement::Abnormal
        });
    }
    let range = find(&item.code, sex, day)?;
    let value = item.thousandths()?;
    Some(if range.high.is_some_and(|high| value > high) {
        Judgement::High
    } else if range.low.is_some_and(|low| value < low) {
        Judgement::Low
    } else {
        Judgement::Within
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(code: &str, value: &str) -> CheckupItem {
        CheckupItem {
            code: code.to_owned(),
            value: value.to_owned(),
            ..CheckupItem::default()
        }
    }

    fn day(number: i64) -> Day {
        Day::from_number(number).unwrap()
    }

    #[test]
    fn a_result_is_judged_by_the_range_of_its_day_and_sex() {
        let told = |code, value, sex| judge(&item(code, value), sex, day(20_260_610));
        assert_eq!(
            told("3D046000001906202", "5.5", "2"),
            Some(Judgement::Within)
        );
        assert_eq!(told("3D046000001906202", "5.6", "2"), Some(Judgement::High));
        assert_eq!(told("3F070000002327101", "39", "1"), Some(Judgement::Low));
        assert_eq!(
            told("9N016160100000001", "86.0", "1"),
            Some(Judgement::High)
        );
        assert_eq!(
            told("9N016160100000001", "86.0", "2"),
            Some(Judgement::Within)
        );
        assert_eq!(
            told("1A010000000191111", "3", "1"),
            Some(Judgement::Abnormal)
        );
        assert_eq!(told("3D046000001906202", "測定不能", "1"), None);
        assert_eq!(told("9N701000000000011", "1", "1"), None);
    }

    #[test]
    fn triglycerides_at_any_time_have_a_range_of_their_own_from_its_day_on() {
        let at_any_time = item("3F015129902327101", "160");
        let told = |number| judge(&at_any_time, "1", day(number));
        assert_eq!(told(20_240_331), Some(Judgement::High));
        assert_eq!(told(20_240_401), Some(Judgement::Within));
    }
}

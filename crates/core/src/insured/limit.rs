//! The ceilings (限度額) of what a patient pays in a month, by band and day.
//!
//! A table with days, since the law changes them. From August 2026 we know the new figure of one
//! band; the others keep the old one and say so ([`Ceiling::certain`] is false), so that no screen
//! shows an old figure as if it were law.

use crate::clock::Day;

/// The ceiling of one band on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// The fixed part, in yen.
    pub base_yen: u32,
    /// The medical expense above which a share is added, in yen; 0 if none is.
    pub threshold_yen: u32,
    /// The share added, in percent; 0 if none is.
    pub percent: u32,
    /// The ceiling from the fourth month within a year (多数回該当), where the band has one.
    pub many_yen: Option<u32>,
    /// The ceiling of an outpatient alone, where the band has one.
    pub outpatient_yen: Option<u32>,
    /// In words.
    pub text_ja: String,
    /// Whether the figures are known to be those of the day.
    pub certain: bool,
}

impl Ceiling {
    /// What the patient pays at most for a month's medical expense, in yen.
    pub fn for_expense(&self, expense_yen: u64) -> u64 {
        let above = expense_yen.saturating_sub(u64::from(self.threshold_yen));
        // Rounded to the nearest yen, as the law says.
        let added = (above * u64::from(self.percent) + 50) / 100;
        u64::from(self.base_yen) + added
    }
}

/// A line of the table.
struct Row {
    band: &'static str,
    /// The first and the last day, `yyyymmdd`.
    from: i64,
    until: i64,
    base: u32,
    threshold: u32,
    many: u32,
    outpatient: u32,
    certain: bool,
    remark: &'static str,
}

/// Without an end.
const OPEN: i64 = 99_991_231;
/// The five bands below 70 years began.
const BELOW_70: i64 = 20_150_101;
/// The bands of those from 70 years with the income of the working, and the present ceilings of
/// outpatients, began.
const FROM_70: i64 = 20_180_801;
/// 一般Ⅱ and 一般Ⅰ began.
const LATE: i64 = 20_221_001;
/// The last day of the old figures.
const OLD: i64 = 20_260_731;
/// The first day of the new ones.
const NEW: i64 = 20_260_801;

const UNKNOWN: &str = "2026年8月からの新しい額を確認できていないため、改定前の額です。";
const BORDER: &str = "境界層の方です。保護を要しない下の区分の額を当てます。";
const WORKING_CAP: &str = "2026年8月から年間の上限（53万円）もあります。";

macro_rules! rows {
    ($( $band:literal $from:ident..$until:ident $base:literal $threshold:literal $many:literal
        $outpatient:literal $certain:literal $remark:expr; )*) => { &[ $( Row {
        band: $band, from: $from, until: $until, base: $base, threshold: $threshold,
        many: $many, outpatient: $outpatient, certain: $certain, remark: $remark,
    } ),* ] };
}

#[rustfmt::skip]
const TABLE: &[Row] = rows! {
    // band, days, base, threshold, 多数回 (0 none), outpatient (0 none), certain, remark
    "A01" BELOW_70..OLD 252_600 842_000 140_100 0 true "";
    "A01" NEW..OPEN     252_600 842_000 140_100 0 false UNKNOWN;
    "A02" BELOW_70..OLD 167_400 558_000 93_000 0 true "";
    "A02" NEW..OPEN     167_400 558_000 93_000 0 false UNKNOWN;
    "A03" BELOW_70..OLD 80_100 267_000 44_400 0 true "";
    // The threshold is the expense of which 30 % is the base, as in every band before.
    "A03" NEW..OPEN     85_800 286_000 44_400 0 true WORKING_CAP;
    "A04" BELOW_70..OLD 57_600 0 44_400 0 true "";
    "A04" NEW..OPEN     57_600 0 44_400 0 false UNKNOWN;
    "A05" BELOW_70..OLD 35_400 0 24_600 0 true "";
    "A05" NEW..OPEN     35_400 0 24_600 0 false UNKNOWN;
    "A06" BELOW_70..OLD 35_400 0 24_600 0 false BORDER;
    "A06" NEW..OPEN     35_400 0 24_600 0 false UNKNOWN;
    "B01" FROM_70..OLD  252_600 842_000 140_100 0 true "";
    "B01" NEW..OPEN     252_600 842_000 140_100 0 false UNKNOWN;
    "B02" FROM_70..OLD  167_400 558_000 93_000 0 true "";
    "B02" NEW..OPEN     167_400 558_000 93_000 0 false UNKNOWN;
    "B03" FROM_70..OLD  80_100 267_000 44_400 0 true "";
    "B03" NEW..OPEN     80_100 267_000 44_400 0 false UNKNOWN;
    "B04" FROM_70..OLD  57_600 0 44_400 18_000 true "";
    "B04" NEW..OPEN     57_600 0 44_400 18_000 false UNKNOWN;
    "B05" FROM_70..OLD  24_600 0 0 8_000 true "";
    "B05" NEW..OPEN     24_600 0 0 8_000 false UNKNOWN;
    "B06" FROM_70..OLD  15_000 0 0 8_000 true "";
    "B06" NEW..OPEN     15_000 0 0 8_000 false UNKNOWN;
    "B07" FROM_70..OLD  15_000 0 0 8_000 true "";
    "B07" NEW..OPEN     15_000 0 0 8_000 false UNKNOWN;
    "B08" FROM_70..OLD  15_000 0 0 8_000 false BORDER;
    "B08" NEW..OPEN     15_000 0 0 8_000 false UNKNOWN;
    "B09" LATE..OLD     57_600 0 44_400 18_000 true "";
    "B09" NEW..OPEN     57_600 0 44_400 18_000 false UNKNOWN;
    "B10" LATE..OLD     57_600 0 44_400 18_000 true "";
    "B10" NEW..OPEN     57_600 0 44_400 18_000 false UNKNOWN;
};

/// The ceiling of a band (OQSCD012) on a day; `None` if the band is unknown or did not exist.
pub fn ceiling(band: &str, day: Day) -> Option<Ceiling> {
    let day = day.number();
    let row = TABLE
        .iter()
        .find(|row| row.band == band && (row.from..=row.until).contains(&day))?;
    Some(Ceiling {
        base_yen: row.base,
        threshold_yen: row.threshold,
        percent: u32::from(row.threshold > 0),
        many_yen: (row.many > 0).then_some(row.many),
        outpatient_yen: (row.outpatient > 0).then_some(row.outpatient),
        text_ja: words(row),
        certain: row.certain,
    })
}

fn words(row: &Row) -> String {
    let mut text = format!("{}円", grouped(row.base));
    if row.threshold > 0 {
        text += &format!("＋（医療費－{}円）×1％", grouped(row.threshold));
    }
    if row.many > 0 {
        text += &format!("、多数回該当 {}円", grouped(row.many));
    }
    if row.outpatient > 0 {
        text += &format!("、外来（個人） {}円", grouped(row.outpatient));
    }
    if !row.remark.is_empty() {
        text += &format!("（{}）", row.remark.trim_end_matches('。'));
    }
    text
}

fn grouped(number: u32) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use onshi_wire::codes::LimitBand;

    fn on(band: &str, day: i64) -> Option<Ceiling> {
        ceiling(band, Day::from_number(day).unwrap())
    }

    #[test]
    fn the_middle_band_changed_in_august_2026() {
        let old = on("A03", 20_260_731).unwrap();
        assert_eq!(
            (old.base_yen, old.threshold_yen, old.percent),
            (80_100, 267_000, 1)
        );
        assert_eq!(
            old.text_ja,
            "80,100円＋（医療費－267,000円）×1％、多数回該当 44,400円"
        );
        assert!(old.certain);
        assert_eq!(old.for_expense(1_000_000), 87_430);
        assert_eq!(old.for_expense(100_000), 80_100);
        let new = on("A03", 20_260_801).unwrap();
        assert_eq!(
            (new.base_yen, new.many_yen, new.certain),
            (85_800, Some(44_400), true)
        );
        assert_eq!(new.for_expense(1_000_000), 92_940);
    }

    #[test]
    fn what_is_not_known_is_marked() {
        for band in LimitBand::ALL {
            let code = band.code();
            let now = on(code, 20_261_122).unwrap();
            assert_eq!(now.certain, code == "A03", "{code}");
            let sure = now.text_ja.contains("確認できていない");
            assert_eq!(sure, !now.certain, "{code}");
            assert!(on(code, 20_250_401).is_some(), "{code}");
        }
    }

    #[test]
    fn every_band_has_one_row_a_day_without_holes() {
        for band in LimitBand::ALL {
            let rows: Vec<_> = TABLE.iter().filter(|row| row.band == band.code()).collect();
            assert_eq!(rows.last().unwrap().until, OPEN);
            for pair in rows.windows(2) {
                let day = Day::from_number(pair[0].until).unwrap();
                assert_eq!(day.plus_days(1).number(), pair[1].from);
            }
            for row in rows.iter().filter(|row| row.threshold > 0) {
                assert_eq!(row.base * 10, row.threshold * 3, "30 % of the threshold");
            }
        }
    }

    #[test]
    fn bands_that_are_not_are_none() {
        assert_eq!(on("C01", 20_261_122), None);
        assert_eq!(on("B09", 20_220_930), None);
        assert_eq!(on("A01", 20_141_231), None);
    }
}

//! How an answer looks: colour, sign and words, by the day for which it is true.
//!
//! Green says "as it is now". So an answer for another day than the one on which it is read is
//! never green, and its words begin with that day.

use crate::web::eligibility::view::ResultTone;
use onshi_core::clock::Day;
use onshi_core::eligibility::day::{Lies, lies};
use onshi_wire::codes;

/// The days that decide how an answer looks.
#[derive(Clone, Copy, Debug)]
pub(in crate::web) struct Days {
    /// The day for which was asked (資格確認日).
    pub(in crate::web) asked_for: Day,
    /// The day on which was asked.
    pub(in crate::web) asked_on: Day,
    /// The day on which it is read.
    pub(in crate::web) read_on: Day,
}

impl Days {
    /// Whether the answer is one for the day on which it is read, and of that day.
    pub(in crate::web) fn is_of_today(self) -> bool {
        self.asked_for == self.read_on && self.asked_on == self.read_on
    }

    pub(in crate::web) fn is_prospect(self) -> bool {
        lies(self.asked_for, self.asked_on) == Lies::Future
    }
}

/// How a validity looks.
pub(in crate::web) fn verdict(validity: &str, has_notice: bool, days: Days) -> ResultTone {
    match validity {
        "1" if has_notice || !days.is_of_today() => ResultTone::Look,
        "1" => ResultTone::Good,
        "6" => ResultTone::Look,
        "2" | "3" => ResultTone::Bad,
        _ => ResultTone::Unclear,
    }
}

/// 資格有効性 in words, without a day.
pub(in crate::web) fn word(validity: &str) -> String {
    codes::label("OQSCD006", validity)
        .unwrap_or("確認できませんでした")
        .to_owned()
}

/// 資格有効性 in words; of a day to come, that it is a prospect.
pub(in crate::web) fn word_of(validity: &str, days: Days) -> String {
    let word = word(validity);
    let known = matches!(validity, "1" | "2" | "3" | "6");
    if !days.is_prospect() || !known {
        return word;
    }
    match validity {
        "6" => "有効の見込み（未登録）".to_owned(),
        "3" => "無効の見込み（新しい資格あり）".to_owned(),
        _ => format!("{word}の見込み"),
    }
}

/// The headline: with its day, unless that is today.
pub(in crate::web) fn headline(validity: &str, days: Days) -> String {
    let word = word_of(validity, days);
    if days.is_of_today() {
        return word;
    }
    let day = days.asked_for.words();
    if days.is_prospect() {
        format!("{day}に{word}")
    } else {
        format!("{day}時点で{word}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(asked_for: i64, asked_on: i64, read_on: i64) -> Days {
        let day = |number| Day::from_number(number).expect("a day");
        Days {
            asked_for: day(asked_for),
            asked_on: day(asked_on),
            read_on: day(read_on),
        }
    }

    #[test]
    fn green_is_for_today_alone() {
        let today = days(20_261_125, 20_261_125, 20_261_125);
        assert_eq!(verdict("1", false, today), ResultTone::Good);
        assert_eq!(headline("1", today), "有効");
        let others = [
            // For another day.
            (
                days(20_261_001, 20_261_125, 20_261_125),
                "2026年10月1日時点で有効",
            ),
            (
                days(20_261_210, 20_261_125, 20_261_125),
                "2026年12月10日に有効の見込み",
            ),
            // Read on the day after, by going back to it.
            (
                days(20_261_125, 20_261_125, 20_261_126),
                "2026年11月25日時点で有効",
            ),
            // A prospect stays one when its day has come.
            (
                days(20_261_126, 20_261_125, 20_261_126),
                "2026年11月26日に有効の見込み",
            ),
        ];
        for (days, words) in others {
            assert_eq!(verdict("1", false, days), ResultTone::Look, "{days:?}");
            assert_eq!(headline("1", days), words);
        }
        assert_eq!(verdict("1", true, today), ResultTone::Look);
        let lost = days(20_261_001, 20_261_125, 20_261_125);
        assert_eq!(verdict("2", true, lost), ResultTone::Bad);
        assert_eq!(headline("4", lost), "2026年10月1日時点で該当資格なし");
    }
}

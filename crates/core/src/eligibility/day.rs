//! 資格確認日: the day for which is asked, seen from the day on which is asked.
//!
//! What insurers know of a day to come is a prospect and no fact, and an answer for another day is
//! easily taken for one of today. So every answer knows which of the three it is, and days that
//! nobody at a reception means (a slip of the year, 9999) are refused before anybody is looked up.

use crate::clock::Day;
use crate::rules::CheckRules;
use std::cmp::Ordering;

/// How the day that is asked for lies to the day on which is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lies {
    /// Before it.
    Past,
    /// The same day.
    Today,
    /// After it.
    Future,
}

/// Where a day lies.
pub fn lies(day: Day, today: Day) -> Lies {
    match day.cmp(&today) {
        Ordering::Less => Lies::Past,
        Ordering::Equal => Lies::Today,
        Ordering::Greater => Lies::Future,
    }
}

/// Whether a check may ask for the day. If not, says for which days it may, in words for the person.
pub fn within_reach(rules: &CheckRules, day: Day, today: Day) -> Result<(), String> {
    // Every check comes here, and nearly every one asks for today.
    if day == today {
        return Ok(());
    }
    let first = today.plus_days(-rules.days_back);
    let last = today.plus_days(rules.days_ahead);
    if (first..=last).contains(&day) {
        return Ok(());
    }
    Err(format!(
        "資格確認日（{}）は、確認できる期間（{}から{}まで）の外です。",
        day.words(),
        first.words(),
        last.words()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i64) -> Day {
        Day::from_number(number).expect("a day of the calendar")
    }

    #[test]
    fn days_beyond_the_bounds_are_refused_with_the_days_that_are_not() {
        let rules = CheckRules {
            days_ahead: 30,
            days_back: 365,
        };
        let today = day(20_261_125);
        for near in [20_261_125, 20_261_225, 20_251_125, 20_261_124, 20_261_126] {
            assert_eq!(within_reach(&rules, day(near), today), Ok(()), "{near}");
        }
        for far in [20_261_226, 20_251_124, 18_680_101, 99_991_231, 20_161_125] {
            let words = within_reach(&rules, day(far), today).expect_err("too far");
            assert!(
                words.contains("2025年11月25日から2026年12月25日まで"),
                "{words}"
            );
            assert!(words.contains(&day(far).words()), "{words}");
        }
    }

    #[test]
    fn a_day_lies_before_on_or_after_the_day_of_asking() {
        let today = day(20_270_101);
        assert_eq!(lies(day(20_261_231), today), Lies::Past);
        assert_eq!(lies(today, today), Lies::Today);
        assert_eq!(lies(day(20_270_102), today), Lies::Future);
    }
}

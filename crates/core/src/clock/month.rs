//! A month of the calendar (診療年月 and the like), as claims and periods count.

use super::Day;

/// A month, kept as the number `yyyymm` so that both databases order it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i64);

impl Month {
    /// Takes `yyyymm` when it is a month of the calendar.
    pub fn from_number(number: i64) -> Option<Month> {
        Day::from_number(number * 100 + 1).map(|_| Month(number))
    }

    /// Reads `202611`.
    pub fn parse(text: &str) -> Option<Month> {
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Month::from_number(text.parse().ok()?)
    }

    /// The month that a day lies in.
    pub const fn of(day: Day) -> Month {
        Month(day.number() / 100)
    }

    /// `yyyymm` as a number.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The month so many months later (earlier, when negative).
    #[must_use]
    pub const fn plus(self, months: i64) -> Month {
        let count = self.0 / 100 * 12 + self.0 % 100 - 1 + months;
        Month(count.div_euclid(12) * 100 + count.rem_euclid(12) + 1)
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        Day::from_number(self.0 * 100 + 1).unwrap_or(Day::MEIJI)
    }

    /// Its last day.
    pub fn last_day(self) -> Day {
        self.plus(1).first_day().plus_days(-1)
    }

    /// `2026年11月`.
    pub fn words(self) -> String {
        format!("{}年{}月", self.0 / 100, self.0 % 100)
    }

    /// `202611`, the six digits of the specification's months.
    pub fn six(self) -> String {
        format!("{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_over_the_year() {
        let month = |number| Month::from_number(number).unwrap();
        assert_eq!(month(202_611).plus(2), month(202_701));
        assert_eq!(month(202_611).plus(-36), month(202_311));
        assert_eq!(month(202_601).plus(-1), month(202_512));
        assert_eq!(month(202_402).last_day().number(), 20_240_229);
        assert_eq!(Month::parse("202613"), None);
        assert_eq!(Month::parse("2026-1"), None);
    }
}

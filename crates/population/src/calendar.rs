//! Days as plain numbers: quick to add to and to compare, and printed as `yyyymmdd`.

use onshi_core::Day;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Date(i32);

impl Date {
    /// The day of this year, month and day; a day that the month does not have is counted on
    /// into the next (a 75th birthday on 29 February is 1 March).
    pub(super) fn of(year: i32, month: i32, day: i32) -> Date {
        // The years begin in March, so that the leap day is the last of its year.
        let (year, month) = if month <= 2 {
            (year - 1, month + 9)
        } else {
            (year, month - 3)
        };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Date(era * 146_097 + day_of_era - 719_468)
    }

    pub(super) fn of_day(day: Day) -> Date {
        let number = i32::try_from(day.number()).unwrap_or(20_260_101);
        Date::of(number / 10_000, number / 100 % 100, number % 100)
    }

    /// The same day as the rules have it.
    pub(super) fn day(self) -> Day {
        let (year, month, day) = self.parts();
        let number = i64::from(year * 10_000 + month * 100 + day);
        Day::from_number(number).unwrap_or(Day::MEIJI)
    }

    /// Year, month, day.
    pub(super) fn parts(self) -> (i32, i32, i32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let year = year_of_era + era * 400;
        if month < 10 {
            (year, month + 3, day)
        } else {
            (year + 1, month - 9, day)
        }
    }

    pub(super) fn plus(self, days: i32) -> Date {
        Date(self.0 + days)
    }

    /// Days from `earlier` to this day.
    pub(super) fn since(self, earlier: Date) -> i32 {
        self.0 - earlier.0
    }

    /// The same day of the year, so many years later.
    pub(super) fn plus_years(self, years: i32) -> Date {
        let (year, month, day) = self.parts();
        if (month, day) == (2, 29) && Date::of(year + years, 3, 1).plus(-1).parts().2 == 28 {
            return Date::of(year + years, 3, 1);
        }
        Date::of(year + years, month, day)
    }

    /// The first day of the month so many months later.
    pub(super) fn first_of_month(self, months: i32) -> Date {
        let (year, month, _) = self.parts();
        let count = year * 12 + month - 1 + months;
        Date::of(count.div_euclid(12), count.rem_euclid(12) + 1, 1)
    }

    /// The last 1 August: the day from which ratios and bands hold for a year.
    pub(super) fn last_august(self) -> Date {
        let (year, month, _) = self.parts();
        Date::of(if month < 8 { year - 1 } else { year }, 8, 1)
    }

    /// Whole years of age on `today` of one born on this day.
    pub(super) fn age_on(self, today: Date) -> i32 {
        let (year, ..) = self.parts();
        let years = today.parts().0 - year;
        years - i32::from(self.plus_years(years) > today)
    }

    pub(super) fn text(self) -> String {
        let (year, month, day) = self.parts();
        let number = year * 10_000 + month * 100 + day;
        number.to_string()
    }

    /// `yyyymm`.
    pub(super) fn month_text(self) -> String {
        let (year, month, _) = self.parts();
        (year * 100 + month).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_agree_with_the_calendar_of_the_rules() {
        let mut day = Day::from_number(19_200_101).unwrap();
        let mut date = Date::of(1920, 1, 1);
        while day.number() < 20_500_101 {
            assert_eq!(date.text(), day.number().to_string());
            assert_eq!(Date::of_day(day), date);
            (day, date) = (day.plus_days(13), date.plus(13));
        }
        assert_eq!(day.number().to_string(), date.text());
    }

    #[test]
    fn birthdays_and_ages() {
        let leap = Date::of(1952, 2, 29);
        assert_eq!(leap.plus_years(75).text(), "20270301");
        assert_eq!(leap.plus_years(76).text(), "20280229");
        assert_eq!(leap.age_on(Date::of(2027, 2, 28)), 74);
        assert_eq!(leap.age_on(Date::of(2027, 3, 1)), 75);
        assert_eq!(Date::of(2026, 11, 22).last_august().text(), "20260801");
        assert_eq!(Date::of(2026, 7, 31).last_august().text(), "20250801");
        assert_eq!(Date::of(2026, 11, 22).first_of_month(2).text(), "20270101");
    }
}

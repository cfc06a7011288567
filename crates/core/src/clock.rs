//! Time as the rules see it: an argument, never a look at the clock.

mod month;

pub use month::Month;

use jiff::{Timestamp, civil, tz};

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// A calendar day in Japan, kept as the number `yyyymmdd` so that both databases order it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

/// Reads the system's clock. Only the edges of the program call this; rules are given a moment.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the clock"
)]
pub fn now() -> Moment {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

impl Moment {
    /// Takes milliseconds since the epoch.
    pub const fn from_ms(ms: i64) -> Moment {
        Moment(ms)
    }

    /// Milliseconds since the epoch.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The moment this many seconds later (earlier, when negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Moment {
        Moment(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to this moment; negative when it is not earlier.
    pub const fn seconds_since(self, earlier: Moment) -> i64 {
        (self.0 - earlier.0) / 1000
    }

    /// Whole seconds that are still to pass before `self`, rounded up.
    pub const fn seconds_until_from(self, now: Moment) -> i64 {
        (self.0 - now.0 + 999) / 1000
    }

    fn jst(self) -> civil::DateTime {
        let zone = tz::TimeZone::fixed(tz::offset(9));
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        stamp.to_zoned(zone).datetime()
    }

    /// The day in Japan that this moment falls on.
    pub fn jst_day(self) -> Day {
        Day::of_civil(self.jst().date())
    }

    /// `2026年11月22日 9時05分`, as a person reads it.
    pub fn jst_words(self) -> String {
        let t = self.jst();
        format!(
            "{}年{}月{}日 {}時{:02}分",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute()
        )
    }

    /// `9時05分`: the time of day in Japan.
    pub fn jst_time_words(self) -> String {
        let t = self.jst();
        format!("{}時{:02}分", t.hour(), t.minute())
    }

    /// `2026-11-22 09:05:07`, for tables and CSV.
    pub fn jst_table(self) -> String {
        let t = self.jst();
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }

    /// `20261122090507`: the fourteen digits of the specification's times.
    pub fn jst_fourteen(self) -> String {
        let t = self.jst();
        format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }

    /// Reads them back.
    pub fn parse_fourteen(text: &str) -> Option<Moment> {
        if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let day = Day::parse(&text[..8])?;
        let part = |at: usize| text[at..at + 2].parse::<i64>().ok();
        let (hours, minutes, seconds) = (part(8)?, part(10)?, part(12)?);
        let within = hours < 24 && minutes < 60 && seconds < 60;
        within.then(|| {
            day.start()
                .plus_seconds(hours * 3600 + minutes * 60 + seconds)
        })
    }

    /// Reads the value of an HTML `datetime-local` field (`2026-11-22T09:05`) as time in Japan.
    pub fn from_local_field(text: &str) -> Option<Moment> {
        let zone = tz::TimeZone::fixed(tz::offset(9));
        let t: civil::DateTime = text.parse().ok()?;
        Some(Moment(t.to_zoned(zone).ok()?.timestamp().as_millisecond()))
    }

    /// The value for an HTML `datetime-local` field.
    pub fn local_field(self) -> String {
        let t = self.jst();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute()
        )
    }
}

impl Day {
    /// 明治元年1月1日, from which eras have dates: nobody is older, and no day before it is meant.
    pub const MEIJI: Day = Day(18_680_101);

    fn of_civil(date: civil::Date) -> Day {
        Day(i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day()))
    }

    fn civil(self) -> Option<civil::Date> {
        let (year, month, day) = (self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        civil::Date::new(
            year.try_into().ok()?,
            month.try_into().ok()?,
            day.try_into().ok()?,
        )
        .ok()
    }

    /// Takes `yyyymmdd` when it is a day of the calendar.
    pub fn from_number(number: i64) -> Option<Day> {
        let day = Day(number);
        day.civil().map(|_| day)
    }

    /// Reads `20261122` or `2026-11-22`.
    pub fn parse(text: &str) -> Option<Day> {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Day::from_number(digits.parse().ok()?)
    }

    /// `yyyymmdd` as a number.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The day this many days later (earlier, when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Day {
        self.civil()
            .and_then(|date| date.checked_add(jiff::Span::new().days(days)).ok())
            .map_or(self, Day::of_civil)
    }

    /// Midnight in Japan at the start of this day.
    pub fn start(self) -> Moment {
        let zone = tz::TimeZone::fixed(tz::offset(9));
        let ms = self
            .civil()
            .and_then(|date| date.to_zoned(zone).ok())
            .map_or(0, |zoned| zoned.timestamp().as_millisecond());
        Moment(ms)
    }

    /// `2026-11-22`, the value of an HTML date field.
    pub fn dashed(self) -> String {
        format!(
            "{:04}-{:02}-{:02}",
            self.0 / 10_000,
            self.0 / 100 % 100,
            self.0 % 100
        )
    }

    /// `2026年11月22日`.
    pub fn words(self) -> String {
        format!(
            "{}年{}月{}日",
            self.0 / 10_000,
            self.0 / 100 % 100,
            self.0 % 100
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_japan_begins_nine_hours_before_the_day_in_greenwich() {
        let just_before = Moment::from_ms(1_795_359_600_000 - 1);
        let midnight = Moment::from_ms(1_795_359_600_000);
        assert_eq!(
            just_before.jst_day().number() + 1,
            midnight.jst_day().number()
        );
        assert_eq!(midnight.jst_day().start(), midnight);
    }

    #[test]
    fn days_that_the_calendar_does_not_have_are_no_days() {
        assert_eq!(Day::parse("20260230"), None);
        assert_eq!(Day::parse("2026-02-28").map(Day::number), Some(20_260_228));
        assert_eq!(
            Day::parse("20240228").map(|d| d.plus_days(2).number()),
            Some(20_240_301)
        );
    }

    #[test]
    fn a_local_field_reads_back() {
        let moment = Moment::from_local_field("2026-11-22T09:05");
        assert_eq!(
            moment.map(Moment::local_field).as_deref(),
            Some("2026-11-22T09:05")
        );
        assert_eq!(
            moment.map(Moment::jst_fourteen).as_deref(),
            Some("20261122090500")
        );
    }
}

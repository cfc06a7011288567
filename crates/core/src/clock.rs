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
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        tz::offset(9).to_datetime(stamp)
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
        let [hour, minute, second] = [t.hour(), t.minute(), t.second()].map(i64::from);
        let time = hour * 10_000 + minute * 100 + second;
        digits::<14>(Day::of_civil(t.date()).0 * 1_000_000 + time)
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

/// The last so many digits of a number, with zeros before it. Every answer has several such texts.
fn digits<const N: usize>(number: i64) -> String {
    let (mut left, mut text) = (number.unsigned_abs(), [b'0'; N]);
    for digit in text.iter_mut().rev() {
        *digit += (left % 10) as u8;
        left /= 10;
    }
    String::from_utf8_lossy(&text).into_owned()
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
        let (mut count, mut number) = (0, 0);
        for byte in text.bytes().filter(|byte| *byte != b'-') {
            if !byte.is_ascii_digit() || count == 8 {
                return None;
            }
            count += 1;
            number = number * 10 + i64::from(byte - b'0');
        }
        (count == 8).then_some(number).and_then(Day::from_number)
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
        let midnight = self.civil().map(|date| date.at(0, 0, 0, 0));
        let stamp = midnight.and_then(|at| tz::offset(9).to_timestamp(at).ok());
        Moment(stamp.map_or(0, Timestamp::as_millisecond))
    }

    /// `20261122`: the eight digits of the specification's days.
    pub fn eight(self) -> String {
        digits::<8>(self.0)
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
    fn a_day_is_eight_digits_and_nothing_else() {
        for bad in [
            "",
            "2026112",
            "202611222",
            "2026112２",
            "2026-11-2a",
            "+2026112",
        ] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
        let day = Day::parse("20261122").map(Day::eight);
        assert_eq!(day.as_deref(), Some("20261122"));
        assert_eq!(Day::MEIJI.eight(), "18680101");
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

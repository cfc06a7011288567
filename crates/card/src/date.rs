//! Days as the card and its certificates write them: `YYYYMMDD`, and with the year of the era (和暦).

use jiff::civil;
use jiff::{Span, tz};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A calendar day in Japan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(civil::Date);

/// The eras (元号), the latest first: the first day, and the digit by which certificates name it.
const ERAS: [(i16, i8, i8, u8); 5] = [
    (2019, 5, 1, 5),
    (1989, 1, 8, 4),
    (1926, 12, 25, 3),
    (1912, 7, 30, 2),
    (1868, 1, 25, 1),
];

impl Date {
    /// Reads `YYYYMMDD`; `None` if it is no day of the calendar.
    pub fn parse(text: &str) -> Option<Date> {
        if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let year = text[..4].parse().ok()?;
        let (month, day) = (text[4..6].parse().ok()?, text[6..].parse().ok()?);
        civil::Date::new(year, month, day).ok().map(Date)
    }

    /// `YYYYMMDD`.
    pub fn text(self) -> String {
        let day = self.0;
        format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
    }

    /// The year of the calendar.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The day this many days later (earlier, when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Date {
        Date(self.0.saturating_add(Span::new().days(days)))
    }

    /// The day this many months later (earlier, when negative); the month's last where it is shorter.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Date {
        Date(self.0.saturating_add(Span::new().months(months)))
    }

    /// The birthday of this age. Whoever was born on 29 February has it on 28 February elsewhere.
    #[must_use]
    pub fn birthday(self, age: i64) -> Date {
        Date(self.0.saturating_add(Span::new().years(age)))
    }

    /// Full years from a birth to this day.
    pub fn age_of(self, born: Date) -> i64 {
        let years = i64::from(self.year()) - i64::from(born.year());
        years - i64::from(born.birthday(years) > self)
    }

    /// The number of the era (明治 1 to 令和 5) and the year within it; `None` before 明治.
    pub fn era(self) -> Option<(u8, u8)> {
        let found = ERAS.iter().find(|(year, month, day, _)| {
            (self.0.year(), self.0.month(), self.0.day()) >= (*year, *month, *day)
        });
        let (first, _, _, number) = found?;
        Some((*number, u8::try_from(self.0.year() - first + 1).ok()?))
    }

    /// `YYMMDD` with the year of the era: how the card's 照合番号 and 生年月日 keys have a birth.
    /// `None` before 明治, or past the 99th year of an era.
    pub fn era_six(self) -> Option<String> {
        let (_, year) = self.era()?;
        let text = format!("{year:02}{:02}{:02}", self.0.month(), self.0.day());
        (text.len() == 6).then_some(text)
    }

    /// `EYYYYMMDD`: the era's number before the day, as 署名用証明書 have a birth.
    pub fn era_nine(self) -> Option<String> {
        let (number, _) = self.era()?;
        Some(format!("{number}{}", self.text()))
    }

    /// Seconds since 1970 at this time of the day in Japan.
    pub fn at(self, hour: i8, minute: i8, second: i8) -> i64 {
        let zone = tz::TimeZone::fixed(tz::offset(9));
        let moment = self.0.at(hour, minute, second, 0).to_zoned(zone);
        moment.map_or(0, |moment| moment.timestamp().as_second())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Date, String> {
        Date::parse(&text).ok_or_else(|| format!("no day: {text}"))
    }
}

impl From<Date> for String {
    fn from(day: Date) -> String {
        day.text()
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn eras_change_within_the_year() {
        for (text, six, nine) in [
            ("19800217", "550217", "319800217"),
            ("19890107", "640107", "319890107"),
            ("19890108", "010108", "419890108"),
            ("20190430", "310430", "420190430"),
            ("20190501", "010501", "520190501"),
            ("19120729", "450729", "119120729"),
        ] {
            assert_eq!(day(text).era_six().as_deref(), Some(six));
            assert_eq!(day(text).era_nine().as_deref(), Some(nine));
        }
        assert_eq!(day("18500101").era_six(), None);
    }

    #[test]
    fn ages_and_birthdays() {
        let born = day("20040229");
        assert_eq!(born.birthday(18), day("20220228"));
        assert_eq!(day("20220227").age_of(born), 17);
        assert_eq!(day("20220228").age_of(born), 18);
        assert_eq!(Date::parse("20230229"), None);
        assert_eq!(Date::parse("2023-2-1"), None);
    }

    #[test]
    fn the_end_of_a_day_is_japans() {
        // 2030-02-17T14:59:59Z, as certificates of the real authority end.
        assert_eq!(day("20300217").at(23, 59, 59), 1_897_570_799);
    }
}

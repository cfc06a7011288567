//! What programs are told of a route that will go: since when it is not to be used any more (`Deprecation`, RFC 9745), when it
//! goes (`Sunset`, RFC 8594), and where that is written down. It is a part of the route's line.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use cookie::time::{Date, Month, OffsetDateTime, Time};

/// A day of the calendar, of which the header names the first moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarDay(pub i32, pub u8, pub u8);

/// That a route will go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// Since when it is not to be used in new programs.
    pub since: CalendarDay,
    /// From when on it may be gone.
    pub sunset: CalendarDay,
    /// What to use instead.
    pub instead: &'static str,
}

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

impl CalendarDay {
    fn begins(self) -> Option<OffsetDateTime> {
        let CalendarDay(year, month, day) = self;
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        Some(date.with_time(Time::MIDNIGHT).assume_utc())
    }

    /// `@1795824000`: a date of structured fields (RFC 9651).
    fn structured(self) -> Option<String> {
        Some(format!("@{}", self.begins()?.unix_timestamp()))
    }

    /// `Sun, 28 Nov 2027 00:00:00 GMT`: a date of HTTP (RFC 9110).
    fn http(self) -> Option<String> {
        let at = self.begins()?;
        let (weekday, month) = (at.weekday().to_string(), at.month().to_string());
        let (weekday, month) = (weekday.get(..3)?, month.get(..3)?);
        let (day, year) = (at.day(), at.year());
        Some(format!(
            "{weekday}, {day:02} {month} {year:04} 00:00:00 GMT"
        ))
    }
}

impl Deprecation {
    /// Says it in an answer's headers.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let link = "</onshi/v1/docs>; rel=\"deprecation\"; type=\"text/html\"";
        let told = [
            (DEPRECATION, self.since.structured()),
            (SUNSET, self.sunset.http()),
            (header::LINK, Some(link.to_owned())),
        ];
        for (name, value) in told {
            let value = value.and_then(|value| HeaderValue::try_from(value).ok());
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_days_are_told_as_their_rfc_has_them() {
        let going = Deprecation {
            since: CalendarDay(2026, 11, 28),
            sunset: CalendarDay(2027, 11, 28),
            instead: "/onshi/v1/messages/OQSsiquc01",
        };
        let mut headers = HeaderMap::new();
        going.tell(&mut headers);
        assert_eq!(headers["deprecation"], "@1795824000");
        assert_eq!(headers["sunset"], "Sun, 28 Nov 2027 00:00:00 GMT");
        let link = headers["link"].to_str().unwrap();
        assert!(link.contains("rel=\"deprecation\""), "{link}");
    }

    #[test]
    fn every_day_of_the_list_of_routes_is_one_and_a_year_lies_between() {
        for route in crate::routes::CENTRE.iter().chain(crate::routes::PORTAL) {
            let Some(going) = route.deprecation else {
                continue;
            };
            let (since, sunset) = (going.since.begins(), going.sunset.begins());
            let days = (sunset.unwrap() - since.unwrap()).whole_days();
            assert!(days >= 365, "{}: {days} days", route.path);
        }
    }
}

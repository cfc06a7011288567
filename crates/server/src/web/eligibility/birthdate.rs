//! A birthdate as it stands on a card: in years of an era (和暦) or of the common reckoning.
//!
//! Most cards give the era. Whoever has to convert it at the counter makes mistakes and keeps
//! people waiting, so both are taken as they are.

use onshi_core::clock::Day;
use onshi_wire::numbers::narrowed;

/// Letter, first character, name, the first day and the first day after it.
const ERAS: [(char, char, &str, i64, i64); 5] = [
    ('M', '明', "明治", 18_681_023, 19_120_730),
    ('T', '大', "大正", 19_120_730, 19_261_225),
    ('S', '昭', "昭和", 19_261_225, 19_890_108),
    ('H', '平', "平成", 19_890_108, 20_190_501),
    ('R', '令', "令和", 20_190_501, i64::MAX),
];

/// What a person is told whose entry is no date.
pub(in crate::web) const WRONG: &str =
    "生年月日を、19750502（西暦）か S50.5.2、3500502（和暦）のように入力してください。";

/// Reads seven digits as receipts have them: the number of the era, then year, month and day.
fn seven_digits(text: &str) -> Option<String> {
    let digits = text.len() == 7 && text.bytes().all(|b| b.is_ascii_digit());
    let (era, rest) = text.split_at_checked(1).filter(|_| digits)?;
    let place: usize = era.parse().ok()?;
    let (letter, ..) = ERAS.get(place.checked_sub(1)?)?;
    Some(format!("{letter}{rest}"))
}

/// Reads `3500502`, `19750502`, `1975-5-2`, `1975年5月2日`, `S50.5.2`, `S500502`, `昭和50年5月2日`.
pub(in crate::web) fn read(text: &str) -> Option<Day> {
    let text: String = narrowed(text).split_whitespace().collect();
    let text = seven_digits(&text).unwrap_or(text);
    let first = text.chars().next()?.to_ascii_uppercase();
    let era = ERAS
        .iter()
        .find(|(letter, sign, ..)| first == *letter || first == *sign);
    let Some((_, _, name, begin, end)) = era else {
        let (year, month, day) = parts(&text, 4)?;
        let number = year * 10_000 + month * 100 + day;
        let named = number >= ERAS[0].3;
        return named.then(|| Day::from_number(number)).flatten();
    };
    let rest = text
        .strip_prefix(name)
        .unwrap_or(&text[first_length(&text)..]);
    // The first year of an era is called 元.
    let rest = rest.replacen('元', "1", 1);
    let (year, month, day) = parts(&rest, 2)?;
    let number = (begin / 10_000 + year - 1) * 10_000 + month * 100 + day;
    let inside = year > 0 && (*begin..*end).contains(&number);
    inside.then(|| Day::from_number(number)).flatten()
}

/// The year in its era, `昭和50年`; none before the first era.
pub(in crate::web) fn era_year(day: Day) -> Option<String> {
    let number = day.number();
    let (_, _, name, begin, _) = ERAS
        .iter()
        .find(|(.., begin, end)| (*begin..*end).contains(&number))?;
    let year = number / 10_000 - begin / 10_000 + 1;
    Some(match year {
        1 => format!("{name}元年"),
        year => format!("{name}{year}年"),
    })
}

/// The age on a day, as the calendar counts it.
pub(in crate::web) fn age(born: Day, on: Day) -> i64 {
    (on.number() / 10_000
        - born.number() / 10_000
        - i64::from(on.number() % 10_000 < born.number() % 10_000))
    .max(0)
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Year, month and day, parted by signs or, with two digits for month and day, by nothing.
fn parts(text: &str, year_digits: usize) -> Option<(i64, i64, i64)> {
    let sign = |c: char| matches!(c, '.' | '-' | '/' | '年' | '月' | '・' | '．' | '－' | '／');
    let text = text.strip_suffix('日').unwrap_or(text);
    let number = |text: &str| -> Option<i64> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    if text.len() == year_digits + 4 && number(text).is_some() {
        let (year, rest) = text.split_at(year_digits);
        let (month, day) = rest.split_at(2);
        return Some((number(year)?, number(month)?, number(day)?));
    }
    let parts: Vec<&str> = text.split(sign).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    if year.len() > year_digits || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Some((number(year)?, number(month)?, number(day)?))
}

#[cfg(test)]
mod tests {
    use super::{age, era_year, read};
    use onshi_core::clock::Day;

    fn number(text: &str) -> Option<i64> {
        read(text).map(|day| day.number())
    }

    #[test]
    fn a_date_is_read_as_it_stands_on_the_card() {
        for text in [
            "19750502",
            "1975-05-02",
            "1975/5/2",
            "1975年5月2日",
            "S50.5.2",
            "s50.05.02",
            "S500502",
            "昭和50年5月2日",
            "昭50.5.2",
            "昭和 50年 5月 2日",
            "Ｓ５０．５．２",
            "昭和５０年５月２日",
            "3500502",
            "３５００５０２",
        ] {
            assert_eq!(number(text), Some(19_750_502), "{text}");
        }
        assert_eq!(number("令和元年5月1日"), Some(20_190_501));
        assert_eq!(number("R010501"), Some(20_190_501));
        assert_eq!(number("S64.1.7"), Some(19_890_107));
        assert_eq!(number("H1.1.8"), Some(19_890_108));
        assert_eq!(number("大正15年12月24日"), Some(19_261_224));
        assert_eq!(number("M45.7.29"), Some(19_120_729));
    }

    #[test]
    fn a_birthdate_has_a_year_of_its_era_and_an_age() {
        let day = |number| Day::from_number(number).expect("a day");
        for (number, words) in [
            (19_750_502, "昭和50年"),
            (19_890_107, "昭和64年"),
            (19_890_108, "平成元年"),
            (20_190_501, "令和元年"),
            (20_261_125, "令和8年"),
            (19_120_729, "明治45年"),
        ] {
            assert_eq!(era_year(day(number)).as_deref(), Some(words));
        }
        assert_eq!(era_year(day(18_000_101)), None);
        assert_eq!(age(day(19_750_502), day(20_260_501)), 50);
        assert_eq!(age(day(19_750_502), day(20_260_502)), 51);
        assert_eq!(age(day(20_261_125), day(20_261_125)), 0);
    }

    #[test]
    fn what_is_no_date_of_its_era_is_none() {
        for text in [
            "",
            "S",
            "昭和",
            "日",
            "1975",
            "19750230",
            "197552",
            "0500502",
            "6010502",
            "9999999",
            "3640108",
            "350050",
            "S64.1.8",
            "H0.5.1",
            "H31.5.1",
            "X50.5.2",
            "50.5.2",
            "S50.5",
            "S50.5.2.1",
            "昭和-1年5月2日",
            "S50.13.1",
            "元年5月1日",
            "99999999999999999999",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}

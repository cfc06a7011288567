//! Whether a value may stand in its element.

use crate::characters::turns_writing;
use crate::problem::ProblemCode;
use crate::shape::{Field, Kind, NOT_PUBLIC, Need, View};

/// What is wrong with a value: which kind of problem, and what is wanted in both languages.
pub(crate) struct Wrong {
    pub code: ProblemCode,
    pub ja: String,
    pub en: String,
}

fn wrong(code: ProblemCode, ja: impl Into<String>, en: impl Into<String>) -> Result<(), Wrong> {
    Err(Wrong {
        code,
        ja: ja.into(),
        en: en.into(),
    })
}

/// What is wrong with a value for its element, as a sentence in Japanese that names the element and
/// says what is wanted, never what was there; `None` when it may stand there.
pub fn value_problem(field: &Field, text: &str) -> Option<String> {
    let wrong = value(field, text).err()?;
    Some(format!("{}{}", field.ja(), wrong.ja))
}

/// Checks one value. The texts say what is wanted, never what was there.
pub(crate) fn value(field: &Field, text: &str) -> Result<(), Wrong> {
    match field.kind {
        Kind::Text(max) => {
            characters(text, false)?;
            if field.need == Need::Required && text.trim().is_empty() {
                return wrong(ProblemCode::Missing, "が空白です。", "is blank");
            }
            length(text, max)
        }
        Kind::Lines(max) => {
            characters(text, true)?;
            length(text, max)
        }
        Kind::Digits(exact) => {
            if text.len() == exact && is_digits(text) {
                return Ok(());
            }
            let ja = format!("は半角数字{exact}桁で設定してください。");
            wrong(ProblemCode::Format, ja, format!("must have {exact} digits"))
        }
        Kind::Number(max) => {
            if is_digits(text) && (max == NOT_PUBLIC || text.len() <= max) {
                return Ok(());
            }
            let ja = match max {
                NOT_PUBLIC => "は半角数字で設定してください。".to_owned(),
                _ => format!("は半角数字{max}桁以内で設定してください。"),
            };
            wrong(
                ProblemCode::Format,
                ja,
                "must be a number within its length",
            )
        }
        Kind::Date | Kind::Month | Kind::Time => moment(&field.kind, text),
        Kind::InsurerNumber if is_insurer_number(text) => Ok(()),
        Kind::InsurerNumber => wrong(
            ProblemCode::Format,
            "は半角数字8桁（6桁の番号は左に半角空白2文字）で設定してください。",
            "must have 8 digits, or 6 padded on the left with blanks",
        ),
        Kind::PostNumber if is_post_number(text) => Ok(()),
        Kind::PostNumber => wrong(
            ProblemCode::Format,
            "は「123-4567」の形で設定してください。",
            "must be nnn-nnnn",
        ),
        Kind::Code(list) if list.label(text).is_some() => Ok(()),
        Kind::Code(list) => {
            let ja = format!(
                "の値が正しくありません。使える値は {} です。",
                list.values()
            );
            wrong(ProblemCode::Code, ja, format!("must be in {}", list.id))
        }
        Kind::Block(_) | Kind::Repeated(_) | Kind::List { .. } => Ok(()),
    }
}

fn length(text: &str, max: usize) -> Result<(), Wrong> {
    if max == NOT_PUBLIC || text.len() <= max || text.chars().count() <= max {
        return Ok(());
    }
    let ja = format!("は{max}文字以内で設定してください。");
    wrong(
        ProblemCode::TooLong,
        ja,
        format!("must have at most {max} characters"),
    )
}

fn characters(text: &str, lines: bool) -> Result<(), Wrong> {
    let fits = |c: char| match c {
        '\n' | '\t' => lines,
        _ => is_printable(c),
    };
    if !text.chars().all(fits) {
        return wrong(
            ProblemCode::Character,
            "に使えない文字（制御文字）があります。",
            "has a control character",
        );
    }
    if text.chars().any(turns_writing) {
        return wrong(
            ProblemCode::Character,
            "に使えない文字（文字の向きを変える文字）があります。",
            "has a mark that turns the direction of writing",
        );
    }
    Ok(())
}

/// A character that XML allows and that no terminal or printer takes for a command.
pub(crate) fn is_printable(c: char) -> bool {
    !matches!(c, '\0'..='\x1F' | '\x7F'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_insurer_number(text: &str) -> bool {
    let digits = text.trim_start_matches(' ');
    text.len() <= 8 && matches!(digits.len(), 6 | 8) && is_digits(digits)
}

fn is_post_number(text: &str) -> bool {
    match text.split_once('-') {
        Some((area, rest)) => {
            area.len() == 3 && rest.len() == 4 && is_digits(area) && is_digits(rest)
        }
        None => false,
    }
}

fn moment(kind: &Kind, text: &str) -> Result<(), Wrong> {
    let (length, ja, en) = match kind {
        Kind::Date => (
            8,
            "はyyyyMMdd形式の実在する日付で設定してください。",
            "a day, yyyyMMdd",
        ),
        Kind::Month => (
            6,
            "はyyyyMM形式の年月で設定してください。",
            "a month, yyyyMM",
        ),
        _ => (
            14,
            "はyyyyMMddHHmmss形式の日時で設定してください。",
            "a moment, yyyyMMddHHmmss",
        ),
    };
    if text.len() == length && is_digits(text) && is_in_calendar(text.as_bytes()) {
        return Ok(());
    }
    wrong(ProblemCode::Date, ja, format!("must be {en}"))
}

/// Digits of a year and month, perhaps a day, perhaps a time of day.
fn is_in_calendar(digits: &[u8]) -> bool {
    let part = |from: usize, to: usize| {
        digits[from..to]
            .iter()
            .fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    };
    let (year, month) = (part(0, 4), part(4, 6));
    if year < 1000 || !(1..=12).contains(&month) {
        return false;
    }
    if digits.len() >= 8 && !(1..=days_in(year, month)).contains(&part(6, 8)) {
        return false;
    }
    digits.len() < 14 || (part(8, 10) < 24 && part(10, 12) < 60 && part(12, 14) < 60)
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What is wrong with an element's being absent, or with the number of its entries. `there` says
/// that a block was met, since a required one always exists as a struct, or that a problem with a
/// text was told already.
pub(crate) fn absence(
    field: &Field,
    view: &View<'_>,
    there: bool,
) -> Option<(ProblemCode, String, String)> {
    let name = || format!("{}（{}）", field.ja(), field.name);
    if let (Some(entries), View::Blocks(blocks)) = (field.kind.entries(), view) {
        let least = if matches!(field.kind, Kind::Repeated(_)) {
            entries.min
        } else {
            0
        };
        if blocks.count() < least {
            let ja = format!("{}がありません。", name());
            return Some((ProblemCode::Missing, ja, "required".into()));
        }
        if blocks.count() > entries.max {
            let ja = format!("{}は{}件までです。", name(), entries.max);
            return Some((ProblemCode::Count, ja, format!("at most {}", entries.max)));
        }
        return None;
    }
    if field.need == Need::Required && !there && (view.is_absent() || !field.kind.is_text()) {
        let ja = format!("{}は必須です。", name());
        return Some((ProblemCode::Missing, ja, "required".into()));
    }
    None
}

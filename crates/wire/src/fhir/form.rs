//! In which form a value of the messages stands in FHIR, and back.

use crate::codes;
use serde_json::{Value, json};

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Text,
    /// `yyyymmdd` as `yyyy-mm-dd`.
    Day,
    /// The same, one day earlier: 喪失年月日 is the first day without, `end` the last with.
    DayBefore,
    /// `yyyymm` as `yyyy-mm`.
    Month,
    /// `yyyymmddHHMMSS` in Japan.
    Time,
    /// 1, 2, 3 as male, female, unknown.
    Sex,
    /// `030` as 30.
    Percent,
    /// A number, where it prints as it came; else it stays a text (`extension` decimal-text).
    Decimal,
    /// 保険者番号 without the blanks before it.
    InsurerNumber,
    /// 1 as true, 0 as false.
    Flag,
    /// 1 as true, 2 as false.
    OneOrTwo,
    /// 閲覧同意フラグ: 0 rejected, 1 active, 2 inactive.
    ConsentStatus,
    /// 処理結果: 1 complete, anything else error.
    Outcome,
    /// A code with its list, as a Coding: `urn:onshi:code:OQSCD010`.
    Coding(&'static str),
    /// An OID as `urn:oid:`.
    Oid,
}

const SEXES: &[(&str, &str)] = &[("1", "male"), ("2", "female"), ("3", "unknown")];
const CONSENTS: &[(&str, &str)] = &[("0", "rejected"), ("1", "active"), ("2", "inactive")];

fn of_pairs(pairs: &[(&str, &str)], ours: &str) -> Option<Value> {
    let found = pairs.iter().find(|(known, _)| *known == ours);
    found.map(|(_, theirs)| json!(theirs))
}

fn to_pairs(pairs: &[(&str, &str)], theirs: &str) -> Option<String> {
    let found = pairs.iter().find(|(_, known)| *known == theirs);
    found.map(|(ours, _)| (*ours).to_owned())
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The days of a month.
fn days_of(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day before or after one.
fn beside(eight: &str, forward: bool) -> Option<String> {
    let part = |range: std::ops::Range<usize>| -> Option<i64> { eight.get(range)?.parse().ok() };
    let (mut year, mut month, mut day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    if forward {
        day += 1;
        if day > days_of(year, month) {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    } else {
        day -= 1;
        if day < 1 {
            month -= 1;
            if month < 1 {
                (year, month) = (year - 1, 12);
            }
            day = days_of(year, month);
        }
    }
    Some(format!("{year:04}{month:02}{day:02}"))
}

fn dashed(eight: &str) -> Option<Value> {
    digits(eight, 8).then(|| json!(format!("{}-{}-{}", &eight[..4], &eight[4..6], &eight[6..])))
}

fn undashed(text: &str) -> Option<String> {
    let eight: String = text.split('-').collect();
    (text.len() == 10 && digits(&eight, 8)).then_some(eight)
}

/// A number that prints as it came.
pub(super) fn number(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    let printed = value.to_string();
    (value.is_number() && printed == text).then_some(value)
}

impl Form {
    /// The value in FHIR; none where it can't stand there.
    pub fn to_fhir(self, text: &str) -> Option<Value> {
        match self {
            Form::Text => Some(json!(text)),
            Form::Day => dashed(text),
            Form::DayBefore => dashed(&beside(text, false)?),
            Form::Month => digits(text, 6).then(|| json!(format!("{}-{}", &text[..4], &text[4..]))),
            Form::Time => digits(text, 14).then(|| {
                let (day, time) = text.split_at(8);
                let (year, month, day) = (&day[..4], &day[4..6], &day[6..]);
                let (hour, minute, second) = (&time[..2], &time[2..4], &time[4..]);
                json!(format!(
                    "{year}-{month}-{day}T{hour}:{minute}:{second}+09:00"
                ))
            }),
            Form::Sex => of_pairs(SEXES, text),
            Form::Percent => {
                let number: u64 = digits(text, 3).then(|| text.parse().ok())??;
                Some(json!(number))
            }
            Form::Decimal => number(text),
            Form::InsurerNumber => Some(json!(text.trim_start())),
            Form::Flag => match text {
                "1" => Some(json!(true)),
                "0" => Some(json!(false)),
                _ => None,
            },
            Form::OneOrTwo => match text {
                "1" => Some(json!(true)),
                "2" => Some(json!(false)),
                _ => None,
            },
            Form::ConsentStatus => of_pairs(CONSENTS, text),
            Form::Outcome => Some(json!(if text == "1" { "complete" } else { "error" })),
            Form::Coding(list) => {
                let mut coding = json!({"system": system_of(list), "code": text});
                if let Some(label) = codes::label(list, text) {
                    coding["display"] = json!(label);
                }
                Some(coding)
            }
            Form::Oid => Some(json!(format!("urn:oid:{text}"))),
        }
    }

    /// The value in a message.
    pub fn to_message(self, value: &Value) -> Option<String> {
        let text = value.as_str();
        let flag = |no: &str| {
            value
                .as_bool()
                .map(|yes| if yes { "1" } else { no }.to_owned())
        };
        match self {
            Form::Text => text.map(str::to_owned),
            Form::Day => undashed(text?),
            Form::DayBefore => beside(&undashed(text?)?, true),
            Form::Month => {
                let six: String = text?.split('-').collect();
                digits(&six, 6).then_some(six)
            }
            Form::Time => {
                let local = text?.strip_suffix("+09:00")?;
                let kept: String = local.chars().filter(char::is_ascii_digit).collect();
                digits(&kept, 14).then_some(kept)
            }
            Form::Sex => to_pairs(SEXES, text?),
            Form::Percent => value.as_u64().map(|number| format!("{number:03}")),
            Form::Decimal => value.is_number().then(|| value.to_string()),
            Form::InsurerNumber => text.map(|number| format!("{number:>8}")),
            Form::Flag => flag("0"),
            Form::OneOrTwo => flag("2"),
            Form::ConsentStatus => to_pairs(CONSENTS, text?),
            Form::Outcome => match text? {
                "complete" => Some("1".to_owned()),
                _ => Some("9".to_owned()),
            },
            Form::Coding(_) => value.get("code")?.as_str().map(str::to_owned),
            Form::Oid => text?.strip_prefix("urn:oid:").map(str::to_owned),
        }
    }

    /// What the published table says of it.
    pub const fn words(self) -> &'static str {
        match self {
            Form::Text => "",
            Form::Day => "yyyymmdd ↔ yyyy-mm-dd",
            Form::DayBefore => "yyyymmdd ↔ the day before, yyyy-mm-dd",
            Form::Month => "yyyymm ↔ yyyy-mm",
            Form::Time => "yyyymmddHHMMSS ↔ yyyy-mm-ddTHH:MM:SS+09:00",
            Form::Sex => "1 male, 2 female, 3 unknown",
            Form::Percent => "030 ↔ 30",
            Form::Decimal => {
                "a number; what does not print as it came stands in extension decimal-text"
            }
            Form::InsurerNumber => "without the blanks before it",
            Form::Flag => "1 true, 0 false",
            Form::OneOrTwo => "1 true, 2 false",
            Form::ConsentStatus => "0 rejected, 1 active, 2 inactive",
            Form::Outcome => "1 complete",
            Form::Coding(_) => "a Coding with the list's label",
            Form::Oid => "urn:oid: before it",
        }
    }
}

/// The code system of a list of the interface.
pub fn system_of(list: &str) -> String {
    format!("urn:onshi:code:{list}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_reads_back() {
        for (form, text, fhir) in [
            (Form::Day, "20260301", json!("2026-03-01")),
            (Form::DayBefore, "20260301", json!("2026-02-28")),
            (Form::DayBefore, "20240301", json!("2024-02-29")),
            (Form::DayBefore, "20270101", json!("2026-12-31")),
            (Form::Month, "202611", json!("2026-11")),
            (
                Form::Time,
                "20261122091512",
                json!("2026-11-22T09:15:12+09:00"),
            ),
            (Form::Sex, "2", json!("female")),
            (Form::Percent, "030", json!(30)),
            (Form::Decimal, "86.0", json!(86.0)),
            (Form::InsurerNumber, "  138057", json!("138057")),
            (Form::Flag, "0", json!(false)),
            (Form::OneOrTwo, "2", json!(false)),
            (Form::ConsentStatus, "2", json!("inactive")),
            (Form::Oid, "1.2.3", json!("urn:oid:1.2.3")),
        ] {
            assert_eq!(form.to_fhir(text), Some(fhir.clone()), "{form:?}");
            assert_eq!(form.to_message(&fhir), Some(text.to_owned()), "{form:?}");
        }
        // What would not print as it came is no number of FHIR.
        for text in ["5.60", "＜5", "007", "1e3", ""] {
            assert_eq!(Form::Decimal.to_fhir(text), None, "{text}");
        }
    }
}

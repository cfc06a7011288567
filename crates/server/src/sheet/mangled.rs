//! What a spreadsheet makes of a value that was no number and no date: how it is known again, and what whoever brought it
//! is told.

use onshi_wire::numbers::narrowed;

/// Of a number that was rounded.
pub(crate) const ROUNDED: &str = "表計算ソフトが丸めた値（9.99E+07 など）か、小数になっています。列の書式を「文字列」にして、元の番号を入れ直してください。";
/// Of a value that became a date.
pub(crate) const TURNED_INTO_A_DATE: &str = "表計算ソフトが日付に変えた値になっています。列の書式を「文字列」にして、元の値を入れ直してください。";

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A number without a fraction, as digits. Beyond 15 of them a spreadsheet has rounded it.
pub(crate) fn whole(number: f64) -> Option<String> {
    let exact = number.fract() == 0.0 && (0.0..1e15).contains(&number);
    exact.then(|| format!("{number:.0}"))
}

/// `9.99E+07`.
pub(crate) fn is_scientific(text: &str) -> bool {
    let text = narrowed(text).to_ascii_uppercase();
    let Some((mantissa, exponent)) = text.split_once('E') else {
        return false;
    };
    let exponent = exponent.trim_start_matches(['+', '-']);
    let signed = text.contains("E+") || text.contains("E-") || mantissa.contains('.');
    signed && digits(exponent) && mantissa.split('.').all(digits)
}

/// What Excel makes of `1-2`: `1月2日`, `2-Jan`, `2026/1/2`.
pub(crate) fn looks_like_a_date(text: &str) -> bool {
    let text = narrowed(text);
    if let Some((month, day)) = text.split_once('月') {
        return digits(month) && day.strip_suffix('日').is_some_and(digits);
    }
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    match parts.as_slice() {
        [day, month] => {
            let is_month =
                |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic());
            (digits(day) && is_month(month)) || (is_month(day) && digits(month))
        }
        [year, month, day] => year.len() == 4 && [year, month, day].into_iter().all(|p| digits(p)),
        _ => false,
    }
}

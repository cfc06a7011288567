//! The ten-digit code of an institution.

use crate::error::{Fact, Problem};
use onshi_wire::numbers::check_digit;
use std::sync::Arc;

/// The unit of the operators, in their certificates and accounts.
pub const OPERATORS: &str = "operators";

/// The code of an institution (医療機関コード): prefecture (2), fee table (1: 1 医科, 3 歯科,
/// 4 調剤, 6 訪問看護), and seven digits of which the last is a check digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FacilityCode(Arc<str>);

impl FacilityCode {
    /// Reads a code, and says what is wrong with it.
    pub fn parse(text: &str) -> Result<FacilityCode, Problem> {
        let text = text.trim();
        let bad = |text: String, english: String| {
            Err(Problem::new(Fact::FacilityCode, text).in_english(english))
        };
        if text.len() != 10 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return bad(
                "医療機関コードは半角数字10桁で入力してください。".to_owned(),
                "An institution's code has ten digits.".to_owned(),
            );
        }
        let prefecture: u8 = text[..2].parse().unwrap_or(0);
        if !(1..=47).contains(&prefecture) {
            return bad(
                "医療機関コードの先頭2桁（都道府県番号）は01から47です。".to_owned(),
                "The first two digits of an institution's code (the prefecture) are 01 to 47."
                    .to_owned(),
            );
        }
        if !matches!(&text[2..3], "1" | "3" | "4" | "6") {
            return bad(
                "医療機関コードの3桁目（点数表番号）は1、3、4、6のいずれかです。".to_owned(),
                "The third digit of an institution's code (the fee table) is 1, 3, 4 or 6."
                    .to_owned(),
            );
        }
        let right = check_digit(&text[..9]).unwrap_or_default();
        if !text.ends_with(char::from(b'0' + right)) {
            return bad(
                format!(
                    "医療機関コードの検証番号（10桁目）が合いません。入力が正しければ{right}になります。"
                ),
                format!(
                    "The check digit of the institution's code (the tenth) is wrong; if the others \
                     are right it is {right}."
                ),
            );
        }
        Ok(FacilityCode(text.into()))
    }

    /// The code of these nine digits, with its check digit put behind. For generated data.
    pub fn from_body(nine_digits: &str) -> Result<FacilityCode, Problem> {
        let digit = check_digit(nine_digits).unwrap_or_default();
        FacilityCode::parse(&format!("{nine_digits}{digit}"))
    }

    /// What stands where an institution's code would for the operators of the centre (実施機関): their terminals and accounts are
    /// kept as an institution's are. No institution has such a code, and nobody can type it.
    pub fn of_operators() -> FacilityCode {
        FacilityCode(OPERATORS.into())
    }

    /// Whether it is that of the operators, and of no institution.
    pub fn is_of_operators(&self) -> bool {
        &*self.0 == OPERATORS
    }

    /// Takes a code from the database, where only good ones are.
    pub(crate) fn stored(text: String) -> FacilityCode {
        FacilityCode(text.into())
    }

    /// The ten digits, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for FacilityCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_example_has_its_check_digit() {
        assert!(FacilityCode::parse("0110113719").is_ok());
    }

    #[test]
    fn a_wrong_check_digit_is_named_with_the_right_one() {
        let problem = FacilityCode::parse("0110113710").expect_err("the last digit is wrong");
        assert!(problem.text.contains('9'), "{}", problem.text);
    }

    #[test]
    fn what_is_no_code_is_refused_in_words() {
        for text in [
            "",
            "123",
            "０１１０１１３７１９",
            "9910113719",
            "0120113719",
        ] {
            assert!(FacilityCode::parse(text).is_err(), "{text}");
        }
    }
}

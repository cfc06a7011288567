//! Numbers of insurers, institutions and payers: their check digits, and how they are matched.
//!
//! Messages are not refused for a wrong check digit: clients' own test data ignore them. These
//! types are for loading data, for generating it, and for telling a person of a probable slip.

mod matching;

pub use matching::*;

use crate::check::is_digits;

/// The check digit of a number without it: weights 2, 1, 2, 1 … from the last digit, sums of
/// digits, ten minus the last digit of the sum. `None` if there are other characters than digits.
pub fn check_digit(body: &str) -> Option<u8> {
    if !is_digits(body) {
        return None;
    }
    let weighted = body.bytes().rev().enumerate().map(|(place, byte)| {
        let digit = u64::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
        digit / 10 + digit % 10
    });
    let sum: u64 = weighted.sum();
    u8::try_from((10 - sum % 10) % 10).ok()
}

/// Whether the last digit is the right check digit of those before it.
pub fn has_right_check_digit(number: &str) -> bool {
    let Some((last, digit)) = number.char_indices().next_back() else {
        return false;
    };
    check_digit(&number[..last]).is_some_and(|right| digit.to_digit(10) == Some(right.into()))
}

/// Why a text is not the number that it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Other characters than digits, or another number of them.
    #[error("not {wanted}")]
    Format {
        /// What is wanted, in English.
        wanted: &'static str,
    },
}

macro_rules! numbers {
    ($( $(#[$doc:meta])+ $name:ident, $wanted:literal, $($length:literal)|+; )*) => { $(
        $(#[$doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Reads the digits; blanks on the left are padding.
            pub fn parse(text: &str) -> Result<Self, NumberError> {
                let digits = text.trim_start_matches(' ');
                if is_digits(digits) && matches!(digits.len(), $($length)|+) {
                    Ok(Self(digits.to_owned()))
                } else {
                    Err(NumberError::Format { wanted: $wanted })
                }
            }

            /// The number without its check digit, completed.
            pub fn from_body(body: &str) -> Result<Self, NumberError> {
                let digit = check_digit(body).ok_or(NumberError::Format { wanted: $wanted })?;
                Self::parse(&format!("{body}{digit}"))
            }

            /// The digits.
            pub fn digits(&self) -> &str {
                &self.0
            }

            /// Whether the last digit fits the others.
            pub fn has_right_check_digit(&self) -> bool {
                has_right_check_digit(&self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )* };
}

numbers! {
    /// 保険者番号: 8 digits (scheme 2, prefecture 2, insurer 3, check 1), or 6 without the scheme
    /// for the national health insurance of municipalities.
    InsurerNumber, "6 or 8 digits", 6 | 8;
    /// 医療機関コード: prefecture 2, point table 1, number 6, check 1.
    FacilityCode, "10 digits", 10;
    /// 公費負担者番号: scheme 2, prefecture 2, body 3, check 1.
    PublicExpenseNumber, "8 digits", 8;
    /// 受給者番号: number 6, check 1.
    BeneficiaryNumber, "7 digits", 7;
}

impl InsurerNumber {
    /// As messages carry it: 8 characters, padded on the left with blanks.
    pub fn padded(&self) -> String {
        format!("{:>8}", self.0)
    }

    /// 法別番号: the scheme's two digits; the national health insurance has none.
    pub fn scheme(&self) -> Option<&str> {
        (self.0.len() == 8 && !self.0.starts_with("00")).then(|| &self.0[..2])
    }

    /// 都道府県番号: the prefecture's two digits.
    pub fn prefecture(&self) -> &str {
        let from = self.0.len() - 6;
        &self.0[from..from + 2]
    }
}

impl FacilityCode {
    /// 都道府県番号: the prefecture's two digits.
    pub fn prefecture(&self) -> &str {
        &self.0[..2]
    }

    /// 点数表: what sort of institution it is.
    pub fn point_table(&self) -> Option<PointTable> {
        match &self.0[2..3] {
            "1" => Some(PointTable::Medical),
            "3" => Some(PointTable::Dental),
            "4" => Some(PointTable::Dispensing),
            "6" => Some(PointTable::HomeNursing),
            _ => None,
        }
    }
}

/// 点数表: the table of fees by which an institution claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PointTable {
    /// 医科
    Medical,
    /// 歯科
    Dental,
    /// 調剤
    Dispensing,
    /// 訪問看護
    HomeNursing,
}

impl PointTable {
    /// The digit in a facility code.
    pub const fn digit(self) -> char {
        match self {
            PointTable::Medical => '1',
            PointTable::Dental => '3',
            PointTable::Dispensing => '4',
            PointTable::HomeNursing => '6',
        }
    }

    /// The Japanese name.
    pub const fn label(self) -> &'static str {
        match self {
            PointTable::Medical => "医科",
            PointTable::Dental => "歯科",
            PointTable::Dispensing => "調剤",
            PointTable::HomeNursing => "訪問看護",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn public_examples_fit() {
        for number in [
            "33120015",
            "01040013",
            "0110113719",
            "01130012",
            "138016",
            "39131016",
        ] {
            assert!(has_right_check_digit(number), "{number}");
        }
        for number in [
            "33120016",
            "1312345670",
            "",
            "1",
            "3312001x",
            "３３１２００１５",
        ] {
            assert!(!has_right_check_digit(number), "{number}");
        }
    }

    #[test]
    fn parts_are_found() {
        let national = InsurerNumber::parse("  138057").unwrap();
        assert_eq!((national.prefecture(), national.scheme()), ("13", None));
        assert_eq!(national.padded(), "  138057");
        let employees = InsurerNumber::parse("01130012").unwrap();
        assert_eq!(
            (employees.prefecture(), employees.scheme()),
            ("13", Some("01"))
        );
        let facility = FacilityCode::parse("0110113719").unwrap();
        assert_eq!(facility.point_table(), Some(PointTable::Medical));
        assert!(InsurerNumber::parse("1234567").is_err());
        assert!(FacilityCode::parse("131-999999").is_err());
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_noticed(body in "[0-9]{7}", place in 0usize..8, other in 1u8..10) {
            let number = PublicExpenseNumber::from_body(&body).unwrap();
            prop_assert!(number.has_right_check_digit());
            let mut digits = number.digits().as_bytes().to_vec();
            digits[place] = b'0' + (digits[place] - b'0' + other) % 10;
            let slipped = String::from_utf8(digits).unwrap();
            prop_assert!(!has_right_check_digit(&slipped));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,12}") {
            let _ = (check_digit(&text), has_right_check_digit(&text));
            let _ = InsurerNumber::parse(&text).map(|n| n.padded());
            let _ = FacilityCode::parse(&text).map(|n| n.point_table());
        }
    }
}

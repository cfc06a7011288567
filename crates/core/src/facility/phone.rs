//! 電話番号: where an institution is called.

use crate::error::{Fact, Problem};
use onshi_wire::numbers::narrowed;

/// A telephone number as it is written in Japan: digits with hyphens, or with +81.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Reads a number in any width.
    pub fn parse(text: &str) -> Result<Phone, Problem> {
        let text = narrowed(text.trim());
        let rest = text.strip_prefix('+').unwrap_or(&text);
        let known = rest.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let digits = rest.bytes().filter(u8::is_ascii_digit).count();
        match known && (9..=15).contains(&digits) && text.len() <= 20 {
            true => Ok(Phone(text)),
            false => Err(Problem::new(
                Fact::Phone,
                "電話番号を、市外局番から、数字とハイフンで入力してください（例：03-0000-0000）。",
            )
            .in_english(
                "A telephone number has 9 to 15 digits, with hyphens, such as 03-0000-0000.",
            )),
        }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

//! 市区町村: where an institution is, for what is opened for an area.

use crate::error::{Fact, Problem};

/// A municipality, by the first five digits of its 全国地方公共団体コード.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality(String);

impl Municipality {
    /// Reads a code; one with its check digit (six digits) is taken too.
    pub fn parse(text: &str) -> Result<Municipality, Problem> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let known = (1..=47).contains(&text.get(..2).and_then(|p| p.parse().ok()).unwrap_or(0));
        match text.get(..5) {
            Some(code) if digits && known && text.len() <= 6 => Ok(Municipality(code.to_owned())),
            _ => Err(Problem::new(
                Fact::Municipality,
                "全国地方公共団体コード（5桁または6桁）で指定してください。",
            )
            .in_english("A municipality's code has 5 digits, or 6 with its check digit.")),
        }
    }

    /// The five digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

//! 開放する対象: for whom something is opened.

use crate::error::{Fact, Problem};
use crate::terms::FacilityCode;
use std::fmt;

/// An institution, or an area with all institutions in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// 医療機関等.
    Facility(FacilityCode),
    /// 都道府県 (two digits) or 市区町村 (the first five digits of 全国地方公共団体コード).
    Area(String),
}

impl Place {
    /// Reads an area's code; one with its check digit (six digits) is taken too.
    pub fn area(text: &str) -> Result<Place, Problem> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let known = (1..=47).contains(&text.get(..2).and_then(|p| p.parse().ok()).unwrap_or(0));
        let code = match text.len() {
            2 | 5 => Some(text),
            6 => text.get(..5),
            _ => None,
        };
        match code.filter(|_| digits && known) {
            Some(code) => Ok(Place::Area(code.to_owned())),
            None => Err(Problem::new(
                Fact::Area,
                "都道府県コード（2桁）か、全国地方公共団体コード（5桁または6桁）で指定してください。",
            )
            .in_english("An area is a prefecture's code (2 digits) or a municipality's (5 or 6).")),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Facility(code) => f.write_str(code.as_str()),
            Place::Area(code) => f.write_str(code),
        }
    }
}

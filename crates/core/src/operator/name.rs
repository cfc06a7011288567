//! The name by which an operator is known.

use crate::error::{Fact, Problem, Refusal};
use crate::fold::folded;
use crate::text;

/// The most characters of a name.
const CHARS_MAX: usize = 50;

/// 担当者名: by which name an operator decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorName(String);

impl OperatorName {
    /// Reads a name of 1 to 50 characters, none of which is a control or a mark that nobody sees.
    pub fn parse(text: &str) -> Result<OperatorName, Refusal> {
        let text = text.trim();
        let length = text.chars().count();
        let is_too_long_or_short = length == 0 || length > CHARS_MAX;
        let words = is_too_long_or_short
            .then(|| format!("担当者の名前を{CHARS_MAX}文字以内で入力してください。"))
            .or_else(|| text::wrong_in_a_line(text));
        // A name of blanks alone, and of what is compared as nothing, tells nobody apart.
        let is_nobody = || folded(text).is_empty();
        let words = words
            .or_else(|| is_nobody().then(|| "担当者の名前を、文字で入力してください。".to_owned()));
        match words {
            None => Ok(OperatorName(text.to_owned())),
            Some(words) => {
                let english = format!(
                    "The name of an operator has 1 to {CHARS_MAX} characters, none of which is a \
                     control or a mark that nobody sees."
                );
                let problem = Problem::new(Fact::OperatorName, words).in_english(english);
                Err(Refusal::invalid(vec![problem]))
            }
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the same operator's name. Width, case and blanks tell no two operators apart.
    pub fn is_same_as(&self, other: &str) -> bool {
        folded(&self.0) == folded(other)
    }
}

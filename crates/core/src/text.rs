//! What a text may consist of that somebody types and somebody else reads.
//!
//! A mark that turns the direction of writing makes a name read as another, and a character that
//! nobody sees makes two names look the same. Who takes a text that is shown refuses both.

use crate::error::{Fact, Problem, Refusal};
use onshi_wire::characters::foreign_to_names;

/// The longest reason for stopping, retiring or revoking, in characters.
const REASON_CHARS_MAX: usize = 200;

/// What the operator's commands say in English of such a text.
pub(crate) const FOREIGN_CHARACTER: &str =
    "It has a character that no name has, such as a control or a mark that nobody sees.";

/// What is wrong with a text that is shown on one line (a name, a reason), in words for whoever typed
/// it; none when it can be taken.
pub fn wrong_in_a_line(text: &str) -> Option<String> {
    foreign_to_names(text).map(words)
}

/// The same for a text of several lines (a note).
pub fn wrong_in_lines(text: &str) -> Option<String> {
    text.split(['\n', '\r', '\t']).find_map(wrong_in_a_line)
}

/// Reads a reason that somebody has to give.
pub(crate) fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let length = text.chars().count();
    let words = if length == 0 || length > REASON_CHARS_MAX {
        Some(format!(
            "理由を{REASON_CHARS_MAX}文字以内で入力してください。"
        ))
    } else {
        wrong_in_lines(text)
    };
    match words {
        None => Ok(text.to_owned()),
        Some(words) => {
            let english = format!(
                "A reason has 1 to {REASON_CHARS_MAX} characters, none of which is a control or a \
                 mark that nobody sees."
            );
            let problem = Problem::new(Fact::Reason, words).in_english(english);
            Err(Refusal::invalid(vec![problem]))
        }
    }
}

fn words(kind: &str) -> String {
    format!("使えない文字（{kind}）が含まれています。その文字を消して、入力し直してください。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_or_hides_a_text_is_refused_and_lines_are_not() {
        for bad in [
            "偽\u{202E}名",
            "\u{200F}名",
            "名\u{2067}",
            "a\u{0}",
            "a\u{1B}[2J",
            "\u{FEFF}名",
            "\u{3164}",
        ] {
            assert!(wrong_in_a_line(bad).is_some(), "{bad:?}");
            assert!(wrong_in_lines(bad).is_some(), "{bad:?}");
            assert!(reason(bad).is_err(), "{bad:?}");
        }
        for several in ["一行目\n二行目", "一行目\r\n二行目", "項目\t値"] {
            assert!(wrong_in_a_line(several).is_some(), "{several:?}");
            assert_eq!(wrong_in_lines(several), None, "{several:?}");
        }
        for good in ["葛\u{E0100}城　薫", "Ö. Müller-Łuc", "髙橋", "\u{E000}"] {
            assert_eq!(wrong_in_a_line(good), None, "{good:?}");
        }
    }

    #[test]
    fn a_reason_is_written_and_bounded() {
        assert_eq!(reason(" 紛失 ").unwrap(), "紛失");
        assert!(reason("　 \n").is_err());
        assert!(reason(&"長".repeat(200)).is_ok() && reason(&"長".repeat(201)).is_err());
    }
}

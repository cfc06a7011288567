//! One-time codes (使い捨てのコード): made here, read from paper and typed by a person, kept only as a keyed hash.
//!
//! Sixteen letters and digits that nobody confuses, in groups of four. The last one is a check character, by which a slip of the
//! keyboard is known for what it is and counts as no guess. Fifteen are chance (74 bits), so that a fast hash keeps them:
//! its key is not in the database.

use crate::entropy::{Entropy, hex};
use crate::error::{Fact, Problem};
use crate::keyed;
use onshi_wire::numbers::narrowed;
use onshi_wire::typed_code::in_groups;
use zeroize::Zeroizing;

/// Neither 0 nor O, neither 1, I nor L. As many as a prime number, by which every wrong and every swapped character is found.
const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// How many characters a code has, with the check character.
const LENGTH: usize = 16;

/// A one-time code.
#[derive(Clone)]
pub struct OneTimeCode(Zeroizing<String>);

impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode(***)")
    }
}

/// The check character of the fifteen before it.
fn check(values: impl Iterator<Item = usize>) -> usize {
    // The weights differ from each other, and none is a multiple of 31.
    let sum: usize = values.zip(1..).map(|(value, weight)| value * weight).sum();
    sum % LETTERS.len()
}

fn value(letter: u8) -> Option<usize> {
    LETTERS.iter().position(|known| *known == letter)
}

/// What people and typesetters put between groups.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '_' | '.' | 'ー' | '－' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

impl OneTimeCode {
    /// Makes one.
    pub fn generate(entropy: &mut Entropy) -> OneTimeCode {
        let values: [usize; LENGTH - 1] =
            std::array::from_fn(|_| entropy.below(LETTERS.len() as u32) as usize);
        let last = check(values.into_iter());
        let letters = values.into_iter().chain([last]);
        let text = letters.map(|value| char::from(LETTERS[value])).collect();
        OneTimeCode(Zeroizing::new(text))
    }

    /// Reads what was typed: in any case and width, with or without anything between the groups. What can't be a code is named, and is
    /// no guess.
    pub fn parse(about: Fact, typed: &str) -> Result<OneTimeCode, Problem> {
        let wrong =
            |text: String, english: &str| Err(Problem::new(about, text).in_english(english));
        let text: String = narrowed(typed)
            .chars()
            .filter(|c| !is_between(*c))
            .collect();
        let text = Zeroizing::new(text.to_ascii_uppercase());
        if text.is_empty() {
            return wrong(
                "コードを入力してください。".to_owned(),
                "The code is missing.",
            );
        }
        let strange = text
            .chars()
            .find(|c| !c.is_ascii() || value(*c as u8).is_none());
        if let Some(strange) = strange {
            return wrong(
                format!(
                    "コードに「{strange}」は使われていません（0・O・1・I・L と、かな・記号は出てきません）。控えと見比べてください。"
                ),
                "The code has a character that no code has, such as 0, O, 1, I or L.",
            );
        }
        if text.len() != LENGTH {
            return wrong(
                format!(
                    "コードは{LENGTH}文字です（いまは{}文字）。控えのとおりに入力してください。",
                    text.len()
                ),
                "A code has sixteen letters and digits.",
            );
        }
        let values = text.bytes().filter_map(value);
        if value(text.as_bytes()[LENGTH - 1]) != Some(check(values.take(LENGTH - 1))) {
            return wrong(
                "コードの入力まちがいです（どこか1文字が違うか、並びが入れ替わっています）。控えと1文字ずつ見比べてください。".to_owned(),
                "A character of the code is wrong, or two are swapped.",
            );
        }
        Ok(OneTimeCode(text))
    }

    /// The code in its groups, to be shown once.
    pub fn reveal(&self) -> String {
        in_groups(&self.0, 4)
    }

    /// The form in which it is kept, for one purpose and one holder: a code is good for nothing else and for nobody else.
    pub(crate) fn hash(&self, key: &[u8; 32], purpose: &str, holder: &str) -> String {
        let parts = [purpose, holder, &self.0].map(str::as_bytes);
        hex(&keyed::mac(key, &parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(seed: u8) -> OneTimeCode {
        OneTimeCode::generate(&mut Entropy::new([seed; 32]))
    }

    fn parse(typed: &str) -> Result<OneTimeCode, Problem> {
        OneTimeCode::parse(Fact::ActivationCode, typed)
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let shown = code(1).reveal();
        assert_eq!(shown.len(), 19, "{shown}");
        let wide: String = shown
            .chars()
            .map(|c| match c {
                '-' => 'ー',
                c => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
            })
            .collect();
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', ""),
            shown.replace('-', " "),
            format!("　{}\r\n", shown.replace('-', "−")),
            wide,
        ] {
            assert_eq!(parse(&typed).unwrap().reveal(), shown, "{typed}");
        }
    }

    #[test]
    fn what_can_be_no_code_is_named() {
        for (typed, word) in [
            ("", "入力してください"),
            (" - ", "入力してください"),
            ("2222-2222-2222-222", "16文字"),
            ("2222-2222-2222-2220", "「0」"),
            ("かな2222", "「か」"),
        ] {
            let told = parse(typed).unwrap_err();
            assert!(told.text.contains(word), "{typed}: {}", told.text);
            assert!(told.english.is_some());
        }
    }

    #[test]
    fn what_is_kept_is_of_one_purpose_and_one_holder() {
        let key = [7; 32];
        let kept = code(1).hash(&key, "activation", "a1");
        assert_eq!(kept, code(1).hash(&key, "activation", "a1"));
        for other in [
            code(2).hash(&key, "activation", "a1"),
            code(1).hash(&key, "enrolment", "a1"),
            code(1).hash(&key, "activation", "a2"),
            code(1).hash(&[8; 32], "activation", "a1"),
        ] {
            assert_ne!(kept, other);
        }
        assert!(!format!("{:?}", code(1)).contains(&code(1).reveal()));
    }

    proptest! {
        #[test]
        fn every_wrong_and_every_swapped_character_is_found(
            seed in any::<[u8; 32]>(),
            at in 0..LENGTH,
            other in 0..LETTERS.len(),
        ) {
            let good = OneTimeCode::generate(&mut Entropy::new(seed)).reveal().replace('-', "");
            let mut bytes = good.clone().into_bytes();
            bytes[at] = LETTERS[other];
            let typed = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(parse(&typed).is_ok(), typed == good);
            let mut swapped = good.clone().into_bytes();
            swapped.swap(at, (at + 1) % LENGTH);
            let swapped = String::from_utf8(swapped).unwrap();
            // The check character itself stands outside of the weighted sum: swapped with its neighbours it may be right by chance.
            if at + 1 < LENGTH - 1 {
                prop_assert_eq!(parse(&swapped).is_ok(), swapped == good);
            }
        }
    }
}

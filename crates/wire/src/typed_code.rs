//! Codes that are printed, read aloud and typed (取得コード): characters that nobody takes for each other, and a last
//! one that tells most slips of the hand before anything is sent.
//!
//! A code has twenty characters: nineteen that are drawn, which are 95 bits, and one that is computed from them (Luhn's
//! rule for 32 characters: every single slip is found, and nearly every swap of neighbours). It is shown in groups of five.

/// The characters, by their values: Crockford's, without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many characters are drawn.
pub const DRAWN: usize = 19;

/// How many a code has.
pub const LENGTH: usize = DRAWN + 1;

/// How many are shown together.
const GROUP: usize = 5;

/// The longest text that is looked at: a code with blanks and marks between its characters.
const TYPED_CHARS_MAX: usize = 4 * LENGTH;

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// So many characters, and not twenty.
    Length(usize),
    /// A character that is in no code.
    Character(char),
    /// The last character does not fit the others.
    Check,
}

impl Slip {
    /// What is wrong and what to do, in Japanese.
    pub fn words(self) -> String {
        match self {
            Slip::Length(count) => format!(
                "コードは{LENGTH}文字です（入力は{count}文字）。文字の抜けや余りがないか確かめてください。"
            ),
            Slip::Character(found) => {
                format!("コードに使われない文字「{found}」があります。入力し直してください。")
            }
            Slip::Check => {
                "コードの入力に、まちがいがあります。1文字ずつ見比べて、入力し直してください。"
                    .to_owned()
            }
        }
    }

    /// The same in English.
    pub fn words_in_english(self) -> String {
        match self {
            Slip::Length(count) => {
                format!("A code has {LENGTH} characters, and this has {count}. Is one missing?")
            }
            Slip::Character(found) => {
                format!("There is no {found:?} in a code. Type it again.")
            }
            Slip::Check => {
                "The code was typed wrongly. Compare it character by character.".to_owned()
            }
        }
    }
}

/// The code of what was drawn: of each byte its five lowest bits.
pub fn complete(drawn: &[u8; DRAWN]) -> String {
    let values = drawn.map(|byte| byte % 32);
    let mut code: Vec<u8> = values.iter().map(|value| character(*value)).collect();
    code.push(character(check(&values)));
    String::from_utf8_lossy(&code).into_owned()
}

/// A code as it is shown: in groups of so many characters.
pub fn in_groups(code: &str, of: usize) -> String {
    let characters: Vec<char> = code.chars().collect();
    let groups = characters.chunks(of).map(String::from_iter);
    groups.collect::<Vec<_>>().join("-")
}

/// A code of this kind as it is shown.
pub fn grouped(code: &str) -> String {
    in_groups(code, GROUP)
}

/// Reads a code as somebody types it: small letters, full width, blanks and hyphens do no harm, nor do the letters that
/// look like digits.
pub fn read(typed: &str) -> Result<String, Slip> {
    let mut values = Vec::with_capacity(LENGTH);
    let mut code = String::with_capacity(LENGTH);
    for found in typed.chars().take(TYPED_CHARS_MAX) {
        let Some(meant) = meant(found) else {
            continue;
        };
        let place = ALPHABET
            .iter()
            .position(|known| char::from(*known) == meant);
        let value = place.and_then(|place| u8::try_from(place).ok());
        values.push(value.ok_or(Slip::Character(found))?);
        code.push(meant);
    }
    match values.split_last() {
        Some((last, drawn)) if values.len() == LENGTH => {
            if check(drawn) == *last {
                Ok(code)
            } else {
                Err(Slip::Check)
            }
        }
        _ => Err(Slip::Length(values.len())),
    }
}

/// The character that was meant; none for what only parts the groups.
fn meant(typed: char) -> Option<char> {
    let narrow = match typed {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(typed) - 0xFEE0).unwrap_or(typed),
        other => other,
    };
    match narrow.to_ascii_uppercase() {
        ' ' | '\t' | '\r' | '\n' | '-' | '‐' | '‑' | '–' | '—' | '−' | 'ー' | '_' => {
            None
        }
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        other => Some(other),
    }
}

fn character(value: u8) -> u8 {
    ALPHABET[usize::from(value % 32)]
}

/// Luhn's rule for 32 characters.
fn check(drawn: &[u8]) -> u8 {
    let weighted = drawn.iter().rev().enumerate().map(|(place, value)| {
        let product = u32::from(*value) * if place % 2 == 0 { 2 } else { 1 };
        product / 32 + product % 32
    });
    let sum: u32 = weighted.sum();
    u8::try_from((32 - sum % 32) % 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWN_ONCE: [u8; DRAWN] = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 250, 251, 252,
    ];

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = complete(&DRAWN_ONCE);
        assert_eq!(code.len(), LENGTH);
        assert_eq!(read(&code), Ok(code.clone()));
        let shown = grouped(&code);
        assert_eq!(shown.matches('-').count(), 3, "{shown}");
        let full: String = shown
            .chars()
            .map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap())
            .collect();
        for typed in [
            shown.to_lowercase(),
            format!(" {shown}\n"),
            shown.replace('-', "　"),
            shown.replace('1', "l").replace('0', "o"),
            full,
        ] {
            assert_eq!(read(&typed), Ok(code.clone()), "{typed}");
        }
    }

    #[test]
    fn a_slip_is_told_before_anything_is_sent() {
        let code = complete(&DRAWN_ONCE);
        assert_eq!(read(&code[1..]), Err(Slip::Length(19)));
        assert_eq!(read(""), Err(Slip::Length(0)));
        assert_eq!(read(&code.replace('5', "U")), Err(Slip::Character('U')));
        assert_eq!(
            read(&format!("{}あ", &code[1..])),
            Err(Slip::Character('あ'))
        );
        for place in 0..LENGTH {
            for other in ALPHABET {
                let mut bytes = code.clone().into_bytes();
                if bytes[place] == *other {
                    continue;
                }
                bytes[place] = *other;
                let wrong = String::from_utf8(bytes).unwrap();
                assert_eq!(read(&wrong), Err(Slip::Check), "{wrong}");
            }
        }
        for slip in [Slip::Length(3), Slip::Character('U'), Slip::Check] {
            assert!(!slip.words().is_empty() && !slip.words_in_english().is_empty());
        }
        // What is very long is not looked at to its end.
        assert!(read(&"A".repeat(1_000_000)).is_err());
    }
}

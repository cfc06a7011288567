//! The form in which numbers are compared: what people and programs write differently and mean
//! alike.

use crate::check::is_digits;

/// 保険者番号 for matching: digits without padding; the eight-digit form of a six-digit number
/// (`00138057`) is the six-digit one. What is not a number comes back narrowed, matching nothing.
pub fn match_insurer(text: &str) -> String {
    let trimmed = text.trim_matches(' ');
    let digits = if is_digits(trimmed) {
        trimmed.to_owned()
    } else {
        without_gaps(text)
    };
    match digits.strip_prefix("00") {
        Some(rest) if rest.len() == 6 && is_digits(rest) => rest.to_owned(),
        _ => digits,
    }
}

/// 記号 for matching: one width, capital letters, no blanks, no hyphens. Empty means none.
pub fn match_symbol(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return text.to_ascii_uppercase();
    }
    let wide = without_gaps(text);
    let mut out = String::with_capacity(wide.len());
    for character in wide.chars() {
        // The mark of a long vowel is one only after kana; elsewhere it is meant as a hyphen.
        if character == 'ー' && !out.chars().next_back().is_some_and(is_kana) {
            continue;
        }
        out.extend(character.to_uppercase());
    }
    out
}

/// 番号 for matching: as a symbol. Leading zeros count, as they do on the card.
pub fn match_number(text: &str) -> String {
    match_symbol(text)
}

/// 枝番 for matching: two digits; `None` if there is none.
pub fn match_branch(text: Option<&str>) -> Option<String> {
    let digits = match_symbol(text?);
    match digits.len() {
        0 => None,
        1 => Some(format!("0{digits}")),
        _ => Some(digits),
    }
}

/// Kana for matching names: full width, no blanks.
pub fn match_kana(text: &str) -> String {
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    narrowed(&joined)
}

/// Gaps go first: a voicing mark behind one belongs to the kana before it.
fn without_gaps(text: &str) -> String {
    let joined: String = text.chars().filter(|c| !is_gap(*c)).collect();
    narrowed(&joined)
}

/// Full-width letters, digits and signs become half-width; half-width kana become full-width, with
/// their voicing marks joined. Every other character stays.
pub fn narrowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{FF01}'..='\u{FF5E}' => out.extend(char::from_u32(u32::from(character) - 0xFEE0)),
            '\u{3000}' => out.push(' '),
            '\u{FF9E}' | '\u{3099}' | '\u{309B}' => voice(&mut out, VOICED, '゛'),
            '\u{FF9F}' | '\u{309A}' | '\u{309C}' => voice(&mut out, HALF_VOICED, '゜'),
            '\u{FF61}'..='\u{FF9D}' => {
                let place = u32::from(character) - 0xFF61;
                out.extend(WIDE.chars().nth(place as usize));
            }
            other => out.push(other),
        }
    }
    out
}

/// U+FF61 to U+FF9D in full width.
const WIDE: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソ\
                    タチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
const VOICED: &[(char, char)] = &[
    ('カ', 'ガ'),
    ('キ', 'ギ'),
    ('ク', 'グ'),
    ('ケ', 'ゲ'),
    ('コ', 'ゴ'),
    ('サ', 'ザ'),
    ('シ', 'ジ'),
    ('ス', 'ズ'),
    ('セ', 'ゼ'),
    ('ソ', 'ゾ'),
    ('タ', 'ダ'),
    ('チ', 'ヂ'),
    ('ツ', 'ヅ'),
    ('テ', 'デ'),
    ('ト', 'ド'),
    ('ハ', 'バ'),
    ('ヒ', 'ビ'),
    ('フ', 'ブ'),
    ('ヘ', 'ベ'),
    ('ホ', 'ボ'),
    ('ウ', 'ヴ'),
];
const HALF_VOICED: &[(char, char)] = &[
    ('ハ', 'パ'),
    ('ヒ', 'ピ'),
    ('フ', 'プ'),
    ('ヘ', 'ペ'),
    ('ホ', 'ポ'),
];

/// Joins a voicing mark to the kana before it, or keeps the mark.
fn voice(out: &mut String, pairs: &[(char, char)], mark: char) {
    let last = out.chars().next_back();
    match pairs.iter().find(|(plain, _)| Some(*plain) == last) {
        Some((_, voiced)) => {
            out.pop();
            out.push(*voiced);
        }
        None => out.push(mark),
    }
}

fn is_kana(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー')
}

/// Blanks and hyphens of every kind.
fn is_gap(character: char) -> bool {
    let hyphen = matches!(
        character,
        '-' | '\u{FF0D}' | '\u{00AD}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{FE58}'
                | '\u{FE63}'
    );
    hyphen || character.is_whitespace() || matches!(character, '\u{200B}'..='\u{200D}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_meant_alike_matches() {
        for (left, right) in [
            ("見本１", "見本1"),
            ("12-34", "１２３４"),
            ("12 34", "12－34"),
            ("１２ー３４", "1234"),
            ("ab", "ＡＢ"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("12ｰ3", "123"),
            ("い・１", "い･1"),
            ("12‐3", "12―3"),
            ("カ\u{3099}", "ガ"),
            ("ｷ‐ﾞ", "ギ"),
            ("", "　"),
        ] {
            assert_eq!(match_symbol(left), match_symbol(right), "{left} {right}");
        }
        for (left, right) in [
            ("センター", "センタ"),
            ("1", "01"),
            ("い", "イ"),
            ("1・2", "12"),
        ] {
            assert_ne!(match_symbol(left), match_symbol(right), "{left} {right}");
        }
    }

    #[test]
    fn padding_of_insurers_does_not_matter() {
        for text in ["138057", "  138057", "00138057", "１３８０５７"] {
            assert_eq!(match_insurer(text), "138057", "{text}");
        }
        assert_eq!(match_insurer("01130012"), "01130012");
    }

    #[test]
    fn an_absent_branch_is_none() {
        assert_eq!(match_branch(None), None);
        assert_eq!(match_branch(Some("　")), None);
        assert_eq!(match_branch(Some("２")), Some("02".into()));
        assert_eq!(match_branch(Some("02")), Some("02".into()));
        assert_eq!(match_kana("ｶｸｳ ﾊﾅｺ"), "カクウハナコ");
    }

    proptest! {
        #[test]
        fn matching_forms_are_stable(text in "[ -~ぁ-んァ-ヶー－‐０-９Ａ-ｚｦ-ﾟ　漢字]{0,24}") {
            for form in [match_insurer, match_symbol, match_number, match_kana] {
                let once = form(&text);
                prop_assert_eq!(form(&once), once);
            }
        }

        #[test]
        fn width_of_digits_and_gaps_do_not_matter(text in "[0-9A-Z]{1,20}", gap in 0usize..20) {
            let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).unwrap();
            let mut written: String = text.chars().map(wide).collect();
            let place = written.char_indices().map(|(i, _)| i).nth(gap % text.len()).unwrap();
            written.insert(place, '－');
            prop_assert_eq!(match_symbol(&written), match_symbol(&text));
        }
    }
}

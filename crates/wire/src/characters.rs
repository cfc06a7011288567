//! Characters that no name, symbol or number of a person has: controls, marks that turn the
//! direction of writing, and what can't be seen. Who takes a name refuses them.

/// What kind of character a name can't have, in Japanese; `None` when all of them can stand in one.
pub fn foreign_to_names(text: &str) -> Option<&'static str> {
    text.chars().find_map(|character| match character {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some("タブまたは改行"),
        '\u{FFFD}' => Some("文字化けした文字（U+FFFD）"),
        _ if character.is_control() || is_noncharacter(character) => Some("制御文字"),
        _ if turns_writing(character) => Some("文字の向きを変える文字"),
        _ if is_unseen(character) => Some("見えない文字"),
        _ => None,
    })
}

/// Turns the direction of writing, so that what stands after it reads as something else.
pub(crate) fn turns_writing(character: char) -> bool {
    matches!(
        character,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

/// Takes no place, or looks like a blank without being one. Variation selectors are not among
/// them: they choose the form of a Han character in a name (葛󠄀).
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}'
            | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}'
    )
}

fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code)
}

/// Whether a text is kana as messages carry it: half-width, with half-width letters and signs.
pub fn is_narrow_kana(text: &str) -> bool {
    text.chars()
        .all(|c| matches!(c, '\u{FF61}'..='\u{FF9F}' | ' '..='~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_pass() {
        for name in [
            "架空　太郎",
            "髙﨑　邊󠄁",
            "葛\u{E0100}城",
            "神\u{FE00}",
            "Ａｎｎａ＝Ｍａｒｉａ",
            "O'Brien-Smith, Jr.",
            "\u{E000}本",
            "ｶｸｳ ﾀﾛｳ",
            "𠮷田",
        ] {
            assert_eq!(foreign_to_names(name), None, "{name:?}");
        }
    }

    #[test]
    fn what_no_name_has_is_named_by_its_kind() {
        for (name, kind) in [
            ("架\t空", "タブ"),
            ("架\r空", "改行"),
            ("架\u{2028}空", "改行"),
            ("架\u{0}空", "制御"),
            ("架\u{1A}", "制御"),
            ("架\u{9B}空", "制御"),
            ("架\u{FFFE}空", "制御"),
            ("\u{202E}架空", "向き"),
            ("架空\u{200F}", "向き"),
            ("架\u{2067}空", "向き"),
            ("架\u{200B}空", "見えない"),
            ("\u{FEFF}架空", "見えない"),
            ("架\u{AD}空", "見えない"),
            ("架\u{3164}空", "見えない"),
            ("架\u{E0041}空", "見えない"),
            ("架\u{FFFD}空", "化け"),
        ] {
            let found = foreign_to_names(name);
            assert!(
                found.is_some_and(|found| found.contains(kind)),
                "{name:?} {found:?}"
            );
        }
    }
}

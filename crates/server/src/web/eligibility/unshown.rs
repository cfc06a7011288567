//! Characters that no screen and no printer of ours can show (外字): what they look like is known only
//! to the machine on which they were made. Where one stands, the page says so, and what to do.

use onshi_wire::is_private_use;

/// More of one text are counted.
const NAMED_MAX: usize = 5;

/// Where such characters stand, and which: 氏名（U+E000）、住所（U+E001・U+E002）.
pub(in crate::web) fn places<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut places: Vec<String> = Vec::new();
    for (label, text) in texts {
        let mut all: Vec<char> = text.chars().filter(|c| is_private_use(*c)).collect();
        all.sort_unstable();
        all.dedup();
        if all.is_empty() {
            continue;
        }
        let named: Vec<String> = all
            .iter()
            .take(NAMED_MAX)
            .map(|character| format!("U+{:04X}", u32::from(*character)))
            .collect();
        let more = match all.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!("、ほか{more}文字"),
        };
        let place = format!("{label}（{}{more}）", named.join("・"));
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.join("、")
}

/// What is said of one person; nothing where nothing of it stands in the texts.
pub(in crate::web) fn advice<'a>(
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<String> {
    let places = places(texts);
    (!places.is_empty()).then(|| {
        format!(
            "外字が含まれ、画面と印刷では空白や□になります：{places}。正しい文字は、券面かご本人に確かめてください。"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_without_a_look_are_named_with_their_place() {
        let texts = [
            ("氏名", "\u{E000}本　太郎\u{E000}"),
            ("カナ", "ﾔﾏﾓﾄ"),
            ("住所", "\u{F8FF}区\u{F0000}町\u{10FFFD}"),
        ];
        let words = "氏名（U+E000）、住所（U+F8FF・U+F0000・U+10FFFD）";
        assert_eq!(places(texts), words);
        let told = advice(texts).unwrap();
        assert!(told.contains(words) && told.contains("券面"), "{told}");
        for seen in ["", "髙﨑　𠮷田", "葛\u{E0100}城", "\u{F900}", "\u{D7FF}"] {
            assert_eq!(advice([("氏名", seen)]), None, "{seen}");
        }
    }

    #[test]
    fn many_are_counted_and_one_place_is_named_once() {
        let many: String = ('\u{E000}'..'\u{E008}').collect();
        let words = "記号（U+E000・U+E001・U+E002・U+E003・U+E004、ほか3文字）";
        assert_eq!(
            places([("記号", many.as_str()), ("記号", many.as_str())]),
            words
        );
    }
}

//! The form in which what people search for is compared with what is kept: one width, no blanks, no
//! case, one form of a character that has several.
//!
//! Whoever looks for 高橋 finds 髙橋 too, and who types ﾔﾏﾀﾞ finds ヤマダ and やまだ. It is for
//! finding only: nothing is kept in this form, and cards are compared by the forms of `wire`.

use std::collections::HashMap;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// Characters of names that are written in several ways; each line is one character, the first the
/// one that stands for all.
const VARIANTS: &[&str] = &[
    "高髙",
    "崎﨑嵜碕",
    "辺邊邉",
    "浜濱濵",
    "斉斎齋齊",
    "沢澤",
    "島嶋嶌",
    "桜櫻",
    "広廣",
    "国國圀",
    "恵惠",
    "真眞",
    "徳德",
    "瀬瀨",
    "吉𠮷",
    "淵渕渊",
    "富冨",
    "条條",
    "竜龍",
    "滝瀧",
    "寿壽",
    "栄榮",
    "円圓",
    "会會",
    "学學",
    "実實",
    "宝寶寳",
    "将將",
    "曽曾",
    "桑桒",
    "柳栁",
    "桧檜",
    "槙槇",
    "気氣",
    "浅淺",
    "済濟",
    "礼禮",
    "鉄鐵",
    "関關",
    "静靜",
    "黒黑",
    "豊豐",
    "万萬",
    "蔵藏",
    "芸藝",
    "凛凜",
    "亜亞",
    "来來",
    "児兒",
    "巻卷",
    "尭堯",
    "奥奧",
    "弥彌",
    "応應",
    "戸戶",
    "暁曉",
    "横橫",
    "歩步",
    "清淸",
    "緒緖",
    "緑綠",
    "聡聰",
    "台臺",
    "荘莊",
    "薫薰",
    "蛍螢",
    "与與",
    "芦蘆",
    "郎郞",
    "青靑",
    "顕顯",
    "鴎鷗",
    "隆隆",
    "祐祐",
    "靖靖",
    "羽羽",
    "福福",
    "神神",
    "祥祥",
    "都都",
    "塚塚",
    "館舘",
    "鶴寉靏靍",
    "梅楳",
    "秋穐龝",
    "野埜",
    "松枩",
    "峰峯",
    "剣劍劔",
    "検檢",
    "県縣",
    "穂穗",
    "総總",
    "経經",
    "継繼",
    "栃杤",
    "稲稻",
    "窪漥",
    "蝉蟬",
    "頼賴",
    "鷹鷂",
    "麺麵",
    "塩鹽",
    "団團",
    "駅驛",
    "沖冲",
    "冴冱",
    "梁樑",
    "晃晄",
    "昇曻",
    "晋晉",
    "朗朖",
    "百佰",
    "釜釡",
    "籠篭",
    "葛葛",
    "祇祗",
    "飯飯",
    "鰺鯵",
    "籔薮藪",
    "檪櫟",
    "榊榊",
];

/// The form that is compared.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Compatibility forms (half-width kana, full-width letters, 神) become the usual ones first.
    for character in text.nfkc() {
        let invisible = character.is_whitespace()
            || character.is_control()
            || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
                | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
        if invisible {
            continue;
        }
        for character in character.to_lowercase() {
            out.push(usual(character));
        }
    }
    // A mark of sound that stood behind a blank belongs to the kana before it now.
    out.nfc().collect()
}

fn usual(character: char) -> char {
    match character {
        // Hiragana lie in the same order as katakana.
        'ぁ'..='ゖ' => char::from_u32(u32::from(character) + 0x60).unwrap_or(character),
        '\u{3400}'.. => variants().get(&character).copied().unwrap_or(character),
        other => other,
    }
}

/// The one that stands for all, by each of the characters that have several forms. It is looked up for every
/// character of names that may be long and many, so that it must not be gone through.
fn variants() -> &'static HashMap<char, char> {
    static VARIANTS_BY_CHARACTER: OnceLock<HashMap<char, char>> = OnceLock::new();
    VARIANTS_BY_CHARACTER.get_or_init(|| {
        let groups = VARIANTS.iter();
        let each = groups.filter_map(|group| Some((group, group.chars().next()?)));
        each.flat_map(|(group, first)| group.chars().map(move |character| (character, first)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn what_people_mean_alike_is_found_alike() {
        for (typed, kept) in [
            ("ﾊ ﾞﾊ\u{200B}ﾟ", "バパ"),
            ("高橋", "髙橋"),
            ("山崎", "山﨑"),
            ("渡辺", "渡邊"),
            ("渡辺", "渡邉"),
            ("斎藤", "齋藤"),
            ("浜田", "濵田"),
            ("吉田", "𠮷田"),
            ("神谷", "神\u{E0100}谷"),
            ("ヤマダ", "ﾔﾏﾀﾞ"),
            ("やまだ", "ヤマダ"),
            ("web受付", "ＷＥＢ 受付"),
            ("山田太郎", "山田　太郎"),
            ("１００", "100"),
            ("神田", "神田"),
        ] {
            assert_eq!(folded(typed), folded(kept), "{typed} {kept}");
        }
    }

    #[test]
    fn what_is_not_alike_stays_apart() {
        for (one, other) in [
            ("高田", "富田"),
            ("がく", "かく"),
            ("a", "b"),
            ("島", "鳥"),
            ("1", "l"),
        ] {
            assert_ne!(folded(one), folded(other));
        }
        assert_eq!(folded(" \u{3000}\u{200B}\t\0"), "");
    }

    #[test]
    fn no_character_stands_in_two_groups() {
        let mut seen = std::collections::BTreeSet::new();
        for group in super::VARIANTS {
            let members: std::collections::BTreeSet<char> = group.chars().collect();
            for member in members {
                assert!(seen.insert(member), "{member}");
            }
        }
    }
}

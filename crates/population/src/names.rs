//! Names: surnames as frequent as they are, given names of three generations.

use super::random::Random;
use std::sync::LazyLock;

/// A name in both writings: kanji, and half-width kana.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling {
    pub kanji: &'static str,
    pub kana: &'static str,
}

/// A foreign resident: the registered name, and the common name (通称).
pub(super) struct Foreign {
    pub name: Spelling,
    pub common: Spelling,
}

struct Names {
    surnames: Vec<Spelling>,
    /// For each of the equal parts of all people, which surname.
    by_share: Vec<u16>,
    /// By sex and generation.
    given: [[Vec<Spelling>; 3]; 2],
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut surnames = Vec::new();
    let mut by_share = Vec::new();
    for line in include_str!("names/surnames.txt").lines() {
        let mut fields = line.split(' ');
        let (Some(kanji), Some(kana)) = (fields.next(), fields.next()) else {
            continue;
        };
        let weight: usize = fields.next().and_then(|w| w.parse().ok()).unwrap_or(100);
        let place = u16::try_from(surnames.len()).unwrap_or(0);
        by_share.extend(std::iter::repeat_n(place, weight / 100));
        surnames.push(Spelling { kanji, kana });
    }
    let mut given: [[Vec<Spelling>; 3]; 2] = Default::default();
    for line in include_str!("names/given.txt").lines() {
        let fields: Vec<&'static str> = line.split(' ').collect();
        if let [sex, era, kanji, kana] = fields[..] {
            let era = match era {
                "old" => 0,
                "mid" => 1,
                _ => 2,
            };
            given[usize::from(sex == "f")][era].push(Spelling { kanji, kana });
        }
    }
    Names {
        surnames,
        by_share,
        given,
    }
});

fn pick(random: &mut Random, length: usize) -> usize {
    random.below(u32::try_from(length).unwrap_or(1)) as usize
}

pub(super) fn surname(random: &mut Random) -> Spelling {
    let place = NAMES.by_share[pick(random, NAMES.by_share.len())];
    NAMES.surnames[usize::from(place)]
}

/// A given name of somebody of this sex who was born in this year.
pub(super) fn given(random: &mut Random, female: bool, born: i32) -> Spelling {
    let era = match born {
        ..1960 => 0,
        1960..2000 => 1,
        _ => 2,
    };
    let names = &NAMES.given[usize::from(female)][era];
    names[pick(random, names.len())]
}

/// 姓　名.
pub(super) fn kanji(surname: Spelling, given: Spelling) -> String {
    join(surname.kanji, "　", given.kanji)
}

/// ｾｲ ﾒｲ.
pub(super) fn kana(surname: Spelling, given: Spelling) -> String {
    join(surname.kana, " ", given.kana)
}

fn join(first: &str, gap: &str, second: &str) -> String {
    let mut text = String::with_capacity(first.len() + gap.len() + second.len());
    text.push_str(first);
    text.push_str(gap);
    text.push_str(second);
    text
}

pub(super) fn foreign(random: &mut Random) -> &'static Foreign {
    &FOREIGN[pick(random, FOREIGN.len())]
}

macro_rules! foreign {
    ($( $name:literal $kana:literal $common:literal $common_kana:literal; )*) => { [ $( Foreign {
        name: Spelling { kanji: $name, kana: $kana },
        common: Spelling { kanji: $common, kana: $common_kana },
    } ),* ] };
}

static FOREIGN: [Foreign; 10] = foreign! {
    "ＣＨＥＮ　ＷＥＩ" "ﾁｪﾝ ｳｪｲ" "千田　偉" "ﾁﾀﾞ ｲｻﾑ";
    "ＮＧＵＹＥＮ　ＶＡＮ　ＭＩＮＨ" "ｸﾞｴﾝ ｳﾞｧﾝ ﾐﾝ" "見本　明" "ﾐﾎﾝ ｱｷﾗ";
    "ＫＩＭ　ＹＯＵＮＧ　ＳＯＯ" "ｷﾑ ﾖﾝｽ" "金本　英洙" "ｶﾈﾓﾄ ﾋﾃﾞｱｷ";
    "ＳＡＮＴＯＳ　ＭＡＲＩＡ" "ｻﾝﾄｽ ﾏﾘｱ" "三藤　真理亜" "ｻﾝﾄｳ ﾏﾘｱ";
    "ＳＩＬＶＡ　ＪＯＡＯ" "ｼﾙｳﾞｧ ｼﾞｮｱﾝ" "白葉　ジョアン" "ｼﾗﾊﾞ ｼﾞｮｱﾝ";
    "ＰＡＲＫ　ＪＩ　ＷＯＯ" "ﾊﾟｸ ｼﾞｳ" "木下　智宇" "ｷﾉｼﾀ ﾄﾓﾀｶ";
    "ＷＡＮＧ　ＦＡＮＧ" "ﾜﾝ ﾌｧﾝ" "王子　芳" "ｵｳｼﾞ ｶｵﾙ";
    "ＤＥＬＡ　ＣＲＵＺ　ＡＮＡ" "ﾃﾞﾗ ｸﾙｽ ｱﾅ" "倉須　安奈" "ｸﾗｽ ｱﾅ";
    "ＳＭＩＴＨ　ＪＯＨＮ" "ｽﾐｽ ｼﾞｮﾝ" "須見　譲" "ｽﾐ ｼﾞｮｳ";
    "ＺＨＡＮＧ　ＬＩ" "ﾁｬﾝ ﾘｰ" "張本　𠮷李" "ﾊﾘﾓﾄ ﾖｼﾘ";
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        assert!(NAMES.surnames.len() > 300);
        for given in NAMES.given.iter().flatten() {
            assert_eq!(given.len(), 50);
        }
        let half = |c: char| matches!(c, '\u{FF66}'..='\u{FF9F}');
        let given = NAMES.given.iter().flatten().flatten();
        for name in NAMES.surnames.iter().chain(given) {
            assert!(name.kana.chars().all(half), "{name:?}");
        }
    }
}

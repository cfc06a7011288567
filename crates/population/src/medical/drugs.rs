//! The sample medicines (見本): sixty that no pharmacy has.
//!
//! The real masters (医薬品マスター) are downloads of 支払基金, with terms of their own, and a made-up
//! prescription of a real medicine could be taken for advice. So all names are fictional and end in
//! 「見本」. The codes have the nine digits of the claims' master and begin with 6299990, which is no
//! block that is in use as far as is known.

use onshi_core::medical::Medicine;

/// A medicine: its key here, name, ingredient and unit.
pub(super) struct Drug {
    pub key: u16,
    pub name: &'static str,
    pub ingredient: &'static str,
    pub unit: &'static str,
}

const fn drug(key: u16, name: &'static str, ingredient: &'static str, unit: &'static str) -> Drug {
    Drug {
        key,
        name,
        ingredient,
        unit,
    }
}

/// By key; the same first two digits are the same group.
pub(super) const DRUGS: &[Drug] = &[
    drug(
        101,
        "ミホンジピン錠２．５ｍｇ「見本」",
        "ミホンジピンベシル酸塩",
        "錠",
    ),
    drug(
        102,
        "ミホンジピン錠５ｍｇ「見本」",
        "ミホンジピンベシル酸塩",
        "錠",
    ),
    drug(
        103,
        "ミホンジピン錠１０ｍｇ「見本」",
        "ミホンジピンベシル酸塩",
        "錠",
    ),
    drug(
        111,
        "カクウサルタン錠２０ｍｇ「見本」",
        "カクウサルタン",
        "錠",
    ),
    drug(
        112,
        "カクウサルタン錠４０ｍｇ「見本」",
        "カクウサルタン",
        "錠",
    ),
    drug(
        121,
        "ミホンチアジド錠１ｍｇ「見本」",
        "ミホンチアジド",
        "錠",
    ),
    drug(131, "ミホラミド錠２０ｍｇ「見本」", "ミホラミド", "錠"),
    drug(
        201,
        "ミホスタチン錠５ｍｇ「見本」",
        "ミホスタチンカルシウム",
        "錠",
    ),
    drug(
        202,
        "ミホスタチン錠１０ｍｇ「見本」",
        "ミホスタチンカルシウム",
        "錠",
    ),
    drug(211, "カクゼチミブ錠１０ｍｇ「見本」", "カクゼチミブ", "錠"),
    drug(
        301,
        "ミホルミン錠２５０ｍｇ「見本」",
        "ミホルミン塩酸塩",
        "錠",
    ),
    drug(
        302,
        "ミホルミン錠５００ｍｇ「見本」",
        "ミホルミン塩酸塩",
        "錠",
    ),
    drug(
        311,
        "カクグリプチン錠５０ｍｇ「見本」",
        "カクグリプチン",
        "錠",
    ),
    drug(
        321,
        "ミホグリフロジン錠１０ｍｇ「見本」",
        "ミホグリフロジン",
        "錠",
    ),
    drug(
        331,
        "ミホインスリン注キット３００単位「見本」",
        "ミホインスリン",
        "キット",
    ),
    drug(
        401,
        "カクウバン錠１ｍｇ「見本」",
        "カクウバンカリウム",
        "錠",
    ),
    drug(402, "ミホキサバン錠５ｍｇ「見本」", "ミホキサバン", "錠"),
    drug(
        411,
        "カクグレル錠７５ｍｇ「見本」",
        "カクグレル硫酸塩",
        "錠",
    ),
    drug(
        412,
        "ミホアスピリン腸溶錠１００ｍｇ「見本」",
        "ミホアスピリン",
        "錠",
    ),
    drug(
        501,
        "ミホプラゾール錠１０ｍｇ「見本」",
        "ミホプラゾールナトリウム",
        "錠",
    ),
    drug(
        502,
        "ミホプラゾール錠２０ｍｇ「見本」",
        "ミホプラゾールナトリウム",
        "錠",
    ),
    drug(
        511,
        "カクファモチン錠２０ｍｇ「見本」",
        "カクファモチン",
        "錠",
    ),
    drug(521, "ミホバミド錠１００ｍｇ「見本」", "ミホバミド", "錠"),
    drug(
        601,
        "カクソプロフェン錠６０ｍｇ「見本」",
        "カクソプロフェンナトリウム",
        "錠",
    ),
    drug(
        602,
        "ミホコキシブ錠１００ｍｇ「見本」",
        "ミホコキシブ",
        "錠",
    ),
    drug(
        603,
        "カクソプロフェンテープ１００ｍｇ「見本」",
        "カクソプロフェンナトリウム",
        "枚",
    ),
    drug(
        611,
        "ミホアミノフェン錠５００ｍｇ「見本」",
        "ミホアミノフェン",
        "錠",
    ),
    drug(
        701,
        "ミホキシシリンカプセル２５０ｍｇ「見本」",
        "ミホキシシリン",
        "カプセル",
    ),
    drug(
        702,
        "カクロマイシン錠２００ｍｇ「見本」",
        "カクロマイシン",
        "錠",
    ),
    drug(
        703,
        "ミホフロキサシン錠５００ｍｇ「見本」",
        "ミホフロキサシン",
        "錠",
    ),
    drug(
        711,
        "ミホセルタビルカプセル７５ｍｇ「見本」",
        "ミホセルタビルリン酸塩",
        "カプセル",
    ),
    drug(
        721,
        "ミホフェキソ錠６０ｍｇ「見本」",
        "ミホフェキソ塩酸塩",
        "錠",
    ),
    drug(722, "カクロラジン錠１０ｍｇ「見本」", "カクロラジン", "錠"),
    drug(
        723,
        "ミホタジン点眼液０．１％「見本」",
        "ミホタジン塩酸塩",
        "ｍＬ",
    ),
    drug(
        724,
        "カクモメタ点鼻液５０μｇ「見本」",
        "カクモメタフランカルボン酸",
        "ｇ",
    ),
    drug(
        731,
        "ミホトロメト錠１５ｍｇ「見本」",
        "ミホトロメト臭化水素酸塩",
        "錠",
    ),
    drug(
        732,
        "カクルボシ錠５００ｍｇ「見本」",
        "カクルボシステイン",
        "錠",
    ),
    drug(741, "ミホサム酸錠２５０ｍｇ「見本」", "ミホサム酸", "錠"),
    drug(
        801,
        "カクテロール吸入用１００「見本」",
        "カクテロール",
        "吸入",
    ),
    drug(
        802,
        "ミホブタモール吸入液「見本」",
        "ミホブタモール硫酸塩",
        "ｍＬ",
    ),
    drug(
        811,
        "ミホルカスト錠１０ｍｇ「見本」",
        "ミホルカストナトリウム",
        "錠",
    ),
    drug(821, "ミホゾラム錠０．２５ｍｇ「見本」", "ミホゾラム", "錠"),
    drug(
        822,
        "カクピデム錠５ｍｇ「見本」",
        "カクピデム酒石酸塩",
        "錠",
    ),
    drug(
        823,
        "ミホトラリン錠２５ｍｇ「見本」",
        "ミホトラリン塩酸塩",
        "錠",
    ),
    drug(
        824,
        "ミホトラリン錠５０ｍｇ「見本」",
        "ミホトラリン塩酸塩",
        "錠",
    ),
    drug(831, "ミホペジル錠３ｍｇ「見本」", "ミホペジル塩酸塩", "錠"),
    drug(832, "ミホペジル錠５ｍｇ「見本」", "ミホペジル塩酸塩", "錠"),
    drug(841, "カクマグ錠３３０ｍｇ「見本」", "カクマグ", "錠"),
    drug(842, "ミホラクチン散「見本」", "ミホラクチン", "ｇ"),
    drug(
        851,
        "ミホドロン錠１７．５ｍｇ「見本」",
        "ミホドロンナトリウム",
        "錠",
    ),
    drug(
        852,
        "カクカルシドールカプセル０．５μｇ「見本」",
        "カクカルシドール",
        "カプセル",
    ),
    drug(861, "ミホフェロン錠５０ｍｇ「見本」", "ミホフェロン", "錠"),
    drug(
        871,
        "ミホチロキシン錠２５μｇ「見本」",
        "ミホチロキシンナトリウム",
        "錠",
    ),
    drug(
        872,
        "ミホチロキシン錠５０μｇ「見本」",
        "ミホチロキシンナトリウム",
        "錠",
    ),
    drug(881, "カクブキソ錠１０ｍｇ「見本」", "カクブキソ", "錠"),
    drug(882, "カクブキソ錠２０ｍｇ「見本」", "カクブキソ", "錠"),
    drug(
        891,
        "ミホスロシン錠０．２ｍｇ「見本」",
        "ミホスロシン塩酸塩",
        "錠",
    ),
    drug(901, "見本葛湯エキス顆粒「見本」", "見本葛湯エキス", "ｇ"),
    drug(902, "見本芍湯エキス顆粒「見本」", "見本芍湯エキス", "ｇ"),
    drug(
        911,
        "ミホプロスト点眼液０．００５％「見本」",
        "ミホプロスト",
        "ｍＬ",
    ),
    drug(921, "ミホベタ軟膏０．１％「見本」", "ミホベタゾン", "ｇ"),
    drug(931, "ミホクロプラ錠５ｍｇ「見本」", "ミホクロプラ", "錠"),
];

/// How a medicine is taken.
pub(super) mod usage {
    pub const MORNING: &str = "１日１回朝食後";
    pub const EVENING: &str = "１日１回夕食後";
    pub const BEDTIME: &str = "１日１回就寝前";
    pub const TWICE: &str = "１日２回朝夕食後";
    pub const THRICE: &str = "１日３回毎食後";
    pub const WEEKLY: &str = "週１回起床時";
    pub const OUTSIDE: &str = "１日１回患部に貼付";
    pub const OINTMENT: &str = "１日２回患部に塗布";
    pub const EYES: &str = "１日２回両眼に点眼";
    pub const NOSE: &str = "１日１回各鼻腔に噴霧";
    pub const INHALED: &str = "１日２回吸入";
    pub const IF_NEEDED: &str = "疼痛時頓用";
    pub const INJECTED: &str = "１日１回皮下注射";
}

/// One line of a prescription: the key, how much a day, how it is taken.
pub(super) type Dose = (u16, &'static str, &'static str);

/// A line of a prescription, for so many days or times.
pub(super) fn medicine((key, quantity, usage): Dose, times: i32) -> Medicine {
    let found = DRUGS.binary_search_by_key(&key, |drug| drug.key);
    let drug = &DRUGS[found.unwrap_or(0)];
    let external = matches!(
        usage,
        usage::OUTSIDE | usage::OINTMENT | usage::EYES | usage::NOSE
    );
    let times = if external { 1 } else { times };
    let class = match usage {
        usage::IF_NEEDED => "22",
        usage::INJECTED => "28",
        _ if external => "23",
        _ => "21",
    };
    Medicine {
        code: Some(format!("629999{key}")),
        name: drug.name.to_owned(),
        ingredient: Some(drug.ingredient.to_owned()),
        quantity: Some(quantity.to_owned()),
        unit: Some(drug.unit.to_owned()),
        usage: Some(usage.to_owned()),
        instruction: (usage == usage::WEEKLY).then(|| "毎週同じ曜日に服用".to_owned()),
        times: Some(times.to_string()),
        class: Some(class.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_samples_are_marked_and_can_be_found() {
        assert!(DRUGS.len() >= 60, "{}", DRUGS.len());
        assert!(DRUGS.is_sorted_by(|one, next| one.key < next.key));
        for drug in DRUGS {
            assert!(drug.name.ends_with("「見本」"), "{}", drug.name);
            let told = medicine((drug.key, "1", usage::MORNING), 28);
            assert_eq!(told.name, drug.name);
            assert_eq!(told.code.unwrap().len(), 9);
        }
    }
}

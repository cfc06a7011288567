//! The fictional institutions that people go to.

use crate::cards;
use onshi_core::medical::Institution;

/// What an institution is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Internal,
    Orthopaedics,
    Mind,
    Eyes,
    Ears,
    Hospital,
    Pharmacy,
}

impl Field {
    /// Every field in which somebody is treated as an outpatient.
    pub(super) const OUTPATIENT: [Field; 5] = [
        Field::Internal,
        Field::Orthopaedics,
        Field::Mind,
        Field::Eyes,
        Field::Ears,
    ];

    const fn name(self) -> &'static str {
        match self {
            Field::Internal => "内科クリニック",
            Field::Orthopaedics => "整形外科",
            Field::Mind => "心療内科",
            Field::Eyes => "眼科",
            Field::Ears => "耳鼻咽喉科",
            Field::Hospital => "総合病院",
            Field::Pharmacy => "薬局",
        }
    }
}

const WORDS: [&str; 8] = ["東", "西", "南", "北", "中央", "駅前", "本町", "緑"];

/// One of eight of its kind in a prefecture. The numbers from 100 on are nobody's in the demo.
pub(super) fn one(prefecture: u32, field: Field, number: u32) -> Institution {
    let kind = if field == Field::Pharmacy { 4 } else { 1 };
    let place = 100 + field as u32 * 10 + number % 8;
    Institution {
        code: cards::checked(format!("{prefecture:02}{kind}999{place}")),
        name: format!("架空{}{}", WORDS[(number % 8) as usize], field.name()),
    }
}

/// The demo's two institutions, and others that its patients know.
pub(super) fn known(code: &str, name: &str) -> Institution {
    Institution {
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

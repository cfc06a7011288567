//! How often everything happens, in one table: so that whoever asks the population knows what to
//! expect. A test counts them.
//!
//! All shares are of one hundred thousand.

use super::insurers::Scheme;

/// Shares of the persons whose insurance holds today, without 医療扶助 (75th statistical yearbook).
pub const OF_SCHEMES: [(&str, u32); 5] = [
    ("協会けんぽ", 32_000),
    ("組合", 23_000),
    ("共済等", 8_000),
    ("国保", 21_500),
    ("後期", 15_500),
];

/// What the household's head is insured by. Chosen so that [`OF_SCHEMES`] comes out.
pub(super) const HEAD: [(Scheme, u32); 8] = [
    (Scheme::Kyokai, 29_100),
    (Scheme::Union, 20_450),
    (Scheme::MutualAid, 6_450),
    (Scheme::Seamen, 200),
    (Scheme::SelfDefence, 400),
    (Scheme::SpecialRetired, 100),
    (Scheme::National, 23_700),
    (Scheme::Elderly, 19_600),
];

/// What an employee is insured by.
pub(super) const EMPLOYEE: [(Scheme, u32); 3] = [
    (Scheme::Kyokai, 52_000),
    (Scheme::Union, 36_000),
    (Scheme::MutualAid, 12_000),
];

/// Which of the households receive 医療扶助: one in 41.
pub(super) const ASSISTED: (u64, u64) = (41, 7);

/// 国保 of a trade (国保組合) rather than of a municipality, of the households insured by 国保.
pub const TRADE: u32 = 9_000;

/// Spellings that Shift_JIS does not have, of all persons: it comes of the table of names.
pub const OUTSIDE_SHIFT_JIS: u32 = 900;
/// 氏名（その他）: another name that is in use, of all persons: it comes of the next two.
pub const OTHER_NAME: u32 = 1_100;
/// Foreign residents with a common name (通称), of the grown.
pub(super) const COMMON_NAME: u32 = 600;
/// The maiden name is shown beside, of grown women.
pub(super) const MAIDEN_NAME: u32 = 1_300;
/// Sex not shown (性別1 未設定, 性別2 the registered one).
pub const SEX_NOT_SHOWN: u32 = 100;
/// Born on the same day as the child before, of the second and later children.
pub const TWINS: u32 = 3_000;

/// A change of insurance within the last two years, of the employed and their families.
pub const JOB_CHANGE: u32 = 7_000;
/// The change is dated today: lost today, acquired today.
pub const CHANGE_TODAY: u32 = 150;
/// The change is dated within the next month.
pub const CHANGE_AHEAD: u32 = 400;
/// The change left some weeks without insurance in between.
pub const CHANGE_WITH_GAP: u32 = 1_000;
/// The old insurance was never given back: two hold at once (資格重複).
pub const OVERLAP: u32 = 300;
/// Lost, and nothing new is known.
pub const LOST: u32 = 900;
/// Lost today, and nothing new is known.
pub const LOST_TODAY: u32 = 60;
/// A move to another municipality within the last two years, of those insured by 国保.
pub const MOVE: u32 = 4_000;
/// A move, of those from 75 years.
pub const ELDERLY_MOVE: u32 = 1_200;
/// A death within the last half year, of those from 75 years.
pub const ELDERLY_DEATH: u32 = 2_500;
/// A death within the last half year, of others who are no head of a family.
pub const DEATH: u32 = 150;
/// 医療扶助 began within the last two years, of those who receive it.
pub const ASSISTANCE_BEGAN: u32 = 15_000;
/// 医療扶助 ended, of those who receive it.
pub const ASSISTANCE_ENDED: u32 = 3_000;
/// A 医療券 for this month is registered, of those who receive 医療扶助.
pub const TICKET: u32 = 70_000;

/// Cards without a branch number (the old 国保 cards), of the 国保 households.
pub const NO_BRANCH: u32 = 3_000;
/// 短期被保険者証, of the households of municipal 国保.
pub const SHORT_TERM: u32 = 1_000;
/// 被保険者資格証明書, of the households of municipal 国保.
pub const SPECIAL_CARE: u32 = 400;

/// 3割 from 70 to 74 years; the others pay 2割.
pub const ELDERLY_AS_WORKING: u32 = 15_000;
/// 3割 from 75 years.
pub const LATE_THIRTY: u32 = 7_000;
/// 2割 from 75 years.
pub const LATE_TWENTY: u32 = 20_000;

/// A 限度額 certificate is known, below 70 years.
pub const LIMIT_BELOW_70: u32 = 30_000;
/// A 限度額 certificate is known, from 70 to 74 years.
pub const LIMIT_FROM_70: u32 = 40_000;
/// A 限度額 certificate is known, from 75 years.
pub const LIMIT_FROM_75: u32 = 50_000;
/// 長期入院, of the bands that know it (オ, 低所得Ⅱ).
pub const LONG_STAY: u32 = 8_000;

/// The bands below 70 years.
pub const BANDS_BELOW_70: [(&str, u32); 6] = [
    ("A01", 5_000),
    ("A02", 10_000),
    ("A03", 40_000),
    ("A04", 28_000),
    ("A05", 16_500),
    ("A06", 500),
];
/// The bands from 70 years of those who pay 3割.
pub const BANDS_AS_WORKING: [(&str, u32); 3] = [("B01", 25_000), ("B02", 30_000), ("B03", 45_000)];
/// The bands from 70 to 74 years of those who pay 2割.
pub const BANDS_FROM_70: [(&str, u32); 5] = [
    ("B04", 55_000),
    ("B05", 28_000),
    ("B06", 15_000),
    ("B07", 1_000),
    ("B08", 1_000),
];
/// The bands from 75 years of those who pay 1割.
pub const BANDS_FROM_75: [(&str, u32); 5] = [
    ("B10", 60_000),
    ("B05", 24_000),
    ("B06", 14_000),
    ("B07", 1_000),
    ("B08", 1_000),
];
/// The band of those who pay 2割 from 75 years.
pub const BAND_LATE_TWENTY: &str = "B09";

/// 特定疾病, of all persons: kidney failure, haemophilia, HIV.
pub const SPECIFIC_DISEASE: [(&str, u32); 3] = [("1", 300), ("2", 30), ("3", 20)];

/// Insurers whose data is older than a month.
pub const STALE_INSURERS: u32 = 4_000;

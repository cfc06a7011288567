//! Where people live: real prefectures, municipalities that do not exist.

use super::random::Random;
use std::fmt::Write;
use std::sync::LazyLock;

/// How many municipalities every prefecture has.
pub(super) const MUNICIPALITIES: u64 = 40;

/// The prefectures in the order of their numbers.
pub(super) struct Prefectures {
    names: Vec<&'static str>,
    /// For each of the equal parts of all people, which prefecture.
    by_share: Vec<u8>,
}

pub(super) static PREFECTURES: LazyLock<Prefectures> = LazyLock::new(|| {
    let (mut names, mut by_share) = (Vec::new(), Vec::new());
    for (place, line) in (0u8..).zip(include_str!("names/prefectures.txt").lines()) {
        if let Some((name, weight)) = line.split_once(' ') {
            names.push(name);
            by_share.extend(std::iter::repeat_n(place, weight.parse().unwrap_or(1)));
        }
    }
    Prefectures { names, by_share }
});

impl Prefectures {
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// The name of the prefecture at this place (its number less one).
    pub(super) fn name(&self, place: usize) -> &'static str {
        self.names[place]
    }

    pub(super) fn draw(&self, random: &mut Random) -> usize {
        let length = u32::try_from(self.by_share.len()).unwrap_or(1);
        usize::from(self.by_share[random.below(length) as usize])
    }
}

const FIRST: [&str; 8] = [
    "架空", "見本", "仮名", "模擬", "例示", "試験", "想定", "仮想",
];
const LAST: [&str; 5] = ["市", "町", "村", "東市", "西市"];

/// The name of a municipality; every prefecture has the same forty.
pub(super) fn municipality(place: usize) -> String {
    format!("{}{}", FIRST[place % 8], LAST[place / 8 % 5])
}

/// An address, and its 郵便番号.
pub(super) fn address(
    random: &mut Random,
    prefecture: usize,
    municipality: usize,
) -> (String, String) {
    let mut text = String::with_capacity(64);
    text.push_str(PREFECTURES.name(prefecture));
    text.push_str(FIRST[municipality % 8]);
    text.push_str(LAST[municipality / 8 % 5]);
    text.push_str(["本町", "中央", "緑町", "見本台"][random.below(4) as usize]);
    wide(&mut text, 1 + random.below(5));
    text.push_str("丁目");
    wide(&mut text, 1 + random.below(29));
    text.push('－');
    wide(&mut text, 1 + random.below(19));
    if random.chance(35_000) {
        text.push_str("　架空荘");
        wide(&mut text, 101 + random.below(8) + 100 * random.below(5));
        text.push_str("号室");
    }
    let mut post = String::with_capacity(8);
    let _ = write!(post, "000-{:04}", prefecture * 40 + municipality);
    (text, post)
}

/// Appends a number in full-width digits.
pub(super) fn wide(text: &mut String, number: u32) {
    if number >= 10 {
        wide(text, number / 10);
    }
    text.extend(char::from_u32(u32::from('０') + number % 10));
}

//! Looking for words in the manual. Letters are compared without their width and case, and hiragana as
//! katakana; where nothing has every word, what shares most pairs of letters is offered.

use crate::web::manual::book::PAGES;
use crate::web::manual::text::{ManualBlock, ManualPage};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization as _;

/// The most pages that are found.
const HITS_MAX: usize = 20;

/// The most letters that are looked for.
const ASKED_MAX: usize = 100;

/// Letters that are shown before and behind a word that was found.
const AROUND: (usize, usize) = (24, 70);

/// A page that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The page.
    pub page: &'static ManualPage,
    /// Where the words stand: before, the words, behind.
    pub excerpt: (String, String, String),
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The pages, the best first.
    pub hits: Vec<Hit>,
    /// Whether no page has every word, so that these are only near.
    pub is_near: bool,
}

/// One letter as it is compared; the manual's own letters stay one each.
fn fold(letter: char) -> char {
    match letter {
        '！'..='～' => char::from_u32(u32::from(letter) - 0xfee0)
            .map_or(letter, |half| half.to_ascii_lowercase()),
        'ァ'..='ヶ' => char::from_u32(u32::from(letter) - 0x60).unwrap_or(letter),
        _ => letter.to_ascii_lowercase(),
    }
}

fn folded(text: &str) -> Vec<char> {
    text.chars().map(fold).collect()
}

/// What was asked, in words. What a telephone types in half width is made whole first.
fn words(asked: &str) -> Vec<Vec<char>> {
    let whole: String = asked.nfkc().take(ASKED_MAX).collect();
    let words = whole.split_whitespace().map(folded);
    words.filter(|word| !word.is_empty()).collect()
}

fn place(text: &[char], word: &[char]) -> Option<usize> {
    text.windows(word.len()).position(|part| part == word)
}

/// A page as it is looked through: its texts, each with what it weighs.
fn texts(page: &ManualPage) -> Vec<(&str, usize)> {
    let blocks = page.blocks.iter().flat_map(|block| {
        let weight = match block {
            ManualBlock::Heading(_) => 4,
            ManualBlock::Terms(_) => 3,
            _ => 2,
        };
        block.texts().into_iter().map(move |text| (text, weight))
    });
    let own = [(page.title.as_str(), 20), (page.words.as_str(), 8)];
    own.into_iter().chain(blocks).collect()
}

/// What a page is worth for these words; none where one is missing.
fn worth(page: &ManualPage, words: &[Vec<char>]) -> Option<usize> {
    let texts: Vec<(Vec<char>, usize)> = texts(page)
        .into_iter()
        .map(|(text, weight)| (folded(text), weight))
        .collect();
    words.iter().try_fold(0, |sum, word| {
        let found = texts.iter().filter(|(text, _)| place(text, word).is_some());
        let weights: Vec<usize> = found.map(|(_, weight)| *weight).collect();
        let best = weights.iter().max()?;
        Some(sum + best * 10 + weights.len())
    })
}

fn pairs(text: &[char]) -> BTreeSet<(char, char)> {
    text.windows(2)
        .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
        .collect()
}

/// What the pairs of letters weigh that a page shares with what was asked; none where they are fewer than half.
fn nearness(page: &ManualPage, asked: &BTreeSet<(char, char)>) -> Option<usize> {
    let mut own: BTreeMap<(char, char), usize> = BTreeMap::new();
    for (text, weight) in texts(page) {
        for pair in pairs(&folded(text)) {
            let known = own.entry(pair).or_default();
            *known = weight.max(*known);
        }
    }
    let shared: Vec<usize> = asked
        .iter()
        .filter_map(|pair| own.get(pair).copied())
        .collect();
    (shared.len() * 2 >= asked.len() && !shared.is_empty()).then(|| shared.iter().sum())
}

/// Where a page says it, in what is shown of it; else how it begins.
fn excerpt(page: &ManualPage, words: &[Vec<char>]) -> (String, String, String) {
    let shown = page.blocks.iter().flat_map(ManualBlock::texts);
    for text in shown {
        let letters: Vec<char> = text.chars().collect();
        let at = words
            .iter()
            .find_map(|word| Some((place(&folded(text), word)?, word.len())));
        if let Some((at, long)) = at {
            let (before, behind) = AROUND;
            let from = at.saturating_sub(before);
            let until = (at + long + behind).min(letters.len());
            let part = |from: usize, until: usize| -> String {
                letters
                    .get(from..until)
                    .unwrap_or_default()
                    .iter()
                    .collect()
            };
            let dots = |is_cut: bool| if is_cut { "…" } else { "" };
            return (
                format!("{}{}", dots(from > 0), part(from, at)),
                part(at, at + long),
                format!("{}{}", part(at + long, until), dots(until < letters.len())),
            );
        }
    }
    let first = page.blocks.iter().flat_map(ManualBlock::texts).next();
    let begins = first.unwrap_or_default().chars().take(90).collect();
    (begins, String::new(), String::new())
}

/// Looks for words; what is not asked finds nothing.
pub fn search(asked: &str) -> Found {
    let words = words(asked);
    if words.is_empty() {
        return Found::default();
    }
    let mut best: Vec<(usize, &'static ManualPage)> = PAGES
        .iter()
        .filter_map(|page| Some((worth(page, &words)?, page)))
        .collect();
    let is_near = best.is_empty();
    if is_near {
        let asked: BTreeSet<(char, char)> = words.iter().flat_map(|word| pairs(word)).collect();
        best = PAGES
            .iter()
            .filter_map(|page| Some((nearness(page, &asked)?, page)))
            .collect();
    }
    best.sort_by_key(|(worth, _)| std::cmp::Reverse(*worth));
    let hits = best.into_iter().take(HITS_MAX).map(|(_, page)| Hit {
        page,
        excerpt: excerpt(page, &words),
    });
    Found {
        hits: hits.collect(),
        is_near,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slugs(asked: &str) -> Vec<&'static str> {
        search(asked).hits.iter().map(|hit| hit.page.slug).collect()
    }

    #[test]
    fn a_task_is_found_by_the_words_that_people_use() {
        for (asked, slug) in [
            ("パスワード 変更", "password"),
            ("パスワードを変更する", "password"),
            ("ぱすわーど　わすれた", "lost-password"),
            ("ﾊﾟｽﾜｰﾄﾞ 忘れた", "lost-password"),
            ("退職", "account-list"),
            ("ｃｓｖ 一括登録", "account-bulk"),
            ("証明書 期限切れ", "certificate-renewal"),
            ("秘密の番号", "master-reset"),
            ("該当資格なし", "result"),
            ("停電", "no-system"),
            ("意識がない", "disaster-view"),
        ] {
            let found = slugs(asked);
            assert!(
                found.iter().take(3).any(|found| *found == slug),
                "{asked}: {found:?}"
            );
        }
    }

    #[test]
    fn what_no_page_says_as_a_whole_finds_what_is_near() {
        let found = search("パスワードを忘れてしまった");
        assert!(found.is_near);
        // It says "パスワードを忘れて", and leads on.
        assert_eq!(
            found.hits.first().map(|hit| hit.page.slug),
            Some("activation")
        );
    }

    #[test]
    fn nothing_is_found_by_nothing_and_by_what_nobody_wrote() {
        for asked in ["", " 　 ", "xyzzy", "龘"] {
            assert!(search(asked).hits.is_empty(), "{asked}");
        }
        assert!(search(&"あ".repeat(100_000)).hits.is_empty());
    }

    #[test]
    fn an_excerpt_has_the_word_in_its_middle() {
        let found = search("ロック解除");
        let (before, word, behind) = &found.hits[0].excerpt;
        assert_eq!(word, "ロック解除");
        assert!(before.chars().count() <= 25 && behind.chars().count() <= 71);
    }
}

//! The pictures of screens in the manual. A test with a browser takes them of the samples and writes
//! [`list`], with a digest of each screen's words: another test fails when a screen says something else
//! than its picture.

mod list;

use onshi_core::entropy::hex;
use sha2::{Digest as _, Sha256};

/// A picture that was taken.
#[derive(Clone, Copy, Debug)]
pub struct TakenPicture {
    /// The sample of the screen.
    pub sample: &'static str,
    /// The digest of its words.
    pub words: &'static str,
    /// How many pixels it is wide and high.
    pub pixels: (u32, u32),
    /// The picture, as WebP.
    pub bytes: &'static [u8],
}

/// Every picture.
pub const TAKEN: &[TakenPicture] = list::TAKEN;

/// The picture of this sample.
pub fn of(sample: &str) -> Option<&'static TakenPicture> {
    TAKEN.iter().find(|taken| taken.sample == sample)
}

/// The digest of what a page says within its `main`, without its tags.
pub fn digest_of_words(html: &str) -> String {
    let main = html.split_once("<main").map_or("", |(_, main)| main);
    let main = main.split("</main>").next().unwrap_or_default();
    let texts = main.split('<').filter_map(|part| part.split_once('>'));
    let words: Vec<&str> = texts
        .flat_map(|(_, text)| text.split_whitespace())
        .collect();
    let digest = Sha256::digest(words.join(" ").as_bytes());
    hex(digest.get(..8).unwrap_or_default())
}

/// The file with the list, as it is written: for each sample the digest of its words, and the picture's size.
pub fn list_of(taken: &[(String, String, (u32, u32))]) -> String {
    let mut text = "//! The pictures that were taken. Written by a test with a browser:\n\
                    //! `UPDATE_EXPECT=1 cargo test -p onshi-scenarios --test processes manual::pictures`.\n\n\
                    use super::TakenPicture;\n\n\
                    macro_rules! taken {\n    \
                    ($($sample:literal $words:literal $across:literal $down:literal)*) => {\n        \
                    &[$(TakenPicture {\n            sample: $sample,\n            words: $words,\n            \
                    pixels: ($across, $down),\n            \
                    bytes: include_bytes!(concat!($sample, \".webp\")),\n        },)*]\n    };\n}\n\n\
                    pub(super) const TAKEN: &[TakenPicture] = taken! {\n"
        .to_owned();
    for (sample, words, (across, down)) in taken {
        text.push_str(&format!("    \"{sample}\" \"{words}\" {across} {down}\n"));
    }
    text.push_str("};\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_changes_with_the_words_and_not_with_tags_or_tokens() {
        let page = |main: &str| format!("<p>外</p><main id=\"main\">{main}</main><p>外</p>");
        let digest = |main: &str| digest_of_words(&page(main));
        let one = digest("<h1>登録</h1>\n<input value=\"a\">");
        assert_eq!(
            one,
            digest("<h1 class=\"x\"> 登録 </h1><input value=\"b\">")
        );
        assert_ne!(one, digest("<h1>変更</h1>"));
        assert_ne!(one, digest(""));
    }
}

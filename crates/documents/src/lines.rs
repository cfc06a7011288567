//! Breaking text into lines (行分割), by Unicode's line breaking with strict 禁則処理.
//!
//! No line begins with 、 。 」 ー ゃ or ends with 「 （. What has no place to break at and is wider than
//! the column is broken where it must be.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::typeset::{Typesetter, letters};

/// The lines of a text in a column of this width. There is always one, be it empty.
pub(crate) fn break_lines<'t>(
    text: &'t str,
    (width, size): (f32, f32),
    typesetter: &Typesetter<'_>,
) -> Vec<&'t str> {
    let mut lines = Vec::new();
    let most = width / size;
    let (mut from, mut at, mut so_far) = (0, 0, 0.0);
    for (to, opportunity) in linebreaks(text) {
        let piece = &text[at..to];
        let wide = extent(piece, typesetter);
        let bare = extent(piece.trim_end(), typesetter);
        if so_far + bare > most && from < at {
            lines.push(text[from..at].trim_end());
            (from, so_far) = (at, 0.0);
        }
        if bare > most {
            (from, so_far) = broken(text, (at, to), most, typesetter, &mut lines);
        } else {
            so_far += wide;
        }
        at = to;
        if opportunity == BreakOpportunity::Mandatory && (from < at || to < text.len()) {
            lines.push(text[from..at].trim_end());
            (from, so_far) = (at, 0.0);
        }
    }
    if lines.is_empty() {
        lines.push("");
    }
    lines
}

/// Breaks what has no place to break at, and says where its last line begins and how wide that is.
fn broken<'t>(
    text: &'t str,
    (start, end): (usize, usize),
    most: f32,
    typesetter: &Typesetter<'_>,
    lines: &mut Vec<&'t str>,
) -> (usize, f32) {
    let (mut from, mut so_far) = (start, 0.0);
    for letter in letters(&text[start..end]) {
        let advance = typesetter.advance(&letter);
        let here = start + letter.from;
        // A column narrower than a letter still takes one.
        if so_far + advance > most && from < here {
            lines.push(&text[from..here]);
            (from, so_far) = (here, 0.0);
        }
        so_far += advance;
    }
    (from, so_far)
}

fn extent(text: &str, typesetter: &Typesetter<'_>) -> f32 {
    letters(text)
        .map(|letter| typesetter.advance(&letter))
        .sum()
}

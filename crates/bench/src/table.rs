//! Columns of a table on a terminal, where a Japanese character takes two cells.

use onshi_language::is_japanese;

fn cells(text: &str) -> usize {
    text.chars().map(|c| 1 + usize::from(is_japanese(c))).sum()
}

/// The text at the left of so many cells.
pub(super) fn left(text: &str, width: usize) -> String {
    let blank = width.saturating_sub(cells(text));
    format!("{text}{}", " ".repeat(blank))
}

/// The text at the right of so many cells.
pub(super) fn right(text: &str, width: usize) -> String {
    let blank = width.saturating_sub(cells(text));
    format!("{}{text}", " ".repeat(blank))
}

/// A line of headings: the first at the left, the others at the right of their columns.
pub(super) fn headings(first: (&str, usize), others: &[(&str, usize)]) -> String {
    let others = others
        .iter()
        .map(|(head, width)| format!(" {}", right(head, *width)));
    left(first.0, first.1) + &others.collect::<String>() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_character_takes_two_cells() {
        assert_eq!(left("資格", 6), "資格  ");
        assert_eq!(right("p99", 6), "   p99");
        assert_eq!(headings(("比", 3), &[("人", 4)]), "比    人\n");
    }
}

//! From a place in the text to line and column.

/// Counts lines only when somebody asks, and never the whole text twice: on its way it leaves marks
/// to come back to.
pub(super) struct Place<'t> {
    text: &'t str,
    marks: Vec<Mark>,
}

#[derive(Clone, Copy)]
struct Mark {
    offset: usize,
    line: u32,
    column: u32,
}

/// Bytes between marks.
const STRIDE: usize = 512;

impl<'t> Place<'t> {
    pub fn new(text: &'t str) -> Self {
        let start = Mark {
            offset: 0,
            line: 1,
            column: 1,
        };
        Self {
            text,
            marks: vec![start],
        }
    }

    /// The text between two places.
    pub fn between(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or("")
    }

    /// Line and column, both from 1, of a byte offset.
    pub fn of(&mut self, offset: usize) -> (u32, u32) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let after = self.marks.partition_point(|mark| mark.offset <= offset);
        let is_last = after == self.marks.len();
        let mut mark = self.marks[after - 1];
        let mut left = mark.offset;
        for character in self.text[mark.offset..offset].chars() {
            if is_last && mark.offset - left >= STRIDE {
                self.marks.push(mark);
                left = mark.offset;
            }
            mark.offset += character.len_utf8();
            if character == '\n' {
                mark.line += 1;
                mark.column = 1;
            } else {
                mark.column += 1;
            }
        }
        (mark.line, mark.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_back_gives_the_same() {
        let text = "架空\n<a>\n\n".repeat(5_000);
        let mut place = Place::new(&text);
        let slow = |offset: usize| {
            let before = &text[..offset];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
        };
        let offsets = text.char_indices().map(|(offset, _)| offset).step_by(977);
        for offset in offsets {
            assert_eq!(place.of(offset), slow(offset));
            assert_eq!(
                place.of(text.len() - offset / 12 * 12),
                slow(text.len() - offset / 12 * 12)
            );
            assert_eq!(place.of(offset / 12 * 12), slow(offset / 12 * 12));
        }
    }
}

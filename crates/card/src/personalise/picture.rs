//! Pictures of printed text, in black and white (PNG of one bit a point).
//!
//! Digits look like digits. A name or an address, for which a font would be needed, is shown by its
//! code points in hexadecimal: whoever looks at it sees that it is simulated, and each text has a
//! picture of its own.

use super::png;

/// Every digit in three columns and five rows, a row of three bits after the other.
const GLYPHS: [u16; 16] = [
    0o75557, 0o26227, 0o71747, 0o71717, 0o55711, 0o74717, 0o74757, 0o71111, 0o75757, 0o75717,
    0o75755, 0o65656, 0o34443, 0o65556, 0o74647, 0o74644,
];
const HEIGHT: usize = 12;
const STEP: usize = 6;

/// Digits in a row.
pub(super) fn digits(text: &str) -> Vec<u8> {
    let all: Vec<usize> = text
        .chars()
        .filter_map(|c| c.to_digit(16))
        .map(|d| d as usize)
        .collect();
    rows(&[all])
}

/// A text by its code points, eight to a line.
pub(super) fn code_points(text: &str) -> Vec<u8> {
    let characters: Vec<char> = text.chars().collect();
    let lines: Vec<Vec<usize>> = characters
        .chunks(8)
        .map(|line| {
            let text: String = line
                .iter()
                .map(|c| format!("{:04X}", u32::from(*c)))
                .collect();
            text.chars()
                .filter_map(|c| c.to_digit(16))
                .map(|d| d as usize)
                .collect()
        })
        .collect();
    rows(&lines)
}

fn rows(lines: &[Vec<usize>]) -> Vec<u8> {
    let longest = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = (longest * STEP).max(8);
    let height = (lines.len() * HEIGHT).max(HEIGHT);
    let mut black = vec![false; width * height];
    for (line, digits) in lines.iter().enumerate() {
        for (column, digit) in digits.iter().enumerate() {
            let glyph = GLYPHS.get(*digit).copied().unwrap_or(0);
            for place in (0..15).filter(|place| glyph >> (14 - place) & 1 == 1) {
                // Each point of a glyph is one wide and two high.
                let (x, y) = (
                    column * STEP + 1 + place % 3,
                    line * HEIGHT + 1 + place / 3 * 2,
                );
                black[y * width + x] = true;
                black[(y + 1) * width + x] = true;
            }
        }
    }
    png::black_and_white(width, height, &black)
}

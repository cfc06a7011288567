//! A code of dark and light squares as a picture (PNG), one bit a point.

use png::{BitDepth, ColorType, Encoder, EncodingError};

/// How many points a square is wide: a byte of one bit a point.
const POINTS: usize = 8;

/// The picture of these rows; true is dark.
pub fn of(rows: &[Vec<bool>]) -> Vec<u8> {
    // Memory takes every byte, and a code has squares: there is no error to tell.
    written(rows).unwrap_or_default()
}

fn written(rows: &[Vec<bool>]) -> Result<Vec<u8>, EncodingError> {
    let across = rows.first().map_or(0, Vec::len);
    let size = |squares: usize| u32::try_from(squares * POINTS).unwrap_or(u32::MAX);
    let mut all = Vec::new();
    let mut encoder = Encoder::new(&mut all, size(across), size(rows.len()));
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut writer = encoder.write_header()?;
    let lines: Vec<u8> = rows
        .iter()
        .flat_map(|row| std::iter::repeat_n(row, POINTS))
        .flatten()
        .map(|dark| if *dark { 0 } else { 0xFF })
        .collect();
    writer.write_image_data(&lines)?;
    writer.finish()?;
    Ok(all)
}

//! PNG of one bit a point: a few hundred bytes, as the card's pictures of text are.

use png::{BitDepth, ColorType, Encoder, EncodingError};

/// A picture, a row after the other; `true` is black.
pub(super) fn black_and_white(width: usize, height: usize, black: &[bool]) -> Vec<u8> {
    // Memory takes every byte, and no picture of text is without points: there is no error to tell.
    written(width, height, black).unwrap_or_default()
}

fn written(width: usize, height: usize, black: &[bool]) -> Result<Vec<u8>, EncodingError> {
    let size = |points: usize| u32::try_from(points).unwrap_or(u32::MAX);
    let mut all = Vec::new();
    let mut encoder = Encoder::new(&mut all, size(width), size(height));
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut writer = encoder.write_header()?;
    let mut rows = Vec::new();
    for row in black.chunks(width.max(1)) {
        for eight in row.chunks(8) {
            let bits = eight.iter().enumerate();
            rows.push(bits.fold(0, |byte, (at, black)| byte | (u8::from(!black) << (7 - at))));
        }
    }
    writer.write_image_data(&rows)?;
    writer.finish()?;
    Ok(all)
}

//! PNG of one bit a point: a few hundred bytes, as the card's pictures of text are.

use flate2::{Compression, write::ZlibEncoder};
use std::io::Write;

/// A picture, a row after the other; `true` is black.
pub(super) fn black_and_white(width: usize, height: usize, black: &[bool]) -> Vec<u8> {
    let mut rows = Vec::new();
    for row in black.chunks(width.max(1)) {
        rows.push(0);
        for eight in row.chunks(8) {
            let bits = eight.iter().enumerate();
            rows.push(bits.fold(0, |byte, (at, black)| byte | (u8::from(!black) << (7 - at))));
        }
    }
    let size = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let mut header = [size(width), size(height)].concat();
    header.extend([1, 0, 0, 0, 0]);
    let mut all = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut all, *b"IHDR", &header);
    chunk(&mut all, *b"IDAT", &compressed(&rows));
    chunk(&mut all, *b"IEND", &[]);
    all
}

/// Memory takes every byte, so there is no error to tell.
fn compressed(rows: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(rows).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

fn chunk(all: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    all.extend(length.to_be_bytes());
    let mut checked = kind.to_vec();
    checked.extend_from_slice(data);
    all.extend(&checked);
    all.extend(crc32fast::hash(&checked).to_be_bytes());
}

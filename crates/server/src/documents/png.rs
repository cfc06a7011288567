//! A code of dark and light squares as a picture (PNG), one bit a point.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// How many points a square is wide.
const POINTS: usize = 8;

/// The picture of these rows; true is dark.
pub fn of(rows: &[Vec<bool>]) -> Vec<u8> {
    let across = rows.first().map_or(0, Vec::len) * POINTS;
    let mut lines = Vec::new();
    for row in rows {
        // One byte is one square.
        let line: Vec<u8> = row
            .iter()
            .map(|dark| if *dark { 0 } else { 0xFF })
            .collect();
        for _ in 0..POINTS {
            lines.push(0);
            lines.extend_from_slice(&line);
        }
    }
    let size = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let mut header = [size(across), size(rows.len() * POINTS)].concat();
    // One bit, grey, as everything is packed and filtered alike.
    header.extend([1, 0, 0, 0, 0]);
    let mut all = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut all, *b"IHDR", &header);
    chunk(&mut all, *b"IDAT", &packed(&lines));
    chunk(&mut all, *b"IEND", &[]);
    all
}

/// Memory takes every byte, so there is no error to tell.
fn packed(lines: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(lines).and_then(|()| encoder.finish());
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

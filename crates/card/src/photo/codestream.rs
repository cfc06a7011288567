//! JPEG 2000 for photos of cards: one tile, one component, one layer, wavelet 9/7, blocks of 64 by 64.
//!
//! A crate that writes JPEG 2000 in Rust alone exists, but it is the translation of a C library, and
//! building it takes longer than building all of the demo's other new parts (`docs/adr/0027`).

use super::Picture;
use super::bits::{Bits, Tree};
use super::blocks::{Band, Coded, encode};
use super::wavelet;

const LEVELS: u32 = 5;
const BLOCK: usize = 64;
const GUARD_BITS: u32 = 2;
/// How often the quality is halved in between to meet the size.
const ROUNDS: u32 = 12;

/// How much an error in a subband shows in the picture, by level: low, high in one direction, high in
/// both (L2 norms of the synthesis).
const LOW: [f32; 6] = [1.0, 1.965, 4.177, 8.403, 16.90, 33.84];
const HIGH: [f32; 6] = [0.0, 2.022, 3.989, 8.355, 17.04, 34.27];
const HIGH_BOTH: [f32; 6] = [0.0, 2.080, 3.865, 8.307, 17.18, 34.71];

/// A subband: where it lies, and how coarsely it is told.
struct Subband {
    band: Band,
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    exponent: u32,
    mantissa: u32,
    step: f32,
}

/// Writes the picture in at most this many bytes.
pub(super) fn write(picture: &Picture, most_bytes: usize) -> Vec<u8> {
    let mut values: Vec<f32> = picture
        .points
        .iter()
        .map(|point| f32::from(*point) - 128.0)
        .collect();
    wavelet::transform(&mut values, picture.width, picture.height, LEVELS);
    // The coarsest that is thought of, and the finest that is worth anything here.
    let (mut finest, mut coarsest) = (0.5f32, 4096.0f32);
    let mut best = whole(picture, &values, coarsest);
    for _ in 0..ROUNDS {
        let middle = (finest * coarsest).sqrt();
        let tried = whole(picture, &values, middle);
        if tried.len() <= most_bytes {
            coarsest = middle;
            best = tried;
        } else {
            finest = middle;
        }
    }
    best
}

/// The subbands, resolution by resolution.
fn subbands(width: usize, height: usize, base: f32) -> Vec<Vec<Subband>> {
    let mut sizes = vec![(width, height)];
    for level in 0..LEVELS as usize {
        let (w, h) = sizes[level];
        sizes.push((w.div_ceil(2), h.div_ceil(2)));
    }
    let deepest = LEVELS as usize;
    let (w, h) = sizes[deepest];
    let mut all = vec![vec![subband(Band::Ll, deepest, [0, 0, w, h], base)]];
    for level in (1..=deepest).rev() {
        let (low_w, low_h) = sizes[level];
        let (w, h) = sizes[level - 1];
        all.push(vec![
            subband(Band::Hl, level, [low_w, 0, w - low_w, low_h], base),
            subband(Band::Lh, level, [0, low_h, low_w, h - low_h], base),
            subband(Band::Hh, level, [low_w, low_h, w - low_w, h - low_h], base),
        ]);
    }
    all
}

fn subband(band: Band, level: usize, place: [usize; 4], base: f32) -> Subband {
    let (gain, norm) = match band {
        Band::Ll => (0, LOW[level]),
        Band::Hl | Band::Lh => (1, HIGH[level]),
        Band::Hh => (2, HIGH_BOTH[level]),
    };
    // 8 bits a point, and what the transform adds.
    let range = 8 + gain;
    let wanted = base * 2f32.powi(gain) / norm;
    let power = wanted
        .log2()
        .floor()
        .clamp(range as f32 - 31.0, range as f32);
    let fraction = (wanted / power.exp2()).clamp(1.0, 2.0 - 1.0 / 2048.0);
    let mantissa = ((fraction - 1.0) * 2048.0).round().min(2047.0);
    let [left, top, width, height] = place;
    Subband {
        band,
        left,
        top,
        width,
        height,
        exponent: (range as f32 - power) as u32,
        mantissa: mantissa as u32,
        step: power.exp2() * (1.0 + mantissa / 2048.0),
    }
}

impl Subband {
    /// How many bit planes a coefficient may have.
    fn most_planes(&self) -> u32 {
        (GUARD_BITS + self.exponent).saturating_sub(1)
    }

    fn columns(&self) -> usize {
        self.width.div_ceil(BLOCK)
    }

    fn blocks(&self, values: &[f32], stride: usize) -> Vec<Coded> {
        let most = (1u32 << self.most_planes().min(30)) - 1;
        let mut all = Vec::new();
        for top in (0..self.height).step_by(BLOCK) {
            for left in (0..self.width).step_by(BLOCK) {
                let width = BLOCK.min(self.width - left);
                let height = BLOCK.min(self.height - top);
                let mut magnitudes = Vec::with_capacity(width * height);
                let mut negative = Vec::with_capacity(width * height);
                for y in 0..height {
                    let row = (self.top + top + y) * stride + self.left + left;
                    for value in &values[row..row + width] {
                        magnitudes.push(((value.abs() / self.step) as u32).min(most));
                        negative.push(*value < 0.0);
                    }
                }
                all.push(encode(self.band, width, &magnitudes, &negative));
            }
        }
        all
    }
}

/// The packet of a resolution: what its blocks are, and the blocks.
fn packet(bands: &[Subband], values: &[f32], stride: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    let mut bodies = Vec::new();
    bits.put(true);
    for band in bands {
        let blocks = band.blocks(values, stride);
        let (columns, rows) = (band.columns(), band.height.div_ceil(BLOCK));
        let absent: Vec<u32> = blocks
            .iter()
            .map(|one| u32::from(one.passes == 0))
            .collect();
        let most = band.most_planes();
        let missing: Vec<u32> = blocks
            .iter()
            .map(|one| most.saturating_sub(one.planes))
            .collect();
        let mut included = Tree::new(columns, rows, &absent);
        let mut empty = Tree::new(columns, rows, &missing);
        for (place, block) in blocks.iter().enumerate() {
            included.tell(&mut bits, place, 1);
            if block.passes == 0 {
                continue;
            }
            for limit in 1..=missing[place] + 1 {
                empty.tell(&mut bits, place, limit);
            }
            passes(&mut bits, block.passes);
            length(&mut bits, block);
            bodies.extend_from_slice(&block.bytes);
        }
    }
    [bits.finish(), bodies].concat()
}

fn passes(bits: &mut Bits, passes: usize) {
    match passes {
        1 => bits.put(false),
        2 => bits.number(0b10, 2),
        3..=5 => bits.number(0b1100 | (passes - 3), 4),
        6..=36 => bits.number(0b1111 << 5 | (passes - 6), 9),
        _ => bits.number(0b1_1111_1111 << 7 | (passes - 37), 16),
    }
}

/// The length, in three bits and one for each doubling of the passes, or more where it needs them.
fn length(bits: &mut Bits, block: &Coded) {
    let needed = usize::BITS - block.bytes.len().leading_zeros();
    let given = 3 + block.passes.ilog2();
    let more = needed.saturating_sub(given);
    for _ in 0..more {
        bits.put(true);
    }
    bits.put(false);
    bits.number(block.bytes.len(), given + more);
}

fn whole(picture: &Picture, values: &[f32], base: f32) -> Vec<u8> {
    let bands = subbands(picture.width, picture.height, base);
    let packets: Vec<u8> = bands
        .iter()
        .flat_map(|one| packet(one, values, picture.width))
        .collect();
    let (width, height) = (four(picture.width), four(picture.height));
    let mut stream = vec![0xFF, 0x4F];
    // SIZ: the picture is one tile of one component with 8 bits.
    let size = [
        &width[..],
        &height,
        &[0; 8],
        &width,
        &height,
        &[0; 8],
        &[0, 1, 7, 1, 1],
    ]
    .concat();
    segment(&mut stream, 0x51, &[&[0, 0][..], &size].concat());
    // COD: by layers, one of them; blocks of 2^6; 9/7.
    segment(&mut stream, 0x52, &[0, 0, 0, 1, 0, 5, 4, 4, 0, 0]);
    // QCD: a step for each subband.
    let mut steps = vec![0x42];
    for band in bands.iter().flatten() {
        let step = u16::try_from(band.exponent << 11 | band.mantissa).unwrap_or(u16::MAX);
        steps.extend(step.to_be_bytes());
    }
    segment(&mut stream, 0x5C, &steps);
    // SOT, SOD: 12 bytes and 2.
    let part = four(packets.len() + 14);
    segment(&mut stream, 0x90, &[&[0, 0][..], &part, &[0, 1]].concat());
    stream.extend([0xFF, 0x93]);
    stream.extend(packets);
    stream.extend([0xFF, 0xD9]);
    let header = [&height[..], &width, &[0, 1, 7, 7, 0, 0]].concat();
    let colour = [1, 0, 0, 0, 0, 0, 17];
    let inside = [boxed(*b"ihdr", &header), boxed(*b"colr", &colour)].concat();
    [
        boxed(*b"jP  ", &[0x0D, 0x0A, 0x87, 0x0A]),
        boxed(*b"ftyp", b"jp2 \0\0\0\0jp2 "),
        boxed(*b"jp2h", &inside),
        boxed(*b"jp2c", &stream),
    ]
    .concat()
}

fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

fn segment(stream: &mut Vec<u8>, marker: u8, content: &[u8]) {
    stream.extend([0xFF, marker]);
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    stream.extend(length.to_be_bytes());
    stream.extend_from_slice(content);
}

fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&four(content.len() + 8)[..], &kind, content].concat()
}

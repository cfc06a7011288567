//! Photos of faces for cards, and pictures of the same faces for a reader's camera. All are drawn by
//! the program: nobody looks like this.

mod arithmetic;
mod bits;
mod blocks;
mod codestream;
mod face;
mod scene;
mod wavelet;

pub use face::Face;
pub use scene::View;

/// The width of a card's photo.
pub const WIDTH: usize = 378;
/// The height of a card's photo.
pub const HEIGHT: usize = 472;
/// How large a card's photo is, at most: the one on the public test card has 1,854 bytes.
const MOST_BYTES: usize = 2_000;

/// A picture in grey: a row after the other, 0 is black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// How many points a row has.
    pub width: usize,
    /// How many rows there are.
    pub height: usize,
    /// The points.
    pub points: Vec<u8>,
}

impl Picture {
    /// The picture as JPEG 2000 (JP2) of at most this many bytes, as good as they allow.
    pub fn jpeg2000(&self, most_bytes: usize) -> Vec<u8> {
        codestream::write(self, most_bytes)
    }

    /// The picture as PGM, which most programs read.
    pub fn pgm(&self) -> Vec<u8> {
        let mut all = format!("P5\n{} {}\n255\n", self.width, self.height).into_bytes();
        all.extend(&self.points);
        all
    }
}

/// The photo of a face for a card: JPEG 2000, grey, about 2 kB.
pub fn for_card(face: &Face) -> Vec<u8> {
    face.picture(WIDTH, HEIGHT, &View::default())
        .jpeg2000(MOST_BYTES)
}

/// Frames as a film that a browser takes for its camera (Y4M, 5 frames a second).
pub fn film(frames: &[Picture]) -> Vec<u8> {
    let Some(first) = frames.first() else {
        return Vec::new();
    };
    let (width, height) = (first.width, first.height);
    let mut all = format!("YUV4MPEG2 W{width} H{height} F5:1 Ip A1:1 C420jpeg\n").into_bytes();
    for frame in frames {
        all.extend(b"FRAME\n");
        all.extend(&frame.points);
        // No colour.
        all.extend(std::iter::repeat_n(
            128,
            width.div_ceil(2) * height.div_ceil(2) * 2,
        ));
    }
    all
}

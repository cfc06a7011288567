//! Blocks of coefficients, coded bit plane by bit plane (ISO/IEC 15444-1, annex D).

use super::arithmetic::{Coder, RUN, UNIFORM};

/// Which part of the picture a subband holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Band {
    /// Low in both directions.
    Ll,
    /// High horizontally.
    Hl,
    /// High vertically.
    Lh,
    /// High in both directions.
    Hh,
}

/// A coded block.
#[derive(Clone, Debug, Default)]
pub(super) struct Coded {
    pub(super) bytes: Vec<u8>,
    /// How many passes there are; none, if all coefficients are nothing.
    pub(super) passes: usize,
    /// How many bit planes there are.
    pub(super) planes: u32,
}

const SIGNIFICANT: u8 = 1;
const NEGATIVE: u8 = 2;
const VISITED: u8 = 4;
const REFINED: u8 = 8;
const STRIPE: usize = 4;

struct Block<'a> {
    band: Band,
    width: usize,
    height: usize,
    magnitudes: &'a [u32],
    /// With a frame of one around, so that every place has eight neighbours.
    flags: Vec<u8>,
    coder: Coder,
}

/// Codes a block: magnitudes and signs, a row after the other.
pub(super) fn encode(band: Band, width: usize, magnitudes: &[u32], negative: &[bool]) -> Coded {
    let most = magnitudes.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return Coded::default();
    }
    let planes = u32::BITS - most.leading_zeros();
    let height = magnitudes.len() / width;
    let mut block = Block {
        band,
        width,
        height,
        magnitudes,
        flags: vec![0; (width + 2) * (height + 2)],
        coder: Coder::new(),
    };
    for (at, negative) in negative.iter().enumerate() {
        if *negative {
            let place = block.place(at % width, at / width);
            block.flags[place] |= NEGATIVE;
        }
    }
    for plane in (0..planes).rev() {
        if plane + 1 < planes {
            block.propagate(plane);
            block.refine(plane);
        }
        block.clean(plane);
    }
    Coded {
        bytes: block.coder.finish(),
        passes: planes as usize * 3 - 2,
        planes,
    }
}

impl Block<'_> {
    fn place(&self, x: usize, y: usize) -> usize {
        (y + 1) * (self.width + 2) + x + 1
    }

    fn bit(&self, x: usize, y: usize, plane: u32) -> bool {
        (self.magnitudes[y * self.width + x] >> plane) & 1 == 1
    }

    /// How many neighbours are significant: beside, above and below, at the corners.
    fn neighbours(&self, place: usize) -> (u8, u8, u8) {
        let row = self.width + 2;
        let one = |at: usize| self.flags[at] & SIGNIFICANT;
        (
            one(place - 1) + one(place + 1),
            one(place - row) + one(place + row),
            one(place - row - 1)
                + one(place - row + 1)
                + one(place + row - 1)
                + one(place + row + 1),
        )
    }

    fn significance(&self, place: usize) -> usize {
        let (beside, above, corners) = self.neighbours(place);
        let (first, second) = match self.band {
            Band::Hl => (above, beside),
            _ => (beside, above),
        };
        if self.band == Band::Hh {
            let both = beside + above;
            return match (corners, both) {
                (3.., _) => 8,
                (2, 1..) => 7,
                (2, 0) => 6,
                (1, 2..) => 5,
                (1, 1) => 4,
                (1, 0) => 3,
                (0, 2..) => 2,
                (0, 1) => 1,
                (0, 0) => 0,
            };
        }
        match (first, second, corners) {
            (2.., _, _) => 8,
            (1, 1.., _) => 7,
            (1, 0, 1..) => 6,
            (1, 0, 0) => 5,
            (0, 2.., _) => 4,
            (0, 1, _) => 3,
            (0, 0, 2..) => 2,
            (0, 0, 1) => 1,
            (0, 0, 0) => 0,
        }
    }

    /// -1, 0 or 1: which sign the neighbours on both sides have.
    fn leaning(&self, one: usize, other: usize) -> i8 {
        let sign = |at: usize| match self.flags[at] & (SIGNIFICANT | NEGATIVE) {
            SIGNIFICANT => 1i8,
            flags if flags == SIGNIFICANT | NEGATIVE => -1,
            _ => 0,
        };
        (sign(one) + sign(other)).signum()
    }

    fn sign(&mut self, place: usize) {
        let row = self.width + 2;
        let beside = self.leaning(place - 1, place + 1);
        let above = self.leaning(place - row, place + row);
        let (context, turned) = match (beside, above) {
            (1, 1) => (13, false),
            (1, 0) => (12, false),
            (1, _) => (11, false),
            (0, 1) => (10, false),
            (0, 0) => (9, false),
            (0, _) => (10, true),
            (_, 1) => (11, true),
            (_, 0) => (12, true),
            (_, _) => (13, true),
        };
        let negative = self.flags[place] & NEGATIVE != 0;
        self.coder.encode(context, negative != turned);
        self.flags[place] |= SIGNIFICANT;
    }

    /// Every place, in stripes of four rows and column by column within.
    fn scan(&mut self, mut visit: impl FnMut(&mut Self, usize, usize, usize)) {
        for top in (0..self.height).step_by(STRIPE) {
            for x in 0..self.width {
                for y in top..(top + STRIPE).min(self.height) {
                    let place = self.place(x, y);
                    visit(self, x, y, place);
                }
            }
        }
    }

    fn propagate(&mut self, plane: u32) {
        self.scan(|block, x, y, place| {
            if block.flags[place] & SIGNIFICANT != 0 {
                return;
            }
            let context = block.significance(place);
            if context == 0 {
                return;
            }
            let bit = block.bit(x, y, plane);
            block.coder.encode(context, bit);
            if bit {
                block.sign(place);
            }
            block.flags[place] |= VISITED;
        });
    }

    fn refine(&mut self, plane: u32) {
        self.scan(|block, x, y, place| {
            if block.flags[place] & (SIGNIFICANT | VISITED) != SIGNIFICANT {
                return;
            }
            let context = if block.flags[place] & REFINED != 0 {
                16
            } else if block.neighbours(place) == (0, 0, 0) {
                14
            } else {
                15
            };
            let bit = block.bit(x, y, plane);
            block.coder.encode(context, bit);
            block.flags[place] |= REFINED;
        });
    }

    fn clean(&mut self, plane: u32) {
        for top in (0..self.height).step_by(STRIPE) {
            for x in 0..self.width {
                let end = (top + STRIPE).min(self.height);
                let mut y = top;
                let quiet = end - top == STRIPE
                    && (top..end).all(|y| {
                        let place = self.place(x, y);
                        self.flags[place] & (SIGNIFICANT | VISITED) == 0
                            && self.significance(place) == 0
                    });
                if quiet {
                    let Some(first) = (top..end).find(|y| self.bit(x, *y, plane)) else {
                        self.coder.encode(RUN, false);
                        continue;
                    };
                    self.coder.encode(RUN, true);
                    self.coder.encode(UNIFORM, (first - top) & 2 != 0);
                    self.coder.encode(UNIFORM, (first - top) & 1 != 0);
                    let place = self.place(x, first);
                    self.sign(place);
                    y = first + 1;
                }
                for y in y..end {
                    let place = self.place(x, y);
                    if self.flags[place] & (SIGNIFICANT | VISITED) != 0 {
                        continue;
                    }
                    let bit = self.bit(x, y, plane);
                    let context = self.significance(place);
                    self.coder.encode(context, bit);
                    if bit {
                        self.sign(place);
                    }
                }
            }
        }
        for flags in &mut self.flags {
            *flags &= !VISITED;
        }
    }
}

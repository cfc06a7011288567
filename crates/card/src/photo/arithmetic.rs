//! The arithmetic coder of JPEG 2000 (MQ; ISO/IEC 15444-1, annex C).

/// Probability, next state after the likelier symbol, after the other, and whether they change places.
const STATES: [(u32, u8, u8, bool); 47] = [
    (0x5601, 1, 1, true),
    (0x3401, 2, 6, false),
    (0x1801, 3, 9, false),
    (0x0AC1, 4, 12, false),
    (0x0521, 5, 29, false),
    (0x0221, 38, 33, false),
    (0x5601, 7, 6, true),
    (0x5401, 8, 14, false),
    (0x4801, 9, 14, false),
    (0x3801, 10, 14, false),
    (0x3001, 11, 17, false),
    (0x2401, 12, 18, false),
    (0x1C01, 13, 20, false),
    (0x1601, 29, 21, false),
    (0x5601, 15, 14, true),
    (0x5401, 16, 14, false),
    (0x5101, 17, 15, false),
    (0x4801, 18, 16, false),
    (0x3801, 19, 17, false),
    (0x3401, 20, 18, false),
    (0x3001, 21, 19, false),
    (0x2801, 22, 19, false),
    (0x2401, 23, 20, false),
    (0x2201, 24, 21, false),
    (0x1C01, 25, 22, false),
    (0x1801, 26, 23, false),
    (0x1601, 27, 24, false),
    (0x1401, 28, 25, false),
    (0x1201, 29, 26, false),
    (0x1101, 30, 27, false),
    (0x0AC1, 31, 28, false),
    (0x09C1, 32, 29, false),
    (0x08A1, 33, 30, false),
    (0x0521, 34, 31, false),
    (0x0441, 35, 32, false),
    (0x02A1, 36, 33, false),
    (0x0221, 37, 34, false),
    (0x0141, 38, 35, false),
    (0x0111, 39, 36, false),
    (0x0085, 40, 37, false),
    (0x0049, 41, 38, false),
    (0x0025, 42, 39, false),
    (0x0015, 43, 40, false),
    (0x0009, 44, 41, false),
    (0x0005, 45, 42, false),
    (0x0001, 45, 43, false),
    (0x5601, 46, 46, false),
];

/// The context of runs of nothing.
pub(super) const RUN: usize = 17;
/// The context in which both symbols are alike.
pub(super) const UNIFORM: usize = 18;
const CONTEXTS: usize = 19;

/// A coder with its contexts.
pub(super) struct Coder {
    states: [u8; CONTEXTS],
    likelier: [bool; CONTEXTS],
    interval: u32,
    code: u32,
    shifts: u32,
    /// The first byte is before the beginning, and none of the output.
    bytes: Vec<u8>,
}

impl Coder {
    pub(super) fn new() -> Coder {
        let mut states = [0; CONTEXTS];
        states[0] = 4;
        states[RUN] = 3;
        states[UNIFORM] = 46;
        Coder {
            states,
            likelier: [false; CONTEXTS],
            interval: 0x8000,
            code: 0,
            shifts: 12,
            bytes: vec![0],
        }
    }

    pub(super) fn encode(&mut self, context: usize, symbol: bool) {
        let (size, after, other, exchange) = STATES[usize::from(self.states[context])];
        self.interval -= size;
        if symbol == self.likelier[context] {
            if self.interval & 0x8000 != 0 {
                self.code += size;
                return;
            }
            if self.interval < size {
                self.interval = size;
            } else {
                self.code += size;
            }
            self.states[context] = after;
        } else {
            if self.interval < size {
                self.code += size;
            } else {
                self.interval = size;
            }
            self.likelier[context] ^= exchange;
            self.states[context] = other;
        }
        while self.interval & 0x8000 == 0 {
            self.interval <<= 1;
            self.code <<= 1;
            self.shifts -= 1;
            if self.shifts == 0 {
                self.put();
            }
        }
    }

    fn put(&mut self) {
        let last = self.bytes.len() - 1;
        if self.bytes[last] != 0xFF && self.code & 0x0800_0000 != 0 {
            self.bytes[last] += 1;
            self.code &= 0x07FF_FFFF;
        }
        let (shift, kept, left) = if self.bytes[last] == 0xFF {
            (20, 0x000F_FFFF, 7)
        } else {
            (19, 0x0007_FFFF, 8)
        };
        self.bytes
            .push(u8::try_from((self.code >> shift) & 0xFF).unwrap_or(0));
        self.code &= kept;
        self.shifts = left;
    }

    /// Ends, and gives the bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let limit = self.code + self.interval;
        self.code |= 0xFFFF;
        if self.code >= limit {
            self.code -= 0x8000;
        }
        for _ in 0..2 {
            self.code <<= self.shifts;
            self.put();
        }
        if self.bytes.len() > 1 && self.bytes.last() == Some(&0xFF) {
            self.bytes.pop();
        }
        self.bytes.remove(0);
        self.bytes
    }
}

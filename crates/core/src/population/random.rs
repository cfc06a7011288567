//! Random numbers for the population: small, fast, and the same on every machine.
//!
//! This is no source of secrets; [`crate::entropy`] is.

/// A stream of numbers that depends only on the seed and the household (xoshiro256++).
pub(super) struct Random([u64; 4]);

/// One of a hundred thousand: the unit of every share.
pub(super) const WHOLE: u32 = 100_000;

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    pub(super) fn new(seed: u64, household: u64) -> Random {
        let mut seed = seed;
        let mut state = splitmix(&mut seed) ^ household;
        Random(std::array::from_fn(|_| splitmix(&mut state)))
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number below `limit`. The bias of the multiplication is below one in a million here.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let product = u64::from(limit) * (self.next() >> 32);
        u32::try_from(product >> 32).unwrap_or(0)
    }

    /// A number from the first to the last.
    pub(super) fn between(&mut self, first: i32, last: i32) -> i32 {
        let width = u32::try_from(last - first + 1).unwrap_or(1);
        first + i32::try_from(self.below(width)).unwrap_or(0)
    }

    /// Yes, in this many of [`WHOLE`] cases.
    pub(super) fn chance(&mut self, share: u32) -> bool {
        self.below(WHOLE) < share
    }

    /// One of the values, each as likely as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, table: &[(T, u32)]) -> T {
        let total = table.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(total);
        for (value, weight) in table {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        table[0].0
    }
}

//! Random numbers for the population: small, fast, and the same on every machine.
//!
//! This is no source of secrets; [`onshi_core::entropy`] is. The generator is `rand_xoshiro`'s, which
//! promises the same numbers in every version. What is made of them is made here: the
//! distributions of `rand` may change between versions, and another draw is another population.

use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256PlusPlus};

/// A stream of numbers that depends only on the seed and the household.
pub(super) struct Random(Xoshiro256PlusPlus);

/// One of a hundred thousand: the unit of every share.
pub(super) const WHOLE: u32 = 100_000;

impl Random {
    pub(super) fn new(seed: u64, household: u64) -> Random {
        let own = SplitMix64::seed_from_u64(seed).next_u64() ^ household;
        Random(Xoshiro256PlusPlus::seed_from_u64(own))
    }

    /// A number below `limit`. The bias of the multiplication is below one in a million here.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let product = u64::from(limit) * (self.0.next_u64() >> 32);
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

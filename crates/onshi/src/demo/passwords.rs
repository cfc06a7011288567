//! Where the demo's passwords are from: drawn, so that they are different in every folder, or of a seed, so that tests of a
//! vendor need not look them up. Those of a seed can be made by anybody, and are for tests only.

use onshi_core::entropy::fresh_seed;
use sha2::{Digest, Sha256};

/// Drawn, or of a seed.
#[derive(Clone, Copy)]
pub(super) struct Passwords(pub(super) Option<u64>);

impl Passwords {
    /// The seed of one of them, by what it is for.
    pub(super) fn of(self, what: &str) -> [u8; 32] {
        match self.0 {
            None => fresh_seed(),
            Some(seed) => {
                Sha256::digest(format!("onshi demo, for tests only/{seed}/{what}")).into()
            }
        }
    }
}

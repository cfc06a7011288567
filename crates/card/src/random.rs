//! Randomness as the card and its authority see it: a stream that follows from a seed handed in.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use rsa::sha2::{Digest, Sha256};

/// A stream of random bytes from one 256-bit seed (ChaCha20). The same seed gives the same stream.
pub struct Random(ChaCha20Rng);

impl Random {
    /// Starts the stream of this seed.
    pub fn from_seed(seed: [u8; 32]) -> Random {
        Random(ChaCha20Rng::from_seed(seed))
    }

    /// A stream of its own for one purpose: it follows from the seed and the name alone, so that
    /// what one purpose draws never moves what another one gets.
    pub fn named(seed: &[u8; 32], name: &str) -> Random {
        let mut digest = Sha256::new();
        digest.update(seed);
        digest.update(name.as_bytes());
        Random::from_seed(digest.finalize().into())
    }

    /// Fills the bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    /// A number below `limit`, which is at least 1. The bias is below one in four billion for the
    /// small limits that are asked for here.
    pub fn below(&mut self, limit: u32) -> u32 {
        let drawn = u64::from(self.0.next_u32()) * u64::from(limit.max(1));
        u32::try_from(drawn >> 32).unwrap_or(0)
    }

    /// This many characters, each out of the given ones.
    pub fn text(&mut self, length: usize, alphabet: &[u8]) -> String {
        let size = u32::try_from(alphabet.len()).unwrap_or(1);
        (0..length)
            .map(|_| char::from(alphabet[self.below(size) as usize]))
            .collect()
    }

    pub(crate) fn generator(&mut self) -> &mut ChaCha20Rng {
        &mut self.0
    }
}

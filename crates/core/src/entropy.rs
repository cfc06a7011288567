//! Randomness as the rules see it: a seed that is handed in, stretched as far as is needed.
//!
//! A piece of work that is run again (after a serialisation failure, say) gives the same ids and
//! tokens again, and a test that fixes the seed sees the same run twice.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::cell::RefCell;
use zeroize::Zeroize;

/// A stream of random bytes from one 256-bit seed (HMAC-SHA256 in counter mode).
pub struct Entropy {
    seed: [u8; 32],
    counter: u64,
}

/// Draws a fresh seed from the operating system. Only the edges of the program call this. Each
/// thread draws several at a time, since the call costs more than the seed; a seed that is given
/// out is wiped where it lay.
pub fn fresh_seed() -> [u8; 32] {
    thread_local! {
        static STOCK: RefCell<Stock> = const { RefCell::new(Stock { seeds: [[0; 32]; SEEDS], left: 0 }) };
    }
    STOCK.with_borrow_mut(|stock| {
        if stock.left == 0 {
            getrandom::fill(stock.seeds.as_flattened_mut())
                .expect("the operating system always has randomness after boot");
            stock.left = SEEDS;
        }
        stock.left -= 1;
        let seed = stock.seeds[stock.left];
        stock.seeds[stock.left].zeroize();
        seed
    })
}

/// How many seeds a thread draws at a time.
const SEEDS: usize = 32;

struct Stock {
    seeds: [[u8; 32]; SEEDS],
    left: usize,
}

impl Entropy {
    /// Starts the stream of this seed.
    pub fn new(seed: [u8; 32]) -> Entropy {
        Entropy { seed, counter: 0 }
    }

    /// The stream behind its first block, which was used elsewhere.
    pub(crate) fn after_first(seed: [u8; 32]) -> Entropy {
        Entropy { seed, counter: 1 }
    }

    /// The next 32 bytes.
    pub fn block(&mut self) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.seed).expect("HMAC takes a key of any length");
        mac.update(&self.counter.to_be_bytes());
        self.counter += 1;
        mac.finalize().into_bytes().into()
    }

    /// The next `N` bytes, at most 32.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        const { assert!(N <= 32) };
        let block = self.block();
        std::array::from_fn(|i| block[i])
    }

    /// An opaque id: a letter that says of what, and 96 random bits in hexadecimal.
    pub fn id(&mut self, prefix: char) -> String {
        let bytes: [u8; 12] = self.bytes();
        format!("{prefix}{}", hex(&bytes))
    }

    /// A number below `limit`, every one as likely.
    pub fn below(&mut self, limit: u32) -> u32 {
        let zone = u32::MAX - u32::MAX % limit;
        loop {
            let candidate = u32::from_be_bytes(self.bytes());
            if candidate < zone {
                return candidate % limit;
            }
        }
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

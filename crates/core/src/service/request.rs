//! A request: its number, its moment and its randomness.

use crate::clock::Moment;
use crate::entropy::Entropy;
use std::sync::Arc;

/// The number of a request, quoted by the person and found in the logs and the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub(super) i64);

/// What every request brings along: its number, the moment, and a seed for randomness.
#[derive(Clone)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// When it was made.
    pub now: Moment,
    /// Where its ids and tokens come from.
    pub seed: [u8; 32],
    /// From where the connection came; none where there is none.
    pub peer: Option<Arc<str>>,
}

impl RequestId {
    /// Takes the number as the log has it.
    pub const fn from_number(number: i64) -> RequestId {
        RequestId(number)
    }
}

impl std::fmt::Display for RequestId {
    /// Thirteen letters and digits that nobody confuses on the telephone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bits = self.0.cast_unsigned();
        for place in (0..13).rev() {
            let letter = LETTERS[(bits >> (place * 5) & 31) as usize];
            write!(f, "{}", char::from(letter))?;
            if place == 8 || place == 4 {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

impl Request {
    /// A request at this moment.
    pub fn new(now: Moment, seed: [u8; 32]) -> Request {
        let id: [u8; 8] = Entropy::new(seed).bytes();
        Request {
            id: RequestId(i64::from_be_bytes(id)),
            now,
            seed,
            peer: None,
        }
    }

    /// The same, from a connection of this address.
    #[must_use]
    pub fn from_peer(self, address: &Arc<str>) -> Request {
        Request {
            peer: Some(address.clone()),
            ..self
        }
    }

    /// A request of now, with fresh randomness. For the edges of the program.
    pub fn fresh() -> Request {
        Request::new(crate::clock::now(), crate::entropy::fresh_seed())
    }
}

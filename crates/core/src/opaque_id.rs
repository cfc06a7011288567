//! Opaque ids: what an institution is told instead of a key of the database or a number of a card.
//!
//! An id is two numbers, sealed under a key of the centre, for one institution and one kind of thing. Nothing
//! of it is kept: who has the key reads the numbers back. The same thing has the same id at the same
//! institution, and another one at every other, so that two institutions can't compare theirs; an
//! id that was made up, changed, or brought from elsewhere reads as nothing.
//!
//! The seal is a synthetic initialisation vector (as RFC 5297 builds it, with HMAC-SHA256 for both of its
//! functions): the first half of an id authenticates what is hidden in the second.

use crate::entropy::hex;
use crate::keyed::mac;

/// An id is so many bytes, and twice as many hexadecimal digits: the most that FHIR takes.
const BYTES: usize = 32;

/// The first half of the id.
fn front(key: &[u8; 32], (whose, kind): (&str, &str), hidden: &[u8; 16]) -> [u8; 16] {
    let whole = mac(key, &[b"front", whose.as_bytes(), kind.as_bytes(), hidden]);
    std::array::from_fn(|i| whole[i])
}

/// Hides what is bare, and bares what is hidden.
fn turned(key: &[u8; 32], front: &[u8], bytes: &[u8; 16]) -> [u8; 16] {
    let stream = mac(key, &[b"stream", front]);
    std::array::from_fn(|i| bytes[i] ^ stream[i])
}

/// Seals two numbers, for whom and for what kind of thing.
pub(crate) fn seal(key: &[u8; 32], of: (&str, &str), [one, two]: [i64; 2]) -> String {
    let mut bare = [0; 16];
    bare[..8].copy_from_slice(&one.to_be_bytes());
    bare[8..].copy_from_slice(&two.to_be_bytes());
    let front = front(key, of, &bare);
    let back = turned(key, &front, &bare);
    hex(&[front, back].concat())
}

/// Reads them back; none where the id is not one of these.
pub(crate) fn open(key: &[u8; 32], of: (&str, &str), id: &str) -> Option<[i64; 2]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if id.len() != 2 * BYTES {
        return None;
    }
    let pairs = id.as_bytes().chunks_exact(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?))
        .collect();
    let bytes = bytes?;
    let back: [u8; 16] = std::array::from_fn(|i| bytes[16 + i]);
    let bare = turned(key, &bytes[..16], &back);
    // Nobody learns from the time it takes how far a made-up id was right: it is compared as a whole.
    let expected = front(key, of, &bare);
    let differing = expected
        .iter()
        .zip(&bytes)
        .fold(0, |all, (a, b)| all | (a ^ b));
    let number = |half: &[u8]| i64::from_be_bytes(std::array::from_fn(|i| half[i]));
    (differing == 0).then(|| [number(&bare[..8]), number(&bare[8..])])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const OURS: (&str, &str) = ("1312345678", "Patient");

    #[test]
    fn an_id_reads_back_where_it_was_made_and_nowhere_else() {
        let numbers = [42, -7];
        let id = seal(&KEY, OURS, numbers);
        assert_eq!(id.len(), 64);
        assert_eq!(open(&KEY, OURS, &id), Some(numbers));
        assert_eq!(seal(&KEY, OURS, numbers), id, "the same thing, the same id");
        for other in [("1412345678", "Patient"), ("1312345678", "Coverage")] {
            assert_eq!(open(&KEY, other, &id), None);
            assert_ne!(seal(&KEY, other, numbers), id);
        }
        assert_eq!(open(&[8; 32], OURS, &id), None);
    }

    #[test]
    fn what_was_changed_or_made_up_reads_as_nothing() {
        let id = seal(&KEY, OURS, [1, 2]);
        for place in 0..id.len() {
            let mut changed = id.clone().into_bytes();
            changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(open(&KEY, OURS, &changed), None, "{place}");
        }
        let long = format!("{id}0");
        let capital = id.to_uppercase();
        for bad in ["", "0", &id[1..], &long, &capital, &"あ".repeat(22)] {
            assert_eq!(open(&KEY, OURS, bad), None, "{bad}");
        }
    }
}

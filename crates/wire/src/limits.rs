//! How much a message may ask of us before it is refused.

/// The bounds of one parse. Whoever parses says what is reasonable there.
///
/// The real limits are not public; these are ours (section 9 of the specification, point 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The whole file, in bytes, before decoding.
    pub bytes: usize,
    /// Elements within elements, the unknown ones counted too. JSON has the parser's own limit of
    /// 128 there.
    pub depth: usize,
    /// Elements (or JSON keys) in all.
    pub elements: usize,
    /// Bytes that the parsed message may occupy: a short empty element can stand for a large
    /// struct.
    pub memory: usize,
    /// Problems that are kept; the rest are only counted.
    pub problems: usize,
}

impl Limits {
    /// For a message about one person: small, so that nobody can make the centre work for nothing.
    pub const SINGLE: Self = Self {
        bytes: 64 << 10,
        depth: 16,
        elements: 1_000,
        memory: 1 << 20,
        problems: 50,
    };

    /// For a bulk request, or a single answer with long lists.
    pub const BULK: Self = Self {
        bytes: 32 << 20,
        depth: 16,
        elements: 2_000_000,
        memory: 256 << 20,
        problems: 1_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::BULK
    }
}

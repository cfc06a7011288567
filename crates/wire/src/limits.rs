//! How much a message may ask of us before it is refused.

/// The bounds of one parse. Whoever parses says what is reasonable there. All of them are asked
/// while reading: what is beyond one of them ends the reading there.
///
/// The real limits are not public; these are ours (section 9 of the specification, point 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The whole file, in bytes, before decoding.
    pub bytes: usize,
    /// Elements within elements, the unknown ones counted too. JSON has the parser's own limit of
    /// 128 there.
    pub depth: usize,
    /// Elements (JSON keys and entries of arrays) in all. Of XML what is no element (comments,
    /// instructions, texts, references) is counted too, and may be there eight times as often.
    pub elements: usize,
    /// Entries of the outermost list: the rows of a bulk request.
    pub rows: usize,
    /// Bytes of one value, as it is written.
    pub value: usize,
    /// Bytes that the parsed message may occupy: a short empty element can stand for a large
    /// struct.
    pub memory: usize,
    /// Problems that are kept, and as many warnings. A problem more ends the reading, since nothing
    /// can become of the message any more; warnings more are only counted.
    pub problems: usize,
}

/// Attributes of one element that are looked at: the layout has none. Each is compared with those
/// before it, so that a thousand of them would cost a million comparisons.
pub(crate) const ATTRIBUTES_MAX: usize = 8;

impl Limits {
    /// For a message about one person: small, so that nobody can make the centre work for nothing.
    pub const SINGLE: Self = Self {
        bytes: 64 << 10,
        depth: 16,
        elements: 1_000,
        rows: usize::MAX,
        value: 64 << 10,
        memory: 1 << 20,
        problems: 50,
    };

    /// For whoever reads answers, with their long lists and whole documents.
    pub const BULK: Self = Self {
        bytes: 32 << 20,
        depth: 16,
        elements: 2_000_000,
        rows: usize::MAX,
        value: 32 << 20,
        memory: 256 << 20,
        problems: 1_000,
    };

    /// For a bulk request of at most so many bytes and persons.
    pub const fn upload(bytes: usize, rows: usize) -> Self {
        Self {
            bytes,
            depth: 16,
            elements: rows.saturating_mul(16).saturating_add(256),
            rows,
            value: 4 << 10,
            memory: rows.saturating_mul(2 << 10).saturating_add(1 << 20),
            problems: 1_000,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::BULK
    }
}

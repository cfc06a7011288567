//! What an intake hands to the door in one go.

use super::Rejection;
use crate::insured::record::{InsurerRecord, Line};

/// Lines that are taken together, and how far they reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<L = Line> {
    /// The lines to take.
    pub lines: Vec<L>,
    /// Where in the file each of them stands, from 1; nothing for what is no file.
    pub places: Vec<i64>,
    /// The lines between them that can't be taken.
    pub rejections: Vec<Rejection>,
    /// Of a report: the insurer's name and day, to be kept when the report is there as a whole.
    pub insurer: Option<InsurerRecord>,
    /// Where the batch before it ended; none begins anew, whatever was there.
    pub from: Option<i64>,
    /// How many bytes of the source are done with this batch.
    pub position: i64,
    /// How many lines.
    pub line_count: i64,
    /// SHA-256 of those bytes.
    pub digest: String,
    /// True for the last one.
    pub finished: bool,
}

impl<L> Default for Batch<L> {
    fn default() -> Self {
        Batch {
            lines: Vec::new(),
            places: Vec::new(),
            rejections: Vec::new(),
            insurer: None,
            from: None,
            position: 0,
            line_count: 0,
            digest: String::new(),
            finished: false,
        }
    }
}

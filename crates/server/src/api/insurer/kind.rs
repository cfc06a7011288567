//! The kinds of reports: of insured persons, and of their medical records.

use onshi_core::insured::Line;
use onshi_core::insured::import_reader::{Batch, IntakeLine};
use onshi_core::medical::{self, Record};
use onshi_core::{Error, Tx, insurer};

/// What a report is of.
pub(crate) trait Kind: IntakeLine {
    /// The source under which the report is kept.
    fn source(insurer: &str, key: &str) -> String;

    /// Takes a batch of it.
    fn take(tx: &mut Tx<'_>, source: &str, insurer: &str, batch: &Batch<Self>)
    -> Result<(), Error>;
}

impl Kind for Line {
    fn source(insurer: &str, key: &str) -> String {
        insurer::source(insurer, key)
    }

    fn take(tx: &mut Tx<'_>, source: &str, insurer: &str, batch: &Batch) -> Result<(), Error> {
        insurer::take_report(tx, source, insurer, batch).map(drop)
    }
}

impl Kind for Record {
    fn source(insurer: &str, key: &str) -> String {
        insurer::medical_source(insurer, key)
    }

    fn take(
        tx: &mut Tx<'_>,
        source: &str,
        insurer: &str,
        batch: &Batch<Record>,
    ) -> Result<(), Error> {
        medical::import::take_report(tx, source, insurer, batch).map(drop)
    }
}

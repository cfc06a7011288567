//! Keeping what is reported of persons' medicines, treatments, operations and checkups.

use super::record::Record;
use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::error::Error;
use crate::insured::import::Progress;
use crate::service::Tx;

/// Takes records that are known to be right.
pub fn take(tx: &mut Tx<'_>, source: &str, records: &[Record]) -> Result<Progress, Error> {
    tx.about(SubjectKind::Request, source);
    let mut taken = Progress::default();
    for record in records {
        taken.count(store::put(tx, record)?);
    }
    tx.note(Detail::LinesTaken {
        added: taken.added,
        changed: taken.changed,
        unchanged: taken.unchanged,
        rejected: taken.rejected,
    });
    Ok(taken)
}

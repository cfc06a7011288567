//! The index of plain checks by person: a job writes it from the audit log, behind the checks.

use super::store;
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Tx, Upkeep};
use crate::store::Connection;

/// Takes checks of eligibility into the index by which an access report finds them, as soon as enough of them
/// have come.
#[derive(Clone, Copy)]
pub(crate) struct IndexChecks;

impl Upkeep for IndexChecks {
    fn function(&self) -> Function {
        Function::IndexChecks
    }

    fn is_due(&self, connection: &mut Connection, _: Moment, rules: &Rules) -> Result<bool, Fault> {
        store::are_to_index(connection, rules.retention.index_entries.max(1))
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let most = tx.rules().retention.index_entries.max(1);
        let Some(count) = store::index(tx, most)? else {
            return Ok(false);
        };
        tx.set_detail(Detail::ChecksIndexed { count });
        Ok(true)
    }
}

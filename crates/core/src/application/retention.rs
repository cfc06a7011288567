//! Applications that came to nothing are kept for a time, and no longer.

use super::store;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Tx, Upkeep, deleted};
use crate::store::Connection;

/// Deletes applications whose address nobody confirmed in time, and those that were rejected or withdrawn long ago. What was
/// approved stays.
#[derive(Clone, Copy)]
pub(crate) struct ExpireApplications;

fn before(now: Moment, rules: &Rules) -> Moment {
    now.plus_seconds(-rules.application.kept_days * 86_400)
}

impl Upkeep for ExpireApplications {
    fn function(&self) -> Function {
        Function::ExpireApplications
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        store::some_are_over(connection, now, before(now, rules))
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let before = before(tx.now(), tx.rules());
        let rows = store::delete_over(tx, before)?;
        Ok(deleted(tx, rows))
    }
}

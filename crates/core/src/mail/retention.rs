//! Letters that were given up are kept for the operator to see, and no longer.

use super::store;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Tx, Upkeep, deleted};
use crate::store::Connection;

/// Deletes letters some days after they were given up.
#[derive(Clone, Copy)]
pub(crate) struct ExpireMail;

fn before(now: Moment, rules: &Rules) -> Moment {
    now.plus_seconds(-rules.mail.kept_days * 86_400)
}

impl Upkeep for ExpireMail {
    fn function(&self) -> Function {
        Function::ExpireMail
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        store::old_are_there(connection, before(now, rules))
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let before = before(tx.now(), tx.rules());
        let rows = store::delete_old(tx, before)?;
        Ok(deleted(tx, rows))
    }
}

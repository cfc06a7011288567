//! What is kept of forms no longer than somebody can send or see it: above all what is shown once.

use super::store;
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Tx, Upkeep};
use crate::store::Connection;

/// Deletes forms that nobody can send any more, and of the others what is shown no more. What has to
/// be shown once is kept for a minute, whether or not anybody sends another form.
#[derive(Clone, Copy)]
pub(crate) struct ExpireForms;

/// How often it is looked, in seconds, at the most.
const EVERY_SECONDS: i64 = 30;

impl Upkeep for ExpireForms {
    fn function(&self) -> Function {
        Function::ExpireForms
    }

    fn every_seconds(&self, rules: &Rules) -> i64 {
        rules.retention.every_seconds.min(EVERY_SECONDS)
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        _rules: &Rules,
    ) -> Result<bool, Fault> {
        store::something_is_over(connection, now)
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let most = tx.rules().retention.piece_rows;
        let (mut rows, mut more) = (0, false);
        for part in store::Part::ALL {
            let done = i64::try_from(store::forget(tx, part, most)?).unwrap_or(i64::MAX);
            more |= done >= most;
            rows += done;
        }
        tx.set_detail(Detail::Deleted { count: rows });
        Ok(more)
    }
}

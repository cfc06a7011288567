//! What readers sent, and their results, are deleted when their time is over.

use super::store;
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Tx, Upkeep};
use crate::store::Connection;

/// Deletes results of readers and what they sent some time after they came, be they delivered or not: by
/// then the check at the reader is of no use any more.
#[derive(Clone, Copy)]
pub(crate) struct ExpireReaderResults;

fn oldest(now: Moment, rules: &Rules) -> Moment {
    now.plus_seconds(-rules.consent.retention_days * 86_400)
}

impl Upkeep for ExpireReaderResults {
    fn function(&self) -> Function {
        Function::ExpireReaderResults
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        store::are_there(connection, oldest(now, rules))
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let (oldest, most) = (
            oldest(tx.now(), tx.rules()),
            tx.rules().retention.piece_rows,
        );
        let count = store::delete_before(tx, oldest, most)?;
        tx.set_detail(Detail::Deleted { count });
        Ok(count >= most)
    }
}

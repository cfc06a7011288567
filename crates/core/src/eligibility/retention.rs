//! Results of bulk requests are patients' data: they are deleted when their time is over.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Tx, Upkeep};
use crate::store::Connection;

/// Deletes the results of bulk requests whose time is over, one request after the other. From that
/// moment on nobody is given them, however long the deletion takes; the institution finds in
/// its own log that they were deleted.
#[derive(Clone, Copy)]
pub(crate) struct ExpireResults;

impl Upkeep for ExpireResults {
    fn function(&self) -> Function {
        Function::ExpireResults
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        Ok(store::find_expired(connection, now)?.is_some()
            || store::find_left_behind(connection, oldest(now, rules))?.is_some())
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let now = tx.now();
        let Some((number, facility)) = store::find_expired(tx.connection(), now)? else {
            return delete_left_behind(tx);
        };
        tx.set_facility(&facility);
        tx.set_subject(SubjectKind::Request, &number);
        let most = tx.rules().retention.piece_rows;
        let rows = store::delete_items(tx, &number, most)?;
        let count = i64::try_from(rows).unwrap_or(i64::MAX);
        let deleted = |last| Detail::BulkDeleted { count, last };
        if rows < u64::try_from(most).unwrap_or_default() {
            store::delete_request(tx, &number)?;
            tx.set_detail(deleted(true));
        } else {
            tx.set_detail(deleted(false));
        }
        Ok(true)
    }
}

/// What came in of a request before this moment waits no longer for the rest.
fn oldest(now: Moment, rules: &Rules) -> Moment {
    now.plus_seconds(-rules.bulk.arriving_seconds)
}

/// Deletes what came in of requests whose last piece never came.
fn delete_left_behind(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let oldest = oldest(tx.now(), tx.rules());
    let Some((number, facility)) = store::find_left_behind(tx.connection(), oldest)? else {
        return Ok(false);
    };
    tx.set_facility(&facility);
    tx.set_subject(SubjectKind::Request, &number);
    let most = tx.rules().retention.piece_rows;
    let rows = store::delete_items(tx, &number, most)?;
    let last = rows < u64::try_from(most).unwrap_or_default();
    if last {
        store::delete_arrival(tx, &number)?;
    }
    tx.set_detail(Detail::BulkArrivalDeleted {
        count: i64::try_from(rows).unwrap_or(i64::MAX),
        last,
    });
    Ok(true)
}

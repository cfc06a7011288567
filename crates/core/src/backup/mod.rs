//! Backups (バックアップ) as the log tells of them: begun, whole, restored, tried.
//!
//! How a copy is made is the [`store`](crate::store)'s ([`Snapshot`](crate::store::Snapshot)), and what is made of
//! it the operator's. Here is what goes through the door: that it may be done, and that it was.

mod store;
#[cfg(test)]
mod tests;

pub use store::Asked;

use crate::audit::{self, ChainHead, Detail};
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::service::Tx;
use crate::store::{Position, Snapshot};
use std::path::Path;

/// Takes one moment of a SQLite database: both files, how far each chain of the log is, and what `within`
/// gives, which runs while nobody can write.
pub fn take_moment<T>(
    path: &Path,
    within: impl FnOnce() -> Result<T, Fault>,
) -> Result<(Snapshot, Vec<ChainHead>, T), Fault> {
    let (snapshot, (heads, more)) = Snapshot::take(path, |connection| {
        let heads = audit::heads(connection)?;
        Ok((heads, within()?))
    })?;
    Ok((snapshot, heads, more))
}

/// Notes that a backup begins. The entry is in the copy too, which so says what it was made for.
pub fn begin(tx: &mut Tx<'_>) {
    tx.set_detail(Detail::BackedUp {
        digest: String::new(),
    });
}

/// How far the chains are, and on PostgreSQL up to where its write-ahead log must be replayed for them.
pub fn position(tx: &mut Tx<'_>) -> Result<(Vec<ChainHead>, Option<Position>), Error> {
    begin(tx);
    let heads = audit::heads(tx.connection())?;
    Ok((heads, Position::of(tx.connection())?))
}

/// Notes that a backup is whole, and its digest: who is given a backup later can hold it against the log.
pub fn done(tx: &mut Tx<'_>, digest: &str) {
    tx.set_detail(Detail::BackedUp {
        digest: digest.to_owned(),
    });
}

/// Notes in a restored database of which moment it is, how many entries are known to be missing, and how much was found
/// wrong with its log by whoever restored it although.
pub fn restored(tx: &mut Tx<'_>, of: Moment, (missing, problems): (i64, i64)) {
    let of = of.jst_fourteen();
    tx.set_detail(match problems {
        0 => Detail::Restored { of, missing },
        _ => Detail::RestoredAlthoughNotWhole {
            of,
            missing,
            problems,
        },
    });
}

/// Notes what came of a trial.
pub fn drilled(tx: &mut Tx<'_>, passed: bool) {
    tx.set_detail(Detail::BackupDrilled { passed });
}

/// Somebody to ask about on trial: the card of an insured person who is in the database; nobody where nobody is.
pub fn somebody(tx: &mut Tx<'_>) -> Result<Option<Asked>, Error> {
    tx.set_detail(Detail::Looked {});
    Ok(store::somebody(tx)?)
}

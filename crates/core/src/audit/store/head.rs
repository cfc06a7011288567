//! How far a chain is, and whether a group is in it.

use super::{Seal, read_seal};
use crate::error::Fault;
use crate::store::Connection;

/// How far a chain is: its newest entry, and the seal of the group that it came with.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) seal: Vec<u8>,
}

/// The newest entry of a chain. Waits until nobody else is writing to it.
pub(crate) fn lock_chain(connection: &mut Connection, chain: i64) -> Result<i64, Fault> {
    let sql = "update audit_chain set last_seq = last_seq where chain = $1 returning last_seq";
    connection
        .row(sql, &[chain.into()])?
        .ok_or_else(|| Fault::at("sealing", format!("chain {chain} is gone")))?
        .int(0)
}

/// Whether a group is in the log.
pub(crate) fn is_there(
    connection: &mut Connection,
    chain: i64,
    head: &Head,
) -> Result<bool, Fault> {
    let sql = "select hash from audit_seal where chain = $1 and last_seq = $2";
    let row = connection.row(sql, &[chain.into(), head.last.into()])?;
    Ok(row.is_some_and(|row| row.bytes(0).is_ok_and(|seal| seal == head.seal)))
}

/// The two newest seals of the longest chain, the newest first, and the chain's number.
pub(in crate::audit) fn newest_seals(
    connection: &mut Connection,
) -> Result<Option<(i64, Vec<Seal>)>, Fault> {
    let longest = "select chain from audit_chain where last_seq > 0 order by last_seq desc limit 1";
    let Some(row) = connection.row(longest, &[])? else {
        return Ok(None);
    };
    let chain = row.int(0)?;
    let seals = connection
        .rows(
            "select first_seq, last_seq, sealed_at, hash from audit_seal where chain = $1 \
             order by last_seq desc limit 2",
            &[chain.into()],
        )?
        .iter()
        .map(read_seal)
        .collect::<Result<_, Fault>>()?;
    Ok(Some((chain, seals)))
}

/// The seal whose group ends with this entry.
pub(in crate::audit) fn seal_at(
    connection: &mut Connection,
    chain: i64,
    last: i64,
) -> Result<Option<Seal>, Fault> {
    let sql = "select first_seq, last_seq, sealed_at, hash from audit_seal \
               where chain = $1 and last_seq = $2";
    let row = connection.row(sql, &[chain.into(), last.into()])?;
    row.as_ref().map(read_seal).transpose()
}

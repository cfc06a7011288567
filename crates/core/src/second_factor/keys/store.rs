//! The SQL of passkeys.

use super::{Passkey, kept_key};
use crate::error::Fault;
use crate::second_factor::passkey::{KeptKey, NewPasskey};
use crate::service::Tx;
use crate::store::Value;

pub(in crate::second_factor) fn list(
    tx: &mut Tx<'_>,
    account_id: &str,
) -> Result<Vec<Passkey>, Fault> {
    let rows = tx.rows(
        "select passkey_id, name, credential, site, added_at, last_used_at from passkey \
         where account_id = $1 order by added_at, passkey_id",
        &[account_id.into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Passkey {
                id: row.text(0)?,
                name: row.text(1)?,
                credential: row.text(2)?,
                site: row.text(3)?,
                added_at: row.moment(4)?,
                last_used_at: row.opt_moment(5)?,
            })
        })
        .collect()
}

/// Says whether nobody had this credential.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    (id, account_id): (&str, &str),
    name: &str,
    new: &NewPasskey,
) -> Result<bool, Fault> {
    let now = tx.now();
    let inserted = tx.execute(
        "insert into passkey (passkey_id, account_id, credential, name, site, algorithm, public_key, \
         counter, added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         on conflict (passkey_id) do nothing",
        &[
            id.into(),
            account_id.into(),
            new.credential.as_str().into(),
            name.into(),
            new.site.as_str().into(),
            new.algorithm.into(),
            Value::Bytes(new.key.clone()),
            new.counter.into(),
            now.into(),
        ],
    )?;
    Ok(inserted == 1)
}

/// Whose it is, and what it is tested with.
pub(super) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<(String, KeptKey)>, Fault> {
    tx.row(
        "select account_id, algorithm, public_key, site, counter from passkey where passkey_id = $1",
        &[id.into()],
    )?
    .map(|row| {
        let key = row.opt_bytes(2)?.unwrap_or_default();
        let kept = kept_key(row.int(1)?, key, row.text(3)?, row.int(4)?);
        Ok((row.text(0)?, kept))
    })
    .transpose()
}

pub(super) fn use_once(tx: &mut Tx<'_>, id: &str, counter: i64) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update passkey set counter = $2, last_used_at = $3 where passkey_id = $1",
        &[id.into(), counter.into(), now.into()],
    )
    .map(drop)
}

pub(super) fn delete(tx: &mut Tx<'_>, account_id: &str, id: &str) -> Result<(), Fault> {
    tx.execute(
        "delete from passkey where account_id = $1 and passkey_id = $2",
        &[account_id.into(), id.into()],
    )
    .map(drop)
}

/// Says whether there was one.
pub(in crate::second_factor) fn delete_all(
    tx: &mut Tx<'_>,
    account_id: &str,
) -> Result<bool, Fault> {
    let deleted = tx.execute(
        "delete from passkey where account_id = $1",
        &[account_id.into()],
    )?;
    Ok(deleted > 0)
}

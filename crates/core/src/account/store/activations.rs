//! The SQL of one-time activations.

use crate::account::UserId;
use crate::account::activation::Kept;
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::FacilityCode;

fn read(row: &Row) -> Result<Kept, Fault> {
    Ok(Kept {
        code_hash: row.text(0)?,
        issued_at: row.moment(1)?,
        expires_at: row.moment(2)?,
        used_at: row.opt_moment(3)?,
    })
}

pub(in crate::account) fn find(tx: &mut Tx<'_>, account_id: &str) -> Result<Option<Kept>, Fault> {
    tx.row(
        "select code_hash, issued_at, expires_at, used_at from account_activation \
         where account_id = $1",
        &[account_id.into()],
    )?
    .map(|row| read(&row))
    .transpose()
}

/// Puts a new one in the place of whatever there was.
pub(in crate::account) fn put(
    tx: &mut Tx<'_>,
    (facility, account_id): (&FacilityCode, &str),
    code_hash: &str,
    expires_at: Moment,
) -> Result<(), Fault> {
    let (now, by) = (tx.now(), tx.actor().account_id().map(str::to_owned));
    tx.execute(
        "insert into account_activation (account_id, facility_code, code_hash, issued_at, issued_by, \
         expires_at) values ($1, $2, $3, $4, $5, $6) on conflict (account_id) do update set \
         code_hash = $3, issued_at = $4, issued_by = $5, expires_at = $6, used_at = null",
        &[
            account_id.into(),
            facility.as_str().into(),
            code_hash.into(),
            now.into(),
            by.into(),
            expires_at.into(),
        ],
    )
    .map(drop)
}

/// Takes away one that was not used.
pub(in crate::account) fn void(tx: &mut Tx<'_>, account_id: &str) -> Result<(), Fault> {
    tx.execute(
        "delete from account_activation where account_id = $1 and used_at is null",
        &[account_id.into()],
    )
    .map(drop)
}

/// Says that it was used.
pub(in crate::account) fn mark_used(tx: &mut Tx<'_>, account_id: &str) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update account_activation set used_at = $2 where account_id = $1 and used_at is null",
        &[account_id.into(), now.into()],
    )
}

/// For authentication: the account of a user id and its activation, where it has one that nobody used yet and no lock
/// keeps it.
pub(crate) fn find_activation(
    connection: &mut Connection,
    facility: &FacilityCode,
    user_id: &UserId,
    now: Moment,
) -> Result<Option<(String, Kept)>, Fault> {
    let row = connection.row(
        "select v.code_hash, v.issued_at, v.expires_at, v.used_at, a.account_id \
         from account a join account_activation v on v.account_id = a.account_id \
         left join login_failure f on f.facility_code = a.facility_code \
         and f.user_id_key = a.user_id_key and f.locked_until > $3 \
         where a.facility_code = $1 and a.user_id_key = $2 and v.used_at is null \
         and v.expires_at > $3 and f.locked_until is null",
        &[facility.as_str().into(), user_id.key().into(), now.into()],
    )?;
    row.map(|row| Ok((row.text(4)?, read(&row)?))).transpose()
}

//! The SQL of second factors.

use super::TotpFactor;
use super::policy::FactorSettings;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Value};
use crate::terms::FacilityCode;

/// An authenticator as it is kept.
pub(super) struct KeptTotp {
    pub(super) sealed: Vec<u8>,
    pub(super) factor: TotpFactor,
}

pub(super) fn find_totp(tx: &mut Tx<'_>, account_id: &str) -> Result<Option<KeptTotp>, Fault> {
    tx.row(
        "select secret, added_at, last_used_at from totp_factor where account_id = $1",
        &[account_id.into()],
    )?
    .map(|row| {
        Ok(KeptTotp {
            sealed: row.opt_bytes(0)?.unwrap_or_default(),
            factor: TotpFactor {
                added_at: row.moment(1)?,
                last_used_at: row.opt_moment(2)?,
            },
        })
    })
    .transpose()
}

pub(super) fn keep_totp(
    tx: &mut Tx<'_>,
    account_id: &str,
    sealed: Vec<u8>,
    step: i64,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into totp_factor (account_id, secret, added_at, last_step) values ($1, $2, $3, $4) \
         on conflict (account_id) do update set secret = $2, added_at = $3, last_step = $4, \
         last_used_at = null",
        &[
            account_id.into(),
            Value::Bytes(sealed),
            now.into(),
            step.into(),
        ],
    )
    .map(drop)
}

/// Takes a step's code, where none of it or of a later one was taken before.
pub(super) fn use_step(tx: &mut Tx<'_>, account_id: &str, step: i64) -> Result<bool, Fault> {
    let now = tx.now();
    let taken = tx.execute(
        "update totp_factor set last_step = $2, last_used_at = $3 \
         where account_id = $1 and last_step < $2",
        &[account_id.into(), step.into(), now.into()],
    )?;
    Ok(taken == 1)
}

pub(super) fn delete_totp(tx: &mut Tx<'_>, account_id: &str) -> Result<bool, Fault> {
    let deleted = tx.execute(
        "delete from totp_factor where account_id = $1",
        &[account_id.into()],
    )?;
    Ok(deleted > 0)
}

pub(super) fn insert_code(tx: &mut Tx<'_>, account_id: &str, kept: &str) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into recovery_code (account_id, code, made_at) values ($1, $2, $3)",
        &[account_id.into(), kept.into(), now.into()],
    )
    .map(drop)
}

pub(super) fn delete_codes(tx: &mut Tx<'_>, account_id: &str) -> Result<(), Fault> {
    tx.execute(
        "delete from recovery_code where account_id = $1",
        &[account_id.into()],
    )
    .map(drop)
}

pub(super) fn count_codes(tx: &mut Tx<'_>, account_id: &str) -> Result<i64, Fault> {
    let row = tx.row(
        "select count(*) from recovery_code where account_id = $1",
        &[account_id.into()],
    )?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// Spends a code; false where there is none such.
pub(super) fn use_code(tx: &mut Tx<'_>, account_id: &str, kept: &str) -> Result<bool, Fault> {
    let spent = tx.execute(
        "delete from recovery_code where account_id = $1 and code = $2",
        &[account_id.into(), kept.into()],
    )?;
    Ok(spent == 1)
}

/// Whether an account has anything beside recovery codes.
pub(crate) fn has_factor(connection: &mut Connection, account_id: &str) -> Result<bool, Fault> {
    let found = connection.row(
        "select 1 from totp_factor where account_id = $1 \
         union all select 1 from passkey where account_id = $1",
        &[account_id.into()],
    )?;
    Ok(found.is_some())
}

/// Forgets everything that an account has. Says whether there was a factor.
pub(crate) fn forget_all(tx: &mut Tx<'_>, account_id: &str) -> Result<bool, Fault> {
    let had_totp = delete_totp(tx, account_id)?;
    let had_passkeys = super::keys::store::delete_all(tx, account_id)?;
    delete_codes(tx, account_id)?;
    Ok(had_totp || had_passkeys)
}

pub(super) fn find_settings(
    connection: &mut Connection,
    facility: &FacilityCode,
) -> Result<FactorSettings, Fault> {
    let row = connection.row(
        "select version, wanted, allowed from factor_policy where facility_code = $1",
        &[facility.as_str().into()],
    )?;
    row.map_or_else(
        || Ok(FactorSettings::default()),
        |row| {
            let (wanted, allowed) = (row.text(1)?, row.text(2)?);
            Ok(FactorSettings::of_kept(
                Some(row.int(0)?),
                Some(&wanted),
                Some(&allowed),
            ))
        },
    )
}

/// Keeps what an institution wants. Says whether nobody else had changed it.
pub(super) fn keep_policy(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (before, after): (i64, i64),
    wanted: &str,
) -> Result<bool, Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let kept = tx.execute(
        "insert into factor_policy (facility_code, version, wanted, allowed, changed_by, changed_at) \
         values ($1, $3, $4, '', $5, $6) on conflict (facility_code) do update \
         set version = $3, wanted = $4, changed_by = $5, changed_at = $6 \
         where factor_policy.version = $2",
        &[
            facility.as_str().into(),
            before.into(),
            after.into(),
            wanted.into(),
            account.as_str().into(),
            now.into(),
        ],
    )?;
    Ok(kept == 1)
}

pub(super) fn keep_allowed(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    allowed: &str,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into factor_policy (facility_code, version, wanted, allowed, changed_by, changed_at) \
         values ($1, 0, '', $2, '', $3) on conflict (facility_code) do update set allowed = $2",
        &[facility.as_str().into(), allowed.into(), now.into()],
    )
    .map(drop)
}

/// How many accounts of each kind are not retired, and how many of them have a factor.
pub(super) fn count_enrolled(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
) -> Result<Vec<(String, i64, i64)>, Fault> {
    let rows = tx.rows(
        "select a.kind, count(*), sum(case when exists (select 1 from totp_factor t \
         where t.account_id = a.account_id) or exists (select 1 from passkey p \
         where p.account_id = a.account_id) then 1 else 0 end) from account a \
         where a.facility_code = $1 and a.retired_at is null group by a.kind",
        &[facility.as_str().into()],
    )?;
    rows.iter()
        .map(|row| Ok((row.text(0)?, row.int(1)?, row.int(2)?)))
        .collect()
}

//! The SQL of programs' tokens.

use crate::account::Period;
use crate::account::token::TokenSession;
use crate::actor::{AccountKind, Actor};
use crate::clock::Moment;
use crate::error::{Fault, RefusalCode};
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::FacilityCode;

/// Spends a refresh token, and gives its account and family; none where it is not good.
pub(in crate::account) fn use_refresh(
    tx: &mut Tx<'_>,
    hash: &str,
    certificate_serial: &str,
) -> Result<Option<(String, String)>, Fault> {
    let now = tx.now();
    tx.row(
        "update api_token set ended_at = $3, used_at = $3 where token_hash = $1 \
         and use = 'refresh' and certificate_serial = $2 and ended_at is null \
         and expires_at > $3 returning account_id, family",
        &[hash.into(), certificate_serial.into(), now.into()],
    )?
    .map(|row| Ok((row.text(0)?, row.text(1)?)))
    .transpose()
}

/// Account and family of a refresh token of this institution that was used before.
pub(in crate::account) fn find_used(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    hash: &str,
) -> Result<Option<(String, String)>, Fault> {
    let now = tx.now();
    tx.row(
        "select account_id, family from api_token where token_hash = $1 and use = 'refresh' \
         and facility_code = $2 and used_at is not null and expires_at > $3",
        &[hash.into(), facility.as_str().into(), now.into()],
    )?
    .map(|row| Ok((row.text(0)?, row.text(1)?)))
    .transpose()
}

pub(in crate::account) fn end_family(tx: &mut Tx<'_>, family: &str) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update api_token set ended_at = $2 where family = $1 and ended_at is null",
        &[family.into(), now.into()],
    )
}

pub(in crate::account) fn insert(
    tx: &mut Tx<'_>,
    hash: &str,
    (family, purpose, expires_at): (&str, &str, Moment),
    (account_id, facility, certificate_serial): (&str, &FacilityCode, &str),
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into api_token (token_hash, family, use, account_id, facility_code, \
         certificate_serial, issued_at, expires_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            hash.into(),
            family.into(),
            purpose.into(),
            account_id.into(),
            facility.as_str().into(),
            certificate_serial.into(),
            now.into(),
            expires_at.into(),
        ],
    )
    .map(drop)
}

/// Ends every token of an account.
pub(in crate::account) fn end_all(tx: &mut Tx<'_>, account_id: &str) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update api_token set ended_at = $2 where account_id = $1 and ended_at is null",
        &[account_id.into(), now.into()],
    )
    .map(drop)
}

/// Ends every token of an institution.
pub(in crate::account) fn end_all_of_facility(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update api_token set ended_at = $2 where facility_code = $1 and ended_at is null",
        &[facility.as_str().into(), now.into()],
    )
    .map(drop)
}

pub(crate) fn find_token(
    connection: &mut Connection,
    hash: &str,
) -> Result<Option<TokenSession>, Fault> {
    let Some(row) = connection.row(
        "select t.account_id, a.kind, t.facility_code, t.certificate_serial, t.expires_at, \
         t.ended_at, a.retired_at, a.stopped_at, f.stopped_at, a.valid_from, a.valid_until, \
         f.character_code, t.issued_at \
         from api_token t join account a on a.account_id = t.account_id \
         join facility f on f.facility_code = t.facility_code \
         where t.token_hash = $1 and t.use <> 'refresh'",
        &[hash.into()],
    )?
    else {
        return Ok(None);
    };
    let kind = row.text(1)?;
    let kind = AccountKind::from_code(&kind)
        .ok_or_else(|| Fault::at("reading a token", format!("no kind {kind}")))?;
    let (account_id, certificate_serial) = (row.text(0)?, row.text(3)?);
    let facility = FacilityCode::stored(row.text(2)?);
    Ok(Some(TokenSession {
        actor: Actor::account(kind, &account_id, facility.clone(), &certificate_serial),
        account_id,
        kind,
        facility,
        certificate_serial,
        issued_at: row.moment(12)?,
        expires_at: row.moment(4)?,
        ended: row.opt_moment(5)?.is_some(),
        unusable: [
            (6, RefusalCode::AccountRetired),
            (7, RefusalCode::AccountStopped),
            (8, RefusalCode::FacilityStopped),
        ]
        .into_iter()
        .find_map(|(at, code)| match row.opt_moment(at) {
            Ok(None) => None,
            Ok(Some(_)) => Some(Ok(code)),
            Err(fault) => Some(Err(fault)),
        })
        .transpose()?,
        period: Period {
            from: row.opt_day(9)?,
            until: row.opt_day(10)?,
        },
        shift_jis: row.text(11)? == "1",
    }))
}

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

/// A token of this institution that was sent to renew a log-in, whatever it is.
pub(in crate::account) struct SentToRenew {
    pub account_id: String,
    pub family: String,
    pub is_refresh: bool,
    pub certificate_serial: String,
    pub expires_at: Moment,
    pub is_used: bool,
}

pub(in crate::account) fn find_sent_to_renew(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    hash: &str,
) -> Result<Option<SentToRenew>, Fault> {
    tx.row(
        "select account_id, family, use, certificate_serial, expires_at, used_at \
         from api_token where token_hash = $1 and facility_code = $2",
        &[hash.into(), facility.as_str().into()],
    )?
    .map(|row| {
        Ok(SentToRenew {
            account_id: row.text(0)?,
            family: row.text(1)?,
            is_refresh: row.text(2)? == "refresh",
            certificate_serial: row.text(3)?,
            expires_at: row.moment(4)?,
            is_used: row.opt_moment(5)?.is_some(),
        })
    })
    .transpose()
}

/// Ends every token of a log-in, also those that a renewal left for a while.
pub(in crate::account) fn end_family(tx: &mut Tx<'_>, family: &str) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update api_token set ended_at = $2, replaced_at = null where family = $1 \
         and (ended_at is null or (replaced_at is not null and ended_at > $2))",
        &[family.into(), now.into()],
    )
}

/// Replaces the tokens of a log-in: those for messages are good until then.
pub(in crate::account) fn replace_family(
    tx: &mut Tx<'_>,
    family: &str,
    until: Moment,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update api_token set replaced_at = $2, \
         ended_at = case when use = 'refresh' then $2 else $3 end \
         where family = $1 and ended_at is null",
        &[family.into(), now.into(), until.into()],
    )
    .map(drop)
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
        "update api_token set ended_at = $2, replaced_at = null where account_id = $1 \
         and (ended_at is null or (replaced_at is not null and ended_at > $2))",
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
        "update api_token set ended_at = $2, replaced_at = null where facility_code = $1 \
         and (ended_at is null or (replaced_at is not null and ended_at > $2))",
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
         f.character_code, t.issued_at, t.replaced_at, t.use \
         from api_token t join account a on a.account_id = t.account_id \
         join facility f on f.facility_code = t.facility_code \
         where t.token_hash = $1",
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
        ended_at: row.opt_moment(5)?,
        is_replaced: row.opt_moment(13)?.is_some(),
        is_for_messages: row.text(14)? != "refresh",
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

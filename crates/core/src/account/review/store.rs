//! The SQL of reviews.

use super::{DueFrom, SignedAccount, SignedReview, Takeover};
use crate::actor::AccountKind;
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::FacilityCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

pub(super) fn keep_takeover(
    tx: &mut Tx<'_>,
    account_id: &str,
    (from_terminal, to_terminal): (&str, &str),
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into account_takeover (account_id, from_terminal, to_terminal, times, last_at) \
         values ($1, $2, $3, 1, $4) on conflict (account_id, from_terminal, to_terminal) \
         do update set times = account_takeover.times + 1, last_at = $4",
        &[
            account_id.into(),
            from_terminal.into(),
            to_terminal.into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Takeovers of the institution's accounts since then, the newest first, by the account.
pub(super) fn list_takeovers(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    since: Moment,
) -> Result<BTreeMap<String, Vec<Takeover>>, Fault> {
    let rows = tx.rows(
        "select t.account_id, t.from_terminal, t.to_terminal, t.times, t.last_at \
         from account_takeover t join account a on a.account_id = t.account_id \
         where a.facility_code = $1 and t.last_at >= $2 order by t.last_at desc limit 10000",
        &[facility.as_str().into(), since.into()],
    )?;
    let mut all: BTreeMap<String, Vec<Takeover>> = BTreeMap::new();
    for row in rows {
        all.entry(row.text(0)?).or_default().push(Takeover {
            from_terminal: row.text(1)?,
            to_terminal: row.text(2)?,
            times: row.int(3)?,
            last_at: row.moment(4)?,
        });
    }
    Ok(all)
}

/// What a program's tokens tell of its use.
#[derive(Default)]
pub(super) struct ProgramUse {
    pub(super) last_used: Option<Moment>,
    pub(super) terminals: Vec<String>,
}

/// By the account: when tokens were last issued, and to which terminals those that are still good.
pub(super) fn list_program_use(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
) -> Result<BTreeMap<String, ProgramUse>, Fault> {
    let now = tx.now();
    let rows = tx.rows(
        "select k.account_id, c.terminal_name, max(k.issued_at), \
         max(case when k.ended_at is null and k.expires_at > $2 then 1 else 0 end) \
         from api_token k join account a on a.account_id = k.account_id \
         join terminal_certificate c on c.serial = k.certificate_serial \
         where a.facility_code = $1 group by k.account_id, c.terminal_name \
         order by k.account_id, c.terminal_name limit 10000",
        &[facility.as_str().into(), now.into()],
    )?;
    let mut all: BTreeMap<String, ProgramUse> = BTreeMap::new();
    for row in rows {
        let one = all.entry(row.text(0)?).or_default();
        one.last_used = one.last_used.max(row.opt_moment(2)?);
        if row.int(3)? == 1 {
            one.terminals.push(row.text(1)?);
        }
    }
    Ok(all)
}

fn printed(what: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(what).map_err(|e| Fault::at("keeping a review of accounts", e))
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::at("reading a review of accounts", e))
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    signed_by: &str,
    review: &SignedReview,
    accounts: &[SignedAccount],
) -> Result<(), Fault> {
    let values = [
        facility.as_str().into(),
        review.id.as_str().into(),
        review.signed_at.into(),
        signed_by.into(),
        printed(&review.summary)?.as_str().into(),
        printed(&accounts)?.as_str().into(),
    ];
    tx.execute(
        "insert into account_review (facility_code, review_id, signed_at, signed_by, summary, accounts) \
         values ($1, $2, $3, $4, $5, $6)",
        &values,
    )
    .map(drop)
}

fn read(row: &Row) -> Result<SignedReview, Fault> {
    Ok(SignedReview {
        id: row.text(0)?,
        signed_at: row.moment(1)?,
        summary: parsed(&row.text(2)?)?,
    })
}

/// The newest reviews that were signed.
pub(super) fn list_signed(
    connection: &mut Connection,
    facility: &FacilityCode,
    limit: i64,
) -> Result<Vec<SignedReview>, Fault> {
    connection
        .rows(
            "select review_id, signed_at, summary from account_review \
             where facility_code = $1 order by signed_at desc, review_id limit $2",
            &[facility.as_str().into(), limit.into()],
        )?
        .iter()
        .map(read)
        .collect()
}

pub(super) fn find(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    id: &str,
) -> Result<Option<(SignedReview, Vec<SignedAccount>)>, Fault> {
    let row = tx.row(
        "select review_id, signed_at, summary, accounts from account_review \
         where facility_code = $1 and review_id = $2",
        &[facility.as_str().into(), id.into()],
    )?;
    row.map(|row| Ok((read(&row)?, parsed(&row.text(3)?)?)))
        .transpose()
}

/// When the last review was signed, and when the institution began.
pub(super) fn find_due(
    connection: &mut Connection,
    facility: &FacilityCode,
) -> Result<DueFrom, Fault> {
    let last = list_signed(connection, facility, 1)?;
    let begun = connection.row(
        "select created_at from facility where facility_code = $1",
        &[facility.as_str().into()],
    )?;
    let begun = begun.map(|row| row.moment(0)).transpose()?;
    Ok(DueFrom {
        last: last.first().map(|review| review.signed_at),
        begun: begun.unwrap_or(Moment::from_ms(0)),
    })
}

/// How many accounts of these kinds were stopped since then and are, and how many were retired.
pub(super) fn count_ended(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    kinds: &[AccountKind],
    since: Moment,
) -> Result<(i64, i64), Fault> {
    let mut group = String::from(",");
    for kind in kinds {
        group.push_str(kind.code());
        group.push(',');
    }
    let row = tx.row(
        "select coalesce(sum(case when stopped_at >= $3 and retired_at is null then 1 else 0 end), 0), \
         coalesce(sum(case when retired_at >= $3 then 1 else 0 end), 0) from account \
         where facility_code = $1 and $2 like '%,' || kind || ',%'",
        &[facility.as_str().into(), group.as_str().into(), since.into()],
    )?;
    match row {
        Some(row) => Ok((row.int(0)?, row.int(1)?)),
        None => Ok((0, 0)),
    }
}

//! The SQL of letters.

use super::{Letter, MailAddress};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Value};
use crate::terms::FacilityCode;

/// A letter that waits.
pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) to: MailAddress,
    pub(super) subject: String,
    pub(super) sealed: Vec<u8>,
    pub(super) written_at: Moment,
}

/// A letter that could not be sent, as the operator sees it: without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Undelivered {
    pub to: String,
    pub subject: String,
    pub written_at: Moment,
    pub tries: i64,
    /// What the mail server said last.
    pub why: String,
    /// Whether it is tried no more.
    pub given_up: bool,
}

pub(super) fn count_waiting(connection: &mut Connection) -> Result<i64, Fault> {
    let row = connection.row(
        "select count(*) from outgoing_mail where ended_at is null",
        &[],
    )?;
    row.map_or(Ok(0), |row| row.int(0))
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    (id, about): (&str, Option<&FacilityCode>),
    letter: &Letter,
    sealed: Vec<u8>,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into outgoing_mail (mail_id, facility_code, to_address, subject, sealed_text, \
         written_at, next_at, tries) values ($1, $2, $3, $4, $5, $6, $6, 0)",
        &[
            id.into(),
            about.map(FacilityCode::as_str).into(),
            letter.to.as_str().into(),
            letter.subject.as_str().into(),
            Value::Bytes(sealed),
            now.into(),
        ],
    )
    .map(drop)
}

pub(super) fn are_due(connection: &mut Connection, now: Moment) -> Result<bool, Fault> {
    let row = connection.row(
        "select 1 from outgoing_mail where ended_at is null and next_at <= $1 limit 1",
        &[now.into()],
    )?;
    Ok(row.is_some())
}

pub(super) fn list_due(tx: &mut Tx<'_>, most: i64) -> Result<Vec<Waiting>, Fault> {
    let now = tx.now();
    let rows = tx.rows(
        "select mail_id, to_address, subject, sealed_text, written_at from outgoing_mail \
         where ended_at is null and next_at <= $1 order by next_at, mail_id limit $2",
        &[now.into(), most.into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                id: row.text(0)?,
                to: MailAddress(row.text(1)?),
                subject: row.text(2)?,
                sealed: row.opt_bytes(3)?.unwrap_or_default(),
                written_at: row.moment(4)?,
            })
        })
        .collect()
}

/// Of which institution it is, and how often it was taken to be sent.
pub(super) fn find(
    tx: &mut Tx<'_>,
    id: &str,
) -> Result<Option<(Option<FacilityCode>, i64)>, Fault> {
    let row = tx.row(
        "select facility_code, tries from outgoing_mail where mail_id = $1",
        &[id.into()],
    )?;
    row.map(|row| Ok((row.opt_text(0)?.map(FacilityCode::stored), row.int(1)?)))
        .transpose()
}

/// Says when it is due next. Without a reason it was taken to be sent, which is counted.
pub(super) fn postpone(
    tx: &mut Tx<'_>,
    id: &str,
    next: Moment,
    why: Option<&str>,
) -> Result<(), Fault> {
    tx.execute(
        "update outgoing_mail set next_at = $2, last_error = coalesce($3, last_error), \
         tries = tries + $4 where mail_id = $1",
        &[
            id.into(),
            next.into(),
            why.into(),
            i64::from(why.is_none()).into(),
        ],
    )
    .map(drop)
}

pub(super) fn mark_sent(tx: &mut Tx<'_>, id: &str) -> Result<(), Fault> {
    tx.execute("delete from outgoing_mail where mail_id = $1", &[id.into()])
        .map(drop)
}

/// Ends a letter that is tried no more; its text goes.
pub(super) fn give_up(tx: &mut Tx<'_>, id: &str, why: &str) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update outgoing_mail set ended_at = $2, last_error = $3, sealed_text = null \
         where mail_id = $1",
        &[id.into(), now.into(), why.into()],
    )
    .map(drop)
}

pub(super) fn old_are_there(connection: &mut Connection, before: Moment) -> Result<bool, Fault> {
    let row = connection.row(
        "select 1 from outgoing_mail where ended_at < $1 limit 1",
        &[before.into()],
    )?;
    Ok(row.is_some())
}

pub(super) fn delete_old(tx: &mut Tx<'_>, before: Moment) -> Result<u64, Fault> {
    let most = tx.rules().retention.piece_rows;
    tx.execute(
        "delete from outgoing_mail where mail_id in (select mail_id from outgoing_mail \
         where ended_at < $1 order by ended_at limit $2)",
        &[before.into(), most.into()],
    )
}

/// Letters that could not be sent, the newest first.
pub(super) fn list_undelivered(tx: &mut Tx<'_>, most: i64) -> Result<Vec<Undelivered>, Fault> {
    let rows = tx.rows(
        "select to_address, subject, written_at, tries, last_error, ended_at from outgoing_mail \
         where last_error is not null order by written_at desc limit $1",
        &[most.into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Undelivered {
                to: row.text(0)?,
                subject: row.text(1)?,
                written_at: row.moment(2)?,
                tries: row.int(3)?,
                why: row.text(4)?,
                given_up: row.opt_moment(5)?.is_some(),
            })
        })
        .collect()
}

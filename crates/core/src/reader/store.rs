//! The readers' SQL: certificates, what they sent, and results on their way; [`by_eye`] has 目視確認, [`visits`] the
//! patients.

mod by_eye;
pub(super) mod visits;

pub(super) use by_eye::*;

use super::results::{ReaderResult, Waiting};
use super::{ReaderCertificate, Sent, Signed};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::FacilityCode;

fn certificate(row: &Row) -> Result<ReaderCertificate, Fault> {
    Ok(ReaderCertificate {
        serial: row.text(0)?,
        facility: FacilityCode::stored(row.text(1)?),
        reader_name: row.text(2)?,
        fingerprint: row.text(3)?,
        not_before: row.moment(4)?,
        not_after: row.moment(5)?,
        issued_at: row.moment(6)?,
        revoked: match row.opt_moment(7)? {
            Some(at) => Some((at, row.opt_text(8)?.unwrap_or_default())),
            None => None,
        },
    })
}

/// A certificate with its public key.
pub(super) fn find_certificate(
    tx: &mut Tx<'_>,
    serial: &str,
) -> Result<Option<(ReaderCertificate, String)>, Fault> {
    find_certificate_on(tx.connection(), serial)
}

/// The same, before anybody is let in.
pub(super) fn find_certificate_on(
    connection: &mut Connection,
    serial: &str,
) -> Result<Option<(ReaderCertificate, String)>, Fault> {
    let row = connection.row(
        "select serial, facility_code, reader_name, fingerprint, not_before, not_after, issued_at, \
         revoked_at, revoked_reason, public_key from reader_certificate where serial = $1",
        &[serial.into()],
    )?;
    row.map(|row| Ok((certificate(&row)?, row.text(9)?)))
        .transpose()
}

pub(super) fn list_certificates(
    tx: &mut Tx<'_>,
    of: &FacilityCode,
) -> Result<Vec<ReaderCertificate>, Fault> {
    let rows = tx.rows(
        "select serial, facility_code, reader_name, fingerprint, not_before, not_after, issued_at, \
         revoked_at, revoked_reason from reader_certificate where facility_code = $1 \
         order by reader_name, issued_at desc limit 1000",
        &[of.as_str().into()],
    )?;
    rows.iter().map(certificate).collect()
}

pub(super) fn insert_certificate(
    tx: &mut Tx<'_>,
    new: &ReaderCertificate,
    public_key: &str,
) -> Result<(), Fault> {
    tx.execute(
        "insert into reader_certificate (serial, facility_code, reader_name, public_key, \
         fingerprint, not_before, not_after, issued_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            new.serial.as_str().into(),
            new.facility.as_str().into(),
            new.reader_name.as_str().into(),
            public_key.into(),
            new.fingerprint.as_str().into(),
            new.not_before.into(),
            new.not_after.into(),
            new.issued_at.into(),
        ],
    )
    .map(drop)
}

/// Lets one end at a moment. Says whether it did not end before: what was said first stays.
pub(super) fn change_revoked(
    tx: &mut Tx<'_>,
    serial: &str,
    at: Moment,
    reason: &str,
) -> Result<bool, Fault> {
    let changed = tx.execute(
        "update reader_certificate set revoked_at = $2, revoked_reason = $3 \
         where serial = $1 and (revoked_at is null or revoked_at > $2)",
        &[serial.into(), at.into(), reason.into()],
    )?;
    Ok(changed > 0)
}

/// Digest and answer of what a reader sent under this id.
pub(super) fn find_request(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
) -> Result<Option<(String, String)>, Fault> {
    let row = tx.row(
        "select content, answer from reader_request where reader_serial = $1 and request_id = $2",
        &[
            signed.reader.as_str().into(),
            sent.request_id.as_str().into(),
        ],
    )?;
    row.map(|row| Ok((row.text(0)?, row.text(1)?))).transpose()
}

pub(super) fn insert_request(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
    content: &str,
    answer: &str,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into reader_request (reader_serial, request_id, content, answer, received_at) \
         values ($1, $2, $3, $4, $5)",
        &[
            signed.reader.as_str().into(),
            sent.request_id.as_str().into(),
            content.into(),
            answer.into(),
            now.into(),
        ],
    )
    .map(drop)
}

pub(super) fn insert_result(
    tx: &mut Tx<'_>,
    id: &str,
    facility: &FacilityCode,
    (name, answer): (&str, &str),
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into reader_result (result_id, facility_code, name, answer, made_at) \
         values ($1, $2, $3, $4, $5)",
        &[
            id.into(),
            facility.as_str().into(),
            name.into(),
            answer.into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Whether an institution has a result that this terminal could take.
pub(super) fn is_waiting(connection: &mut Connection, whose: &Waiting) -> Result<bool, Fault> {
    let row = connection.row(
        "select 1 from reader_result where facility_code = $1 and delivered_at is null \
         and (claimed_until is null or claimed_until <= $2 or claimed_by = $3) limit 1",
        &[
            whose.facility.as_str().into(),
            whose.now.into(),
            whose.certificate.as_str().into(),
        ],
    )?;
    Ok(row.is_some())
}

/// The oldest results that wait and that no other terminal has claimed.
pub(super) fn list_waiting(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    certificate: &str,
    limit: i64,
) -> Result<Vec<ReaderResult>, Fault> {
    let now = tx.now();
    let rows = tx.rows(
        "select result_id, name, answer from reader_result where facility_code = $1 \
         and delivered_at is null \
         and (claimed_until is null or claimed_until <= $2 or claimed_by = $3) \
         order by made_at, result_id limit $4",
        &[
            facility.as_str().into(),
            now.into(),
            certificate.into(),
            limit.into(),
        ],
    )?;
    rows.iter()
        .map(|row| {
            Ok(ReaderResult {
                id: row.text(0)?,
                name: row.text(1)?,
                answer: row.text(2)?,
            })
        })
        .collect()
}

pub(super) fn claim(
    tx: &mut Tx<'_>,
    id: &str,
    certificate: &str,
    until: Moment,
) -> Result<(), Fault> {
    tx.execute(
        "update reader_result set claimed_by = $2, claimed_until = $3 where result_id = $1",
        &[id.into(), certificate.into(), until.into()],
    )
    .map(drop)
}

/// Marks a result as delivered. Says whether the institution has it at all.
pub(super) fn change_delivered(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    id: &str,
) -> Result<bool, Fault> {
    let now = tx.now();
    let changed = tx.execute(
        "update reader_result set delivered_at = coalesce(delivered_at, $3) \
         where facility_code = $1 and result_id = $2",
        &[facility.as_str().into(), id.into(), now.into()],
    )?;
    Ok(changed > 0)
}

/// Whether anything came before this moment.
pub(super) fn are_there(connection: &mut Connection, before: Moment) -> Result<bool, Fault> {
    for sql in [
        "select 1 from reader_result where made_at < $1 limit 1",
        "select 1 from reader_request where received_at < $1 limit 1",
        "select 1 from reader_visit where begun_at < $1 limit 1",
        "select 1 from card_challenge where valid_until < $1 limit 1",
    ] {
        if connection.row(sql, &[before.into()])?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes what came before, at most so many rows of each kind.
pub(super) fn delete_before(tx: &mut Tx<'_>, before: Moment, limit: i64) -> Result<i64, Fault> {
    let results = tx.execute(
        "delete from reader_result where result_id in \
         (select result_id from reader_result where made_at < $1 order by made_at limit $2)",
        &[before.into(), limit.into()],
    )?;
    let visits = tx.execute(
        "delete from reader_visit where visit_id in \
         (select visit_id from reader_visit where begun_at < $1 order by begun_at limit $2)",
        &[before.into(), limit.into()],
    )?;
    let challenges = tx.execute(
        "delete from card_challenge where digest in \
         (select digest from card_challenge where valid_until < $1 order by valid_until limit $2)",
        &[before.into(), limit.into()],
    )?;
    let passcodes = tx.execute(
        "delete from by_eye_passcode where passcode_id in \
         (select passcode_id from by_eye_passcode where valid_until < $1 limit $2)",
        &[before.into(), limit.into()],
    )?;
    let mut deleted = results + visits + challenges + passcodes;
    let old = tx.rows(
        "select reader_serial, request_id from reader_request where received_at < $1 \
         order by received_at limit $2",
        &[before.into(), limit.into()],
    )?;
    for row in old {
        deleted += tx.execute(
            "delete from reader_request where reader_serial = $1 and request_id = $2",
            &[row.text(0)?.as_str().into(), row.text(1)?.as_str().into()],
        )?;
    }
    Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
}

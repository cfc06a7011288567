//! The certificates' SQL.

use super::TerminalCertificate;
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::FacilityCode;

fn read(row: &Row) -> Result<TerminalCertificate, Fault> {
    let revoked_at = row.opt_moment(7)?;
    Ok(TerminalCertificate {
        serial: row.text(0)?,
        facility: FacilityCode::stored(row.text(1)?),
        terminal_name: row.text(2)?,
        fingerprint: row.text(3)?,
        not_before: row.moment(4)?,
        not_after: row.moment(5)?,
        issued_at: row.moment(6)?,
        revoked: match revoked_at {
            Some(at) => Some((at, row.opt_text(8)?.unwrap_or_default())),
            None => None,
        },
    })
}

pub(crate) fn find(
    connection: &mut Connection,
    serial: &str,
) -> Result<Option<TerminalCertificate>, Fault> {
    connection
        .row(
            "select serial, facility_code, terminal_name, fingerprint, not_before, not_after, \
             issued_at, revoked_at, revoked_reason from terminal_certificate where serial = $1",
            &[serial.into()],
        )?
        .map(|row| read(&row))
        .transpose()
}

pub(super) fn list(tx: &mut Tx<'_>, of: &FacilityCode) -> Result<Vec<TerminalCertificate>, Fault> {
    tx.rows(
        "select serial, facility_code, terminal_name, fingerprint, not_before, not_after, \
         issued_at, revoked_at, revoked_reason from terminal_certificate \
         where facility_code = $1 order by terminal_name, issued_at desc limit 1000",
        &[of.as_str().into()],
    )?
    .iter()
    .map(read)
    .collect()
}

/// The same with the moment at which each was last used.
pub(super) fn list_with_contact(
    connection: &mut Connection,
    of: &FacilityCode,
) -> Result<Vec<(TerminalCertificate, Option<Moment>)>, Fault> {
    connection
        .rows(
            "select serial, facility_code, terminal_name, fingerprint, not_before, not_after, \
             issued_at, revoked_at, revoked_reason, last_contact_at from terminal_certificate \
             where facility_code = $1 order by terminal_name, issued_at desc limit 1000",
            &[of.as_str().into()],
        )?
        .iter()
        .map(|row| Ok((read(row)?, row.opt_moment(9)?)))
        .collect()
}

/// How exactly it is kept when a terminal came, in seconds: not every log-in of it is a change.
const CONTACT_SECONDS: i64 = 300;

pub(crate) fn keep_contact(
    connection: &mut Connection,
    serial: &str,
    now: Moment,
) -> Result<(), Fault> {
    let before = now.plus_seconds(-CONTACT_SECONDS);
    connection
        .execute(
            "update terminal_certificate set last_contact_at = $2 \
             where serial = $1 and (last_contact_at is null or last_contact_at < $3)",
            &[serial.into(), now.into(), before.into()],
        )
        .map(drop)
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &TerminalCertificate) -> Result<(), Fault> {
    tx.execute(
        "insert into terminal_certificate (serial, facility_code, terminal_name, fingerprint, \
         not_before, not_after, issued_at) values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            new.serial.as_str().into(),
            new.facility.as_str().into(),
            new.terminal_name.as_str().into(),
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
        "update terminal_certificate set revoked_at = $2, revoked_reason = $3 \
         where serial = $1 and (revoked_at is null or revoked_at > $2)",
        &[serial.into(), at.into(), reason.into()],
    )?;
    Ok(changed > 0)
}

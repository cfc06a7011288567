//! The insurers' SQL.

use super::InsurerCertificate;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row};

fn read(connection: &mut Connection, row: &Row) -> Result<InsurerCertificate, Fault> {
    let serial = row.text(0)?;
    let numbers = connection
        .rows(
            "select insurer_number from insurer_certificate_number where serial = $1 \
             order by insurer_number",
            &[serial.as_str().into()],
        )?
        .iter()
        .map(|row| row.text(0))
        .collect::<Result<_, _>>()?;
    let revoked = match row.opt_moment(6)? {
        Some(at) => Some((at, row.opt_text(7)?.unwrap_or_default())),
        None => None,
    };
    Ok(InsurerCertificate {
        serial,
        name: row.text(1)?,
        numbers,
        fingerprint: row.text(2)?,
        not_before: row.moment(3)?,
        not_after: row.moment(4)?,
        issued_at: row.moment(5)?,
        revoked,
    })
}

pub(crate) fn find(
    connection: &mut Connection,
    serial: &str,
) -> Result<Option<InsurerCertificate>, Fault> {
    let row = connection.row(
        "select serial, name, fingerprint, not_before, not_after, issued_at, revoked_at, \
         revoked_reason from insurer_certificate where serial = $1",
        &[serial.into()],
    )?;
    row.map(|row| read(connection, &row)).transpose()
}

pub(super) fn list(
    connection: &mut Connection,
    of: Option<&str>,
) -> Result<Vec<InsurerCertificate>, Fault> {
    let rows = match of {
        None => connection.rows(
            "select serial, name, fingerprint, not_before, not_after, issued_at, revoked_at, \
             revoked_reason from insurer_certificate order by name, issued_at desc, serial \
             limit 10000",
            &[],
        )?,
        Some(number) => connection.rows(
            "select c.serial, c.name, c.fingerprint, c.not_before, c.not_after, c.issued_at, \
             c.revoked_at, c.revoked_reason from insurer_certificate c \
             join insurer_certificate_number n on n.serial = c.serial \
             where n.insurer_number = $1 order by c.name, c.issued_at desc, c.serial",
            &[number.into()],
        )?,
    };
    rows.iter().map(|row| read(connection, row)).collect()
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &InsurerCertificate) -> Result<(), Fault> {
    tx.execute(
        "insert into insurer_certificate (serial, name, fingerprint, not_before, not_after, \
         issued_at) values ($1, $2, $3, $4, $5, $6)",
        &[
            new.serial.as_str().into(),
            new.name.as_str().into(),
            new.fingerprint.as_str().into(),
            new.not_before.into(),
            new.not_after.into(),
            new.issued_at.into(),
        ],
    )?;
    for number in &new.numbers {
        tx.execute(
            "insert into insurer_certificate_number (serial, insurer_number) values ($1, $2) \
             on conflict (serial, insurer_number) do nothing",
            &[new.serial.as_str().into(), number.as_str().into()],
        )?;
    }
    Ok(())
}

/// Revokes one. Says whether nobody had before: what was said first stays.
pub(super) fn change_revoked(tx: &mut Tx<'_>, serial: &str, reason: &str) -> Result<bool, Fault> {
    let at = tx.now();
    let changed = tx.execute(
        "update insurer_certificate set revoked_at = $2, revoked_reason = $3 \
         where serial = $1 and revoked_at is null",
        &[serial.into(), at.into(), reason.into()],
    )?;
    Ok(changed > 0)
}

/// How many persons and qualifications an insurer has.
pub(super) fn find_counts(tx: &mut Tx<'_>, insurer: &str) -> Result<(i64, i64), Fault> {
    let row = tx.row(
        "select persons, qualifications from insurer_count where insurer_number = $1",
        &[insurer.into()],
    )?;
    match row {
        Some(row) => Ok((row.int(0)?, row.int(1)?)),
        None => Ok((0, 0)),
    }
}

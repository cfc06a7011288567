//! The SQL of the codes by which certificates are fetched.

use super::{Enrolment, EnrolmentFor};
use crate::certificate::Certified;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row, Value};
use crate::terms::{CertificateKind, FacilityCode};

/// What parts an insurer's numbers.
const BETWEEN: char = ' ';

/// What was fetched by a code.
pub(super) struct Kept {
    pub(super) key_digest: String,
    pub(super) serial: String,
    pub(super) certificate_pem: String,
}

fn read(row: &Row) -> Result<Enrolment, Fault> {
    let broken = || Fault::at("reading an enrolment", "it is of no kind");
    let kind = CertificateKind::from_code(&row.text(1)?).ok_or_else(broken)?;
    let facility = row.opt_text(2)?.map(FacilityCode::stored);
    let name = row.text(4)?;
    let of = match (kind, facility) {
        (CertificateKind::Terminal, Some(facility)) => EnrolmentFor::Terminal(facility, name),
        (CertificateKind::Reader, Some(facility)) => EnrolmentFor::Reader(facility, name),
        (CertificateKind::Insurer, None) => {
            let numbers = row.text(3)?;
            EnrolmentFor::Insurer(name, numbers.split(BETWEEN).map(str::to_owned).collect())
        }
        _ => return Err(broken()),
    };
    let used = match row.opt_moment(8)? {
        Some(at) => Some((at, row.opt_text(9)?.unwrap_or_default())),
        None => None,
    };
    Ok(Enrolment {
        id: row.text(0)?,
        of,
        issued_at: row.moment(5)?,
        ends_at: row.moment(6)?,
        voided_at: row.opt_moment(7)?,
        used,
    })
}

/// The statement that lists the enrolments for which a condition holds, for [`read`].
macro_rules! enrolments {
    ($condition:literal) => {
        concat!(
            "select enrolment_id, kind, facility_code, insurer_numbers, name, issued_at, ends_at, \
             voided_at, used_at, serial from enrolment where ",
            $condition
        )
    };
}

pub(super) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Enrolment>, Fault> {
    let row = tx.row(enrolments!("enrolment_id = $1"), &[id.into()])?;
    row.map(|row| read(&row)).transpose()
}

pub(super) fn find_by_hash(
    connection: &mut Connection,
    hash: &str,
) -> Result<Option<Enrolment>, Fault> {
    let row = connection.row(enrolments!("code_hash = $1"), &[hash.into()])?;
    row.map(|row| read(&row)).transpose()
}

pub(super) fn list(tx: &mut Tx<'_>, of: &FacilityCode) -> Result<Vec<Enrolment>, Fault> {
    let rows = tx.rows(
        enrolments!("facility_code = $1 order by issued_at desc, enrolment_id limit 1000"),
        &[of.as_str().into()],
    )?;
    rows.iter().map(read).collect()
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &Enrolment, code_hash: &str) -> Result<(), Fault> {
    let numbers = new.of.numbers().join(&BETWEEN.to_string());
    tx.execute(
        "insert into enrolment (enrolment_id, code_hash, kind, facility_code, insurer_numbers, \
         name, issued_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            new.id.as_str().into(),
            code_hash.into(),
            new.of.kind().code().into(),
            new.of.facility().map(FacilityCode::as_str).into(),
            numbers.as_str().into(),
            new.of.name().into(),
            new.issued_at.into(),
            new.ends_at.into(),
        ],
    )
    .map(drop)
}

/// Voids what was issued for the same and was not used.
pub(super) fn change_voided_of(tx: &mut Tx<'_>, of: &EnrolmentFor) -> Result<(), Fault> {
    let now = tx.now();
    let (kind, name): (Value, Value) = (of.kind().code().into(), of.name().into());
    match of.facility() {
        Some(facility) => tx.execute(
            "update enrolment set voided_at = $4 where facility_code = $1 and kind = $2 \
             and name = $3 and used_at is null and voided_at is null",
            &[facility.as_str().into(), kind, name, now.into()],
        ),
        None => tx.execute(
            "update enrolment set voided_at = $3 where facility_code is null and kind = $1 \
             and name = $2 and used_at is null and voided_at is null",
            &[kind, name, now.into()],
        ),
    }
    .map(drop)
}

/// Says whether it could be voided.
pub(super) fn change_voided(tx: &mut Tx<'_>, id: &str) -> Result<bool, Fault> {
    let now = tx.now();
    let changed = tx.execute(
        "update enrolment set voided_at = $2 \
         where enrolment_id = $1 and used_at is null and voided_at is null",
        &[id.into(), now.into()],
    )?;
    Ok(changed > 0)
}

/// Keeps what was fetched. Says whether nobody was faster.
pub(super) fn change_used(
    tx: &mut Tx<'_>,
    id: &str,
    key_digest: &str,
    certified: &Certified,
) -> Result<bool, Fault> {
    let now = tx.now();
    let changed = tx.execute(
        "update enrolment set used_at = $2, key_digest = $3, serial = $4, certificate = $5 \
         where enrolment_id = $1 and used_at is null and voided_at is null",
        &[
            id.into(),
            now.into(),
            key_digest.into(),
            certified.serial.as_str().into(),
            certified.certificate_pem.as_str().into(),
        ],
    )?;
    Ok(changed > 0)
}

pub(super) fn find_certificate(tx: &mut Tx<'_>, id: &str) -> Result<Option<Kept>, Fault> {
    let row = tx.row(
        "select key_digest, serial, certificate from enrolment \
         where enrolment_id = $1 and used_at is not null",
        &[id.into()],
    )?;
    row.map(|row| {
        Ok(Kept {
            key_digest: row.text(0)?,
            serial: row.text(1)?,
            certificate_pem: row.text(2)?,
        })
    })
    .transpose()
}

/// Number and content of what was issued in the place of a certificate for this key.
pub(super) fn find_renewal(
    tx: &mut Tx<'_>,
    old_serial: &str,
    key_digest: &str,
) -> Result<Option<(String, String)>, Fault> {
    let row = tx.row(
        "select serial, certificate from certificate_renewal \
         where old_serial = $1 and key_digest = $2",
        &[old_serial.into(), key_digest.into()],
    )?;
    row.map(|row| Ok((row.text(0)?, row.text(1)?))).transpose()
}

/// The number of the certificate that is used in the place of one.
pub(super) fn find_used_renewal(
    tx: &mut Tx<'_>,
    old_serial: &str,
) -> Result<Option<String>, Fault> {
    let row = tx.row(
        "select serial from certificate_renewal where old_serial = $1 and used_at is not null",
        &[old_serial.into()],
    )?;
    row.map(|row| row.text(0)).transpose()
}

/// How many certificates were issued in the place of one.
pub(super) fn count_renewals(tx: &mut Tx<'_>, old_serial: &str) -> Result<i64, Fault> {
    let row = tx.row(
        "select count(*) from certificate_renewal where old_serial = $1",
        &[old_serial.into()],
    )?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// Those of them that were not used yet.
pub(super) fn list_unused_renewals(
    tx: &mut Tx<'_>,
    old_serial: &str,
) -> Result<Vec<String>, Fault> {
    let rows = tx.rows(
        "select serial from certificate_renewal where old_serial = $1 and used_at is null",
        &[old_serial.into()],
    )?;
    rows.iter().map(|row| row.text(0)).collect()
}

pub(super) fn insert_renewal(
    tx: &mut Tx<'_>,
    (old_serial, key_digest): (&str, &str),
    of: &EnrolmentFor,
    certified: &Certified,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into certificate_renewal (old_serial, key_digest, facility_code, kind, serial, \
         certificate, issued_at) values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            old_serial.into(),
            key_digest.into(),
            of.facility().map_or("", FacilityCode::as_str).into(),
            of.kind().code().into(),
            certified.serial.as_str().into(),
            certified.certificate_pem.as_str().into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Notes the first use of a certificate that replaces another one, and gives that one; none where it replaces none, or
/// was used before.
pub(super) fn change_renewal_used(tx: &mut Tx<'_>, serial: &str) -> Result<Option<String>, Fault> {
    let now = tx.now();
    let row = tx.row(
        "update certificate_renewal set used_at = $2 where serial = $1 and used_at is null \
         returning old_serial",
        &[serial.into(), now.into()],
    )?;
    row.map(|row| row.text(0)).transpose()
}

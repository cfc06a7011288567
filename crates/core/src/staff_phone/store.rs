//! The SQL of the phones of staff.

use super::{Activated, KnownPhone, StaffPhone};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::FacilityCode;

/// The statement that finds the phones of the institution `$1` for which a condition holds, for [`read`].
macro_rules! phones {
    ($condition:literal) => {
        concat!(
            "select p.phone_id, p.name, i.user_id, i.name, p.issued_at, p.code_until, \
             p.activated_at, p.account_id, a.user_id, a.name, p.voided_at, \
             (select max(s.last_seen_at) from web_session s where s.certificate_serial = p.phone_id) \
             from staff_phone p left join account i on i.account_id = p.issued_by \
             left join account a on a.account_id = p.account_id where p.facility_code = $1",
            $condition
        )
    };
}

fn read(row: &Row) -> Result<StaffPhone, Fault> {
    let who = |at: usize| -> Result<(String, String), Fault> {
        let user_id = row.opt_text(at)?.unwrap_or_default();
        Ok((user_id, row.opt_text(at + 1)?.unwrap_or_default()))
    };
    let activated = match row.opt_moment(6)? {
        Some(at) => Some(Activated {
            at,
            account_id: row.opt_text(7)?.unwrap_or_default(),
            account: who(8)?,
        }),
        None => None,
    };
    Ok(StaffPhone {
        id: row.text(0)?,
        name: row.text(1)?,
        issued_by: who(2)?,
        issued_at: row.moment(4)?,
        code_until: row.moment(5)?,
        activated,
        voided_at: row.opt_moment(10)?,
        last_seen_at: row.opt_moment(11)?,
    })
}

pub(super) fn list(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    most: i64,
) -> Result<Vec<StaffPhone>, Fault> {
    let rows = tx.rows(
        phones!(
            " order by case when p.voided_at is null then 0 else 1 end, p.issued_at desc, p.phone_id limit $2"
        ),
        &[facility.as_str().into(), most.into()],
    )?;
    rows.iter().map(read).collect()
}

/// Those of a name that are not void.
pub(super) fn list_named(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    name: &str,
) -> Result<Vec<StaffPhone>, Fault> {
    let rows = tx.rows(
        phones!(" and p.name = $2 and p.voided_at is null"),
        &[facility.as_str().into(), name.into()],
    )?;
    rows.iter().map(read).collect()
}

pub(super) fn find(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    id: &str,
) -> Result<Option<StaffPhone>, Fault> {
    let row = tx.row(
        phones!(" and p.phone_id = $2"),
        &[facility.as_str().into(), id.into()],
    )?;
    row.as_ref().map(read).transpose()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (id, name): (&str, &str),
    (code_hash, until): (&str, Moment),
) -> Result<(), Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    tx.execute(
        "insert into staff_phone (phone_id, facility_code, name, code_hash, issued_by, issued_at, \
         code_until) values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            facility.as_str().into(),
            name.into(),
            code_hash.into(),
            account.as_str().into(),
            now.into(),
            until.into(),
        ],
    )
    .map(drop)
}

/// Voids one. Says whether it was not void before.
pub(super) fn change_voided(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    id: &str,
) -> Result<bool, Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let changed = tx.execute(
        "update staff_phone set voided_at = $3, voided_by = $4, secret_hash = null \
         where facility_code = $1 and phone_id = $2 and voided_at is null",
        &[
            facility.as_str().into(),
            id.into(),
            now.into(),
            account.as_str().into(),
        ],
    )?;
    Ok(changed > 0)
}

/// Binds a phone to a browser and an account. Says whether nobody was faster.
pub(super) fn change_activated(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    id: &str,
    (secret_hash, account_id): (&str, &str),
) -> Result<bool, Fault> {
    let now = tx.now();
    let changed = tx.execute(
        "update staff_phone set secret_hash = $3, account_id = $4, activated_at = $5 \
         where facility_code = $1 and phone_id = $2 and activated_at is null \
         and voided_at is null and code_until > $5",
        &[
            facility.as_str().into(),
            id.into(),
            secret_hash.into(),
            account_id.into(),
            now.into(),
        ],
    )?;
    Ok(changed > 0)
}

/// The other phones of the institution whose secret this is: the same browser, activated before.
pub(super) fn list_others_of(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (secret_hash, id): (&str, &str),
) -> Result<Vec<String>, Fault> {
    let rows = tx.rows(
        "select phone_id from staff_phone where facility_code = $1 and secret_hash = $2 \
         and phone_id <> $3 and voided_at is null",
        &[facility.as_str().into(), secret_hash.into(), id.into()],
    )?;
    rows.iter().map(|row| row.text(0)).collect()
}

fn known(row: &Row) -> Result<KnownPhone, Fault> {
    Ok(KnownPhone {
        id: row.text(0)?,
        name: row.text(1)?,
        facility: FacilityCode::stored(row.text(2)?),
    })
}

pub(super) fn find_by_secret(
    connection: &mut Connection,
    secret_hash: &str,
) -> Result<Option<KnownPhone>, Fault> {
    let row = connection.row(
        "select phone_id, name, facility_code from staff_phone \
         where secret_hash = $1 and voided_at is null order by activated_at desc, phone_id limit 1",
        &[secret_hash.into()],
    )?;
    row.as_ref().map(known).transpose()
}

pub(super) fn find_by_code(
    connection: &mut Connection,
    facility: &FacilityCode,
    code_hash: &str,
    now: Moment,
) -> Result<Option<KnownPhone>, Fault> {
    let row = connection.row(
        "select phone_id, name, facility_code from staff_phone \
         where code_hash = $1 and facility_code = $2 and activated_at is null \
         and voided_at is null and code_until > $3",
        &[code_hash.into(), facility.as_str().into(), now.into()],
    )?;
    row.as_ref().map(known).transpose()
}

//! The SQL of 目視確認, and of what readers and their accounts are to each other.

use crate::clock::Moment;
use crate::error::Fault;
use crate::reader::standing::Report;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::FacilityCode;

/// A passcode that is open.
pub(in crate::reader) struct OpenPasscode {
    pub(in crate::reader) id: String,
    pub(in crate::reader) digest: String,
    /// The account that had it shown.
    pub(in crate::reader) issued_by: String,
}

pub(in crate::reader) fn insert_passcode(
    tx: &mut Tx<'_>,
    id: &str,
    (facility, digest): (&FacilityCode, &str),
    until: Moment,
) -> Result<(), Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    tx.execute(
        "insert into by_eye_passcode (passcode_id, facility_code, digest, issued_by, issued_at, \
         valid_until, failures) values ($1, $2, $3, $4, $5, $6, 0)",
        &[
            id.into(),
            facility.as_str().into(),
            digest.into(),
            account.into(),
            now.into(),
            until.into(),
        ],
    )
    .map(drop)
}

pub(in crate::reader) fn list_open_passcodes(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
) -> Result<Vec<OpenPasscode>, Fault> {
    let now = tx.now();
    let rows = tx.rows(
        "select passcode_id, digest, issued_by from by_eye_passcode where facility_code = $1 \
         and ended_at is null and valid_until > $2 order by issued_at, passcode_id limit 1000",
        &[facility.as_str().into(), now.into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(OpenPasscode {
                id: row.text(0)?,
                digest: row.text(1)?,
                issued_by: row.text(2)?,
            })
        })
        .collect()
}

/// Ends a passcode. Says whether it was open: two nodes may have found it so.
pub(in crate::reader) fn end_passcode(tx: &mut Tx<'_>, id: &str) -> Result<bool, Fault> {
    let now = tx.now();
    let changed = tx.execute(
        "update by_eye_passcode set ended_at = $2 where passcode_id = $1 and ended_at is null",
        &[id.into(), now.into()],
    )?;
    Ok(changed > 0)
}

/// Counts a wrong passcode against all that are open, and ends those at which so many were typed.
pub(in crate::reader) fn count_wrong_passcode(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    tries: i64,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update by_eye_passcode set failures = failures + 1, \
         ended_at = case when failures + 1 >= $2 then $3 else ended_at end \
         where facility_code = $1 and ended_at is null",
        &[facility.as_str().into(), tries.into(), now.into()],
    )
    .map(drop)
}

/// Until when a reader is in 目視確認モード, and which account set that.
pub(in crate::reader) fn find_mode(
    connection: &mut Connection,
    facility: &FacilityCode,
    reader: &str,
) -> Result<Option<(Moment, String)>, Fault> {
    let row = connection.row(
        "select valid_until, set_by from reader_mode where facility_code = $1 and reader_name = $2 \
         and ended_at is null",
        &[facility.as_str().into(), reader.into()],
    )?;
    row.map(|row| Ok((row.moment(0)?, row.text(1)?)))
        .transpose()
}

pub(in crate::reader) fn upsert_mode(
    tx: &mut Tx<'_>,
    (facility, reader): (&FacilityCode, &str),
    until: Moment,
) -> Result<(), Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    tx.execute(
        "insert into reader_mode (facility_code, reader_name, set_by, set_at, valid_until) \
         values ($1, $2, $3, $4, $5) on conflict (facility_code, reader_name) do update set \
         set_by = excluded.set_by, set_at = excluded.set_at, valid_until = excluded.valid_until, \
         ended_at = null",
        &[
            facility.as_str().into(),
            reader.into(),
            account.into(),
            now.into(),
            until.into(),
        ],
    )
    .map(drop)
}

/// Ends the mode of a reader. Says whether it was set.
pub(in crate::reader) fn end_mode(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reader: &str,
) -> Result<bool, Fault> {
    let now = tx.now();
    let changed = tx.execute(
        "update reader_mode set ended_at = $3 where facility_code = $1 and reader_name = $2 \
         and ended_at is null",
        &[facility.as_str().into(), reader.into(), now.into()],
    )?;
    Ok(changed > 0)
}

/// Version, settings and moment of what a reader said last of what runs there.
pub(in crate::reader) fn find_report(
    connection: &mut Connection,
    facility: &FacilityCode,
    reader: &str,
) -> Result<Option<(String, String, Moment)>, Fault> {
    let row = connection.row(
        "select version, settings, reported_at from reader_report \
         where facility_code = $1 and reader_name = $2",
        &[facility.as_str().into(), reader.into()],
    )?;
    row.map(|row| Ok((row.text(0)?, row.text(1)?, row.moment(2)?)))
        .transpose()
}

pub(in crate::reader) fn upsert_report(
    tx: &mut Tx<'_>,
    (facility, reader): (&FacilityCode, &str),
    report: &Report,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into reader_report (facility_code, reader_name, version, settings, reported_at) \
         values ($1, $2, $3, $4, $5) on conflict (facility_code, reader_name) do update set \
         version = excluded.version, settings = excluded.settings, \
         reported_at = excluded.reported_at",
        &[
            facility.as_str().into(),
            reader.into(),
            report.version.as_str().into(),
            report.settings.as_str().into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// The reader that an account speaks for.
pub(in crate::reader) fn find_reader_of(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    account: &str,
) -> Result<Option<String>, Fault> {
    let row = tx.row(
        "select reader_name from reader_account where account_id = $1 and facility_code = $2",
        &[account.into(), facility.as_str().into()],
    )?;
    row.map(|row| row.text(0)).transpose()
}

/// The accounts that spoke for a reader.
pub(in crate::reader) fn list_accounts_of(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reader: &str,
) -> Result<Vec<String>, Fault> {
    let rows = tx.rows(
        "select account_id from reader_account where facility_code = $1 and reader_name = $2 \
         order by account_id limit 100",
        &[facility.as_str().into(), reader.into()],
    )?;
    rows.iter().map(|row| row.text(0)).collect()
}

pub(in crate::reader) fn insert_reader_of(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    account: &str,
    reader: &str,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into reader_account (account_id, facility_code, reader_name, bound_at) \
         values ($1, $2, $3, $4)",
        &[
            account.into(),
            facility.as_str().into(),
            reader.into(),
            now.into(),
        ],
    )
    .map(drop)
}

pub(in crate::reader) fn delete_reader_of(tx: &mut Tx<'_>, account: &str) -> Result<(), Fault> {
    tx.execute(
        "delete from reader_account where account_id = $1",
        &[account.into()],
    )
    .map(drop)
}

//! The SQL of warnings of certificates.

use super::{Due, ENDED_DAYS, WARNED_DAYS};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row, Value};
use crate::terms::{CertificateKind, FacilityCode};

/// The first of [`WARNED_DAYS`].
const FIRST_DAYS: i64 = WARNED_DAYS[0];

/// The statement of what has to be told of at `$1`: certificates that end before `$2` and have not ended before `$3`, have no other in their
/// place, and were not told of for the warning that holds. The numbers of days are those of `ending::warned_at`, which a test holds
/// against them.
macro_rules! due {
    ($columns:literal, $condition:literal) => {
        concat!(
            "select ",
            $columns,
            " from (select c.facility_code, c.serial, c.kind, c.name, c.not_after, \
             case when c.not_after < $1 then -1 when (c.not_after - $1) / 86400000 <= 7 then (c.not_after - $1) / 86400000 \
             when (c.not_after - $1) / 86400000 <= 15 then 15 when (c.not_after - $1) / 86400000 <= 30 then 30 \
             when (c.not_after - $1) / 86400000 <= 60 then 60 else 90 end as days_before \
             from (select t.facility_code, t.serial, 'terminal' as kind, t.terminal_name as name, t.not_after \
             from terminal_certificate t where t.not_after < $2 and t.not_after >= $3 and t.not_before <= $1 and t.revoked_at is null \
             and not exists (select 1 from terminal_certificate o where o.facility_code = t.facility_code \
             and o.terminal_name = t.terminal_name and o.not_after > t.not_after and o.revoked_at is null) \
             union all select r.facility_code, r.serial, 'reader', r.reader_name, r.not_after \
             from reader_certificate r where r.not_after < $2 and r.not_after >= $3 and r.not_before <= $1 and r.revoked_at is null \
             and not exists (select 1 from reader_certificate o where o.facility_code = r.facility_code \
             and o.reader_name = r.reader_name and o.not_after > r.not_after and o.revoked_at is null)) c) d \
             join facility f on f.facility_code = d.facility_code \
             where f.mail is not null and f.stopped_at is null and not exists (select 1 from certificate_warning w \
             where w.serial = d.serial and w.days_before = d.days_before)",
            $condition
        )
    };
}

/// Between which ends a certificate is told of at a moment.
fn bounds(now: Moment) -> [Value; 3] {
    [
        now.into(),
        now.plus_seconds((FIRST_DAYS + 1) * 86_400).into(),
        now.plus_seconds(-ENDED_DAYS * 86_400).into(),
    ]
}

/// The institution that has waited longest to be told; none where none has.
pub(super) fn find_due(
    connection: &mut Connection,
    now: Moment,
) -> Result<Option<FacilityCode>, Fault> {
    let row = connection.row(
        due!("d.facility_code", " order by d.not_after, d.serial limit 1"),
        &bounds(now),
    )?;
    row.map(|row| Ok(FacilityCode::stored(row.text(0)?)))
        .transpose()
}

fn read(row: &Row) -> Result<Due, Fault> {
    let kind = row.text(1)?;
    Ok(Due {
        serial: row.text(0)?,
        kind: CertificateKind::from_code(&kind)
            .ok_or_else(|| Fault::at("reading a certificate", "an unknown kind"))?,
        name: row.text(2)?,
        not_after: row.moment(3)?,
        days_before: row.int(4)?,
    })
}

/// Those of an institution, the most urgent first.
pub(super) fn list_due(tx: &mut Tx<'_>, facility: &FacilityCode) -> Result<Vec<Due>, Fault> {
    let [now, end, ended] = bounds(tx.now());
    let rows = tx.rows(
        due!(
            "d.serial, d.kind, d.name, d.not_after, d.days_before",
            " and d.facility_code = $4 order by d.not_after, d.kind desc, d.name limit 1000"
        ),
        &[now, end, ended, facility.as_str().into()],
    )?;
    rows.iter().map(read).collect()
}

/// Keeps that one is told of. Says whether nobody else does.
pub(super) fn insert(tx: &mut Tx<'_>, facility: &FacilityCode, due: &Due) -> Result<bool, Fault> {
    let now = tx.now();
    let rows = tx.execute(
        "insert into certificate_warning (serial, days_before, facility_code, warned_at) \
         values ($1, $2, $3, $4) on conflict (serial, days_before) do nothing",
        &[
            due.serial.as_str().into(),
            due.days_before.into(),
            facility.as_str().into(),
            now.into(),
        ],
    )?;
    Ok(rows == 1)
}

//! The SQL of who looked at a person.

use super::{Access, Period};
use crate::actor::Role;
use crate::audit::{Detail, Outcome};
use crate::error::Fault;
use crate::permission::Function;
use crate::service::Tx;
use crate::store::{Connection, Row, Value};
use crate::terms::FacilityCode;

/// The milliseconds of a day of the index.
const DAY: i64 = 86_400_000;

/// So many accesses a report tells, and no more.
pub(super) const MOST: usize = 100_000;

/// So many of its own an institution is told.
pub(super) const MOST_OF_OWN: usize = 10_000;

fn read(row: &Row) -> Result<Access, Fault> {
    Ok(Access {
        at: row.moment(0)?,
        facility_code: row.opt_text(1)?,
        facility_name: row.opt_text(2)?,
        function: Function::from_number(row.int(3)?),
        outcome: Outcome::from_number(row.int(4)?),
        role: Role::from_number(row.int(5)?),
        basis: row.opt_text(6)?,
        detail: row.opt_text(7)?.as_deref().map(Detail::of_kept),
    })
}

/// One more than is told, so that it is seen that there are more.
fn one_more_than(most: usize) -> Value {
    Value::from(i64::try_from(most + 1).unwrap_or(i64::MAX))
}

fn parameters(person: i64, period: Period) -> [Value; 4] {
    [
        Value::Text(person.to_string()),
        period.from.into(),
        period.until.into(),
        one_more_than(MOST),
    ]
}

/// What the index of persons has: its condition stands in the query as it stands there.
pub(super) fn list(tx: &mut Tx<'_>, person: i64, period: Period) -> Result<Vec<Access>, Fault> {
    let rows = tx.rows(
        "select e.at, e.facility_code, f.name, e.function, e.outcome, e.role, e.basis, e.detail \
         from audit_entry e left join facility f on f.facility_code = e.facility_code \
         where e.subject_kind = 4 and e.function not in (32, 34) \
         and e.subject = $1 and e.at >= $2 and e.at < $3 \
         order by e.at desc, e.chain desc, e.seq desc limit $4",
        &parameters(person, period),
    )?;
    rows.iter().map(read).collect()
}

/// Plain checks: those in their index day by day, and what of the log the index has not yet.
pub(super) fn list_checks(
    tx: &mut Tx<'_>,
    person: i64,
    period: Period,
) -> Result<Vec<Access>, Fault> {
    let mut found = Vec::new();
    for (chain, read) in chains(tx)? {
        let rows = tx.rows(
            "select e.at, e.facility_code, f.name, e.function, e.outcome, e.role, e.basis, e.detail \
             from audit_entry e left join facility f on f.facility_code = e.facility_code \
             where e.chain = $4 and e.seq > $5 and e.function in (32, 34) and e.subject_kind = 4 \
             and e.subject = $1 and e.at >= $2 and e.at < $3 order by e.seq desc",
            &[
                person.to_string().into(),
                period.from.into(),
                period.until.into(),
                chain.into(),
                read.into(),
            ],
        )?;
        for row in &rows {
            found.push(self::read(row)?);
        }
    }
    let Some((first, last)) = days(tx, period)? else {
        return Ok(found);
    };
    // One look in the index for each day, and one statement for all of them.
    let rows = tx.rows(
        "with recursive wanted (day) as (select cast($1 as bigint) \
         union all select day + 1 from wanted where day < $2) \
         select e.at, e.facility_code, f.name, e.function, e.outcome, e.role, e.basis, e.detail \
         from wanted w cross join check_access c \
         join audit_entry e on e.chain = c.chain and e.seq = c.seq \
         left join facility f on f.facility_code = e.facility_code \
         where c.day = w.day and c.person = $3 and c.at >= $4 and c.at < $5 \
         order by c.day desc, c.at desc limit $6",
        &[
            first.into(),
            last.into(),
            person.into(),
            period.from.into(),
            period.until.into(),
            one_more_than(MOST),
        ],
    )?;
    for row in &rows {
        found.push(self::read(row)?);
    }
    Ok(found)
}

/// Every chain of the log, and how far it has been read for the index.
fn chains(tx: &mut Tx<'_>) -> Result<Vec<(i64, i64)>, Fault> {
    let rows = tx.rows(
        "select c.chain, coalesce(p.seq, 0) from audit_chain c \
         left join check_access_progress p on p.chain = c.chain order by c.chain",
        &[],
    )?;
    rows.iter()
        .map(|row| Ok((row.int(0)?, row.int(1)?)))
        .collect()
}

/// The first and the last day of a period that the index has.
fn days(tx: &mut Tx<'_>, period: Period) -> Result<Option<(i64, i64)>, Fault> {
    let mut ends = [None; 2];
    for (end, sql) in ends.iter_mut().zip([
        "select min(day) from check_access",
        "select max(day) from check_access",
    ]) {
        *end = match tx.rows(sql, &[])?.first() {
            Some(row) => row.opt_int(0)?,
            None => None,
        };
    }
    let [Some(first), Some(last)] = ends else {
        return Ok(None);
    };
    let first = first.max(period.from.ms() / DAY);
    let last = last.min(period.until.ms() / DAY);
    Ok((first <= last).then_some((first, last)))
}

/// The chain of which most is to be read for the index, where that is at least so much: its number, and how far
/// it has been read.
const TO_INDEX: &str = "select c.chain, coalesce(p.seq, 0) from audit_chain c \
    left join check_access_progress p on p.chain = c.chain \
    where c.last_seq - coalesce(p.seq, 0) > $1 order by c.last_seq - coalesce(p.seq, 0) desc limit 1";

/// Whether the log has more that the index has not than this.
pub(super) fn are_to_index(connection: &mut Connection, entries: i64) -> Result<bool, Fault> {
    Ok(connection.row(TO_INDEX, &[entries.into()])?.is_some())
}

/// Takes the checks among so many entries into the index, and says how many they were; nothing where fewer entries
/// wait.
pub(super) fn index(tx: &mut Tx<'_>, entries: i64) -> Result<Option<i64>, Fault> {
    let Some(row) = tx.row(TO_INDEX, &[entries.into()])? else {
        return Ok(None);
    };
    let (chain, read) = (row.int(0)?, row.int(1)?);
    let until = read.saturating_add(entries);
    // First, so that of two nodes that read the same part the database lets one repeat its work.
    tx.execute(
        "insert into check_access_progress (chain, seq) values ($1, $2) \
         on conflict (chain) do update set seq = excluded.seq",
        &[chain.into(), until.into()],
    )?;
    let count = tx.execute(
        "insert into check_access (day, person, at, chain, seq) \
         select at / 86400000, cast(subject as bigint), at, chain, seq from audit_entry \
         where chain = $1 and seq > $2 and seq <= $3 and function in (32, 34) \
         and subject_kind = 4 order by 1, 2, 3",
        &[chain.into(), read.into(), until.into()],
    )?;
    Ok(Some(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// The same as the index of persons has it, of one institution.
pub(super) fn list_own(
    tx: &mut Tx<'_>,
    person: i64,
    facility: &FacilityCode,
) -> Result<Vec<Access>, Fault> {
    let rows = tx.rows(
        "select e.at, e.facility_code, f.name, e.function, e.outcome, e.role, e.basis, e.detail \
         from audit_entry e left join facility f on f.facility_code = e.facility_code \
         where e.subject_kind = 4 and e.function not in (32, 34) \
         and e.subject = $1 and e.facility_code = $2 \
         order by e.at desc, e.chain desc, e.seq desc limit $3",
        &[
            person.to_string().into(),
            facility.as_str().into(),
            one_more_than(MOST_OF_OWN),
        ],
    )?;
    rows.iter().map(read).collect()
}

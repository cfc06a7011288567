//! The SQL of who looked at a person.

use super::{Access, Period};
use crate::actor::Role;
use crate::audit::{Detail, Outcome};
use crate::error::Fault;
use crate::permission::Function;
use crate::service::Tx;
use crate::store::{Row, Value};
use crate::terms::FacilityCode;

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

fn parameters(person: i64, period: Period) -> [Value; 3] {
    [
        Value::Text(person.to_string()),
        period.from.into(),
        period.until.into(),
    ]
}

/// What the index of persons has: its condition stands in the query as it stands there.
pub(super) fn list(tx: &mut Tx<'_>, person: i64, period: Period) -> Result<Vec<Access>, Fault> {
    let rows = tx.rows(
        "select e.at, e.facility_code, f.name, e.function, e.outcome, e.role, e.basis, e.detail \
         from audit_entry e left join facility f on f.facility_code = e.facility_code \
         where e.subject_kind = 4 and e.function not in (32, 34) \
         and e.subject = $1 and e.at >= $2 and e.at < $3 \
         order by e.at desc, e.chain desc, e.seq desc limit 100000",
        &parameters(person, period),
    )?;
    rows.iter().map(read).collect()
}

/// Plain checks, for which the log of the period is read through.
pub(super) fn list_checks(
    tx: &mut Tx<'_>,
    person: i64,
    period: Period,
) -> Result<Vec<Access>, Fault> {
    let rows = tx.rows(
        "select e.at, e.facility_code, f.name, e.function, e.outcome, e.role, e.basis, e.detail \
         from audit_entry e left join facility f on f.facility_code = e.facility_code \
         where e.function in (32, 34) and e.subject_kind = 4 \
         and e.subject = $1 and e.at >= $2 and e.at < $3 \
         order by e.at desc, e.chain desc, e.seq desc limit 100000",
        &parameters(person, period),
    )?;
    rows.iter().map(read).collect()
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
         order by e.at desc, e.chain desc, e.seq desc limit 10000",
        &[person.to_string().into(), facility.as_str().into()],
    )?;
    rows.iter().map(read).collect()
}

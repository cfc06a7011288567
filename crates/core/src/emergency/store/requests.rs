//! The SQL of what institutions ask to have opened.

use crate::clock::Moment;
use crate::emergency::requests::{NewRequest, OpeningRequest};
use crate::error::Fault;
use crate::permission::Function;
use crate::service::Tx;
use crate::store::Row;
use crate::terms::FacilityCode;

/// The requests that a condition picks, with what is registered of their institutions.
macro_rules! requests {
    ($condition:literal) => {
        concat!(
            "select r.request_id, r.facility_code, r.function, r.reason, r.contact, r.phone, \
             r.requested_at, r.settled_at, r.remark, f.name, f.phone from emergency_request r \
             left join facility f on f.facility_code = r.facility_code where ",
            $condition
        )
    };
}

/// Gives 0 where the institution waits for the same function already.
pub(in crate::emergency) fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    facility: &FacilityCode,
    new: &NewRequest,
) -> Result<u64, Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    tx.execute(
        "insert into emergency_request (request_id, facility_code, account_id, function, reason, \
         contact, phone, requested_at) select $1, $2, $3, $4, $5, $6, $7, $8 \
         where not exists (select 1 from emergency_request where facility_code = $2 \
         and function = $4 and settled_at is null)",
        &[
            id.into(),
            facility.as_str().into(),
            account.as_str().into(),
            new.function.number().into(),
            new.reason.as_str().into(),
            new.contact.as_str().into(),
            new.phone.as_str().into(),
            now.into(),
        ],
    )
}

fn request(row: &Row) -> Result<OpeningRequest, Fault> {
    let settled = match row.opt_moment(7)? {
        Some(at) => Some((at, row.opt_text(8)?.unwrap_or_default())),
        None => None,
    };
    Ok(OpeningRequest {
        id: row.text(0)?,
        facility: FacilityCode::stored(row.text(1)?),
        function: Function::from_number(row.int(2)?)
            .ok_or_else(|| Fault::at("reading a request", "an unknown function"))?,
        reason: row.text(3)?,
        contact: row.text(4)?,
        phone: row.text(5)?,
        requested_at: row.moment(6)?,
        settled,
        facility_name: row.opt_text(9)?.unwrap_or_default(),
        call_back: row.opt_text(10)?,
    })
}

pub(in crate::emergency) fn list_own(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    limit: i64,
) -> Result<Vec<OpeningRequest>, Fault> {
    let rows = tx.rows(
        requests!("r.facility_code = $1 order by r.requested_at desc, r.request_id limit $2"),
        &[facility.as_str().into(), limit.into()],
    )?;
    rows.iter().map(request).collect()
}

pub(in crate::emergency) fn list(
    tx: &mut Tx<'_>,
    only_open: bool,
    limit: i64,
) -> Result<Vec<OpeningRequest>, Fault> {
    let rows = tx.rows(
        requests!(
            "($1 = 0 or r.settled_at is null) \
         order by r.requested_at desc, r.request_id limit $2"
        ),
        &[i64::from(only_open).into(), limit.into()],
    )?;
    rows.iter().map(request).collect()
}

pub(in crate::emergency) fn find(
    tx: &mut Tx<'_>,
    id: &str,
) -> Result<Option<OpeningRequest>, Fault> {
    let row = tx.row(requests!("r.request_id = $1"), &[id.into()])?;
    row.map(|row| request(&row)).transpose()
}

/// Notes what came of a request, once; gives the institution's code.
pub(in crate::emergency) fn settle(
    tx: &mut Tx<'_>,
    id: &str,
    remark: &str,
) -> Result<Option<String>, Fault> {
    let now: Moment = tx.now();
    let changed = tx.execute(
        "update emergency_request set settled_at = $2, remark = $3 \
         where request_id = $1 and settled_at is null",
        &[id.into(), now.into(), remark.into()],
    )?;
    if changed == 0 {
        return Ok(None);
    }
    let row = tx.row(
        "select facility_code from emergency_request where request_id = $1",
        &[id.into()],
    )?;
    row.map(|row| row.text(0)).transpose()
}

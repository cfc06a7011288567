//! The openings' SQL.

use crate::clock::Moment;
use crate::error::Fault;
use crate::permission::Function;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// Id and reason of the newest opening that holds now.
pub(super) fn find_open(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    function: Function,
) -> Result<Option<(String, String)>, Fault> {
    let now = tx.now();
    tx.row(
        "select opening_id, reason from emergency_opening where facility_code = $1 \
         and function = $2 and opened_at <= $3 and closed_at is null and valid_until > $3 \
         order by opened_at desc, opening_id limit 1",
        &[
            facility.as_str().into(),
            function.number().into(),
            now.into(),
        ],
    )?
    .map(|row| Ok((row.text(0)?, row.text(1)?)))
    .transpose()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    facility: &FacilityCode,
    (function, reason, until): (Function, &str, Moment),
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into emergency_opening (opening_id, facility_code, function, reason, opened_at, \
         valid_until) values ($1, $2, $3, $4, $5, $6)",
        &[
            id.into(),
            facility.as_str().into(),
            function.number().into(),
            reason.into(),
            now.into(),
            until.into(),
        ],
    )
    .map(drop)
}

pub(super) fn close(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    function: Function,
) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update emergency_opening set closed_at = $3 where facility_code = $1 and function = $2 \
         and closed_at is null and valid_until > $3",
        &[
            facility.as_str().into(),
            function.number().into(),
            now.into(),
        ],
    )
}

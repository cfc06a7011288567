//! The SQL of whom a search found.

use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// Forgets whom searches found before then, of any institution.
pub(in crate::emergency) fn delete_before(tx: &mut Tx<'_>, then: Moment) -> Result<(), Fault> {
    tx.execute(
        "delete from emergency_candidate where found_at < $1",
        &[then.into()],
    )
    .map(drop)
}

pub(in crate::emergency) fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    facility: &FacilityCode,
    person: i64,
) -> Result<(), Fault> {
    let (now, function) = (tx.now(), tx.function());
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    tx.execute(
        "insert into emergency_candidate (candidate_id, facility_code, account_id, function, \
         person, found_at) values ($1, $2, $3, $4, $5, $6)",
        &[
            id.into(),
            facility.as_str().into(),
            account.as_str().into(),
            function.number().into(),
            person.into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Whom the account found for this function, no longer ago than then.
pub(in crate::emergency) fn find(
    tx: &mut Tx<'_>,
    id: &str,
    facility: &FacilityCode,
    since: Moment,
) -> Result<Option<i64>, Fault> {
    let function = tx.function();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let row = tx.row(
        "select person from emergency_candidate where candidate_id = $1 and facility_code = $2 \
         and account_id = $3 and function = $4 and found_at >= $5",
        &[
            id.into(),
            facility.as_str().into(),
            account.as_str().into(),
            function.number().into(),
            since.into(),
        ],
    )?;
    row.map(|row| row.int(0)).transpose()
}

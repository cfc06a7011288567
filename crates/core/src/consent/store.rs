//! The consents' SQL.

use crate::clock::Moment;
use crate::error::Fault;
use crate::permission::Scope;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// The id of the newest consent that is valid now.
pub(super) fn find_valid(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    person: i64,
    scope: Scope,
) -> Result<Option<String>, Fault> {
    let now = tx.now();
    tx.row(
        "select consent_id from consent where facility_code = $1 and person = $2 and scope = $3 \
         and given_at <= $4 and ended_at is null and (valid_until is null or valid_until > $4) \
         order by given_at desc, consent_id limit 1",
        &[
            facility.as_str().into(),
            person.into(),
            scope.code().into(),
            now.into(),
        ],
    )?
    .map(|row| row.text(0))
    .transpose()
}

/// Whether there was one, be it over or not.
pub(super) fn was_given(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    person: i64,
    scope: Scope,
) -> Result<bool, Fault> {
    let row = tx.row(
        "select 1 from consent where facility_code = $1 and person = $2 and scope = $3 limit 1",
        &[facility.as_str().into(), person.into(), scope.code().into()],
    )?;
    Ok(row.is_some())
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    facility: &FacilityCode,
    (person, scope, until): (i64, Scope, Option<Moment>),
) -> Result<(), Fault> {
    let (now, by) = (tx.now(), tx.actor().account_id().map(str::to_owned));
    let certificate = tx.actor().certificate().map(str::to_owned);
    tx.execute(
        "insert into consent (consent_id, facility_code, person, scope, given_at, valid_until, \
         given_by, certificate_serial) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            id.into(),
            facility.as_str().into(),
            person.into(),
            scope.code().into(),
            now.into(),
            until.into(),
            by.as_deref().into(),
            certificate.as_deref().into(),
        ],
    )
    .map(drop)
}

pub(super) fn end(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    person: i64,
    scope: Scope,
) -> Result<u64, Fault> {
    let (now, by) = (tx.now(), tx.actor().account_id().map(str::to_owned));
    tx.execute(
        "update consent set ended_at = $4, ended_by = $5 where facility_code = $1 and person = $2 \
         and scope = $3 and ended_at is null and (valid_until is null or valid_until > $4)",
        &[
            facility.as_str().into(),
            person.into(),
            scope.code().into(),
            now.into(),
            by.as_deref().into(),
        ],
    )
}

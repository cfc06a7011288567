//! The SQL of the addresses by which patients come from home.

use super::HomeAddress;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::FacilityCode;

/// Whose address it is, where it is in force.
pub(super) fn find_facility(
    connection: &mut Connection,
    token: &str,
) -> Result<Option<FacilityCode>, Fault> {
    let row = connection.row(
        "select facility_code from home_address where token = $1 and voided_at is null",
        &[token.into()],
    )?;
    row.map(|row| Ok(FacilityCode::stored(row.text(0)?)))
        .transpose()
}

pub(super) fn find_in_force(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
) -> Result<Option<HomeAddress>, Fault> {
    let row = tx.row(
        "select h.token, a.user_id, a.name, h.issued_at from home_address h \
         left join account a on a.account_id = h.issued_by \
         where h.facility_code = $1 and h.voided_at is null",
        &[facility.as_str().into()],
    )?;
    row.map(|row| {
        Ok(HomeAddress {
            token: row.text(0)?,
            issued_by: (
                row.opt_text(1)?.unwrap_or_default(),
                row.opt_text(2)?.unwrap_or_default(),
            ),
            issued_at: row.moment(3)?,
        })
    })
    .transpose()
}

/// Keeps a new address; where another node was faster, that one's stays.
pub(super) fn insert(tx: &mut Tx<'_>, facility: &FacilityCode, token: &str) -> Result<(), Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    tx.execute(
        "insert into home_address (token, facility_code, issued_by, issued_at) \
         values ($1, $2, $3, $4) on conflict do nothing",
        &[
            token.into(),
            facility.as_str().into(),
            account.as_str().into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Ends an address. Says whether it was in force.
pub(super) fn change_voided(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    token: &str,
) -> Result<bool, Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let changed = tx.execute(
        "update home_address set voided_at = $3, voided_by = $4 \
         where facility_code = $1 and token = $2 and voided_at is null",
        &[
            facility.as_str().into(),
            token.into(),
            now.into(),
            account.as_str().into(),
        ],
    )?;
    Ok(changed > 0)
}

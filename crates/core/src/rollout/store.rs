//! The SQL of roll-outs and of installers' rights.

use super::installer::{InstallerRight, NewRight};
use crate::clock::Day;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::Row;
use crate::terms::FacilityCode;

fn read(row: &Row) -> Result<InstallerRight, Fault> {
    let ends_on = Day::from_number(row.int(5)?);
    let ended = match row.opt_moment(6)? {
        Some(at) => Some((at, row.opt_text(7)?.unwrap_or_default())),
        None => None,
    };
    Ok(InstallerRight {
        installer_id: row.text(0)?,
        facility: FacilityCode::stored(row.text(1)?),
        name: row.text(2)?,
        person: row.text(3)?,
        given_at: row.moment(4)?,
        ends_on: ends_on.ok_or_else(|| Fault::at("reading an installer's right", "no day"))?,
        ended,
    })
}

/// The statement that lists the rights for which a condition holds, for [`read`].
macro_rules! rights {
    ($condition:literal) => {
        concat!(
            "select installer_id, facility_code, name, person, given_at, ends_on, ended_at, \
             ended_reason from installer_right where ",
            $condition
        )
    };
}

pub(super) fn find_right(
    tx: &mut Tx<'_>,
    installer_id: &str,
    at: &FacilityCode,
) -> Result<Option<InstallerRight>, Fault> {
    let row = tx.row(
        rights!("installer_id = $1 and facility_code = $2"),
        &[installer_id.into(), at.as_str().into()],
    )?;
    row.map(|row| read(&row)).transpose()
}

/// Those of an installer, of an institution, or of both; the newest first.
pub(super) fn list_rights(
    tx: &mut Tx<'_>,
    installer_id: Option<&str>,
    at: Option<&FacilityCode>,
) -> Result<Vec<InstallerRight>, Fault> {
    let at = at.map(FacilityCode::as_str);
    let rows = match (installer_id, at) {
        (Some(id), Some(at)) => tx.rows(
            rights!("installer_id = $1 and facility_code = $2"),
            &[id.into(), at.into()],
        ),
        (Some(id), None) => tx.rows(
            rights!("installer_id = $1 order by facility_code limit 10000"),
            &[id.into()],
        ),
        (None, Some(at)) => tx.rows(
            rights!("facility_code = $1 order by given_at desc, installer_id limit 1000"),
            &[at.into()],
        ),
        (None, None) => tx.rows(
            rights!("ends_on > 0 order by given_at desc, installer_id, facility_code limit 10000"),
            &[],
        ),
    }?;
    rows.iter().map(read).collect()
}

pub(super) fn insert_right(
    tx: &mut Tx<'_>,
    installer_id: &str,
    at: &FacilityCode,
    new: &NewRight,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into installer_right (installer_id, facility_code, name, person, given_at, ends_on) \
         values ($1, $2, $3, $4, $5, $6) on conflict (installer_id, facility_code) do nothing",
        &[
            installer_id.into(),
            at.as_str().into(),
            new.name.as_str().into(),
            new.person.as_str().into(),
            now.into(),
            new.ends_on.number().into(),
        ],
    )
    .map(drop)
}

/// Ends one. Says whether nobody had ended it before: what was said first stays.
pub(super) fn change_ended(
    tx: &mut Tx<'_>,
    right: &InstallerRight,
    reason: &str,
) -> Result<bool, Fault> {
    let now = tx.now();
    let changed = tx.execute(
        "update installer_right set ended_at = $3, ended_reason = $4 \
         where installer_id = $1 and facility_code = $2 and ended_at is null",
        &[
            right.installer_id.as_str().into(),
            right.facility.as_str().into(),
            now.into(),
            reason.into(),
        ],
    )?;
    Ok(changed > 0)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    (rollout_id, installer_id): (&str, &str),
    digest: &str,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into rollout (rollout_id, installer_id, sheet_digest, applied_at) \
         values ($1, $2, $3, $4)",
        &[
            rollout_id.into(),
            installer_id.into(),
            digest.into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Whether a roll-out of this number was done by this installer.
pub(super) fn was_applied(
    tx: &mut Tx<'_>,
    (rollout_id, installer_id): (&str, &str),
) -> Result<bool, Fault> {
    let row = tx.row(
        "select 1 from rollout where rollout_id = $1 and installer_id = $2",
        &[rollout_id.into(), installer_id.into()],
    )?;
    Ok(row.is_some())
}

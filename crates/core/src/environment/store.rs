//! The SQL of the institutions' settings.

use super::{Environment, EnvironmentChange};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::{EnvironmentSettings, FacilityCode};

pub(super) fn find(
    connection: &mut Connection,
    facility: &FacilityCode,
) -> Result<Option<Environment>, Fault> {
    let row = connection.row(
        "select version, settings from environment_version where facility_code = $1 \
         order by version desc limit 1",
        &[facility.as_str().into()],
    )?;
    row.map(|row| {
        Ok(Environment {
            version: row.int(0)?,
            settings: EnvironmentSettings::of_kept(&row.text(1)?),
        })
    })
    .transpose()
}

/// Keeps a version. Says whether nobody else had made it.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    new: &Environment,
) -> Result<bool, Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let inserted = tx.execute(
        "insert into environment_version (facility_code, version, settings, changed_by, changed_at) \
         values ($1, $2, $3, $4, $5) on conflict (facility_code, version) do nothing",
        &[
            facility.as_str().into(),
            new.version.into(),
            new.settings.kept().as_str().into(),
            account.as_str().into(),
            now.into(),
        ],
    )?;
    Ok(inserted > 0)
}

/// The newest versions, with who made them; what each changed is not known here.
pub(super) fn list(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    limit: i64,
) -> Result<Vec<(EnvironmentSettings, EnvironmentChange)>, Fault> {
    let rows = tx.rows(
        "select e.version, e.settings, a.user_id, a.name, e.changed_at from environment_version e \
         left join account a on a.account_id = e.changed_by where e.facility_code = $1 \
         order by e.version desc limit $2",
        &[facility.as_str().into(), limit.into()],
    )?;
    rows.iter()
        .map(|row| {
            let settings = EnvironmentSettings::of_kept(&row.text(1)?);
            let change = EnvironmentChange {
                version: row.int(0)?,
                changes: Vec::new(),
                by: (
                    row.opt_text(2)?.unwrap_or_default(),
                    row.opt_text(3)?.unwrap_or_default(),
                ),
                at: row.moment(4)?,
            };
            Ok((settings, change))
        })
        .collect()
}

pub(super) fn find_changed_at(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    version: i64,
) -> Result<Option<Moment>, Fault> {
    let row = tx.row(
        "select changed_at from environment_version where facility_code = $1 and version = $2",
        &[facility.as_str().into(), version.into()],
    )?;
    row.map(|row| row.moment(0)).transpose()
}

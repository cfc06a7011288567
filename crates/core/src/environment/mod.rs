//! 環境設定情報: the settings of an institution, in versions that readers pick up.
//!
//! Before anybody changes anything there are the initial settings, as version 0. Every change makes a new version, which is
//! kept with who made it, so that it can be told later what held when. A change is made on what was seen: whoever comes
//! with an older version is told, and nothing is written over ([`change`]).

mod store;
#[cfg(test)]
mod tests;

pub use crate::terms::{EnvironmentSettings, Setting, SettingChange, SettingValue};

use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fault, RefusalCode};
use crate::permission::Scope;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::FacilityCode;

/// The most versions that are told, the newest of them.
pub const HISTORY_MAX: i64 = 100;

/// The settings that hold now, and their version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// 0 before the first change.
    pub version: i64,
    /// What holds.
    pub settings: EnvironmentSettings,
}

/// A change of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentChange {
    /// The version that it made.
    pub version: i64,
    /// What it changed.
    pub changes: Vec<SettingChange>,
    /// User id and name of the account that made it.
    pub by: (String, String),
    /// When.
    pub at: Moment,
}

/// The kinds of medical information with their settings, in the order in which a reader asks.
const KINDS: [(Setting, Scope); 4] = [
    (Setting::Medicines, Scope::Medicines),
    (Setting::Treatment, Scope::Treatment),
    (Setting::Surgery, Scope::Surgery),
    (Setting::Checkups, Scope::Checkups),
];

/// The kinds of medical information that a patient is asked for, in the order in which a reader asks.
pub fn kinds(settings: &EnvironmentSettings) -> Vec<Scope> {
    KINDS
        .into_iter()
        .filter(|(setting, _)| settings.uses(*setting))
        .map(|(_, kind)| kind)
        .collect()
}

/// What holds at an institution, before anybody is let in.
pub(crate) fn find(
    connection: &mut Connection,
    facility: &FacilityCode,
) -> Result<Environment, Fault> {
    Ok(store::find(connection, facility)?.unwrap_or_default())
}

/// What holds at the own institution.
pub fn current(tx: &mut Tx<'_>) -> Result<Environment, Error> {
    let facility = tx.facility()?;
    Ok(find(tx.connection(), &facility)?)
}

/// What holds at the own institution, for a program that asks.
pub fn inquire(tx: &mut Tx<'_>) -> Result<Environment, Error> {
    let now = current(tx)?;
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    tx.set_detail(Detail::EnvironmentRead {
        version: now.version,
    });
    Ok(now)
}

/// Changes settings of the own institution, and tells what changed. All others stay as they are. Who says on what version the
/// change was made is refused where there is a newer one; where nothing is different, there is no new version.
pub fn change(
    tx: &mut Tx<'_>,
    wanted: &[(Setting, SettingValue)],
    seen: Option<i64>,
) -> Result<(Environment, Vec<SettingChange>), Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    let before = find(tx.connection(), &facility)?;
    if seen.is_some_and(|seen| seen != before.version) {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    let settings = before.settings.with_all(wanted.iter().copied());
    let changes = before.settings.changes_to(&settings);
    let version = match changes.is_empty() {
        true => before.version,
        false => before.version + 1,
    };
    tx.set_detail(Detail::EnvironmentChanged {
        version,
        changes: changes.clone(),
    });
    let after = Environment { version, settings };
    if !changes.is_empty() && !store::insert(tx, &facility, &after)? {
        // Another node was faster.
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    Ok((after, changes))
}

/// The changes of the own institution's settings, the newest first.
pub fn history(tx: &mut Tx<'_>) -> Result<Vec<EnvironmentChange>, Error> {
    let facility = tx.facility()?;
    let mut kept = store::list(tx, &facility, HISTORY_MAX + 1)?;
    // What came before the oldest that is told is only there to be compared with.
    let oldest = match kept.len() as i64 > HISTORY_MAX {
        true => kept.pop().map(|(settings, _)| settings),
        false => None,
    };
    let mut before = oldest.unwrap_or_default();
    let mut told = Vec::with_capacity(kept.len());
    for (settings, mut change) in kept.into_iter().rev() {
        change.changes = before.changes_to(&settings);
        before = settings;
        told.push(change);
    }
    told.reverse();
    Ok(told)
}

/// Since when whoever works by this version has been behind; none where it is the newest, or is none of ours.
pub(crate) fn behind_since(tx: &mut Tx<'_>, version: i64) -> Result<Option<Moment>, Error> {
    let facility = tx.facility()?;
    Ok(store::find_changed_at(tx, &facility, version + 1)?)
}

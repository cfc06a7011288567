//! マイナ在宅受付Web: what patients say to an institution from home, who come by its own address (専用URL・二次元コード).
//!
//! An address is a token that nobody guesses. An institution has one at most, which its administrator issues and voids
//! ([`issue`], [`void`]); one that was voided leads to nobody for ever. Whoever opens it is a patient whom nobody knows
//! yet: nothing is told and nothing is kept before a card has signed what is to be done ([`Act`]), in the browser that
//! asked for it.

mod act;
mod address;
mod consents;
mod store;
#[cfg(test)]
mod tests;

pub use act::{Act, Challenge, ChallengeFor, Choice, OnVisit};
pub use address::{HomeAddress, current, fetch, issue, void};
pub(crate) use consents::holder;
pub use consents::{Done, Signed, inquire, register, withdraw};

use crate::environment::{self, EnvironmentSettings, Setting};
use crate::error::Fault;
use crate::facility;
use crate::store::Connection;
use crate::terms::{FacilityCode, Purpose};

/// The institution of an address, as whoever opens it may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeInstitution {
    /// Its code.
    pub code: FacilityCode,
    /// Its name.
    pub name: String,
    /// What it uses.
    pub settings: EnvironmentSettings,
}

/// The institution of an address that is in force, unless the institution is stopped.
pub(crate) fn find(
    connection: &mut Connection,
    token: &str,
) -> Result<Option<HomeInstitution>, Fault> {
    let Some(code) = store::find_facility(connection, token)? else {
        return Ok(None);
    };
    let known = facility::find(connection, &code)?;
    let Some(known) = known.filter(|facility| facility.stopped.is_none()) else {
        return Ok(None);
    };
    Ok(Some(HomeInstitution {
        settings: environment::find(connection, &code)?.settings,
        name: known.name,
        code,
    }))
}

/// The kinds of care for which the institution lets patients consent from home, in the order in which they are shown.
pub fn purposes(settings: &EnvironmentSettings) -> Vec<Purpose> {
    [
        (Setting::HomeVisits, Purpose::HomeVisit),
        (Setting::OnlineCare, Purpose::Online),
    ]
    .into_iter()
    .filter(|(setting, _)| settings.uses(*setting))
    .map(|(_, purpose)| purpose)
    .collect()
}

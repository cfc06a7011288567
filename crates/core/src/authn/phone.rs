//! A phone of staff who visit patients (マイナ資格確認アプリ), by the secret that its browser keeps, or by its
//! アクティベーションコード.

use super::{Authn, LoggedIn, Terminal};
use crate::account::session::token_hash;
use crate::clock::Moment;
use crate::environment;
use crate::error::Fault;
use crate::facility;
use crate::one_time_code::OneTimeCode;
use crate::staff_phone::{self, KnownPhone};
use crate::store::Connection;
use crate::terms::FacilityCode;

/// A phone of staff.
#[derive(Clone, Debug)]
pub struct StaffPhoneHolder {
    /// What it is to a session: what a terminal with its certificate is.
    pub terminal: Terminal,
    /// Whether its institution lets it be used now.
    pub is_used: bool,
}

/// The phone, unless its institution is stopped.
fn holder(
    connection: &mut Connection,
    known: Option<KnownPhone>,
) -> Result<Option<StaffPhoneHolder>, Fault> {
    let Some(phone) = known else {
        return Ok(None);
    };
    let facility = facility::find(connection, &phone.facility)?;
    let Some(facility) = facility.filter(|facility| facility.stopped.is_none()) else {
        return Ok(None);
    };
    let settings = environment::find(connection, &phone.facility)?.settings;
    Ok(Some(StaffPhoneHolder {
        terminal: Terminal::of_phone((phone.id, phone.name), facility),
        is_used: staff_phone::is_used(&settings),
    }))
}

impl Authn<'_> {
    /// The phone whose browser keeps this secret, and who is logged in there by this cookie; none where it was not
    /// activated, was voided, or its institution is stopped.
    pub fn staff_phone(
        &self,
        secret: &str,
        (cookie, counts_as_use): (Option<&str>, bool),
        now: Moment,
    ) -> Result<Option<(StaffPhoneHolder, LoggedIn)>, Fault> {
        let hash = token_hash(secret);
        let found = self.service.read_for_authn(|connection| {
            let known = staff_phone::find_by_secret(connection, &hash)?;
            holder(connection, known)
        })?;
        let Some(found) = found else {
            return Ok(None);
        };
        let who = self.logged_in(cookie, &found.terminal, now, counts_as_use)?;
        Ok(Some((found, who)))
    }

    /// The phone that this code binds now.
    pub fn activating(
        &self,
        facility: &FacilityCode,
        code: &OneTimeCode,
        now: Moment,
    ) -> Result<Option<StaffPhoneHolder>, Fault> {
        let key = self.service.one_time_codes();
        self.service.read_for_authn(|connection| {
            let known = staff_phone::find_by_code(connection, (facility, code), (key, now))?;
            holder(connection, known)
        })
    }
}

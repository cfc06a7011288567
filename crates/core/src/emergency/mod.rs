//! 障害時・災害時の開放: what the operator opens for an institution while something is out of order.
//!
//! Whatever is closed otherwise asks with [`Tx::opened`] in the same transaction, and gets an
//! [`Opened`], which can be had in no other way.

mod store;
#[cfg(test)]
mod tests;

use crate::actor::Role;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::facility::{self, FacilityCode};
use crate::permission::{Function, Grant};
use crate::service::Tx;

/// An opening that was there when it was asked for.
#[derive(Debug)]
pub struct Opened {
    reason: String,
}

impl Opened {
    /// Why it was opened.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl Tx<'_> {
    /// The opening of the function that is asked for, for the own institution, on which what is done
    /// rests from here on; refused where there is none.
    pub fn opened(&mut self) -> Result<Opened, Error> {
        let (facility, function) = (self.facility()?, self.function());
        let Some((id, reason)) = store::find_open(self, &facility, function)? else {
            return Err(RefusalCode::NotOpened.into());
        };
        self.rest_on(&format!("opening {id}: {reason}"));
        Ok(Opened { reason })
    }
}

/// Whether the table says of anybody that the function needs an opening.
fn can_be_opened(function: Function) -> bool {
    let needs = |role: &Role| function.grant(*role) == Some(Grant::NeedsOpening);
    Role::ALL.iter().any(needs)
}

/// Opens a function for an institution until then. Gives the opening's id.
pub fn open(
    tx: &mut Tx<'_>,
    at: &FacilityCode,
    function: Function,
    (reason, until): (&str, Moment),
) -> Result<String, Error> {
    tx.about(SubjectKind::Facility, at.as_str());
    let reason = crate::text::reason(reason)?;
    tx.note(Detail::EmergencyOpened {
        function: function.code().to_owned(),
        reason: reason.clone(),
    });
    facility::show(tx, at)?;
    if !can_be_opened(function) || until <= tx.now() {
        return Err(RefusalCode::WrongState.into());
    }
    let id = tx.entropy().id('o');
    store::insert(tx, &id, at, (function, &reason, until))?;
    Ok(id)
}

/// Closes what was opened of a function for an institution.
pub fn close(tx: &mut Tx<'_>, at: &FacilityCode, function: Function) -> Result<(), Error> {
    tx.about(SubjectKind::Facility, at.as_str());
    tx.note(Detail::EmergencyClosed {
        function: function.code().to_owned(),
    });
    if store::close(tx, at, function)? == 0 {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(())
}

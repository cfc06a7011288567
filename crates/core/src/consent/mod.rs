//! 同意: what a patient lets an institution see, and until when.
//!
//! A consent is one institution's, about one person and one kind of information. Whatever shows such
//! information asks for it with [`Tx::consented`] in the same transaction, and gets a [`Consented`],
//! which can be had in no other way.

mod store;
#[cfg(test)]
mod tests;

use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::permission::Scope;
use crate::service::Tx;

/// A patient's consent that was valid when it was asked for.
#[derive(Debug)]
pub struct Consented {
    person: i64,
    scope: Scope,
}

impl Consented {
    /// Whose consent it is.
    pub fn person(&self) -> i64 {
        self.person
    }

    /// To what.
    pub fn scope(&self) -> Scope {
        self.scope
    }
}

impl Tx<'_> {
    /// The own institution's valid consent of this person, on which what is done rests from here on;
    /// refused where there is none, or it is over.
    pub fn consented(&mut self, person: i64, scope: Scope) -> Result<Consented, Error> {
        self.turn_to(person);
        let facility = self.facility()?;
        if let Some(id) = store::find_valid(self, &facility, person, scope)? {
            self.rest_on(&format!("consent {id}"));
            return Ok(Consented { person, scope });
        }
        if store::was_given(self, &facility, person, scope)? {
            return Err(RefusalCode::ConsentEnded.into());
        }
        Err(RefusalCode::ConsentMissing.into())
    }
}

/// Keeps that a person consents, until then where it ends by itself. Gives its id.
pub fn give(
    tx: &mut Tx<'_>,
    person: i64,
    scope: Scope,
    until: Option<Moment>,
) -> Result<String, Error> {
    tx.about(SubjectKind::Person, &person.to_string());
    tx.note(Detail::ConsentGiven { scope });
    let facility = tx.facility()?;
    if until.is_some_and(|until| until <= tx.now()) {
        return Err(RefusalCode::WrongState.into());
    }
    if !crate::insured::is_known(tx, person)? {
        return Err(RefusalCode::NotFound.into());
    }
    let id = tx.entropy().id('c');
    store::insert(tx, &id, &facility, (person, scope, until))?;
    Ok(id)
}

/// Ends every consent of a person to this, and says how many there were.
pub fn withdraw(tx: &mut Tx<'_>, person: i64, scope: Scope) -> Result<u64, Error> {
    tx.about(SubjectKind::Person, &person.to_string());
    tx.note(Detail::ConsentWithdrawn { scope });
    let facility = tx.facility()?;
    let ended = store::end(tx, &facility, person, scope)?;
    if ended == 0 {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(ended)
}

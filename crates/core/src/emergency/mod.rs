//! 障害時・災害時の開放: what the operator opens for an institution while something is out of order.
//!
//! Whatever is closed otherwise asks with [`Tx::opened`] in the same transaction, and gets an
//! [`Opened`], which can be had in no other way.

pub mod care;
mod check;
mod place;
mod requests;
mod search;
mod store;
#[cfg(test)]
mod tests;
mod uses;

pub use check::check;
pub use place::Place;
pub use requests::{
    NewRequest, OpeningRequest, list_own_requests, list_requests, request, settle, show_request,
};
pub use search::{Candidate, FourItems, search, search_by_card};
pub use uses::{
    CareOfUse, OpenedFor, OwnUse, PatientOfUse, Use, ViewingConsent, choose, list as list_uses,
    list_own, report, resume, review, review_own,
};

use crate::actor::Role;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fault, RefusalCode};
use crate::facility::{self, FacilityCode};
use crate::permission::{Function, Grant};
use crate::service::{Service, Tx};

/// An opening that was there when it was asked for.
#[derive(Debug)]
pub struct Opened {
    id: String,
    reason: String,
    until: Moment,
}

impl Opened {
    /// Why it was opened.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Until when, as far as it is known now: it may be extended.
    pub fn until(&self) -> Moment {
        self.until
    }
}

/// A function that is open for an institution, as every page of it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFunction {
    /// What is open.
    pub function: Function,
    /// Why it was opened.
    pub reason: String,
    /// Until when, with what extends it without a gap.
    pub until: Moment,
}

/// What is opened and closed.
pub const FUNCTIONS: [Function; 2] = [
    Function::ViewInDisaster,
    Function::CheckEligibilityInFailure,
];

/// The opening of a function that holds longest now, with its end as far as it is extended without a gap.
fn newest(coming: &[store::Coming], function: Function, now: Moment) -> Option<Opened> {
    let of = || coming.iter().filter(|one| one.function == function);
    let open = of().filter(|one| one.begins_at <= now);
    let open = open.max_by_key(|one| one.until)?;
    let mut until = open.until;
    // They come in the order of their beginnings.
    for next in of() {
        if next.begins_at <= until && next.until > until {
            until = next.until;
        }
    }
    Some(Opened {
        id: open.id.clone(),
        reason: open.reason.clone(),
        until,
    })
}

impl Service {
    /// What is open for an institution now. It tells nothing of anybody, and leaves no entry: every page asks.
    pub fn list_open_functions(
        &self,
        at: &FacilityCode,
        now: Moment,
    ) -> Result<Vec<OpenFunction>, Fault> {
        let coming =
            self.read_for_authn(|connection| store::list_coming(connection, at, FUNCTIONS, now))?;
        let open = FUNCTIONS.into_iter().filter_map(|function| {
            newest(&coming, function, now).map(|opened| OpenFunction {
                function,
                reason: opened.reason,
                until: opened.until,
            })
        });
        Ok(open.collect())
    }
}

impl Tx<'_> {
    /// The opening of the function that is asked for, for the own institution, on which what is done
    /// rests from here on; refused where there is none.
    pub fn opened(&mut self) -> Result<Opened, Error> {
        let opened = self.find_open()?;
        self.add_basis(&format!("opening {}: {}", opened.id, opened.reason));
        Ok(opened)
    }

    /// The same, where nothing rests on it yet.
    fn find_open(&mut self) -> Result<Opened, Error> {
        let (facility, function, now) = (self.facility()?, self.function(), self.now());
        let functions = [function, function];
        let coming = store::list_coming(self.connection(), &facility, functions, now)?;
        newest(&coming, function, now).ok_or_else(|| RefusalCode::NotOpened.into())
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
    tx.set_subject(SubjectKind::Facility, at.as_str());
    let reason = crate::text::reason(reason)?;
    tx.set_detail(Detail::EmergencyOpened {
        function: function.code().to_owned(),
        reason: reason.clone(),
    });
    facility::show(tx, at)?;
    if !can_be_opened(function) || until <= tx.now() {
        return Err(RefusalCode::WrongState.into());
    }
    let id = tx.entropy().id('o');
    let place = Place::Facility(at.clone());
    let new = store::NewOpening {
        notice: &id,
        function,
        reason: &reason,
        begins_at: tx.now(),
        until,
        extends: None,
    };
    store::insert(tx, &id, &place, &new)?;
    Ok(id)
}

/// An opening as the operator sees it: one place of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Opening {
    pub id: String,
    pub notice: String,
    pub place: Place,
    pub function: Function,
    pub reason: String,
    pub begins_at: Moment,
    pub until: Moment,
    pub closed_at: Option<Moment>,
    pub extends: Option<String>,
}

/// Opens a function for these places, for a period (開放 to 閉塞). Gives the number of the notice.
pub fn open_at(
    tx: &mut Tx<'_>,
    places: &[Place],
    function: Function,
    (reason, begins_at, until): (&str, Moment, Moment),
) -> Result<String, Error> {
    let reason = crate::text::reason(reason)?;
    if places.is_empty() || !can_be_opened(function) || until <= tx.now() || until <= begins_at {
        return Err(RefusalCode::WrongState.into());
    }
    for place in places {
        if let Place::Facility(code) = place {
            facility::show(tx, code)?;
        }
    }
    let named: Vec<String> = places.iter().map(Place::to_string).collect();
    tx.set_detail(Detail::EmergencyOpenedAt {
        function: function.code().to_owned(),
        places: named.join(" "),
        from: begins_at.jst_fourteen(),
        until: until.jst_fourteen(),
        reason: reason.clone(),
    });
    let notice = tx.entropy().id('n');
    for place in places {
        let id = tx.entropy().id('o');
        let new = store::NewOpening {
            notice: &notice,
            function,
            reason: &reason,
            begins_at,
            until,
            extends: None,
        };
        store::insert(tx, &id, place, &new)?;
    }
    Ok(notice)
}

/// Extends what a notice opened, without a gap: it goes on where the earlier one ends. Gives the number of
/// the new notice, which is a record of its own.
pub fn extend(
    tx: &mut Tx<'_>,
    notice: &str,
    (reason, until): (&str, Moment),
) -> Result<String, Error> {
    let reason = crate::text::reason(reason)?;
    let now = tx.now();
    let earlier = store::list_of_notice(tx, notice)?;
    let open: Vec<&Opening> = earlier
        .iter()
        .filter(|opening| opening.closed_at.is_none() && opening.until > now)
        .collect();
    if open.is_empty() || open.iter().any(|opening| opening.until >= until) {
        return Err(RefusalCode::WrongState.into());
    }
    tx.set_detail(Detail::EmergencyExtended {
        notice: notice.to_owned(),
        until: until.jst_fourteen(),
        reason: reason.clone(),
    });
    let new_notice = tx.entropy().id('n');
    for opening in open {
        let id = tx.entropy().id('o');
        let new = store::NewOpening {
            notice: &new_notice,
            function: opening.function,
            reason: &reason,
            begins_at: opening.until,
            until,
            extends: Some(notice),
        };
        store::insert(tx, &id, &opening.place, &new)?;
    }
    Ok(new_notice)
}

/// Closes what a notice opened before its time, with what extends it.
pub fn close_notice(tx: &mut Tx<'_>, notice: &str) -> Result<u64, Error> {
    tx.set_detail(Detail::EmergencyNoticeClosed {
        notice: notice.to_owned(),
    });
    let mut closed = 0;
    let mut notices = vec![notice.to_owned()];
    while let Some(notice) = notices.pop() {
        closed += store::close_notice(tx, &notice)?;
        notices.extend(store::list_extensions(tx, &notice)?);
    }
    match closed {
        0 => Err(RefusalCode::WrongState.into()),
        closed => Ok(closed),
    }
}

/// What a notice opened, a place each; refused where there is no such notice.
pub fn show_notice(tx: &mut Tx<'_>, notice: &str) -> Result<Vec<Opening>, Error> {
    let found = store::list_of_notice(tx, notice)?;
    if found.is_empty() {
        return Err(RefusalCode::NotFound.into());
    }
    Ok(found)
}

/// The newest openings.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Opening>, Error> {
    Ok(store::list(tx, limit)?)
}

/// Closes what was opened of a function for an institution.
pub fn close(tx: &mut Tx<'_>, at: &FacilityCode, function: Function) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Facility, at.as_str());
    tx.set_detail(Detail::EmergencyClosed {
        function: function.code().to_owned(),
    });
    if store::close(tx, at, function)? == 0 {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(())
}

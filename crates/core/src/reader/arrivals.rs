//! 来院一覧: who came to the readers of the own institution today, for reception to see as they come.

use super::store;
use crate::audit::Detail;
use crate::clock::{Day, Moment};
use crate::consent::Verification;
use crate::error::{Error, Fault};
use crate::insured;
use crate::service::{Service, Tx};
use crate::terms::{CardState, FacilityCode, Trouble, Validity};

/// The most arrivals of a day that are shown, the newest of them.
pub const ARRIVALS_MAX: i64 = 200;

/// How far a patient is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The card was shown; the patient is asked.
    UnderWay,
    /// The time of it is over.
    RunOut,
    /// The card can't be used.
    NotAccepted,
    /// Checked, with this answer.
    Checked(Validity),
    /// Taken back what was agreed to.
    TakenBack,
    /// Something ended it.
    Trouble(Trouble),
}

/// Somebody who came to a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Arrival {
    pub id: String,
    pub reader: String,
    pub begun_at: Moment,
    pub changed_at: Moment,
    pub state: Option<CardState>,
    pub verified: Option<Verification>,
    /// The account that allowed it by eye.
    pub released_by: String,
    pub registered: bool,
    pub outcome: Outcome,
    /// Our key of the person, while nobody has looked up who it is.
    pub person: Option<i64>,
    /// Name, kana and birthdate, where it is known whose card it is.
    pub who: Option<(String, Option<String>, Day)>,
}

/// Those of today, the newest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Arrival>, Error> {
    let facility = tx.facility()?;
    let since = tx.now().jst_day().start();
    let mut found = store::visits::list(tx, &facility, since, ARRIVALS_MAX)?;
    let known = insured::newest_of(tx, found.iter().filter_map(|arrival| arrival.person))?;
    for arrival in &mut found {
        let newest = arrival.person.and_then(|person| known.get(&person));
        arrival.who = newest.map(|one| (one.name.clone(), one.name_kana.clone(), one.birthdate));
    }
    tx.set_detail(Detail::ArrivalsListed {
        count: i64::try_from(found.len()).unwrap_or(i64::MAX),
    });
    Ok(found)
}

impl Service {
    /// When anything changed last among today's arrivals of an institution. It tells nothing of anybody, and
    /// leaves no entry: screens that show them ask for it all day.
    pub fn last_arrival(
        &self,
        facility: &FacilityCode,
        now: Moment,
    ) -> Result<Option<Moment>, Fault> {
        let since = now.jst_day().start();
        self.read_for_authn(|connection| store::visits::last_change(connection, facility, since))
    }
}

//! 同意: what a patient lets an institution see, and until when.
//!
//! A consent is one institution's, about one person and one kind of information; those that were given
//! together are a [`ConsentRecord`]. Whatever shows such information asks for it with [`Tx::consented`] in the same
//! transaction, and gets a [`Consented`], which can be had in no other way.
//!
//! What the person said last counts: who is asked again and says no has no consent of before any more.

mod patients;
mod record;
mod store;
#[cfg(test)]
mod tests;

pub use crate::terms::{EndedWhy, Purpose, Verification};
pub use patients::{
    CONSENTS_MAX, ConsentedPatient, Consenting, PATIENTS_MAX, list_patients, list_persons,
    longest_of_each,
};
pub use record::{ConsentRecord, KindOfRecord, NewConsent, OwnConsent, ValidConsent};

use crate::audit::{Detail, SubjectKind};
use crate::clock::{Day, Moment};
use crate::error::{Error, RefusalCode};
use crate::insured::{self, Card};
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
        self.consented_for(person, scope, None)
    }

    /// The same for one kind of care, where it is said for which.
    pub fn consented_for(
        &mut self,
        person: i64,
        scope: Scope,
        purpose: Option<Purpose>,
    ) -> Result<Consented, Error> {
        self.begin_person(person);
        let facility = self.facility()?;
        if let Some(id) = store::find_valid(self, &facility, (person, scope), purpose)? {
            self.add_basis(&format!("consent {id}"));
            return Ok(Consented { person, scope });
        }
        let newest = store::find_newest(self, &facility, (person, scope), purpose)?;
        Err(why_not(self, newest, (person, purpose))?.into())
    }
}

/// Why there is no valid consent to something, in the order of what the person said last.
fn why_not(
    tx: &mut Tx<'_>,
    newest: Option<(Moment, Option<EndedWhy>)>,
    (person, purpose): (i64, Option<Purpose>),
) -> Result<RefusalCode, Error> {
    Ok(match newest {
        Some((_, None)) => RefusalCode::ConsentEnded,
        // Asked again, the person did not agree to this kind: else that consent would be the newest.
        Some((_, Some(EndedWhy::AskedAgain))) => RefusalCode::ConsentKindNotAgreed,
        Some((_, Some(_))) => RefusalCode::ConsentWithdrawn,
        None if in_force(tx, person, purpose)?.is_some() => RefusalCode::ConsentKindNotAgreed,
        None => RefusalCode::ConsentMissing,
    })
}

/// Until when a consent holds that is given now.
fn until(tx: &Tx<'_>, new: &NewConsent, given: Moment) -> Result<Option<Moment>, Error> {
    let rules = &tx.rules().consent;
    let (today, last) = (tx.now().jst_day(), rules.online_days_ahead);
    match (new.purpose, new.booked) {
        (Purpose::Outpatient, None) => Ok(Some(given.plus_seconds(rules.outpatient_seconds))),
        (Purpose::HomeVisit, None) => Ok(None),
        (Purpose::Online, Some(day)) if today <= day && day <= today.plus_days(last) => Ok(Some(
            day.plus_days(1)
                .start()
                .plus_seconds(rules.online_hours_after * 3600),
        )),
        _ => Err(RefusalCode::ConsentDay.into()),
    }
}

/// Keeps what a person said. The moment is the whole second, as messages tell it.
pub fn record(tx: &mut Tx<'_>, new: &NewConsent) -> Result<ConsentRecord, Error> {
    tx.set_subject(SubjectKind::Person, &new.person.to_string());
    let given_at = Moment::from_ms(tx.now().ms().div_euclid(1000) * 1000);
    let until = until(tx, new, given_at)?;
    keep(tx, new, (given_at, until)).map(|(record, _)| record)
}

fn keep(
    tx: &mut Tx<'_>,
    new: &NewConsent,
    (given_at, until): (Moment, Option<Moment>),
) -> Result<(ConsentRecord, Vec<String>), Error> {
    tx.set_subject(SubjectKind::Person, &new.person.to_string());
    let facility = tx.facility()?;
    let agreed = || new.kinds.iter().filter(|(_, yes)| *yes);
    if new.verified == Verification::Oral && agreed().next().is_some() {
        return Err(RefusalCode::ConsentOral.into());
    }
    if !crate::insured::is_known(tx, new.person)? {
        return Err(RefusalCode::NotFound.into());
    }
    tx.set_detail(Detail::ConsentRecorded {
        purpose: new.purpose,
        verified: new.verified,
        agreed: agreed().map(|(scope, _)| *scope).collect(),
        ceiling: new.ceiling,
    });
    for (scope, _) in new.kinds.iter().filter(|(_, yes)| !yes) {
        let why = EndedWhy::AskedAgain;
        store::end(tx, &facility, (new.person, *scope), Some(new.purpose), why)?;
    }
    let record = ConsentRecord {
        id: tx.entropy().id('r'),
        person: new.person,
        purpose: new.purpose,
        verified: new.verified,
        kinds: new
            .kinds
            .iter()
            .map(|(scope, agreed)| KindOfRecord {
                scope: *scope,
                agreed: *agreed,
                ended: None,
            })
            .collect(),
        ceiling: new.ceiling,
        booked: new.booked,
        given_at,
        until,
    };
    store::insert_record(tx, &facility, &record, new.reader.as_deref())?;
    let mut ids = Vec::new();
    for (scope, _) in agreed() {
        let id = tx.entropy().id('c');
        store::insert(tx, &id, &facility, &record, *scope)?;
        ids.push(id);
    }
    Ok((record, ids))
}

/// Keeps that a person consents to one kind at the desk, until then where it ends by itself. Gives the
/// consent's id.
pub fn give(
    tx: &mut Tx<'_>,
    person: i64,
    scope: Scope,
    until: Option<Moment>,
) -> Result<String, Error> {
    tx.set_subject(SubjectKind::Person, &person.to_string());
    if until.is_some_and(|until| until <= tx.now()) {
        return Err(RefusalCode::WrongState.into());
    }
    let new = NewConsent {
        person,
        purpose: Purpose::Outpatient,
        verified: Verification::Face,
        kinds: vec![(scope, true)],
        ceiling: false,
        booked: None,
        reader: None,
    };
    let now = tx.now();
    let (_, ids) = keep(tx, &new, (now, until))?;
    ids.into_iter()
        .next()
        .ok_or_else(|| RefusalCode::WrongState.into())
}

/// Ends every consent of a person to this, as the patient, and says how many there were.
pub fn withdraw(tx: &mut Tx<'_>, person: i64, scope: Scope) -> Result<u64, Error> {
    take_back(tx, person, (&[scope], None), EndedWhy::ByPatient)
}

/// Ends the consents of a person to these kinds, for one kind of care or for all, and says how many
/// there were.
pub fn take_back(
    tx: &mut Tx<'_>,
    person: i64,
    (scopes, purpose): (&[Scope], Option<Purpose>),
    why: EndedWhy,
) -> Result<u64, Error> {
    tx.set_subject(SubjectKind::Person, &person.to_string());
    tx.set_detail(Detail::ConsentTakenBack {
        kinds: scopes.to_vec(),
        why,
    });
    let facility = tx.facility()?;
    let mut ended = 0;
    for scope in scopes {
        ended += store::end(tx, &facility, (person, *scope), purpose, why)?;
    }
    if ended == 0 {
        return Err(RefusalCode::ConsentMissing.into());
    }
    Ok(ended)
}

/// Whose consent the institution takes back, by the face of the card.
#[derive(Clone, Debug)]
pub struct Withdrawal {
    /// The card.
    pub card: Card,
    /// 枝番, where it is known.
    pub branch: Option<String>,
    /// 生年月日.
    pub birthdate: Day,
}

/// Ends the consents that a patient gave for visits at home, as the institution, and says how many there
/// were. Whoever is not known is told what a person without consent is told.
pub fn take_back_at_home(tx: &mut Tx<'_>, asked: &Withdrawal) -> Result<u64, Error> {
    let branch = asked.branch.as_deref();
    let person = person_at_home(tx, (&asked.card, branch), asked.birthdate)?;
    let (care, why) = (Some(Purpose::HomeVisit), EndedWhy::ByInstitution);
    match take_back(tx, person, (&Scope::ALL, care), why) {
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::ConsentMissing => {
            Err(none_at_home(tx, person)?.into())
        }
        done => done,
    }
}

/// The consent in force that a patient gave the own institution for visits at home. Whoever is not known is
/// told what a person without consent is told.
pub(crate) fn in_force_at_home(
    tx: &mut Tx<'_>,
    card: (&Card, Option<&str>),
    birthdate: Day,
) -> Result<ConsentRecord, Error> {
    let person = person_at_home(tx, card, birthdate)?;
    match in_force(tx, person, Some(Purpose::HomeVisit))? {
        Some(record) => Ok(record),
        None => Err(none_at_home(tx, person)?.into()),
    }
}

/// The one person who has a card, of whichever coverage, with this birthdate.
fn person_at_home(
    tx: &mut Tx<'_>,
    (card, branch): (&Card, Option<&str>),
    birthdate: Day,
) -> Result<i64, Error> {
    let known = insured::list_by_card(tx, card, birthdate)?;
    let mut persons = insured::persons_under(tx, card, branch)?;
    persons.retain(|person| known.iter().any(|one| one.person == *person));
    match persons[..] {
        [person] => Ok(person),
        _ => Err(RefusalCode::ConsentMissing.into()),
    }
}

/// Why there is no consent for visits at home: there never was one, or it was taken back.
fn none_at_home(tx: &mut Tx<'_>, person: i64) -> Result<RefusalCode, Error> {
    let (facility, care) = (tx.facility()?, Some(Purpose::HomeVisit));
    for scope in Scope::ALL {
        if store::find_newest(tx, &facility, (person, scope), care)?.is_some() {
            return Ok(RefusalCode::ConsentWithdrawn);
        }
    }
    Ok(RefusalCode::ConsentMissing)
}

/// The newest record of the own institution of which anything holds now.
pub fn in_force(
    tx: &mut Tx<'_>,
    person: i64,
    purpose: Option<Purpose>,
) -> Result<Option<ConsentRecord>, Error> {
    let facility = tx.facility()?;
    // What does not hold at all is left out by an index; most persons have no consent here.
    let Some(id) = store::find_in_force(tx, &facility, person, purpose)? else {
        return Ok(None);
    };
    Ok(store::find_record(tx, &facility, &id)?)
}

/// What of a person's information the own institution may see now: of each kind the newest consent.
pub fn list_valid(tx: &mut Tx<'_>, person: i64) -> Result<Vec<ValidConsent>, Error> {
    let facility = tx.facility()?;
    Ok(store::list_valid(tx, &facility, person)?)
}

/// All that a person consents to at the own institution now, each kind of care by itself, in the order of the kinds.
pub fn list_own(tx: &mut Tx<'_>, person: i64) -> Result<Vec<OwnConsent>, Error> {
    let facility = tx.facility()?;
    Ok(store::list_own(tx, &facility, person)?)
}

/// For which days a list of records asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// 同意日.
    Given(Day, Day),
    /// 診療（予定）日.
    Booked(Day, Day),
}

impl Days {
    /// As it is kept of a request for a list.
    pub fn kept(self) -> String {
        let (by, from, to) = match self {
            Days::Given(from, to) => ("given", from, to),
            Days::Booked(from, to) => ("booked", from, to),
        };
        format!("{by} {} {}", from.number(), to.number())
    }

    /// Reads it back.
    pub fn of_kept(text: &str) -> Option<Days> {
        let mut parts = text.split(' ');
        let by = parts.next()?;
        let mut day = || parts.next().and_then(Day::parse);
        let (from, to) = (day()?, day()?);
        match by {
            "given" => Some(Days::Given(from, to)),
            "booked" => Some(Days::Booked(from, to)),
            _ => None,
        }
    }
}

/// The newest record of each person of the own institution for a kind of care, by these days.
pub fn list(tx: &mut Tx<'_>, purpose: Purpose, days: Days) -> Result<Vec<ConsentRecord>, Error> {
    let facility = tx.facility()?;
    let ids = store::list_by_days(tx, &facility, purpose, days)?;
    let mut records: Vec<ConsentRecord> = Vec::with_capacity(ids.len());
    for (person, id) in ids {
        // They come with the newest first.
        if records.iter().any(|known| known.person == person) {
            continue;
        }
        records.extend(store::find_record(tx, &facility, &id)?);
    }
    records.reverse();
    Ok(records)
}

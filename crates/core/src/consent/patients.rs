//! 同意取得済み患者一覧: whose information the own institution may see now.

use super::{ValidConsent, store};
use crate::clock::Day;
use crate::error::Error;
use crate::insured;
use crate::service::Tx;
use std::collections::HashMap;

/// A patient with a consent in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentedPatient {
    /// The person.
    pub person: i64,
    /// 氏名, by the newest coverage.
    pub name: String,
    /// 氏名カナ.
    pub kana: Option<String>,
    /// 生年月日.
    pub birthdate: Option<Day>,
    /// 性別 (OQSCD007).
    pub sex: String,
    /// Of each kind the consent that holds longest.
    pub kinds: Vec<ValidConsent>,
}

/// The most patients of one list.
pub const PATIENTS_MAX: usize = 1_000;

/// The most consents that are looked through for a list: some twenty thousand patients'.
pub const CONSENTS_MAX: usize = 100_000;

/// Somebody, and the consents that hold.
pub type Consenting = (i64, Vec<ValidConsent>);

/// Everybody whose consent the own institution has now, those of the newest consent first, with the consents; and
/// whether there are more than were looked through.
pub fn list_persons(tx: &mut Tx<'_>) -> Result<(Vec<Consenting>, bool), Error> {
    let facility = tx.facility()?;
    let all = store::list_all_valid(tx, &facility, CONSENTS_MAX + 1)?;
    let is_cut = all.len() > CONSENTS_MAX;
    let mut places: HashMap<i64, usize> = HashMap::new();
    let mut persons: Vec<Consenting> = Vec::new();
    for (person, kind) in all.into_iter().take(CONSENTS_MAX) {
        let place = *places.entry(person).or_insert(persons.len());
        match persons.get_mut(place) {
            Some((_, kinds)) => add(kinds, kind),
            None => persons.push((person, vec![kind])),
        }
    }
    Ok((persons, is_cut))
}

/// The same with their names, and at most [`PATIENTS_MAX`] of them; and whether there are more than are told.
pub fn list_patients(tx: &mut Tx<'_>) -> Result<(Vec<ConsentedPatient>, bool), Error> {
    let (persons, is_cut) = list_persons(tx)?;
    let is_cut = is_cut || persons.len() > PATIENTS_MAX;
    let mut patients: Vec<ConsentedPatient> = Vec::new();
    let shown = persons.iter().take(PATIENTS_MAX).map(|(person, _)| *person);
    let mut known = insured::newest_of(tx, shown)?;
    for (person, kinds) in persons.into_iter().take(PATIENTS_MAX) {
        let newest = known.remove(&person);
        patients.push(ConsentedPatient {
            person,
            name: newest
                .as_ref()
                .map_or_else(String::new, |one| one.name.clone()),
            kana: newest.as_ref().and_then(|one| one.name_kana.clone()),
            birthdate: newest.as_ref().map(|one| one.birthdate),
            sex: newest.map_or_else(String::new, |one| one.sex1),
            kinds,
        });
    }
    Ok((patients, is_cut))
}

/// Of each kind the consent that holds longest.
pub fn longest_of_each(valid: Vec<ValidConsent>) -> Vec<ValidConsent> {
    let mut kinds = Vec::with_capacity(valid.len());
    valid.into_iter().for_each(|kind| add(&mut kinds, kind));
    kinds
}

fn add(kinds: &mut Vec<ValidConsent>, kind: ValidConsent) {
    let Some(known) = kinds.iter_mut().find(|known| known.scope == kind.scope) else {
        kinds.push(kind);
        return;
    };
    let longer = match (known.until, kind.until) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(known), Some(other)) => other > known,
    };
    if longer {
        *known = kind;
    }
}

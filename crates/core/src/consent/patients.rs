//! 同意取得済み患者一覧: whose information the own institution may see now.

use super::{ValidConsent, store};
use crate::clock::Day;
use crate::error::Error;
use crate::insured;
use crate::service::Tx;

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

/// The patients whose consent the own institution has now, those of the newest consent first; and
/// whether there are more than are told.
pub fn list_patients(tx: &mut Tx<'_>) -> Result<(Vec<ConsentedPatient>, bool), Error> {
    let facility = tx.facility()?;
    let mut patients: Vec<ConsentedPatient> = Vec::new();
    for (person, kind) in store::list_all_valid(tx, &facility)? {
        if let Some(known) = patients.iter_mut().find(|known| known.person == person) {
            add(&mut known.kinds, kind);
            continue;
        }
        if patients.len() == PATIENTS_MAX {
            return Ok((patients, true));
        }
        let newest = insured::list_by_person(tx, person)?.into_iter().next();
        patients.push(ConsentedPatient {
            person,
            name: newest
                .as_ref()
                .map_or_else(String::new, |one| one.name.clone()),
            kana: newest.as_ref().and_then(|one| one.name_kana.clone()),
            birthdate: newest.as_ref().map(|one| one.birthdate),
            sex: newest.map_or_else(String::new, |one| one.sex1),
            kinds: vec![kind],
        });
    }
    Ok((patients, false))
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

//! 診療・薬剤・特定健診情報: what is told of a patient only with consent.
//!
//! The centre keeps none of it yet. What there is to tell with a consent is whose information it is;
//! it is read with the [`Consented`] in hand, as all that follows will be.

use crate::clock::Day;
use crate::consent::Consented;
use crate::error::{Error, Fault, RefusalCode};
use crate::insured::{self, Card};
use crate::permission::Scope;
use crate::service::Tx;

/// The person that the information is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    /// 氏名.
    pub name: String,
    /// 氏名カナ.
    pub kana: Option<String>,
    /// 生年月日.
    pub birthdate: Day,
    /// 性別.
    pub sex: String,
}

/// Whose information is asked for, by card and branch, with consent. A card that nobody has, or
/// that does not say which of several it is, is told what a person without consent is told.
pub fn show(
    tx: &mut Tx<'_>,
    (card, branch): (&Card, Option<&str>),
    scope: Scope,
) -> Result<Patient, Error> {
    let [person] = insured::persons_under(tx, card, branch)?[..] else {
        return Err(RefusalCode::ConsentMissing.into());
    };
    let consented = tx.consented(person, scope)?;
    patient(tx, &consented)
}

/// Who the patient is, by the newest coverage.
pub fn patient(tx: &mut Tx<'_>, of: &Consented) -> Result<Patient, Error> {
    let newest = insured::list_by_person(tx, of.person())?
        .into_iter()
        .next()
        .ok_or_else(|| Fault::at("reading a patient", "a consent of nobody"))?;
    Ok(Patient {
        name: newest.name,
        kana: newest.name_kana,
        birthdate: newest.birthdate,
        sex: newest.sex1,
    })
}

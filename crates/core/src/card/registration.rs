//! カードの登録: whose certificate is whose, as the operator imports it, and 保険証利用登録 by the holder.

use super::{Medium, store};
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fault, Problem};
use crate::service::Tx;
use serde::{Deserialize, Serialize};

/// One line of an import: a certificate, and the person whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RegistrationRecord {
    /// The key identifier of the authority, in hexadecimal digits.
    pub authority_key_id: String,
    /// The number of the certificate, in hexadecimal digits.
    pub serial: String,
    /// The person's key, as in imports of insured persons.
    pub person: i64,
    /// On what it is: `card` or `smartphone`.
    #[serde(default = "card", skip_serializing_if = "is_card")]
    pub medium: String,
    /// Whether it is registered as insurance card (保険証利用登録) already.
    #[serde(default)]
    pub registered: bool,
}

fn card() -> String {
    Medium::Card.code().to_owned()
}

fn is_card(medium: &str) -> bool {
    medium == Medium::Card.code()
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Lines that were new or changed something.
    pub changed: u64,
    /// Lines that said what was known.
    pub unchanged: u64,
    /// Lines that could not be taken: the place among those given, and why.
    pub rejected: Vec<(usize, Problem)>,
}

/// A number as certificates are known by it: lower hexadecimal digits of whole bytes, without leading zeros.
fn number_of(hexadecimal: &str) -> Option<String> {
    let digits = hexadecimal.trim().to_ascii_lowercase();
    if digits.len() > 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    match (digits.len(), digits.len() % 2) {
        (0, _) => None,
        (_, 0) => Some(digits.to_owned()),
        _ => Some(format!("0{digits}")),
    }
}

/// Takes lines of an import, so many in one piece. What is registered stays so.
pub fn take(tx: &mut Tx<'_>, records: &[RegistrationRecord]) -> Result<Taken, Error> {
    let mut taken = Taken::default();
    for (at, record) in records.iter().enumerate() {
        match take_one(tx, record)? {
            Ok(true) => taken.changed += 1,
            Ok(false) => taken.unchanged += 1,
            Err(problem) => taken.rejected.push((at, problem)),
        }
    }
    tx.set_detail(Detail::CardRegistrationsTaken {
        changed: i64::try_from(taken.changed).unwrap_or(i64::MAX),
        rejected: i64::try_from(taken.rejected.len()).unwrap_or(i64::MAX),
    });
    Ok(taken)
}

fn take_one(tx: &mut Tx<'_>, record: &RegistrationRecord) -> Result<Result<bool, Problem>, Error> {
    let problem = |field: &'static str, japanese: &str, english: &str| {
        Ok(Err(
            Problem::new(field, japanese.to_owned()).in_english(english)
        ))
    };
    let Some(serial) = number_of(&record.serial) else {
        return problem(
            "Serial",
            "証明書の番号は、16進数で入力してください。",
            "The number of a certificate is in hexadecimal digits.",
        );
    };
    let Some(medium) = Medium::from_code(&record.medium) else {
        return problem(
            "Medium",
            "Medium は card か smartphone です。",
            "Medium is card or smartphone.",
        );
    };
    let key_id = record.authority_key_id.trim().to_ascii_lowercase();
    if store::find_authority(tx, &key_id)?.is_none() {
        return problem(
            "AuthorityKeyId",
            "この鍵識別子の認証局は、登録されていません。先に onshi card-authority add で登録してください。",
            "No authority with this key identifier was added; add it with `onshi card-authority add`.",
        );
    }
    if !crate::insured::is_known(tx, record.person)? {
        return problem(
            "Person",
            "この人の加入者情報が、登録されていません。",
            "Nobody who is insured has this key.",
        );
    }
    let registered_at = record.registered.then(|| tx.now());
    let before = store::find_registration(tx, &key_id, &serial)?;
    let new = super::Registration {
        person: record.person,
        medium,
        registered_at: before
            .filter(|before| before.person == record.person)
            .and_then(|before| before.registered_at)
            .or(registered_at),
    };
    if before == Some(new) {
        return Ok(Ok(false));
    }
    store::upsert_registration(tx, (&key_id, &serial), &new)?;
    Ok(Ok(true))
}

/// Registers a card as insurance card (保険証利用登録), as its holder asks for at the reader. Done again it stays as it is.
pub(crate) fn register(tx: &mut Tx<'_>, key: (&str, &str), person: i64) -> Result<(), Fault> {
    tx.set_subject(SubjectKind::Person, &person.to_string());
    let now: Moment = tx.now();
    store::change_registered(tx, key, now)
}

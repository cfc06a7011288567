//! 目視確認: staff look at the patient and at the card's face. They allow it by a one-use passcode from their own
//! screen, which is typed on the reader, or by a mode of the reader that ends by itself.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::entropy::hex;
use crate::error::{Error, RefusalCode};
use crate::service::Tx;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The digits of a passcode.
const DIGITS: usize = 6;
const LIMIT: u32 = 1_000_000;

/// A passcode as staff see it, once.
#[derive(Clone, PartialEq, Eq)]
pub struct Passcode {
    /// Six digits.
    pub digits: String,
    /// Until when it is good.
    pub until: Moment,
}

/// A reader as the screen of modes shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderMode {
    /// The reader's name.
    pub reader: String,
    /// Until when it is in 目視確認モード, and which account set that; none in 無人運転モード.
    pub by_eye: Option<(Moment, String)>,
    /// What last spoke there, and when.
    pub reported: Option<(String, Moment)>,
}

/// A passcode as it is kept: nobody can try all of them who has only the database.
fn digest(tx: &Tx<'_>, facility: &str, digits: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(tx.challenges()).expect("HMAC takes a key of any length");
    for part in ["passcode", facility, digits] {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    hex(&mac.finalize().into_bytes())
}

/// Makes a passcode for one patient at a reader of the own institution.
pub fn issue_passcode(tx: &mut Tx<'_>) -> Result<Passcode, Error> {
    tx.set_detail(Detail::PasscodeIssued {});
    let facility = tx.facility()?;
    let open = store::list_open_passcodes(tx, &facility)?;
    if i64::try_from(open.len()).unwrap_or(i64::MAX) >= tx.rules().card.passcodes_max {
        return Err(RefusalCode::TooManyRequests.into());
    }
    let digits = format!("{:0width$}", tx.entropy().below(LIMIT), width = DIGITS);
    let until = tx.now().plus_seconds(tx.rules().card.passcode_seconds);
    let (id, digest) = (tx.entropy().id('e'), digest(tx, facility.as_str(), &digits));
    store::insert_passcode(tx, &id, (&facility, &digest), until)?;
    Ok(Passcode { digits, until })
}

/// Who allows that this patient is verified by eye: the account behind the passcode or the mode. None where the
/// passcode is wrong, which is counted against all that are open.
pub(super) fn allow(
    tx: &mut Tx<'_>,
    reader_name: &str,
    passcode: Option<&str>,
) -> Result<Option<String>, Error> {
    let facility = tx.facility()?;
    let Some(typed) = passcode else {
        let mode = store::find_mode(tx.connection(), &facility, reader_name)?;
        let (until, set_by) = mode.ok_or(RefusalCode::CardMethod)?;
        // It is for one patient, on whichever node.
        if until <= tx.now() || !store::end_mode(tx, &facility, reader_name)? {
            return Err(RefusalCode::CardMethod.into());
        }
        return Ok(Some(set_by));
    };
    let typed = digest(tx, facility.as_str(), typed.trim());
    let open = store::list_open_passcodes(tx, &facility)?;
    let found = open.iter().find(|known| known.digest == typed);
    if let Some(found) = found
        && store::end_passcode(tx, &found.id)?
    {
        return Ok(Some(found.issued_by.clone()));
    }
    let tries = tx.rules().card.passcode_tries;
    store::count_wrong_passcode(tx, &facility, tries)?;
    Ok(None)
}

/// Sets a reader of the own institution to 目視確認モード, or back. It ends after one patient, or by its time.
pub fn set_mode(tx: &mut Tx<'_>, reader_name: &str, by_eye: bool) -> Result<Option<Moment>, Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    let until = tx.now().plus_seconds(tx.rules().card.by_eye_minutes * 60);
    tx.set_detail(Detail::ReaderModeSet {
        reader: reader_name.to_owned(),
        until: if by_eye {
            until.jst_fourteen()
        } else {
            String::new()
        },
    });
    let (known, now) = (store::list_certificates(tx, &facility)?, tx.now());
    if !known
        .iter()
        .any(|known| known.reader_name == reader_name && !known.is_revoked(now))
    {
        return Err(RefusalCode::NotFound.into());
    }
    if !by_eye {
        store::end_mode(tx, &facility, reader_name)?;
        return Ok(None);
    }
    store::upsert_mode(tx, (&facility, reader_name), until)?;
    Ok(Some(until))
}

/// The readers of the own institution, with their modes.
pub fn list_modes(tx: &mut Tx<'_>) -> Result<Vec<ReaderMode>, Error> {
    let facility = tx.facility()?;
    let now = tx.now();
    let mut readers: Vec<ReaderMode> = Vec::new();
    for known in store::list_certificates(tx, &facility)? {
        let is_good = known.state(now).must_be_valid().is_ok();
        if !is_good
            || readers
                .iter()
                .any(|reader| reader.reader == known.reader_name)
        {
            continue;
        }
        let mode = store::find_mode(tx.connection(), &facility, &known.reader_name)?;
        let reported = store::find_report(tx.connection(), &facility, &known.reader_name)?;
        readers.push(ReaderMode {
            by_eye: mode.filter(|(until, _)| now < *until),
            reported: reported.map(|(version, _, at)| (version, at)),
            reader: known.reader_name,
        });
    }
    Ok(readers)
}

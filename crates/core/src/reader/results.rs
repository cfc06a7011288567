//! 顔認証の結果の受け渡し: results of the reader on their way into the institution's folder.
//!
//! The centre keeps each until the linked application says that it lies there. One that was taken and not
//! said to lie there is given out again, under the same name; so it arrives once, whoever is killed.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fault, RefusalCode};
use crate::service::{Service, Tx};
use crate::terms::FacilityCode;
use onshi_wire::FileName;

/// How many results are given out at once.
const AT_ONCE: i64 = 20;

/// A result on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderResult {
    /// By which it is said to have arrived.
    pub id: String,
    /// The name of its file.
    pub name: String,
    /// The message, as JSON.
    pub answer: String,
}

/// Who waits for results.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The institution.
    pub facility: FacilityCode,
    /// The terminal's certificate.
    pub certificate: String,
    /// At which moment.
    pub now: Moment,
}

pub(super) fn put(tx: &mut Tx<'_>, token: &str, answer: &str) -> Result<(), Error> {
    let facility = tx.facility()?;
    let name = FileName::face(token, &tx.now().jst_fourteen()).name();
    let id = tx.entropy().id('f');
    Ok(store::insert_result(tx, &id, &facility, (&name, answer))?)
}

/// Gives out the oldest results of the own institution that nobody else is about to deliver, and lets the
/// asking terminal have them for a while.
pub fn take(tx: &mut Tx<'_>) -> Result<Vec<ReaderResult>, Error> {
    let facility = tx.facility()?;
    let certificate = tx.actor().certificate().unwrap_or_default().to_owned();
    let found = store::list_waiting(tx, &facility, &certificate, AT_ONCE)?;
    let until = tx.now().plus_seconds(tx.rules().consent.claim_seconds);
    for result in &found {
        store::claim(tx, &result.id, &certificate, until)?;
    }
    tx.set_detail(Detail::ReaderResultsGiven {
        count: i64::try_from(found.len()).unwrap_or(i64::MAX),
    });
    Ok(found)
}

/// Takes note that a result lies in the folder. Said again it stays as it is.
pub fn delivered(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Request, id);
    tx.set_detail(Detail::ReaderResultDelivered {});
    let facility = tx.facility()?;
    match store::change_delivered(tx, &facility, id)? {
        true => Ok(()),
        false => Err(RefusalCode::NotFound.into()),
    }
}

impl Service {
    /// Whether a result waits that this terminal could take. It tells nothing of anybody, and leaves no
    /// entry: linked applications ask for it all day.
    pub fn has_reader_result(&self, whose: &Waiting) -> Result<bool, Fault> {
        self.read_for_authn(|connection| store::is_waiting(connection, whose))
    }
}

//! 電子証明書の期限のお知らせ: an institution is written to when certificates of its terminals or card readers come to their end, 90, 60,
//! 30, 15 and 7 days before it, then every day, and once when it is over.
//!
//! What was written is kept with the letter, in one transaction, for each certificate and each number of days: killed in between nothing
//! is lost, and of several nodes one writes. Several certificates at a time are one letter. Of what was missed, because no node ran or no
//! address was known, only the last is made up for: it says the same, and more urgently.
//!
//! A certificate that has another in its place is not told of, nor one that was revoked, nor those of an institution that is stopped or
//! has no address.

mod letter;
mod store;
#[cfg(test)]
mod tests;

use crate::audit::{Detail, SubjectKind};
use crate::certificate::ending::WARNED_DAYS;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::facility;
use crate::mail;
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Tx, Upkeep};
use crate::store::Connection;
use crate::terms::CertificateKind;

/// How long after the end it is told that a certificate has ended, in days, where that was not told at once.
const ENDED_DAYS: i64 = 30;

/// A certificate that has to be told of now.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Due {
    serial: String,
    kind: CertificateKind,
    name: String,
    not_after: Moment,
    /// The warning that holds: of [`WARNED_DAYS`], each day from the last of them on, or -1 when it is over.
    days_before: i64,
}

/// Writes to the institutions whose certificates end soon; one institution in a piece.
#[derive(Clone, Copy)]
pub(crate) struct WarnOfCertificates;

impl Upkeep for WarnOfCertificates {
    fn function(&self) -> Function {
        Function::WarnOfCertificates
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        // What somebody waits for goes before; a warning can wait for the next look.
        Ok(mail::has_ample_room(connection, rules)? && store::find_due(connection, now)?.is_some())
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        tx.set_detail(Detail::Looked {});
        let now = tx.now();
        let Some(code) = store::find_due(tx.connection(), now)? else {
            return Ok(false);
        };
        let mut told = Vec::new();
        for due in store::list_due(tx, &code)? {
            if store::insert(tx, &code, &due)? {
                told.push(due);
            }
        }
        let facility = facility::find(tx.connection(), &code)?;
        let address = facility::mail_at(tx, &code)?;
        let (Some(facility), Some(address), Some(first)) = (facility, address, told.first()) else {
            // Another node was faster.
            return Ok(true);
        };
        let days = first.days_before;
        let letter = letter::of(&facility, address, (&told, now));
        mail::queue(tx, Some(&code), &letter)?;
        tx.set_facility(&code);
        tx.set_subject(SubjectKind::Facility, code.as_str());
        tx.set_detail(Detail::CertificatesWarned {
            count: told.len() as i64,
            days,
        });
        Ok(true)
    }
}

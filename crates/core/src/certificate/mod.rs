//! Client certificates (電子証明書): who may make a connection, before anybody logs in.
//!
//! An institution's terminal (資格確認端末) shows a certificate that names its facility and itself.
//! The operator's own private authority issues it (`authority`), a file hands it to the terminal
//! (`pkcs12`), and authentication asks what a shown certificate is worth (`peer`).
//!
//! What always holds:
//! - A terminal's subject is exactly `C=JP, O=facility's name, OU=facility's code, CN=terminal's
//!   name`; the code and not the name says whose certificate it is.
//! - An insurer's subject is the same with `OU=insurer`, which is no facility's code, and is kept in
//!   a table of its own: neither kind opens the other's doors.
//! - A terminal's certificate is good for being a client and for nothing else, a server's for being
//!   a server and for nothing else, and neither can issue.
//! - Times are milliseconds since 1970 and come from the caller. A certificate knows only whole
//!   seconds, so what it says is the caller's time rounded down.
//! - Whether a certificate was revoked, or its facility stopped, it can't say itself: what was
//!   issued and what was revoked is kept in the store, and authentication asks it for every request, so
//!   that a revocation takes effect at once.

mod authority;
pub mod ending;
mod peer;
mod pkcs12;
mod store;
#[cfg(test)]
mod tests;

pub use authority::{
    Authority, CertificateFault, CertificateRequest, Certified, Certifies, Issued, TerminalSubject,
};
pub use ending::{Ending, WARNED_DAYS};
pub use peer::{Peer, PeerStatus, judge};
pub(crate) use store::{find, keep_contact};

use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fact, Fault, Problem, Refusal, RefusalCode};
use crate::facility::{self, FacilityCode};
use crate::service::Tx;
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;

/// What stands in an insurer's certificate where a terminal's has its facility's code.
pub const INSURER_UNIT: &str = "insurer";

/// Certificates begin so many seconds in the past, since clocks of terminals differ.
pub const CLOCK_SKEW_SECONDS: i64 = 3600;

/// The serial number of what was drawn.
pub fn serial_number(mut drawn: [u8; 16]) -> [u8; 16] {
    // A leading bit would make the number negative, a leading zero byte shorter.
    drawn[0] = drawn[0] & 0x7f | 0x40;
    drawn
}

/// A certificate that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TerminalCertificate {
    pub serial: String,
    pub facility: FacilityCode,
    pub terminal_name: String,
    pub fingerprint: String,
    pub not_before: Moment,
    pub not_after: Moment,
    pub issued_at: Moment,
    pub revoked: Option<(Moment, String)>,
}

/// 状態: what a certificate that was issued is worth at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateState {
    /// 有効.
    Valid,
    /// 開始前: its period has not begun.
    NotYetValid,
    /// 期限切れ.
    Expired,
    /// 失効.
    Revoked,
}

impl CertificateState {
    /// The one judge of certificates that we issued: terminals', insurers' and readers'.
    pub fn of(
        revoked: bool,
        (not_before, not_after): (Moment, Moment),
        now: Moment,
    ) -> CertificateState {
        if revoked {
            CertificateState::Revoked
        } else if now < not_before {
            CertificateState::NotYetValid
        } else if now > not_after {
            CertificateState::Expired
        } else {
            CertificateState::Valid
        }
    }

    /// Refuses what may not be used.
    pub fn must_be_valid(self) -> Result<(), RefusalCode> {
        match self {
            CertificateState::Valid => Ok(()),
            CertificateState::NotYetValid => Err(RefusalCode::CertificateNotYetValid),
            CertificateState::Expired => Err(RefusalCode::CertificateExpired),
            CertificateState::Revoked => Err(RefusalCode::CertificateRevoked),
        }
    }
}

impl TerminalCertificate {
    /// What it is worth now, were its institution not stopped.
    pub fn state(&self, now: Moment) -> CertificateState {
        let period = (self.not_before, self.not_after);
        CertificateState::of(self.is_revoked(now), period, now)
    }

    /// Whether it is revoked by now: one that was replaced is good for a while.
    pub fn is_revoked(&self, now: Moment) -> bool {
        self.revoked.as_ref().is_some_and(|(at, _)| *at <= now)
    }
}

/// Writes down a certificate that the authority has issued. Without this it counts as foreign.
pub fn record(tx: &mut Tx<'_>, certificate: &TerminalCertificate) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Certificate, &certificate.serial);
    tx.set_detail(Detail::CertificateIssued {
        facility: certificate.facility.as_str().to_owned(),
    });
    if let Some(text) = crate::text::wrong_in_a_line(&certificate.terminal_name) {
        let problem =
            Problem::new(Fact::TerminalName, text).in_english(crate::text::FOREIGN_CHARACTER);
        return Err(Refusal::invalid(vec![problem]).into());
    }
    if facility::find(tx.connection(), &certificate.facility)?.is_none() {
        return Err(RefusalCode::NotFound.into());
    }
    Ok(store::insert(tx, certificate)?)
}

/// The certificates of the own institution, those of one terminal together, each with the moment at which its terminal last
/// came with it.
pub fn list_own(tx: &mut Tx<'_>) -> Result<Vec<(TerminalCertificate, Option<Moment>)>, Error> {
    let facility = tx.facility()?;
    Ok(store::list_with_contact(tx.connection(), &facility)?)
}

/// Notes that a terminal came with this certificate.
pub(crate) fn note_contact(tx: &mut Tx<'_>, serial: &str) -> Result<(), Fault> {
    let now = tx.now();
    store::keep_contact(tx.connection(), serial, now)
}

/// The certificates of an institution.
pub fn list(tx: &mut Tx<'_>, of: &FacilityCode) -> Result<Vec<TerminalCertificate>, Error> {
    Ok(store::list(tx, of)?)
}

/// Revokes a certificate. From the next request on it is refused.
pub fn revoke(tx: &mut Tx<'_>, serial: &str, reason: &str) -> Result<(), Error> {
    tx.set_subject(SubjectKind::Certificate, serial);
    let reason = crate::text::reason(reason)?;
    tx.set_detail(Detail::Revoked {
        reason: reason.clone(),
    });
    let found = store::find(tx.connection(), serial)?.ok_or(RefusalCode::NotFound)?;
    let now = tx.now();
    if found.is_revoked(now) || !store::change_revoked(tx, serial, now, &reason)? {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(())
}

/// One certificate of the own institution.
pub fn show_own(tx: &mut Tx<'_>, serial: &str) -> Result<TerminalCertificate, Error> {
    tx.set_subject(SubjectKind::Certificate, serial);
    let facility = tx.facility()?;
    let found = store::find(tx.connection(), serial)?;
    let own = found.filter(|found| found.facility == facility);
    Ok(own.ok_or(RefusalCode::NotFound)?)
}

/// Revokes a certificate of the own institution, but for the one through which it is asked.
pub fn revoke_own(tx: &mut Tx<'_>, serial: &str, reason: &str) -> Result<(), Error> {
    show_own(tx, serial)?;
    if tx.actor().certificate() == Some(serial) {
        return Err(RefusalCode::WrongState.into());
    }
    revoke(tx, serial, reason)
}

/// Lets a certificate end at a moment, since another one is in its place; one that ended before stays as it is.
pub(crate) fn revoke_at(
    tx: &mut Tx<'_>,
    serial: &str,
    at: Moment,
    reason: &str,
) -> Result<(), Fault> {
    match store::find(tx.connection(), serial)? {
        Some(found) if found.revoked.is_none() => {
            store::change_revoked(tx, serial, at, reason).map(drop)
        }
        _ => Ok(()),
    }
}

/// The SHA-256 of a certificate as browsers and `openssl x509 -fingerprint` know it, in lower hex.
pub fn fingerprint(der: &[u8]) -> String {
    lower_hex(&Sha256::digest(der))
}

/// The serial number as a positive number in lower hex, two digits a byte.
fn serial_of(certificate: &X509Certificate<'_>) -> String {
    serial_on_a_list(certificate.raw_serial())
}

/// From when until when, in milliseconds; both moments are still inside.
fn period_of(certificate: &X509Certificate<'_>) -> (i64, i64) {
    let validity = certificate.validity();
    (
        validity.not_before.timestamp() * 1000,
        validity.not_after.timestamp() * 1000,
    )
}

/// First and last moment of a certificate of any authority, and its number.
pub(crate) fn period_and_serial(certificate: &X509Certificate<'_>) -> (Moment, Moment, String) {
    let (from, until) = period_of(certificate);
    let serial = serial_of(certificate);
    (Moment::from_ms(from), Moment::from_ms(until), serial)
}

/// The number of a certificate on a list of revocations, as [`period_and_serial`] gives it.
pub(crate) fn serial_on_a_list(raw: &[u8]) -> String {
    let zeros = raw.iter().take_while(|byte| **byte == 0).count();
    lower_hex(&raw[zeros..])
}

fn lower_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! Terminal certificates (電子証明書).
//!
//! A certificate says which institution and which terminal it is. The authority that issues them
//! is our own; what was issued and what was revoked is kept here, and the gate asks for every
//! request, so that a revocation takes effect at once.

pub(crate) mod store;

use crate::audit::SubjectKind;
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::facility::{self, FacilityCode};
use crate::office::Work;

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

/// Writes down a certificate that the authority has issued. Without this it counts as foreign.
pub fn record(work: &mut Work<'_>, certificate: &TerminalCertificate) -> Result<(), Error> {
    work.about(SubjectKind::Certificate, &certificate.serial);
    work.note(format!("issued for {}", certificate.facility));
    if facility::store::find(work.connection(), &certificate.facility)?.is_none() {
        return Err(RefusalCode::NotFound.into());
    }
    Ok(store::insert(work, certificate)?)
}

/// The certificates of an institution.
pub fn list(work: &mut Work<'_>, of: &FacilityCode) -> Result<Vec<TerminalCertificate>, Error> {
    Ok(store::list(work, of)?)
}

/// Revokes a certificate. From the next request on it is refused.
pub fn revoke(work: &mut Work<'_>, serial: &str, reason: &str) -> Result<(), Error> {
    work.about(SubjectKind::Certificate, serial);
    work.note("revoked");
    let found = store::find(work.connection(), serial)?.ok_or(RefusalCode::NotFound)?;
    if found.revoked.is_some() {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(store::change_revoked(work, serial, reason)?)
}

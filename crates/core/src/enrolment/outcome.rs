//! What came of a code: how it stands, and what the certificate is worth that is in use by it.

use super::{Enrolment, EnrolmentState, store};
use crate::certificate::{self, CertificateState};
use crate::error::Fault;
use crate::service::Tx;

/// How many renewals are followed: more than any terminal lives to see.
const FOLLOWED_MAX: usize = 100;

/// What came of a code for a terminal's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// What the code is worth.
    pub(crate) code: EnrolmentState,
    /// What the certificate is worth that it gave, or the one that took its place by a renewal.
    pub(crate) certificate: Option<CertificateState>,
}

/// What came of the code of this enrolment; none where there is no such enrolment.
pub(crate) fn outcome(tx: &mut Tx<'_>, id: &str) -> Result<Option<Outcome>, Fault> {
    let Some(found) = store::find(tx, id)? else {
        return Ok(None);
    };
    let now = tx.now();
    let certificate = match last_serial(tx, &found)? {
        Some(serial) => certificate::find(tx.connection(), &serial)?,
        None => None,
    };
    Ok(Some(Outcome {
        code: found.state(now),
        certificate: certificate.map(|certificate| certificate.state(now)),
    }))
}

/// The number of the certificate that is in use: of each that was renewed, the one that is used in its place.
fn last_serial(tx: &mut Tx<'_>, found: &Enrolment) -> Result<Option<String>, Fault> {
    let Some((_, serial)) = &found.used else {
        return Ok(None);
    };
    let mut serial = serial.clone();
    for _ in 0..FOLLOWED_MAX {
        match store::find_used_renewal(tx, &serial)? {
            Some(next) => serial = next,
            None => break,
        }
    }
    Ok(Some(serial))
}

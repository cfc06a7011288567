//! The audit log as it is read through the door (操作履歴).

use crate::actor::Role;
use crate::audit::{self, Filter, Line, Page, Report, SealKey};
use crate::error::Error;
use crate::service::Work;

/// The lines of the own institution's log that fit, newest first; for the operator on no
/// institution in particular, those of the whole log.
pub fn list(work: &mut Work<'_>, filter: &Filter, page: Page) -> Result<Vec<Line>, Error> {
    let facility = match work.actor().role() {
        Role::Operator => work.actor().facility().cloned(),
        _ => Some(work.facility()?),
    };
    Ok(audit::list_lines(
        work.connection(),
        facility.as_ref(),
        filter,
        page,
    )?)
}

/// Walks the whole log and says what is wrong with it; see [`audit::verify_at`].
pub fn verify_all(work: &mut Work<'_>, key: &SealKey, known: &[String]) -> Result<Report, Error> {
    Ok(audit::verify(work.connection(), key, known)?)
}

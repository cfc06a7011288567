//! The audit log as it is read through the door (操作履歴).

use crate::actor::Role;
use crate::audit::{self, Filter, Line, Page, SealKey, Verification};
use crate::error::Error;
use crate::service::Tx;

/// The lines of the own institution's log that fit, newest first; for the operator on no
/// institution in particular, those of the whole log.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, page: Page) -> Result<Vec<Line>, Error> {
    let facility = match tx.actor().role() {
        Role::Operator => tx.actor().facility().cloned(),
        _ => Some(tx.facility()?),
    };
    Ok(audit::list_lines(
        tx.connection(),
        facility.as_ref(),
        filter,
        page,
    )?)
}

/// Walks the whole log and says what is wrong with it; see [`audit::verify_at`].
pub fn verify_all(tx: &mut Tx<'_>, key: &SealKey, known: &[String]) -> Result<Verification, Error> {
    Ok(audit::verify(tx.connection(), key, known)?)
}

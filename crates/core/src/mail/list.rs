//! What the operator sees of letters that could not be sent.

use super::{Undelivered, store};
use crate::error::Error;
use crate::service::Tx;

/// How many are shown.
const SHOWN_MAX: i64 = 200;

/// Letters that could not be sent so far, and those that were given up, the newest first.
pub fn undelivered(tx: &mut Tx<'_>) -> Result<Vec<Undelivered>, Error> {
    Ok(store::list_undelivered(tx, SHOWN_MAX)?)
}

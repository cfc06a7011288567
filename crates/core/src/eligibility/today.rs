//! 本日の資格確認: what the own institution has checked today.
//!
//! The list is read from the audit log, which has every check anyway: a second book of checks would
//! cost a row and an index entry for each of 1,500 checks a second and say nothing more
//! (`docs/adr/0013-todays-checks-from-the-audit-log.md`).

use super::store;
use crate::clock::Moment;
use crate::error::Error;
use crate::office::Work;

/// One check of today.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TodaysCheck {
    pub at: Moment,
    pub user_id: Option<String>,
    pub terminal_name: Option<String>,
    /// The person's name, where the check found one person.
    pub name: Option<String>,
    /// 資格有効性, or none when the check was refused.
    pub validity: Option<String>,
}

/// Today's checks, newest first.
pub fn list(work: &mut Work<'_>, skip: i64, limit: i64) -> Result<Vec<TodaysCheck>, Error> {
    let facility = work.facility()?;
    let since = work.now().jst_day().start();
    Ok(store::list_checks(work, &facility, since, skip, limit)?)
}

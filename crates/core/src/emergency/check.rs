//! 資格情報照会（システム障害時）: eligibility of somebody who was found while the function was open, also for a past
//! day on which the four items were noted at the desk.

use super::OpenedFor;
use crate::clock::Day;
use crate::eligibility::message::{self, Encoding};
use crate::eligibility::today;
use crate::error::{Error, RefusalCode};
use crate::insured::{self, Qualification};
use crate::service::Tx;
use onshi_wire::messages::EligibilityResponse;

/// Checks the person for the day of the use, by the coverage of that day; who had none then is told by the
/// newest card.
pub fn check(tx: &mut Tx<'_>, of: &OpenedFor) -> Result<EligibilityResponse, Error> {
    // Medical records are read on a use for them; eligibility is checked on a use for that.
    let day = of.asked_for().ok_or(RefusalCode::NotFound)?;
    let known = insured::list_by_person(tx, of.person())?;
    let on = |one: &&Qualification| covers(one, day);
    let coverage = known.iter().find(on).or(known.first());
    let coverage = coverage.ok_or(RefusalCode::NotFound)?;
    let facility = tx.facility()?;
    let request = today::request(&facility, coverage, day, false);
    message::check(tx, request, Encoding::Utf8)
}

fn covers(coverage: &Qualification, day: Day) -> bool {
    coverage.acquired <= day && coverage.lost.is_none_or(|lost| day < lost)
}

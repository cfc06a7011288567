//! 再照会 (OQSsihvq01): from the second visit on, whether a patient is insured who is visited at home, on the
//! consent that was given at the first. The card that is named may be an old one: whoever has consented is
//! found by it, and the coverage of the day is told.

use super::Question;
use super::judge::covers;
use super::message::{Encoding, check_by};
use super::patient::card_of;
use crate::clock::Day;
use crate::consent;
use crate::error::{Error, Fault};
use crate::insured::{self, Qualification};
use crate::service::Tx;
use onshi_wire::messages::{EligibilityRequest, EligibilityResponse};
use onshi_wire::numbers::match_branch;

/// Answers a check of a patient who has consented at home. Without a consent nothing is told, not even
/// whether there is such a patient.
pub fn check(
    tx: &mut Tx<'_>,
    request: EligibilityRequest,
    encoding: Encoding,
) -> Result<EligibilityResponse, Error> {
    let answered = check_by(tx, request, encoding, |tx, asked| {
        let branch = asked.branch.as_deref();
        let record = consent::in_force_at_home(tx, (&asked.card, branch), asked.birthdate)?;
        tx.add_basis(&format!("consent {}", record.id));
        let rows = insured::list_by_person(tx, record.person)?;
        let one = of_the_day(rows, asked.day)
            .ok_or_else(|| Fault::at("checking again", "the consent is nobody's"))?;
        let question = Question {
            card: card_of(&one),
            branch: match_branch(one.branch.as_deref()),
            birthdate: one.birthdate,
            ..asked
        };
        Ok((question, record.ceiling))
    });
    answered.map(|(response, _)| response)
}

/// The coverage that the person is asked about: that of the day, else the newest.
fn of_the_day(mut rows: Vec<Qualification>, day: Day) -> Option<Qualification> {
    rows.sort_by_key(|one| (covers(one, day), one.acquired));
    rows.pop()
}

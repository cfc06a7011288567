//! 資格確認: whether a person is insured on a day, by what stands on the card.
//!
//! The rule takes rows and a day and gives an answer; it reads nothing. Where the real system only
//! says 無効, ours says since when and why, whether a new coverage is known, and for which day the
//! insurer's data is true, since that is what the person at the reception has to explain.

mod answer;
pub mod at_home;
pub mod bulk;
pub mod consents;
pub mod day;
mod judge;
pub mod message;
pub mod patient;
pub mod reference;
pub(crate) mod retention;
mod store;
pub mod today;

#[cfg(test)]
mod tests;

pub use judge::{Judged, Validity, judge};

use crate::audit::{Checked, Detail, SubjectKind};
use crate::clock::Day;
use crate::error::Error;
use crate::insured::{self, Card};
use crate::service::Tx;

/// What is asked about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The day for which it is asked (資格確認日).
    pub day: Day,
    /// The day on which it is asked.
    pub today: Day,
    /// The card.
    pub card: Card,
    /// The branch number, where it is known.
    pub branch: Option<String>,
    /// The birthdate.
    pub birthdate: Day,
}

/// Finds and judges. The audit entry says which person it was, and what the answer was.
pub fn confirm(tx: &mut Tx<'_>, question: &Question) -> Result<Judged, Error> {
    let found = insured::list_by_card(tx, &question.card, question.birthdate)?;
    let facility = tx.facility()?;
    let mut judged = judge(question, found, facility.as_str());
    if let Some(lost) = judged
        .results
        .first()
        .filter(|_| judged.validity == Validity::Invalid)
    {
        // Only who has lost this coverage is looked up further.
        let others = insured::list_by_person(tx, lost.person)?;
        judged.look_for_new_coverage(question.day, &others);
    }
    if judged.results.is_empty() {
        judged.card_known =
            judged.card_known || !insured::list_holders(tx, &question.card)?.is_empty();
        judged.insurer = insured::find_insurer(tx, &question.card.insurer)?;
    }
    if let [only] = judged.results.as_slice() {
        tx.set_subject(SubjectKind::Person, &only.person.to_string());
    }
    let only = match judged.results.as_slice() {
        [only] => Some((question.card.key(), only.acquired)),
        _ => None,
    };
    tx.set_checked(Checked {
        asked_for: question.day,
        validity: judged.validity.number(),
        told: 0,
        coverage: only,
    });
    tx.set_detail(Detail::Checked {
        validity: judged.validity,
    });
    Ok(judged)
}

/// The same for a person whose My Number Card is there: by the coverage that the card would be of on this day, the
/// newest one that holds, else the one that was lost last.
pub fn confirm_person(tx: &mut Tx<'_>, person: i64, day: Day) -> Result<Judged, Error> {
    let mut coverages = insured::list_by_person(tx, person)?;
    coverages.sort_by_key(|known| {
        let ended = known.lost.filter(|_| !judge::covers(known, day));
        let begun = known.acquired <= day;
        (begun, ended.is_none(), ended, known.acquired)
    });
    let Some(meant) = coverages.pop() else {
        // What was reported once is never deleted, so that the registration is of another database.
        return Err(crate::error::RefusalCode::NotFound.into());
    };
    let symbol = meant.symbol.as_deref().unwrap_or("");
    let question = Question {
        day,
        today: tx.now().jst_day(),
        card: Card::of(&meant.insurer_number, symbol, &meant.number),
        branch: onshi_wire::numbers::match_branch(meant.branch.as_deref()),
        birthdate: meant.birthdate,
    };
    confirm(tx, &question)
}

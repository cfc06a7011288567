//! Insured persons (加入者) and their qualifications (資格), as insurers report them.
//!
//! A row is one stretch of time in which a person is insured under one card. A change of job, a
//! birth, the 75th birthday or a death ends one row and may begin another. Rows are found by the
//! card (insurer, symbol and number, in the form in which they are compared), and the history of a
//! person by the person's key.

mod check;
pub mod import;
pub mod import_reader;
mod layout;
pub mod limit;
pub(crate) mod lines;
mod record;
mod store;
#[cfg(test)]
mod tests;

pub use record::{
    ElderlyCertificate, InsurerRecord, LimitCertificate, Line, MedicalTicket, QualificationRecord,
    SpecificDiseasesCertificate,
};
pub use store::Card;
pub(crate) use store::upsert::Upserted;
pub(crate) use store::{
    Details, Known, OTHER_COLUMNS, Qualification, columns_and_joins, find_coverage, find_insurer,
    is_known, list_by_birthdate, list_by_card, list_by_person, list_holders, list_insurers_of,
    list_ticket_holders, newest_of, read, runs,
};

use crate::error::Fault;
use crate::service::Tx;
use onshi_wire::numbers::match_branch;

/// Who is or was insured under this card, each once; with a branch only those who have it or none.
pub(crate) fn persons_under(
    tx: &mut Tx<'_>,
    card: &Card,
    branch: Option<&str>,
) -> Result<Vec<i64>, Fault> {
    let asked = match_branch(branch);
    let fits = |kept: Option<&str>| match (&asked, match_branch(kept)) {
        (Some(asked), Some(kept)) => *asked == kept,
        _ => true,
    };
    let mut persons: Vec<i64> = store::list_holders(tx, card)?
        .into_iter()
        .filter(|(_, kept, _)| fits(kept.as_deref()))
        .map(|(person, ..)| person)
        .collect();
    persons.sort_unstable();
    persons.dedup();
    Ok(persons)
}

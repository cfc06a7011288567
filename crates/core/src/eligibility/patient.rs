//! A patient whom an institution was told before: a person, by the card that was shown.
//!
//! What it is told of the patient again is what the face of that card tells on that day, by the same check, with
//! the same entry in the log. So an opaque id is worth what the card is worth: who has lost the coverage is
//! told so, and the new one is told to whoever is shown the new card.

use super::day::within_reach;
use super::message::{Encoding, check_known};
use crate::clock::Day;
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::insured::{self, Card, Qualification};
use crate::service::Tx;
use onshi_wire::messages::{
    EligibilityRequest, EligibilityRequestBody, EligibilityResponse,
    QualificationConfirmSearchInfo, RequestHeader,
};
use std::collections::HashMap;

/// A person, by a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownPatient {
    person: i64,
    card: i64,
}

/// What a check found, and who it is.
pub type Found = (EligibilityResponse, Option<KnownPatient>);

pub(super) fn card_of(one: &Qualification) -> Card {
    let symbol = one.symbol.as_deref().unwrap_or("");
    Card::of(&one.insurer_number, symbol, &one.number)
}

impl KnownPatient {
    pub(super) fn of(one: &Qualification) -> KnownPatient {
        KnownPatient {
            person: one.person,
            card: card_of(one).key(),
        }
    }

    /// The person.
    pub fn person(&self) -> i64 {
        self.person
    }

    /// What the own institution is told instead: of the kind `Patient`, `Coverage` and the like.
    pub fn id(&self, tx: &Tx<'_>, kind: &str) -> Result<String, Error> {
        tx.opaque_id(kind, [self.person, self.card])
    }

    /// Whom an id names; refused where the own institution was not told it.
    pub fn read(tx: &Tx<'_>, kind: &str, id: &str) -> Result<KnownPatient, Error> {
        let [person, card] = tx.open_opaque_id(kind, id)?;
        Ok(KnownPatient { person, card })
    }

    /// A person whom the own institution may name on another ground, by the newest coverage.
    pub fn newest(tx: &mut Tx<'_>, person: i64) -> Result<KnownPatient, Error> {
        let newest = insured::list_by_person(tx, person)?.into_iter().next();
        let newest = newest.ok_or(RefusalCode::NotFound)?;
        Ok(KnownPatient::of(&newest))
    }

    /// The same of many, each by the person.
    pub fn newest_of(
        tx: &mut Tx<'_>,
        persons: impl IntoIterator<Item = i64>,
    ) -> Result<HashMap<i64, KnownPatient>, Error> {
        let newest = insured::newest_of(tx, persons)?;
        let known = newest.into_iter();
        Ok(known
            .map(|(person, one)| (person, KnownPatient::of(&one)))
            .collect())
    }
}

/// Checks by what a message says of the card. Where the day is out of reach it is refused.
pub fn check(tx: &mut Tx<'_>, request: EligibilityRequest) -> Result<Found, Error> {
    let date = &request.header.qualification_confirmation_date;
    let day = Day::parse(date).ok_or(RefusalCode::Invalid)?;
    if let Err(words) = within_reach(&tx.rules().check, day, tx.now().jst_day()) {
        let problem = Problem::new(Fact::Day, words);
        return Err(Refusal::invalid(vec![problem]).into());
    }
    check_known(tx, request, Encoding::Utf8)
}

/// Checks a patient again, by the card that was shown then.
pub fn check_again(
    tx: &mut Tx<'_>,
    known: KnownPatient,
    (day, ceiling): (Day, bool),
) -> Result<Found, Error> {
    let rows = insured::list_by_person(tx, known.person)?;
    let shown = rows
        .into_iter()
        .find(|one| card_of(one).key() == known.card);
    let shown = shown.ok_or(RefusalCode::NotFound)?;
    let request = EligibilityRequest {
        header: RequestHeader {
            qualification_confirmation_date: day.eight(),
            medical_institution_code: tx.facility()?.as_str().to_owned(),
            arbitrary_file_identifier: None,
        },
        body: EligibilityRequestBody {
            search: QualificationConfirmSearchInfo {
                insurer_number: format!("{:>8}", shown.insurer_number),
                insured_card_symbol: shown.symbol,
                insured_identification_number: shown.number,
                insured_branch_number: shown.branch,
                birthdate: shown.birthdate.eight(),
                limit_application_certificate_related_cons_flg: String::from(if ceiling {
                    "1"
                } else {
                    "0"
                }),
                arbitrary_identifier: None,
            },
        },
    };
    check(tx, request)
}

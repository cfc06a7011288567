//! 照会番号登録: an institution's own number for a patient.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::error::{Error, Refusal, RefusalCode};
use crate::insured::store::{Card, list_holders};
use crate::office::Work;
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::ReferenceNumberRegistrationInfo;
use onshi_wire::numbers::match_branch;

/// What came of a registration: done, or why not.
pub type Registered = Result<(), &'static ErrorCode>;

/// Registers the number for the one person whom the card names.
pub fn register(
    work: &mut Work<'_>,
    info: &ReferenceNumberRegistrationInfo,
) -> Result<Registered, Error> {
    let card = Card::of(
        &info.insurer_number,
        info.insured_card_symbol.as_deref().unwrap_or(""),
        &info.insured_identification_number,
    );
    let branch = match_branch(info.insured_branch_number.as_deref());
    let mut persons: Vec<i64> = list_holders(work, &card)?
        .into_iter()
        .filter(
            |(_, known)| match (&branch, match_branch(known.as_deref())) {
                (Some(asked), Some(known)) => *asked == known,
                _ => true,
            },
        )
        .map(|(person, _)| person)
        .collect();
    persons.sort_unstable();
    persons.dedup();
    let person = match persons.as_slice() {
        [] => return Ok(Err(not_registered(work, &error_codes::NO_PERSON))),
        [one] => *one,
        _ => return Ok(Err(not_registered(work, &error_codes::SEVERAL_PERSONS))),
    };
    work.about(SubjectKind::Person, &person.to_string());
    let facility = work.facility()?;
    if store::find_person(work, &facility, &info.reference_number)?.is_some_and(|p| p != person) {
        return Ok(Err(not_registered(work, &error_codes::REFERENCE_TAKEN)));
    }
    store::put_reference(work, &facility, person, &info.reference_number)?;
    work.note(Detail::ReferenceRegistered {});
    Ok(Ok(()))
}

/// The answer says why in the message's own words; the log must not read as if it had been done.
fn not_registered(work: &mut Work<'_>, why: &'static ErrorCode) -> &'static ErrorCode {
    work.note(Detail::ReferenceRefused {
        code: why.code.to_owned(),
    });
    work.refuse_and_keep(Refusal::new(RefusalCode::Invalid));
    why
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::House;
    use crate::{Actor, Function};

    #[test]
    fn what_was_not_registered_does_not_read_as_done() {
        let house = House::new();
        let at = house.clinic(1);
        let actor = Actor::account(crate::AccountKind::General, "a1", at.code, "c1");
        let told = house.change(actor, Function::RegisterReferenceNumber, |work| {
            register(work, &ReferenceNumberRegistrationInfo::default())
        });
        assert_eq!(told.unwrap(), Err(&error_codes::NO_PERSON));
        let logged = house.number(
            "select count(*) from audit_entry where outcome = 2 and refusal = 'input.invalid' \
             and detail = '[22,\"' || $1 || '\"]'",
            &[error_codes::NO_PERSON.code.into()],
        );
        assert_eq!(logged, 1);
    }
}

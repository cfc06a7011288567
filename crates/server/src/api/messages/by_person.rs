//! The answers of YZKsiquc01 and TKKsiquc01 of a person who is known already, for FHIR.

use super::header::Head;
use super::medical::{checkups, medicines};
use onshi_core::eligibility::message::Encoding;
use onshi_core::medical::{self, Period, Source};
use onshi_core::permission::Scope;
use onshi_core::{Error, Tx};
use onshi_wire::messages::{CheckupResponse, MedicinesResponse};

fn head(tx: &Tx<'_>) -> Result<Head, Error> {
    Ok(Head {
        now: tx.now(),
        institution: tx.facility()?.as_str().to_owned(),
        file_identifier: None,
        encoding: Encoding::Utf8,
    })
}

fn everything(tx: &Tx<'_>) -> Period {
    Period::all(&tx.rules().medical, tx.now())
}

/// All medicines.
pub(in crate::api) fn medicines(tx: &mut Tx<'_>, person: i64) -> Result<MedicinesResponse, Error> {
    let consented = tx.consented(person, Scope::Medicines)?;
    let period = everything(tx);
    let told = medicines::Told {
        own: tx.facility()?,
        patient: medical::patient(tx, &consented)?,
        medicines: medical::medicines(tx, &consented, (period, &Source::ALL))?,
        treatments: None,
        operations: None,
    };
    Ok(medicines::answer(&head(tx)?, told))
}

/// Treatment, operations, or both. Operations come with treatment where the patient consents to them too.
pub(in crate::api) fn treatments(
    tx: &mut Tx<'_>,
    person: i64,
    (treatment, operation): (bool, bool),
) -> Result<MedicinesResponse, Error> {
    let period = everything(tx);
    let first = match treatment {
        true => Scope::Treatment,
        false => Scope::Surgery,
    };
    let consented = tx.consented(person, first)?;
    let patient = medical::patient(tx, &consented)?;
    let (mut treatments, mut operations) = (None, None);
    if treatment {
        treatments = Some(medical::treatments(tx, &consented, period)?);
        if operation {
            match tx.consented(person, Scope::Surgery) {
                Ok(consented) => operations = Some(medical::operations(tx, &consented, period)?),
                Err(Error::Refused(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
    } else {
        operations = Some(medical::operations(tx, &consented, period)?);
    }
    let spans = treatments.as_ref().map(|told| told.spans);
    let spans = spans.or_else(|| operations.as_ref().map(|told| told.spans));
    let spans = spans.unwrap_or_else(|| medical::Spans::of(&tx.rules().medical, tx.now()));
    let told = medicines::Told {
        own: tx.facility()?,
        patient,
        medicines: medical::Told {
            records: Vec::new(),
            spans,
        },
        treatments,
        operations,
    };
    Ok(medicines::answer(&head(tx)?, told))
}

/// All checkups.
pub(in crate::api) fn checkups(tx: &mut Tx<'_>, person: i64) -> Result<CheckupResponse, Error> {
    let consented = tx.consented(person, Scope::Checkups)?;
    let patient = medical::patient(tx, &consented)?;
    let told = medical::checkups(tx, &consented)?;
    Ok(checkups::answer(&head(tx)?, patient, told.records))
}

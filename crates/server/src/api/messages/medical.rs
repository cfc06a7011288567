//! YZKsiquc01 and TKKsiquc01: medicines, treatment and checkups, which come with the patient's consent.
//!
//! Treatment (FileCategory 3 and 4) needs the consent to 診療情報 beside that to 薬剤情報: without it nothing is
//! told, so that nobody takes a list without treatment for a patient without any. Operations come with
//! treatment where the patient consents to 手術情報 too.
//!
//! 診療区分 4 (救急時) asks on what a hospital declared for the patient by OQSsiemv01 instead of a consent.

pub(super) mod checkups;
pub(super) mod medicines;
pub(super) mod pdf;
#[cfg(test)]
mod tests;

use crate::api::messages::codes;
use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use crate::web::medical::documents;
use onshi_core::consent::Purpose;
use onshi_core::emergency::care;
use onshi_core::facility;
use onshi_core::insured::Card;
use onshi_core::medical::{self, Checkup, Patient, Period, Source};
use onshi_core::permission::Scope;
use onshi_core::{Error, Month, Subject, Tx};
use onshi_wire::codes::{CheckupFile, MedicalTreatment, MedicinesFile, ShowPrescriptions};
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    CheckupRequest, CheckupResponse, MedicinesRequest, MedicinesRequestBody, MedicinesResponse,
    PersonRequestHeader,
};
use onshi_wire::{Problem, Spellings};

/// YZKsiquc01: 薬剤情報・診療情報.
pub(crate) struct Medicines;

/// TKKsiquc01: 特定健診情報.
pub(crate) struct Checkups;

/// What of medicines and treatment is asked for.
#[derive(Clone, Copy)]
struct Asked {
    basis: Basis,
    period: Period,
    sources: &'static [Source],
    with_treatment: bool,
    as_pdf: bool,
}

/// On what is read.
#[derive(Clone, Copy)]
enum Basis {
    /// A consent for this kind of care; none takes any.
    Consent(Option<Purpose>),
    /// What was declared in emergency care (救急時).
    EmergencyCare,
}

/// Why a message is not done, for its sender.
type NotDone = &'static ErrorCode;

impl Operation for Medicines {
    type Request = MedicinesRequest;
    type Asked = MedicinesRequest;
    type Answer = MedicinesResponse;

    fn asked(
        request: MedicinesRequest,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<MedicinesRequest, Error> {
        Ok(request)
    }

    fn refused(head: &Head, _: MedicinesRequest, why: Why) -> MedicinesResponse {
        MedicinesResponse {
            header: Header::of_not_done(head, why),
            ..MedicinesResponse::default()
        }
    }

    async fn run(
        call: &ApiCall,
        mut received: Received<MedicinesRequest>,
    ) -> Result<Printed, Error> {
        let form = received.form(call);
        let (head, request) = (received.head, received.asked);
        let asked = match medicines_asked(&request.body) {
            Ok(asked) => asked,
            Err(code) => return not_done::<Medicines>(call, form, (head, request), code).await,
        };
        let (card, branch) = card(&request.header);
        let told = call.service.point_read(Subject::NONE, move |tx| {
            let by = institution_name(tx)?;
            Ok((medicines_told(tx, (&card, branch.as_deref()), asked)?, by))
        });
        let code = match codes::told(told.await)? {
            Ok((told, by)) if asked.as_pdf && !told.is_empty() => {
                let made_for = pdf::made_for(call, &by)?;
                match pdf::print(call, move || told.document(&made_for)).await? {
                    Ok(printed) => return Ok(printed),
                    Err(code) => code,
                }
            }
            Ok((told, _)) if told.is_large() => {
                let print = move || form.print(medicines::answer(&head, told));
                return call.print_beside(print).await;
            }
            Ok((told, _)) => return Ok(form.print(medicines::answer(&head, told))),
            Err(code) => code,
        };
        Ok(form.print(Self::refused(&head, request, code.into())))
    }
}

/// The name of the institution that asks, for what is printed.
fn institution_name(tx: &mut Tx<'_>) -> Result<String, Error> {
    let own = tx.facility()?;
    Ok(facility::show(tx, &own)?.name)
}

fn medicines_asked(body: &MedicinesRequestBody) -> Result<Asked, NotDone> {
    let month = |text: &str| Month::parse(text).ok_or(&error_codes::FORMAT);
    let period = Period::new(month(&body.start_date)?, month(&body.end_date)?);
    let is = |file: MedicinesFile| body.file_category == file.code();
    let hidden = body.pr_di_inf_classification.as_deref() == Some(ShowPrescriptions::Hide.code());
    Ok(Asked {
        basis: basis(body.medical_treatment_flag.as_deref()),
        period: period.ok_or(&error_codes::PERIOD)?,
        sources: match hidden {
            true => &[Source::Claim],
            false => &Source::ALL,
        },
        with_treatment: is(MedicinesFile::TreatmentXml) || is(MedicinesFile::TreatmentPdf),
        as_pdf: is(MedicinesFile::MedicinesPdf) || is(MedicinesFile::TreatmentPdf),
    })
}

fn basis(flag: Option<&str>) -> Basis {
    match flag {
        Some(flag) if flag == MedicalTreatment::Emergency.code() => Basis::EmergencyCare,
        flag => Basis::Consent(flag.and_then(Purpose::from_code)),
    }
}

fn medicines_told(
    tx: &mut Tx<'_>,
    (card, branch): (&Card, Option<&str>),
    asked: Asked,
) -> Result<medicines::Told, Error> {
    let purpose = match asked.basis {
        Basis::Consent(purpose) => purpose,
        Basis::EmergencyCare => return told_in_emergency_care(tx, (card, branch), asked),
    };
    let person = medical::person_of(tx, card, branch)?;
    let consented = tx.consented_for(person, Scope::Medicines, purpose)?;
    let mut told = medicines::Told {
        own: tx.facility()?,
        patient: medical::patient(tx, &consented)?,
        medicines: medical::medicines(tx, &consented, (asked.period, asked.sources))?,
        treatments: None,
        operations: None,
    };
    if asked.with_treatment {
        let consented = tx.consented_for(person, Scope::Treatment, purpose)?;
        told.treatments = Some(medical::treatments(tx, &consented, asked.period)?);
        match tx.consented_for(person, Scope::Surgery, purpose) {
            Ok(consented) => {
                told.operations = Some(medical::operations(tx, &consented, asked.period)?);
            }
            Err(Error::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(told)
}

/// The same in emergency care. Treatment is told where the pattern has it, operations with it.
fn told_in_emergency_care(
    tx: &mut Tx<'_>,
    (card, branch): (&Card, Option<&str>),
    asked: Asked,
) -> Result<medicines::Told, Error> {
    let care = care::begin_reading(tx, card, branch)?;
    let own = tx.facility()?;
    let medicines = medical::medicines(tx, &care, (asked.period, asked.sources))?;
    let (mut treatments, mut operations) = (None, None);
    if asked.with_treatment {
        treatments = Some(medical::treatments(tx, &care, asked.period)?);
        if care.scopes().contains(&Scope::Surgery) {
            operations = Some(medical::operations(tx, &care, asked.period)?);
        }
    }
    Ok(medicines::Told {
        own,
        patient: medical::patient(tx, &care)?,
        medicines,
        treatments,
        operations,
    })
}

/// The patient with the checkups, on a consent or in emergency care.
fn checkups_told(
    tx: &mut Tx<'_>,
    (card, branch): (&Card, Option<&str>),
    basis: Basis,
) -> Result<(Patient, medical::Told<Checkup>), Error> {
    match basis {
        Basis::Consent(purpose) => {
            let person = medical::person_of(tx, card, branch)?;
            let consented = tx.consented_for(person, Scope::Checkups, purpose)?;
            Ok((
                medical::patient(tx, &consented)?,
                medical::checkups(tx, &consented)?,
            ))
        }
        Basis::EmergencyCare => {
            let care = care::begin_reading(tx, card, branch)?;
            Ok((medical::patient(tx, &care)?, medical::checkups(tx, &care)?))
        }
    }
}

impl Operation for Checkups {
    type Request = CheckupRequest;
    type Asked = CheckupRequest;
    type Answer = CheckupResponse;

    fn asked(
        request: CheckupRequest,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<CheckupRequest, Error> {
        Ok(request)
    }

    fn refused(head: &Head, _: CheckupRequest, why: Why) -> CheckupResponse {
        CheckupResponse {
            header: Header::of_not_done(head, why),
            ..CheckupResponse::default()
        }
    }

    async fn run(call: &ApiCall, mut received: Received<CheckupRequest>) -> Result<Printed, Error> {
        let form = received.form(call);
        let (head, request) = (received.head, received.asked);
        let basis = basis(request.body.medical_treatment_flag.as_deref());
        let as_pdf = request.body.file_category == CheckupFile::Pdf.code();
        let (card, branch) = card(&request.header);
        let told = call.service.point_read(Subject::NONE, move |tx| {
            let by = institution_name(tx)?;
            let (patient, told) = checkups_told(tx, (&card, branch.as_deref()), basis)?;
            Ok((patient, told, by))
        });
        let code = match codes::told(told.await)? {
            Ok((patient, told, by)) if as_pdf && !told.records.is_empty() => {
                let made_for = pdf::made_for(call, &by)?;
                let make = move || documents::checkups::document(&patient, &told, &made_for);
                match pdf::print(call, make).await? {
                    Ok(printed) => return Ok(printed),
                    Err(code) => code,
                }
            }
            Ok((patient, told, _)) => {
                return Ok(form.print(checkups::answer(&head, patient, told.records)));
            }
            Err(code) => code,
        };
        Ok(form.print(Self::refused(&head, request, code.into())))
    }
}

fn card(asked: &PersonRequestHeader) -> (Card, Option<String>) {
    let card = Card::of(
        &asked.insurer_number,
        asked.insurance_card_symbol.as_deref().unwrap_or(""),
        &asked.insured_person_identification_number,
    );
    (card, asked.branch_number.clone())
}

/// The answer to a request that is refused before anybody was looked at.
async fn not_done<O: Operation>(
    call: &ApiCall,
    form: crate::api::reply::Form,
    (head, asked): (Head, O::Asked),
    code: NotDone,
) -> Result<Printed, Error> {
    call.service.note_refusal(codes::refusal_of(code)).await?;
    Ok(form.print(O::refused(&head, asked, code.into())))
}

/// Words of success: with something to know.
fn known(code: &ErrorCode) -> String {
    format!("{} {}", code.code, code.text_ja)
}

/// A text that is left out where there is none.
fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

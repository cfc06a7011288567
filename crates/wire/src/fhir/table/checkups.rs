//! The rows of checkups: TKKsiquc01res.

use super::To::{As, At, Each, Here, NotTold};
use super::{Row, row};
use crate::fhir::form::Form;

/// Checkups, their results and answers.
pub(super) const ROWS: &[Row] = &[
    row("CheckupResponse", "MessageHeader", Here),
    row("CheckupResponse", "MessageBody", Here),
    row(
        "CheckupResponseHeader",
        "ProcessExecutionTime",
        NotTold("`Bundle.meta.lastUpdated` says when"),
    ),
    row(
        "CheckupResponseHeader",
        "MedicalInstitutionCode",
        NotTold("the token says which institution asks"),
    ),
    row(
        "CheckupResponseHeader",
        "ArbitraryFileIdentifier",
        NotTold("a search of FHIR has none"),
    ),
    row(
        "CheckupResponseHeader",
        "ResultCode",
        NotTold("what is not done is told by an OperationOutcome"),
    ),
    row(
        "CheckupResponseHeader",
        "MessageContents",
        NotTold("what is not done is told by an OperationOutcome"),
    ),
    row(
        "CheckupResponseHeader",
        "CharacterCodeIdentifier",
        NotTold("FHIR is always UTF-8"),
    ),
    row("CheckupResponseHeader", "QualificationsInfo", Here),
    row(
        "QualificationsInfo",
        "Name",
        At("Patient.name[IDE].text", Form::Text),
    ),
    row(
        "QualificationsInfo",
        "KanasName",
        At("Patient.name[SYL].text", Form::Text),
    ),
    row(
        "QualificationsInfo",
        "Birthday",
        At("Patient.birthDate", Form::Day),
    ),
    row(
        "QualificationsInfo",
        "AdministrativeGenderCode",
        At("Patient.gender", Form::Sex),
    ),
    row(
        "CheckupResponseBody",
        "SpecificHealthCheckupInfo",
        Each("DiagnosticReport, with its Observations in `result`"),
    ),
    row(
        "SpecificHealthCheckupInfo",
        "EffectiveTime",
        At("effectiveDateTime", Form::Day),
    ),
    row(
        "SpecificHealthCheckupInfo",
        "HealthCheckupResultAndQuestionInfos",
        Each("Observation"),
    ),
    row(
        "HealthCheckupResultAndQuestionInfo",
        "ItemCode",
        At("code.coding[checkup-item].code", Form::Text),
    ),
    row(
        "HealthCheckupResultAndQuestionInfo",
        "ItemName",
        At("code.text", Form::Text),
    ),
    row(
        "HealthCheckupResultAndQuestionInfo",
        "DataType",
        At("extension[data-type].valueCode", Form::Text),
    ),
    row(
        "HealthCheckupResultAndQuestionInfo",
        "DataValue",
        As(
            "by DataType: PQ `valueQuantity.value` (a number that prints as it came), CD and CO `valueCodeableConcept.coding[0].code`, anything else `valueString`",
        ),
    ),
    row(
        "HealthCheckupResultAndQuestionInfo",
        "Unit",
        As(
            "`valueQuantity.unit`; where there is no `valueQuantity`, `extension[unit].valueString`",
        ),
    ),
    row(
        "HealthCheckupResultAndQuestionInfo",
        "Oid",
        As(
            "`valueCodeableConcept.coding[0].system` with `urn:oid:` before it; where there is no `valueCodeableConcept`, `extension[value-oid].valueString`",
        ),
    ),
    row(
        "HealthCheckupResultAndQuestionInfo",
        "DataValueName",
        As(
            "`valueCodeableConcept.text`; where there is no `valueCodeableConcept`, `extension[value-name].valueString`",
        ),
    ),
];

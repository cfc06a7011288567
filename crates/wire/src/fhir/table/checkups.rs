//! The rows of checkups: TKKsiquc01res.

use super::To::{As, At, Each, Here, NotTold};
use super::{Row, row};
use crate::fhir::form::Form;

rows! {
    /// Checkups, their results and answers.
    ROWS {
        "CheckupResponse" "MessageHeader" Here;
        "CheckupResponse" "MessageBody" Here;
        "CheckupResponseHeader" "ProcessExecutionTime" NotTold("`Bundle.meta.lastUpdated` says when");
        "CheckupResponseHeader" "MedicalInstitutionCode" NotTold("the token says which institution asks");
        "CheckupResponseHeader" "ArbitraryFileIdentifier" NotTold("a search of FHIR has none");
        "CheckupResponseHeader" "ResultCode" NotTold("what is not done is told by an OperationOutcome");
        "CheckupResponseHeader" "MessageContents" NotTold("what is not done is told by an OperationOutcome");
        "CheckupResponseHeader" "CharacterCodeIdentifier" NotTold("FHIR is always UTF-8");
        "CheckupResponseHeader" "QualificationsInfo" Here;
        "QualificationsInfo" "Name" At("Patient.name[IDE].text", Form::Text);
        "QualificationsInfo" "KanasName" At("Patient.name[SYL].text", Form::Text);
        "QualificationsInfo" "Birthday" At("Patient.birthDate", Form::Day);
        "QualificationsInfo" "AdministrativeGenderCode" At("Patient.gender", Form::Sex);
        "CheckupResponseBody" "SpecificHealthCheckupInfo" Each("DiagnosticReport, with its Observations in `result`");
        "SpecificHealthCheckupInfo" "EffectiveTime" At("effectiveDateTime", Form::Day);
        "SpecificHealthCheckupInfo" "HealthCheckupResultAndQuestionInfos" Each("Observation");
        "HealthCheckupResultAndQuestionInfo" "ItemCode" At("code.coding[checkup-item].code", Form::Text);
        "HealthCheckupResultAndQuestionInfo" "ItemName" At("code.text", Form::Text);
        "HealthCheckupResultAndQuestionInfo" "DataType" At("extension[data-type].valueCode", Form::Text);
        "HealthCheckupResultAndQuestionInfo" "DataValue" As("by DataType: PQ `valueQuantity.value` (a number that prints as it came), CD and CO `valueCodeableConcept.coding[0].code`, anything else `valueString`");
        "HealthCheckupResultAndQuestionInfo" "Unit" As("`valueQuantity.unit`; where there is no `valueQuantity`, `extension[unit].valueString`");
        "HealthCheckupResultAndQuestionInfo" "Oid" As("`valueCodeableConcept.coding[0].system` with `urn:oid:` before it; where there is no `valueCodeableConcept`, `extension[value-oid].valueString`");
        "HealthCheckupResultAndQuestionInfo" "DataValueName" As("`valueCodeableConcept.text`; where there is no `valueCodeableConcept`, `extension[value-name].valueString`");
    }
}

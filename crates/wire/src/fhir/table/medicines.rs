//! The rows of medicines and treatment: YZKsiquc01res.

use super::To::{At, AtOrText, Each, Here, NotTold};
use super::{Row, row};
use crate::fhir::form::Form;

/// How it went, and whose medicines they are.
pub(super) const HEADER: &[Row] = &[
    row("MedicinesResponse", "MessageHeader", Here),
    row("MedicinesResponse", "MessageBody", Here),
    row(
        "MedicinesResponseHeader",
        "ProcessExecutionTime",
        NotTold("`Bundle.meta.lastUpdated` says when"),
    ),
    row(
        "MedicinesResponseHeader",
        "MedicalInstitutionCode",
        NotTold("the token says which institution asks"),
    ),
    row(
        "MedicinesResponseHeader",
        "ArbitraryFileIdentifier",
        NotTold("a search of FHIR has none"),
    ),
    row(
        "MedicinesResponseHeader",
        "ResultCode",
        NotTold("what is not done is told by an OperationOutcome"),
    ),
    row(
        "MedicinesResponseHeader",
        "MessageContents",
        NotTold(
            "until when nothing is missing is an OperationOutcome of its own in the Bundle, with `search.mode` outcome",
        ),
    ),
    row(
        "MedicinesResponseHeader",
        "CharacterCodeIdentifier",
        NotTold("FHIR is always UTF-8"),
    ),
    row("MedicinesResponseHeader", "QuaInf", Here),
    row("QuaInf", "Name", At("Patient.name[IDE].text", Form::Text)),
    row(
        "QuaInf",
        "KanaName",
        At("Patient.name[SYL].text", Form::Text),
    ),
    row("QuaInf", "Birth", At("Patient.birthDate", Form::Day)),
    row("QuaInf", "AdmGendCode", At("Patient.gender", Form::Sex)),
    row(
        "MedicinesResponseBody",
        "MeTrMonthInf",
        Each("MedicationStatement, category Claim"),
    ),
    row(
        "MedicinesResponseBody",
        "ShPrInf",
        Each("MedicationStatement, category Prescription"),
    ),
    row(
        "MedicinesResponseBody",
        "CzDiInf",
        Each("MedicationStatement, category Dispensing"),
    ),
];

/// From claims (レセプト).
pub(super) const CLAIMS: &[Row] = &[
    row(
        "MeTrMonthInf",
        "DiOrg",
        At("extension[institution-kind].valueString", Form::Text),
    ),
    row(
        "MeTrMonthInf",
        "MeTrDiHCd",
        At("informationSource.identifier.value", Form::Text),
    ),
    row(
        "MeTrMonthInf",
        "PrlsHCd",
        At(
            "extension[prescriber].valueReference.identifier.value",
            Form::Text,
        ),
    ),
    row(
        "MeTrMonthInf",
        "MeTrDiHNm",
        At("informationSource.display", Form::Text),
    ),
    row(
        "MeTrMonthInf",
        "MeTrMonth",
        At("extension[month].valueDate", Form::Month),
    ),
    row(
        "MeTrMonthInf",
        "PrlsHNm",
        At("extension[prescriber].valueReference.display", Form::Text),
    ),
    row(
        "MeTrMonthInf",
        "PrIsOrg",
        At("extension[own-institution].valueBoolean", Form::OneOrTwo),
    ),
    row(
        "MeTrMonthInf",
        "InOut",
        At("extension[in-out].valueString", Form::Text),
    ),
    row("MeTrMonthInf", "DiDateInfs", Each("each day")),
    row("DiDateInf", "DiDate", At("effectiveDateTime", Form::Day)),
    row(
        "DiDateInf",
        "PrDate",
        At("extension[prescribed-on].valueDate", Form::Day),
    ),
    row("DiDateInf", "DrugInfs", Each("MedicationStatement")),
    row("DiDateInf", "MeTrInfs", NotTold("see Procedure")),
    row(
        "DrugInf",
        "DrugC",
        At(
            "medicationCodeableConcept.coding[claims-drug].code",
            Form::Text,
        ),
    ),
    row(
        "DrugInf",
        "DrugN",
        At("medicationCodeableConcept.text", Form::Text),
    ),
    row(
        "DrugInf",
        "IngreN",
        At("extension[generic-name].valueString", Form::Text),
    ),
    row(
        "DrugInf",
        "Qua1",
        AtOrText(
            "extension[quantity].valueQuantity.value",
            Form::Decimal,
            "extension[quantity-text].valueString",
        ),
    ),
    row(
        "DrugInf",
        "Unit",
        At("extension[quantity].valueQuantity.unit", Form::Text),
    ),
    row("DrugInf", "UsageN", At("dosage[0].text", Form::Text)),
    row(
        "DrugInf",
        "SpInst",
        At("dosage[0].patientInstruction", Form::Text),
    ),
    row(
        "DrugInf",
        "Times",
        At("extension[times].valueString", Form::Text),
    ),
    row(
        "DrugInf",
        "MeTrIdCl",
        At("extension[treatment-class].valueString", Form::Text),
    ),
];

/// From electronic prescriptions (処方).
pub(super) const PRESCRIPTIONS: &[Row] = &[
    row(
        "ShPrMonthInf",
        "ShPrOrg",
        At("extension[institution-kind].valueString", Form::Text),
    ),
    row(
        "ShPrMonthInf",
        "ShMeTrDiHCd",
        At("informationSource.identifier.value", Form::Text),
    ),
    row(
        "ShPrMonthInf",
        "ShPrHCd",
        At(
            "extension[prescriber].valueReference.identifier.value",
            Form::Text,
        ),
    ),
    row(
        "ShPrMonthInf",
        "ShMeTrDiHNm",
        At("informationSource.display", Form::Text),
    ),
    row(
        "ShPrMonthInf",
        "ShPrMonth",
        At("extension[month].valueDate", Form::Month),
    ),
    row(
        "ShPrMonthInf",
        "ShPrHNm",
        At("extension[prescriber].valueReference.display", Form::Text),
    ),
    row(
        "ShPrMonthInf",
        "ShPrIsOrg",
        At("extension[own-institution].valueBoolean", Form::OneOrTwo),
    ),
    row(
        "ShPrMonthInf",
        "ShPrCl",
        At("extension[prescription-class].valueString", Form::Text),
    ),
    row("ShPrMonthInf", "ShPrDateInfs", Each("each day")),
    row(
        "ShPrDateInf",
        "ShPrDate",
        At("effectiveDateTime", Form::Day),
    ),
    row("ShPrDateInf", "ShDrugInfs", Each("MedicationStatement")),
    row(
        "ShDrugInf",
        "ShDrugC",
        At(
            "medicationCodeableConcept.coding[claims-drug].code",
            Form::Text,
        ),
    ),
    row(
        "ShDrugInf",
        "ShDrugN",
        At("medicationCodeableConcept.text", Form::Text),
    ),
    row(
        "ShDrugInf",
        "ShIngreN",
        At("extension[generic-name].valueString", Form::Text),
    ),
    row(
        "ShDrugInf",
        "ShQua1",
        AtOrText(
            "extension[quantity].valueQuantity.value",
            Form::Decimal,
            "extension[quantity-text].valueString",
        ),
    ),
    row(
        "ShDrugInf",
        "ShUnit",
        At("extension[quantity].valueQuantity.unit", Form::Text),
    ),
    row("ShDrugInf", "ShUsageN", At("dosage[0].text", Form::Text)),
    row(
        "ShDrugInf",
        "ShSpInst",
        At("dosage[0].patientInstruction", Form::Text),
    ),
    row(
        "ShDrugInf",
        "ShTimes",
        At("extension[times].valueString", Form::Text),
    ),
    row(
        "ShDrugInf",
        "ShUsageCl",
        At("extension[usage-class].valueString", Form::Text),
    ),
];

/// From what was dispensed of them (調剤).
pub(super) const DISPENSINGS: &[Row] = &[
    row(
        "CzDiMonthInf",
        "CzDiOrg",
        At("extension[institution-kind].valueString", Form::Text),
    ),
    row(
        "CzDiMonthInf",
        "CzMeTrDiHCd",
        At("informationSource.identifier.value", Form::Text),
    ),
    row(
        "CzDiMonthInf",
        "CzPrlsHCd",
        At(
            "extension[prescriber].valueReference.identifier.value",
            Form::Text,
        ),
    ),
    row(
        "CzDiMonthInf",
        "CzMeTrDiHNm",
        At("informationSource.display", Form::Text),
    ),
    row(
        "CzDiMonthInf",
        "CzDiMonth",
        At("extension[month].valueDate", Form::Month),
    ),
    row(
        "CzDiMonthInf",
        "CzPrlsHNm",
        At("extension[prescriber].valueReference.display", Form::Text),
    ),
    row(
        "CzDiMonthInf",
        "CzPrIsOrg",
        At("extension[own-institution].valueBoolean", Form::OneOrTwo),
    ),
    row(
        "CzDiMonthInf",
        "CzPrCl",
        At("extension[prescription-class].valueString", Form::Text),
    ),
    row("CzDiMonthInf", "CzDiDateInfs", Each("each day")),
    row(
        "CzDiDateInf",
        "CzDiDate",
        At("effectiveDateTime", Form::Day),
    ),
    row(
        "CzDiDateInf",
        "CzPrDate",
        At("extension[prescribed-on].valueDate", Form::Day),
    ),
    row("CzDiDateInf", "CzDrugInfs", Each("MedicationStatement")),
    row(
        "CzDrugInf",
        "CzDrugC",
        At(
            "medicationCodeableConcept.coding[claims-drug].code",
            Form::Text,
        ),
    ),
    row(
        "CzDrugInf",
        "CzDrugN",
        At("medicationCodeableConcept.text", Form::Text),
    ),
    row(
        "CzDrugInf",
        "CzIngreN",
        At("extension[generic-name].valueString", Form::Text),
    ),
    row(
        "CzDrugInf",
        "CzQua1",
        AtOrText(
            "extension[quantity].valueQuantity.value",
            Form::Decimal,
            "extension[quantity-text].valueString",
        ),
    ),
    row(
        "CzDrugInf",
        "CzUnit",
        At("extension[quantity].valueQuantity.unit", Form::Text),
    ),
    row("CzDrugInf", "CzUsageN", At("dosage[0].text", Form::Text)),
    row(
        "CzDrugInf",
        "CzSpInst",
        At("dosage[0].patientInstruction", Form::Text),
    ),
    row(
        "CzDrugInf",
        "CzTimes",
        At("extension[times].valueString", Form::Text),
    ),
    row(
        "CzDrugInf",
        "CzUsageCl",
        At("extension[usage-class].valueString", Form::Text),
    ),
];

/// Treatment and operations, from claims.
pub(super) const TREATMENTS: &[Row] = &[
    row(
        "MeTrMonthInf",
        "DiOrg",
        At("extension[institution-kind].valueString", Form::Text),
    ),
    row(
        "MeTrMonthInf",
        "MeTrDiHCd",
        At("performer[0].actor.identifier.value", Form::Text),
    ),
    row(
        "MeTrMonthInf",
        "PrlsHCd",
        At(
            "extension[prescriber].valueReference.identifier.value",
            Form::Text,
        ),
    ),
    row(
        "MeTrMonthInf",
        "MeTrDiHNm",
        At("performer[0].actor.display", Form::Text),
    ),
    row(
        "MeTrMonthInf",
        "MeTrMonth",
        At("extension[month].valueDate", Form::Month),
    ),
    row(
        "MeTrMonthInf",
        "PrlsHNm",
        At("extension[prescriber].valueReference.display", Form::Text),
    ),
    row(
        "MeTrMonthInf",
        "PrIsOrg",
        At("extension[own-institution].valueBoolean", Form::OneOrTwo),
    ),
    row(
        "MeTrMonthInf",
        "InOut",
        At("extension[in-out].valueString", Form::Text),
    ),
    row("MeTrMonthInf", "DiDateInfs", Each("each day")),
    row("DiDateInf", "DiDate", At("performedDateTime", Form::Day)),
    row(
        "DiDateInf",
        "PrDate",
        At("extension[prescribed-on].valueDate", Form::Day),
    ),
    row("DiDateInf", "DrugInfs", NotTold("see MedicationStatement")),
    row("DiDateInf", "MeTrInfs", Each("Procedure")),
    row("MeTrInf", "SinInfN", At("code.text", Form::Text)),
    row(
        "MeTrInf",
        "SinInfCd",
        At("code.coding[claims-treatment].code", Form::Text),
    ),
    row(
        "MeTrInf",
        "MeTrIdCl",
        At("extension[treatment-class].valueString", Form::Text),
    ),
    row(
        "MeTrInf",
        "Qua1",
        AtOrText(
            "extension[quantity].valueQuantity.value",
            Form::Decimal,
            "extension[quantity-text].valueString",
        ),
    ),
    row(
        "MeTrInf",
        "Times",
        At("extension[times].valueString", Form::Text),
    ),
    row(
        "MeTrInf",
        "Unit",
        At("extension[quantity].valueQuantity.unit", Form::Text),
    ),
];

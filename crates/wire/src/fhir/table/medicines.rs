//! The rows of medicines and treatment: YZKsiquc01res.

use super::To::{At, AtOrText, Each, Here, NotTold};
use super::{Row, row};
use crate::fhir::form::Form;

rows! {
    /// How it went, and whose medicines they are.
    HEADER {
        "MedicinesResponse" "MessageHeader" Here;
        "MedicinesResponse" "MessageBody" Here;
        "MedicinesResponseHeader" "ProcessExecutionTime" NotTold("`Bundle.meta.lastUpdated` says when");
        "MedicinesResponseHeader" "MedicalInstitutionCode" NotTold("the token says which institution asks");
        "MedicinesResponseHeader" "ArbitraryFileIdentifier" NotTold("a search of FHIR has none");
        "MedicinesResponseHeader" "ResultCode" NotTold("what is not done is told by an OperationOutcome");
        "MedicinesResponseHeader" "MessageContents" NotTold("until when nothing is missing is an OperationOutcome of its own in the Bundle, with `search.mode` outcome");
        "MedicinesResponseHeader" "CharacterCodeIdentifier" NotTold("FHIR is always UTF-8");
        "MedicinesResponseHeader" "QuaInf" Here;
        "QuaInf" "Name" At("Patient.name[IDE].text", Form::Text);
        "QuaInf" "KanaName" At("Patient.name[SYL].text", Form::Text);
        "QuaInf" "Birth" At("Patient.birthDate", Form::Day);
        "QuaInf" "AdmGendCode" At("Patient.gender", Form::Sex);
        "MedicinesResponseBody" "MeTrMonthInf" Each("MedicationStatement, category Claim");
        "MedicinesResponseBody" "ShPrInf" Each("MedicationStatement, category Prescription");
        "MedicinesResponseBody" "CzDiInf" Each("MedicationStatement, category Dispensing");
    }
}

rows! {
    /// From claims (レセプト).
    CLAIMS {
        "MeTrMonthInf" "DiOrg" At("extension[institution-kind].valueString", Form::Text);
        "MeTrMonthInf" "MeTrDiHCd" At("informationSource.identifier.value", Form::Text);
        "MeTrMonthInf" "PrlsHCd" At("extension[prescriber].valueReference.identifier.value", Form::Text);
        "MeTrMonthInf" "MeTrDiHNm" At("informationSource.display", Form::Text);
        "MeTrMonthInf" "MeTrMonth" At("extension[month].valueDate", Form::Month);
        "MeTrMonthInf" "PrlsHNm" At("extension[prescriber].valueReference.display", Form::Text);
        "MeTrMonthInf" "PrIsOrg" At("extension[own-institution].valueBoolean", Form::OneOrTwo);
        "MeTrMonthInf" "InOut" At("extension[in-out].valueString", Form::Text);
        "MeTrMonthInf" "DiDateInfs" Each("each day");
        "DiDateInf" "DiDate" At("effectiveDateTime", Form::Day);
        "DiDateInf" "PrDate" At("extension[prescribed-on].valueDate", Form::Day);
        "DiDateInf" "DrugInfs" Each("MedicationStatement");
        "DiDateInf" "MeTrInfs" NotTold("see Procedure");
        "DrugInf" "DrugC" At("medicationCodeableConcept.coding[claims-drug].code", Form::Text);
        "DrugInf" "DrugN" At("medicationCodeableConcept.text", Form::Text);
        "DrugInf" "IngreN" At("extension[generic-name].valueString", Form::Text);
        "DrugInf" "Qua1" AtOrText("extension[quantity].valueQuantity.value", Form::Decimal, "extension[quantity-text].valueString");
        "DrugInf" "Unit" At("extension[quantity].valueQuantity.unit", Form::Text);
        "DrugInf" "UsageN" At("dosage[0].text", Form::Text);
        "DrugInf" "SpInst" At("dosage[0].patientInstruction", Form::Text);
        "DrugInf" "Times" At("extension[times].valueString", Form::Text);
        "DrugInf" "MeTrIdCl" At("extension[treatment-class].valueString", Form::Text);
    }
}

rows! {
    /// From electronic prescriptions (処方).
    PRESCRIPTIONS {
        "ShPrMonthInf" "ShPrOrg" At("extension[institution-kind].valueString", Form::Text);
        "ShPrMonthInf" "ShMeTrDiHCd" At("informationSource.identifier.value", Form::Text);
        "ShPrMonthInf" "ShPrHCd" At("extension[prescriber].valueReference.identifier.value", Form::Text);
        "ShPrMonthInf" "ShMeTrDiHNm" At("informationSource.display", Form::Text);
        "ShPrMonthInf" "ShPrMonth" At("extension[month].valueDate", Form::Month);
        "ShPrMonthInf" "ShPrHNm" At("extension[prescriber].valueReference.display", Form::Text);
        "ShPrMonthInf" "ShPrIsOrg" At("extension[own-institution].valueBoolean", Form::OneOrTwo);
        "ShPrMonthInf" "ShPrCl" At("extension[prescription-class].valueString", Form::Text);
        "ShPrMonthInf" "ShPrDateInfs" Each("each day");
        "ShPrDateInf" "ShPrDate" At("effectiveDateTime", Form::Day);
        "ShPrDateInf" "ShDrugInfs" Each("MedicationStatement");
        "ShDrugInf" "ShDrugC" At("medicationCodeableConcept.coding[claims-drug].code", Form::Text);
        "ShDrugInf" "ShDrugN" At("medicationCodeableConcept.text", Form::Text);
        "ShDrugInf" "ShIngreN" At("extension[generic-name].valueString", Form::Text);
        "ShDrugInf" "ShQua1" AtOrText("extension[quantity].valueQuantity.value", Form::Decimal, "extension[quantity-text].valueString");
        "ShDrugInf" "ShUnit" At("extension[quantity].valueQuantity.unit", Form::Text);
        "ShDrugInf" "ShUsageN" At("dosage[0].text", Form::Text);
        "ShDrugInf" "ShSpInst" At("dosage[0].patientInstruction", Form::Text);
        "ShDrugInf" "ShTimes" At("extension[times].valueString", Form::Text);
        "ShDrugInf" "ShUsageCl" At("extension[usage-class].valueString", Form::Text);
    }
}

rows! {
    /// From what was dispensed of them (調剤).
    DISPENSINGS {
        "CzDiMonthInf" "CzDiOrg" At("extension[institution-kind].valueString", Form::Text);
        "CzDiMonthInf" "CzMeTrDiHCd" At("informationSource.identifier.value", Form::Text);
        "CzDiMonthInf" "CzPrlsHCd" At("extension[prescriber].valueReference.identifier.value", Form::Text);
        "CzDiMonthInf" "CzMeTrDiHNm" At("informationSource.display", Form::Text);
        "CzDiMonthInf" "CzDiMonth" At("extension[month].valueDate", Form::Month);
        "CzDiMonthInf" "CzPrlsHNm" At("extension[prescriber].valueReference.display", Form::Text);
        "CzDiMonthInf" "CzPrIsOrg" At("extension[own-institution].valueBoolean", Form::OneOrTwo);
        "CzDiMonthInf" "CzPrCl" At("extension[prescription-class].valueString", Form::Text);
        "CzDiMonthInf" "CzDiDateInfs" Each("each day");
        "CzDiDateInf" "CzDiDate" At("effectiveDateTime", Form::Day);
        "CzDiDateInf" "CzPrDate" At("extension[prescribed-on].valueDate", Form::Day);
        "CzDiDateInf" "CzDrugInfs" Each("MedicationStatement");
        "CzDrugInf" "CzDrugC" At("medicationCodeableConcept.coding[claims-drug].code", Form::Text);
        "CzDrugInf" "CzDrugN" At("medicationCodeableConcept.text", Form::Text);
        "CzDrugInf" "CzIngreN" At("extension[generic-name].valueString", Form::Text);
        "CzDrugInf" "CzQua1" AtOrText("extension[quantity].valueQuantity.value", Form::Decimal, "extension[quantity-text].valueString");
        "CzDrugInf" "CzUnit" At("extension[quantity].valueQuantity.unit", Form::Text);
        "CzDrugInf" "CzUsageN" At("dosage[0].text", Form::Text);
        "CzDrugInf" "CzSpInst" At("dosage[0].patientInstruction", Form::Text);
        "CzDrugInf" "CzTimes" At("extension[times].valueString", Form::Text);
        "CzDrugInf" "CzUsageCl" At("extension[usage-class].valueString", Form::Text);
    }
}

rows! {
    /// Treatment and operations, from claims.
    TREATMENTS {
        "MeTrMonthInf" "DiOrg" At("extension[institution-kind].valueString", Form::Text);
        "MeTrMonthInf" "MeTrDiHCd" At("performer[0].actor.identifier.value", Form::Text);
        "MeTrMonthInf" "PrlsHCd" At("extension[prescriber].valueReference.identifier.value", Form::Text);
        "MeTrMonthInf" "MeTrDiHNm" At("performer[0].actor.display", Form::Text);
        "MeTrMonthInf" "MeTrMonth" At("extension[month].valueDate", Form::Month);
        "MeTrMonthInf" "PrlsHNm" At("extension[prescriber].valueReference.display", Form::Text);
        "MeTrMonthInf" "PrIsOrg" At("extension[own-institution].valueBoolean", Form::OneOrTwo);
        "MeTrMonthInf" "InOut" At("extension[in-out].valueString", Form::Text);
        "MeTrMonthInf" "DiDateInfs" Each("each day");
        "DiDateInf" "DiDate" At("performedDateTime", Form::Day);
        "DiDateInf" "PrDate" At("extension[prescribed-on].valueDate", Form::Day);
        "DiDateInf" "DrugInfs" NotTold("see MedicationStatement");
        "DiDateInf" "MeTrInfs" Each("Procedure");
        "MeTrInf" "SinInfN" At("code.text", Form::Text);
        "MeTrInf" "SinInfCd" At("code.coding[claims-treatment].code", Form::Text);
        "MeTrInf" "MeTrIdCl" At("extension[treatment-class].valueString", Form::Text);
        "MeTrInf" "Qua1" AtOrText("extension[quantity].valueQuantity.value", Form::Decimal, "extension[quantity-text].valueString");
        "MeTrInf" "Times" At("extension[times].valueString", Form::Text);
        "MeTrInf" "Unit" At("extension[quantity].valueQuantity.unit", Form::Text);
    }
}

//! The rows of the eligibility check: OQSsiquc01req and OQSsiquc01res.

use super::To::{As, At, AtOrText, Each, Here, NotTold, Within};
use super::{Row, row};
use crate::fhir::form::Form;

rows! {
    /// What is asked.
    REQUEST {
        "EligibilityRequest" "MessageHeader" Here;
        "EligibilityRequest" "MessageBody" Here;
        "RequestHeader" "QualificationConfirmationDate" At("CoverageEligibilityRequest.servicedDate", Form::Day);
        "RequestHeader" "MedicalInstitutionCode" As("the token says which institution asks; where `provider.identifier.value` is there too it must be the same");
        "RequestHeader" "ArbitraryFileIdentifier" At("CoverageEligibilityRequest.identifier[0].value", Form::Text);
        "EligibilityRequestBody" "QualificationConfirmSearchInfo" Here;
        "QualificationConfirmSearchInfo" "InsurerNumber" At("Coverage.payor[insurer].identifier.value", Form::InsurerNumber);
        "QualificationConfirmSearchInfo" "InsuredCardSymbol" At("Coverage.extension[symbol].valueString", Form::Text);
        "QualificationConfirmSearchInfo" "InsuredIdentificationNumber" At("Coverage.extension[number].valueString", Form::Text);
        "QualificationConfirmSearchInfo" "InsuredBranchNumber" At("Coverage.extension[sub-number].valueString", Form::Text);
        "QualificationConfirmSearchInfo" "Birthdate" At("Patient.birthDate", Form::Day);
        "QualificationConfirmSearchInfo" "LimitApplicationCertificateRelatedConsFlg" At("CoverageEligibilityRequest.extension[limit-certificate-consent].valueBoolean", Form::Flag);
        "QualificationConfirmSearchInfo" "ArbitraryIdentifier" NotTold("it tells rows of a bulk request apart, and there is one person here");
    }
}

rows! {
    /// How it went.
    HEADER {
        "EligibilityResponse" "MessageHeader" Here;
        "EligibilityResponse" "MessageBody" Here;
        "EligibilityResponseHeader" "ProcessExecutionTime" At("CoverageEligibilityResponse.created", Form::Time);
        "EligibilityResponseHeader" "QualificationConfirmationDate" At("CoverageEligibilityResponse.servicedDate", Form::Day);
        "EligibilityResponseHeader" "MedicalInstitutionCode" At("CoverageEligibilityResponse.requestor.identifier.value", Form::Text);
        "EligibilityResponseHeader" "ArbitraryFileIdentifier" At("CoverageEligibilityResponse.identifier[file-identifier].value", Form::Text);
        "EligibilityResponseHeader" "ReferenceClassification" At("CoverageEligibilityResponse.extension[reference-classification].valueCoding", Form::Coding("OQSCD002"));
        "EligibilityResponseHeader" "SegmentOfResult" At("CoverageEligibilityResponse.outcome", Form::Outcome);
        "EligibilityResponseHeader" "ErrorCode" NotTold("what is not done is told by an OperationOutcome");
        "EligibilityResponseHeader" "ErrorMessage" NotTold("what is not done is told by an OperationOutcome");
        "EligibilityResponseHeader" "CharacterCodeIdentifier" NotTold("FHIR is always UTF-8");
        "EligibilityResponseBody" "QualificationConfirmSearchInfo" NotTold("the request is not repeated; `request.identifier` names it");
        "EligibilityResponseBody" "PrescriptionIssueSelect" At("CoverageEligibilityResponse.extension[prescription-issue-select].valueCoding", Form::Coding("OQSCD017"));
        "EligibilityResponseBody" "ProcessingResultStatus" At("CoverageEligibilityResponse.outcome", Form::Outcome);
        "EligibilityResponseBody" "ProcessingResultCode" At("CoverageEligibilityResponse.extension[processing-result-code].valueString", Form::Text);
        "EligibilityResponseBody" "ProcessingResultMessage" At("CoverageEligibilityResponse.disposition", Form::Text);
        "EligibilityResponseBody" "QualificationValidity" At("CoverageEligibilityResponse.extension[qualification-validity].valueCoding", Form::Coding("OQSCD006"));
        "EligibilityResponseBody" "ResultList" Each("Coverage, Patient");
    }
}

rows! {
    /// The person and the coverage.
    PERSON {
        "ResultOfQualificationConfirmation" "InsuredCardClassification" At("Coverage.extension[card-classification].valueCoding", Form::Coding("OQSCD010"));
        "ResultOfQualificationConfirmation" "InsurerNumber" At("Coverage.payor[insurer].identifier.value", Form::InsurerNumber);
        "ResultOfQualificationConfirmation" "InsuredCardSymbol" At("Coverage.extension[symbol].valueString", Form::Text);
        "ResultOfQualificationConfirmation" "InsuredIdentificationNumber" At("Coverage.extension[number].valueString", Form::Text);
        "ResultOfQualificationConfirmation" "InsuredBranchNumber" At("Coverage.extension[sub-number].valueString", Form::Text);
        "ResultOfQualificationConfirmation" "PublicExpenseNumber" At("Coverage.extension[public-expense-number].valueString", Form::Text);
        "ResultOfQualificationConfirmation" "BeneficiaryNumber" At("Coverage.extension[beneficiary-number].valueString", Form::Text);
        "ResultOfQualificationConfirmation" "WelfareOfficeName" At("Coverage.extension[welfare-office-name].valueString", Form::Text);
        "ResultOfQualificationConfirmation" "PersonalFamilyClassification" At("Coverage.relationship.coding[insured-person-category].code", Form::Text);
        "ResultOfQualificationConfirmation" "InsuredName" At("Coverage.policyHolder.display", Form::Text);
        "ResultOfQualificationConfirmation" "Name" At("Patient.name[IDE].text", Form::Text);
        "ResultOfQualificationConfirmation" "NameOfOther" At("Patient.name[other-IDE].text", Form::Text);
        "ResultOfQualificationConfirmation" "NameKana" At("Patient.name[SYL].text", Form::Text);
        "ResultOfQualificationConfirmation" "NameOfOtherKana" At("Patient.name[other-SYL].text", Form::Text);
        "ResultOfQualificationConfirmation" "Sex1" At("Patient.gender", Form::Sex);
        "ResultOfQualificationConfirmation" "Sex2" At("Patient.extension[sex-on-the-face].valueCoding", Form::Coding("OQSCD007"));
        "ResultOfQualificationConfirmation" "Birthdate" At("Patient.birthDate", Form::Day);
        "ResultOfQualificationConfirmation" "Address" At("Patient.address[home].text", Form::Text);
        "ResultOfQualificationConfirmation" "PostNumber" At("Patient.address[home].postalCode", Form::Text);
        "ResultOfQualificationConfirmation" "QualificationDate" At("Coverage.period.start", Form::Day);
        "ResultOfQualificationConfirmation" "DisqualificationDate" At("Coverage.period.end", Form::DayBefore);
        "ResultOfQualificationConfirmation" "InsuredCertificateIssuanceDate" At("Coverage.extension[card-issued].valueDate", Form::Day);
        "ResultOfQualificationConfirmation" "InsuredCardValidDate" At("Coverage.extension[card-valid-from].valueDate", Form::Day);
        "ResultOfQualificationConfirmation" "InsuredCardExpirationDate" At("Coverage.extension[card-valid-until].valueDate", Form::Day);
        "ResultOfQualificationConfirmation" "InsuredPartialContributionRatio" At("Coverage.costToBeneficiary[copaypct].valueQuantity.value", Form::Percent);
        "ResultOfQualificationConfirmation" "PreschoolClassification" At("Coverage.extension[preschool].valueCoding", Form::Coding("OQSCD015"));
        "ResultOfQualificationConfirmation" "ReasonOfLoss" At("Coverage.extension[reason-of-loss].valueCoding", Form::Coding("OQSCD008"));
        "ResultOfQualificationConfirmation" "InsurerName" At("Coverage.payor[insurer].display", Form::Text);
        "ResultOfQualificationConfirmation" "ElderlyRecipientCertificateInfo" Within("Coverage.extension[elderly-recipient-certificate]");
        "ResultOfQualificationConfirmation" "LimitApplicationCertificateRelatedConsFlg" At("CoverageEligibilityResponse.extension[limit-certificate-consent].valueBoolean", Form::Flag);
        "ResultOfQualificationConfirmation" "LimitApplicationCertificateRelatedConsTime" At("CoverageEligibilityResponse.extension[limit-certificate-consent-time].valueDateTime", Form::Time);
        "ResultOfQualificationConfirmation" "LimitApplicationCertificateRelatedInfo" Within("CoverageEligibilityResponse.insurance[0].item[item limit-certificate]");
        "ResultOfQualificationConfirmation" "SpecificDiseasesCertificateList" Within("CoverageEligibilityResponse.insurance[0].item[item specific-disease-certificate]");
        "ResultOfQualificationConfirmation" "PublicExpenseResultList" Within("CoverageEligibilityResponse.insurance[0].item[item medical-ticket]");
        "ResultOfQualificationConfirmation" "ReferenceNumber" At("Patient.identifier[reference-number].value", Form::Text);
        "ResultOfQualificationConfirmation" "QualificationConfirmationKey" NotTold("its meaning is not public, and the centre does not send it");
        "ResultOfQualificationConfirmation" "ArbitraryIdentifier" NotTold("it tells rows of a bulk answer apart");
        "ResultOfQualificationConfirmation" "LimitApplicationCertificateChanged" NotTold("of bulk answers only");
    }
}

rows! {
    /// The consents: flag, time, and until when.
    CONSENTS {
        "ResultOfQualificationConfirmation" "SpecificDiseasesCertificateRelatedConsFlg" At("Consent[consent TSR].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "SpecificDiseasesCertificateRelatedConsTime" At("Consent[consent TSR].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "SpecificHealthCheckupsInfoConsFlg" At("Consent[consent TKK].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "SpecificHealthCheckupsInfoConsTime" At("Consent[consent TKK].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "SpecificHealthCheckupsInfoAvailableTime" At("Consent[consent TKK].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "PharmacistsInfoConsFlg" At("Consent[consent YZK].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "PharmacistsInfoConsTime" At("Consent[consent YZK].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "PharmacistsInfoAvailableTime" At("Consent[consent YZK].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "DiagnosisInfoConsFlg" At("Consent[consent SRJ].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "DiagnosisInfoConsTime" At("Consent[consent SRJ].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "DiagnosisInfoAvailableTime" At("Consent[consent SRJ].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "OperationInfoConsFlg" At("Consent[consent SHJ].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "OperationInfoConsTime" At("Consent[consent SHJ].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "OperationInfoAvailableTime" At("Consent[consent SHJ].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "DiagnosisNameConsFlg" At("Consent[consent DiagnosisName].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "DiagnosisNameConsTime" At("Consent[consent DiagnosisName].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "DiagnosisNameAvailableTime" At("Consent[consent DiagnosisName].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "InfectiousInfoConsFlg" At("Consent[consent InfectiousInfo].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "InfectiousInfoConsTime" At("Consent[consent InfectiousInfo].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "InfectiousInfoAvailableTime" At("Consent[consent InfectiousInfo].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "AllergyInfoConsFlg" At("Consent[consent AllergyInfo].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "AllergyInfoConsTime" At("Consent[consent AllergyInfo].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "AllergyInfoAvailableTime" At("Consent[consent AllergyInfo].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "ContraindicationInfoConsFlg" At("Consent[consent ContraindicationInfo].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "ContraindicationInfoConsTime" At("Consent[consent ContraindicationInfo].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "ContraindicationInfoAvailableTime" At("Consent[consent ContraindicationInfo].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "TestInfoConsFlg" At("Consent[consent TestInfo].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "TestInfoConsTime" At("Consent[consent TestInfo].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "TestInfoAvailableTime" At("Consent[consent TestInfo].provision.period.end", Form::Time);
        "ResultOfQualificationConfirmation" "PrescriptionInfoConsFlg" At("Consent[consent PrescriptionInfo].status", Form::ConsentStatus);
        "ResultOfQualificationConfirmation" "PrescriptionInfoConsTime" At("Consent[consent PrescriptionInfo].dateTime", Form::Time);
        "ResultOfQualificationConfirmation" "PrescriptionInfoAvailableTime" At("Consent[consent PrescriptionInfo].provision.period.end", Form::Time);
    }
}

rows! {
    /// The certificates, from where they stand.
    CERTIFICATES {
        "ElderlyRecipientCertificateInfo" "ElderlyRecipientCertificateDate" At("extension[issued].valueDate", Form::Day);
        "ElderlyRecipientCertificateInfo" "ElderlyRecipientValidStartDate" At("extension[valid-from].valueDate", Form::Day);
        "ElderlyRecipientCertificateInfo" "ElderlyRecipientValidEndDate" At("extension[valid-until].valueDate", Form::Day);
        "ElderlyRecipientCertificateInfo" "ElderlyRecipientContributionRatio" At("extension[contribution-ratio].valueDecimal", Form::Percent);
        "LimitApplicationCertificateRelatedInfo" "LimitApplicationCertificateClassification" At("extension[certificate-classification].valueCoding", Form::Coding("OQSCD011"));
        "LimitApplicationCertificateRelatedInfo" "LimitApplicationCertificateClassificationFlag" At("extension[limit-band].valueCoding", Form::Coding("OQSCD012"));
        "LimitApplicationCertificateRelatedInfo" "LimitApplicationCertificateDate" At("extension[issued].valueDate", Form::Day);
        "LimitApplicationCertificateRelatedInfo" "LimitApplicationCertificateValidStartDate" At("extension[valid-from].valueDate", Form::Day);
        "LimitApplicationCertificateRelatedInfo" "LimitApplicationCertificateValidEndDate" At("extension[valid-until].valueDate", Form::Day);
        "LimitApplicationCertificateRelatedInfo" "LimitApplicationCertificateLongTermDate" At("extension[long-term-since].valueDate", Form::Day);
        "SpecificDiseasesCertificateInfo" "SpecificDiseasesDiseaseCategory" At("extension[specific-disease].valueCoding", Form::Coding("OQSCD013"));
        "SpecificDiseasesCertificateInfo" "SpecificDiseasesCertificateDate" At("extension[issued].valueDate", Form::Day);
        "SpecificDiseasesCertificateInfo" "SpecificDiseasesValidStartDate" At("extension[valid-from].valueDate", Form::Day);
        "SpecificDiseasesCertificateInfo" "SpecificDiseasesValidEndDate" At("extension[valid-until].valueDate", Form::Day);
        "SpecificDiseasesCertificateInfo" "SpecificDiseasesSelfPay" AtOrText("extension[self-pay].valueMoney.value", Form::Decimal, "extension[self-pay-text].valueString");
    }
}

rows! {
    /// Tickets of medical assistance, from where they stand.
    TICKETS {
        "MedicalTicketInfo" "TicketType" At("extension[ticket-type].valueCoding", Form::Coding("OQSCD018"));
        "MedicalTicketInfo" "MedicalTicketValidDate" At("extension[valid-from].valueDate", Form::Day);
        "MedicalTicketInfo" "MedicalTicketExpirationDate" At("extension[valid-until].valueDate", Form::Day);
        "MedicalTicketInfo" "IssueNumber" At("extension[issue-number].valueString", Form::Text);
        "MedicalTicketInfo" "MedicalTreatmentMonth" At("extension[treatment-month].valueDate", Form::Month);
        "MedicalTicketInfo" "DesignatedMedicalInstitutionCode" At("extension[institution-code].valueString", Form::Text);
        "MedicalTicketInfo" "DesignatedMedicalInstitutionFlag" At("extension[institution-flag].valueCoding", Form::Coding("OQSCD026"));
        "MedicalTicketInfo" "DesignatedMedicalInstitutionName" At("extension[institution-name].valueString", Form::Text);
        "MedicalTicketInfo" "PrescriptionIssuerMedicalInstitutionCode" At("extension[prescriber-code].valueString", Form::Text);
        "MedicalTicketInfo" "PrescriptionIssuerMedicalInstitutionName" At("extension[prescriber-name].valueString", Form::Text);
        "MedicalTicketInfo" "InjuryName1" At("extension[injury-1].valueString", Form::Text);
        "MedicalTicketInfo" "InjuryName2" At("extension[injury-2].valueString", Form::Text);
        "MedicalTicketInfo" "InjuryName3" At("extension[injury-3].valueString", Form::Text);
        "MedicalTicketInfo" "MedicalTreatmentType" At("extension[treatment-type].valueCoding", Form::Coding("OQSCD019"));
        "MedicalTicketInfo" "SelfPayAmount" AtOrText("extension[self-pay].valueMoney.value", Form::Decimal, "extension[self-pay-text].valueString");
        "MedicalTicketInfo" "DistrictContactName" At("extension[district-contact].valueString", Form::Text);
        "MedicalTicketInfo" "HandlingContactName" At("extension[handling-contact].valueString", Form::Text);
        "MedicalTicketInfo" "SingleOrCombinedUse" At("extension[single-or-combined].valueCoding", Form::Coding("OQSCD020"));
        "MedicalTicketInfo" "StatusOfSocialInsurance" At("extension[social-insurance].valueCoding", Form::Coding("OQSCD021"));
        "MedicalTicketInfo" "ConsistencyFlag" At("extension[consistency].valueCoding", Form::Coding("OQSCD022"));
        "MedicalTicketInfo" "StatusOfInfecton" At("extension[infection-status].valueCoding", Form::Coding("OQSCD023"));
        "MedicalTicketInfo" "StatusOfElderlyMedicalCare" At("extension[elderly-care].valueCoding", Form::Coding("OQSCD024"));
        "MedicalTicketInfo" "StatusOfPrefecturalExpenses" At("extension[prefectural-expenses].valueCoding", Form::Coding("OQSCD025"));
        "MedicalTicketInfo" "Remarks1" At("extension[remarks-1].valueString", Form::Text);
        "MedicalTicketInfo" "Remarks2" At("extension[remarks-2].valueString", Form::Text);
        "MedicalTicketInfo" "Remarks3" At("extension[remarks-3].valueString", Form::Text);
    }
}

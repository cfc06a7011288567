//! The rows of the eligibility check: OQSsiquc01req and OQSsiquc01res.

use super::To::{As, At, AtOrText, Each, Here, NotTold, Within};
use super::{Row, row};
use crate::fhir::form::Form;

const Q: &str = "QualificationConfirmSearchInfo";

/// What is asked.
pub(super) const REQUEST: &[Row] = &[
    row("EligibilityRequest", "MessageHeader", Here),
    row("EligibilityRequest", "MessageBody", Here),
    row(
        "RequestHeader",
        "QualificationConfirmationDate",
        At("CoverageEligibilityRequest.servicedDate", Form::Day),
    ),
    row(
        "RequestHeader",
        "MedicalInstitutionCode",
        As(
            "the token says which institution asks; where `provider.identifier.value` is there too it must be the same",
        ),
    ),
    row(
        "RequestHeader",
        "ArbitraryFileIdentifier",
        At("CoverageEligibilityRequest.identifier[0].value", Form::Text),
    ),
    row(
        "EligibilityRequestBody",
        "QualificationConfirmSearchInfo",
        Here,
    ),
    row(
        Q,
        "InsurerNumber",
        At(
            "Coverage.payor[insurer].identifier.value",
            Form::InsurerNumber,
        ),
    ),
    row(
        Q,
        "InsuredCardSymbol",
        At("Coverage.extension[symbol].valueString", Form::Text),
    ),
    row(
        Q,
        "InsuredIdentificationNumber",
        At("Coverage.extension[number].valueString", Form::Text),
    ),
    row(
        Q,
        "InsuredBranchNumber",
        At("Coverage.extension[sub-number].valueString", Form::Text),
    ),
    row(Q, "Birthdate", At("Patient.birthDate", Form::Day)),
    row(
        Q,
        "LimitApplicationCertificateRelatedConsFlg",
        At(
            "CoverageEligibilityRequest.extension[limit-certificate-consent].valueBoolean",
            Form::Flag,
        ),
    ),
    row(
        Q,
        "ArbitraryIdentifier",
        NotTold("it tells rows of a bulk request apart, and there is one person here"),
    ),
];

/// How it went.
pub(super) const HEADER: &[Row] = &[
    row("EligibilityResponse", "MessageHeader", Here),
    row("EligibilityResponse", "MessageBody", Here),
    row(
        "EligibilityResponseHeader",
        "ProcessExecutionTime",
        At("CoverageEligibilityResponse.created", Form::Time),
    ),
    row(
        "EligibilityResponseHeader",
        "QualificationConfirmationDate",
        At("CoverageEligibilityResponse.servicedDate", Form::Day),
    ),
    row(
        "EligibilityResponseHeader",
        "MedicalInstitutionCode",
        At(
            "CoverageEligibilityResponse.requestor.identifier.value",
            Form::Text,
        ),
    ),
    row(
        "EligibilityResponseHeader",
        "ArbitraryFileIdentifier",
        At(
            "CoverageEligibilityResponse.identifier[file-identifier].value",
            Form::Text,
        ),
    ),
    row(
        "EligibilityResponseHeader",
        "ReferenceClassification",
        At(
            "CoverageEligibilityResponse.extension[reference-classification].valueCoding",
            Form::Coding("OQSCD002"),
        ),
    ),
    row(
        "EligibilityResponseHeader",
        "SegmentOfResult",
        At("CoverageEligibilityResponse.outcome", Form::Outcome),
    ),
    row(
        "EligibilityResponseHeader",
        "ErrorCode",
        NotTold("what is not done is told by an OperationOutcome"),
    ),
    row(
        "EligibilityResponseHeader",
        "ErrorMessage",
        NotTold("what is not done is told by an OperationOutcome"),
    ),
    row(
        "EligibilityResponseHeader",
        "CharacterCodeIdentifier",
        NotTold("FHIR is always UTF-8"),
    ),
    row(
        "EligibilityResponseBody",
        "QualificationConfirmSearchInfo",
        NotTold("the request is not repeated; `request.identifier` names it"),
    ),
    row(
        "EligibilityResponseBody",
        "PrescriptionIssueSelect",
        At(
            "CoverageEligibilityResponse.extension[prescription-issue-select].valueCoding",
            Form::Coding("OQSCD017"),
        ),
    ),
    row(
        "EligibilityResponseBody",
        "ProcessingResultStatus",
        At("CoverageEligibilityResponse.outcome", Form::Outcome),
    ),
    row(
        "EligibilityResponseBody",
        "ProcessingResultCode",
        At(
            "CoverageEligibilityResponse.extension[processing-result-code].valueString",
            Form::Text,
        ),
    ),
    row(
        "EligibilityResponseBody",
        "ProcessingResultMessage",
        At("CoverageEligibilityResponse.disposition", Form::Text),
    ),
    row(
        "EligibilityResponseBody",
        "QualificationValidity",
        At(
            "CoverageEligibilityResponse.extension[qualification-validity].valueCoding",
            Form::Coding("OQSCD006"),
        ),
    ),
    row(
        "EligibilityResponseBody",
        "ResultList",
        Each("Coverage, Patient"),
    ),
];

/// The person and the coverage.
pub(super) const PERSON: &[Row] = &[
    row(
        "ResultOfQualificationConfirmation",
        "InsuredCardClassification",
        At(
            "Coverage.extension[card-classification].valueCoding",
            Form::Coding("OQSCD010"),
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsurerNumber",
        At(
            "Coverage.payor[insurer].identifier.value",
            Form::InsurerNumber,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsuredCardSymbol",
        At("Coverage.extension[symbol].valueString", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsuredIdentificationNumber",
        At("Coverage.extension[number].valueString", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsuredBranchNumber",
        At("Coverage.extension[sub-number].valueString", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PublicExpenseNumber",
        At(
            "Coverage.extension[public-expense-number].valueString",
            Form::Text,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "BeneficiaryNumber",
        At(
            "Coverage.extension[beneficiary-number].valueString",
            Form::Text,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "WelfareOfficeName",
        At(
            "Coverage.extension[welfare-office-name].valueString",
            Form::Text,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PersonalFamilyClassification",
        At(
            "Coverage.relationship.coding[insured-person-category].code",
            Form::Text,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsuredName",
        At("Coverage.policyHolder.display", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "Name",
        At("Patient.name[IDE].text", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "NameOfOther",
        At("Patient.name[other-IDE].text", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "NameKana",
        At("Patient.name[SYL].text", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "NameOfOtherKana",
        At("Patient.name[other-SYL].text", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "Sex1",
        At("Patient.gender", Form::Sex),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "Sex2",
        At(
            "Patient.extension[sex-on-the-face].valueCoding",
            Form::Coding("OQSCD007"),
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "Birthdate",
        At("Patient.birthDate", Form::Day),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "Address",
        At("Patient.address[home].text", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PostNumber",
        At("Patient.address[home].postalCode", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "QualificationDate",
        At("Coverage.period.start", Form::Day),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "DisqualificationDate",
        At("Coverage.period.end", Form::DayBefore),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsuredCertificateIssuanceDate",
        At("Coverage.extension[card-issued].valueDate", Form::Day),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsuredCardValidDate",
        At("Coverage.extension[card-valid-from].valueDate", Form::Day),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsuredCardExpirationDate",
        At("Coverage.extension[card-valid-until].valueDate", Form::Day),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsuredPartialContributionRatio",
        At(
            "Coverage.costToBeneficiary[copaypct].valueQuantity.value",
            Form::Percent,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PreschoolClassification",
        At(
            "Coverage.extension[preschool].valueCoding",
            Form::Coding("OQSCD015"),
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "ReasonOfLoss",
        At(
            "Coverage.extension[reason-of-loss].valueCoding",
            Form::Coding("OQSCD008"),
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InsurerName",
        At("Coverage.payor[insurer].display", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "ElderlyRecipientCertificateInfo",
        Within("Coverage.extension[elderly-recipient-certificate]"),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "LimitApplicationCertificateRelatedConsFlg",
        At(
            "CoverageEligibilityResponse.extension[limit-certificate-consent].valueBoolean",
            Form::Flag,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "LimitApplicationCertificateRelatedConsTime",
        At(
            "CoverageEligibilityResponse.extension[limit-certificate-consent-time].valueDateTime",
            Form::Time,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "LimitApplicationCertificateRelatedInfo",
        Within("CoverageEligibilityResponse.insurance[0].item[item limit-certificate]"),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "SpecificDiseasesCertificateList",
        Within("CoverageEligibilityResponse.insurance[0].item[item specific-disease-certificate]"),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PublicExpenseResultList",
        Within("CoverageEligibilityResponse.insurance[0].item[item medical-ticket]"),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "ReferenceNumber",
        At("Patient.identifier[reference-number].value", Form::Text),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "QualificationConfirmationKey",
        NotTold("its meaning is not public, and the centre does not send it"),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "ArbitraryIdentifier",
        NotTold("it tells rows of a bulk answer apart"),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "LimitApplicationCertificateChanged",
        NotTold("of bulk answers only"),
    ),
];

/// The consents: flag, time, and until when.
pub(super) const CONSENTS: &[Row] = &[
    row(
        "ResultOfQualificationConfirmation",
        "SpecificDiseasesCertificateRelatedConsFlg",
        At("Consent[consent TSR].status", Form::ConsentStatus),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "SpecificDiseasesCertificateRelatedConsTime",
        At("Consent[consent TSR].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "SpecificHealthCheckupsInfoConsFlg",
        At("Consent[consent TKK].status", Form::ConsentStatus),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "SpecificHealthCheckupsInfoConsTime",
        At("Consent[consent TKK].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "SpecificHealthCheckupsInfoAvailableTime",
        At("Consent[consent TKK].provision.period.end", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PharmacistsInfoConsFlg",
        At("Consent[consent YZK].status", Form::ConsentStatus),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PharmacistsInfoConsTime",
        At("Consent[consent YZK].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PharmacistsInfoAvailableTime",
        At("Consent[consent YZK].provision.period.end", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "DiagnosisInfoConsFlg",
        At("Consent[consent SRJ].status", Form::ConsentStatus),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "DiagnosisInfoConsTime",
        At("Consent[consent SRJ].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "DiagnosisInfoAvailableTime",
        At("Consent[consent SRJ].provision.period.end", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "OperationInfoConsFlg",
        At("Consent[consent SHJ].status", Form::ConsentStatus),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "OperationInfoConsTime",
        At("Consent[consent SHJ].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "OperationInfoAvailableTime",
        At("Consent[consent SHJ].provision.period.end", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "DiagnosisNameConsFlg",
        At("Consent[consent DiagnosisName].status", Form::ConsentStatus),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "DiagnosisNameConsTime",
        At("Consent[consent DiagnosisName].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "DiagnosisNameAvailableTime",
        At(
            "Consent[consent DiagnosisName].provision.period.end",
            Form::Time,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InfectiousInfoConsFlg",
        At(
            "Consent[consent InfectiousInfo].status",
            Form::ConsentStatus,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InfectiousInfoConsTime",
        At("Consent[consent InfectiousInfo].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "InfectiousInfoAvailableTime",
        At(
            "Consent[consent InfectiousInfo].provision.period.end",
            Form::Time,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "AllergyInfoConsFlg",
        At("Consent[consent AllergyInfo].status", Form::ConsentStatus),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "AllergyInfoConsTime",
        At("Consent[consent AllergyInfo].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "AllergyInfoAvailableTime",
        At(
            "Consent[consent AllergyInfo].provision.period.end",
            Form::Time,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "ContraindicationInfoConsFlg",
        At(
            "Consent[consent ContraindicationInfo].status",
            Form::ConsentStatus,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "ContraindicationInfoConsTime",
        At("Consent[consent ContraindicationInfo].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "ContraindicationInfoAvailableTime",
        At(
            "Consent[consent ContraindicationInfo].provision.period.end",
            Form::Time,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "TestInfoConsFlg",
        At("Consent[consent TestInfo].status", Form::ConsentStatus),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "TestInfoConsTime",
        At("Consent[consent TestInfo].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "TestInfoAvailableTime",
        At("Consent[consent TestInfo].provision.period.end", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PrescriptionInfoConsFlg",
        At(
            "Consent[consent PrescriptionInfo].status",
            Form::ConsentStatus,
        ),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PrescriptionInfoConsTime",
        At("Consent[consent PrescriptionInfo].dateTime", Form::Time),
    ),
    row(
        "ResultOfQualificationConfirmation",
        "PrescriptionInfoAvailableTime",
        At(
            "Consent[consent PrescriptionInfo].provision.period.end",
            Form::Time,
        ),
    ),
];

/// The certificates, from where they stand.
pub(super) const CERTIFICATES: &[Row] = &[
    row(
        "ElderlyRecipientCertificateInfo",
        "ElderlyRecipientCertificateDate",
        At("extension[issued].valueDate", Form::Day),
    ),
    row(
        "ElderlyRecipientCertificateInfo",
        "ElderlyRecipientValidStartDate",
        At("extension[valid-from].valueDate", Form::Day),
    ),
    row(
        "ElderlyRecipientCertificateInfo",
        "ElderlyRecipientValidEndDate",
        At("extension[valid-until].valueDate", Form::Day),
    ),
    row(
        "ElderlyRecipientCertificateInfo",
        "ElderlyRecipientContributionRatio",
        At("extension[contribution-ratio].valueDecimal", Form::Percent),
    ),
    row(
        "LimitApplicationCertificateRelatedInfo",
        "LimitApplicationCertificateClassification",
        At(
            "extension[certificate-classification].valueCoding",
            Form::Coding("OQSCD011"),
        ),
    ),
    row(
        "LimitApplicationCertificateRelatedInfo",
        "LimitApplicationCertificateClassificationFlag",
        At(
            "extension[limit-band].valueCoding",
            Form::Coding("OQSCD012"),
        ),
    ),
    row(
        "LimitApplicationCertificateRelatedInfo",
        "LimitApplicationCertificateDate",
        At("extension[issued].valueDate", Form::Day),
    ),
    row(
        "LimitApplicationCertificateRelatedInfo",
        "LimitApplicationCertificateValidStartDate",
        At("extension[valid-from].valueDate", Form::Day),
    ),
    row(
        "LimitApplicationCertificateRelatedInfo",
        "LimitApplicationCertificateValidEndDate",
        At("extension[valid-until].valueDate", Form::Day),
    ),
    row(
        "LimitApplicationCertificateRelatedInfo",
        "LimitApplicationCertificateLongTermDate",
        At("extension[long-term-since].valueDate", Form::Day),
    ),
    row(
        "SpecificDiseasesCertificateInfo",
        "SpecificDiseasesDiseaseCategory",
        At(
            "extension[specific-disease].valueCoding",
            Form::Coding("OQSCD013"),
        ),
    ),
    row(
        "SpecificDiseasesCertificateInfo",
        "SpecificDiseasesCertificateDate",
        At("extension[issued].valueDate", Form::Day),
    ),
    row(
        "SpecificDiseasesCertificateInfo",
        "SpecificDiseasesValidStartDate",
        At("extension[valid-from].valueDate", Form::Day),
    ),
    row(
        "SpecificDiseasesCertificateInfo",
        "SpecificDiseasesValidEndDate",
        At("extension[valid-until].valueDate", Form::Day),
    ),
    row(
        "SpecificDiseasesCertificateInfo",
        "SpecificDiseasesSelfPay",
        AtOrText(
            "extension[self-pay].valueMoney.value",
            Form::Decimal,
            "extension[self-pay-text].valueString",
        ),
    ),
];

/// Tickets of medical assistance, from where they stand.
pub(super) const TICKETS: &[Row] = &[
    row(
        "MedicalTicketInfo",
        "TicketType",
        At(
            "extension[ticket-type].valueCoding",
            Form::Coding("OQSCD018"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "MedicalTicketValidDate",
        At("extension[valid-from].valueDate", Form::Day),
    ),
    row(
        "MedicalTicketInfo",
        "MedicalTicketExpirationDate",
        At("extension[valid-until].valueDate", Form::Day),
    ),
    row(
        "MedicalTicketInfo",
        "IssueNumber",
        At("extension[issue-number].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "MedicalTreatmentMonth",
        At("extension[treatment-month].valueDate", Form::Month),
    ),
    row(
        "MedicalTicketInfo",
        "DesignatedMedicalInstitutionCode",
        At("extension[institution-code].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "DesignatedMedicalInstitutionFlag",
        At(
            "extension[institution-flag].valueCoding",
            Form::Coding("OQSCD026"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "DesignatedMedicalInstitutionName",
        At("extension[institution-name].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "PrescriptionIssuerMedicalInstitutionCode",
        At("extension[prescriber-code].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "PrescriptionIssuerMedicalInstitutionName",
        At("extension[prescriber-name].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "InjuryName1",
        At("extension[injury-1].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "InjuryName2",
        At("extension[injury-2].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "InjuryName3",
        At("extension[injury-3].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "MedicalTreatmentType",
        At(
            "extension[treatment-type].valueCoding",
            Form::Coding("OQSCD019"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "SelfPayAmount",
        AtOrText(
            "extension[self-pay].valueMoney.value",
            Form::Decimal,
            "extension[self-pay-text].valueString",
        ),
    ),
    row(
        "MedicalTicketInfo",
        "DistrictContactName",
        At("extension[district-contact].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "HandlingContactName",
        At("extension[handling-contact].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "SingleOrCombinedUse",
        At(
            "extension[single-or-combined].valueCoding",
            Form::Coding("OQSCD020"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "StatusOfSocialInsurance",
        At(
            "extension[social-insurance].valueCoding",
            Form::Coding("OQSCD021"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "ConsistencyFlag",
        At(
            "extension[consistency].valueCoding",
            Form::Coding("OQSCD022"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "StatusOfInfecton",
        At(
            "extension[infection-status].valueCoding",
            Form::Coding("OQSCD023"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "StatusOfElderlyMedicalCare",
        At(
            "extension[elderly-care].valueCoding",
            Form::Coding("OQSCD024"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "StatusOfPrefecturalExpenses",
        At(
            "extension[prefectural-expenses].valueCoding",
            Form::Coding("OQSCD025"),
        ),
    ),
    row(
        "MedicalTicketInfo",
        "Remarks1",
        At("extension[remarks-1].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "Remarks2",
        At("extension[remarks-2].valueString", Form::Text),
    ),
    row(
        "MedicalTicketInfo",
        "Remarks3",
        At("extension[remarks-3].valueString", Form::Text),
    ),
];

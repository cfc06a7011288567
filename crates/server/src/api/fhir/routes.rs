//! Every route of FHIR, with the function that the permission table is asked for.

use super::{metadata, read, search, submit};
use crate::api::ApiRoute;
use crate::routes::Access;
use onshi_core::Function as F;

macro_rules! routes {
    ($( $method:literal $path:literal $access:expr, $summary:literal => $handler:path; )+) => {
        &[ $( ApiRoute {
            method: $method,
            path: $path,
            access: $access,
            message: None,
            summary: $summary,
            handler: |call| Box::pin($handler(call)),
        }, )+ ]
    };
}

use Access::{Open, Token as ByToken};

/// The routes. What is searched for by a card is sent in a body, never in an address.
pub const ROUTES: &[ApiRoute] = routes! {
    "GET" "/fhir/r4/metadata" Open("what can be asked holds no data"), "CapabilityStatement" => metadata;
    "POST" "/fhir/r4/CoverageEligibilityRequest/$submit" ByToken(F::CheckEligibility), "Check eligibility" => submit;

    "GET" "/fhir/r4/Patient" ByToken(F::CheckEligibility), "Search" => search;
    "POST" "/fhir/r4/Patient/_search" ByToken(F::CheckEligibility), "Search by a card" => search;
    "GET" "/fhir/r4/Patient/{id}" ByToken(F::CheckEligibility), "Read" => read;
    "GET" "/fhir/r4/Coverage" ByToken(F::CheckEligibility), "Search" => search;
    "POST" "/fhir/r4/Coverage/_search" ByToken(F::CheckEligibility), "Search by a card" => search;
    "GET" "/fhir/r4/Coverage/{id}" ByToken(F::CheckEligibility), "Read" => read;

    "GET" "/fhir/r4/MedicationStatement" ByToken(F::FetchMedicalInformation), "Search" => search;
    "POST" "/fhir/r4/MedicationStatement/_search" ByToken(F::FetchMedicalInformation), "Search" => search;
    "GET" "/fhir/r4/MedicationStatement/{id}" ByToken(F::FetchMedicalInformation), "Read" => read;
    "GET" "/fhir/r4/Procedure" ByToken(F::FetchMedicalInformation), "Search" => search;
    "POST" "/fhir/r4/Procedure/_search" ByToken(F::FetchMedicalInformation), "Search" => search;
    "GET" "/fhir/r4/Procedure/{id}" ByToken(F::FetchMedicalInformation), "Read" => read;
    "GET" "/fhir/r4/Observation" ByToken(F::FetchMedicalInformation), "Search" => search;
    "POST" "/fhir/r4/Observation/_search" ByToken(F::FetchMedicalInformation), "Search" => search;
    "GET" "/fhir/r4/Observation/{id}" ByToken(F::FetchMedicalInformation), "Read" => read;
    "GET" "/fhir/r4/DiagnosticReport" ByToken(F::FetchMedicalInformation), "Search" => search;
    "POST" "/fhir/r4/DiagnosticReport/_search" ByToken(F::FetchMedicalInformation), "Search" => search;
    "GET" "/fhir/r4/DiagnosticReport/{id}" ByToken(F::FetchMedicalInformation), "Read" => read;

    "GET" "/fhir/r4/Consent" ByToken(F::ListConsentedPatients), "Search" => search;
    "POST" "/fhir/r4/Consent/_search" ByToken(F::ListConsentedPatients), "Search" => search;
    "GET" "/fhir/r4/Consent/{id}" ByToken(F::ListConsentedPatients), "Read" => read;
    "GET" "/fhir/r4/AuditEvent" ByToken(F::ReadAccessEvents), "Search" => search;
    "POST" "/fhir/r4/AuditEvent/_search" ByToken(F::ReadAccessEvents), "Search" => search;
    "GET" "/fhir/r4/AuditEvent/{id}" ByToken(F::ReadAccessEvents), "Read" => read;
};

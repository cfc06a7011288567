//! Routes of FHIR R4, read only.

use crate::api;
use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use Access::{Open, Token as ByToken};
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    GET "/fhir/r4/metadata" Open("what can be asked holds no data"), fhir, "CapabilityStatement"
        => api::fhir::metadata;
    POST "/fhir/r4/CoverageEligibilityRequest/$submit" ByToken(F::CheckEligibility), fhir_resource, "Check eligibility"
        => api::fhir::submit;
    GET "/fhir/r4/Patient" ByToken(F::CheckEligibility), fhir, "Search" => api::fhir::search;
    POST "/fhir/r4/Patient/_search" ByToken(F::CheckEligibility), fhir_search, "Search by a card"
        => api::fhir::search;
    GET "/fhir/r4/Patient/{id}" ByToken(F::CheckEligibility), fhir, "Read" => api::fhir::read;
    GET "/fhir/r4/Coverage" ByToken(F::CheckEligibility), fhir, "Search" => api::fhir::search;
    POST "/fhir/r4/Coverage/_search" ByToken(F::CheckEligibility), fhir_search, "Search by a card"
        => api::fhir::search;
    GET "/fhir/r4/Coverage/{id}" ByToken(F::CheckEligibility), fhir, "Read" => api::fhir::read;
    GET "/fhir/r4/MedicationStatement" ByToken(F::FetchMedicalInformation), fhir, "Search" => api::fhir::search;
    POST "/fhir/r4/MedicationStatement/_search" ByToken(F::FetchMedicalInformation), fhir_search, "Search"
        => api::fhir::search;
    GET "/fhir/r4/MedicationStatement/{id}" ByToken(F::FetchMedicalInformation), fhir, "Read" => api::fhir::read;
    GET "/fhir/r4/Procedure" ByToken(F::FetchMedicalInformation), fhir, "Search" => api::fhir::search;
    POST "/fhir/r4/Procedure/_search" ByToken(F::FetchMedicalInformation), fhir_search, "Search"
        => api::fhir::search;
    GET "/fhir/r4/Procedure/{id}" ByToken(F::FetchMedicalInformation), fhir, "Read" => api::fhir::read;
    GET "/fhir/r4/Observation" ByToken(F::FetchMedicalInformation), fhir, "Search" => api::fhir::search;
    POST "/fhir/r4/Observation/_search" ByToken(F::FetchMedicalInformation), fhir_search, "Search"
        => api::fhir::search;
    GET "/fhir/r4/Observation/{id}" ByToken(F::FetchMedicalInformation), fhir, "Read" => api::fhir::read;
    GET "/fhir/r4/DiagnosticReport" ByToken(F::FetchMedicalInformation), fhir, "Search" => api::fhir::search;
    POST "/fhir/r4/DiagnosticReport/_search" ByToken(F::FetchMedicalInformation), fhir_search, "Search"
        => api::fhir::search;
    GET "/fhir/r4/DiagnosticReport/{id}" ByToken(F::FetchMedicalInformation), fhir, "Read" => api::fhir::read;
    GET "/fhir/r4/Consent" ByToken(F::ListConsentedPatients), fhir, "Search" => api::fhir::search;
    POST "/fhir/r4/Consent/_search" ByToken(F::ListConsentedPatients), fhir_search, "Search" => api::fhir::search;
    GET "/fhir/r4/Consent/{id}" ByToken(F::ListConsentedPatients), fhir, "Read" => api::fhir::read;
    GET "/fhir/r4/AuditEvent" ByToken(F::ReadAccessEvents), fhir, "Search" => api::fhir::search;
    POST "/fhir/r4/AuditEvent/_search" ByToken(F::ReadAccessEvents), fhir_search, "Search" => api::fhir::search;
    GET "/fhir/r4/AuditEvent/{id}" ByToken(F::ReadAccessEvents), fhir, "Read" => api::fhir::read;
};

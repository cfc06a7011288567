//! Every route, one line each: method, path, who may use it, what goes over it, what answers.
//!
//! A route can't be registered without an [`Access`]. The few that ask nobody say why, and
//! the access matrix in the tests compares all of them with a committed table.

mod fallback;

use crate::api::messages::{
    Check, Checkups, Download, Medicines, RegisterReferenceNumber, Upload, WithdrawConsent,
};
use crate::http::extract::FORM_BYTES_MAX;
use crate::http::pipeline::Pipeline;
use crate::http::route::Handler;
use crate::http::site::Site;
use crate::state::Centre;
use crate::{api, web};
use onshi_core::Function;
use onshi_wire::MessageKind;
use onshi_wire::messages::{
    BulkEligibilityRequest, BulkReferenceNumberRequest, HomeVisitListRequest, OnlineListRequest,
    TicketListRequest,
};
use std::sync::{Arc, LazyLock};

pub use crate::http::access::{Access, FhirSends, Kind};
pub use crate::http::route::Route;

macro_rules! routes {
    ($( $method:ident $path:literal $access:expr, $kind:ident $(($of:expr))? $(, $summary:literal)?
        => $handler:path; )+) => {
        &[ $( Route {
            method: stringify!($method),
            path: $path,
            access: $access,
            kind: routes!(@kind $kind $($of)?),
            summary: concat!($($summary)?),
            handler: routes!(@handler $kind $handler),
        }, )+ ]
    };
    (@kind page) => { Kind::Page { form_bytes_max: FORM_BYTES_MAX } };
    (@kind page $most:expr) => { Kind::Page { form_bytes_max: $most } };
    (@kind file) => { Kind::File };
    (@kind message $message:expr) => { Kind::Message($message) };
    (@kind json) => { Kind::Json };
    (@kind upload) => { Kind::Upload };
    (@kind document) => { Kind::Document };
    (@kind fhir) => { Kind::Fhir(FhirSends::Nothing) };
    (@kind fhir_search) => { Kind::Fhir(FhirSends::Search) };
    (@kind fhir_resource) => { Kind::Fhir(FhirSends::Resource) };
    (@handler page $handler:path) => { Handler::Screen(|call| Box::pin($handler(call))) };
    (@handler file $handler:path) => { Handler::Screen(|call| Box::pin($handler(call))) };
    (@handler $kind:ident $handler:path) => { Handler::Program(|call| Box::pin($handler(call))) };
}

use Access::{
    Insurer as ByInsurer, Open, Session as LoggedInFor, Terminal as AtTerminal, Token as ByToken,
};
use Function as F;
use MessageKind as M;

/// Every route of the centre: the screens, and the Web API. Of the Web API's paths those of the log-in
/// (`…/auth`) and of the check (`…/search`) are the real system's; all others are ours, since the real
/// ones are not public.
pub const CENTRE: &[Route] = routes! {
    GET "/health" Open("a balancer asks whether the centre is alive"), file => web::entry::health;
    GET "/assets/{file}" Open("styles and scripts hold no data"), file => web::entry::asset;
    GET "/terminal/standing" Open("a terminal asks what its certificate is worth"), file
        => web::entry::standing;

    GET "/" AtTerminal(F::LogIn), page => web::entry::start;
    GET "/web/login" AtTerminal(F::LogIn), page => web::login::form;
    POST "/web/login" AtTerminal(F::LogIn), page => web::login::log_in;
    POST "/web/login/takeover" AtTerminal(F::LogIn), page => web::login::take_over;
    GET "/web/signed-out" AtTerminal(F::LogIn), page => web::login::signed_out;
    POST "/web/logout" LoggedInFor(F::LogOut), page => web::login::log_out;

    GET "/web/menu" LoggedInFor(F::OpenMenu), page => web::entry::menu;
    GET "/web/password" LoggedInFor(F::ChangeOwnPassword), page => web::password::form;
    POST "/web/password" LoggedInFor(F::ChangeOwnPassword), page => web::password::change;
    GET "/web/logins" LoggedInFor(F::ReadOwnLogins), page => web::logins::list;
    GET "/web/master-reset" LoggedInFor(F::ResetMasterPassword), page => web::login::master_reset::form;
    POST "/web/master-reset" LoggedInFor(F::ResetMasterPassword), page => web::login::master_reset::reset;

    GET "/web/eligibility" LoggedInFor(F::CheckEligibility), page => web::eligibility::form;
    POST "/web/eligibility" LoggedInFor(F::CheckEligibility), page => web::eligibility::check;
    GET "/web/eligibility/today" LoggedInFor(F::ListTodaysChecks), page => web::eligibility::today::list;
    GET "/web/eligibility/today.csv" LoggedInFor(F::ListTodaysChecks), file => web::eligibility::today::csv;
    GET "/web/eligibility/today/{check}" LoggedInFor(F::OpenCheck), page => web::eligibility::today::open;
    GET "/web/reference-number" LoggedInFor(F::RegisterReferenceNumber), page
        => web::eligibility::reference::form;
    POST "/web/reference-number" LoggedInFor(F::RegisterReferenceNumber), page
        => web::eligibility::reference::register;
    GET "/web/bulk" LoggedInFor(F::CheckEligibilityInBulk), page => web::bulk::list;
    POST "/web/bulk" LoggedInFor(F::CheckEligibilityInBulk), page(web::bulk::FORM_BYTES_MAX)
        => web::bulk::upload;
    GET "/web/bulk/{number}" LoggedInFor(F::CheckEligibilityInBulk), page => web::bulk::show;
    GET "/web/bulk/{number}/{file}" LoggedInFor(F::CheckEligibilityInBulk), file => web::bulk::export;

    GET "/web/medical" LoggedInFor(F::ListConsentedPatients), page => web::medical::list;
    GET "/web/medical/{person}/medicines" LoggedInFor(F::ViewMedicalInformation), page
        => web::medical::medicines::show;
    GET "/web/medical/{person}/medicines.pdf" LoggedInFor(F::ViewMedicalInformation), file
        => web::medical::pdf::medicines;
    GET "/web/medical/{person}/treatment" LoggedInFor(F::ViewMedicalInformation), page
        => web::medical::treatment::show;
    GET "/web/medical/{person}/treatment.pdf" LoggedInFor(F::ViewMedicalInformation), file
        => web::medical::pdf::treatment;
    GET "/web/medical/{person}/checkups" LoggedInFor(F::ViewMedicalInformation), page
        => web::medical::checkups::show;
    GET "/web/medical/{person}/checkups.pdf" LoggedInFor(F::ViewMedicalInformation), file
        => web::medical::pdf::checkups;

    GET "/web/emergency/medical" LoggedInFor(F::ViewInDisaster), page => web::emergency::search::form;
    POST "/web/emergency/medical" LoggedInFor(F::ViewInDisaster), page => web::emergency::search::find;
    POST "/web/emergency/medical/use" LoggedInFor(F::ViewInDisaster), page => web::emergency::choose::view;
    GET "/web/emergency/medical/{use}/medicines" LoggedInFor(F::ViewInDisaster), page
        => web::medical::medicines::show;
    GET "/web/emergency/medical/{use}/medicines.pdf" LoggedInFor(F::ViewInDisaster), file
        => web::medical::pdf::medicines;
    GET "/web/emergency/medical/{use}/treatment" LoggedInFor(F::ViewInDisaster), page
        => web::medical::treatment::show;
    GET "/web/emergency/medical/{use}/treatment.pdf" LoggedInFor(F::ViewInDisaster), file
        => web::medical::pdf::treatment;
    GET "/web/emergency/medical/{use}/checkups" LoggedInFor(F::ViewInDisaster), page
        => web::medical::checkups::show;
    GET "/web/emergency/medical/{use}/checkups.pdf" LoggedInFor(F::ViewInDisaster), file
        => web::medical::pdf::checkups;
    GET "/web/emergency/eligibility" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::search::form;
    POST "/web/emergency/eligibility" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::search::find;
    POST "/web/emergency/eligibility/use" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::choose::check;
    GET "/web/emergency/eligibility/{use}" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::eligibility::show;
    GET "/web/emergency/uses" LoggedInFor(F::ReviewOwnEmergencyUse), page => web::emergency::uses::list;
    POST "/web/emergency/uses/{use}" LoggedInFor(F::ReviewOwnEmergencyUse), page
        => web::emergency::uses::review;
    GET "/web/emergency/report" LoggedInFor(F::ReportEmergencyUse), page => web::emergency::report::show;
    GET "/web/emergency/report.pdf" LoggedInFor(F::ReportEmergencyUse), file => web::emergency::report::pdf;
    GET "/web/emergency/requests" LoggedInFor(F::RequestOpening), page => web::emergency::requests::list;
    POST "/web/emergency/requests" LoggedInFor(F::RequestOpening), page
        => web::emergency::requests::request;

    GET "/web/administrators" LoggedInFor(F::ListAdministrators), page => web::accounts::list;
    GET "/web/administrators/new" LoggedInFor(F::ManageAdministrators), page => web::accounts::register::form;
    POST "/web/administrators" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::register::register;
    GET "/web/administrators/{id}" LoggedInFor(F::ListAdministrators), page => web::accounts::show;
    POST "/web/administrators/{id}" LoggedInFor(F::ManageAdministrators), page => web::accounts::edit;
    GET "/web/administrators/{id}/{action}" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::actions::confirm;
    POST "/web/administrators/{id}/{action}" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::actions::perform;

    GET "/web/accounts" LoggedInFor(F::ListAccounts), page => web::accounts::list;
    GET "/web/accounts/new" LoggedInFor(F::ManageAccounts), page => web::accounts::register::form;
    POST "/web/accounts" LoggedInFor(F::ManageAccounts), page => web::accounts::register::register;
    GET "/web/accounts/{id}" LoggedInFor(F::ListAccounts), page => web::accounts::show;
    POST "/web/accounts/{id}" LoggedInFor(F::ManageAccounts), page => web::accounts::edit;
    GET "/web/accounts/{id}/{action}" LoggedInFor(F::ManageAccounts), page => web::accounts::actions::confirm;
    POST "/web/accounts/{id}/{action}" LoggedInFor(F::ManageAccounts), page
        => web::accounts::actions::perform;

    GET "/web/certificates" LoggedInFor(F::ListCertificates), page => web::certificates::list;
    GET "/web/account-history" LoggedInFor(F::ReadAccountHistory), page => web::history::list;
    GET "/web/account-history.csv" LoggedInFor(F::ReadAccountHistory), file => web::history::csv;
    GET "/web/history" LoggedInFor(F::ReadAuditLog), page => web::history::list;
    GET "/web/history.csv" LoggedInFor(F::ReadAuditLog), file => web::history::csv;

    POST "/oqs-api-pro/MSA12020/ILI12020SV01/auth" AtTerminal(F::LogInToApi), json,
        "Log in with a Web API or linked-application account, for tokens" => api::auth::log_in;
    POST "/oqs-api-pro/MSA12020/ILI12020SV01/refresh" AtTerminal(F::LogInToApi), json,
        "New tokens for a refresh token (path simulated)" => api::auth::refresh;
    POST "/oqs-api-pro/MSA01030/ILI01030SV01/search" ByToken(F::CheckEligibility), message(M::EligibilityRequest),
        "Check eligibility by card face" => api::messages::answer::<Check>;

    POST "/onshi/v1/messages/OQSsiquc01" ByToken(F::CheckEligibility), message(M::EligibilityRequest),
        "Check eligibility by card face" => api::messages::answer::<Check>;
    POST "/onshi/v1/messages/OQSsiimm01" ByToken(F::RegisterReferenceNumber), message(M::ReferenceNumberRequest),
        "Register a reference number" => api::messages::answer::<RegisterReferenceNumber>;
    POST "/onshi/v1/messages/OQSmuquc01" ByToken(F::CheckEligibilityInBulk), message(M::BulkUploadRequest),
        "Upload a bulk check" => api::messages::answer::<Upload<BulkEligibilityRequest>>;
    POST "/onshi/v1/messages/OQSmuquc02" ByToken(F::CheckEligibilityInBulk), message(M::BulkDownloadRequest),
        "Fetch a bulk check" => api::messages::answer::<Download<BulkEligibilityRequest>>;
    POST "/onshi/v1/messages/OQSmuimm01" ByToken(F::RegisterReferenceNumber), message(M::ReferenceUploadRequest),
        "Upload many reference numbers" => api::messages::answer::<Upload<BulkReferenceNumberRequest>>;
    POST "/onshi/v1/messages/OQSmuimm02" ByToken(F::RegisterReferenceNumber), message(M::ReferenceDownloadRequest),
        "Fetch how many registrations went" => api::messages::answer::<Download<BulkReferenceNumberRequest>>;
    POST "/onshi/v1/messages/OQSmutic01" ByToken(F::CheckEligibilityInBulk), message(M::TicketUploadRequest),
        "Ask who has a ticket of medical assistance here"
        => api::messages::answer::<Upload<TicketListRequest>>;
    POST "/onshi/v1/messages/OQSmutic02" ByToken(F::CheckEligibilityInBulk), message(M::TicketDownloadRequest),
        "Fetch who has one" => api::messages::answer::<Download<TicketListRequest>>;
    POST "/onshi/v1/messages/OQSmuhvq01" ByToken(F::CheckEligibilityInBulk), message(M::HomeVisitUploadRequest),
        "Ask who has consented at home" => api::messages::answer::<Upload<HomeVisitListRequest>>;
    POST "/onshi/v1/messages/OQSmuhvq02" ByToken(F::CheckEligibilityInBulk), message(M::HomeVisitDownloadRequest),
        "Fetch who has" => api::messages::answer::<Download<HomeVisitListRequest>>;
    POST "/onshi/v1/messages/OQSmuonq01" ByToken(F::CheckEligibilityInBulk), message(M::OnlineUploadRequest),
        "Ask who has consented online" => api::messages::answer::<Upload<OnlineListRequest>>;
    POST "/onshi/v1/messages/OQSmuonq02" ByToken(F::CheckEligibilityInBulk), message(M::OnlineDownloadRequest),
        "Fetch who has" => api::messages::answer::<Download<OnlineListRequest>>;
    POST "/onshi/v1/messages/OQSsihvd01" ByToken(F::WithdrawConsentAtHome), message(M::WithdrawalRequest),
        "Take back a consent given at home" => api::messages::answer::<WithdrawConsent>;
    POST "/onshi/v1/messages/YZKsiquc01" ByToken(F::FetchMedicalInformation), message(M::MedicinesRequest),
        "Fetch medicines and treatment (needs consent)" => api::messages::answer::<Medicines>;
    POST "/onshi/v1/messages/TKKsiquc01" ByToken(F::FetchMedicalInformation), message(M::CheckupRequest),
        "Fetch check-ups (needs consent)" => api::messages::answer::<Checkups>;

    POST "/onshi/v1/reader/consents" ByToken(F::RecordConsent), json,
        "Record what somebody says at the card reader, and check eligibility" => api::reader::consent;
    POST "/onshi/v1/reader/withdrawals" ByToken(F::RecordConsent), json,
        "Take back what somebody agreed to, at the card reader" => api::reader::withdraw;
    POST "/onshi/v1/reader/results" ByToken(F::TakeReaderResults), json,
        "Wait for results of the card reader, for the institution's folder" => api::reader::results;
    POST "/onshi/v1/reader/results/delivered" ByToken(F::TakeReaderResults), json,
        "Say that a result lies in the folder" => api::reader::delivered;

    POST "/onshi/v1/insurers/{insurer_number}/records" ByInsurer(F::ReportInsuredPersons), upload,
        "Report insured persons, as JSON lines or CSV" => api::insurer::take_insured;
    POST "/onshi/v1/insurers/{insurer_number}/medical-records" ByInsurer(F::ReportMedicalRecords), upload,
        "Report medical records of insured persons, as JSON lines" => api::insurer::take_medical;
    GET "/onshi/v1/insurers/{insurer_number}/status" ByInsurer(F::ReadReportStatus), document,
        "See for which day an insurer's data is true, and its last report" => api::insurer::status;

    GET "/onshi/v1/openapi.json" Open("the description of the API holds no data"), document, "This description"
        => api::openapi::document;
    GET "/onshi/v1/docs" Open("the description of the API holds no data"), document, "The same, to read"
        => api::openapi::page;

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

/// Every route of the public portal.
pub const PORTAL: &[Route] = routes! {
    GET "/" Open("the portal is for anybody"), page => web::portal::home;
    GET "/ca.pem" Open("whoever connects needs to trust the authority"), file => web::portal::authority;
    GET "/assets/{file}" Open("styles and scripts hold no data"), file => web::entry::asset;
    GET "/health" Open("a balancer asks whether the portal is alive"), file => web::entry::health;
};

/// Every route of the address for programs without a certificate: the messages, and nothing else.
pub static MESSAGES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let alone = |route: &Route| match (route.access, route.kind) {
        (Access::Token(function), Kind::Message(_)) => Some(Route {
            access: Access::TokenAlone(function),
            ..*route
        }),
        _ => None,
    };
    CENTRE.iter().filter_map(alone).collect()
});

/// The centre's routes for people: pages and files.
pub fn screens() -> impl Iterator<Item = &'static Route> {
    CENTRE.iter().filter(|route| route.kind.is_for_people())
}

/// The centre's routes for programs: the Web API.
pub fn programs() -> impl Iterator<Item = &'static Route> {
    CENTRE.iter().filter(|route| route.kind.is_of_the_web_api())
}

/// The same in FHIR. What is searched for by a card is sent in a body, never in an address.
pub fn fhir() -> impl Iterator<Item = &'static Route> {
    CENTRE
        .iter()
        .filter(|route| matches!(route.kind, Kind::Fhir(_)))
}

fn pipeline(centre: &Arc<Centre>, routes: &'static [Route]) -> Arc<Pipeline> {
    Arc::new(Pipeline {
        centre: centre.clone(),
        routes,
        to_people: &web::errors::Pages,
        to_programs: &api::problem::Problems,
    })
}

/// What the centre answers.
pub fn centre(centre: &Arc<Centre>) -> Site {
    Site::new(pipeline(centre, CENTRE), |router| {
        fallback::for_all(router, centre)
    })
}

/// What the portal answers.
pub fn portal(centre: &Arc<Centre>) -> Site {
    Site::new(pipeline(centre, PORTAL), |router| {
        fallback::for_all(router, centre)
    })
}

/// What is answered at the address for programs without a certificate.
pub fn messages_alone(centre: &Arc<Centre>) -> Site {
    Site::new(pipeline(centre, &MESSAGES), |router| {
        fallback::for_messages(router, centre)
    })
}

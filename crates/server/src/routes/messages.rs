//! Routes of the Web API: its log-in and its messages.

use crate::api;
use crate::api::messages::{
    Check, CheckAtHome, Checkups, Download, EmergencyCheck, FetchAccessUrl, InquireEnvironment,
    Medicines, RegisterReferenceNumber, UpdateEnvironment, Upload, WithdrawConsent,
};
use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use Access::{Terminal as AtTerminal, Token as ByToken};
use onshi_core::Function as F;
use onshi_wire::MessageKind as M;
use onshi_wire::messages::{
    BulkEligibilityRequest, BulkReferenceNumberRequest, HomeVisitListRequest, OnlineListRequest,
    TicketListRequest,
};

/// Of their paths those of the log-in (`…/auth`) and of the check (`…/search`) are the real system's; all others
/// are ours, since the real ones are not public.
pub(super) const ROUTES: &[Route] = routes! {
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
    POST "/onshi/v1/messages/OQSsihvq01" ByToken(F::CheckEligibilityAtHome), message(M::HomeVisitCheckRequest),
        "Check again on a consent given at home" => api::messages::answer::<CheckAtHome>;
    POST "/onshi/v1/messages/OQSsihvd01" ByToken(F::WithdrawConsentAtHome), message(M::WithdrawalRequest),
        "Take back a consent given at home" => api::messages::answer::<WithdrawConsent>;
    POST "/onshi/v1/messages/OQSsiurl01" ByToken(F::FetchHomeAddress), message(M::AccessUrlRequest),
        "Fetch the institution's own address for patients at home, as PDF or PNG"
        => api::messages::answer::<FetchAccessUrl>;
    POST "/onshi/v1/messages/OQSsiinq01" ByToken(F::InquireEnvironment), message(M::EnvironmentInquiry),
        "Ask for the institution's settings" => api::messages::answer::<InquireEnvironment>;
    POST "/onshi/v1/messages/OQSsiupd01" ByToken(F::UpdateEnvironmentByMessage), message(M::EnvironmentUpdate),
        "Update the institution's settings" => api::messages::answer::<UpdateEnvironment>;
    POST "/onshi/v1/messages/OQSsiemv01" ByToken(F::CheckInEmergencyCare), message(M::EmergencyCheckRequest),
        "Check eligibility in emergency care, and declare who looks and why (name simulated)"
        => api::messages::answer::<EmergencyCheck>;
    POST "/onshi/v1/messages/YZKsiquc01" ByToken(F::FetchMedicalInformation), message(M::MedicinesRequest),
        "Fetch medicines and treatment (needs consent, or a check in emergency care)" => api::messages::answer::<Medicines>;
    POST "/onshi/v1/messages/TKKsiquc01" ByToken(F::FetchMedicalInformation), message(M::CheckupRequest),
        "Fetch check-ups (needs consent, or a check in emergency care)" => api::messages::answer::<Checkups>;
};

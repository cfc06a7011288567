//! Routes for other programs: card readers, insurers, enrolment, the description of the API.

use crate::api;
use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use Access::{
    Enrolment as ByEnrolmentCode, Insurer as ByInsurer, Open, Terminal as AtTerminal,
    Token as ByToken,
};
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    POST "/onshi/v1/reader/status" ByToken(F::ReportReader), json,
        "Ask what holds at the card reader, and say what runs there" => api::reader::status;
    POST "/onshi/v1/reader/challenges" ByToken(F::PresentCard), json,
        "Ask what a card is to sign" => api::reader::challenge;
    POST "/onshi/v1/reader/cards" ByToken(F::PresentCard), json,
        "Show a card that signed, and its holder's way of verification" => api::reader::card;
    POST "/onshi/v1/reader/registrations" ByToken(F::RegisterCard), json,
        "Register the card of a visit as insurance card" => api::reader::register;
    POST "/onshi/v1/reader/troubles" ByToken(F::ReportReader), json,
        "Say what ended a patient's try at the card reader" => api::reader::trouble;
    POST "/onshi/v1/reader/consents" ByToken(F::RecordConsent), json,
        "Record what somebody says at the card reader, and check eligibility" => api::reader::consent;
    POST "/onshi/v1/reader/withdrawals" ByToken(F::RecordConsent), json,
        "Take back what somebody agreed to, at the card reader" => api::reader::withdraw;
    POST "/onshi/v1/reader/certificate" ByToken(F::RenewReaderCertificate), json,
        "Renew the card reader's certificate before its end" => api::reader::renew;
    POST "/onshi/v1/reader/certificate/used" ByToken(F::RenewReaderCertificate), json,
        "Say that the renewed certificate is in use" => api::reader::renewal_used;
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
    POST "/onshi/v1/enrolment" ByEnrolmentCode(F::Enrol), json,
        "Fetch a certificate for a key of one's own, by a code" => api::enrolment::enrol;
    POST "/onshi/v1/activation" AtTerminal(F::ActivateAccount), json,
        "Choose the first password of a program's account, with its one-time activation" => api::activation::activate;
    POST "/onshi/v1/certificates/renewal" AtTerminal(F::RenewCertificate), json,
        "Renew the terminal's certificate before its end" => api::enrolment::renew;
    POST "/onshi/v1/certificates/renewal/used" AtTerminal(F::RenewCertificate), json,
        "Say that the renewed certificate is in use" => api::enrolment::used;
    GET "/onshi/v1/openapi.json" Open("the description of the API holds no data"), document, "This description"
        => api::openapi::document;
    GET "/onshi/v1/docs" Open("the description of the API holds no data"), document,
        "The guide for those who write programs, with all of it to read" => api::openapi::page;
    GET "/onshi/v1/docs/en" Open("the description of the API holds no data"), document, "The same in English"
        => api::openapi::page_in_english;
};

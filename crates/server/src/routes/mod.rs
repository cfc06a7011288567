//! Every route, one line each: method, path, who may use it, what goes over it, what answers.
//!
//! A route can't be registered without an [`Access`]. The few that ask nobody say why, and
//! the access matrix in the tests compares all of them with a committed table.

mod fallback;
mod line;
pub mod sites;

use crate::api::messages::{
    Check, CheckAtHome, Checkups, Download, EmergencyCheck, InquireEnvironment, Medicines,
    RegisterReferenceNumber, UpdateEnvironment, Upload, WithdrawConsent,
};
use crate::routes::line::routes;
use crate::{api, web};
use onshi_core::Function;
use onshi_wire::MessageKind;
use onshi_wire::messages::{
    BulkEligibilityRequest, BulkReferenceNumberRequest, HomeVisitListRequest, OnlineListRequest,
    TicketListRequest,
};
use std::sync::LazyLock;

pub use crate::http::access::{Access, FhirSends, Kind};
pub use crate::http::route::Route;

mod portal;

pub use portal::PORTAL;

use Access::{
    Enrolment as ByEnrolmentCode, Insurer as ByInsurer, Open, Session as LoggedInFor,
    Terminal as AtTerminal, Token as ByToken,
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
    POST "/web/login/second" AtTerminal(F::LogIn), page => web::login::second::pass;
    POST "/web/login/takeover" AtTerminal(F::LogIn), page => web::login::take_over;
    GET "/web/signed-out" AtTerminal(F::LogIn), page => web::login::signed_out;
    GET "/web/activation" AtTerminal(F::ActivateAccount), page => web::activation::form;
    POST "/web/activation" AtTerminal(F::ActivateAccount), page => web::activation::test;
    POST "/web/activation/password" AtTerminal(F::ActivateAccount), page => web::activation::activate;
    POST "/web/logout" LoggedInFor(F::LogOut), page => web::login::log_out;

    GET "/web/menu" LoggedInFor(F::OpenMenu), page => web::entry::menu;

    GET "/web/eligibility" LoggedInFor(F::CheckEligibility), page,
        menu(Eligibility, "資格確認（券面情報）", "保険者番号・記号・番号・生年月日で、資格を確認します。")
        => web::eligibility::form;
    POST "/web/eligibility" LoggedInFor(F::CheckEligibility), page => web::eligibility::check;
    GET "/web/eligibility/today" LoggedInFor(F::ListTodaysChecks), page,
        menu(Eligibility, "本日の資格確認", "きょう、この医療機関等で確認した結果の一覧です。")
        => web::eligibility::today::list;
    GET "/web/eligibility/today.csv" LoggedInFor(F::ListTodaysChecks), file => web::eligibility::today::csv;
    GET "/web/eligibility/today/{check}" LoggedInFor(F::OpenCheck), page => web::eligibility::today::open;
    GET "/web/arrivals" LoggedInFor(F::ListArrivals), page,
        menu(Eligibility, "来院一覧", "きょう、顔認証付きカードリーダーで受付をした方の一覧です。")
        => web::arrivals::list;
    GET "/web/arrivals/changed" LoggedInFor(F::ListArrivals), file => web::arrivals::changed;
    GET "/web/readers" LoggedInFor(F::SwitchReaderMode), page,
        menu(Eligibility, "顔認証付きカードリーダー操作",
            "目視確認用パスコードの発行と、カードリーダーのモードの切り替えを行います。")
        => web::readers::list;
    POST "/web/readers" LoggedInFor(F::SwitchReaderMode), page => web::readers::switch;
    POST "/web/readers/passcode" LoggedInFor(F::IssueByEyePasscode), page => web::readers::passcode;
    GET "/web/reference-number" LoggedInFor(F::RegisterReferenceNumber), page,
        menu(Eligibility, "照会番号登録", "この医療機関等の患者番号を、資格に結び付けます。")
        => web::eligibility::reference::form;
    POST "/web/reference-number" LoggedInFor(F::RegisterReferenceNumber), page
        => web::eligibility::reference::register;
    GET "/web/bulk" LoggedInFor(F::CheckEligibilityInBulk), page,
        menu(Eligibility, "一括照会", "予約の方などをまとめて確認し、結果を受け取ります。")
        => web::bulk::list;
    POST "/web/bulk" LoggedInFor(F::CheckEligibilityInBulk), page(web::bulk::FORM_BYTES_MAX)
        => web::bulk::upload;
    GET "/web/bulk/{number}" LoggedInFor(F::CheckEligibilityInBulk), page => web::bulk::show;
    GET "/web/bulk/{number}/{file}" LoggedInFor(F::CheckEligibilityInBulk), file => web::bulk::export;

    GET "/web/medical" LoggedInFor(F::ListConsentedPatients), page,
        menu(Medical, "同意取得済み患者一覧", "同意のある患者の、薬剤・診療・手術・特定健診の情報を見ます。")
        => web::medical::list;
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

    GET "/web/emergency/medical" LoggedInFor(F::ViewInDisaster), page,
        menu(Emergency, "災害時医療情報閲覧", "カードがない患者の、薬剤・診療・手術・特定健診の情報を見ます。")
        => web::emergency::search::form;
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
    GET "/web/emergency/eligibility" LoggedInFor(F::CheckEligibilityInFailure), page,
        menu(Emergency, "資格情報照会（システム障害時）", "券面か4項目で、きょうまたは過去の日の資格を照会します。")
        => web::emergency::search::form;
    POST "/web/emergency/eligibility" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::search::find;
    POST "/web/emergency/eligibility/use" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::choose::check;
    GET "/web/emergency/eligibility/{use}" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::eligibility::show;
    GET "/web/emergency/requests" LoggedInFor(F::RequestOpening), page,
        menu(Emergency, "障害・災害時機能の開放の依頼", "実施機関に開放を依頼し、その結果を確認します。")
        => web::emergency::requests::list;
    POST "/web/emergency/requests" LoggedInFor(F::RequestOpening), page
        => web::emergency::requests::request;
    GET "/web/emergency/uses" LoggedInFor(F::ReviewOwnEmergencyUse), page,
        menu(Emergency, "障害・災害時の利用の点検", "だれが、どの患者に、何の理由で使ったかを点検します。")
        => web::emergency::uses::list;
    POST "/web/emergency/uses/{use}" LoggedInFor(F::ReviewOwnEmergencyUse), page
        => web::emergency::uses::review;
    GET "/web/emergency/report" LoggedInFor(F::ReportEmergencyUse), page,
        menu(Emergency, "利用報告書", "期間を指定して、利用報告書を作成します。PDFにできます。")
        => web::emergency::report::show;
    GET "/web/emergency/report.pdf" LoggedInFor(F::ReportEmergencyUse), file => web::emergency::report::pdf;

    GET "/web/administrators/new" LoggedInFor(F::ManageAdministrators), page,
        menu(Accounts, "アカウント管理（登録）", "管理アカウントを登録します。")
        => web::accounts::register::form;
    GET "/web/administrators/bulk" LoggedInFor(F::ManageAdministrators), page,
        menu(Accounts, "アカウント管理（一括登録）", "表（Excel・CSV）から、管理アカウントをまとめて登録します。")
        => web::accounts::bulk::form;
    POST "/web/administrators/bulk" LoggedInFor(F::ManageAdministrators), page(web::accounts::bulk::FORM_BYTES_MAX)
        => web::accounts::bulk::register;
    GET "/web/administrators/bulk/{file}" LoggedInFor(F::ManageAdministrators), file => web::accounts::bulk::template::file;
    GET "/web/administrators" LoggedInFor(F::ListAdministrators), page,
        menu(Accounts, "アカウント管理（一覧）", "管理アカウントの変更、停止、ロック解除、パスワード初期化を行います。")
        => web::accounts::list;
    POST "/web/administrators" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::register::register;
    GET "/web/administrators/{id}" LoggedInFor(F::ListAdministrators), page => web::accounts::show;
    POST "/web/administrators/{id}" LoggedInFor(F::ManageAdministrators), page => web::accounts::edit;
    GET "/web/administrators/{id}/{action}" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::actions::confirm;
    POST "/web/administrators/{id}/{action}" LoggedInFor(F::ManageAdministrators), page
        => web::accounts::actions::perform;

    GET "/web/account-history" LoggedInFor(F::ReadAccountHistory), page,
        menu(Accounts, "アカウント操作履歴", "ログインとアカウントの変更の記録を確認します。")
        => web::history::list;
    GET "/web/account-history.csv" LoggedInFor(F::ReadAccountHistory), file => web::history::csv;

    GET "/web/accounts/new" LoggedInFor(F::ManageAccounts), page,
        menu(Accounts, "アカウント管理（登録）", "一般、医療情報閲覧、連携アプリ用、Web API用、顔認証用のアカウントを登録します。")
        => web::accounts::register::form;
    GET "/web/accounts/bulk" LoggedInFor(F::ManageAccounts), page,
        menu(Accounts, "アカウント管理（一括登録）", "表（Excel・CSV）から、アカウントをまとめて登録します。")
        => web::accounts::bulk::form;
    POST "/web/accounts/bulk" LoggedInFor(F::ManageAccounts), page(web::accounts::bulk::FORM_BYTES_MAX)
        => web::accounts::bulk::register;
    GET "/web/accounts/bulk/{file}" LoggedInFor(F::ManageAccounts), file => web::accounts::bulk::template::file;
    GET "/web/accounts" LoggedInFor(F::ListAccounts), page,
        menu(Accounts, "アカウント管理（一覧）", "登録したアカウントの変更、停止、ロック解除、パスワード初期化を行います。")
        => web::accounts::list;
    POST "/web/accounts" LoggedInFor(F::ManageAccounts), page => web::accounts::register::register;
    GET "/web/accounts/{id}" LoggedInFor(F::ListAccounts), page => web::accounts::show;
    POST "/web/accounts/{id}" LoggedInFor(F::ManageAccounts), page => web::accounts::edit;
    GET "/web/accounts/{id}/{action}" LoggedInFor(F::ManageAccounts), page => web::accounts::actions::confirm;
    POST "/web/accounts/{id}/{action}" LoggedInFor(F::ManageAccounts), page
        => web::accounts::actions::perform;

    GET "/web/account-review" LoggedInFor(F::ReviewAccounts), page,
        menu(Accounts, "アカウントの棚卸し", "使われていないアカウントなどを見つけ、まとめて停止・廃止し、記録に署名します。")
        => web::account_review::list;
    POST "/web/account-review" LoggedInFor(F::ReviewAccounts), page => web::account_review::act;
    GET "/web/account-review/{review}" LoggedInFor(F::ReviewAccounts), file
        => web::account_review::record::pdf;

    GET "/web/master-reset" LoggedInFor(F::ResetMasterPassword), page,
        menu(Accounts, "マスタパスワード初期化", "秘密の番号を使って、マスタアカウントのパスワードを初期化します。")
        => web::login::master_reset::form;
    POST "/web/master-reset" LoggedInFor(F::ResetMasterPassword), page => web::login::master_reset::reset;
    GET "/web/password" LoggedInFor(F::ChangeOwnPassword), page,
        menu(Accounts, "パスワード変更", "ログインしているアカウントのパスワードを変更します。")
        => web::password::form;
    POST "/web/password" LoggedInFor(F::ChangeOwnPassword), page => web::password::change;
    GET "/web/second-factor" LoggedInFor(F::ManageOwnSecondFactor), page,
        menu(Accounts, "二要素認証", "ログインのときに、認証アプリの確認コードでも本人を確かめるようにします。")
        => web::second_factor::show;
    GET "/web/second-factor/totp" LoggedInFor(F::ManageOwnSecondFactor), page => web::second_factor::totp;
    POST "/web/second-factor/totp" LoggedInFor(F::ManageOwnSecondFactor), page => web::second_factor::add_totp;
    GET "/web/second-factor/totp/remove" LoggedInFor(F::ManageOwnSecondFactor), page
        => web::second_factor::ask_to_remove_totp;
    POST "/web/second-factor/totp/remove" LoggedInFor(F::ManageOwnSecondFactor), page
        => web::second_factor::remove_totp;
    GET "/web/second-factor/codes" LoggedInFor(F::ManageOwnSecondFactor), page => web::second_factor::ask_for_codes;
    POST "/web/second-factor/codes" LoggedInFor(F::ManageOwnSecondFactor), page => web::second_factor::make_codes;
    GET "/web/logins" LoggedInFor(F::ReadOwnLogins), page,
        menu(Accounts, "ログイン履歴", "ログインしているアカウントが、いつ、どの端末で使われたかを確認します。")
        => web::logins::list;

    GET "/web/environment" LoggedInFor(F::UpdateEnvironment), page,
        menu(Settings, "環境設定情報更新", "カードリーダーで患者にたずねることなど、何を利用するかを設定します。")
        => web::environment::show;
    GET "/web/environment/confirm" LoggedInFor(F::UpdateEnvironment), page => web::environment::confirm;
    POST "/web/environment" LoggedInFor(F::UpdateEnvironment), page => web::environment::save;

    GET "/web/second-factor-policy" LoggedInFor(F::SetSecondFactorPolicy), page,
        menu(Settings, "二要素認証の設定", "アカウントの種別ごとに、二要素認証を任意にするか必須にするかを設定します。")
        => web::factor_policy::show;
    POST "/web/second-factor-policy" LoggedInFor(F::SetSecondFactorPolicy), page => web::factor_policy::save;

    GET "/web/home-reception" LoggedInFor(F::ManageHomeAddress), page,
        menu(Settings, "マイナ在宅受付Web（専用URL・二次元コード）",
            "患者が自宅などから同意を登録する、この医療機関等の専用URLと二次元コードです。")
        => web::home_reception::show;
    POST "/web/home-reception" LoggedInFor(F::ManageHomeAddress), page => web::home_reception::issue;
    GET "/web/home-reception/void" LoggedInFor(F::ManageHomeAddress), page => web::home_reception::confirm;
    POST "/web/home-reception/void" LoggedInFor(F::ManageHomeAddress), page => web::home_reception::void;

    GET "/web/certificates" LoggedInFor(F::ListCertificates), page,
        menu(Records, "端末・電子証明書の一覧", "資格確認端末の電子証明書と、その期限を確認します。")
        => web::certificates::list;
    GET "/web/certificates/revoke" LoggedInFor(F::RevokeOwnCertificates), page
        => web::certificates::revocation::confirm;
    POST "/web/certificates/revoke" LoggedInFor(F::RevokeOwnCertificates), page
        => web::certificates::revocation::revoke;
    GET "/web/history" LoggedInFor(F::ReadAuditLog), page,
        menu(Records, "操作履歴", "この医療機関等で、だれが、いつ、何をしたかを確認します。")
        => web::history::list;
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
    POST "/onshi/v1/messages/OQSsihvq01" ByToken(F::CheckEligibilityAtHome), message(M::HomeVisitCheckRequest),
        "Check again on a consent given at home" => api::messages::answer::<CheckAtHome>;
    POST "/onshi/v1/messages/OQSsihvd01" ByToken(F::WithdrawConsentAtHome), message(M::WithdrawalRequest),
        "Take back a consent given at home" => api::messages::answer::<WithdrawConsent>;
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
    POST "/onshi/v1/certificates/renewal" AtTerminal(F::RenewCertificate), json,
        "Renew the terminal's certificate before its end" => api::enrolment::renew;
    POST "/onshi/v1/certificates/renewal/used" AtTerminal(F::RenewCertificate), json,
        "Say that the renewed certificate is in use" => api::enrolment::used;

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

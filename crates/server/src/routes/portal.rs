//! The routes of the public portal, of applications at it (利用申請), of the institutions' addresses at it (マイナ在宅受付Web), and
//! of the phones of their staff (マイナ資格確認アプリ).

use crate::http::access::Access;
use crate::http::route::{ApiCall, Route};
use crate::routes::CENTRE;
use crate::routes::line::routes;
use crate::{api, web};
use Access::{
    Applicant as ByApplicant, Home as FromHome, Open, Phone as OnPhone,
    PhoneActivation as ByPhoneCode, PhoneSession as LoggedInOnPhoneFor,
};
use axum::response::Response;
use onshi_core::{Error, Function as F};

/// The portal's own.
pub(super) const ROUTES: &[Route] = routes! {
    GET "/" Open("the portal is for anybody"), page => web::portal::home;
    GET "/ca.pem" Open("whoever connects needs to trust the authority"), file => web::portal::authority;
    GET "/assets/{file}" Open("styles and scripts hold no data"), file => web::entry::asset;
    GET "/health" Open("a balancer asks whether the portal is alive"), file => web::entry::health;

    GET "/application" ByApplicant(F::Apply), page => web::application::guide;
    GET "/application/new" ByApplicant(F::Apply), page => web::application::form;
    POST "/application" ByApplicant(F::Apply), page => web::application::apply;
    GET "/application/certificate" ByApplicant(F::Apply), page => web::application::certificate::form;
    POST "/application/certificate" ByApplicant(F::Apply), page => web::application::certificate::apply;
    GET "/application/taken" ByApplicant(F::Apply), page => web::application::taken;
    GET "/application/status" ByApplicant(F::InquireApplication), page => web::application::status;
    POST "/application/status" ByApplicant(F::InquireApplication), page => web::application::confirm;
    GET "/application/state" ByApplicant(F::InquireApplication), page => web::application::state;
    POST "/application/withdraw" ByApplicant(F::InquireApplication), page => web::application::withdraw;
    POST "/application/notice" ByApplicant(F::DrawNotice), page => web::application::notice::draw;
    GET "/application/notice" ByApplicant(F::DrawNotice), page => web::application::notice::show;
    GET "/application/notice.pdf" ByApplicant(F::DrawNotice), file => web::application::notice::pdf;
    GET "/downloads/{file}" Open("empty tables hold no data"), file => web::portal::download;
    GET "/onshi/v1/openapi.json" Open("the description of the API holds no data"), document, "This description"
        => description;
    GET "/onshi/v1/docs" Open("the description of the API holds no data"), document, "The same, to read"
        => description_to_read;

    GET "/home/{address}" FromHome(F::InquireOwnConsents), page => web::home::top;
    GET "/home/{address}/consent" FromHome(F::RegisterOwnConsents), page => web::home::consent;
    GET "/home/{address}/consent/review" FromHome(F::RegisterOwnConsents), page => web::home::review;
    GET "/home/{address}/consent/card" FromHome(F::RegisterOwnConsents), page => web::home::consent_card;
    POST "/home/{address}/consent" FromHome(F::RegisterOwnConsents), page => web::home::register;
    GET "/home/{address}/registered" FromHome(F::RegisterOwnConsents), page => web::home::registered;
    GET "/home/{address}/inquiry" FromHome(F::InquireOwnConsents), page => web::home::before_card;
    GET "/home/{address}/inquiry/card" FromHome(F::InquireOwnConsents), page => web::home::behind_card;
    POST "/home/{address}/inquiry" FromHome(F::InquireOwnConsents), page => web::home::inquire;
    GET "/home/{address}/consents" FromHome(F::InquireOwnConsents), page => web::home::consents;
    GET "/home/{address}/withdrawal" FromHome(F::WithdrawOwnConsents), page => web::home::before_card;
    GET "/home/{address}/withdrawal/card" FromHome(F::WithdrawOwnConsents), page => web::home::behind_card;
    POST "/home/{address}/withdrawal" FromHome(F::WithdrawOwnConsents), page => web::home::withdraw;
    GET "/home/{address}/withdrawn" FromHome(F::WithdrawOwnConsents), page => web::home::withdrawn;

    GET "/visit/activation" Open("the form by which a phone of staff begins holds no data"), page
        => web::visit::activation;
    POST "/visit/activation" ByPhoneCode(F::ActivateStaffPhone), page => web::visit::activate;
    GET "/visit/login" OnPhone(F::LogIn), page => web::visit::form;
    POST "/visit/login" OnPhone(F::LogIn), page => web::visit::log_in;
    POST "/visit/login/second" OnPhone(F::LogIn), page => web::visit::pass;
    POST "/visit/login/takeover" OnPhone(F::LogIn), page => web::visit::take_over;
    POST "/visit/logout" LoggedInOnPhoneFor(F::LogOut), page => web::visit::log_out;
    GET "/visit" LoggedInOnPhoneFor(F::OpenMenu), page => web::visit::menu;
    GET "/visit/consent" LoggedInOnPhoneFor(F::ConsentOnVisit), page => web::visit::consent;
    GET "/visit/consent/review" LoggedInOnPhoneFor(F::ConsentOnVisit), page => web::visit::review;
    GET "/visit/consent/card" LoggedInOnPhoneFor(F::ConsentOnVisit), page => web::visit::card;
    POST "/visit/consent" LoggedInOnPhoneFor(F::ConsentOnVisit), page => web::visit::register;
    GET "/visit/result" LoggedInOnPhoneFor(F::ConsentOnVisit), page => web::visit::result;
};

/// The description of the centre's API: the portal has none of its own.
async fn description(mut call: ApiCall) -> Result<Response, Error> {
    call.routes = CENTRE;
    api::openapi::document(call).await
}

/// The same, to read.
async fn description_to_read(mut call: ApiCall) -> Result<Response, Error> {
    call.routes = CENTRE;
    api::openapi::page(call).await
}

//! The routes of the public portal, of applications at it (利用申請), and of the institutions' addresses at it (マイナ在宅受付Web).

use crate::http::access::Access;
use crate::http::route::{ApiCall, Route};
use crate::routes::CENTRE;
use crate::routes::line::routes;
use crate::{api, web};
use Access::{Applicant as ByApplicant, Home as FromHome, Open};
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

//! Every route, one line each, with the function that the permission table is asked for.
//!
//! A route can't be registered without an [`Access`]. The few that ask nobody say why, and
//! the access matrix in the tests compares all of them with a committed table.

use crate::api::{ApiRoute, Arrived};
use crate::http::authorisation::{self, enter, identify, refuse_foreign};
use crate::http::extract::{self, cookie, read_form};
use crate::http::listener::Presented;
use crate::http::origin::{self, Source};
use crate::http::refusals;
use crate::http::service::ServiceHandle;
use crate::http::site::Site;
use crate::http::submission::Forms;
use crate::routes::around::{address_of, measured};
use crate::routes::fallback::with_fallbacks;
use crate::state::Centre;
use crate::web;
use crate::web::layout::frame::Layout;
use crate::web::reply;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{Extension, RawPathParams};
use axum::http::{Method, Request as HttpRequest};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use onshi_core::authn::LoggedIn;
use onshi_core::service::OperationContext;
use onshi_core::{Error, Function, RefusalCode, Request};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

pub use crate::http::call::Call;
pub use crate::http::extract::Fields;

mod around;
mod fallback;

/// Who may use a route at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nobody is asked, for this reason.
    Open(&'static str),
    /// A terminal with a good certificate; the function is what a visitor does there.
    Terminal(Function),
    /// Somebody who is logged in and may do this.
    Session(Function),
    /// A program that shows a token and may do this.
    Token(Function),
    /// The same at the address for programs without a certificate, where the token is all that is
    /// shown.
    TokenAlone(Function),
    /// An insurer's program, by a certificate of its own kind, for the insurer of the path.
    Insurer(Function),
}

impl Access {
    /// What the permission table is asked for.
    pub const fn function(self) -> Option<Function> {
        match self {
            Access::Open(_) => None,
            Access::Terminal(function)
            | Access::Session(function)
            | Access::Token(function)
            | Access::TokenAlone(function)
            | Access::Insurer(function) => Some(function),
        }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send>>;
type Handler = fn(Call) -> Answer;

/// One route.
#[derive(Clone, Copy)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, with `{name}` for its parameters.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// The most bytes of its form from somebody who is logged in.
    form_bytes_max: usize,
    handler: Handler,
}

macro_rules! routes {
    ($( $method:ident $path:literal $access:expr => $handler:path $(, form of $bytes:expr)?; )+) => {
        &[ $( Route {
            method: stringify!($method),
            path: $path,
            access: $access,
            form_bytes_max: routes!(@form $($bytes)?),
            handler: |call| Box::pin($handler(call)),
        }, )+ ]
    };
    (@form) => { extract::FORM_BYTES_MAX };
    (@form $bytes:expr) => { $bytes };
}

use Access::{Open, Session as LoggedInFor, Terminal as AtTerminal};
use Function as F;

/// Every route of the centre.
pub const CENTRE: &[Route] = routes! {
    GET "/health" Open("a balancer asks whether the centre is alive") => web::entry::health;
    GET "/assets/{file}" Open("styles and scripts hold no data") => web::entry::asset;
    GET "/terminal/standing" Open("a terminal asks what its certificate is worth")
        => web::entry::standing;

    GET "/" AtTerminal(F::LogIn) => web::entry::start;
    GET "/web/login" AtTerminal(F::LogIn) => web::login::form;
    POST "/web/login" AtTerminal(F::LogIn) => web::login::log_in;
    POST "/web/login/takeover" AtTerminal(F::LogIn) => web::login::take_over;
    GET "/web/signed-out" AtTerminal(F::LogIn) => web::login::signed_out;
    POST "/web/logout" LoggedInFor(F::LogOut) => web::login::log_out;

    GET "/web/menu" LoggedInFor(F::OpenMenu) => web::entry::menu;
    GET "/web/password" LoggedInFor(F::ChangeOwnPassword) => web::password::form;
    POST "/web/password" LoggedInFor(F::ChangeOwnPassword) => web::password::change;
    GET "/web/logins" LoggedInFor(F::ReadOwnLogins) => web::logins::list;
    GET "/web/master-reset" LoggedInFor(F::ResetMasterPassword) => web::login::master_reset::form;
    POST "/web/master-reset" LoggedInFor(F::ResetMasterPassword) => web::login::master_reset::reset;

    GET "/web/eligibility" LoggedInFor(F::CheckEligibility) => web::eligibility::form;
    POST "/web/eligibility" LoggedInFor(F::CheckEligibility) => web::eligibility::check;
    GET "/web/eligibility/today" LoggedInFor(F::ListTodaysChecks) => web::eligibility::today::list;
    GET "/web/eligibility/today.csv" LoggedInFor(F::ListTodaysChecks) => web::eligibility::today::csv;
    GET "/web/eligibility/today/{check}" LoggedInFor(F::OpenCheck) => web::eligibility::today::open;
    GET "/web/reference-number" LoggedInFor(F::RegisterReferenceNumber)
        => web::eligibility::reference::form;
    POST "/web/reference-number" LoggedInFor(F::RegisterReferenceNumber)
        => web::eligibility::reference::register;
    GET "/web/bulk" LoggedInFor(F::CheckEligibilityInBulk) => web::bulk::list;
    POST "/web/bulk" LoggedInFor(F::CheckEligibilityInBulk) => web::bulk::upload,
        form of web::bulk::FORM_BYTES_MAX;
    GET "/web/bulk/{number}" LoggedInFor(F::CheckEligibilityInBulk) => web::bulk::show;
    GET "/web/bulk/{number}/{file}" LoggedInFor(F::CheckEligibilityInBulk)
        => web::bulk::export;

    GET "/web/medical" LoggedInFor(F::ListConsentedPatients) => web::medical::list;
    GET "/web/medical/{person}/medicines" LoggedInFor(F::ViewMedicalInformation)
        => web::medical::medicines::show;
    GET "/web/medical/{person}/medicines.pdf" LoggedInFor(F::ViewMedicalInformation)
        => web::medical::pdf::medicines;
    GET "/web/medical/{person}/treatment" LoggedInFor(F::ViewMedicalInformation)
        => web::medical::treatment::show;
    GET "/web/medical/{person}/treatment.pdf" LoggedInFor(F::ViewMedicalInformation)
        => web::medical::pdf::treatment;
    GET "/web/medical/{person}/checkups" LoggedInFor(F::ViewMedicalInformation)
        => web::medical::checkups::show;
    GET "/web/medical/{person}/checkups.pdf" LoggedInFor(F::ViewMedicalInformation)
        => web::medical::pdf::checkups;

    GET "/web/emergency/medical" LoggedInFor(F::ViewInDisaster) => web::emergency::search::form;
    POST "/web/emergency/medical" LoggedInFor(F::ViewInDisaster) => web::emergency::search::find;
    POST "/web/emergency/medical/use" LoggedInFor(F::ViewInDisaster) => web::emergency::choose::view;
    GET "/web/emergency/medical/{use}/medicines" LoggedInFor(F::ViewInDisaster)
        => web::medical::medicines::show;
    GET "/web/emergency/medical/{use}/medicines.pdf" LoggedInFor(F::ViewInDisaster)
        => web::medical::pdf::medicines;
    GET "/web/emergency/medical/{use}/treatment" LoggedInFor(F::ViewInDisaster)
        => web::medical::treatment::show;
    GET "/web/emergency/medical/{use}/treatment.pdf" LoggedInFor(F::ViewInDisaster)
        => web::medical::pdf::treatment;
    GET "/web/emergency/medical/{use}/checkups" LoggedInFor(F::ViewInDisaster)
        => web::medical::checkups::show;
    GET "/web/emergency/medical/{use}/checkups.pdf" LoggedInFor(F::ViewInDisaster)
        => web::medical::pdf::checkups;
    GET "/web/emergency/eligibility" LoggedInFor(F::CheckEligibilityInFailure)
        => web::emergency::search::form;
    POST "/web/emergency/eligibility" LoggedInFor(F::CheckEligibilityInFailure)
        => web::emergency::search::find;
    POST "/web/emergency/eligibility/use" LoggedInFor(F::CheckEligibilityInFailure)
        => web::emergency::choose::check;
    GET "/web/emergency/eligibility/{use}" LoggedInFor(F::CheckEligibilityInFailure)
        => web::emergency::eligibility::show;
    GET "/web/emergency/uses" LoggedInFor(F::ReviewOwnEmergencyUse) => web::emergency::uses::list;
    POST "/web/emergency/uses/{use}" LoggedInFor(F::ReviewOwnEmergencyUse)
        => web::emergency::uses::review;
    GET "/web/emergency/report" LoggedInFor(F::ReportEmergencyUse) => web::emergency::report::show;
    GET "/web/emergency/report.pdf" LoggedInFor(F::ReportEmergencyUse) => web::emergency::report::pdf;
    GET "/web/emergency/requests" LoggedInFor(F::RequestOpening) => web::emergency::requests::list;
    POST "/web/emergency/requests" LoggedInFor(F::RequestOpening) => web::emergency::requests::request;

    GET "/web/administrators" LoggedInFor(F::ListAdministrators) => web::accounts::list;
    GET "/web/administrators/new" LoggedInFor(F::ManageAdministrators) => web::accounts::register::form;
    POST "/web/administrators" LoggedInFor(F::ManageAdministrators) => web::accounts::register::register;
    GET "/web/administrators/{id}" LoggedInFor(F::ListAdministrators) => web::accounts::show;
    POST "/web/administrators/{id}" LoggedInFor(F::ManageAdministrators) => web::accounts::edit;
    GET "/web/administrators/{id}/{action}" LoggedInFor(F::ManageAdministrators)
        => web::accounts::actions::confirm;
    POST "/web/administrators/{id}/{action}" LoggedInFor(F::ManageAdministrators)
        => web::accounts::actions::perform;

    GET "/web/accounts" LoggedInFor(F::ListAccounts) => web::accounts::list;
    GET "/web/accounts/new" LoggedInFor(F::ManageAccounts) => web::accounts::register::form;
    POST "/web/accounts" LoggedInFor(F::ManageAccounts) => web::accounts::register::register;
    GET "/web/accounts/{id}" LoggedInFor(F::ListAccounts) => web::accounts::show;
    POST "/web/accounts/{id}" LoggedInFor(F::ManageAccounts) => web::accounts::edit;
    GET "/web/accounts/{id}/{action}" LoggedInFor(F::ManageAccounts) => web::accounts::actions::confirm;
    POST "/web/accounts/{id}/{action}" LoggedInFor(F::ManageAccounts) => web::accounts::actions::perform;

    GET "/web/certificates" LoggedInFor(F::ListCertificates) => web::certificates::list;
    GET "/web/account-history" LoggedInFor(F::ReadAccountHistory) => web::history::list;
    GET "/web/account-history.csv" LoggedInFor(F::ReadAccountHistory) => web::history::csv;
    GET "/web/history" LoggedInFor(F::ReadAuditLog) => web::history::list;
    GET "/web/history.csv" LoggedInFor(F::ReadAuditLog) => web::history::csv;
};

/// Every route of the public portal.
pub const PORTAL: &[Route] = routes! {
    GET "/" Open("the portal is for anybody") => web::portal::home;
    GET "/ca.pem" Open("whoever connects needs to trust the authority") => web::portal::authority;
    GET "/assets/{file}" Open("styles and scripts hold no data") => web::entry::asset;
    GET "/health" Open("a balancer asks whether the portal is alive") => web::entry::health;
};

/// What the centre answers.
pub fn centre(centre: Arc<Centre>) -> Site {
    let mut router = build(centre.clone(), CENTRE);
    for route in crate::api::ROUTES.iter().chain(crate::api::fhir::ROUTES) {
        let centre = centre.clone();
        let answer = move |presented, path, http| {
            let path = extract::parameters(path);
            api(centre.clone(), route, presented, path, http)
        };
        router = router.route(route.path, on(filter(route.method), answer));
    }
    Site::with_messages(centre.clone(), with_fallbacks(router, centre))
}

pub(crate) async fn api(
    centre: Arc<Centre>,
    route: &'static ApiRoute,
    Extension(presented): Extension<Presented>,
    path: Option<BTreeMap<String, String>>,
    http: HttpRequest<Body>,
) -> Response {
    let begun = Instant::now();
    let request = centre.request().from_peer(&presented.peer);
    let id = request.id;
    let arrived = Arrived::new(presented, path, http);
    let answered = crate::api::handle(centre, route, arrived, request).await;
    measured(route.method, route.path, id, begun, &answered);
    answered
}

fn filter(method: &str) -> MethodFilter {
    if method == "POST" {
        MethodFilter::POST
    } else {
        MethodFilter::GET
    }
}

/// What the portal answers.
pub fn portal(centre: Arc<Centre>) -> Site {
    let router = with_fallbacks(build(centre.clone(), PORTAL), centre.clone());
    Site::new(centre, router)
}

fn build(centre: Arc<Centre>, table: &'static [Route]) -> Router {
    let mut router = Router::new();
    for route in table {
        let centre = centre.clone();
        let filter = filter(route.method);
        router = router.route(
            route.path,
            on(filter, move |presented, path, http| {
                dispatch(centre.clone(), route, presented, path, http)
            }),
        );
    }
    router
}

async fn dispatch(
    centre: Arc<Centre>,
    route: &'static Route,
    Extension(presented): Extension<Presented>,
    path: Result<RawPathParams, RawPathParamsRejection>,
    http: HttpRequest<Body>,
) -> Response {
    let begun = Instant::now();
    let request = centre.request().from_peer(&presented.peer);
    let path = extract::parameters(path);
    let id = request.id;
    let answered = handle(centre, route, presented, path, http, request).await;
    measured(route.method, route.path, id, begun, &answered);
    answered
}

async fn handle(
    centre: Arc<Centre>,
    route: &'static Route,
    presented: Presented,
    path: Option<BTreeMap<String, String>>,
    http: HttpRequest<Body>,
    request: Request,
) -> Response {
    let (head, body) = http.into_parts();
    let uri_path = head.uri.path().to_owned();
    let (address, page) = address_of(&head);
    let source = origin::of(&centre, &head);
    let allowed = source.may(route.may_be_linked());
    let token = cookie(&head.headers, &centre.cookie_name());
    let known = if matches!(route.access, Access::Open(_)) {
        Ok(authorisation::nobody())
    } else {
        identify(&centre, &presented, token.clone(), &request, allowed).await
    };
    // Taken in before anything is refused: who is cut off while sending never sees why. Large ones
    // are kept only of somebody who is logged in.
    let most = match &known {
        Ok((_, LoggedIn::Session(_), _)) => route.form_bytes_max,
        _ => extract::FORM_BYTES_MAX,
    };
    let form = read_form(&centre, &head, body, most).await;
    let (terminal, who, open) = match known {
        Ok(known) => known,
        Err(fault) => {
            let layout = Layout::Plain(reply::plain_frame(&centre, None));
            return reply::error(&centre, &request, layout, &uri_path, fault.into());
        }
    };
    let good = terminal.as_ref().ok();
    let forms = Forms::of(route, good, (&who, token.as_deref()), &form, request.seed);
    let terms = forms.page(request.now, &open);
    let layout = reply::layout(&centre, good, &who, &uri_path, terms);
    let query = head.uri.query().unwrap_or("").as_bytes();
    let call = async {
        if !allowed {
            return refuse_foreign(&centre, route, (&terminal, &who), &request).await;
        }
        let pass =
            refusals::admitted(&centre, &presented, route, (&terminal, &who), &request).await?;
        let function = pass.as_ref().map(|(_, function)| *function);
        let service = match pass {
            None => ServiceHandle::closed(centre.service.clone()),
            Some((actor, function)) => {
                let operation = OperationContext::new(actor, function, request.clone());
                let service = ServiceHandle::new(centre.service.clone(), operation);
                let foreign = head.method == Method::POST && source != Source::OwnPage;
                enter(&service, &who, function, foreign).await?;
                let sent = (head.method == Method::POST).then_some(&form);
                forms
                    .service_for(&centre, service, sent, request.now)
                    .await?
            }
        };
        let query = Fields::parse(query).ok_or(RefusalCode::NotFound)?;
        Ok::<_, Error>(Call {
            result: forms.result(&centre, &query, request.now).await?,
            forms: forms.tokens.clone(),
            open: open.clone(),
            service,
            function,
            presented: presented.clone(),
            path: path.ok_or(RefusalCode::NotFound)?,
            query,
            form: form?,
            request: request.clone(),
            uri_path: uri_path.clone(),
            terminal: terminal.clone(),
            who: who.clone(),
            centre: centre.context.clone(),
        })
    };
    let answer = match call.await {
        Ok(call) => (route.handler)(call).await,
        Err(error) => Err(error),
    };
    let led = forms.led_back(&centre, answer, &uri_path, request.now);
    match led.await {
        Ok(response) => reply::with_headers(response),
        Err(error) => {
            let too_many = refusals::hold_back(&centre, &presented, &request, &error).await;
            match &terminal {
                Err(bad) if route.access.function().is_some() && !too_many => {
                    reply::bad_certificate(&centre, bad)
                }
                _ => reply::error_at(&centre, &request, layout, (&address, &page), &who, error),
            }
        }
    }
}

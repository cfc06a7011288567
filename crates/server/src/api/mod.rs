//! The Web API, and the same messages as files for the linked application.
//!
//! Every message has a route of its own, with its function. A message comes as JSON or as XML, as
//! its content type says, and is answered in kind. Errors that a message can carry are carried by
//! the message; everything else is told by RFC 9457.

mod arriving;
mod auth;
mod body;
pub mod fhir;
mod foreign_page;
mod identity;
mod insurer;
mod media;
mod messages;
pub mod openapi;
mod problem;
pub(crate) mod reader;
mod replaced;
mod reply;
mod token_alone;

pub use identity::{Identity, IdentityCache};
pub use problem::{is_of_programs, no_route};

use crate::capacity::shares::Place;
use crate::http::listener::Presented;
use crate::http::origin;
use crate::http::refusals;
use crate::http::service::ServiceHandle;
use crate::routes::Access;
use crate::state::Centre;
use crate::state::context::Context;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use bytes::Bytes;
use media::{Takes, wrong_media};
use messages::{
    Check, Checkups, Download, Medicines, RegisterReferenceNumber, Upload, WithdrawConsent,
};
use onshi_core::authn::Terminal;
use onshi_core::eligibility::message::Encoding;
use onshi_core::service::OperationContext;
use onshi_core::{Error, Function, RefusalCode, Request};
use onshi_wire::MessageKind;
use onshi_wire::messages::{
    BulkEligibilityRequest, BulkReferenceNumberRequest, HomeVisitListRequest, OnlineListRequest,
    TicketListRequest,
};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};

type Answer = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send>>;

/// One route of the Web API.
#[derive(Clone, Copy)]
pub struct ApiRoute {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// The message that is sent, where it is one.
    pub message: Option<MessageKind>,
    /// What it is for, in one line.
    pub summary: &'static str,
    handler: fn(ApiCall) -> Answer,
}

macro_rules! api {
    ($( $method:ident $path:literal $access:expr, $message:expr, $summary:literal
        => $handler:path; )+) => {
        &[ $( ApiRoute {
            method: stringify!($method),
            path: $path,
            access: $access,
            message: $message,
            summary: $summary,
            handler: |call| Box::pin($handler(call)),
        }, )+ ]
    };
}

use Access::{Insurer as ByInsurer, Open, Terminal as AtTerminal, Token as ByToken};
use Function as F;
use MessageKind as M;

/// Every route of the Web API. The first and the third path are the real system's; all others are
/// ours, since the real ones are not public.
pub const ROUTES: &[ApiRoute] = api! {
    POST "/oqs-api-pro/MSA12020/ILI12020SV01/auth" AtTerminal(F::LogInToApi), None,
        "Log in with a Web API or linked-application account, for tokens" => auth::log_in;
    POST "/oqs-api-pro/MSA12020/ILI12020SV01/refresh" AtTerminal(F::LogInToApi), None,
        "New tokens for a refresh token (path simulated)" => auth::refresh;
    POST "/oqs-api-pro/MSA01030/ILI01030SV01/search" ByToken(F::CheckEligibility),
        Some(M::EligibilityRequest), "Check eligibility by card face" => messages::answer::<Check>;

    POST "/onshi/v1/messages/OQSsiquc01" ByToken(F::CheckEligibility),
        Some(M::EligibilityRequest), "Check eligibility by card face" => messages::answer::<Check>;
    POST "/onshi/v1/messages/OQSsiimm01" ByToken(F::RegisterReferenceNumber),
        Some(M::ReferenceNumberRequest), "Register a reference number" => messages::answer::<RegisterReferenceNumber>;
    POST "/onshi/v1/messages/OQSmuquc01" ByToken(F::CheckEligibilityInBulk),
        Some(M::BulkUploadRequest), "Upload a bulk check" => messages::answer::<Upload<BulkEligibilityRequest>>;
    POST "/onshi/v1/messages/OQSmuquc02" ByToken(F::CheckEligibilityInBulk),
        Some(M::BulkDownloadRequest), "Fetch a bulk check" => messages::answer::<Download<BulkEligibilityRequest>>;
    POST "/onshi/v1/messages/OQSmuimm01" ByToken(F::RegisterReferenceNumber),
        Some(M::ReferenceUploadRequest), "Upload many reference numbers"
        => messages::answer::<Upload<BulkReferenceNumberRequest>>;
    POST "/onshi/v1/messages/OQSmuimm02" ByToken(F::RegisterReferenceNumber),
        Some(M::ReferenceDownloadRequest), "Fetch how many registrations went"
        => messages::answer::<Download<BulkReferenceNumberRequest>>;
    POST "/onshi/v1/messages/OQSmutic01" ByToken(F::CheckEligibilityInBulk),
        Some(M::TicketUploadRequest), "Ask who has a ticket of medical assistance here"
        => messages::answer::<Upload<TicketListRequest>>;
    POST "/onshi/v1/messages/OQSmutic02" ByToken(F::CheckEligibilityInBulk),
        Some(M::TicketDownloadRequest), "Fetch who has one" => messages::answer::<Download<TicketListRequest>>;
    POST "/onshi/v1/messages/OQSmuhvq01" ByToken(F::CheckEligibilityInBulk),
        Some(M::HomeVisitUploadRequest), "Ask who has consented at home"
        => messages::answer::<Upload<HomeVisitListRequest>>;
    POST "/onshi/v1/messages/OQSmuhvq02" ByToken(F::CheckEligibilityInBulk),
        Some(M::HomeVisitDownloadRequest), "Fetch who has" => messages::answer::<Download<HomeVisitListRequest>>;
    POST "/onshi/v1/messages/OQSmuonq01" ByToken(F::CheckEligibilityInBulk),
        Some(M::OnlineUploadRequest), "Ask who has consented online" => messages::answer::<Upload<OnlineListRequest>>;
    POST "/onshi/v1/messages/OQSmuonq02" ByToken(F::CheckEligibilityInBulk),
        Some(M::OnlineDownloadRequest), "Fetch who has" => messages::answer::<Download<OnlineListRequest>>;
    POST "/onshi/v1/messages/OQSsihvd01" ByToken(F::WithdrawConsentAtHome),
        Some(M::WithdrawalRequest), "Take back a consent given at home" => messages::answer::<WithdrawConsent>;
    POST "/onshi/v1/messages/YZKsiquc01" ByToken(F::FetchMedicalInformation),
        Some(M::MedicinesRequest), "Fetch medicines and treatment (needs consent)"
        => messages::answer::<Medicines>;
    POST "/onshi/v1/messages/TKKsiquc01" ByToken(F::FetchMedicalInformation),
        Some(M::CheckupRequest), "Fetch check-ups (needs consent)" => messages::answer::<Checkups>;

    POST "/onshi/v1/reader/consents" ByToken(F::RecordConsent), None,
        "Record what somebody says at the card reader, and check eligibility" => reader::consent;
    POST "/onshi/v1/reader/withdrawals" ByToken(F::RecordConsent), None,
        "Take back what somebody agreed to, at the card reader" => reader::withdraw;
    POST "/onshi/v1/reader/results" ByToken(F::TakeReaderResults), None,
        "Wait for results of the card reader, for the institution's folder" => reader::results;
    POST "/onshi/v1/reader/results/delivered" ByToken(F::TakeReaderResults), None,
        "Say that a result lies in the folder" => reader::delivered;

    POST "/onshi/v1/insurers/{insurer_number}/records" ByInsurer(F::ReportInsuredPersons), None,
        "Report insured persons, as JSON lines or CSV" => insurer::take_insured;
    POST "/onshi/v1/insurers/{insurer_number}/medical-records" ByInsurer(F::ReportMedicalRecords), None,
        "Report medical records of insured persons, as JSON lines" => insurer::take_medical;
    GET "/onshi/v1/insurers/{insurer_number}/status" ByInsurer(F::ReadReportStatus), None,
        "See for which day an insurer's data is true, and its last report" => insurer::status;

    GET "/onshi/v1/openapi.json" Open("the description of the API holds no data"), None,
        "This description" => openapi::document;
    GET "/onshi/v1/docs" Open("the description of the API holds no data"), None,
        "The same, to read" => openapi::page;
};

/// Every route of the address for programs without a certificate: the messages, and nothing else.
pub static MESSAGES: LazyLock<Vec<ApiRoute>> = LazyLock::new(|| {
    let alone = |route: &ApiRoute| match (route.access, route.message) {
        (Access::Token(function), Some(_)) => Some(ApiRoute {
            access: Access::TokenAlone(function),
            ..*route
        }),
        _ => None,
    };
    ROUTES.iter().filter_map(alone).collect()
});

/// How a message came, and goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON, the Web API's.
    Json,
    /// XML, as in the folders.
    Xml,
}

/// A request as a handler of the API sees it.
pub struct ApiCall {
    /// What there is beside the door.
    pub centre: Arc<Context>,
    /// Number, moment and randomness.
    pub request: Request,
    /// The way to the door.
    pub service: ServiceHandle,
    /// Who asks, on routes that need a token.
    pub identity: Option<Arc<Identity>>,
    /// The terminal, on routes that need its certificate.
    pub terminal: Option<Terminal>,
    /// Which message it is, where it is one.
    pub message: Option<MessageKind>,
    /// How the message came.
    pub format: Format,
    /// What the sender calls this request, so that a repetition is the same.
    pub idempotency_key: Option<String>,
    /// The message.
    pub body: Bytes,
    /// The place in memory of a bulk message, for as long as it is worked on.
    pub place: Option<Place>,
    /// Who signed it, on routes of card readers.
    pub signature: Option<reader::Signature>,
    /// What is sent, on routes of insurers.
    pub upload: Option<insurer::Upload>,
    /// What is asked in FHIR.
    pub fhir: Option<fhir::Asked>,
}

/// A request as it arrived, before anything of it is believed.
pub struct Arrived {
    presented: Presented,
    /// Parameters of the path; none when one can't be of ours.
    path: Option<BTreeMap<String, String>>,
    head: Parts,
    body: Body,
}

impl Arrived {
    /// Takes a request apart.
    pub fn new(
        presented: Presented,
        path: Option<BTreeMap<String, String>>,
        http: axum::http::Request<Body>,
    ) -> Arrived {
        let (head, body) = http.into_parts();
        Arrived {
            presented,
            path,
            head,
            body,
        }
    }
}

impl ApiCall {
    fn identity(&self) -> Result<&Identity, Error> {
        self.identity
            .as_deref()
            .ok_or_else(|| RefusalCode::NotLoggedIn.into())
    }

    /// Does what takes long beside the sockets, in the institution's turn.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.centre.messages.run(self.service.share(), work).await
    }

    /// The character set of the answer: a JSON answer is always UTF-8.
    fn encoding(&self) -> Encoding {
        match (self.format, &self.identity) {
            (Format::Xml, Some(identity)) => identity.encoding,
            _ => Encoding::Utf8,
        }
    }
}

/// The answer at the address for programs without a certificate to whatever is no message.
pub fn nothing_here(centre: &Centre, method: &Method, uri: &Uri) -> Response {
    let request = centre.request();
    let mut response = problem::response(&request, uri, RefusalCode::NotFound.into());
    if MESSAGES.iter().any(|route| route.path == uri.path()) && method != Method::POST {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        let allowed = HeaderValue::from_static("POST");
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// Answers a request of the API.
pub async fn handle(
    centre: Arc<Centre>,
    route: &'static ApiRoute,
    arrived: Arrived,
    request: Request,
) -> Response {
    let (uri, presented) = (arrived.head.uri.clone(), arrived.presented.clone());
    let mut left = None;
    match attempt(centre.clone(), route, arrived, request.clone(), &mut left).await {
        Ok(response) => crate::http::reply::with_headers(response),
        Err(error) => {
            refusals::hold_back(&centre, &presented, &request, &error).await;
            let response = problem::response(&request, &uri, error);
            body::end_small(&centre, left).await;
            response
        }
    }
}

/// What is left of the body goes into `left`.
async fn attempt(
    centre: Arc<Centre>,
    route: &'static ApiRoute,
    arrived: Arrived,
    request: Request,
    left: &mut Option<Body>,
) -> Result<Response, Error> {
    let Arrived {
        presented,
        path,
        head,
        body,
    } = arrived;
    let fhir = fhir::Asked::of(&head, path.as_ref());
    let source = origin::of(&centre, &head);
    *left = Some(body);
    if !source.may(matches!(route.access, Access::Open(_))) {
        return foreign_page::refuse(&centre, route, &presented, &request).await;
    }
    let mut identity = None;
    let mut terminal = None;
    let mut upload = None;
    let service = match route.access {
        Access::Open(_) => ServiceHandle::closed(centre.service.clone()),
        Access::Token(function) => {
            let found = identity::find(&centre, &presented, &head.headers, request.now).await;
            let found = identity::known(&centre, &presented, function, &request, found).await?;
            let operation = OperationContext::new(found.actor.clone(), function, request.clone());
            identity = Some(found);
            ServiceHandle::new(centre.service.clone(), operation)
        }
        Access::TokenAlone(function) => {
            let found =
                token_alone::find(&centre, presented.address, &head.headers, request.now).await;
            let found = refusals::found(&centre, &presented, function, &request, found).await?;
            let operation = OperationContext::new(found.actor.clone(), function, request.clone());
            let service = ServiceHandle::new(centre.service.clone(), operation);
            if !found.may_come_from(presented.address) {
                return service.refuse(RefusalCode::NetworkNotAllowed).await;
            }
            identity = Some(found);
            service
        }
        Access::Terminal(function) => {
            let judged = identity::judge(&centre, &presented, request.now).await;
            let judged = identity::known(&centre, &presented, function, &request, judged).await?;
            let actor = judged.visitor();
            terminal = Some(judged);
            let operation = OperationContext::new(actor, function, request.clone());
            ServiceHandle::new(centre.service.clone(), operation)
        }
        Access::Insurer(function) => {
            let sent = insurer::Upload::of(path, &head.headers)?;
            let service = insurer::service(&centre, &presented, function, &request, &sent).await?;
            upload = Some(sent.with(left.take()));
            service
        }
        Access::Session(_) => return Err(RefusalCode::NotPermitted.into()),
    };
    // An insurer's handle was entered already.
    if !matches!(route.access, Access::Open(_) | Access::Insurer(_)) {
        service.enter().await?;
    }
    let takes = Takes::of(route);
    let Some(format) = takes.format(&head.headers) else {
        return wrong_media(&service, takes).await;
    };
    let (mut body, mut place) = (Bytes::new(), None);
    if let Some(coming) = left
        && head.method == axum::http::Method::POST
    {
        match body::take(&centre, route.message, service.share(), coming).await {
            Ok((whole, own)) => (body, place) = (whole, own),
            Err(code) => return service.refuse(code).await,
        }
    }
    let call = ApiCall {
        centre: centre.context.clone(),
        request,
        service,
        identity,
        terminal,
        message: route.message,
        format,
        idempotency_key: head
            .headers
            .get("idempotency-key")
            .map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned()),
        signature: reader::Signature::of(&head.headers),
        body,
        place,
        upload,
        fhir,
    };
    (route.handler)(call).await
}

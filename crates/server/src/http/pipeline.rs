//! The pipeline: the one way of every request, from what a connection sent to who is asking, through
//! the door, to the function that answers. What differs between the kinds of routes is said here, at
//! the step where it differs.

use crate::http::access::{Access, Kind};
use crate::http::authorisation::{enter, operation, refuse_foreign};
use crate::http::body;
use crate::http::caller::{self, Caller};
use crate::http::cookies::Cookies;
use crate::http::extract::{self, Fields, Signature, read_form};
use crate::http::fhir::FhirRequest;
use crate::http::forms::Forms;
use crate::http::media::{Takes, wrong_media};
use crate::http::origin::{self, Origin};
use crate::http::presented::Presented;
use crate::http::refusals;
use crate::http::reply;
use crate::http::route::{ApiCall, Call, Handler, HomeCall, Route};
use crate::http::service::ServiceHandle;
use crate::http::step::Step;
use crate::http::submission::FormTokens;
use crate::state::{Centre, Context};
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Method, Request as HttpRequest};
use axum::response::Response;
use bytes::Bytes;
use onshi_core::account::session::token_hash;
use onshi_core::{Error, RefusalCode, Request};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// How refusals and faults are told: by pages to people, by problems to programs.
pub trait ErrorReply: Send + Sync {
    /// The answer that tells it.
    fn reply(&self, failed: &Failed<'_>, error: Error) -> Response;

    /// The page from which the form that is sent to this path is sent again.
    fn page_before<'a>(&self, path: &'a str) -> &'a str {
        path
    }
}

/// A request that was refused, or that we failed at.
pub struct Failed<'a> {
    /// What there is beside the door.
    pub centre: &'a Context,
    /// Every route of the site.
    pub routes: &'static [Route],
    /// Whether it is a route that asks nobody.
    pub is_open: bool,
    /// Number, moment and randomness.
    pub request: &'a Request,
    /// Its head.
    pub head: &'a Parts,
    /// Who is asking, as far as it was found out.
    pub(crate) caller: &'a Caller,
    /// The tokens of the page's forms, for those who are logged in.
    pub forms: Option<FormTokens>,
    /// Whether the answer was held back, since there were too many refusals.
    pub is_held_back: bool,
}

/// What a site's requests go through.
pub struct Pipeline {
    /// The centre.
    pub centre: Arc<Centre>,
    /// Every route of the site.
    pub routes: &'static [Route],
    /// How errors are told to people.
    pub to_people: &'static dyn ErrorReply,
    /// How errors are told to programs.
    pub to_programs: &'static dyn ErrorReply,
}

/// A request on its way.
struct Arrived {
    request: Request,
    presented: Presented,
    /// Parameters of the path; none when one can't be of ours.
    path: Option<BTreeMap<String, String>>,
    head: Parts,
    cookies: Cookies,
    caller: Caller,
    forms: Option<Forms>,
}

impl Arrived {
    /// The patient, with their browser.
    fn home(&self) -> Option<HomeCall> {
        let visitor = self.caller.patient()?.clone();
        let browser = token_hash(self.cookies.session.as_deref()?);
        Some(HomeCall { visitor, browser })
    }
}

impl Pipeline {
    /// Answers a request on this route.
    pub async fn answer(
        &self,
        route: &'static Route,
        presented: Presented,
        path: Option<BTreeMap<String, String>>,
        http: HttpRequest<Body>,
    ) -> Response {
        let begun = Instant::now();
        let request = self.centre.request().from_peer(&presented.peer);
        Step::Number.begin(&request);
        let (head, body) = http.into_parts();
        let mut left = Some(body);
        let mut arrived = Arrived {
            request,
            presented,
            path,
            head,
            cookies: Cookies::default(),
            caller: Caller::Nobody,
            forms: None,
        };
        let answered = self.handled(route, &mut arrived, &mut left).await;
        let answered = self.led_back(&arrived, answered).await;
        Step::Reply.begin(&arrived.request);
        let mut answered = match answered {
            Ok(mut response) => {
                arrived.cookies.give(&self.centre, &mut response);
                reply::with_headers(response)
            }
            Err(error) => self.failed(route, &arrived, (error, left)).await,
        };
        if let Some(deprecation) = route.deprecation {
            deprecation.tell(answered.headers_mut());
        }
        measured(route, &arrived.request, begun, &answered);
        answered
    }

    /// What is not read of the body stays in `left`.
    async fn handled(
        &self,
        route: &'static Route,
        arrived: &mut Arrived,
        left: &mut Option<Body>,
    ) -> Result<Response, Error> {
        let centre = &self.centre;
        Step::Origin.begin(&arrived.request);
        let origin = origin::of(centre, &arrived.head);
        let is_welcome = origin.may(route.may_be_linked());
        Step::Caller.begin(&arrived.request);
        arrived.cookies = Cookies::read(centre, route, &arrived.head.headers);
        let is_use = is_welcome && route.is_use();
        let caller = self.find_caller(route, arrived, is_use).await;
        let form = match route.kind.is_for_people() {
            // Reading a form needs much room, which messages would carry about as well.
            true => Some(Box::pin(self.read_form(route, arrived, &caller, left)).await),
            false => None,
        };
        let caller = match (route.access, &form) {
            (Access::PhoneActivation(_), Some(Ok(fields))) => {
                caller::phone::activating(centre, fields, arrived.request.now).await
            }
            _ => caller,
        };
        let caller = match caller {
            Ok(caller) => {
                arrived.caller = caller;
                Ok(())
            }
            Err(Error::Fault(fault)) => return Err(fault.into()),
            Err(refused) => Err(refused),
        };
        if let Some(form) = &form {
            let known = (&arrived.caller, &arrived.cookies);
            let seed = arrived.request.seed;
            arrived.forms = Some(Forms::of(route.access, known, form, seed));
        }
        if !is_welcome {
            return refuse_foreign(centre, route, &arrived.caller, &arrived.request).await;
        }
        Step::Authorisation.begin(&arrived.request);
        let from = (&arrived.presented, arrived.path.as_ref());
        let caller = caller.map(|()| &arrived.caller);
        let service = match operation(centre, route, from, caller, &arrived.request).await? {
            None => ServiceHandle::closed(centre.service.clone()),
            Some(operation) => ServiceHandle::new(centre.service.clone(), operation),
        };
        Step::Door.begin(&arrived.request);
        let is_form = form.is_some() && arrived.head.method == Method::POST;
        let is_foreign = is_form && origin != Origin::OwnPage;
        let whose = (route, &arrived.caller, &arrived.presented);
        enter(&service, whose, is_foreign).await?;
        match (route.handler, form) {
            (Handler::Screen(handler), Some(form)) => {
                let call = self.call(route, arrived, service, form).await?;
                Step::Handler.begin(&arrived.request);
                handler(call).await
            }
            (Handler::Program(handler), _) => {
                let call = self.api_call(route, arrived, service, left).await?;
                Step::Handler.begin(&arrived.request);
                handler(call).await
            }
            (Handler::Screen(_), None) => Err(RefusalCode::NotFound.into()),
        }
    }

    async fn find_caller(
        &self,
        route: &Route,
        arrived: &Arrived,
        is_use: bool,
    ) -> Result<Caller, Error> {
        let shown = (&arrived.presented, &arrived.head, arrived.path.as_ref());
        let request = (&arrived.request, is_use);
        caller::find(&self.centre, route, shown, &arrived.cookies, request).await
    }

    /// The form of a screen. Large ones are kept only of somebody who is logged in.
    async fn read_form(
        &self,
        route: &Route,
        arrived: &Arrived,
        caller: &Result<Caller, Error>,
        left: &mut Option<Body>,
    ) -> Result<Fields, Error> {
        use onshi_core::authn::LoggedIn::Session;
        Step::Form.begin(&arrived.request);
        let is_logged_in = |caller: &Caller| matches!(caller.logged_in(), Session(_));
        let most = match route.kind {
            Kind::Page { form_bytes_max } if caller.as_ref().is_ok_and(is_logged_in) => {
                form_bytes_max
            }
            _ => extract::FORM_BYTES_MAX,
        };
        let body = left.take().unwrap_or_default();
        read_form(&self.centre, &arrived.head, body, most).await
    }

    async fn call(
        &self,
        route: &Route,
        arrived: &mut Arrived,
        mut service: ServiceHandle,
        form: Result<Fields, Error>,
    ) -> Result<Call, Error> {
        let (centre, now) = (&self.centre, arrived.request.now);
        let forms = arrived.forms.as_ref().ok_or(RefusalCode::NotFound)?;
        if route.access.function().is_some() {
            Step::Once.begin(&arrived.request);
            let sent = (arrived.head.method == Method::POST).then_some(&form);
            service = forms.service_for(centre, service, sent, now).await?;
        }
        let query = arrived.head.uri.query().unwrap_or("").as_bytes();
        let query = Fields::parse(query).ok_or(RefusalCode::NotFound)?;
        Ok(Call {
            result: forms.result(centre, &query, now).await?,
            forms: forms.tokens.clone(),
            open: arrived.caller.open().to_vec(),
            service,
            function: route.access.function(),
            routes: self.routes,
            presented: arrived.presented.clone(),
            path: arrived.path.take().ok_or(RefusalCode::NotFound)?,
            query,
            form: form?,
            request: arrived.request.clone(),
            uri_path: arrived.head.uri.path().to_owned(),
            terminal: arrived.caller.terminal().cloned(),
            who: arrived.caller.logged_in().clone(),
            home: arrived.home(),
            phone_secret: arrived.cookies.phone.clone(),
            centre: centre.context.clone(),
        })
    }

    async fn api_call(
        &self,
        route: &Route,
        arrived: &mut Arrived,
        service: ServiceHandle,
        left: &mut Option<Body>,
    ) -> Result<ApiCall, Error> {
        let centre = &self.centre;
        Step::Body.begin(&arrived.request);
        let headers = &arrived.head.headers;
        let takes = Takes::of(route.kind);
        let Some(format) = takes.format(headers) else {
            return wrong_media(&service, takes).await;
        };
        let (mut body, mut place, mut upload) = (Bytes::new(), None, None);
        if route.kind == Kind::Upload {
            upload = left.take();
        } else if arrived.head.method == Method::POST
            && let Some(coming) = left
        {
            match body::take(centre, route.message(), service.share(), coming).await {
                Ok((whole, own)) => (body, place) = (whole, own),
                Err(code) => return service.refuse(code).await,
            }
        }
        let fhir = match route.kind {
            Kind::Fhir(_) => FhirRequest::of(&arrived.head, arrived.path.as_ref()),
            _ => None,
        };
        let key = headers.get("idempotency-key");
        Ok(ApiCall {
            centre: centre.context.clone(),
            request: arrived.request.clone(),
            service,
            routes: self.routes,
            identity: arrived.caller.program().cloned(),
            terminal: match route.access {
                Access::Terminal(_) => arrived.caller.terminal().ok().cloned().map(Box::new),
                _ => None,
            },
            enrolling: arrived.caller.enrolling().cloned(),
            message: route.message(),
            path: arrived.path.take().ok_or(RefusalCode::NotFound)?,
            format,
            media: match route.kind {
                Kind::Upload => takes.read(headers),
                _ => None,
            },
            idempotency_key: key.map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned()),
            signature: Signature::of(headers),
            body,
            place,
            fhir,
            upload: Mutex::new(upload),
        })
    }

    /// Where a form was sent before, the way to what came of it is the answer.
    async fn led_back(
        &self,
        arrived: &Arrived,
        answer: Result<Response, Error>,
    ) -> Result<Response, Error> {
        let Some(forms) = &arrived.forms else {
            return answer;
        };
        let page = self.to_people.page_before(arrived.head.uri.path());
        let now = arrived.request.now;
        forms.led_back(&self.centre, answer, page, now).await
    }

    /// Tells a refusal or a fault. Whoever is refused too often waits for it.
    async fn failed(
        &self,
        route: &Route,
        arrived: &Arrived,
        (error, left): (Error, Option<Body>),
    ) -> Response {
        let (presented, request) = (&arrived.presented, &arrived.request);
        let is_held_back = refusals::hold_back(&self.centre, presented, request, &error).await;
        let failed = Failed {
            centre: &self.centre,
            routes: self.routes,
            is_open: route.access.function().is_none(),
            request,
            head: &arrived.head,
            caller: &arrived.caller,
            forms: arrived
                .forms
                .as_ref()
                .and_then(|forms| forms.tokens.clone()),
            is_held_back,
        };
        if route.kind.is_for_people() {
            return self.to_people.reply(&failed, error);
        }
        let response = self.to_programs.reply(&failed, error);
        body::end_small(&self.centre, left).await;
        response
    }
}

fn measured(route: &Route, request: &Request, begun: Instant, answered: &Response) {
    let status = answered.status().as_u16();
    let seconds = begun.elapsed().as_secs_f64();
    let (method, path) = (route.method, route.path);
    metrics::histogram!("onshi_request_seconds", "route" => path).record(seconds);
    metrics::counter!("onshi_requests_total", "route" => path, "method" => method,
        "status" => status.to_string())
    .increment(1);
    tracing::debug!(request = %request.id, method, route = path, status, seconds);
}

//! What a listener answers: a router of all its routes, and a short way to the messages.

use crate::http::access::Kind;
use crate::http::extract::{name_of_host, parameters};
use crate::http::pipeline::Pipeline;
use crate::http::presented::Presented;
use crate::http::route::Route;
use crate::state::sandbox::Pending;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{Extension, RawPathParams};
use axum::http::{HeaderValue, Method, Request as HttpRequest, header};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use onshi_connections::ArrivingBody;
use onshi_core::certificate::Peer;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use tower::util::ServiceExt;

/// Everything that a listener answers.
#[derive(Clone)]
pub struct Site {
    pipeline: Arc<Pipeline>,
    /// Messages by their paths: what comes a thousand times a second goes to its route at once.
    /// They are in the router too, which answers whatever else is asked of their paths.
    messages: Arc<HashMap<&'static str, &'static Route>>,
    router: Router,
    /// `Strict-Transport-Security`, and the names of ours under which it is said.
    strict: Option<(HeaderValue, Arc<[String]>)>,
}

impl Site {
    /// The routes of a pipeline, with what is answered where there is none.
    pub fn new(pipeline: Arc<Pipeline>, fallbacks: impl FnOnce(Router) -> Router) -> Site {
        let settings = &pipeline.centre.config.centre;
        let strict = strict_transport(settings.hsts_seconds, &settings.names);
        let is_message = |route: &&Route| matches!(route.kind, Kind::Message(_));
        let messages = pipeline.routes.iter().filter(is_message);
        Site {
            messages: Arc::new(messages.map(|route| (route.path, route)).collect()),
            router: fallbacks(router(&pipeline)),
            pipeline,
            strict,
        }
    }

    /// Answers a request of a connection that showed this.
    pub async fn answer(&self, presented: Presented, http: HttpRequest<ArrivingBody>) -> Response {
        let strict = self.strict_for(&http);
        let http = http.map(Body::new);
        let mut answer = match &self.pipeline.centre.sandbox {
            None => self.routed(presented, http).await,
            Some(sandbox) => {
                let certificate = presented.certificate.clone();
                let holder = certificate.peer().map(Peer::facility_code);
                let routed = move |http| Box::pin(self.routed(presented, http)) as Pending<'_>;
                let onward = Box::new(routed);
                sandbox.answer(holder, http, onward).await
            }
        };
        if let Some(strict) = strict {
            let headers = answer.headers_mut();
            headers.insert(header::STRICT_TRANSPORT_SECURITY, strict);
        }
        answer
    }

    async fn routed(&self, presented: Presented, mut http: HttpRequest<Body>) -> Response {
        if http.method() == Method::POST
            && let Some(route) = self.messages.get(http.uri().path())
        {
            let none = Some(BTreeMap::new());
            // In a place of its own: the connection would move all of it, some thousand bytes, several times.
            return Box::pin(self.pipeline.answer(route, presented, none, http)).await;
        }
        http.extensions_mut().insert(presented);
        let Ok(answer) = Box::pin(self.router.clone().oneshot(http)).await;
        answer
    }

    fn strict_for(&self, http: &HttpRequest<ArrivingBody>) -> Option<HeaderValue> {
        let (strict, names) = self.strict.as_ref()?;
        let name = name_of_host(http.headers().get(header::HOST)?.to_str().ok()?);
        let ours = names.iter().any(|ours| ours.eq_ignore_ascii_case(name));
        ours.then(|| strict.clone())
    }
}

type RawPath = Result<RawPathParams, RawPathParamsRejection>;

/// Every route of a pipeline.
fn router(pipeline: &Arc<Pipeline>) -> Router {
    let mut router = Router::new();
    for route in pipeline.routes {
        let pipeline = pipeline.clone();
        let answer = move |Extension(presented), path: RawPath, http| {
            let (pipeline, path) = (pipeline.clone(), parameters(path));
            async move { pipeline.answer(route, presented, path, http).await }
        };
        let method = match route.method {
            "POST" => MethodFilter::POST,
            _ => MethodFilter::GET,
        };
        router = router.route(route.path, on(method, answer));
    }
    router
}

/// What is said to browsers under which of our names. It is not said for addresses, to which it
/// can't apply, nor for names of the machine itself: it would apply to every port, and the
/// terminal's start page, which is plain HTTP at such a name, could not be opened any more.
fn strict_transport(seconds: u64, names: &[String]) -> Option<(HeaderValue, Arc<[String]>)> {
    let of_a_network = |name: &&String| {
        let name = name.to_ascii_lowercase();
        let of_the_machine = name == "localhost" || name.ends_with(".localhost");
        !of_the_machine && name.parse::<IpAddr>().is_err()
    };
    let names: Arc<[String]> = names.iter().filter(of_a_network).cloned().collect();
    let value = HeaderValue::try_from(format!("max-age={seconds}")).ok()?;
    (seconds > 0 && !names.is_empty()).then_some((value, names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_bound_to_tls_only_under_names_of_a_network() {
        let names = [
            "localhost",
            "a.localhost",
            "127.0.0.1",
            "::1",
            "centre.example",
        ];
        let names = names.map(str::to_owned);
        let (value, kept) = strict_transport(3600, &names).unwrap();
        assert_eq!(value, "max-age=3600");
        assert_eq!(kept.as_ref(), ["centre.example"]);
        assert!(strict_transport(3600, &names[..4]).is_none());
        assert!(strict_transport(0, &names).is_none());
    }
}

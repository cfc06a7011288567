//! What a listener answers: its router, and a short way to the messages.

use crate::api::{ApiRoute, ROUTES};
use crate::centre::Centre;
use crate::listener::Shown;
use crate::routes::api;
use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::{Method, Request as HttpRequest};
use axum::response::Response;
use hyper::body::Incoming;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tower::util::ServiceExt;

/// Everything that a listener answers.
#[derive(Clone)]
pub struct Site {
    centre: Arc<Centre>,
    /// Messages by their paths: what comes a thousand times a second goes to its route at once.
    /// They are in the router too, which answers whatever else is asked of their paths.
    messages: Arc<HashMap<&'static str, &'static ApiRoute>>,
    router: Router,
}

impl Site {
    /// What this router answers.
    pub fn new(centre: Arc<Centre>, router: Router) -> Site {
        Site {
            centre,
            messages: Arc::default(),
            router,
        }
    }

    /// The same with the messages of the Web API.
    pub fn with_messages(centre: Arc<Centre>, router: Router) -> Site {
        let messages = ROUTES
            .iter()
            .filter(|route| route.message.is_some())
            .map(|route| (route.path, route))
            .collect();
        Site {
            messages: Arc::new(messages),
            ..Site::new(centre, router)
        }
    }

    /// Answers a request of a connection that showed this.
    pub async fn answer(&self, shown: Shown, http: HttpRequest<Incoming>) -> Response {
        let mut http = http.map(Body::new);
        if http.method() == Method::POST
            && let Some(route) = self.messages.get(http.uri().path())
        {
            let none = Some(BTreeMap::new());
            return api(self.centre.clone(), route, Extension(shown), none, http).await;
        }
        http.extensions_mut().insert(shown);
        let Ok(answer) = self.router.clone().oneshot(http).await;
        answer
    }
}

//! What is answered where no route is.

use crate::api;
use crate::http::listener::Presented;
use crate::state::Centre;
use crate::web::not_found;
use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use std::sync::Arc;

/// Puts in what is answered where no route is, or none for this method; after all routes.
pub fn with_fallbacks(router: Router, centre: Arc<Centre>) -> Router {
    let (lost, wrong) = (centre.clone(), centre);
    router
        .fallback(move |Extension(presented), http: Request<Body>| {
            nothing_here(lost.clone(), presented, http, StatusCode::NOT_FOUND)
        })
        .method_not_allowed_fallback(move |Extension(presented), http: Request<Body>| {
            nothing_here(
                wrong.clone(),
                presented,
                http,
                StatusCode::METHOD_NOT_ALLOWED,
            )
        })
}

async fn nothing_here(
    centre: Arc<Centre>,
    presented: Presented,
    http: Request<Body>,
    status: StatusCode,
) -> Response {
    if api::is_of_programs(http.uri().path()) {
        return api::no_route(&centre, http.uri(), status);
    }
    not_found::nothing_here(centre, presented, http, status).await
}

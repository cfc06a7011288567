//! What is answered where no route is.

use crate::api::problem;
use crate::http::presented::Presented;
use crate::http::route::Route;
use crate::state::Centre;
use crate::web::not_found;
use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::{HeaderValue, Request, StatusCode, Uri, header};
use axum::response::Response;
use std::sync::Arc;

/// Puts in what is answered where no route is, or none for this method; after all routes.
pub(super) fn for_all(router: Router, centre: &Arc<Centre>, routes: &'static [Route]) -> Router {
    let (lost, wrong) = ((centre.clone(), routes), (centre.clone(), routes));
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
    (centre, routes): (Arc<Centre>, &'static [Route]),
    presented: Presented,
    http: Request<Body>,
    status: StatusCode,
) -> Response {
    if problem::is_of_programs(http.uri().path()) {
        return problem::no_route(&centre, http.uri(), status);
    }
    not_found::nothing_here((centre, routes), presented, http, status).await
}

/// The same at the address for programs without a certificate.
pub(super) fn for_messages(router: Router, centre: &Arc<Centre>) -> Router {
    let (lost, wrong) = (centre.clone(), centre.clone());
    router
        .fallback(move |uri: Uri| {
            std::future::ready(problem::no_route(&lost, &uri, StatusCode::NOT_FOUND))
        })
        .method_not_allowed_fallback(move |uri: Uri| {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            let mut response = problem::no_route(&wrong, &uri, status);
            let allowed = HeaderValue::from_static("POST");
            response.headers_mut().insert(header::ALLOW, allowed);
            std::future::ready(response)
        })
}

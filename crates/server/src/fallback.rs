//! What is answered where no route is.

use crate::api;
use crate::centre::Centre;
use crate::listener::Shown;
use crate::reply;
use axum::Router;
use axum::extract::Extension;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use std::sync::Arc;

/// Puts in what is answered where no route is, or none for this method; after all routes.
pub fn with_fallbacks(router: Router, centre: Arc<Centre>) -> Router {
    let (lost, wrong) = (centre.clone(), centre);
    router
        .fallback(move |Extension(shown), uri| {
            nothing_here(lost.clone(), shown, uri, StatusCode::NOT_FOUND)
        })
        .method_not_allowed_fallback(move |Extension(shown), uri| {
            nothing_here(wrong.clone(), shown, uri, StatusCode::METHOD_NOT_ALLOWED)
        })
}

async fn nothing_here(centre: Arc<Centre>, shown: Shown, uri: Uri, status: StatusCode) -> Response {
    if api::is_of_programs(uri.path()) {
        return api::no_route(&centre, &uri, status);
    }
    reply::nothing_here(centre, shown, status).await
}

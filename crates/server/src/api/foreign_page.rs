//! Requests that another site's page made a browser send.

use super::ApiRoute;
use crate::http::listener::Presented;
use crate::http::service::ServiceHandle;
use crate::routes::Access;
use crate::state::Centre;
use axum::response::Response;
use onshi_core::service::OperationContext;
use onshi_core::{Error, RefusalCode, Request};
use std::sync::Arc;

/// Refuses what another site's page made a browser send. It is in the log of whoever's certificate
/// the browser holds, since somebody there had such a page open.
pub(super) async fn refuse(
    centre: &Arc<Centre>,
    route: &ApiRoute,
    presented: &Presented,
    request: &Request,
) -> Result<Response, Error> {
    let code = RefusalCode::ForeignOrigin;
    let (Access::Terminal(function) | Access::Token(function) | Access::Insurer(function)) =
        route.access
    else {
        return Err(code.into());
    };
    let Some(actor) = super::insurer::holder(centre, presented, request).await? else {
        return Err(code.into());
    };
    let operation = OperationContext::new(actor, function, request.clone());
    ServiceHandle::new(centre.service.clone(), operation)
        .refuse(code)
        .await
}

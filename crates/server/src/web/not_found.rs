//! Where no route is, or none for this method: told to everybody as what it is. Who is logged in
//! stays so, and sees it.

use crate::http::caller::{self, Caller};
use crate::http::extract::cookie;
use crate::http::presented::Presented;
use crate::http::refusals;
use crate::http::reply::session_cookie_name;
use crate::http::route::{Route, are_of_operators};
use crate::state::Centre;
use crate::web::errors;
use crate::web::layout::error_pages::NotFoundPage;
use crate::web::layout::frame::{FormTokens, Layout};
use crate::web::reply;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use onshi_core::form::FormKey;
use onshi_core::{Function, RefusalCode};
use std::sync::Arc;

pub(crate) async fn nothing_here(
    (centre, routes): (Arc<Centre>, &'static [Route]),
    presented: Presented,
    http: Request<Body>,
    status: StatusCode,
) -> Response {
    let request = centre.request().from_peer(&presented.peer);
    let is_of_operators = are_of_operators(routes);
    let name = session_cookie_name(&centre, is_of_operators);
    let token = cookie(http.headers(), &name);
    let path = http.uri().path().to_owned();
    drop(http);
    // It is nobody's use of a session.
    let asked = (&request, false);
    let known = caller::holder(&centre, &presented, token.clone(), asked).await;
    let known = known.unwrap_or(Caller::Nobody).at_site(is_of_operators);
    let code = status.as_u16().to_string();
    metrics::counter!("onshi_requests_total", "route" => "none", "status" => code).increment(1);
    let tokens = token.as_deref().map(|cookie| FormTokens {
        key: FormKey::of_session(cookie),
        seed: request.seed,
    });
    let terms = (tokens, request.now, known.open());
    let layout = reply::layout(
        (&centre, routes),
        known.terminal().ok(),
        known.logged_in(),
        &path,
        terms,
    );
    let refusal = match known.terminal() {
        Ok(_) => RefusalCode::NotFound,
        Err(_) => RefusalCode::CertificateMissing,
    };
    let told =
        refusals::before_the_door(&centre, &presented, Function::LogIn, &request, refusal).await;
    if refusals::is_too_many(&told) {
        refusals::hold_back(&centre, &presented, &request, &told).await;
        return errors::error(&centre, &request, layout, "/", told);
    }
    let (back_href, back_label) = match &layout {
        Layout::SignedIn(_) => errors::back(&layout),
        Layout::Plain(_) => ("/".to_owned(), "はじめの画面へ".to_owned()),
    };
    let page = NotFoundPage {
        layout,
        back_href,
        back_label,
    };
    reply::with_headers(reply::page_with(status, &page))
}

//! Answers of every kind: their headers, where a browser is sent on to, the session's cookie.

use crate::state::Context;
use axum::body::Body;
use axum::http::header::HeaderName;
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode, header};
use axum::response::Response;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// Scripts and styles come from us alone, forms go to us alone, and nobody frames us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      form-action 'self'; connect-src 'self'; font-src 'none'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Any content.
pub fn raw(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Sends the browser on to another page of ours.
pub fn redirect(path: &str) -> Response {
    let mut response = raw(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", "");
    if let Ok(location) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Puts the session cookie of a site, the operators' or the centre's, on an answer, or takes it away. No other site's page leads
/// here with it.
pub(crate) fn set_session(
    (centre, is_of_operators): (&Context, bool),
    response: &mut Response,
    token: Option<&str>,
) {
    let name = session_cookie_name(centre, is_of_operators);
    put_cookie(response, &name, token, SameSite::Strict, None);
}

/// The name of the session cookie at the operators' site, or at the centre's.
pub(crate) fn session_cookie_name(centre: &Context, is_of_operators: bool) -> String {
    match is_of_operators {
        true => centre.operators_cookie_name(),
        false => centre.cookie_name(),
    }
}

/// Puts the cookie of a patient's browser on an answer. It goes along when the card's program on the same machine leads
/// back, which is another site; it opens nothing, and ends with the browser.
pub(crate) fn set_home(centre: &Context, response: &mut Response, cookie: &str) {
    let name = centre.home_cookie_name();
    put_cookie(response, &name, Some(cookie), SameSite::Lax, None);
}

/// For how long a phone of staff keeps what it is known by; it is given anew with each log-in. Browsers keep nothing longer.
const PHONE_DAYS: i64 = 400;

/// Puts what a phone of staff is known by on an answer. It goes along when the card's program leads back.
pub(crate) fn set_phone(centre: &Context, response: &mut Response, secret: &str) {
    let (name, kept) = (centre.phone_cookie_name(), Duration::days(PHONE_DAYS));
    put_cookie(response, &name, Some(secret), SameSite::Lax, Some(kept));
}

/// Puts the session cookie of a phone of staff on an answer, or takes it away.
pub(crate) fn set_phone_session(centre: &Context, response: &mut Response, token: Option<&str>) {
    let name = centre.phone_session_cookie_name();
    put_cookie(response, &name, token, SameSite::Lax, None);
}

/// Puts a cookie on an answer that goes over TLS alone and no script reads, for so long, or until the browser ends; without a
/// value takes it away.
fn put_cookie(
    response: &mut Response,
    name: &str,
    value: Option<&str>,
    same_site: SameSite,
    kept: Option<Duration>,
) {
    let kept = if value.is_none() {
        Some(Duration::ZERO)
    } else {
        kept
    };
    let mut cookie = Cookie::build((name, value.unwrap_or_default()))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(same_site)
        .build();
    cookie.set_max_age(kept);
    if let Ok(cookie) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// The headers that every answer carries. They are made once: making one looks at each of its bytes.
static EVERYWHERE: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    // No other site's page holds an answer of ours, or the window that shows one.
    (RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
    (OPENER_POLICY, HeaderValue::from_static("same-origin")),
];

/// Puts the headers that every answer carries on one.
pub fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.reserve(EVERYWHERE.len());
    for (name, value) in &EVERYWHERE {
        headers.entry(name.clone()).or_insert_with(|| value.clone());
    }
    response
}

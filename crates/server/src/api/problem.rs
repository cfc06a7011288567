//! Errors by RFC 9457, with the stable code of the refusal and, for the log-in's clients, `msg`.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use onshi_core::{Error, Request};
use serde_json::json;

/// The answer to a request that could not be answered by a message.
pub fn response(request: &Request, uri: &Uri, error: Error) -> Response {
    let (status, code, what, next, problems) = match &error {
        Error::Fault(fault) => {
            tracing::error!(request = %request.id, path = uri.path(), %fault,
                "a request failed");
            metrics::counter!("onshi_faults_total").increment(1);
            let what = "システムで障害が発生しました。";
            let next = "しばらくしてから、もう一度送信してください。続くときは要求番号を実施機関へお知らせください。";
            (500, "fault", what, next, Vec::new())
        }
        Error::Refused(refusal) => {
            let code = refusal.code;
            let problems: Vec<_> = refusal
                .problems
                .iter()
                .map(|problem| json!({"pointer": problem.field, "detail": problem.text}))
                .collect();
            (
                code.status(),
                code.code(),
                code.what(),
                code.next(),
                problems,
            )
        }
    };
    let until = match &error {
        Error::Refused(refusal) => refusal.until.map(|until| until.jst_table()),
        Error::Fault(_) => None,
    };
    let mut body = json!({
        "type": format!("urn:onshi:problem:{code}"),
        "title": what,
        "status": status,
        "detail": format!("{what}{next}"),
        "instance": format!("urn:onshi:request:{}", request.id),
        "code": code,
        "msg": what,
    });
    if let Some(object) = body.as_object_mut() {
        if let Some(until) = until {
            object.insert("until".to_owned(), json!(until));
        }
        if !problems.is_empty() {
            object.insert("problems".to_owned(), json!(problems));
        }
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = crate::reply::raw(status, "application/problem+json", body.to_string());
    if let Error::Refused(refusal) = &error
        && let Some(seconds) = crate::retry::seconds_to_wait(refusal, request.now)
    {
        response = crate::retry::retry_after(response, seconds);
    }
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer realm=\"onshi\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Error::Refused(refusal) = &error {
        crate::listener::mark(&mut response, refusal.code);
    }
    crate::reply::with_headers(response)
}

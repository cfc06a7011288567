//! Errors by RFC 9457, with the stable code of the refusal and, for the log-in's clients, `msg`.

use crate::http::pipeline::{ErrorReply, Failed};
use crate::state::context::Context;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use onshi_core::{Error, RefusalCode, Request};
use onshi_wire::fhir::{Issue, outcome};
use serde_json::{Value, json};

/// Errors as programs are told of them.
pub struct Problems;

impl ErrorReply for Problems {
    fn reply(&self, failed: &Failed<'_>, error: Error) -> Response {
        response(failed.request, &failed.head.uri, error)
    }
}

/// The answer to a request that could not be answered by a message.
pub fn response(request: &Request, uri: &Uri, error: Error) -> Response {
    let (status, code, what, next, problems) = match &error {
        Error::Fault(fault) => {
            tracing::error!(request = %request.id, path = uri.path(), %fault,
                "a request failed");
            metrics::counter!("onshi_faults_total").increment(1);
            let effect = fault.effect;
            (
                effect.status(),
                effect.code(),
                effect.what(),
                effect.next(),
                Vec::new(),
            )
        }
        Error::Refused(refusal) => {
            let code = refusal.code;
            debug_assert!(code.is_told_to_programs(), "{}", code.code());
            let problems: Vec<_> = refusal
                .problems
                .iter()
                .map(|problem| json!({"pointer": problem.about.word(), "detail": problem.text}))
                .collect();
            (
                code.status(),
                code.code(),
                code.what(),
                code.next_for_programs(),
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
    let mut response = match super::fhir::is_here(uri.path()) {
        true => fhir_outcome(status, &body),
        false => crate::http::reply::raw(status, "application/problem+json", body.to_string()),
    };
    let wait = match &error {
        Error::Refused(refusal) => crate::http::retry::seconds_to_wait(refusal, request.now),
        Error::Fault(fault) => {
            (fault.effect.status() == 503).then_some(crate::http::retry::BUSY_SECONDS)
        }
    };
    if let Some(seconds) = wait {
        response = crate::http::retry::retry_after(response, seconds);
    }
    if status == StatusCode::UNAUTHORIZED {
        // RFC 6750, section 3: whoever sent none is told no error.
        let challenge = HeaderValue::from_static(match code {
            "token.missing" => "Bearer realm=\"onshi\"",
            _ => "Bearer realm=\"onshi\", error=\"invalid_token\"",
        });
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Error::Refused(refusal) = &error {
        crate::http::presented::mark(&mut response, refusal.code);
    }
    crate::http::reply::with_headers(response)
}

/// The same for programs that speak FHIR.
fn fhir_outcome(status: StatusCode, problem: &Value) -> Response {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let request = text(&problem["instance"]).replace("urn:onshi:request:", "");
    let issue = Issue {
        status: status.as_u16(),
        code: &text(&problem["code"]),
        words: &text(&problem["detail"]),
        request: Some(&request),
    };
    let problems = problem["problems"].as_array();
    let problems: Vec<_> = problems
        .into_iter()
        .flatten()
        .map(|problem| (text(&problem["pointer"]), text(&problem["detail"])))
        .collect();
    let outcome = outcome(issue, &problems);
    crate::http::reply::raw(status, super::fhir::JSON, outcome.to_string())
}

/// Whether programs ask here, which read problems and no pages; also where the rest of the path is wrong.
pub fn is_of_programs(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    ["oqs-api-pro", "onshi", "fhir"].contains(&first)
}

/// The answer where no route of the API is, or none for this method.
pub fn no_route(centre: &Context, uri: &Uri, status: StatusCode) -> Response {
    let code = status.as_u16().to_string();
    metrics::counter!("onshi_requests_total", "route" => "none", "status" => code).increment(1);
    let request = centre.request();
    let refusal = match status {
        StatusCode::METHOD_NOT_ALLOWED => RefusalCode::RouteMethod,
        _ => RefusalCode::RouteUnknown,
    };
    response(&request, uri, refusal.into())
}

#[cfg(test)]
mod tests {
    use onshi_core::RefusalCode;
    use onshi_wire::fhir::issue_type;

    #[test]
    fn every_refusal_has_a_type_of_fhirs_that_says_something() {
        let of = |code: RefusalCode| issue_type(code.code(), code.status());
        for code in RefusalCode::ALL.iter().copied() {
            // The type of what is none of the others.
            assert_ne!(of(code), "processing", "{}", code.code());
        }
        assert_eq!(of(RefusalCode::ConsentMissing), "suppressed");
        assert_eq!(of(RefusalCode::NotPermitted), "forbidden");
        assert_eq!(of(RefusalCode::CertificateExpired), "expired");
        assert_eq!(of(RefusalCode::PageGone), "expired");
        assert_eq!(of(RefusalCode::Invalid), "invalid");
    }
}

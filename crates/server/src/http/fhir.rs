//! What a request for a resource of FHIR says of itself, beside its body.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Where FHIR is.
pub const BASE: &str = "/fhir/r4";

/// The type of everything that is answered.
pub const JSON: &str = "application/fhir+json";

/// What of a request these routes need beside its body.
pub struct FhirRequest {
    /// The kind of resource, as the path has it.
    pub kind: String,
    /// The id of the path.
    pub id: Option<String>,
    /// Whether it was sent, and has a body.
    pub sent: bool,
    /// What is searched for, as it came.
    pub query: String,
    /// Whether what we answer is what is wanted.
    pub acceptable: bool,
    /// What pages are bound to: the token, without being one.
    pub bound_to: String,
}

/// Whether any of what is accepted is JSON, or everything.
fn accepts(headers: &HeaderMap) -> bool {
    let accepted: Vec<&str> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|kind| kind.split(';').next().unwrap_or("").trim())
        .filter(|kind| !kind.is_empty())
        .collect();
    let ours = |kind: &&str| {
        let known = [
            JSON,
            "application/json",
            "application/*",
            "*/*",
            "text/json",
            "json",
        ];
        known.iter().any(|known| kind.eq_ignore_ascii_case(known))
    };
    accepted.is_empty() || accepted.iter().any(ours)
}

impl FhirRequest {
    /// Takes it from a request; none where that is elsewhere.
    pub(crate) fn of(head: &Parts, path: Option<&BTreeMap<String, String>>) -> Option<FhirRequest> {
        let rest = head.uri.path().strip_prefix(BASE)?;
        let kind = rest.split('/').nth(1).unwrap_or("").to_owned();
        let token = head.headers.get(header::AUTHORIZATION);
        let token = token.map_or(&b""[..], |value| value.as_bytes());
        Some(FhirRequest {
            kind,
            id: path.and_then(|path| path.get("id").cloned()),
            sent: head.method == Method::POST,
            query: head.uri.query().unwrap_or("").to_owned(),
            acceptable: accepts(&head.headers),
            bound_to: onshi_core::entropy::hex(&Sha256::digest(token)),
        })
    }
}

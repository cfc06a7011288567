//! FHIR R4, read only, at `/fhir/r4`: what the messages tell, as resources (`docs/adr/0025-fhir-r4.md`).
//!
//! It is the Web API in another form: the same token and certificate, the same door, the same consents.
//! Nothing is kept for it. Resources are made from the answers of the messages by the mapping of
//! `onshi_wire::fhir`, and named by opaque ids that are good at one institution only.

mod access;
mod capability;
mod consents;
mod pages;
mod patients;
mod records;
mod routes;
mod search;

pub use routes::ROUTES;

use super::ApiCall;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use onshi_core::{Error, Moment, Problem, Refusal, RefusalCode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Where it is.
pub const BASE: &str = "/fhir/r4";

/// The type of everything that is answered.
pub const JSON: &str = "application/fhir+json";

/// What of a request these routes need beside its body.
pub struct Asked {
    /// The kind of resource, as the path has it.
    kind: String,
    /// The id of the path.
    id: Option<String>,
    /// Whether it was sent, and has a body.
    sent: bool,
    /// What is searched for, as it came.
    query: String,
    /// Whether what we answer is what is wanted.
    acceptable: bool,
    /// What pages are bound to: the token, without being one.
    bound_to: String,
}

/// Whether an address lies in here.
pub fn is_here(path: &str) -> bool {
    path.starts_with("/fhir/")
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

impl Asked {
    /// Takes it from a request; none where that is elsewhere.
    pub(super) fn of(head: &Parts, path: Option<&BTreeMap<String, String>>) -> Option<Asked> {
        let rest = head.uri.path().strip_prefix(BASE)?;
        let kind = rest.split('/').nth(1).unwrap_or("").to_owned();
        let token = head.headers.get(header::AUTHORIZATION);
        let token = token.map_or(&b""[..], |value| value.as_bytes());
        Some(Asked {
            kind,
            id: path.and_then(|path| path.get("id").cloned()),
            sent: head.method == Method::POST,
            query: head.uri.query().unwrap_or("").to_owned(),
            acceptable: accepts(&head.headers),
            bound_to: onshi_core::entropy::hex(&Sha256::digest(token)),
        })
    }
}

impl ApiCall {
    fn asked(&self) -> Result<&Asked, Error> {
        let asked = self.fhir.as_ref();
        asked.ok_or_else(|| RefusalCode::NotFound.into())
    }

    /// The address of something here.
    fn address(&self, rest: &str) -> String {
        let name = self.centre.config.centre.names.first();
        let name = name.map_or("localhost", String::as_str);
        let port = self.centre.address.port();
        format!("https://{name}:{port}{BASE}/{rest}")
    }

    /// Refuses what the request itself makes impossible, with an entry in the log.
    async fn wrong<T: Send + 'static>(&self, problems: Vec<Problem>) -> Result<T, Error> {
        super::messages::note_refusal(self, RefusalCode::Invalid).await?;
        Err(Refusal::invalid(problems).into())
    }

    /// Refuses a form that is not spoken here.
    async fn must_be_acceptable(&self) -> Result<(), Error> {
        if self.asked()?.acceptable {
            return Ok(());
        }
        self.service.refuse(RefusalCode::NotAcceptable).await
    }
}

/// A moment as FHIR writes it.
fn instant(moment: Moment) -> String {
    format!("{}+09:00", moment.jst_table().replace(' ', "T"))
}

fn answer(resource: &Value) -> Response {
    crate::http::reply::raw(StatusCode::OK, JSON, resource.to_string())
}

/// What the kinds of a path are answered by.
async fn read(call: ApiCall) -> Result<Response, Error> {
    call.must_be_acceptable().await?;
    let resource = match call.asked()?.kind.as_str() {
        "Patient" | "Coverage" => patients::read(&call).await?,
        "Consent" => consents::read(&call).await?,
        "AuditEvent" => access::read(&call).await?,
        _ => records::read(&call).await?,
    };
    Ok(answer(&resource))
}

async fn search(call: ApiCall) -> Result<Response, Error> {
    call.must_be_acceptable().await?;
    let search = match search::of(&call) {
        Ok(search) => search,
        Err(problems) => return call.wrong(problems).await,
    };
    let bundle = match call.asked()?.kind.as_str() {
        "Patient" | "Coverage" => patients::search(&call, search).await?,
        "Consent" => consents::search(&call, search).await?,
        "AuditEvent" => access::search(&call, search).await?,
        _ => records::search(&call, search).await?,
    };
    Ok(answer(&bundle))
}

async fn submit(call: ApiCall) -> Result<Response, Error> {
    call.must_be_acceptable().await?;
    let resource = patients::submit(&call).await?;
    Ok(answer(&resource))
}

async fn metadata(call: ApiCall) -> Result<Response, Error> {
    if !call.asked()?.acceptable {
        return Err(RefusalCode::NotAcceptable.into());
    }
    Ok(answer(&capability::statement(&call.address(""))))
}

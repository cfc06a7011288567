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
mod search;

pub use crate::http::fhir::{BASE, JSON};
pub use access::older_accesses;

use crate::http::fhir::FhirRequest;
use crate::http::route::ApiCall;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::{Error, Moment, Problem, Refusal, RefusalCode};
use serde_json::Value;

/// Whether an address lies in here.
pub fn is_here(path: &str) -> bool {
    path.starts_with("/fhir/")
}

impl ApiCall {
    fn asked(&self) -> Result<&FhirRequest, Error> {
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
        self.service.note_refusal(RefusalCode::Invalid).await?;
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

/// The parameters of a search as the address of the next page repeats them, or what is wrong with them.
pub fn repeated_parameters(
    kind: &str,
    address: &[u8],
    sent: Option<&[u8]>,
) -> Result<String, Vec<Problem>> {
    search::read(kind, address, sent).map(|search| search.again)
}

/// A moment as FHIR writes it.
pub fn instant(moment: Moment) -> String {
    format!("{}+09:00", moment.jst_table().replace(' ', "T"))
}

fn answer(resource: &Value) -> Response {
    crate::http::reply::raw(StatusCode::OK, JSON, resource.to_string())
}

/// What the kinds of a path are answered by.
pub(crate) async fn read(call: ApiCall) -> Result<Response, Error> {
    call.must_be_acceptable().await?;
    let resource = match call.asked()?.kind.as_str() {
        "Patient" | "Coverage" => patients::read(&call).await?,
        "Consent" => consents::read(&call).await?,
        "AuditEvent" => access::read(&call).await?,
        _ => records::read(&call).await?,
    };
    Ok(answer(&resource))
}

pub(crate) async fn search(call: ApiCall) -> Result<Response, Error> {
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

pub(crate) async fn submit(call: ApiCall) -> Result<Response, Error> {
    call.must_be_acceptable().await?;
    let resource = patients::submit(&call).await?;
    Ok(answer(&resource))
}

pub(crate) async fn metadata(call: ApiCall) -> Result<Response, Error> {
    if !call.asked()?.acceptable {
        return Err(RefusalCode::NotAcceptable.into());
    }
    Ok(answer(&capability::statement(
        call.routes,
        &call.address(""),
    )))
}

//! The way to a certificate for whoever has none yet: a code, and a request for a key of one's own; and the renewal of
//! a terminal's certificate with the certificate itself. Paths and form are ours; the real system hands a number out by
//! letter, has a site of its own and a client that renews.

use crate::http::reply::raw;
use crate::http::route::ApiCall;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::certificate::CertificateRequest;
use onshi_core::enrolment::{self, Enrolled, EnrolmentFor};
use onshi_core::{Error, Moment, RefusalCode, Subject};
use serde::Deserialize;
use serde_json::{Value, json};

/// What is sent: a PKCS#10 request in PEM.
#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "certificateRequest")]
    certificate_request: String,
}

/// Reads the request of a body, and proves it.
async fn request(call: &ApiCall) -> Result<CertificateRequest, Error> {
    let Ok(sent) = serde_json::from_slice::<Sent>(&call.body) else {
        return call.service.refuse(RefusalCode::Unreadable).await;
    };
    proven(call, sent.certificate_request).await
}

/// What is sent to say that a certificate is in use: its number.
#[derive(Deserialize)]
struct InUse {
    serial: String,
}

/// Reads and proves a request beside the sockets.
pub(super) async fn proven(call: &ApiCall, pem: String) -> Result<CertificateRequest, Error> {
    let read = move || CertificateRequest::from_pem(&pem);
    match call.beside(read).await? {
        Ok(request) => Ok(request),
        Err(_) => call.service.refuse(RefusalCode::Unreadable).await,
    }
}

/// `POST /onshi/v1/enrolment`.
pub async fn enrol(call: ApiCall) -> Result<Response, Error> {
    let Some(enrolling) = call.enrolling.clone() else {
        return call.service.refuse(RefusalCode::EnrolmentUnknown).await;
    };
    let request = request(&call).await?;
    let authority = call.centre.authority.clone();
    let (id, subject): (String, Subject) = (enrolling.id.clone(), enrolling.subject());
    let enrolled = call
        .service
        .change(subject, move |tx| {
            enrolment::enrol(tx, &authority, &id, &request)
        })
        .await?;
    call.service.log("fetched a certificate");
    let body = answer(
        &enrolled,
        &enrolling.holder_name,
        &call.centre.authority_pem,
    );
    Ok(raw(StatusCode::OK, "application/json", body.to_string()))
}

/// `POST /onshi/v1/certificates/renewal`: another certificate for the terminal that shows one which ends soon.
pub async fn renew(call: ApiCall) -> Result<Response, Error> {
    let terminal = call.terminal.as_ref();
    let terminal = terminal.ok_or(RefusalCode::CertificateMissing)?;
    let (serial, holder) = (terminal.serial.clone(), terminal.facility_name.clone());
    if call.centre.log_ins.take(&serial, call.request.now).is_err() {
        return call.service.refuse(RefusalCode::TooManyRequests).await;
    }
    let request = request(&call).await?;
    let authority = call.centre.authority.clone();
    let renewed = call
        .service
        .change(Subject::NONE, move |tx| {
            enrolment::renew(tx, &authority, &request)
        })
        .await?;
    call.service.log("renewed a certificate");
    let body = answer(&renewed, &holder, &call.centre.authority_pem);
    Ok(raw(StatusCode::OK, "application/json", body.to_string()))
}

/// `POST /onshi/v1/certificates/renewal/used`: the certificate that is shown is in use in the place of an older one.
pub async fn used(call: ApiCall) -> Result<Response, Error> {
    let own = call
        .terminal
        .as_ref()
        .map(|terminal| terminal.serial.clone());
    let named = serde_json::from_slice::<InUse>(&call.body).ok();
    if named.is_none_or(|named| Some(named.serial) != own) {
        return call.service.refuse(RefusalCode::Unreadable).await;
    }
    let end = call.service.change(Subject::NONE, enrolment::used).await?;
    Ok(raw(
        StatusCode::OK,
        "application/json",
        in_use(end).to_string(),
    ))
}

/// Until when the older one is good; null where this replaces none, or it was said before.
pub(super) fn in_use(end: Option<Moment>) -> Value {
    json!({"olderUntil": end.map(Moment::jst_fourteen)})
}

/// The certificate, and for whom it is.
pub(super) fn answer(enrolled: &Enrolled, holder: &str, authority_pem: &str) -> Value {
    let of = &enrolled.of;
    let facility = of.facility().map(|code| code.as_str().to_owned());
    json!({
        "kind": of.kind().code(),
        "name": match of {
            EnrolmentFor::Insurer(..) => Value::Null,
            EnrolmentFor::Terminal(_, name) | EnrolmentFor::Reader(_, name) => json!(name),
        },
        "medicalInstitutionCode": facility,
        "insurerNumbers": of.numbers(),
        "holder": holder,
        "serial": enrolled.serial,
        "certificate": enrolled.certificate_pem,
        "authority": authority_pem,
    })
}

//! The way to a certificate for whoever has none yet: a code, and a request for a key of one's own. The path and the
//! form are ours; the real system hands a number out by letter and has a site of its own.

use crate::http::reply::raw;
use crate::http::route::ApiCall;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::certificate::CertificateRequest;
use onshi_core::enrolment::{self, Enrolled, EnrolmentFor};
use onshi_core::{Error, RefusalCode, Subject};
use serde::Deserialize;
use serde_json::{Value, json};

/// What is sent: a PKCS#10 request in PEM.
#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "certificateRequest")]
    certificate_request: String,
}

/// Reads and proves a request beside the sockets.
async fn request(call: &ApiCall) -> Result<CertificateRequest, Error> {
    let Ok(sent) = serde_json::from_slice::<Sent>(&call.body) else {
        return call.service.refuse(RefusalCode::Unreadable).await;
    };
    let read = move || CertificateRequest::from_pem(&sent.certificate_request);
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

/// The certificate, and for whom it is.
fn answer(enrolled: &Enrolled, holder: &str, authority_pem: &str) -> Value {
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

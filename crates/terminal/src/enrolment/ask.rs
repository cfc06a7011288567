//! What is asked of the centre for a certificate, and what it answers.

use super::install::Pending;
use super::{EnrolmentError, Failed};
use crate::gateway::Timeouts;
use crate::gateway::failure::Failure;
use bytes::Bytes;
use http_body_util::Full;
use hyper::http::uri::Authority;
use hyper::{Request, header};
use onshi_client::pool::Scheme;
use onshi_client::{Answer, Pool, Roots, tls, token};
use serde::Deserialize;

/// Where a certificate is fetched.
const PATH: &str = "/onshi/v1/enrolment";

/// A certificate with its authority's is some kilobytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// What the centre granted.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// `terminal`, `reader` or `insurer`.
    pub kind: String,
    /// The name of the terminal or the reader.
    pub name: Option<String>,
    /// 医療機関コード.
    pub medical_institution_code: Option<String>,
    /// The name of the institution or the insurer.
    pub holder: String,
    /// The certificate's number.
    pub serial: String,
    /// The certificate in PEM.
    pub certificate: String,
    /// The authority's in PEM.
    pub authority: String,
}

/// Sends the request for the key with the code.
pub(super) async fn ask(
    address: &Authority,
    roots: &Roots,
    (code, pending): (&str, &Pending),
    timeouts: Timeouts,
) -> Result<Granted, EnrolmentError> {
    let puzzling = |_| EnrolmentError::Away(Failed(Failure::Puzzling));
    let request = pending.request()?;
    let body = serde_json::json!({"certificateRequest": request}).to_string();
    let mut code = header::HeaderValue::try_from(format!("Enrolment {code}"))
        .map_err(|_| EnrolmentError::NotOurs)?;
    code.set_sensitive(true);
    let request = Request::post(format!("https://{address}{PATH}"))
        .header(header::CONTENT_TYPE, token::JSON)
        .header(header::AUTHORIZATION, code)
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| EnrolmentError::Away(Failed(Failure::Puzzling)))?;
    let config = tls::config(roots, None).map_err(|_| Failed(Failure::NoTls));
    let pool: Pool<Full<Bytes>> = Pool::new(
        config.map_err(EnrolmentError::Away)?,
        Scheme::Https,
        timeouts.connect,
    );
    let sent = tokio::time::timeout(timeouts.answer, pool.send(request));
    let answered = match sent.await {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => return Err(EnrolmentError::Away(Failed(Failure::of(&error)))),
        Err(_) => return Err(EnrolmentError::Away(Failed(Failure::AnswerTimeout))),
    };
    let answer = Answer::whole(answered, ANSWER_BYTES_MAX, timeouts.answer).await;
    let answer = answer.map_err(|_| EnrolmentError::Away(Failed(Failure::Broken)))?;
    if answer.status == 200 {
        return serde_json::from_slice(&answer.body).map_err(puzzling);
    }
    let problem = answer.problem();
    if problem.code.is_empty() {
        return Err(EnrolmentError::Away(Failed(Failure::Puzzling)));
    }
    Err(EnrolmentError::Refused {
        remedy: problem.remedy().to_owned(),
        code: problem.code,
        what: problem.title,
    })
}

//! What is asked of the centre for a certificate, and what it answers.

use super::install::Pending;
use super::{EnrolmentError, Failed};
use crate::gateway::Timeouts;
use crate::gateway::centre::{Centre, Line};
use crate::gateway::failure::Failure;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::http::uri::Authority;
use hyper::{Request, header};
use onshi_client::pool::Scheme;
use onshi_client::{Answer, Pool, Roots, tls, token};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Where a certificate is fetched.
const PATH: &str = "/onshi/v1/enrolment";
/// Where one is renewed.
const RENEWAL: &str = "/onshi/v1/certificates/renewal";
/// Where it is said that the renewed one is in use.
const IN_USE: &str = "/onshi/v1/certificates/renewal/used";

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
    read(&answer.map_err(|_| EnrolmentError::Away(Failed(Failure::Broken)))?)
}

/// Asks for another certificate over the connections of the old one.
pub(super) async fn renewal(
    centre: &Centre,
    line: &Line,
    pending: &Pending,
) -> Result<Granted, EnrolmentError> {
    let body = serde_json::json!({"certificateRequest": pending.request()?});
    read(&post(centre, line, RENEWAL, &body).await?)
}

/// Says over the connections of the new certificate that it is in use.
pub(super) async fn in_use(
    centre: &Centre,
    line: &Line,
    serial: &str,
) -> Result<(), EnrolmentError> {
    let body = serde_json::json!({"serial": serial});
    let answer = post(centre, line, IN_USE, &body).await?;
    read::<serde_json::Value>(&answer).map(drop)
}

pub(crate) async fn post(
    centre: &Centre,
    line: &Line,
    path: &str,
    body: &serde_json::Value,
) -> Result<Answer, EnrolmentError> {
    let away = |failure| EnrolmentError::Away(Failed(failure));
    let body = Full::new(Bytes::from(body.to_string()))
        .map_err(|never| match never {})
        .boxed_unsync();
    let request = Request::post(format!("https://{}{path}", centre.authority()))
        .header(header::CONTENT_TYPE, token::JSON)
        .body(body)
        .map_err(|_| away(Failure::Puzzling))?;
    let patience = centre.timeouts.answer;
    let answered = tokio::time::timeout(patience, line.send(request)).await;
    let answered = answered.map_err(|_| away(Failure::AnswerTimeout))?;
    let answered = answered.map_err(away)?;
    let answer = Answer::whole(answered, ANSWER_BYTES_MAX, patience).await;
    answer.map_err(|_| away(Failure::Broken))
}

/// What the centre granted, or why not.
fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, EnrolmentError> {
    let puzzling = |_| EnrolmentError::Away(Failed(Failure::Puzzling));
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

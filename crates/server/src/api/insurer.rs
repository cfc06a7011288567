//! Insurers' own routes: reporting insured persons and their medical records, and seeing how that stands.
//!
//! A report comes as a stream and is never held as a whole: its lines are checked as they arrive,
//! committed a few hundred at a time, and the answer goes out when the last of them is on the
//! disk. Whoever is cut off sends the same again under the same `Idempotency-Key`, and what was
//! committed is passed over. The paths and the form are ours: the real insurers report through
//! 医療保険者等向け中間サーバー, whose interface is not public.

mod kind;

use crate::api::ApiCall;
use crate::api::arriving::Progress;
use crate::api::media::{Media, Takes, wrong_media};
use crate::http::listener::Presented;
use crate::http::refusals;
use crate::http::reply::raw;
use crate::http::service::ServiceHandle;
use crate::state::Centre;
use crate::state::blocking::beside;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kind::Kind;
use onshi_core::audit::{Detail, SubjectKind};
use onshi_core::insured::Line;
use onshi_core::insured::import_reader::{Batch, Format, ImportReader, NotTaken};
use onshi_core::insurer::{self, Report, Status};
use onshi_core::medical::Record;
use onshi_core::service::OperationContext;
use onshi_core::{Actor, Error, Fault, Function, Problem, Refusal, RefusalCode, Request, Subject};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How many bytes of a report are checked before other requests come between.
const CHECKED_AT_ONCE: usize = 16 * 1024;
/// How long an insurer with too many reports at a time waits for being told so. Told at once, its
/// program would come again at once, each time with a handshake and an entry in the audit log.
const BUSY: Duration = Duration::from_secs(1);

/// What an insurer's program sends.
pub struct Upload {
    /// The insurer of the path, in the form in which it is compared.
    number: String,
    /// None when the content type is nothing that we read.
    format: Option<Format>,
    body: Mutex<Option<Body>>,
}

impl Upload {
    /// Takes what arrived.
    pub fn of(
        path: Option<BTreeMap<String, String>>,
        headers: &HeaderMap,
    ) -> Result<Upload, Error> {
        let path = path.ok_or(RefusalCode::NotFound)?;
        let number = path.get("insurer_number").ok_or(RefusalCode::NotFound)?;
        let format = Takes::Report.read(headers).map(Media::of_a_report);
        Ok(Upload {
            // What is no number is nobody's, and the door says so.
            number: insurer::number(number).unwrap_or_else(|_| number.clone()),
            format,
            body: Mutex::new(None),
        })
    }

    /// The same with what is sent.
    pub fn with(self, body: Option<Body>) -> Upload {
        Upload {
            body: Mutex::new(body),
            ..self
        }
    }

    fn subject(&self) -> Subject {
        Subject::of(SubjectKind::Insurer, self.number.clone())
    }

    fn take_body(&self) -> Option<Body> {
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.take()
    }
}

/// Who is at an insurer's door, or why nobody is let in.
async fn judge(
    centre: &Arc<Centre>,
    presented: &Presented,
    request: &Request,
) -> Result<Result<Actor, RefusalCode>, Fault> {
    let (asked, presented, now) = (centre.clone(), presented.clone(), request.now);
    let looked = move || asked.service.authn().insurer(&presented.certificate, now);
    beside(centre, "looking which insurer is at the door", looked).await
}

/// Whose certificate it is, as whoever knocks with it: a terminal or an insurer.
pub async fn holder(
    centre: &Arc<Centre>,
    presented: &Presented,
    request: &Request,
) -> Result<Option<Actor>, Error> {
    match super::identity::judge(centre, presented, request.now).await {
        Ok(terminal) => Ok(Some(terminal.visitor())),
        Err(Error::Fault(fault)) => Err(fault.into()),
        Err(Error::Refused(_)) => Ok(judge(centre, presented, request).await?.ok()),
    }
}

/// The handle of an insurer's request. A terminal that knocks here is refused in its institution's
/// log, since it is known who it is.
pub async fn service(
    centre: &Arc<Centre>,
    presented: &Presented,
    function: Function,
    request: &Request,
    sent: &Upload,
) -> Result<ServiceHandle, Error> {
    let service = |actor| {
        let operation = OperationContext {
            subject: sent.subject(),
            ..OperationContext::new(actor, function, request.clone())
        };
        ServiceHandle::new(centre.service.clone(), operation)
    };
    match judge(centre, presented, request).await? {
        Ok(actor) => {
            let service = service(actor);
            service.enter().await?;
            Ok(service)
        }
        Err(RefusalCode::CertificateOtherKind) => {
            let terminal = super::identity::judge(centre, presented, request.now).await?;
            service(terminal.visitor())
                .refuse(RefusalCode::CertificateOtherKind)
                .await
        }
        Err(code) => {
            Err(refusals::before_the_door(centre, presented, function, request, code).await)
        }
    }
}

/// The other way round: an insurer that knocks where terminals come in is refused by name.
pub async fn audited<T>(
    centre: &Arc<Centre>,
    presented: &Presented,
    function: Function,
    request: &Request,
    found: Result<T, Error>,
) -> Result<T, Error>
where
    T: Send + 'static,
{
    match &found {
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::CertificateOtherKind => {}
        _ => return found,
    }
    match judge(centre, presented, request).await? {
        Ok(actor) => {
            let operation = OperationContext::new(actor, function, request.clone());
            let service = ServiceHandle::new(centre.service.clone(), operation);
            service.refuse(RefusalCode::CertificateOtherKind).await
        }
        Err(code) => Err(code.into()),
    }
}

/// Refuses with words of our own, and leaves the refusal in the audit log.
async fn invalid<T>(call: &ApiCall, field: &'static str, words: String) -> Result<T, Error> {
    super::messages::note_refusal(call, RefusalCode::Invalid).await?;
    Err(Refusal::invalid(vec![Problem::new(field, words)]).into())
}

/// `POST …/records`.
pub async fn take_insured(call: ApiCall) -> Result<Response, Error> {
    take::<Line>(call).await
}

/// `POST …/medical-records`.
pub async fn take_medical(call: ApiCall) -> Result<Response, Error> {
    take::<Record>(call).await
}

async fn take<L: Kind>(call: ApiCall) -> Result<Response, Error> {
    let sent = call.upload.as_ref().ok_or(RefusalCode::NotPermitted)?;
    let mut body = sent.take_body().unwrap_or_default();
    let answer = take_in::<L>(&call, sent, &mut body).await;
    if answer.is_err() {
        super::body::end_small(&call.centre, Some(body)).await;
    }
    answer
}

async fn take_in<L: Kind>(
    call: &ApiCall,
    sent: &Upload,
    body: &mut Body,
) -> Result<Response, Error> {
    let Ok(_place) = call.centre.reports.place(call.service.share()).await else {
        tokio::time::sleep(BUSY).await;
        return call.service.refuse(RefusalCode::Busy).await;
    };
    let Some(format) = sent.format else {
        return wrong_media(&call.service, Takes::Report).await;
    };
    let key = match call.own_key().await? {
        Some(key) => key.to_owned(),
        None => call.request.id.to_string(),
    };
    let asked = (L::source(&sent.number, &key), key.clone());
    let before = call
        .service
        .scan(sent.subject(), move |tx| {
            tx.set_detail(Detail::ReportProgressAsked {});
            insurer::find_report_at(tx, &asked.0, &asked.1)
        })
        .await?;
    let begin = before.as_ref().map(|report| report.run.clone());
    let rules = call.centre.config.rules.report.clone();
    let mut import_reader: ImportReader<L> = ImportReader::begin(format, rules.batch_lines)
        .of(&sent.number)
        .going_on(begin.unwrap_or_default());
    let patience = super::body::patience(&call.centre);
    let mut progress = Progress::new(patience, call.centre.config.limits.report_bytes_min);
    loop {
        let piece = match progress.next(body).await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(code) => return call.service.refuse(code).await,
        };
        for slice in piece.chunks(CHECKED_AT_ONCE) {
            match import_reader.push(slice) {
                Ok(batches) => {
                    for batch in batches {
                        put(call, sent, &key, batch).await?;
                    }
                }
                Err(why) => return not_taken(call, why).await,
            }
            // Checking is work; other requests of this thread come between.
            tokio::task::yield_now().await;
        }
    }
    let (report, repeated) = match import_reader.finish() {
        Ok(Some(batch)) => (put(call, sent, &key, batch).await?, false),
        Ok(None) => (before, true),
        Err(why) => return not_taken(call, why).await,
    };
    let report = report.ok_or_else(|| Fault::at("answering a report", "it was not kept"))?;
    let mut answer = describe(&report);
    answer["insurerNumber"] = json!(sent.number);
    answer["repeated"] = json!(repeated);
    Ok(raw(StatusCode::OK, "application/json", answer.to_string()))
}

async fn not_taken(call: &ApiCall, why: NotTaken) -> Result<Response, Error> {
    match why {
        NotTaken::Changed => call.service.refuse(RefusalCode::ReportChanged).await,
        NotTaken::Beginning(words) | NotTaken::MostlyWrong(words) => {
            invalid(call, "records", words.japanese).await
        }
    }
}

/// Commits a batch; answers when it is on the disk, and with the whole report after the last one.
async fn put<L: Kind>(
    call: &ApiCall,
    sent: &Upload,
    key: &str,
    batch: Batch<L>,
) -> Result<Option<Report>, Error> {
    let (number, key) = (sent.number.clone(), key.to_owned());
    call.service
        .later((call.centre.clock)())
        .change(sent.subject(), move |tx| {
            let source = L::source(&number, &key);
            L::take(tx, &source, &number, &batch)?;
            if !batch.finished {
                return Ok(None);
            }
            insurer::find_report_at(tx, &source, &key)
        })
        .await
}

/// `GET …/status`.
pub async fn status(call: ApiCall) -> Result<Response, Error> {
    let sent = call.upload.as_ref().ok_or(RefusalCode::NotPermitted)?;
    let number = sent.number.clone();
    let status = call
        .service
        .scan(sent.subject(), move |tx| insurer::status(tx, &number))
        .await?;
    let body = describe_status(&status).to_string();
    Ok(raw(StatusCode::OK, "application/json", body))
}

fn describe_status(status: &Status) -> Value {
    let (name, day) = match &status.known {
        Some((name, day)) => (Some(name.clone()), Some(format!("{:08}", day.number()))),
        None => (None, None),
    };
    json!({
        "insurerNumber": status.number,
        "insurerName": name,
        "dataDate": day,
        "persons": status.persons,
        "qualifications": status.qualifications,
        "lastReport": status.last_report.as_ref().map(describe),
        "lastMedicalReport": status.last_medical_report.as_ref().map(describe),
    })
}

fn describe(report: &Report) -> Value {
    let run = &report.run;
    let progress = &run.progress;
    let at = |moment: Option<onshi_core::Moment>| moment.map(|moment| moment.jst_fourteen());
    json!({
        "report": report.key,
        "insurerName": run.insurer.as_ref().map(|insurer| insurer.insurer_name.clone()),
        "dataDate": run.insurer.as_ref().map(|insurer| insurer.data_date.clone()),
        "finished": progress.finished,
        "begunAt": at(run.begun_at),
        "updatedAt": at(run.updated_at),
        "lines": progress.lines,
        "accepted": progress.accepted,
        "added": progress.added,
        "changed": progress.changed,
        "unchanged": progress.unchanged,
        "rejected": progress.rejected,
        "rejections": report.rejections,
        "rejectionsNotShown": progress.rejected - report.rejections.len() as i64,
    })
}

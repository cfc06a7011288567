//! Insurers' own routes: reporting insured persons and their medical records, and seeing how that stands.
//!
//! A report comes as a stream and is never held as a whole: its lines are checked as they arrive,
//! committed a few hundred at a time, and the answer goes out when the last of them is on the
//! disk. Whoever is cut off sends the same again under the same `Idempotency-Key`, and what was
//! committed is passed over. The paths and the form are ours: the real insurers report through
//! 医療保険者等向け中間サーバー, whose interface is not public.

mod kind;

use crate::http::arriving::Progress;
use crate::http::body;
use crate::http::extract::insurer_number;
use crate::http::media::{Media, Takes, wrong_media};
use crate::http::reply::raw;
use crate::http::route::ApiCall;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use kind::Kind;
use onshi_core::audit::{Detail, SubjectKind};
use onshi_core::insured::Line;
use onshi_core::insured::import_reader::{Batch, ImportReader, NotTaken};
use onshi_core::insurer::{self, InsurerReport, Status};
use onshi_core::medical::Record;
use onshi_core::{Error, Fault, Problem, Refusal, RefusalCode, Subject};
use serde_json::{Value, json};
use std::time::Duration;

/// How many bytes of a report are checked before other requests come between.
const CHECKED_AT_ONCE: usize = 16 * 1024;
/// How long an insurer with too many reports at a time waits for being told so. Told at once, its
/// program would come again at once, each time with a handshake and an entry in the audit log.
const BUSY: Duration = Duration::from_secs(1);

/// The insurer of a request, as the path names it.
struct Reporter {
    /// Its number, in the form in which it is compared.
    number: String,
}

impl Reporter {
    fn of(call: &ApiCall) -> Result<Reporter, Error> {
        let number = insurer_number(Some(&call.path))?;
        Ok(Reporter { number })
    }

    fn subject(&self) -> Subject {
        Subject::of(SubjectKind::Insurer, self.number.clone())
    }
}

/// Refuses with words of our own, and leaves the refusal in the audit log.
async fn invalid<T>(call: &ApiCall, field: &'static str, words: String) -> Result<T, Error> {
    call.service.note_refusal(RefusalCode::Invalid).await?;
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
    let sent = Reporter::of(&call)?;
    let mut body = call.take_upload().unwrap_or_default();
    let answer = take_in::<L>(&call, &sent, &mut body).await;
    if answer.is_err() {
        body::end_small(&call.centre, Some(body)).await;
    }
    answer
}

async fn take_in<L: Kind>(
    call: &ApiCall,
    sent: &Reporter,
    body: &mut Body,
) -> Result<Response, Error> {
    let Ok(_place) = call.centre.reports.place(call.service.share()).await else {
        tokio::time::sleep(BUSY).await;
        return call.service.refuse(RefusalCode::Busy).await;
    };
    let Some(format) = call.media.map(Media::of_a_report) else {
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
    let patience = body::patience(&call.centre);
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
    sent: &Reporter,
    key: &str,
    batch: Batch<L>,
) -> Result<Option<InsurerReport>, Error> {
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
    let sent = Reporter::of(&call)?;
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
        Some((name, day)) => (Some(name.clone()), Some(day.eight())),
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

fn describe(report: &InsurerReport) -> Value {
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

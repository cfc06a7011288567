//! Bulk messages: uploaded, worked in the background, fetched by reception number.

mod rows;

use super::{ApiCall, person, reply};
use crate::desk::Desk;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{
    self, Arrival, BulkKind, Request as Taken, Upload, failed_unit, registered_unit,
};
use onshi_core::entropy::{fresh_seed, hex};
use onshi_core::{Error, Fault, RefusalCode, Subject, Work};
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    BulkConfirmUnit, BulkEligibilityRequest, BulkEligibilityResponse, BulkReferenceNumberRequest,
    BulkReferenceNumberResponse, BulkRegistrationUnit, DownloadRequest, DownloadResponseHeader,
    HomeVisitListRequest, OnlineListRequest, TicketListRequest, UploadResponse, UploadResponseBody,
    UploadResponseHeader,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, Parsed, Spellings, parse_json};
use rows::{Sent, items, read, read_rows, sorted_out};
use std::sync::Arc;

async fn take(call: &ApiCall, kind: BulkKind, sent: Sent) -> Result<Response, Error> {
    let own_key = call.own_key().await?.map(str::to_owned);
    let facility = call.identity()?.facility.as_str();
    let problems = &sent.problems;
    let mut answer = UploadResponse {
        header: UploadResponseHeader {
            process_execution_time: call.request.now.jst_fourteen(),
            // Reading may have ended before it.
            medical_institution_code: Some(sent.institution.clone())
                .filter(|code| !code.is_empty() || problems.is_empty())
                .unwrap_or_else(|| facility.to_owned()),
            arbitrary_file_identifier: sent.file_identifier.clone(),
            segment_of_result: Some("1".to_owned()),
            character_code_identifier: call.encoding().code().to_owned(),
            ..UploadResponseHeader::default()
        },
        body: UploadResponseBody::default(),
    };
    let wrong = if !problems.is_empty() {
        let (code, words) = reply::told(problems);
        Some((RefusalCode::Invalid, code, words))
    } else if sent.institution != facility {
        let code = &error_codes::FACILITY;
        Some((
            RefusalCode::NotPermitted,
            code.code,
            code.text_ja.to_owned(),
        ))
    } else {
        None
    };
    if let Some((refusal, code, words)) = wrong {
        person::note_refusal(call, refusal).await?;
        return Ok(not_taken(call, answer, code, words, sent.spellings));
    }
    let upload = Upload {
        kind,
        key: own_key.unwrap_or_else(|| hex(&fresh_seed())),
        file_identifier: sent.file_identifier,
        file_spelling: sent.spellings.kept(None),
        day: sent.day,
        items: sent.items,
        content: sent.content,
    };
    let taken = take_in(&call.desk, Arc::new(upload)).await;
    let taken = match taken {
        Err(Error::Refused(refusal)) if !refusal.problems.is_empty() => {
            // Only the day can be wrong with what was read and counted before.
            let words = refusal.problems.into_iter().map(|problem| problem.text);
            let words = words.collect::<Vec<_>>().join("\n");
            return Ok(not_taken(
                call,
                answer,
                error_codes::DAY.code,
                words,
                sent.spellings,
            ));
        }
        taken => taken?,
    };
    call.centre.bulk_wake.notify_one();
    answer.body.reception_number = Some(taken.reception_number);
    answer.body.reception_date_time = Some(taken.received_at.jst_fourteen());
    Ok(reply::print(call, answer, sent.spellings))
}

/// Takes a request in, piece by piece, so that single checks come between.
async fn take_in(desk: &Desk, upload: Arc<Upload>) -> Result<Taken, Error> {
    let mut so_far: Option<Arrival> = None;
    loop {
        let (upload, arrival) = (upload.clone(), so_far.take());
        let piece = move |work: &mut Work<'_>| bulk::take_in(work, &upload, arrival.as_ref());
        match desk.change(Subject::NONE, piece).await? {
            bulk::Taken::Part(arrival) => so_far = Some(arrival),
            bulk::Taken::Whole(request) => return Ok(*request),
        }
    }
}

/// The answer to an upload that is refused as a whole.
fn not_taken(
    call: &ApiCall,
    mut answer: UploadResponse,
    code: &'static str,
    words: String,
    spellings: Spellings,
) -> Response {
    answer.header.segment_of_result = Some("9".to_owned());
    answer.header.error_code = Some(code.to_owned());
    answer.header.error_message = Some(words);
    answer.body.processing_result_status = Some("2".to_owned());
    reply::print(call, answer, spellings)
}

/// OQSmuquc01.
pub async fn upload_checks(call: ApiCall) -> Result<Response, Error> {
    let make = |parsed: Parsed<BulkEligibilityRequest>| {
        let (problems, by_row) = sorted_out(parsed.problems);
        let (header, rows) = (parsed.message.header, parsed.message.body.searches);
        let mut sent = Sent {
            institution: header.medical_institution_code,
            file_identifier: header.arbitrary_file_identifier,
            day: Day::parse(&header.qualification_confirmation_date),
            problems,
            spellings: parsed.spellings,
            ..Sent::default()
        };
        if sent.problems.is_empty() {
            sent.items = items(&rows, by_row, &sent.spellings, |search, code, words| {
                Box::new(failed_unit(Some(search.clone()), code, Some(&words)))
            })?;
            sent.content = bulk::digest(&sent.items);
        }
        Ok(sent)
    };
    let sent = read_rows(&call, make).await?;
    take(&call, BulkKind::Eligibility, sent).await
}

/// OQSmuimm01.
pub async fn upload_references(call: ApiCall) -> Result<Response, Error> {
    let make = |parsed: Parsed<BulkReferenceNumberRequest>| {
        let (problems, by_row) = sorted_out(parsed.problems);
        let (header, rows) = (parsed.message.header, parsed.message.body.registrations);
        let mut sent = Sent {
            institution: header.medical_institution_code,
            file_identifier: header.arbitrary_file_identifier,
            problems,
            spellings: parsed.spellings,
            ..Sent::default()
        };
        if sent.problems.is_empty() {
            sent.items = items(&rows, by_row, &sent.spellings, |info, code, words| {
                let mut unit = registered_unit(Some(info.clone()), Some(code));
                unit.processing_result_message = Some(words);
                Box::new(unit)
            })?;
            sent.content = bulk::digest(&sent.items);
        }
        Ok(sent)
    };
    let sent = read_rows(&call, make).await?;
    take(&call, BulkKind::ReferenceNumbers, sent).await
}

/// OQSmutic01.
pub async fn upload_tickets(call: ApiCall) -> Result<Response, Error> {
    let parsed = read::<TicketListRequest>(&call).await?;
    let header = parsed.message.header;
    let month = &parsed.message.body.search.medical_treatment_month;
    let sent = Sent {
        institution: header.medical_institution_code,
        file_identifier: header.arbitrary_file_identifier,
        day: Day::parse(&format!("{month}01")),
        problems: parsed.problems,
        spellings: parsed.spellings,
        ..Sent::default()
    };
    take(&call, BulkKind::Tickets, sent).await
}

/// OQSmuhvq01.
pub async fn upload_home_visits(call: ApiCall) -> Result<Response, Error> {
    let parsed = read::<HomeVisitListRequest>(&call).await?;
    let header = parsed.message.header;
    let sent = Sent {
        institution: header.medical_institution_code,
        file_identifier: header.arbitrary_file_identifier,
        day: None,
        problems: parsed.problems,
        spellings: parsed.spellings,
        ..Sent::default()
    };
    take(&call, BulkKind::HomeVisits, sent).await
}

/// OQSmuonq01.
pub async fn upload_online(call: ApiCall) -> Result<Response, Error> {
    let parsed = read::<OnlineListRequest>(&call).await?;
    let header = parsed.message.header;
    let sent = Sent {
        institution: header.medical_institution_code,
        file_identifier: header.arbitrary_file_identifier,
        day: None,
        problems: parsed.problems,
        spellings: parsed.spellings,
        ..Sent::default()
    };
    take(&call, BulkKind::Online, sent).await
}

/// What is fetched: the header of the answer, the answers when it is done, and how what they echo
/// was spelt.
type Fetched = (DownloadResponseHeader, Vec<String>, Spellings);

async fn fetch(call: &ApiCall, kind: BulkKind) -> Result<Fetched, Error> {
    let parsed = read::<DownloadRequest>(call).await?;
    let (asked, mut spellings) = (parsed.message, parsed.spellings);
    let number = asked.body.reception_number.clone();
    let mut header = DownloadResponseHeader {
        process_execution_time: call.request.now.jst_fourteen(),
        medical_institution_code: asked.header.medical_institution_code.clone(),
        arbitrary_file_identifier: asked.header.arbitrary_file_identifier,
        reception_number: Some(number.clone()).filter(|number| !number.is_empty()),
        character_code_identifier: call.encoding().code().to_owned(),
        ..DownloadResponseHeader::default()
    };
    let mut fail = |segment: &str, code: &ErrorCode, words: Option<String>| {
        header.segment_of_result = segment.to_owned();
        header.error_code = Some(code.code.to_owned());
        header.error_message = Some(words.unwrap_or_else(|| code.text_ja.to_owned()));
    };
    if !parsed.problems.is_empty() {
        person::note_refusal(call, RefusalCode::Invalid).await?;
        let (code, words) = reply::told(&parsed.problems);
        fail(
            "9",
            error_codes::find(code).unwrap_or(&error_codes::FORMAT),
            Some(words),
        );
        return Ok((header, Vec::new(), spellings));
    }
    if asked.header.medical_institution_code != call.identity()?.facility.as_str() {
        person::note_refusal(call, RefusalCode::NotPermitted).await?;
        fail("9", &error_codes::FACILITY, None);
        return Ok((header, Vec::new(), spellings));
    }
    let found = call
        .desk
        .read(Subject::NONE, move |work| {
            let found = bulk::fetch(work, Some(kind), &number)?;
            let Some((request, answers)) = found else {
                return Ok(None);
            };
            let of_rows = bulk::list_spellings(work, &request)?;
            Ok(Some((request, answers, of_rows)))
        })
        .await?;
    let Some((request, answers, of_rows)) = found else {
        let days = call.centre.office.rules().bulk.retention_days;
        let code = if bulk::has_ended(&asked.body.reception_number, call.request.now, days) {
            &error_codes::RECEPTION_ENDED
        } else {
            &error_codes::RECEPTION
        };
        fail("9", code, None);
        return Ok((header, Vec::new(), spellings));
    };
    // The identifier and whatever else is echoed are the upload's.
    if let Some(kept) = &request.file_spelling {
        spellings = Spellings::default();
        spellings.take_up(None, kept);
    } else if request.file_identifier.is_some() {
        spellings = Spellings::default();
    }
    for (row, kept) in &of_rows {
        spellings.take_up(usize::try_from(*row).ok(), kept);
    }
    if request.finished_at.is_none() {
        fail("2", &error_codes::WORKING, None);
        describe(&mut header, &request);
        return Ok((header, Vec::new(), spellings));
    }
    header.segment_of_result = "1".to_owned();
    describe(&mut header, &request);
    Ok((header, answers, spellings))
}

fn describe(header: &mut DownloadResponseHeader, request: &Taken) {
    header.qualification_confirmation_date = request.day.map(|day| format!("{:08}", day.number()));
    if request.file_identifier.is_some() {
        header
            .arbitrary_file_identifier
            .clone_from(&request.file_identifier);
    }
}

fn count(header: &mut DownloadResponseHeader, all: usize, failed: usize) {
    if header.segment_of_result == "1" {
        header.number_of_processing_result = Some(all.to_string());
        header.number_of_normal_processing = Some((all - failed).to_string());
        header.number_of_error = Some(failed.to_string());
    }
}

fn units<M: Typed>(answers: &[String]) -> Result<Vec<M>, Error> {
    answers
        .iter()
        .map(|text| {
            let parsed = parse_json::<M>(text.as_bytes(), &Limits::SINGLE);
            if parsed.readable {
                Ok(parsed.message)
            } else {
                Err(Fault::at("reading a bulk answer", "it is not what was kept").into())
            }
        })
        .collect()
}

async fn fetch_units(call: ApiCall, kind: BulkKind) -> Result<Response, Error> {
    let (mut header, answers, spellings) = fetch(&call, kind).await?;
    let form = reply::Form::of(&call, spellings);
    let print = move || {
        let units: Vec<BulkConfirmUnit> = units(&answers)?;
        let failed = units
            .iter()
            .filter(|unit| unit.processing_result_status == "2")
            .count();
        count(&mut header, units.len(), failed);
        let mut answer = BulkEligibilityResponse {
            header,
            ..BulkEligibilityResponse::default()
        };
        answer.body.units = units;
        Ok::<_, Error>(form.print(answer))
    };
    Ok(call.beside(print).await??.into_response())
}

/// OQSmuquc02.
pub async fn fetch_checks(call: ApiCall) -> Result<Response, Error> {
    fetch_units(call, BulkKind::Eligibility).await
}

/// OQSmutic02.
pub async fn fetch_tickets(call: ApiCall) -> Result<Response, Error> {
    fetch_units(call, BulkKind::Tickets).await
}

/// OQSmuhvq02.
pub async fn fetch_home_visits(call: ApiCall) -> Result<Response, Error> {
    fetch_units(call, BulkKind::HomeVisits).await
}

/// OQSmuonq02.
pub async fn fetch_online(call: ApiCall) -> Result<Response, Error> {
    fetch_units(call, BulkKind::Online).await
}

/// OQSmuimm02.
pub async fn fetch_references(call: ApiCall) -> Result<Response, Error> {
    let (mut header, answers, spellings) = fetch(&call, BulkKind::ReferenceNumbers).await?;
    let form = reply::Form::of(&call, spellings);
    let print = move || {
        let units: Vec<BulkRegistrationUnit> = units(&answers)?;
        let failed = units
            .iter()
            .filter(|unit| unit.processing_result_status == "2")
            .count();
        count(&mut header, units.len(), failed);
        let mut answer = BulkReferenceNumberResponse {
            header,
            ..BulkReferenceNumberResponse::default()
        };
        answer.body.units = units;
        Ok::<_, Error>(form.print(answer))
    };
    Ok(call.beside(print).await??.into_response())
}

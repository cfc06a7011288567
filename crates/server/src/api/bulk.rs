//! Bulk messages: uploaded, worked in the background, fetched by reception number.

use super::{ApiCall, person, reply};
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{
    self, BulkKind, Item, Request as Taken, Upload, failed_unit, registered_unit,
};
use onshi_core::entropy::{fresh_seed, hex};
use onshi_core::{Error, Fault, RefusalCode, Subject};
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    BulkConfirmUnit, BulkEligibilityRequest, BulkEligibilityResponse, BulkReferenceNumberRequest,
    BulkReferenceNumberResponse, BulkRegistrationUnit, DownloadRequest, DownloadResponseHeader,
    HomeVisitListRequest, OnlineListRequest, TicketListRequest, UploadResponse, UploadResponseBody,
    UploadResponseHeader,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Block, Limits, Parsed, Problem, parse_json, print_json};

/// What of an upload decides whether it is taken.
struct Sent {
    institution: String,
    file_identifier: Option<String>,
    day: Option<Day>,
    items: Vec<Item>,
}

fn stored(block: &dyn Block) -> Result<String, Error> {
    Ok(String::from_utf8(print_json(block)).map_err(|e| Fault::at("keeping a bulk item", e))?)
}

async fn read<M: Typed + Send + 'static>(call: &ApiCall) -> Result<Parsed<M>, Error> {
    match reply::parse::<M>(call, &Limits::BULK).await {
        Ok(parsed) => Ok(parsed),
        Err(error) => {
            person::note_refusal(call, RefusalCode::Unreadable).await?;
            Err(error)
        }
    }
}

async fn take(
    call: &ApiCall,
    kind: BulkKind,
    sent: Sent,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let mut answer = UploadResponse {
        header: UploadResponseHeader {
            process_execution_time: call.request.now.jst_fourteen(),
            medical_institution_code: sent.institution.clone(),
            arbitrary_file_identifier: sent.file_identifier.clone(),
            segment_of_result: Some("1".to_owned()),
            character_code_identifier: call.encoding().code().to_owned(),
            ..UploadResponseHeader::default()
        },
        body: UploadResponseBody::default(),
    };
    let most = call.centre.office.rules().bulk.items_max;
    let wrong = if !problems.is_empty() {
        let (code, words) = reply::told(&problems);
        Some((RefusalCode::Invalid, code, words))
    } else if sent.institution != call.identity()?.facility.as_str() {
        let code = &error_codes::FACILITY;
        Some((
            RefusalCode::NotPermitted,
            code.code,
            code.text_ja.to_owned(),
        ))
    } else if sent.items.len() > most {
        let code = &error_codes::TOO_MUCH;
        let words = format!(
            "{}（上限{most}件、送信{}件）",
            code.text_ja,
            sent.items.len()
        );
        Some((RefusalCode::Invalid, code.code, words))
    } else {
        None
    };
    if let Some((refusal, code, words)) = wrong {
        person::note_refusal(call, refusal).await?;
        return Ok(not_taken(call, answer, code, words));
    }
    let upload = Upload {
        kind,
        key: call
            .idempotency_key
            .clone()
            .unwrap_or_else(|| hex(&fresh_seed())),
        file_identifier: sent.file_identifier,
        day: sent.day,
        items: sent.items,
    };
    let taken = call
        .desk
        .change(Subject::NONE, move |work| bulk::accept(work, &upload))
        .await;
    let taken = match taken {
        Err(Error::Refused(refusal)) if !refusal.problems.is_empty() => {
            // Only the day can be wrong with what was read and counted before.
            let words = refusal.problems.into_iter().map(|problem| problem.text);
            let words = words.collect::<Vec<_>>().join("\n");
            return Ok(not_taken(call, answer, error_codes::DAY.code, words));
        }
        taken => taken?,
    };
    call.centre.bulk_wake.notify_one();
    answer.body.reception_number = Some(taken.reception_number);
    answer.body.reception_date_time = Some(taken.received_at.jst_fourteen());
    Ok(reply::print(call, answer))
}

/// The answer to an upload that is refused as a whole.
fn not_taken(
    call: &ApiCall,
    mut answer: UploadResponse,
    code: &'static str,
    words: String,
) -> Response {
    answer.header.segment_of_result = Some("9".to_owned());
    answer.header.error_code = Some(code.to_owned());
    answer.header.error_message = Some(words);
    answer.body.processing_result_status = Some("2".to_owned());
    reply::print(call, answer)
}

/// OQSmuquc01.
pub async fn upload_checks(call: ApiCall) -> Result<Response, Error> {
    let parsed = read::<BulkEligibilityRequest>(&call).await?;
    let (sent, problems) = call.beside(move || checks_sent(parsed)).await??;
    take(&call, BulkKind::Eligibility, sent, problems).await
}

fn checks_sent(parsed: Parsed<BulkEligibilityRequest>) -> Result<(Sent, Vec<Problem>), Error> {
    let problems = reply::of_the_file(&parsed.problems, parsed.left_out);
    let header = parsed.message.header;
    let mut items = Vec::with_capacity(parsed.message.body.searches.len());
    for (row, search) in parsed.message.body.searches.iter().enumerate() {
        let answer = match reply::row_words(&parsed.problems, row) {
            None => None,
            Some((code, words)) => Some(stored(&failed_unit(
                Some(search.clone()),
                code,
                Some(&words),
            ))?),
        };
        items.push(Item {
            question: stored(search)?,
            answer,
        });
    }
    let sent = Sent {
        institution: header.medical_institution_code,
        file_identifier: header.arbitrary_file_identifier,
        day: Day::parse(&header.qualification_confirmation_date),
        items,
    };
    Ok((sent, problems))
}

/// OQSmuimm01.
pub async fn upload_references(call: ApiCall) -> Result<Response, Error> {
    let parsed = read::<BulkReferenceNumberRequest>(&call).await?;
    let (sent, problems) = call.beside(move || references_sent(parsed)).await??;
    take(&call, BulkKind::ReferenceNumbers, sent, problems).await
}

fn references_sent(
    parsed: Parsed<BulkReferenceNumberRequest>,
) -> Result<(Sent, Vec<Problem>), Error> {
    let problems = reply::of_the_file(&parsed.problems, parsed.left_out);
    let header = parsed.message.header;
    let mut items = Vec::with_capacity(parsed.message.body.registrations.len());
    for (row, info) in parsed.message.body.registrations.iter().enumerate() {
        let answer = match reply::row_words(&parsed.problems, row) {
            None => None,
            Some((code, words)) => {
                let mut unit = registered_unit(Some(info.clone()), Some(code));
                unit.processing_result_message = Some(words);
                Some(stored(&unit)?)
            }
        };
        items.push(Item {
            question: stored(info)?,
            answer,
        });
    }
    let sent = Sent {
        institution: header.medical_institution_code,
        file_identifier: header.arbitrary_file_identifier,
        day: None,
        items,
    };
    Ok((sent, problems))
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
        items: Vec::new(),
    };
    take(&call, BulkKind::Tickets, sent, parsed.problems).await
}

/// OQSmuhvq01.
pub async fn upload_home_visits(call: ApiCall) -> Result<Response, Error> {
    let parsed = read::<HomeVisitListRequest>(&call).await?;
    let header = parsed.message.header;
    let sent = Sent {
        institution: header.medical_institution_code,
        file_identifier: header.arbitrary_file_identifier,
        day: None,
        items: Vec::new(),
    };
    take(&call, BulkKind::HomeVisits, sent, parsed.problems).await
}

/// OQSmuonq01.
pub async fn upload_online(call: ApiCall) -> Result<Response, Error> {
    let parsed = read::<OnlineListRequest>(&call).await?;
    let header = parsed.message.header;
    let sent = Sent {
        institution: header.medical_institution_code,
        file_identifier: header.arbitrary_file_identifier,
        day: None,
        items: Vec::new(),
    };
    take(&call, BulkKind::Online, sent, parsed.problems).await
}

/// The header of a fetched answer, and the answers when it is done.
async fn fetch(
    call: &ApiCall,
    kind: BulkKind,
) -> Result<(DownloadResponseHeader, Vec<String>), Error> {
    let parsed = read::<DownloadRequest>(call).await?;
    let asked = parsed.message;
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
        return Ok((header, Vec::new()));
    }
    if asked.header.medical_institution_code != call.identity()?.facility.as_str() {
        person::note_refusal(call, RefusalCode::NotPermitted).await?;
        fail("9", &error_codes::FACILITY, None);
        return Ok((header, Vec::new()));
    }
    let found = call
        .desk
        .read(Subject::NONE, move |work| {
            bulk::fetch(work, Some(kind), &number)
        })
        .await?;
    let Some((request, answers)) = found else {
        let days = call.centre.office.rules().bulk.retention_days;
        let code = if bulk::has_ended(&asked.body.reception_number, call.request.now, days) {
            &error_codes::RECEPTION_ENDED
        } else {
            &error_codes::RECEPTION
        };
        fail("9", code, None);
        return Ok((header, Vec::new()));
    };
    if request.finished_at.is_none() {
        fail("2", &error_codes::WORKING, None);
        describe(&mut header, &request);
        return Ok((header, Vec::new()));
    }
    header.segment_of_result = "1".to_owned();
    describe(&mut header, &request);
    Ok((header, answers))
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
    let (mut header, answers) = fetch(&call, kind).await?;
    let form = reply::Form::of(&call);
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
    let (mut header, answers) = fetch(&call, BulkKind::ReferenceNumbers).await?;
    let form = reply::Form::of(&call);
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

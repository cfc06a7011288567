//! Messages about one person.

use super::{ApiCall, reply};
use axum::response::Response;
use onshi_core::eligibility::{message, reference};
use onshi_core::{Error, RefusalCode, Subject};
use onshi_wire::messages::{
    EligibilityRequest, ReferenceNumberRequest, ReferenceNumberResponse,
    ReferenceNumberResponseBody, ReferenceNumberResponseHeader,
};
use onshi_wire::{Limits, error_codes};

/// OQSsiquc01.
pub async fn check(call: ApiCall) -> Result<Response, Error> {
    let parsed = match reply::parse::<EligibilityRequest>(&call, &Limits::SINGLE).await {
        Ok(parsed) => parsed,
        Err(error) => {
            note_refusal(&call, RefusalCode::Unreadable).await?;
            return Err(error);
        }
    };
    let encoding = call.encoding();
    if !parsed.problems.is_empty() {
        note_refusal(&call, RefusalCode::Invalid).await?;
        let (code, words) = reply::told(&parsed.problems);
        let code = error_codes::find(code).unwrap_or(&error_codes::FORMAT);
        let now = call.request.now;
        let mut answer = message::failed(&parsed.message.header, now, encoding, code, Some(&words));
        answer.body.search = Some(parsed.message.body.search);
        return Ok(reply::print(&call, answer, parsed.spellings));
    }
    let (request, form) = (parsed.message, reply::Form::of(&call, parsed.spellings));
    // Printed where it was read: what one thread allocates and another frees costs more than the
    // printing itself.
    let printed = call
        .desk
        .look_up(Subject::NONE, move |work| {
            Ok(form.print(message::check(work, request, encoding)?))
        })
        .await?;
    Ok(printed.into_response())
}

/// Leaves in the audit log that a message was refused. What was wrong is told by the answer, so
/// the refusal itself is not passed on, unless it is that there were too many; a fault is logged
/// where it happens.
pub(super) async fn note_refusal(call: &ApiCall, code: RefusalCode) -> Result<(), Error> {
    match call.desk.refuse::<()>(code).await {
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::TooManyRefusals => {
            Err(refusal.into())
        }
        Err(Error::Fault(fault)) => {
            tracing::error!(request = %call.request.id, %fault, "a refusal was not audited");
            Ok(())
        }
        _ => Ok(()),
    }
}

/// OQSsiimm01.
pub async fn register(call: ApiCall) -> Result<Response, Error> {
    let parsed = match reply::parse::<ReferenceNumberRequest>(&call, &Limits::SINGLE).await {
        Ok(parsed) => parsed,
        Err(error) => {
            note_refusal(&call, RefusalCode::Unreadable).await?;
            return Err(error);
        }
    };
    let (request, spellings) = (parsed.message, parsed.spellings);
    let mut answer = ReferenceNumberResponse {
        header: ReferenceNumberResponseHeader {
            process_execution_time: call.request.now.jst_fourteen(),
            medical_institution_code: request.header.medical_institution_code.clone(),
            arbitrary_file_identifier: request.header.arbitrary_file_identifier.clone(),
            segment_of_result: "1".to_owned(),
            character_code_identifier: call.encoding().code().to_owned(),
            ..ReferenceNumberResponseHeader::default()
        },
        body: ReferenceNumberResponseBody {
            registration: Some(request.body.registration.clone()),
            ..ReferenceNumberResponseBody::default()
        },
    };
    let facility = call.identity()?.facility.as_str().to_owned();
    let wrong = if !parsed.problems.is_empty() {
        note_refusal(&call, RefusalCode::Invalid).await?;
        let (code, words) = reply::told(&parsed.problems);
        Some((code, words))
    } else if request.header.medical_institution_code != facility {
        note_refusal(&call, RefusalCode::NotPermitted).await?;
        Some((
            error_codes::FACILITY.code,
            error_codes::FACILITY.text_ja.to_owned(),
        ))
    } else {
        None
    };
    if let Some((code, words)) = wrong {
        answer.header.segment_of_result = "9".to_owned();
        answer.header.error_code = Some(code.to_owned());
        answer.header.error_message = Some(words);
        answer.body.processing_result_status = Some("2".to_owned());
        return Ok(reply::print(&call, answer, spellings));
    }
    let info = request.body.registration;
    let done = call
        .desk
        .change(Subject::NONE, move |work| reference::register(work, &info))
        .await?;
    answer.body.processing_result_status = Some(if done.is_ok() { "1" } else { "2" }.to_owned());
    if let Err(code) = done {
        answer.body.processing_result_code = Some(code.code.to_owned());
        answer.body.processing_result_message = Some(code.text_ja.to_owned());
    }
    Ok(reply::print(&call, answer, spellings))
}

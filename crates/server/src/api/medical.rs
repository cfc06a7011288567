//! YZK and TKK: the frame of what comes with consent. Consents come with the card reader; until
//! then nobody has any, and the answer says so.

use super::{ApiCall, person, reply};
use axum::response::Response;
use onshi_core::{Error, RefusalCode};
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    CheckupRequest, CheckupResponse, CheckupResponseHeader, MedicinesRequest, MedicinesResponse,
    MedicinesResponseHeader,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, Parsed};

/// `ResultCode` of an answer without data; 1 is success, the others are not public.
const NOT_DONE: &str = "9";

async fn read<M: Typed + Send + 'static>(
    call: &ApiCall,
    institution: impl Fn(&M) -> &str,
) -> Result<(Parsed<M>, String), Error> {
    let parsed = match reply::parse::<M>(call, &Limits::SINGLE).await {
        Ok(parsed) => parsed,
        Err(error) => {
            person::note_refusal(call, RefusalCode::Unreadable).await?;
            return Err(error);
        }
    };
    let coded = |code: &ErrorCode| format!("{} {}", code.code, code.text_ja);
    let (refusal, words) = if !parsed.problems.is_empty() {
        let (code, words) = reply::told(&parsed.problems);
        (RefusalCode::Invalid, format!("{code} {words}"))
    } else if institution(&parsed.message) != call.identity()?.facility.as_str() {
        (RefusalCode::NotPermitted, coded(&error_codes::FACILITY))
    } else {
        (RefusalCode::ConsentMissing, coded(&error_codes::NO_CONSENT))
    };
    person::note_refusal(call, refusal).await?;
    Ok((parsed, words))
}

/// YZKsiquc01.
pub async fn medicines(call: ApiCall) -> Result<Response, Error> {
    let (parsed, words) = read(&call, |m: &MedicinesRequest| {
        &m.header.medical_institution_code
    })
    .await?;
    let (header, spellings) = (parsed.message.header, parsed.spellings);
    let answer = MedicinesResponse {
        header: MedicinesResponseHeader {
            process_execution_time: Some(call.request.now.jst_fourteen()),
            medical_institution_code: Some(header.medical_institution_code),
            arbitrary_file_identifier: header.arbitrary_file_identifier,
            result_code: NOT_DONE.to_owned(),
            message_contents: Some(words),
            character_code_identifier: Some(call.encoding().code().to_owned()),
            ..MedicinesResponseHeader::default()
        },
        ..MedicinesResponse::default()
    };
    Ok(reply::print(&call, answer, spellings))
}

/// TKKsiquc01.
pub async fn checkups(call: ApiCall) -> Result<Response, Error> {
    let (parsed, words) = read(&call, |m: &CheckupRequest| {
        &m.header.medical_institution_code
    })
    .await?;
    let (header, spellings) = (parsed.message.header, parsed.spellings);
    let answer = CheckupResponse {
        header: CheckupResponseHeader {
            process_execution_time: Some(call.request.now.jst_fourteen()),
            medical_institution_code: Some(header.medical_institution_code),
            arbitrary_file_identifier: header.arbitrary_file_identifier,
            result_code: NOT_DONE.to_owned(),
            message_contents: Some(words),
            character_code_identifier: Some(call.encoding().code().to_owned()),
            ..CheckupResponseHeader::default()
        },
        ..CheckupResponse::default()
    };
    Ok(reply::print(&call, answer, spellings))
}

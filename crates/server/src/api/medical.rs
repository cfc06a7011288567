//! YZK and TKK: the frame of what comes with consent. Consents come with the card reader; until
//! then nobody has any, and the answer says so.

use super::{ApiCall, person, reply};
use axum::response::Response;
use onshi_core::{Error, RefusalCode};
use onshi_wire::messages::{
    CheckupRequest, CheckupResponse, CheckupResponseHeader, MedicinesRequest, MedicinesResponse,
    MedicinesResponseHeader,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, Parsed, error_codes};

/// `ResultCode` of an answer without data; 1 is success, the others are not public.
const NOT_DONE: &str = "9";

async fn read<M: Typed>(call: &ApiCall) -> Result<(Parsed<M>, String), Error> {
    let parsed = match reply::parse::<M>(call, &Limits::SINGLE) {
        Ok(parsed) => parsed,
        Err(error) => {
            person::note_refusal(call, RefusalCode::Unreadable).await;
            return Err(error);
        }
    };
    let words = if parsed.problems.is_empty() {
        person::note_refusal(call, RefusalCode::ConsentMissing).await;
        let code = &error_codes::NO_CONSENT;
        format!("{} {}", code.code, code.text_ja)
    } else {
        person::note_refusal(call, RefusalCode::Invalid).await;
        reply::told(&parsed.problems).1
    };
    Ok((parsed, words))
}

/// YZKsiquc01.
pub async fn medicines(call: ApiCall) -> Result<Response, Error> {
    let (parsed, words) = read::<MedicinesRequest>(&call).await?;
    let header = parsed.message.header;
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
    Ok(reply::print(&call, &answer).0)
}

/// TKKsiquc01.
pub async fn checkups(call: ApiCall) -> Result<Response, Error> {
    let (parsed, words) = read::<CheckupRequest>(&call).await?;
    let header = parsed.message.header;
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
    Ok(reply::print(&call, &answer).0)
}

//! OQSsihvq01: whether a patient is insured who is visited at home, on an earlier consent (再照会).

use crate::api::messages::codes;
use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::{ApiCall, Check, Operation, Printed, Received};
use onshi_core::eligibility::at_home;
use onshi_core::{Error, Subject};
use onshi_wire::codes::{ProcessingResultStatus, ReferenceClassification};
use onshi_wire::error_codes::ErrorCode;
use onshi_wire::messages::{
    EligibilityRequest, EligibilityResponse, EligibilityResponseBody, EligibilityResponseHeader,
};
use onshi_wire::{Problem, Spellings};

/// OQSsihvq01.
pub(crate) struct CheckAtHome;

/// The file was worked, and nothing is told of whoever has not consented.
fn without_consent(
    head: &Head,
    asked: EligibilityRequest,
    code: &ErrorCode,
) -> EligibilityResponse {
    let header = EligibilityResponseHeader {
        qualification_confirmation_date: Some(asked.header.qualification_confirmation_date),
        reference_classification: ReferenceClassification::CardFace.into(),
        ..Header::of_done(head)
    };
    EligibilityResponse {
        header,
        body: EligibilityResponseBody {
            search: Some(asked.body.search),
            processing_result_status: Some(ProcessingResultStatus::Error.into()),
            processing_result_code: Some(code.code.to_owned()),
            processing_result_message: Some(code.text_ja.to_owned()),
            ..EligibilityResponseBody::default()
        },
    }
}

impl Operation for CheckAtHome {
    type Request = EligibilityRequest;
    type Asked = EligibilityRequest;
    type Answer = EligibilityResponse;

    fn asked(
        request: EligibilityRequest,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<EligibilityRequest, Error> {
        Ok(request)
    }

    fn refused(head: &Head, asked: EligibilityRequest, why: Why) -> EligibilityResponse {
        Check::refused(head, asked, why)
    }

    async fn run(
        call: &ApiCall,
        mut received: Received<EligibilityRequest>,
    ) -> Result<Printed, Error> {
        let form = received.form(call);
        let (head, request) = (received.head, received.asked);
        let (asked, encoding) = (request.clone(), head.encoding);
        let check = move |tx: &mut onshi_core::Tx<'_>| at_home::check(tx, asked, encoding);
        let told = call.service.point_read(Subject::NONE, check).await;
        Ok(form.print(match codes::told(told)? {
            Ok(answer) => answer,
            Err(code) => without_consent(&head, request, code),
        }))
    }
}

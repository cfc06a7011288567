//! OQSsiquc01: eligibility of one person by the face of the card (資格確認（券面情報）).

use crate::api::messages::header::{Head, Why};
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use onshi_core::eligibility::message;
use onshi_core::{Error, Subject};
use onshi_wire::messages::{EligibilityRequest, EligibilityResponse};
use onshi_wire::{Problem, Spellings};

/// OQSsiquc01.
pub(crate) struct Check;

impl Operation for Check {
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
        let mut answer = message::failed(
            &asked.header,
            head.now,
            head.encoding,
            (why.code, why.words),
        );
        answer.body.search = Some(asked.body.search);
        answer
    }

    async fn run(
        call: &ApiCall,
        mut received: Received<EligibilityRequest>,
    ) -> Result<Printed, Error> {
        let form = received.form(call);
        let (request, encoding) = (received.asked, received.head.encoding);
        // Printed where it was read: what one thread allocates and another frees costs more than the
        // printing itself.
        let reading = call.service.point_read(Subject::NONE, move |tx| {
            Ok(form.print(message::check(tx, request, encoding)?))
        });
        reading.await
    }
}

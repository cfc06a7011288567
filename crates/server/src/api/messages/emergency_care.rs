//! OQSsiemv01 (simulated): a hospital checks a patient in emergency care, and says who looks and why.

use crate::api::messages::codes;
use crate::api::messages::header::{Head, Why};
use crate::api::messages::{ApiCall, Check, Operation, Printed, Received};
use onshi_core::emergency::care;
use onshi_core::{Error, Subject};
use onshi_wire::messages::{
    EligibilityRequest, EligibilityRequestBody, EligibilityResponse, EmergencyCheckRequest,
};
use onshi_wire::{Problem, Spellings};

/// OQSsiemv01.
pub(crate) struct EmergencyCheck;

impl Operation for EmergencyCheck {
    type Request = EmergencyCheckRequest;
    type Asked = EmergencyCheckRequest;
    type Answer = EligibilityResponse;

    fn asked(
        request: EmergencyCheckRequest,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<EmergencyCheckRequest, Error> {
        Ok(request)
    }

    fn refused(head: &Head, asked: EmergencyCheckRequest, why: Why) -> EligibilityResponse {
        let asked = EligibilityRequest {
            header: asked.header,
            body: EligibilityRequestBody {
                search: asked.body.search,
            },
        };
        Check::refused(head, asked, why)
    }

    async fn run(
        call: &ApiCall,
        mut received: Received<EmergencyCheckRequest>,
    ) -> Result<Printed, Error> {
        let form = received.form(call);
        let (head, request) = (received.head, received.asked);
        let (asked, encoding) = (request.clone(), head.encoding);
        let check = move |tx: &mut onshi_core::Tx<'_>| care::check(tx, &asked, encoding);
        let told = call.service.change(Subject::NONE, check).await;
        Ok(form.print(match codes::told(told)? {
            Ok(answer) => answer,
            Err(code) => Self::refused(&head, request, code.into()),
        }))
    }
}

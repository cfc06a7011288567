//! OQSsiimm01: the institution's own number of a patient (照会番号登録).

use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use onshi_core::eligibility::reference::{self, Registration};
use onshi_core::insured::Card;
use onshi_core::{Error, Subject};
use onshi_wire::codes::ProcessingResultStatus;
use onshi_wire::messages::{
    ReferenceNumberRegistrationInfo, ReferenceNumberRequest, ReferenceNumberResponse,
    ReferenceNumberResponseBody, ReferenceNumberResponseHeader,
};
use onshi_wire::{Problem, Spellings};

/// OQSsiimm01.
pub(crate) struct RegisterReferenceNumber;

fn told(
    header: ReferenceNumberResponseHeader,
    registration: ReferenceNumberRegistrationInfo,
    done: bool,
) -> ReferenceNumberResponse {
    ReferenceNumberResponse {
        header,
        body: ReferenceNumberResponseBody {
            registration: Some(registration),
            processing_result_status: Some(match done {
                true => ProcessingResultStatus::Done.into(),
                false => ProcessingResultStatus::Error.into(),
            }),
            ..ReferenceNumberResponseBody::default()
        },
    }
}

fn registration(info: &ReferenceNumberRegistrationInfo) -> Registration {
    let symbol = info.insured_card_symbol.as_deref().unwrap_or("");
    let number = &info.insured_identification_number;
    Registration {
        reference_number: info.reference_number.clone(),
        card: Card::of(&info.insurer_number, symbol, number),
        branch: info.insured_branch_number.clone(),
    }
}

impl Operation for RegisterReferenceNumber {
    type Request = ReferenceNumberRequest;
    type Asked = ReferenceNumberRegistrationInfo;
    type Answer = ReferenceNumberResponse;

    fn asked(
        request: ReferenceNumberRequest,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<ReferenceNumberRegistrationInfo, Error> {
        Ok(request.body.registration)
    }

    fn refused(
        head: &Head,
        asked: ReferenceNumberRegistrationInfo,
        why: Why,
    ) -> ReferenceNumberResponse {
        told(Header::of_not_done(head, why), asked, false)
    }

    async fn run(
        call: &ApiCall,
        mut received: Received<ReferenceNumberRegistrationInfo>,
    ) -> Result<Printed, Error> {
        let form = received.form(call);
        let asked = registration(&received.asked);
        let registered = call
            .service
            .change(Subject::NONE, move |tx| reference::register(tx, &asked))
            .await?;
        let header = Header::of_done(&received.head);
        let mut answer = told(header, received.asked, registered.is_ok());
        if let Err(code) = registered {
            answer.body.processing_result_code = Some(code.code.to_owned());
            answer.body.processing_result_message = Some(code.text_ja.to_owned());
        }
        Ok(form.print(answer))
    }
}

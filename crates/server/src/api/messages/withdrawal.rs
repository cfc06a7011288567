//! OQSsihvd01: the institution takes back the consent of a patient whom it visits at home.

use crate::api::messages::codes;
use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use onshi_core::consent::{self, Withdrawal};
use onshi_core::insured::Card;
use onshi_core::{Day, Error, Subject};
use onshi_wire::codes::{MedicalTreatment, ProcessingResultStatus};
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    ReferenceNumberResponseHeader, WithdrawalRequest, WithdrawalResponse, WithdrawalResponseBody,
    WithdrawalSearchInfo,
};
use onshi_wire::{Problem, Spellings};

/// OQSsihvd01.
pub(crate) struct WithdrawConsent;

fn told(
    header: ReferenceNumberResponseHeader,
    search: WithdrawalSearchInfo,
    failed: Option<&ErrorCode>,
) -> WithdrawalResponse {
    WithdrawalResponse {
        header,
        body: WithdrawalResponseBody {
            search: Some(search),
            processing_result_status: Some(match failed {
                None => ProcessingResultStatus::Done.into(),
                Some(_) => ProcessingResultStatus::Error.into(),
            }),
            processing_result_code: failed.map(|code| code.code.to_owned()),
            processing_result_message: failed.map(|code| code.text_ja.to_owned()),
        },
    }
}

/// Whose consent it is, where the message asks for what can be done.
fn withdrawal(info: &WithdrawalSearchInfo) -> Result<Withdrawal, &'static ErrorCode> {
    if info.medical_treatment_flag != MedicalTreatment::HomeVisit.code() {
        return Err(&error_codes::CODE_VALUE);
    }
    let symbol = info.insured_card_symbol.as_deref().unwrap_or("");
    let number = &info.insured_identification_number;
    Ok(Withdrawal {
        card: Card::of(&info.insurer_number, symbol, number),
        branch: info.insured_branch_number.clone(),
        birthdate: Day::parse(&info.birthdate).ok_or(&error_codes::FORMAT)?,
    })
}

impl Operation for WithdrawConsent {
    type Request = WithdrawalRequest;
    type Asked = WithdrawalSearchInfo;
    type Answer = WithdrawalResponse;

    fn asked(
        request: WithdrawalRequest,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<WithdrawalSearchInfo, Error> {
        Ok(request.body.search)
    }

    fn refused(head: &Head, asked: WithdrawalSearchInfo, why: Why) -> WithdrawalResponse {
        let mut answer = told(Header::of_not_done(head, why), asked, None);
        answer.body.processing_result_status = Some(ProcessingResultStatus::Error.into());
        answer
    }

    async fn run(
        call: &ApiCall,
        mut received: Received<WithdrawalSearchInfo>,
    ) -> Result<Printed, Error> {
        let form = received.form(call);
        let (head, info) = (received.head, received.asked);
        let asked = match withdrawal(&info) {
            Ok(asked) => asked,
            Err(code) => {
                call.service.note_refusal(codes::refusal_of(code)).await?;
                return Ok(form.print(Self::refused(&head, info, code.into())));
            }
        };
        let take_back = move |tx: &mut onshi_core::Tx<'_>| consent::take_back_at_home(tx, &asked);
        let taken_back = call.service.change(Subject::NONE, take_back).await;
        let failed = codes::told(taken_back)?.err();
        Ok(form.print(told(Header::of_done(&head), info, failed)))
    }
}

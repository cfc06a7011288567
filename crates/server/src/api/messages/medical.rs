//! YZKsiquc01 and TKKsiquc01: the frame of what comes with consent. Consents come with the card
//! reader; until then nobody has any, and the answer says so.

use super::header::{Head, Header, Why, error_code};
use super::{ApiCall, Operation, Printed, Received, note_refusal};
use crate::api::replaced::Answer;
use onshi_core::{Error, RefusalCode};
use onshi_wire::messages::{CheckupRequest, CheckupResponse, MedicinesRequest, MedicinesResponse};
use onshi_wire::{Problem, Spellings};

/// YZKsiquc01: 薬剤情報.
pub(in crate::api) struct Medicines;

/// TKKsiquc01: 特定健診情報.
pub(in crate::api) struct Checkups;

macro_rules! needs_consent {
    ($operation:ty: $request:ty => $answer:ident) => {
        impl Operation for $operation {
            type Request = $request;
            type Asked = ();
            type Answer = $answer;

            fn asked(_: $request, _: &mut Vec<Problem>, _: &Spellings) -> Result<(), Error> {
                Ok(())
            }

            fn refused(head: &Head, (): (), why: Why) -> $answer {
                $answer {
                    header: Header::of_not_done(head, why),
                    ..$answer::default()
                }
            }

            async fn run(call: &ApiCall, received: Received<()>) -> Result<Printed, Error> {
                without_consent::<$operation>(call, received).await
            }
        }
    };
}

needs_consent!(Medicines: MedicinesRequest => MedicinesResponse);
needs_consent!(Checkups: CheckupRequest => CheckupResponse);

async fn without_consent<O: Operation<Asked = ()>>(
    call: &ApiCall,
    mut received: Received<()>,
) -> Result<Printed, Error>
where
    O::Answer: Answer,
{
    let code = RefusalCode::ConsentMissing;
    note_refusal(call, code).await?;
    let form = received.form(call);
    Ok(form.print(O::refused(&received.head, (), Why::from(error_code(code)))))
}

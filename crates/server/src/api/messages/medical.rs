//! YZKsiquc01 and TKKsiquc01: what comes with consent. The centre keeps no such information yet, so that
//! the answer to a request with a consent says whose information there would be, and that there is none.

use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use onshi_core::insured::Card;
use onshi_core::medical::{self, Patient};
use onshi_core::permission::Scope;
use onshi_core::{Error, RefusalCode, Subject};
use onshi_wire::messages::{
    CheckupRequest, CheckupResponse, MedicinesRequest, MedicinesResponse, PersonRequestHeader,
    QuaInf, QualificationsInfo,
};
use onshi_wire::{Problem, Spellings, error_codes};

/// YZKsiquc01: 薬剤情報.
pub(in crate::api) struct Medicines;

/// TKKsiquc01: 特定健診情報.
pub(in crate::api) struct Checkups;

macro_rules! needs_consent {
    ($operation:ty: $request:ty => $answer:ident, $scope:expr, $whose:ident: $patient:expr) => {
        impl Operation for $operation {
            type Request = $request;
            type Asked = PersonRequestHeader;
            type Answer = $answer;

            fn asked(
                request: $request,
                _: &mut Vec<Problem>,
                _: &Spellings,
            ) -> Result<PersonRequestHeader, Error> {
                Ok(request.header)
            }

            fn refused(head: &Head, _: PersonRequestHeader, why: Why) -> $answer {
                $answer {
                    header: Header::of_not_done(head, why),
                    ..$answer::default()
                }
            }

            async fn run(
                call: &ApiCall,
                mut received: Received<PersonRequestHeader>,
            ) -> Result<Printed, Error> {
                let form = received.form(call);
                let answer = match shown(call, &received.asked, $scope).await? {
                    Ok(patient) => {
                        let mut answer = $answer {
                            header: Header::of_done(&received.head),
                            ..$answer::default()
                        };
                        answer.header.$whose = Some($patient(patient));
                        answer.header.message_contents = Some(none_to_tell());
                        answer
                    }
                    Err(why) => Self::refused(&received.head, received.asked, why),
                };
                Ok(form.print(answer))
            }
        }
    };
}

needs_consent!(Medicines: MedicinesRequest => MedicinesResponse, Scope::Medicines,
    qua_inf: |patient: Patient| QuaInf {
        name: Some(patient.name),
        kana_name: patient.kana,
        birth: Some(format!("{:08}", patient.birthdate.number())),
        adm_gend_code: Some(patient.sex),
    }
);
needs_consent!(Checkups: CheckupRequest => CheckupResponse, Scope::Checkups,
    qualifications_info: |patient: Patient| QualificationsInfo {
        name: Some(patient.name),
        kanas_name: patient.kana,
        birthday: Some(format!("{:08}", patient.birthdate.number())),
        administrative_gender_code: Some(patient.sex),
    }
);

fn none_to_tell() -> String {
    let code = &error_codes::NO_DATA;
    format!("{} {}", code.code, code.text_ja)
}

/// Who it is, where the person consents to it; else why nothing is told.
async fn shown(
    call: &ApiCall,
    asked: &PersonRequestHeader,
    scope: Scope,
) -> Result<Result<Patient, Why>, Error> {
    let card = Card::of(
        &asked.insurer_number,
        asked.insurance_card_symbol.as_deref().unwrap_or(""),
        &asked.insured_person_identification_number,
    );
    let branch = asked.branch_number.clone();
    let look_up = call.desk.look_up(Subject::NONE, move |tx| {
        medical::show(tx, (&card, branch.as_deref()), scope)
    });
    let no_consent = Why::from(&error_codes::NO_CONSENT);
    match look_up.await {
        Ok(patient) => Ok(Ok(patient)),
        Err(Error::Refused(refusal)) => match refusal.code {
            RefusalCode::ConsentMissing => Ok(Err(no_consent)),
            RefusalCode::ConsentEnded => Ok(Err(Why {
                words: refusal.code.what().to_owned(),
                ..no_consent
            })),
            _ => Err(refusal.into()),
        },
        Err(fault) => Err(fault),
    }
}

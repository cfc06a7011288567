//! OQSsiinq01 and OQSsiupd01: an institution's program asks for its settings (環境設定情報), or changes some of them.

use crate::api::messages::codes;
use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use onshi_core::environment::{self, Environment, Setting, SettingValue};
use onshi_core::{Error, Subject};
use onshi_wire::codes::{Change, ProcessingResultStatus};
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    EnvironmentInfo, EnvironmentInquiry, EnvironmentResponse, EnvironmentResponseBody,
    EnvironmentUpdate, EnvironmentUpdateInfo,
};
use onshi_wire::{Problem, Spellings};

/// OQSsiinq01.
pub(crate) struct InquireEnvironment;

/// OQSsiupd01.
pub(crate) struct UpdateEnvironment;

fn info(of: &Environment) -> EnvironmentInfo {
    let code = |setting| of.settings.get(setting).code.to_owned();
    EnvironmentInfo {
        version: of.version.to_string(),
        surgery: code(Setting::Surgery),
        medicines: code(Setting::Medicines),
        treatment: code(Setting::Treatment),
        checkups: code(Setting::Checkups),
        medical_assistance: code(Setting::MedicalAssistance),
        home_visits: code(Setting::HomeVisits),
        online_care: code(Setting::OnlineCare),
        subsidies: code(Setting::Subsidies),
        electronic_prescriptions: code(Setting::ElectronicPrescriptions),
        prescription_timing: code(Setting::PrescriptionTiming),
    }
}

fn told(head: &Head, answer: Result<Environment, &ErrorCode>) -> EnvironmentResponse {
    let body = match answer {
        Ok(environment) => EnvironmentResponseBody {
            environment: Some(info(&environment)),
            processing_result_status: Some(ProcessingResultStatus::Done.into()),
            ..EnvironmentResponseBody::default()
        },
        Err(code) => EnvironmentResponseBody {
            processing_result_status: Some(ProcessingResultStatus::Error.into()),
            processing_result_code: Some(code.code.to_owned()),
            processing_result_message: Some(code.text_ja.to_owned()),
            ..EnvironmentResponseBody::default()
        },
    };
    EnvironmentResponse {
        header: Header::of_done(head),
        body,
    }
}

fn refused(head: &Head, why: Why) -> EnvironmentResponse {
    EnvironmentResponse {
        header: Header::of_not_done(head, why),
        body: EnvironmentResponseBody::default(),
    }
}

impl Operation for InquireEnvironment {
    type Request = EnvironmentInquiry;
    type Asked = ();
    type Answer = EnvironmentResponse;

    fn asked(_: EnvironmentInquiry, _: &mut Vec<Problem>, _: &Spellings) -> Result<(), Error> {
        Ok(())
    }

    fn refused(head: &Head, (): (), why: Why) -> EnvironmentResponse {
        refused(head, why)
    }

    async fn run(call: &ApiCall, mut received: Received<()>) -> Result<Printed, Error> {
        let form = received.form(call);
        let read = call.service.scan(Subject::NONE, environment::inquire).await;
        let answer = codes::told(read)?;
        Ok(form.print(told(&received.head, answer)))
    }
}

/// The settings that are to be changed, where the message says to what.
fn wanted(
    info: &EnvironmentUpdateInfo,
) -> Result<Vec<(Setting, SettingValue)>, &'static ErrorCode> {
    let all = [
        (Setting::Surgery, &info.surgery_change, &info.surgery),
        (Setting::Medicines, &info.medicines_change, &info.medicines),
        (Setting::Treatment, &info.treatment_change, &info.treatment),
        (Setting::Checkups, &info.checkups_change, &info.checkups),
        (
            Setting::MedicalAssistance,
            &info.medical_assistance_change,
            &info.medical_assistance,
        ),
        (
            Setting::HomeVisits,
            &info.home_visits_change,
            &info.home_visits,
        ),
        (
            Setting::OnlineCare,
            &info.online_care_change,
            &info.online_care,
        ),
        (Setting::Subsidies, &info.subsidies_change, &info.subsidies),
        (
            Setting::ElectronicPrescriptions,
            &info.electronic_prescriptions_change,
            &info.electronic_prescriptions,
        ),
        (
            Setting::PrescriptionTiming,
            &info.prescription_timing_change,
            &info.prescription_timing,
        ),
    ];
    let mut wanted = Vec::new();
    for (setting, change, code) in all {
        if change.as_deref() != Some(Change::Change.code()) {
            continue;
        }
        let code = code.as_deref().ok_or(&error_codes::MISSING)?;
        let value = setting.value(code).ok_or(&error_codes::CODE_VALUE)?;
        wanted.push((setting, value));
    }
    Ok(wanted)
}

impl Operation for UpdateEnvironment {
    type Request = EnvironmentUpdate;
    type Asked = EnvironmentUpdateInfo;
    type Answer = EnvironmentResponse;

    fn asked(
        request: EnvironmentUpdate,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<EnvironmentUpdateInfo, Error> {
        Ok(request.body.environment)
    }

    fn refused(head: &Head, _: EnvironmentUpdateInfo, why: Why) -> EnvironmentResponse {
        refused(head, why)
    }

    async fn run(
        call: &ApiCall,
        mut received: Received<EnvironmentUpdateInfo>,
    ) -> Result<Printed, Error> {
        let form = received.form(call);
        let head = received.head;
        let wanted = match wanted(&received.asked) {
            Ok(wanted) => wanted,
            Err(code) => {
                call.service.note_refusal(codes::refusal_of(code)).await?;
                return Ok(form.print(refused(&head, code.into())));
            }
        };
        let change = move |tx: &mut onshi_core::Tx<'_>| environment::change(tx, &wanted, None);
        let changed = call.service.change(Subject::NONE, change).await;
        let answer = codes::told(changed)?.map(|(environment, _)| environment);
        Ok(form.print(told(&head, answer)))
    }
}

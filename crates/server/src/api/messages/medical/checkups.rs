//! From the records of checkups to TKKsiquc01res.

use super::medicines::eight;
use super::{known, some};
use crate::api::messages::header::{Head, Header};
use onshi_core::medical::{Checkup, CheckupItem, Patient};
use onshi_wire::error_codes;
use onshi_wire::messages::{
    CheckupResponse, CheckupResponseBody, HealthCheckupResultAndQuestionInfo, QualificationsInfo,
    SpecificHealthCheckupInfo,
};

/// The answer.
pub(in crate::api::messages) fn answer(
    head: &Head,
    patient: Patient,
    checkups: Vec<Checkup>,
) -> CheckupResponse {
    let mut answer = CheckupResponse {
        header: Header::of_done(head),
        body: CheckupResponseBody {
            checkups: checkups.into_iter().map(one).collect(),
        },
    };
    let header = &mut answer.header;
    header.message_contents = answer
        .body
        .checkups
        .is_empty()
        .then(|| known(&error_codes::NO_DATA));
    header.qualifications_info = Some(QualificationsInfo {
        name: Some(patient.name),
        kanas_name: patient.kana,
        birthday: Some(eight(patient.birthdate)),
        administrative_gender_code: Some(patient.sex),
    });
    answer
}

fn one(checkup: Checkup) -> SpecificHealthCheckupInfo {
    let item = |one: CheckupItem| HealthCheckupResultAndQuestionInfo {
        item_code: some(one.code),
        item_name: some(one.name),
        data_type: some(one.data_type),
        data_value: some(one.value),
        unit: one.unit,
        oid: one.oid,
        data_value_name: one.value_name,
    };
    SpecificHealthCheckupInfo {
        effective_time: Some(eight(checkup.date)),
        items: checkup.items.into_iter().map(item).collect(),
    }
}

//! Checkups (TKKsiquc01res) as `DiagnosticReport` and `Observation`.

use super::form;
use super::map::{back, forward};
use super::place::{get, open};
use super::table::CHECKUPS;
use crate::messages::{
    CheckupResponse, HealthCheckupResultAndQuestionInfo, SpecificHealthCheckupInfo,
};
use serde_json::{Value, json};

/// One checkup: the report, and its results and answers.
#[derive(Clone, Debug)]
pub struct CheckupResources {
    /// The report, without an id and without its results.
    pub report: Value,
    /// The results and answers, without ids.
    pub observations: Vec<Value>,
}

/// The checkups of an answer, in its order.
pub fn checkups(message: &CheckupResponse, subject: &Value) -> Vec<CheckupResources> {
    let one = |checkup: &SpecificHealthCheckupInfo| CheckupResources {
        report: report(checkup, subject),
        observations: checkup
            .items
            .iter()
            .map(|item| observation(checkup, item, subject))
            .collect(),
    };
    message.body.checkups.iter().map(one).collect()
}

fn report(checkup: &SpecificHealthCheckupInfo, subject: &Value) -> Value {
    let mut report = json!({
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"coding": [{"system": "urn:onshi:fhir:report", "code": "checkup"}], "text": "特定健診"},
        "subject": subject,
    });
    forward(&CHECKUPS, checkup, &mut report);
    report
}

/// What an item is by its code of JLAC10: what begins with 9 is no test of a laboratory, and 9N7 are questions.
fn category(code: &str) -> (&'static str, &'static str) {
    match code {
        code if code.starts_with("9N7") => ("survey", "Survey"),
        code if code.starts_with('9') => ("exam", "Exam"),
        _ => ("laboratory", "Laboratory"),
    }
}

fn observation(
    checkup: &SpecificHealthCheckupInfo,
    item: &HealthCheckupResultAndQuestionInfo,
    subject: &Value,
) -> Value {
    let (code, display) = category(item.item_code.as_deref().unwrap_or(""));
    let mut made = json!({
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": code, "display": display}]}],
        "subject": subject,
    });
    forward(&CHECKUPS, checkup, &mut made);
    forward(&CHECKUPS, item, &mut made);
    if made.get("code").is_none() {
        made["code"] = json!({"text": "不明"});
    }
    put_value(item, &mut made);
    made
}

fn put_value(item: &HealthCheckupResultAndQuestionInfo, made: &mut Value) {
    let kind = item.data_type.as_deref().unwrap_or("");
    let value = item.data_value.as_deref();
    let quantity = value.filter(|_| kind == "PQ").and_then(form::number);
    let coded = value.filter(|_| matches!(kind, "CD" | "CO"));
    if let Some(number) = quantity {
        made["valueQuantity"] = json!({"value": number});
    } else if let Some(code) = coded {
        made["valueCodeableConcept"] = json!({"coding": [{"code": code}]});
    } else if let Some(text) = value {
        made["valueString"] = json!(text);
    }
    let is = |made: &Value, key: &str| made.get(key).is_some();
    if let Some(unit) = &item.unit {
        let place = match is(made, "valueQuantity") {
            true => "valueQuantity.unit",
            false => "extension[unit].valueString",
        };
        *open(made, place) = json!(unit);
    }
    if let Some(oid) = &item.oid {
        match is(made, "valueCodeableConcept") {
            true => {
                let system = json!(format!("urn:oid:{oid}"));
                *open(made, "valueCodeableConcept.coding[0].system") = system;
            }
            false => *open(made, "extension[value-oid].valueString") = json!(oid),
        }
    }
    if let Some(name) = &item.data_value_name {
        let place = match is(made, "valueCodeableConcept") {
            true => "valueCodeableConcept.text",
            false => "extension[value-name].valueString",
        };
        *open(made, place) = json!(name);
    }
}

fn read_value(made: &Value, item: &mut HealthCheckupResultAndQuestionInfo) {
    let text = |place: &str| get(made, place)?.as_str().map(str::to_owned);
    let number = get(made, "valueQuantity.value").map(ToString::to_string);
    let coded = text("valueCodeableConcept.coding[0].code");
    item.data_value = number.or(coded).or_else(|| text("valueString"));
    let unit = text("valueQuantity.unit");
    item.unit = unit.or_else(|| text("extension[unit].valueString"));
    let system = text("valueCodeableConcept.coding[0].system");
    let oid = system.and_then(|system| system.strip_prefix("urn:oid:").map(str::to_owned));
    item.oid = oid.or_else(|| text("extension[value-oid].valueString"));
    let name = text("valueCodeableConcept.text");
    item.data_value_name = name.or_else(|| text("extension[value-name].valueString"));
}

/// Reads a message back from its person and its checkups.
pub fn checkups_back(patient: &Value, all: &[CheckupResources]) -> CheckupResponse {
    let mut message = CheckupResponse::default();
    back(&CHECKUPS, &mut message, &json!({"Patient": patient}));
    for resources in all {
        let mut checkup = SpecificHealthCheckupInfo::default();
        back(&CHECKUPS, &mut checkup, &resources.report);
        for made in &resources.observations {
            let mut item = HealthCheckupResultAndQuestionInfo::default();
            back(&CHECKUPS, &mut item, made);
            read_value(made, &mut item);
            checkup.items.push(item);
        }
        message.body.checkups.push(checkup);
    }
    message
}

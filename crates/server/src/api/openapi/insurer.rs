//! The description of the insurers' routes, whose bodies are no messages of the interface.

use crate::http::route::Route;
use serde_json::{Map, Value, json};

/// A line of each kind, as an insurer sends it.
const EXAMPLE: &str = concat!(
    r#"{"Insurer":{"InsurerNumber":"06139018","InsurerName":"架空健康保険組合","DataDate":"20261101"}}"#,
    "\n",
    r#"{"Qualification":{"Person":1,"InsurerNumber":"06139018","InsuredCardSymbol":"見本","#,
    r#""InsuredIdentificationNumber":"1","InsuredCardClassification":"01","Name":"見本　太郎","#,
    r#""Sex1":"1","Birthdate":"19900101","QualificationDate":"20200401"}}"#,
    "\n",
);

/// A line of medical records.
const MEDICAL_EXAMPLE: &str = concat!(
    r#"{"Medicines":{"Person":1,"InsurerNumber":"06139018","Source":"Claim","Month":"202610","#,
    r#""InstitutionCode":"1319990014","InstitutionName":"架空内科","InOut":"2","Days":["#,
    r#"{"Date":"20261005","Medicines":[{"Code":"629999102","Name":"ミホンジピン錠５ｍｇ「見本」","#,
    r#""Ingredient":"ミホンジピンベシル酸塩","Quantity":"1","Unit":"錠","Usage":"１日１回朝食後","#,
    r#""Times":"28","Class":"21"}]}]}}"#,
    "\n",
);

/// Parameters, and what is sent.
pub(super) fn describe(route: &Route, operation: &mut Map<String, Value>) {
    let mut parameters = vec![json!({
        "name": "insurer_number", "in": "path", "required": true,
        "description": "保険者番号: 8 digits, or 6 for 国保; one that the certificate is bound to.",
        "schema": {"type": "string", "pattern": "^([0-9]{6}|[0-9]{8})$"},
    })];
    if route.method == "POST" {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "What the sender calls this report. The same file under the same key \
                goes on where it broke off, and is the same report; another file is a 409.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
        }));
        let insured = json!({
            "required": true,
            "description": "The first line is the insurer with the day for which the report is \
                true, every other one a qualification: as for `onshi insured import`.",
            "content": {
                "application/x-ndjson": {"schema": {"type": "string"}, "example": EXAMPLE},
                "text/csv": {"schema": {"type": "string"}},
            },
        });
        let medical = json!({
            "required": true,
            "description": "A line is what one institution did for one person in one month: \
                Medicines (Source: Claim, Prescription or Dispensing), Treatments, Operations or \
                Checkups. It replaces the one before of the same; without Days it takes it away.",
            "content": {
                "application/x-ndjson": {"schema": {"type": "string"}, "example": MEDICAL_EXAMPLE},
            },
        });
        let is_medical = route.path.ends_with("/medical-records");
        let body = if is_medical { medical } else { insured };
        operation.insert("requestBody".to_owned(), body);
    }
    operation.insert("parameters".to_owned(), Value::Array(parameters));
}

/// What is answered.
pub(super) fn answer(route: &Route) -> Value {
    let mut report = report();
    if route.method == "POST" {
        report["properties"]["insurerNumber"] = json!({"type": "string"});
        report["properties"]["repeated"] = json!({"type": "boolean",
            "description": "True when all of it had been taken before, under this key."});
        return report;
    }
    report["type"] = json!(["object", "null"]);
    json!({
        "type": "object",
        "required": ["insurerNumber", "persons", "qualifications", "lastReport",
            "lastMedicalReport"],
        "properties": {
            "insurerNumber": {"type": "string"},
            "insurerName": {"type": ["string", "null"]},
            "dataDate": {"type": ["string", "null"],
                "description": "The day for which the data is true, yyyymmdd; null before the \
                    first whole report."},
            "persons": {"type": "integer"},
            "qualifications": {"type": "integer"},
            "lastReport": report.clone(),
            "lastMedicalReport": report,
        },
    })
}

fn report() -> Value {
    let count = json!({"type": "integer"});
    let moment = json!({"type": ["string", "null"], "description": "yyyymmddhhmmss in Japan"});
    json!({
        "type": "object",
        "required": ["report", "finished", "lines", "accepted", "rejected", "rejections"],
        "properties": {
            "report": {"type": "string"},
            "insurerName": {"type": ["string", "null"]},
            "dataDate": {"type": ["string", "null"]},
            "finished": {"type": "boolean"},
            "begunAt": moment, "updatedAt": moment,
            "lines": count, "accepted": count, "added": count, "changed": count,
            "unchanged": count, "rejected": count,
            "rejections": {"type": "array", "items": {
                "type": "object",
                "required": ["line", "problems"],
                "properties": {
                    "line": {"type": "integer"},
                    "problems": {"type": "array", "items": {"type": "string"}},
                },
            }},
            "rejectionsNotShown": count,
        },
    })
}

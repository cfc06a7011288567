//! The answer to a check (OQSsiquc01res) as `CoverageEligibilityResponse`, `Coverage`, `Patient` and `Consent`.

use super::map::{back, forward};
use super::place::open;
use super::table::RESPONSE;
use super::{complete_institution, institution};
use crate::messages::{EligibilityResponse, ResultOfQualificationConfirmation};
use serde_json::{Value, json};

/// What a resource is called outside of the answer.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The id of the patient.
    pub patient: Option<String>,
    /// The id of the coverage.
    pub coverage: Option<String>,
    /// What the request is called, and so its answer.
    pub request: String,
}

/// The resources of one answer.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The whole answer, with what it tells in `contained`.
    pub response: Value,
    /// The person, to be read by itself.
    pub patient: Option<Value>,
    /// The coverage, to be read by itself.
    pub coverage: Option<Value>,
}

/// The answer as resources.
pub fn eligibility(message: &EligibilityResponse, named: &Named) -> Resources {
    let mut root = json!({});
    forward(&RESPONSE, message, &mut root);
    let only = match message.body.result_list.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    if let Some(result) = only {
        forward(&RESPONSE, result, &mut root);
    }
    let validity = message.body.qualification_validity.as_deref();
    let in_force = matches!(validity, Some("1" | "6"));
    let reference = |id: &Option<String>, kind: &str| {
        id.as_ref()
            .map(|id| json!({"reference": format!("{kind}/{id}")}))
    };
    let patient = only.map(|_| finished_patient(root["Patient"].take(), named));
    let coverage = only.map(|result| {
        let beneficiary = reference(&named.patient, "Patient");
        let coverage = root["Coverage"].take();
        finished_coverage(coverage, (result, in_force), beneficiary)
    });
    let response = Answer {
        own: root["CoverageEligibilityResponse"].take(),
        consents: root["Consent"].take(),
        patient: patient.clone(),
        coverage: coverage.clone(),
        in_force,
    };
    let mut standalone = coverage;
    if let (Some(coverage), Some(id)) = (&mut standalone, &named.coverage) {
        coverage["id"] = json!(id);
    }
    Resources {
        response: response.finished(message, named),
        patient,
        coverage: standalone,
    }
}

fn finished_patient(mut patient: Value, named: &Named) -> Value {
    patient["resourceType"] = json!("Patient");
    if let Some(id) = &named.patient {
        patient["id"] = json!(id);
    }
    patient
}

/// Half-width letters and digits in full width, as identifiers of JP Core write them.
fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        ' ' => '　',
        c => c,
    };
    text.chars().map(wide).collect()
}

/// 保険種別 by 保険者番号 and 被保険者証区分, by JP Core's list.
fn kind(result: &ResultOfQualificationConfirmation) -> (&'static str, &'static str) {
    let number = result.insurer_number.as_deref().unwrap_or("").trim();
    match (result.insured_card_classification.as_str(), number.len()) {
        ("A1", _) => ("8", "公費"),
        _ if number.starts_with("39") => ("7", "後期高齢者医療"),
        (_, 6) => ("2", "国保"),
        _ if number.starts_with("00") => ("2", "国保"),
        _ => ("1", "医保"),
    }
}

fn finished_coverage(
    mut coverage: Value,
    (result, in_force): (&ResultOfQualificationConfirmation, bool),
    beneficiary: Option<Value>,
) -> Value {
    coverage["resourceType"] = json!("Coverage");
    coverage["status"] = json!(if in_force { "active" } else { "cancelled" });
    let (code, display) = kind(result);
    coverage["type"] = json!({"coding": [{
        "system": "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/InsuranceMajorCategory",
        "code": code, "display": display}]});
    let number = result.insurer_number.as_deref().unwrap_or("").trim();
    let part = |text: &Option<String>| full_width(text.as_deref().unwrap_or(""));
    let member = format!(
        "{number:0>8}:{}:{}:{}",
        part(&result.insured_card_symbol),
        part(&result.insured_identification_number),
        result.insured_branch_number.as_deref().unwrap_or("")
    );
    coverage["identifier"] = json!([{
        "system": "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID", "value": member}]);
    if let Some(branch) = &result.insured_branch_number {
        coverage["dependent"] = json!(branch);
    }
    if let Some(payor) = coverage
        .get_mut("payor")
        .and_then(|payors| payors.get_mut(0))
    {
        payor["type"] = json!("Organization");
    }
    coverage["beneficiary"] = beneficiary.unwrap_or_else(|| json!({"reference": "#patient"}));
    coverage
}

/// What the whole answer is made of.
struct Answer {
    own: Value,
    consents: Value,
    patient: Option<Value>,
    coverage: Option<Value>,
    in_force: bool,
}

impl Answer {
    fn finished(mut self, message: &EligibilityResponse, named: &Named) -> Value {
        let own = &mut self.own;
        own["resourceType"] = json!("CoverageEligibilityResponse");
        own["id"] = json!(named.request);
        own["status"] = json!("active");
        own["purpose"] = json!(["validation", "benefits"]);
        complete_institution(&mut own["requestor"]);
        own["request"] = json!({"identifier": {
            "system": "urn:onshi:fhir:request", "value": named.request}});
        own["patient"] = match &named.patient {
            Some(id) => json!({"reference": format!("Patient/{id}")}),
            None => json!({"display": "該当する方はありません"}),
        };
        let insurer = self
            .coverage
            .as_ref()
            .and_then(|coverage| coverage["payor"].get(0).cloned());
        own["insurer"] = insurer.unwrap_or_else(|| json!({"display": "該当する資格はありません"}));
        let mut contained = Vec::new();
        if let (Some(mut patient), Some(mut coverage)) = (self.patient, self.coverage) {
            patient["id"] = json!("patient");
            coverage["id"] = json!("coverage");
            coverage["beneficiary"] = json!({"reference": "#patient"});
            contained.extend([patient, coverage]);
            *open(own, "insurance[0].coverage") = json!({"reference": "#coverage"});
            *open(own, "insurance[0].inforce") = json!(self.in_force);
        }
        let code = &message.header.medical_institution_code;
        let consents = self.consents.as_array().cloned().unwrap_or_default();
        for consent in consents {
            let mut consent = finished_consent(consent, code);
            consent["id"] = json!(format!("consent-{}", kind_of(&consent)));
            consent["patient"] = json!({"reference": "#patient"});
            let reference = json!({
                "url": format!("{}consent", super::EXTENSION),
                "valueReference": {"reference": format!("#consent-{}", kind_of(&consent))}});
            if let Some(extensions) = own["extension"].as_array_mut() {
                extensions.push(reference);
            }
            contained.push(consent);
        }
        if !contained.is_empty() {
            own["contained"] = json!(contained);
        }
        self.own
    }
}

/// The kind of a consent: the code of its first category.
fn kind_of(consent: &Value) -> &str {
    super::get(consent, "category[0].coding[0].code")
        .and_then(Value::as_str)
        .unwrap_or("")
}

fn finished_consent(mut consent: Value, institution_code: &str) -> Value {
    consent["resourceType"] = json!("Consent");
    consent["scope"] = json!({"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]});
    consent["policyRule"] = json!({"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"}]});
    consent["organization"] = json!([institution(institution_code, None)]);
    let label = crate::codes::label("OQSCD036", kind_of(&consent)).map(str::to_owned);
    if let Some(label) = label {
        consent["category"][0]["text"] = json!(label);
    }
    let permits = consent["status"] != json!("rejected");
    consent["provision"]["type"] = json!(if permits { "permit" } else { "deny" });
    consent
}

/// The consents of one result as resources without ids and patients, of the institution with this code.
pub fn consents(
    result: &ResultOfQualificationConfirmation,
    institution_code: &str,
) -> Vec<(String, Value)> {
    let mut root = json!({});
    forward(&RESPONSE, result, &mut root);
    let found = root["Consent"].take();
    let found = found.as_array().cloned().unwrap_or_default();
    found
        .into_iter()
        .map(|consent| finished_consent(consent, institution_code))
        .map(|consent| (kind_of(&consent).to_owned(), consent))
        .collect()
}

/// Reads the message back from the whole answer.
pub fn eligibility_back(response: &Value) -> EligibilityResponse {
    let mut root = json!({"CoverageEligibilityResponse": response, "Consent": []});
    let contained = response["contained"].as_array();
    for resource in contained.into_iter().flatten() {
        match resource["resourceType"].as_str() {
            Some("Consent") => {
                if let Some(consents) = root["Consent"].as_array_mut() {
                    consents.push(resource.clone());
                }
            }
            Some(kind) => root[kind] = resource.clone(),
            None => {}
        }
    }
    let mut message = EligibilityResponse::default();
    back(&RESPONSE, &mut message, &root);
    if root.get("Patient").is_some() {
        let mut result = ResultOfQualificationConfirmation::default();
        back(&RESPONSE, &mut result, &root);
        message.body.result_list.push(result);
    }
    message
}

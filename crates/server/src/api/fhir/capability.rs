//! `CapabilityStatement`: what can be asked here.

use super::records;
use super::search::PARAMETERS;
use crate::http::route::Route;
use onshi_core::permission::Scope;
use onshi_wire::fhir::VERSION;
use serde_json::{Value, json};

fn kind_of(name: &str) -> &'static str {
    match name {
        "patient" | "subject" | "beneficiary" => "reference",
        "date" | "effective" | "birthdate" => "date",
        _ => "token",
    }
}

fn resource((kind, names): &(&str, &[&str])) -> Value {
    let parameters: Vec<Value> = names
        .iter()
        .map(|name| json!({"name": name, "type": kind_of(name)}))
        .collect();
    let consents: Vec<&str> = records::scopes(kind)
        .iter()
        .map(|scope: &Scope| scope.label())
        .collect();
    let words = match (*kind, consents.is_empty()) {
        ("Patient" | "Coverage", _) => {
            "Each reading and each search is a check of eligibility (資格確認). identifier and birthdate are \
             taken in the body of POST _search only."
                .to_owned()
        }
        ("AuditEvent", _) => "The accesses of the own institution to one patient.".to_owned(),
        ("Consent", _) => "The consents that are in force here now.".to_owned(),
        (_, false) => format!("Needs the patient's consent to {}.", consents.join("・")),
        _ => String::new(),
    };
    json!({
        "type": kind,
        "documentation": words,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": parameters,
    })
}

/// The statement, for this base.
pub(super) fn statement(routes: &[Route], base: &str) -> Value {
    let mut resources: Vec<Value> = PARAMETERS.iter().map(resource).collect();
    let submit = routes.iter().any(|route| route.path.ends_with("/$submit"));
    if submit {
        resources.push(json!({
            "type": "CoverageEligibilityRequest",
            "operation": [{
                "name": "submit",
                "definition": "http://hl7.org/fhir/OperationDefinition/CoverageEligibilityRequest-submit",
            }],
        }));
    }
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-26",
        "kind": "instance",
        "software": {"name": "Onshi", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": "Onshi (an open implementation; simulated)", "url": base.trim_end_matches('/')},
        "fhirVersion": VERSION,
        "format": ["json", super::JSON],
        "rest": [{
            "mode": "server",
            "documentation": "Read only. Mutual TLS with the terminal's certificate, and the token of a Web API account.",
            "security": {"cors": false, "description": "The token of the log-in, bound to the certificate."},
            "resource": resources,
        }],
    })
}

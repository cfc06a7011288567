//! `AuditEvent`: one access to a person's information.

use super::institution;
use serde_json::{Value, json};

/// An access, in words that are ready to be told.
#[derive(Clone, Debug, Default)]
pub struct AccessEvent {
    /// When (`instant`).
    pub at: String,
    /// Code and name of what was done, by the permission table.
    pub function: (String, String),
    /// What exactly was done, in the person's words.
    pub purpose: String,
    /// On what it rested, in the person's words.
    pub basis: String,
    /// Whether it was done, refused, or failed: `done`, `refused`, `failed`.
    pub outcome: &'static str,
    /// Code and name of the kind of account.
    pub role: (String, String),
    /// Code and name of the institution; none for the operator.
    pub institution: Option<(String, Option<String>)>,
    /// A reference to the person.
    pub patient: Option<Value>,
    /// Whether something was looked at, made, or changed: R, C, U, E.
    pub action: &'static str,
}

/// The access as a resource, without an id.
pub fn audit_event(access: &AccessEvent) -> Value {
    let outcome = match access.outcome {
        "done" => "0",
        "refused" => "4",
        _ => "8",
    };
    let mut who = json!({"display": "センターの運用者"});
    if let Some((code, name)) = &access.institution {
        who = institution(code, name.as_deref());
    }
    let mut event = json!({
        "resourceType": "AuditEvent",
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest", "display": "RESTful Operation"},
        "subtype": [{"system": "urn:onshi:fhir:function",
            "code": access.function.0, "display": access.function.1}],
        "action": access.action,
        "recorded": access.at,
        "outcome": outcome,
        "outcomeDesc": access.purpose,
        "purposeOfEvent": [{"text": access.basis}],
        "agent": [{
            "role": [{"coding": [{"system": "urn:onshi:fhir:role", "code": access.role.0}],
                "text": access.role.1}],
            "who": who,
            "requestor": true,
        }],
        "source": {"observer": {"display": "資格確認システム（センター）"}},
    });
    if let Some(patient) = &access.patient {
        event["entity"] = json!([{
            "what": patient,
            "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
                "code": "1", "display": "Person"},
            "role": {"system": "http://terminology.hl7.org/CodeSystem/object-role",
                "code": "1", "display": "Patient"},
        }]);
    }
    event
}

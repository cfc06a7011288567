//! The report of who looked at a person's information (アクセスの記録), as a bundle of FHIR.

use crate::api::fhir::{instant, older_accesses};
use onshi_core::Moment;
use onshi_core::access::Report;
use onshi_wire::fhir::{audit_event, collection};
use serde_json::{Value, json};

/// Every access as an `AuditEvent`, the newest first; last comes a warning, where there are older ones.
pub fn bundle(person: i64, report: &Report, now: Moment) -> Value {
    let events = report.accesses.iter().map(|access| {
        let mut event = access.event(instant(access.at));
        event.patient = Some(json!({
            "identifier": {"system": "urn:onshi:fhir:person", "value": person.to_string()},
            "type": "Patient",
        }));
        audit_event(&event)
    });
    let mut resources: Vec<Value> = events.collect();
    if report.is_cut {
        resources.push(older_accesses(report.accesses.len()));
    }
    collection(&instant(now), resources)
}

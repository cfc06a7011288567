//! `OperationOutcome`: why something was not done, or what there is to be said of it.

use serde_json::{Value, json};

/// What an outcome says.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// The status of HTTP, from which severity and kind are; 200 for a remark.
    pub status: u16,
    /// The stable code of the refusal.
    pub code: &'a str,
    /// What happened, why, and what to do, for a person.
    pub words: &'a str,
    /// The number under which the log has it.
    pub request: Option<&'a str>,
}

/// The types of issues (IssueType) of refusals that say more than their status: how the code begins, and the type.
/// The first that fits holds.
const TYPES: &[(&str, &str)] = &[
    ("certificate.expired", "expired"),
    ("certificate.", "security"),
    ("consent.day", "business-rule"),
    ("consent.oral", "business-rule"),
    // Not told for the sake of privacy, and to be had in another way: the patient may consent.
    ("consent.", "suppressed"),
    ("document.too_long", "too-long"),
    ("idempotency.key_reused", "duplicate"),
    ("incomplete", "incomplete"),
    ("message.unreadable", "structure"),
    ("secret_number.wrong", "login"),
];

/// The type of the issue (IssueType) that a code and a status of HTTP are told by.
pub fn issue_type(code: &str, status: u16) -> &'static str {
    let known = TYPES.iter().find(|(begin, _)| code.starts_with(begin));
    known.map_or_else(|| of_status(status), |(_, of)| *of)
}

const fn of_status(status: u16) -> &'static str {
    match status {
        0..=299 => "informational",
        401 => "login",
        403 => "forbidden",
        404 => "not-found",
        405 | 406 | 415 => "not-supported",
        408 => "timeout",
        409 => "conflict",
        410 => "expired",
        413 => "too-long",
        422 => "invalid",
        429 => "throttled",
        400 => "structure",
        503 => "transient",
        504 => "timeout",
        500..=599 => "exception",
        _ => "processing",
    }
}

/// An outcome of one issue, or of one for each problem with its place.
pub fn outcome(of: Issue<'_>, problems: &[(String, String)]) -> Value {
    let kind = issue_type(of.code, of.status);
    let severity = match of.status {
        0..=299 if kind == "incomplete" => "warning",
        0..=299 => "information",
        500..=599 => "fatal",
        _ => "error",
    };
    let mut issue = json!({
        "severity": severity,
        "code": kind,
        "details": {
            "coding": [{"system": "urn:onshi:problem", "code": of.code}],
            "text": of.words,
        },
    });
    if let Some(request) = of.request {
        issue["diagnostics"] = json!(format!("urn:onshi:request:{request}"));
    }
    let mut issues = vec![issue];
    for (place, words) in problems {
        let mut issue = json!({
            "severity": severity,
            "code": kind,
            "details": {"text": words},
        });
        if !place.is_empty() {
            issue["expression"] = json!([expression(place)]);
        }
        issues.push(issue);
    }
    json!({"resourceType": "OperationOutcome", "issue": issues})
}

/// A place as an expression of FHIRPath: without what it says of the entries of lists.
fn expression(place: &str) -> String {
    let steps = place.split('.').map(|step| step.split('[').next());
    let steps: Vec<&str> = steps.map(Option::unwrap_or_default).collect();
    steps.join(".")
}

//! FHIR R4: what the messages tell, as resources, and back.
//!
//! Resources are JSON values that are made from the messages by one table ([`table`]), which is executed in
//! both directions and printed as the published mapping. So what the FHIR interface tells is what the
//! XML tells, by construction. There is no I/O here; ids are given by whoever keeps them.

mod audit_event;
mod bundle;
mod checkups;
mod eligibility;
mod form;
mod map;
mod medicines;
mod outcome;
mod page;
mod place;
mod request;
pub mod table;

#[cfg(test)]
mod tests;

pub use audit_event::{AccessEvent, audit_event};
pub use bundle::{Found, collection, searchset};
pub use checkups::{CheckupResources, checkups, checkups_back};
pub use eligibility::{Named, Resources, consents, eligibility, eligibility_back};
pub use form::{Form, system_of};
pub use medicines::{
    MEDICATION_SOURCE, PROCEDURE_KIND, medication_statements, medicines_back, patient, procedures,
};
pub use outcome::{Issue, issue_type, outcome};
pub use page::as_markdown;
pub use place::{EXTENSION, SELECTORS, get};
pub use request::{Asked, Unreadable, request, request_body};

use serde_json::{Value, json};

/// The version of FHIR.
pub const VERSION: &str = "4.0.1";

/// 医療機関コード of ten digits, by JP Core.
pub const INSTITUTION: &str =
    "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no";

/// What a reference to an institution says.
pub fn institution(code: &str, name: Option<&str>) -> Value {
    let mut reference =
        json!({"type": "Organization", "identifier": {"system": INSTITUTION, "value": code}});
    if let Some(name) = name {
        reference["display"] = json!(name);
    }
    reference
}

/// Completes references to institutions that the table has begun.
fn complete_institution(reference: &mut Value) {
    if let Some(identifier) = reference.get_mut("identifier") {
        identifier["system"] = json!(INSTITUTION);
    }
    if reference.is_object() {
        reference["type"] = json!("Organization");
    }
}

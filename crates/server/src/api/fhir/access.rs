//! `AuditEvent`: which of a patient's information the own institution looked at.
//!
//! An institution sees its own accesses, by kind of account and not by user id: whose user id it was is for
//! 管理 to see in 操作履歴. What other institutions did is told to the person alone, by the operator.

use super::pages::{Binding, Item, bundle, cut, numbered, patient_needed};
use super::search::Search;
use super::{ApiCall, instant};
use onshi_core::access::{self, Access};
use onshi_core::eligibility::patient::KnownPatient;
use onshi_core::{Error, RefusalCode, Subject, Tx};
use onshi_wire::fhir::{Issue, audit_event, outcome};
use serde_json::{Value, json};

/// That there are older accesses than those that are told.
pub fn older_accesses(count: usize) -> Value {
    let words = format!("新しいものから{count}件です。これより古い記録があります。");
    let issue = Issue {
        status: 200,
        code: "incomplete",
        words: &words,
        request: None,
    };
    outcome(issue, &[])
}

/// What is told, and a warning where there is more.
fn told(tx: &mut Tx<'_>, person: i64) -> Result<(Vec<Item>, Option<Value>), Error> {
    let report = access::own(tx, person)?;
    let all = report.accesses;
    let more = report.is_cut.then(|| older_accesses(all.len()));
    Ok((numbered(all.iter().map(event)), more))
}

/// An access as a resource, without an id and without the person.
fn event(one: &Access) -> Value {
    audit_event(&one.event(instant(one.at)))
}

fn complete(tx: &Tx<'_>, item: &mut Item, person: i64, patient: &str) -> Result<(), Error> {
    item.resource["id"] = json!(tx.opaque_id("AuditEvent", [person, item.locator])?);
    item.resource["entity"] = json!([{"what": {"reference": format!("Patient/{patient}")}}]);
    Ok(())
}

/// Reads one by its id.
pub(super) async fn read(call: &ApiCall) -> Result<Value, Error> {
    let id = call.asked()?.id.clone().unwrap_or_default();
    let reading = call.service.scan(Subject::NONE, move |tx| {
        let [person, locator] = tx.open_opaque_id("AuditEvent", &id)?;
        let (items, _) = told(tx, person)?;
        let found = items.into_iter().find(|item| item.locator == locator);
        let mut found = found.ok_or(RefusalCode::NotFound)?;
        let patient = KnownPatient::newest(tx, person)?.id(tx, "Patient")?;
        complete(tx, &mut found, person, &patient)?;
        Ok(found.resource)
    });
    reading.await
}

/// The accesses to one patient, the newest first.
pub(super) async fn search(call: &ApiCall, search: Search) -> Result<Value, Error> {
    let binding = Binding::of(call, &search)?;
    let wanted = search.clone();
    let reading = call.service.scan(Subject::NONE, move |tx| {
        let patient = wanted.patient.as_deref().ok_or_else(patient_needed)?;
        let person = KnownPatient::read(tx, "Patient", patient)?.person();
        let (mut items, more) = told(tx, person)?;
        items.retain(|item| {
            let at = item.resource["recorded"].as_str().unwrap_or("");
            wanted.dates.iter().all(|dates| dates.has(at))
        });
        for item in &mut items {
            complete(tx, item, person, patient)?;
        }
        let ids = &wanted.ids;
        items
            .retain(|item| ids.is_empty() || ids.iter().any(|id| item.resource["id"] == json!(id)));
        Ok((cut(tx, items, (&wanted, &binding))?, more))
    });
    let found = reading.await?;
    bundle(call, &search, found)
}

//! `MedicationStatement`, `Procedure`, `Observation` and `DiagnosticReport`: what is told with consent.
//!
//! They are made of the answers of YZKsiquc01 and TKKsiquc01 in one piece, from the whole of what is told of the
//! patient: each kind needs the consent to its own information, at every page and every reading.

use super::ApiCall;
use super::pages::{Binding, Item, bundle, cut, numbered, patient_needed};
use super::search::Search;
use crate::api::messages::by_person;
use onshi_core::eligibility::patient::KnownPatient;
use onshi_core::permission::Scope;
use onshi_core::{Error, RefusalCode, Subject, Tx};
use onshi_wire::fhir::{
    CheckupResources, Issue, PROCEDURE_KIND, checkups, get, medication_statements, outcome,
    procedures,
};
use serde_json::{Value, json};

/// What is told of a person as resources of one kind, and what there is to be said of it.
struct Told {
    items: Vec<Item>,
    remark: Option<String>,
}

/// Reads what is told, on the consent to it. `category` says which of treatment and operations is wanted.
fn tell(
    tx: &mut Tx<'_>,
    kind: &str,
    person: i64,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Told, Error> {
    // Whose they are is put in when it is known by which id.
    let subject = Value::Null;
    match kind {
        "MedicationStatement" => {
            let message = by_person::medicines(tx, person)?;
            Ok(Told {
                items: numbered(medication_statements(&message, &subject)),
                remark: message.header.message_contents,
            })
        }
        "Procedure" => {
            let kinds = (wanted("treatment"), wanted("operation"));
            let message = by_person::treatments(tx, person, kinds)?;
            Ok(Told {
                items: numbered(procedures(&message, &subject)),
                remark: message.header.message_contents,
            })
        }
        _ => {
            let message = by_person::checkups(tx, person)?;
            let remark = message.header.message_contents.clone();
            let all = checkups(&message, &subject);
            let items = match kind {
                "Observation" => {
                    let all = all.into_iter().flat_map(|one| one.observations);
                    numbered(all)
                }
                _ => reports(tx, person, all)?,
            };
            Ok(Told { items, remark })
        }
    }
}

/// The reports, each with references to its results.
fn reports(tx: &Tx<'_>, person: i64, all: Vec<CheckupResources>) -> Result<Vec<Item>, Error> {
    let mut counts = Vec::new();
    let mut reports = Vec::new();
    let mut observations = Vec::new();
    for one in all {
        counts.push(one.observations.len());
        reports.push(one.report);
        observations.extend(one.observations);
    }
    let mut ids = Vec::new();
    for item in numbered(observations) {
        ids.push(tx.opaque_id("Observation", [person, item.locator])?);
    }
    let mut items = numbered(reports);
    let mut ids = ids.into_iter();
    for (item, count) in items.iter_mut().zip(counts) {
        let results: Vec<Value> = ids
            .by_ref()
            .take(count)
            .map(|id| json!({"reference": format!("Observation/{id}")}))
            .collect();
        if !results.is_empty() {
            item.resource["result"] = json!(results);
        }
    }
    Ok(items)
}

fn complete(
    tx: &Tx<'_>,
    item: &mut Item,
    (kind, person, patient): (&str, i64, &str),
) -> Result<(), Error> {
    item.resource["id"] = json!(tx.opaque_id(kind, [person, item.locator])?);
    item.resource["subject"] = json!({"reference": format!("Patient/{patient}")});
    Ok(())
}

/// Reads one record by its id.
pub(super) async fn read(call: &ApiCall) -> Result<Value, Error> {
    let asked = call.asked()?;
    let (kind, id) = (asked.kind.clone(), asked.id.clone().unwrap_or_default());
    let reading = call.service.scan(Subject::NONE, move |tx| {
        let [person, locator] = tx.open_opaque_id(&kind, &id)?;
        let told = tell(tx, &kind, person, &|_| true)?;
        let found = told.items.into_iter().find(|item| item.locator == locator);
        let mut found = found.ok_or(RefusalCode::NotFound)?;
        let patient = KnownPatient::newest(tx, person)?.id(tx, "Patient")?;
        complete(tx, &mut found, (&kind, person, &patient))?;
        Ok(found.resource)
    });
    reading.await
}

/// Every coding at a place, system and code.
fn codings<'a>(resource: &'a Value, path: &str) -> Vec<(&'a str, &'a str)> {
    let codings = get(resource, path).and_then(Value::as_array);
    let text = |value: &'a Value| value.as_str().unwrap_or("");
    codings
        .into_iter()
        .flatten()
        .map(|coding| (text(&coding["system"]), text(&coding["code"])))
        .collect()
}

/// Whether a resource is one of those that are searched for.
fn fits(resource: &Value, search: &Search) -> bool {
    let date = ["effectiveDateTime", "performedDateTime"]
        .iter()
        .find_map(|key| resource.get(*key)?.as_str());
    let dated = |date: &str| search.dates.iter().all(|dates| dates.has(date));
    if !search.dates.is_empty() && !date.is_some_and(dated) {
        return false;
    }
    let any = |tokens: &[super::search::Token], paths: &[&str]| {
        let all = paths.iter().flat_map(|path| codings(resource, path));
        let found: Vec<_> = all.collect();
        tokens.is_empty()
            || tokens
                .iter()
                .any(|token| found.iter().any(|(system, code)| token.is(system, code)))
    };
    any(&search.category, &["category.coding", "category[0].coding"])
        && any(
            &search.code,
            &["code.coding", "medicationCodeableConcept.coding"],
        )
}

/// Searches among what is told of a patient.
pub(super) async fn search(call: &ApiCall, search: Search) -> Result<Value, Error> {
    let kind = call.asked()?.kind.clone();
    let binding = Binding::of(call, &search)?;
    let wanted = search.clone();
    let reading = call.service.scan(Subject::NONE, move |tx| {
        let patient = wanted.patient.as_deref().ok_or_else(patient_needed)?;
        let person = KnownPatient::read(tx, "Patient", patient)?.person();
        let of_kind = |code: &str| {
            let tokens = &wanted.category;
            tokens.is_empty() || tokens.iter().any(|token| token.is(PROCEDURE_KIND, code))
        };
        let told = tell(tx, &kind, person, &of_kind)?;
        let mut items = told.items;
        items.retain(|item| fits(&item.resource, &wanted));
        if !wanted.ids.is_empty() {
            let mut kept = Vec::new();
            for item in items {
                let id = tx.opaque_id(&kind, [person, item.locator])?;
                if wanted.ids.contains(&id) {
                    kept.push(item);
                }
            }
            items = kept;
        }
        let mut page = cut(tx, items, (&wanted, &binding))?;
        for item in &mut page.items {
            complete(tx, item, (&kind, person, patient))?;
        }
        Ok((page, told.remark))
    });
    let (page, remark) = reading.await?;
    let remark = remark.map(|words| {
        let issue = Issue {
            status: 200,
            code: words.split(' ').next().unwrap_or(""),
            words: &words,
            request: None,
        };
        outcome(issue, &[])
    });
    bundle(call, &search, (page, remark))
}

/// To which information each kind needs consent, for whoever asks what there is.
pub(super) const fn scopes(kind: &str) -> &'static [Scope] {
    match kind.as_bytes() {
        b"MedicationStatement" => &[Scope::Medicines],
        b"Procedure" => &[Scope::Treatment, Scope::Surgery],
        b"Observation" | b"DiagnosticReport" => &[Scope::Checkups],
        _ => &[],
    }
}

//! `Consent`: to what patients consent here now.

use super::ApiCall;
use super::pages::{Binding, Item, bundle, cut};
use super::search::Search;
use onshi_core::audit::SubjectKind;
use onshi_core::consent::{self, ValidConsent};
use onshi_core::eligibility::consents::tell_valid;
use onshi_core::eligibility::patient::KnownPatient;
use onshi_core::service::Subject;
use onshi_core::{Error, RefusalCode, Tx};
use onshi_wire::fhir;
use onshi_wire::messages::ResultOfQualificationConfirmation;
use serde_json::{Value, json};

/// A kind of information as a number that tells it from others.
fn number(kind: &str) -> i64 {
    kind.bytes()
        .fold(0, |all, byte| all * 256 + i64::from(byte))
}

/// The consents of one person, each with its kind; those that hold alone.
fn of_person(tx: &mut Tx<'_>, valid: &[ValidConsent]) -> Result<Vec<Item>, Error> {
    let mut result = ResultOfQualificationConfirmation::default();
    tell_valid(&mut result, valid);
    let made = fhir::consents(&result, tx.facility()?.as_str());
    let held = made
        .into_iter()
        .filter(|(_, consent)| consent["status"] == json!("active"));
    Ok(held
        .map(|(kind, resource)| Item {
            locator: number(&kind),
            resource,
        })
        .collect())
}

fn complete(tx: &Tx<'_>, item: &mut Item, person: i64, patient: &str) -> Result<(), Error> {
    item.resource["id"] = json!(tx.opaque_id("Consent", [person, item.locator])?);
    item.resource["patient"] = json!({"reference": format!("Patient/{patient}")});
    Ok(())
}

/// Reads one by its id.
pub(super) async fn read(call: &ApiCall) -> Result<Value, Error> {
    let id = call.asked()?.id.clone().unwrap_or_default();
    let reading = call.service.point_read(Subject::NONE, move |tx| {
        let [person, kind] = tx.open_opaque_id("Consent", &id)?;
        tx.set_subject(SubjectKind::Person, &person.to_string());
        let valid = consent::list_valid(tx, person)?;
        let mut items = of_person(tx, &valid)?;
        items.retain(|item| item.locator == kind);
        let mut found = items.pop().ok_or(RefusalCode::NotFound)?;
        let patient = KnownPatient::newest(tx, person)?.id(tx, "Patient")?;
        complete(tx, &mut found, person, &patient)?;
        Ok(found.resource)
    });
    reading.await
}

/// Everybody's, or one patient's.
pub(super) async fn search(call: &ApiCall, search: Search) -> Result<Value, Error> {
    let binding = Binding::of(call, &search)?;
    let wanted = search.clone();
    let reading = call.service.scan(Subject::NONE, move |tx| {
        let mut items = Vec::new();
        for (person, patient, valid) in people(tx, wanted.patient.as_deref())? {
            for mut item in of_person(tx, &valid)? {
                complete(tx, &mut item, person, &patient)?;
                if fits(&item.resource, &wanted) {
                    // Of many people the kind alone tells nobody from another.
                    let known = super::pages::locator(&item.resource, &[]);
                    items.push(Item {
                        locator: known,
                        ..item
                    });
                }
            }
        }
        cut(tx, items, (&wanted, &binding))
    });
    let page = reading.await?;
    bundle(call, &search, (page, None))
}

type Person = (i64, String, Vec<ValidConsent>);

fn people(tx: &mut Tx<'_>, patient: Option<&str>) -> Result<Vec<Person>, Error> {
    if let Some(id) = patient {
        let person = KnownPatient::read(tx, "Patient", id)?.person();
        tx.set_subject(SubjectKind::Person, &person.to_string());
        return Ok(vec![(
            person,
            id.to_owned(),
            consent::list_valid(tx, person)?,
        )]);
    }
    let (patients, _) = consent::list_patients(tx)?;
    let mut people = Vec::with_capacity(patients.len());
    for one in patients {
        let id = KnownPatient::newest(tx, one.person)?.id(tx, "Patient")?;
        people.push((one.person, id, one.kinds));
    }
    Ok(people)
}

fn fits(consent: &Value, search: &Search) -> bool {
    let text = |path: &str| {
        fhir::get(consent, path)
            .and_then(Value::as_str)
            .unwrap_or("")
    };
    let (system, code) = (
        text("category[0].coding[0].system"),
        text("category[0].coding[0].code"),
    );
    let category = &search.category;
    (category.is_empty() || category.iter().any(|token| token.is(system, code)))
        && (search.status.is_empty() || search.status.iter().any(|one| one == text("status")))
        && (search.ids.is_empty() || search.ids.iter().any(|id| id == text("id")))
}

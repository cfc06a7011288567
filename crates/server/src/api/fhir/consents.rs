//! `Consent`: to what patients consent here now.

use super::ApiCall;
use super::pages::{Binding, Item, bundle, cut};
use super::search::Search;
use onshi_core::audit::SubjectKind;
use onshi_core::consent::{self, Consenting, ValidConsent};
use onshi_core::eligibility::consents::tell_valid;
use onshi_core::eligibility::patient::KnownPatient;
use onshi_core::permission::Scope;
use onshi_core::service::Subject;
use onshi_core::{Error, RefusalCode, Tx};
use onshi_wire::fhir::{self, Issue, outcome};
use onshi_wire::messages::ResultOfQualificationConfirmation;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// The system of the codes of kinds.
const KIND: &str = "urn:onshi:fhir:consented-information";

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
        let valid = consent::longest_of_each(consent::list_valid(tx, person)?);
        let mut items = of_person(tx, &valid)?;
        items.retain(|item| item.locator == kind);
        let mut found = items.pop().ok_or(RefusalCode::NotFound)?;
        let patient = KnownPatient::newest(tx, person)?.id(tx, "Patient")?;
        complete(tx, &mut found, person, &patient)?;
        Ok(found.resource)
    });
    reading.await
}

/// A consent that was found: whose, and which.
type Held = (i64, ValidConsent);

/// Everybody's, or one patient's. Only what stands on the page is made into resources.
pub(super) async fn search(call: &ApiCall, search: Search) -> Result<Value, Error> {
    let binding = Binding::of(call, &search)?;
    let wanted = search.clone();
    let reading = call.service.scan(Subject::NONE, move |tx| {
        let (persons, is_cut) = people(tx, wanted.patient.as_deref())?;
        let ids = ids(tx, &wanted);
        let mut held: HashMap<i64, Held> = HashMap::new();
        let mut items = Vec::new();
        for (person, mut kinds) in persons {
            let place = |of: &Scope| Scope::ALL.iter().position(|scope| scope == of);
            kinds.sort_by_key(|kind| place(&kind.scope));
            for kind in kinds {
                let code = kind.scope.code();
                if !fits(person, code, (&wanted, ids.as_deref())) {
                    continue;
                }
                let locator = super::pages::locator(&json!([person, code]), &mut HashSet::new());
                held.insert(locator, (person, kind));
                items.push(Item {
                    locator,
                    resource: Value::Null,
                });
            }
        }
        let mut page = cut(tx, items, (&wanted, &binding))?;
        let people = match wanted.patient {
            Some(_) => HashMap::new(),
            None => {
                let on_the_page = page.items.iter().filter_map(|item| held.get(&item.locator));
                KnownPatient::newest_of(tx, on_the_page.map(|(person, _)| *person))?
            }
        };
        for item in &mut page.items {
            let (person, kind) = held.get(&item.locator).ok_or(RefusalCode::NotFound)?;
            let mut made = of_person(tx, std::slice::from_ref(kind))?;
            made.retain(|one| one.locator == number(kind.scope.code()));
            let mut made = made.pop().ok_or(RefusalCode::NotFound)?;
            let patient = match &wanted.patient {
                Some(id) => id.clone(),
                None => {
                    let known = people.get(person).ok_or(RefusalCode::NotFound)?;
                    known.id(tx, "Patient")?
                }
            };
            complete(tx, &mut made, *person, &patient)?;
            item.resource = made.resource;
        }
        Ok((page, is_cut.then(more)))
    });
    let found = reading.await?;
    bundle(call, &search, found)
}

/// That there are more consents than were looked through.
fn more() -> Value {
    let words = format!(
        "新しい同意から{}件までを検索しました。それより古い同意は、患者を指定して検索してください。",
        consent::CONSENTS_MAX
    );
    let issue = Issue {
        status: 200,
        code: "incomplete",
        words: &words,
        request: None,
    };
    outcome(issue, &[])
}

/// Persons with their consents, and whether there are more.
type Persons = (Vec<Consenting>, bool);

fn people(tx: &mut Tx<'_>, patient: Option<&str>) -> Result<Persons, Error> {
    let Some(id) = patient else {
        return consent::list_persons(tx);
    };
    let person = KnownPatient::read(tx, "Patient", id)?.person();
    tx.set_subject(SubjectKind::Person, &person.to_string());
    let valid = consent::longest_of_each(consent::list_valid(tx, person)?);
    Ok((vec![(person, valid)], false))
}

/// What `_id` names: persons and kinds. An id that is none names nothing.
fn ids(tx: &Tx<'_>, search: &Search) -> Option<Vec<[i64; 2]>> {
    let named = search.ids.iter();
    let named = named.filter_map(|id| tx.open_opaque_id("Consent", id).ok());
    (!search.ids.is_empty()).then(|| named.collect())
}

fn fits(person: i64, code: &str, (search, ids): (&Search, Option<&[[i64; 2]]>)) -> bool {
    let category = &search.category;
    (category.is_empty() || category.iter().any(|token| token.is(KIND, code)))
        && (search.status.is_empty() || search.status.iter().any(|one| one == "active"))
        && ids.is_none_or(|ids| ids.contains(&[person, number(code)]))
}

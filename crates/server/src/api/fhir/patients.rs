//! `Patient`, `Coverage` and `CoverageEligibilityRequest/$submit`: the check of eligibility.
//!
//! Each of them is a check, by the rules of OQSsiquc01 and with its entry in the log. A patient is found by the
//! face of a card, which is sent in a body, or by an id that the institution was told at such a check.

use super::pages::{Item, Page, bundle};
use super::search::Search;
use super::{ApiCall, instant};
use onshi_core::eligibility::patient::{self, Found, KnownPatient};
use onshi_core::{Day, Error, Problem, Refusal, RefusalCode, Subject, Tx};
use onshi_wire::fhir::{Named, Resources, Unreadable, eligibility, request};
use onshi_wire::messages::EligibilityRequest;
use serde_json::Value;
use std::collections::HashSet;

/// How many people a search by `_id` may name.
const IDS_MAX: usize = 20;

/// The identifier of a card, by JP Core: 保険者番号:記号:番号:枝番.
const MEMBER: &str = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID";

fn named(tx: &Tx<'_>, known: Option<KnownPatient>, number: &str) -> Result<Named, Error> {
    let id = |kind| known.map(|known| known.id(tx, kind)).transpose();
    Ok(Named {
        patient: id("Patient")?,
        coverage: id("Coverage")?,
        request: number.to_owned(),
    })
}

fn made(tx: &Tx<'_>, (message, known): Found, number: &str) -> Result<Resources, Error> {
    Ok(eligibility(&message, &named(tx, known, number)?))
}

/// The one of a check, as a resource of this kind.
fn one_of(resources: Resources, kind: &str) -> Option<Value> {
    match kind {
        "Patient" => resources.patient,
        _ => resources.coverage,
    }
}

/// Reads somebody by an id.
pub(super) async fn read(call: &ApiCall) -> Result<Value, Error> {
    let asked = call.asked()?;
    let (kind, id) = (asked.kind.clone(), asked.id.clone().unwrap_or_default());
    let number = call.request.id.to_string();
    let today = call.request.now.jst_day();
    let reading = call.service.point_read(Subject::NONE, move |tx| {
        let known = KnownPatient::read(tx, &kind, &id)?;
        let found = patient::check_again(tx, known, (today, false))?;
        let made = made(tx, found, &number)?;
        one_of(made, &kind).ok_or_else(|| RefusalCode::NotFound.into())
    });
    reading.await
}

/// The request for a card, as its identifier names it.
fn by_card(
    (system, value): &(String, String),
    birthdate: Day,
) -> Result<EligibilityRequest, Error> {
    let wrong = || {
        let words =
            format!("identifierは「{MEMBER}|保険者番号:記号:番号:枝番」の形で指定してください。");
        Error::from(Refusal::invalid(vec![Problem::new("identifier", words)]))
    };
    let parts: Vec<&str> = value.split(':').collect();
    let (MEMBER, [insurer, symbol, number, branch]) = (system.as_str(), parts.as_slice()) else {
        return Err(wrong());
    };
    let insurer = insurer.strip_prefix("00").unwrap_or(insurer);
    let plain = insurer.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || !matches!(insurer.len(), 6 | 8) || number.is_empty() {
        return Err(wrong());
    }
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut request = EligibilityRequest::default();
    let search = &mut request.body.search;
    search.insurer_number = format!("{insurer:>8}");
    search.insured_card_symbol = some(symbol);
    (*number).clone_into(&mut search.insured_identification_number);
    search.insured_branch_number = some(branch);
    search.birthdate = birthdate.eight();
    "0".clone_into(&mut search.limit_application_certificate_related_cons_flg);
    Ok(request)
}

/// Searches by a card, or by ids.
pub(super) async fn search(call: &ApiCall, search: Search) -> Result<Value, Error> {
    let kind = call.asked()?.kind.clone();
    let mut ids: Vec<(&'static str, String)> = Vec::new();
    let own = if kind == "Patient" {
        "Patient"
    } else {
        "Coverage"
    };
    ids.extend(search.ids.iter().map(|id| (own, id.clone())));
    ids.extend(search.patient.iter().map(|id| ("Patient", id.clone())));
    // They are all on one page.
    let most = IDS_MAX.min(search.count);
    if ids.len() > most {
        let words = format!("一度に指定できるのは{most}件までです。");
        return call.wrong(vec![Problem::new("_id", words)]).await;
    }
    let card = match (&search.identifier, search.birthdate) {
        (Some(card), Some(birthdate)) => match by_card(card, birthdate) {
            Ok(request) => Some(request),
            Err(Error::Refused(refusal)) => return call.wrong(refusal.problems).await,
            Err(fault) => return Err(fault),
        },
        _ => None,
    };
    if card.is_none() && ids.is_empty() {
        let words =
            "identifierとbirthdate（POSTの_searchの本文）、_idまたはpatientを指定してください。";
        return call.wrong(vec![Problem::new("patient", words)]).await;
    }
    // One check, one entry of the log: several people are several requests of the door.
    let mut items = Vec::new();
    let mut questions: Vec<Question> = ids.into_iter().map(Question::Known).collect();
    questions.extend(card.map(|card| Question::Card(Box::new(card))));
    for question in questions {
        let found = ask(call, question, &kind).await?;
        items.extend(found.map(|resource| Item {
            locator: super::pages::locator(&resource, &mut HashSet::new()),
            resource,
        }));
    }
    let page = Page {
        total: items.len(),
        items,
        next: None,
    };
    bundle(call, &search, (page, None))
}

/// How somebody is asked for.
enum Question {
    Known((&'static str, String)),
    Card(Box<EligibilityRequest>),
}

async fn ask(call: &ApiCall, question: Question, kind: &str) -> Result<Option<Value>, Error> {
    let (kind, number) = (kind.to_owned(), call.request.id.to_string());
    let today = call.request.now.jst_day();
    let reading = call.service.point_read(Subject::NONE, move |tx| {
        let found = match question {
            Question::Known((of, id)) => {
                let known = KnownPatient::read(tx, of, &id)?;
                patient::check_again(tx, known, (today, false))?
            }
            Question::Card(mut request) => {
                tx.facility()?
                    .as_str()
                    .clone_into(&mut request.header.medical_institution_code);
                request.header.qualification_confirmation_date = today.eight();
                patient::check(tx, *request)?
            }
        };
        Ok(one_of(made(tx, found, &number)?, &kind))
    });
    reading.await
}

/// `$submit`: the whole check.
pub(super) async fn submit(call: &ApiCall) -> Result<Value, Error> {
    let asked = match request(&call.body) {
        Ok(asked) => asked,
        Err(Unreadable(problems)) => {
            let problems = problems
                .into_iter()
                .map(|(place, words)| Problem::new(place, words));
            return call.wrong(problems.collect()).await;
        }
    };
    let own = call.identity()?.facility.as_str();
    if asked
        .institution
        .as_deref()
        .is_some_and(|named| named != own)
    {
        return call.service.refuse(RefusalCode::NotPermitted).await;
    }
    let number = call.request.id.to_string();
    let today = call.request.now.jst_day();
    let file = asked.message.header.arbitrary_file_identifier.clone();
    let reading = call.service.point_read(Subject::NONE, move |tx| {
        let mut message = asked.message;
        let day = &mut message.header.qualification_confirmation_date;
        if day.is_empty() {
            *day = today.eight();
        }
        let (mut answer, known) = match asked.known {
            Some((kind, id)) => {
                let known = KnownPatient::read(tx, kind, &id)?;
                let day = Day::parse(day).ok_or(RefusalCode::Invalid)?;
                let search = &message.body.search;
                let ceiling = search.limit_application_certificate_related_cons_flg == "1";
                patient::check_again(tx, known, (day, ceiling))?
            }
            None => {
                tx.facility()?
                    .as_str()
                    .clone_into(&mut message.header.medical_institution_code);
                patient::check(tx, message)?
            }
        };
        answer.header.arbitrary_file_identifier = file;
        Ok(made(tx, (answer, known), &number)?.response)
    });
    let mut response = reading.await?;
    response["meta"] = serde_json::json!({"lastUpdated": instant(call.request.now)});
    Ok(response)
}

//! FHIR over real TLS: it tells what the messages tell, with the same consents, and refuses in its own form.

mod cost;
mod examples;
mod judged;
mod many;
mod matrix;
mod refused;

use http::{Request as HttpRequest, header};
use onshi_core::audit::{Detail, Outcome};
use onshi_core::medical::{Record, import};
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Moment, Request, consent};
use onshi_population::Showcase;
use onshi_population::medical::showcase_records;
use onshi_scenarios::client::Answer;
use onshi_scenarios::postgres::fresh_database;
use onshi_wire::fhir::{CheckupResources, checkups_back, eligibility_back, medicines_back};
use onshi_wire::messages::{
    CheckupResponse, MeTrMonthInf, MedicinesResponse, MedicinesResponseBody,
};
use serde_json::{Value, json};
use tokio::task::block_in_place;

use super::medical::{checkups, medicines, person};
use super::program::{How, Program, card, log, request};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

/// Somebody with operations; the first of the showcase has medicines of three years.
const OPERATED: usize = 6;

async fn centre(clock: fn() -> Moment) -> (TestCentre, Institution, Vec<Showcase>) {
    centre_at(clock, None).await
}

async fn centre_at(
    clock: fn() -> Moment,
    location: Option<&str>,
) -> (TestCentre, Institution, Vec<Showcase>) {
    let centre = TestCentre::open_with(clock, |config| {
        config.login.identity_cache_ms = 0;
        if let Some(location) = location {
            location.clone_into(&mut config.store.location);
        }
    })
    .await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let patients = block_in_place(|| centre.populate());
    let records: Vec<Record> = showcase_records(clock().jst_day());
    centre.operate(&ours.code, Function::ImportMedicalRecords, move |tx| {
        import::take(tx, "showcase", &records)
    });
    (centre, ours, patients)
}

/// Lets somebody consent at the desk, from now on for so many seconds.
fn consents(
    centre: &TestCentre,
    at: &Institution,
    (person, scopes): (i64, &[Scope]),
    (now, seconds): (Moment, i64),
) {
    let login = at.login(AccountKind::Face);
    block_in_place(|| {
        for scope in scopes.iter().copied() {
            let face = centre
                .provision()
                .actor(&at.code, &login.user_id, &at.terminal.serial);
            let request = Request::new(now, onshi_core::entropy::fresh_seed());
            let operation = OperationContext::new(face.unwrap(), Function::RecordConsent, request);
            let until = Some(now.plus_seconds(seconds));
            let given = centre
                .service
                .change_and_wait(operation, move |tx| consent::give(tx, person, scope, until));
            given.unwrap();
        }
    });
}

fn withdraws(centre: &TestCentre, at: &Institution, person: i64, scope: Scope) {
    let login = at.login(AccountKind::Face);
    block_in_place(|| {
        let face = centre
            .provision()
            .actor(&at.code, &login.user_id, &at.terminal.serial);
        let operation =
            OperationContext::new(face.unwrap(), Function::RecordConsent, Request::fresh());
        let ended = centre
            .service
            .change_and_wait(operation, move |tx| consent::withdraw(tx, person, scope));
        ended.unwrap();
    });
}

impl Program {
    async fn fhir(&mut self, path: &str) -> Answer {
        let request = HttpRequest::get(format!("/fhir/r4/{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::ACCEPT, "application/fhir+json")
            .body(Vec::new().into())
            .unwrap();
        self.client.send(request).await.unwrap()
    }

    async fn found(&mut self, path: &str) -> Value {
        let answer = self.fhir(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/fhir+json");
        answer.json()
    }

    /// Every resource of a search, page by page.
    async fn all(&mut self, path: &str) -> Vec<Value> {
        let mut found = Vec::new();
        let mut next = Some(path.to_owned());
        let mut total = 0;
        while let Some(path) = next {
            let bundle = self.found(&path).await;
            total = usize::try_from(bundle["total"].as_u64().unwrap()).unwrap();
            let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
            let matches = entries
                .iter()
                .filter(|entry| entry["search"]["mode"] == "match");
            found.extend(matches.map(|entry| entry["resource"].clone()));
            next = link(&bundle, "next");
        }
        assert_eq!(found.len(), total);
        found
    }

    async fn submit(&mut self, request: &Value) -> Answer {
        let path = "/fhir/r4/CoverageEligibilityRequest/$submit";
        let (token, kind) = (self.token.clone(), "application/fhir+json");
        let body = request.to_string().into_bytes();
        let sent = self.client.message(path, Some(&token), kind, body);
        sent.await.unwrap()
    }

    /// The id of a patient, by the card.
    async fn patient(&mut self, patient: &Showcase) -> String {
        let answer = self.submit(&by_card(patient)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let reference = answer.json()["patient"]["reference"].clone();
        reference
            .as_str()
            .unwrap()
            .strip_prefix("Patient/")
            .unwrap()
            .to_owned()
    }
}

/// Where a bundle leads on, from the base.
fn link(bundle: &Value, relation: &str) -> Option<String> {
    let links = bundle["link"].as_array().unwrap();
    let found = links.iter().find(|link| link["relation"] == relation)?;
    let url = found["url"].as_str().unwrap();
    Some(url.split_once("/fhir/r4/").unwrap().1.to_owned())
}

fn dashed(eight: &str) -> String {
    format!("{}-{}-{}", &eight[..4], &eight[4..6], &eight[6..])
}

/// The request for a card, as a receipt computer writes it.
fn by_card(patient: &Showcase) -> Value {
    let core = "http://jpfhir.jp/fhir/core";
    let extension = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| {
            json!({"url": format!("{core}/Extension/StructureDefinition/JP_Coverage_InsuredPerson{name}"),
                "valueString": value})
        })
    };
    let extensions: Vec<Value> = [
        extension("Symbol", &patient.symbol),
        extension("Number", &Some(patient.number.clone())),
        extension("SubNumber", &patient.branch),
    ]
    .into_iter()
    .flatten()
    .collect();
    json!({
        "resourceType": "CoverageEligibilityRequest",
        "status": "active",
        "purpose": ["validation", "benefits"],
        "created": "2026-11-26",
        "patient": {"reference": "#patient"},
        "insurer": {"identifier": {"system": format!("{core}/mhlw/IdSystem/InsurerNumber"), "value": patient.insurer_number}},
        "insurance": [{"coverage": {"reference": "#coverage"}}],
        "identifier": [{"value": "uketsuke-0001"}],
        "extension": [{"url": "urn:onshi:fhir:extension:limit-certificate-consent", "valueBoolean": true}],
        "contained": [
            {"resourceType": "Patient", "id": "patient", "birthDate": dashed(&patient.birthdate)},
            {"resourceType": "Coverage", "id": "coverage", "status": "active",
             "beneficiary": {"reference": "#patient"}, "extension": extensions,
             "payor": [{"identifier": {"system": format!("{core}/mhlw/IdSystem/InsurerNumber"), "value": patient.insurer_number}}]}
        ]
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_tells_what_the_message_tells_on_sqlite() {
    check_tells(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_tells_what_the_message_tells_on_postgres() {
    let location = block_in_place(fresh_database);
    check_tells(Some(&location)).await;
}

async fn check_tells(location: Option<&str>) {
    static CLOCK: TestClock = TestClock::new();
    let (centre, ours, patients) = centre_at(|| CLOCK.read(), location).await;
    CLOCK.advance(0);
    let mut program = Program::log_in(&centre, &ours).await;
    let person = person(&patients[0]);
    let scopes = [Scope::Medicines, Scope::SpecificDiseases];
    consents(&centre, &ours, (person, &scopes), (CLOCK.read(), 86_400));
    let mut told = 0;
    for patient in &patients {
        let asked = request(&program.code, card(patient));
        let mut message = program.check(How::Json, &asked).await;
        message.body.search = None;
        let before = log(&centre, &ours, Function::CheckEligibility).len();
        let answer = program.submit(&by_card(patient)).await;
        assert_eq!(answer.status, 200, "{}: {}", patient.note_ja, answer.text());
        let entries = log(&centre, &ours, Function::CheckEligibility);
        assert_eq!(entries.len(), before + 1, "one entry for the check");
        assert_eq!(entries[0].detail, entries[1].detail, "{}", patient.note_ja);
        let resource = answer.json();
        let mut back = eligibility_back(&resource);
        back.header.character_code_identifier = message.header.character_code_identifier.clone();
        assert_eq!(
            onshi_wire::print_json_indented(&back),
            onshi_wire::print_json_indented(&message),
            "{}",
            patient.note_ja
        );
        // No number of the card and no key of ours is part of any id.
        let Some(reference) = resource["patient"]["reference"].as_str() else {
            assert!(matches!(&*patient.expected_validity, "4" | "5"));
            continue;
        };
        let id = reference.strip_prefix("Patient/").unwrap().to_owned();
        assert_eq!(id.len(), 64);
        let contained = resource["contained"].as_array().unwrap();
        let mut read = program.found(&format!("Patient/{id}")).await;
        assert_eq!(read["id"], id);
        read["id"] = json!("patient");
        assert_eq!(read, contained[0], "{}", patient.note_ja);
        let coverages = program.found(&format!("Coverage?patient={id}")).await;
        assert_eq!(coverages["total"], 1);
        let coverage = &coverages["entry"][0]["resource"];
        assert_eq!(coverage["beneficiary"]["reference"], reference);
        assert_eq!(coverage["extension"], contained[1]["extension"]);
        let read = format!("Coverage/{}", coverage["id"].as_str().unwrap());
        assert_eq!(&program.found(&read).await, coverage);
        // The same check again, by the id alone.
        let again = json!({"resourceType": "CoverageEligibilityRequest", "status": "active",
            "purpose": ["validation"], "patient": {"reference": reference},
            "extension": by_card(patient)["extension"], "identifier": [{"value": "uketsuke-0001"}]});
        let again = program.submit(&again).await;
        assert_eq!(again.json()["contained"], resource["contained"]);
        told += 1;
    }
    assert!(told > 10, "{told}");
    by_identifier(&mut program, &patients[0]).await;
    centre.closed().await;
}

/// A card is searched for in a body, never in an address.
async fn by_identifier(program: &mut Program, patient: &Showcase) {
    let wide = |text: &str| text.to_owned();
    let value = format!(
        "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID|{:0>8}:{}:{}:{}",
        patient.insurer_number,
        wide(patient.symbol.as_deref().unwrap_or("")),
        patient.number,
        patient.branch.as_deref().unwrap_or("")
    );
    let birthdate = dashed(&patient.birthdate);
    let form = [("identifier", &*value), ("birthdate", &birthdate)];
    let body = serde_urlencoded::to_string(form).unwrap();
    let (token, kind) = (program.token.clone(), "application/x-www-form-urlencoded");
    let path = "/fhir/r4/Patient/_search";
    let sent = program
        .client
        .message(path, Some(&token), kind, body.clone().into_bytes());
    let answer = sent.await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let bundle = answer.json();
    assert_eq!(bundle["total"], 1);
    let links = bundle["link"].to_string();
    assert!(!links.contains(&patient.number), "{links}");
    let refused = program.fhir(&format!("Patient?{body}")).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("アドレスに入れず"),
        "{}",
        refused.text()
    );
}

/// What a message tells of medicines, whatever the order of days.
fn medicines_of(mut body: MedicinesResponseBody) -> MedicinesResponseBody {
    let key = |month: &MeTrMonthInf| {
        format!(
            "{:?}{:?}{:?}",
            month.me_tr_month, month.me_tr_di_h_cd, month.prls_h_cd
        )
    };
    for month in &mut body.months {
        month
            .dates
            .iter_mut()
            .for_each(|day| day.treatments.clear());
        month.dates.retain(|day| !day.drugs.is_empty());
        month
            .dates
            .sort_by_key(|day| (day.di_date.clone(), day.pr_date.clone()));
    }
    body.months.retain(|month| !month.dates.is_empty());
    body.months.sort_by_key(key);
    body
}

/// And of treatment: in a message it stands beside the medicines of its month, in FHIR by itself.
fn treatments_of(body: &MedicinesResponseBody) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for month in &body.months {
        for day in &month.dates {
            for one in &day.treatments {
                let told = [
                    &month.me_tr_month,
                    &month.me_tr_di_h_cd,
                    &month.me_tr_di_h_nm,
                    &month.in_out,
                    &day.di_date,
                    &one.sin_inf_cd,
                    &one.sin_inf_n,
                    &one.me_tr_id_cl,
                    &one.qua1,
                    &one.times,
                    &one.unit,
                ];
                all.push(told.map(|text| text.clone().unwrap_or_default()).to_vec());
            }
        }
    }
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn medicines_treatment_and_checkups_tell_what_the_messages_tell_on_sqlite() {
    records_tell(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn medicines_treatment_and_checkups_tell_what_the_messages_tell_on_postgres() {
    let location = block_in_place(fresh_database);
    records_tell(Some(&location)).await;
}

async fn records_tell(location: Option<&str>) {
    static CLOCK: TestClock = TestClock::new();
    let (centre, ours, patients) = centre_at(|| CLOCK.read(), location).await;
    let mut program = Program::log_in(&centre, &ours).await;
    let code = program.code.clone();
    for patient in [&patients[0], &patients[OPERATED]] {
        let of = person(patient);
        consents(&centre, &ours, (of, &Scope::ALL), (CLOCK.read(), 86_400));
        let id = program.patient(patient).await;
        // From before anything is told, as a search without a date asks.
        let mut asked = medicines(&code, patient, "4");
        "201801".clone_into(&mut asked.body.start_date);
        let whole: MedicinesResponse = program.ask("YZKsiquc01", How::Json, &asked).await;
        let path = format!("MedicationStatement?patient={id}&_count=37");
        let mut resources = program.all(&path).await;
        resources.extend(
            program
                .all(&format!("Procedure?patient=Patient/{id}"))
                .await,
        );
        let person = program.found(&format!("Patient/{id}")).await;
        let back = medicines_back(&person, &resources);
        assert_eq!(treatments_of(&back.body), treatments_of(&whole.body));
        assert_eq!(medicines_of(back.body), medicines_of(whole.body.clone()));
        assert!(!treatments_of(&whole.body).is_empty());
        assert_eq!(back.header.qua_inf, whole.header.qua_inf);

        let told: CheckupResponse = program
            .ask("TKKsiquc01", How::Json, &checkups(&code, patient, "2"))
            .await;
        let observations = program
            .all(&format!("Observation?patient={id}&_count=200"))
            .await;
        let mut all = Vec::new();
        for report in program.all(&format!("DiagnosticReport?patient={id}")).await {
            let results = report["result"].as_array().cloned().unwrap_or_default();
            let of = |reference: &Value| {
                let id = reference["reference"].as_str().unwrap();
                let id = id.strip_prefix("Observation/").unwrap();
                observations
                    .iter()
                    .find(|one| one["id"] == id)
                    .unwrap()
                    .clone()
            };
            all.push(CheckupResources {
                observations: results.iter().map(of).collect(),
                report,
            });
        }
        assert_eq!(
            checkups_back(&person, &all).body.checkups,
            told.body.checkups
        );
        one_by_one(&mut program, &id, &resources[0], &observations).await;
    }
    narrowed(&mut program, &patients[0]).await;
    let entries = log(&centre, &ours, Function::FetchMedicalInformation);
    let fhir = entries
        .iter()
        .filter(|line| line.outcome == Some(Outcome::Done));
    for line in fhir {
        assert!(
            line.basis.as_deref().unwrap().starts_with("consent "),
            "{line:?}"
        );
        let detail = line.detail.as_ref().unwrap();
        assert!(matches!(detail, Detail::MedicalRead { .. }));
        assert!(detail.words().contains("情報"), "{}", detail.words());
    }
    centre.closed().await;
}

async fn one_by_one(program: &mut Program, id: &str, medicine: &Value, observations: &[Value]) {
    for resource in [medicine, observations.first().unwrap_or(medicine)] {
        let kind = resource["resourceType"].as_str().unwrap();
        let read = program
            .found(&format!("{kind}/{}", resource["id"].as_str().unwrap()))
            .await;
        assert_eq!(read["id"], resource["id"]);
        assert!(
            read["subject"]["reference"]
                .as_str()
                .unwrap()
                .contains("Patient/")
        );
        let of = format!(
            "{kind}?patient={id}&_id={}",
            resource["id"].as_str().unwrap()
        );
        assert_eq!(program.all(&of).await, std::slice::from_ref(resource));
    }
}

/// Searches by source, day and code find what they should, and no more.
async fn narrowed(program: &mut Program, patient: &Showcase) {
    let id = program.patient(patient).await;
    let base = format!("MedicationStatement?patient={id}&_count=200");
    let all = program.all(&base).await;
    let claims = program.all(&format!("{base}&category=Claim")).await;
    let others = program
        .all(&format!(
            "{base}&category=urn:onshi:fhir:medication-source|Dispensing,Prescription"
        ))
        .await;
    assert!(!claims.is_empty() && !others.is_empty());
    assert_eq!(claims.len() + others.len(), all.len());
    let day = all[0]["effectiveDateTime"].as_str().unwrap();
    let later = program.all(&format!("{base}&date=gt{day}")).await;
    let until = program.all(&format!("{base}&date=le{day}")).await;
    assert_eq!(later.len() + until.len(), all.len());
    let code = all[0]["medicationCodeableConcept"]["coding"][0]["code"]
        .as_str()
        .unwrap();
    let same = program.all(&format!("{base}&code={code}")).await;
    assert!(!same.is_empty() && same.len() < all.len());
    let none = program.found(&format!("{base}&code=0")).await;
    assert_eq!(none["total"], 0);
    // How old the data is stands beside it.
    let remark = none["entry"][0]["resource"]["issue"][0]["details"]["text"].as_str();
    assert!(remark.unwrap().contains("レセプト"), "{none}");
}

//! What is refused, each time by an OperationOutcome that says why.

use super::{by_card, centre, consents, link, withdraws};
use crate::api::medical::person;
use crate::api::program::{Program, log};
use crate::centre::test_centre::TestClock;
use http::{Request as HttpRequest, header};
use onshi_core::Function;
use onshi_core::audit::Outcome;
use onshi_core::permission::Scope;
use onshi_scenarios::client::Answer;
use serde_json::{Value, json};

/// The code of a refusal, where it is told as FHIR tells it.
fn code(answer: &Answer) -> String {
    assert_eq!(
        answer.header("content-type"),
        "application/fhir+json",
        "{}",
        answer.text()
    );
    let outcome = answer.json();
    assert_eq!(outcome["resourceType"], "OperationOutcome", "{outcome}");
    let issue = &outcome["issue"][0];
    assert!(["error", "fatal"].contains(&issue["severity"].as_str().unwrap()));
    assert!(!issue["details"]["text"].as_str().unwrap().is_empty());
    issue["details"]["coding"][0]["code"]
        .as_str()
        .unwrap()
        .to_owned()
}

const RECORDS: [(&str, Scope); 4] = [
    ("MedicationStatement", Scope::Medicines),
    ("Procedure", Scope::Treatment),
    ("Observation", Scope::Checkups),
    ("DiagnosticReport", Scope::Checkups),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_consent_to_its_kind_nothing_is_told() {
    static CLOCK: TestClock = TestClock::new();
    let (centre, ours, patients) = centre(|| CLOCK.read()).await;
    let theirs = centre.theirs();
    let mut program = Program::log_in(&centre, &ours).await;
    let mut other = Program::log_in(&centre, &theirs).await;
    let (patient, of) = (&patients[0], person(&patients[0]));
    let id = program.patient(patient).await;
    let id_of_theirs = other.patient(patient).await;
    assert_ne!(id, id_of_theirs, "two institutions can't compare");
    let told = |kind: &str| format!("{kind}?patient={id}");
    for (kind, _) in RECORDS {
        let answer = program.fhir(&told(kind)).await;
        assert_eq!((answer.status, &*code(&answer)), (403, "consent.missing"));
    }
    assert_eq!(program.found(&told("Consent")).await["total"], 0);

    consents(
        &centre,
        &ours,
        (of, &[Scope::Medicines]),
        (CLOCK.read(), 3600),
    );
    let held = program.all(&told("Consent")).await;
    assert_eq!(held.len(), 1);
    assert_eq!(held[0]["category"][0]["coding"][0]["code"], "YZK");
    let everybodys = program.all("Consent").await;
    assert_eq!(everybodys, held);
    let by_id = format!("Consent/{}", held[0]["id"].as_str().unwrap());
    assert_eq!(program.found(&by_id).await, held[0]);
    let first = program.all(&told("MedicationStatement")).await;
    for (kind, scope) in RECORDS {
        if scope != Scope::Medicines {
            let answer = program.fhir(&told(kind)).await;
            assert_eq!(
                (answer.status, &*code(&answer)),
                (403, "consent.kind_not_agreed")
            );
        }
    }
    // What the neighbour was told by, or is told by now, opens nothing there or here.
    let medicine = format!("MedicationStatement/{}", first[0]["id"].as_str().unwrap());
    for path in [
        &told("MedicationStatement"),
        &medicine,
        &format!("Patient/{id}"),
        &by_id,
    ] {
        let answer = other.fhir(path).await;
        assert_eq!(
            (answer.status, &*code(&answer)),
            (404, "not_found"),
            "{path}"
        );
    }
    let answer = other
        .fhir(&format!("MedicationStatement?patient={id_of_theirs}"))
        .await;
    assert_eq!(code(&answer), "consent.missing");

    withdraws(&centre, &ours, of, Scope::Medicines);
    for path in [&told("MedicationStatement"), &medicine] {
        let answer = program.fhir(path).await;
        assert_eq!((answer.status, &*code(&answer)), (403, "consent.withdrawn"));
    }
    assert_eq!(program.fhir(&by_id).await.status, 404);
    consents(&centre, &ours, (of, &[Scope::Checkups]), (CLOCK.read(), 60));
    let found = program
        .found(&format!("{}&_count=1", told("Observation")))
        .await;
    CLOCK.advance(61);
    // Also the next page of what was begun in time.
    for path in [told("Observation"), link(&found, "next").unwrap()] {
        let answer = program.fhir(&path).await;
        assert_eq!((answer.status, &*code(&answer)), (403, "consent.ended"));
    }
    let entries = log(&centre, &ours, Function::FetchMedicalInformation);
    let refused = entries
        .iter()
        .filter(|line| line.outcome == Some(Outcome::Refused));
    assert!(refused.count() >= 11);

    own_accesses(&mut program, &id).await;
    centre.closed().await;
}

/// Who looked: the own institution's accesses, and never the neighbour's.
async fn own_accesses(program: &mut Program, id: &str) {
    let events = program
        .all(&format!("AuditEvent?patient={id}&_count=200"))
        .await;
    assert!(events.len() >= 10, "{}", events.len());
    let own = program.code.clone();
    for event in &events {
        assert_eq!(event["agent"][0]["who"]["identifier"]["value"], *own);
    }
    let read = format!("AuditEvent/{}", events[0]["id"].as_str().unwrap());
    assert_eq!(program.found(&read).await["id"], events[0]["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_is_told_as_an_outcome() {
    static CLOCK: TestClock = TestClock::new();
    let (centre, ours, patients) = centre(|| CLOCK.read()).await;
    let mut program = Program::log_in(&centre, &ours).await;
    let of = person(&patients[0]);
    consents(
        &centre,
        &ours,
        (of, &[Scope::Medicines]),
        (CLOCK.read(), 3600),
    );
    let id = program.patient(&patients[0]).await;
    let long = "a".repeat(4000);
    for (path, status) in [
        ("Patient", 422),
        ("Patient?name=x", 422),
        ("Patient?identifier=a|b&birthdate=1990-01-01", 422),
        ("Patient?%69dentifier=a|b&birthdate=1990-01-01", 422),
        ("MedicationStatement", 422),
        (
            &format!("MedicationStatement?patient={id}&date=2026-02-30"),
            422,
        ),
        (&format!("MedicationStatement?patient={id}&_count=-1"), 422),
        (&format!("MedicationStatement?patient={id}&_count=0"), 422),
        (&format!("MedicationStatement?patient={id}&_include=*"), 422),
        (
            &format!("MedicationStatement?patient={id}&_format=xml"),
            422,
        ),
        (
            &format!("MedicationStatement?patient={id}&subject=Patient/x"),
            422,
        ),
        (&format!("MedicationStatement?patient={id}'--"), 404),
        ("MedicationStatement?patient=1", 404),
        (&format!("MedicationStatement?patient={long}"), 404),
        ("MedicationStatement/1", 404),
        ("Coverage", 422),
        ("Coverage/%00", 404),
        ("Observation/..%2f..%2fmetadata", 404),
        ("Practitioner", 404),
        ("Patient/1/_history", 404),
        ("AuditEvent", 422),
        ("", 404),
    ] {
        let answer = program.fhir(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let code = code(&answer);
        assert_eq!(
            code,
            match (status, path) {
                (404, "Practitioner" | "Patient/1/_history" | "") => "route.unknown",
                (404, _) => "not_found",
                _ => "input.invalid",
            },
            "{path}"
        );
        assert!(!answer.text().contains(&long), "{path}");
    }
    pages_are_bound(&centre, &ours, &mut program, &id).await;
    forms_of_answers(&mut program).await;
    wrong_submissions(&mut program, &by_card(&patients[0])).await;
    centre.closed().await;
}

async fn pages_are_bound(
    centre: &crate::centre::test_centre::TestCentre,
    ours: &crate::centre::test_centre::Institution,
    program: &mut Program,
    id: &str,
) {
    let first = program
        .found(&format!("MedicationStatement?patient={id}&_count=2"))
        .await;
    let next = link(&first, "next").unwrap();
    assert!(program.fhir(&next).await.status == 200);
    let changed = next.replace("_count=2", "_count=3");
    let made_up = format!("MedicationStatement?patient={id}&page={id}");
    let mut another = Program::log_in(centre, ours).await;
    for (by, path) in [(true, changed), (true, made_up), (false, next)] {
        let answer = match by {
            true => program.fhir(&path).await,
            false => another.fhir(&path).await,
        };
        assert_eq!(
            (answer.status, &*code(&answer)),
            (410, "page.gone"),
            "{path}"
        );
    }
}

async fn forms_of_answers(program: &mut Program) {
    for (accept, status) in [
        ("application/fhir+xml", 406),
        ("text/html", 406),
        ("application/fhir+xml, application/fhir+json;q=0.5", 200),
        ("*/*", 200),
    ] {
        let request = HttpRequest::get("/fhir/r4/Consent")
            .header(header::AUTHORIZATION, format!("Bearer {}", program.token))
            .header(header::ACCEPT, accept)
            .body(Vec::new().into())
            .unwrap();
        let answer = program.client.send(request).await.unwrap();
        assert_eq!(answer.status, status, "{accept}: {}", answer.text());
        if status == 406 {
            assert_eq!(code(&answer), "message.not_acceptable");
        }
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = HttpRequest::builder()
            .method(method)
            .uri("/fhir/r4/Patient/1")
            .header(header::AUTHORIZATION, format!("Bearer {}", program.token))
            .body(Vec::new().into())
            .unwrap();
        let answer = program.client.send(request).await.unwrap();
        assert_eq!(
            (answer.status, &*code(&answer)),
            (405, "route.method"),
            "{method}"
        );
    }
    let statement = program.client.get("/fhir/r4/metadata").await.unwrap();
    assert_eq!(statement.json()["fhirVersion"], "4.0.1");
}

async fn wrong_submissions(program: &mut Program, good: &Value) {
    let changed = |path: &str, value: Value| {
        let mut request = good.clone();
        *request.pointer_mut(path).unwrap() = value;
        request
    };
    let mut far = good.clone();
    far["servicedDate"] = json!("1999-01-01");
    let mut other = good.clone();
    other["provider"] = json!({"identifier": {"value": "1319999999"}});
    for (request, told) in [
        (
            changed("/contained/0/birthDate", json!("1975-02-30")),
            "input.invalid",
        ),
        (changed("/contained/1/payor", json!([])), "input.invalid"),
        (changed("/resourceType", json!("Claim")), "input.invalid"),
        (changed("/contained", json!([])), "input.invalid"),
        (json!({}), "input.invalid"),
        (far, "input.invalid"),
        (other, "permission.denied"),
        (
            json!({"resourceType": "CoverageEligibilityRequest", "patient": {"reference": "Patient/1"}}),
            "not_found",
        ),
    ] {
        let answer = program.submit(&request).await;
        assert!(answer.status >= 400, "{request}");
        assert_eq!(code(&answer), told, "{request}");
    }
    let path = "/fhir/r4/CoverageEligibilityRequest/$submit";
    let token = program.token.clone();
    for (kind, status) in [("text/plain", 415), ("application/json", 422)] {
        let sent = program
            .client
            .message(path, Some(&token), kind, b"{".to_vec());
        let answer = sent.await.unwrap();
        assert_eq!(answer.status, status, "{}", answer.text());
        code(&answer);
    }
}

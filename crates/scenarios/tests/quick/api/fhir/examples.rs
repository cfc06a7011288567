//! The examples in `vectors/fhir/`: what the centre answers on a day that stands still, kept to be compared with
//! and judged by whoever reads FHIR.
//!
//! `UPDATE_EXPECT=1 cargo test -p onshi-scenarios --test quick fhir::examples` writes them anew. Only what is
//! drawn by lot is replaced: the ids are numbered as they appear, the number of a request is nought, and the
//! address is an example's.

use super::{OPERATED, by_card, consents};
use crate::api::medical::person;
use crate::api::program::Program;
use crate::centre::test_centre::{Institution, TestCentre};
use expect_test::expect_file;
use onshi_core::access::{self, Period};
use onshi_core::medical::{Record, import};
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::{Day, Function, Moment, Request};
use onshi_population::Showcase;
use onshi_population::medical::showcase_records;
use onshi_server::operator::access_report::bundle;
use onshi_server::start::secrets::Secrets;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use tokio::task::block_in_place;

/// Ten in the morning of the day of the examples.
fn then() -> Moment {
    let day = Day::parse("20261126").expect("it is a day");
    day.start().plus_seconds(10 * 3600)
}

/// A centre where it is always that moment.
async fn centre(clock: fn() -> Moment) -> (TestCentre, Institution, Vec<Showcase>) {
    let centre = TestCentre::open_with(clock, |config| {
        config.login.identity_cache_ms = 0;
        // Clients look at the clock on the wall: the server's certificate is made by that one.
        let secrets = Secrets::open(&config.centre.secrets).unwrap();
        let now = onshi_core::clock::now();
        let authority = secrets.authority(now).unwrap();
        secrets
            .server(&authority, &config.centre.names, now)
            .unwrap();
    })
    .await;
    let mut ours = centre.institution("131999001", "架空中央クリニック", "");
    let since = (then().ms() - onshi_core::clock::now().ms()) / 1000 - 86_400;
    ours.terminal = centre.certificate(&ours.code, "ONS02", since.min(-3600), 86_400);
    let patients = centre.populate_on(clock().jst_day());
    let records: Vec<Record> = showcase_records(clock().jst_day());
    centre.operate(&ours.code, Function::ImportMedicalRecords, move |tx| {
        import::take(tx, "showcase", &records)
    });
    (centre, ours, patients)
}

/// The answers, each under the name of its file.
#[derive(Default)]
struct Examples(Vec<(String, Value)>);

impl Examples {
    fn keep(&mut self, name: &str, resource: &Value) {
        self.0.push((name.to_owned(), resource.clone()));
    }

    /// The first of a bundle that has this somewhere in it, read by itself.
    async fn read(&mut self, program: &mut Program, name: &str, (bundle, having): (&Value, &str)) {
        let entries = bundle["entry"].as_array().unwrap();
        let matches = entries
            .iter()
            .filter(|entry| entry["search"]["mode"] == "match");
        let mut resources = matches.map(|entry| &entry["resource"]);
        let found = resources.find(|resource| resource.to_string().contains(having));
        let found = found.unwrap_or_else(|| panic!("{having}: {bundle}"));
        let (kind, id) = (&found["resourceType"], &found["id"]);
        let path = format!("{}/{}", kind.as_str().unwrap(), id.as_str().unwrap());
        let read = program.found(&path).await;
        self.keep(name, &read);
    }
}

async fn checks(program: &mut Program, patients: &[Showcase], kept: &mut Examples) {
    kept.keep("CapabilityStatement", &program.found("metadata").await);
    let chronic = &patients[0];
    kept.keep("CoverageEligibilityRequest-card", &by_card(chronic));
    let id = program.patient(chronic).await;
    for (name, of) in [("valid", 0), ("child", 1)] {
        let answer = program.submit(&by_card(&patients[of])).await.json();
        kept.keep(&format!("CoverageEligibilityResponse-{name}"), &answer);
    }
    let invalid = patients.iter().find(|one| one.expected_validity == "4");
    if let Some(unknown) = invalid {
        let answer = program.submit(&by_card(unknown)).await.json();
        kept.keep("CoverageEligibilityResponse-not-found", &answer);
    }
    kept.keep("Patient", &program.found(&format!("Patient/{id}")).await);
    let coverages = program.found(&format!("Coverage?patient={id}")).await;
    kept.keep("Bundle-Coverage", &coverages);
    kept.read(program, "Coverage", (&coverages, "Coverage"))
        .await;
}

async fn records(program: &mut Program, patients: &[Showcase], kept: &mut Examples) {
    let id = program.patient(&patients[0]).await;
    let operated = program.patient(&patients[OPERATED]).await;
    let all = program
        .found(&format!("MedicationStatement?patient={id}&_count=200"))
        .await;
    for source in ["Claim", "Prescription", "Dispensing"] {
        let name = format!("MedicationStatement-{}", source.to_lowercase());
        kept.read(program, &name, (&all, &format!("\"{source}\"")))
            .await;
    }
    let procedures = program
        .found(&format!("Procedure?patient={operated}&_count=200"))
        .await;
    for what in ["treatment", "operation"] {
        let name = format!("Procedure-{what}");
        kept.read(program, &name, (&procedures, &format!("\"{what}\"")))
            .await;
    }
    let observations = program
        .found(&format!("Observation?patient={id}&_count=200"))
        .await;
    for what in ["valueQuantity", "valueCodeableConcept", "valueString"] {
        if observations.to_string().contains(what) {
            kept.read(
                program,
                &format!("Observation-{what}"),
                (&observations, what),
            )
            .await;
        }
    }
    let reports = program
        .found(&format!("DiagnosticReport?patient={id}"))
        .await;
    kept.read(program, "DiagnosticReport", (&reports, "result"))
        .await;
    let consents = program.found(&format!("Consent?patient={id}")).await;
    kept.read(program, "Consent", (&consents, "YZK")).await;
    for (kind, of) in [
        ("MedicationStatement", &id),
        ("Procedure", &operated),
        ("Observation", &id),
        ("DiagnosticReport", &id),
        ("Consent", &id),
    ] {
        let page = program
            .found(&format!("{kind}?patient={of}&_count=3"))
            .await;
        kept.keep(&format!("Bundle-{kind}"), &page);
    }
    let accesses = program
        .found(&format!("AuditEvent?patient={id}&_count=5"))
        .await;
    kept.keep("Bundle-AuditEvent", &accesses);
    kept.read(
        program,
        "AuditEvent",
        (&accesses, "fetch_medical_information"),
    )
    .await;
}

async fn refusals(program: &mut Program, patients: &[Showcase], kept: &mut Examples) {
    let without = program.patient(&patients[1]).await;
    for (name, path) in [
        (
            "no-consent",
            format!("MedicationStatement?patient={without}"),
        ),
        (
            "wrong-parameters",
            format!("Observation?patient={without}&_sort=date&date=yesterday"),
        ),
        ("not-found", "Patient/none".to_owned()),
    ] {
        let answer = program.fhir(&path).await;
        assert!(answer.status >= 400, "{path}");
        kept.keep(&format!("OperationOutcome-{name}"), &answer.json());
    }
    let unreadable = program
        .submit(&json!({"resourceType": "CoverageEligibilityRequest"}))
        .await;
    kept.keep("OperationOutcome-wrong-request", &unreadable.json());
}

/// What the operator hands out to the person, as `onshi access-report --form fhir` writes it.
fn report(centre: &TestCentre, of: i64, now: Moment) -> Value {
    let operation = OperationContext::new(
        centre.operator.actor(),
        Function::ReadAccessReport,
        Request::fresh(),
    );
    let period = Period {
        from: Moment::from_ms(0),
        until: now.plus_seconds(1),
        with_checks: true,
    };
    let report = block_in_place(|| {
        centre
            .service
            .read_and_wait(operation, move |tx| access::report(tx, of, period))
    });
    let mut report = report.unwrap();
    report.accesses.truncate(5);
    report.is_cut = true;
    bundle(of, &report, now)
}

/// What is drawn by lot, replaced by what is the same each time.
#[derive(Default)]
struct Settled(BTreeMap<String, usize>);

impl Settled {
    fn value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(all) => all.iter_mut().for_each(|one| self.value(one)),
            Value::Object(all) => all.values_mut().for_each(|one| self.value(one)),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) -> String {
        let (begin, last) = text.rsplit_once(':').unwrap_or(("", text));
        if is_number_of_a_request(last) {
            return match begin {
                "" => "00000-0000-0000".to_owned(),
                begin => format!("{begin}:00000-0000-0000"),
            };
        }
        let mut settled = String::new();
        let mut word = String::new();
        for character in text.chars().chain(['\n']) {
            if character.is_ascii_alphanumeric() {
                word.push(character);
                continue;
            }
            settled.push_str(&self.word(&word));
            word.clear();
            settled.push(character);
        }
        settled.pop();
        settled
    }

    fn word(&mut self, word: &str) -> String {
        let hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !hex || word.len() != 64 {
            return word.to_owned();
        }
        let next = self.0.len() + 1;
        let number = self.0.entry(word.to_owned()).or_insert(next);
        format!("example-{number}")
    }
}

/// Such as 4P2EV-QTBZ-ZRXN.
fn is_number_of_a_request(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let mut characters = text.chars().filter(|character| *character != '-');
    groups == [5, 4, 4] && characters.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_resource_has_an_example() {
    let clock: fn() -> Moment = then;
    let (centre, ours, patients) = centre(clock).await;
    let mut program = Program::log_in(&centre, &ours).await;
    for of in [0, OPERATED] {
        let of = person(&patients[of]);
        consents(&centre, &ours, (of, &Scope::ALL), (clock(), 86_400));
    }
    let mut kept = Examples::default();
    checks(&mut program, &patients, &mut kept).await;
    records(&mut program, &patients, &mut kept).await;
    refusals(&mut program, &patients, &mut kept).await;
    let told = report(&centre, person(&patients[0]), clock());
    kept.keep("Bundle-access-report", &told);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/fhir");
    let mut settled = Settled::default();
    let address = centre.url();
    for (name, resource) in &mut kept.0 {
        settled.value(resource);
        let text = serde_json::to_string_pretty(resource).unwrap() + "\n";
        let text = text.replace(&address, "https://centre.example");
        expect_file![folder.join(format!("{name}.json"))].assert_eq(&text);
    }
    let mut files: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    files.sort();
    let mut names: Vec<String> = kept
        .0
        .iter()
        .map(|(name, _)| format!("{name}.json"))
        .collect();
    names.sort();
    assert_eq!(files, names, "no example is left from before");
    centre.closed().await;
}

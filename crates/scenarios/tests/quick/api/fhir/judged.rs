//! What the centre gives is right by judges that are not ours: `scripts/fhir-judge/judge.mjs` says which.

use super::{centre, consents};
use crate::api::medical::person;
use crate::api::program::Program;
use crate::centre::test_centre::TestClock;
use onshi_core::permission::Scope;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn examples() -> Vec<PathBuf> {
    let files = std::fs::read_dir(root().join("vectors/fhir")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect()
}

/// Whether the judges let all of these files pass, and what they say.
fn judge(files: &[PathBuf]) -> (bool, String) {
    let installed = root().join("target/fhir-judge/installed.json");
    assert!(installed.exists(), "the judges of FHIR: make deps");
    let told = Command::new("node")
        .arg(root().join("scripts/fhir-judge/judge.mjs"))
        .args(files)
        .output()
        .expect("make test installs node");
    let said = String::from_utf8(told.stdout).unwrap();
    let count = format!("judged {}, ", files.len());
    let done = said.contains(&count);
    assert!(done, "{said}{}", String::from_utf8_lossy(&told.stderr));
    (told.status.success(), said)
}

#[test]
fn the_examples_pass() {
    let files = examples();
    assert!(files.len() > 20);
    let (passed, said) = judge(&files);
    assert!(passed, "{said}");
}

/// An example with one thing wrong with it.
type Wrong = (&'static str, fn(&mut Value), &'static str);

/// What each of the judges has to find.
const WRONG: &[Wrong] = &[
    (
        "Patient",
        |it| it["gender"] = json!("man"),
        "Code \"man\" not found",
    ),
    (
        "Patient",
        |it| it["birthDate"] = json!("17.10.1981"),
        "no date",
    ),
    ("Patient", |it| it["insurer"] = json!("x"), "no element"),
    (
        "Coverage",
        |it| it["payor"] = json!([]),
        "A payor entry is required",
    ),
    (
        "Coverage",
        |it| it["beneficiary"] = json!({"reference": "Medication/1"}),
        "Invalid type for reference",
    ),
    (
        "Coverage",
        |it| it["period"] = json!({"start": "2026-02-01", "end": "2026-01-01"}),
        "per-1",
    ),
    (
        "CoverageEligibilityResponse-valid",
        |it| it["insurance"] = json!([]),
        "dom-3",
    ),
    (
        "Observation-valueQuantity",
        |it| it["dataAbsentReason"] = json!({"text": "x"}),
        "obs-6",
    ),
    (
        "Bundle-Coverage",
        |it| it["type"] = json!("transaction"),
        "bdl-3",
    ),
    (
        "AuditEvent",
        |it| it["recorded"] = json!("2026-11-26"),
        "no instant",
    ),
    (
        "Consent",
        |it| it["extension"] = json!([{"url": "urn:x"}]),
        "ext-1",
    ),
    (
        "Procedure-treatment",
        |it| it["subject"] = json!({"reference": "#nobody"}),
        "ref-1",
    ),
    (
        "CapabilityStatement",
        |it| it["rest"][0]["resource"][1]["type"] = json!("Patient"),
        "cpb-9",
    ),
    (
        "OperationOutcome-not-found",
        |it| it["issue"][0]["code"] = json!("lost"),
        "not found in value set",
    ),
];

#[test]
fn what_is_wrong_does_not_pass() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (number, (name, change, _)) in WRONG.iter().enumerate() {
        let path = root().join(format!("vectors/fhir/{name}.json"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut resource: Value = serde_json::from_str(&text).unwrap();
        change(&mut resource);
        let path = folder.path().join(format!("wrong-{number}.json"));
        std::fs::write(&path, resource.to_string()).unwrap();
        files.push(path);
    }
    let (passed, said) = judge(&files);
    assert!(!passed);
    for (number, (name, _, expected)) in WRONG.iter().enumerate() {
        let file = format!("wrong-{number}.json");
        let mut lines = said.lines().filter(|line| line.starts_with(&file));
        let found = lines.any(|line| line.contains(expected));
        assert!(found, "{name}: {expected}\n{said}");
    }
}

/// Not the examples alone: everything that is told of a third of the showcase's patients.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_is_told_passes() {
    static CLOCK: TestClock = TestClock::new();
    let (centre, ours, patients) = centre(|| CLOCK.read()).await;
    let mut program = Program::log_in(&centre, &ours).await;
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    let mut keep = |resource: &Value| {
        let path = folder.path().join(format!("{}.json", files.len()));
        std::fs::write(&path, resource.to_string()).unwrap();
        files.push(path);
    };
    for patient in patients.iter().step_by(3) {
        let answer = program.submit(&super::by_card(patient)).await.json();
        keep(&answer);
        let Some(reference) = answer["patient"]["reference"].as_str() else {
            continue;
        };
        let id = reference.strip_prefix("Patient/").unwrap().to_owned();
        let of = (person(patient), &Scope::ALL[..]);
        consents(&centre, &ours, of, (CLOCK.read(), 86_400));
        keep(&program.found(&format!("Coverage?patient={id}")).await);
        for kind in [
            "MedicationStatement",
            "Procedure",
            "Observation",
            "DiagnosticReport",
            "Consent",
            "AuditEvent",
        ] {
            let mut next = Some(format!("{kind}?patient={id}&_count=200"));
            while let Some(path) = next {
                let bundle = program.found(&path).await;
                keep(&bundle);
                next = super::link(&bundle, "next");
            }
        }
    }
    assert!(files.len() > 40, "{}", files.len());
    let (passed, said) = judge(&files);
    assert!(passed, "{said}");
    centre.closed().await;
}

//! A receipt computer fetches medicines and checkups by the folders: of who consents, of who took it back, of
//! whose consent is over, and of another institution's patient.

use onshi_scenarios::demo::Demo;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn element(name: &str, value: &Value) -> String {
    value
        .as_str()
        .map_or_else(String::new, |text| format!("<{name}>{text}</{name}>"))
}

pub(super) fn request(facility: &Value, patient: &Value, body: &str) -> String {
    let number = patient["insurer_number"].as_str().unwrap();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><XmlMsg><MessageHeader>{}\
         <InsurerNumber>{number:>8}</InsurerNumber>{}{}{}</MessageHeader><MessageBody>{body}\
         </MessageBody></XmlMsg>",
        element("MedicalInstitutionCode", &facility["code"]),
        element("InsuranceCardSymbol", &patient["symbol"]),
        element("InsuredPersonIdentificationNumber", &patient["number"]),
        element("BranchNumber", &patient["branch"]),
    )
}

fn folder(facility: &Value, name: &str) -> PathBuf {
    PathBuf::from(facility["folders"][name].as_str().unwrap())
}

/// Puts a request into the folder, and waits for the file that answers it.
pub(super) async fn fetched(
    facility: &Value,
    message: &str,
    name: &str,
    text: &str,
) -> (String, Vec<u8>) {
    let request = format!("{message}req_{name}.xml");
    let (req, res) = (folder(facility, "req"), folder(facility, "res"));
    std::fs::write(req.join("writing.tmp"), text).unwrap();
    std::fs::rename(req.join("writing.tmp"), req.join(&request)).unwrap();
    let answers = ["xml", "pdf"].map(|end| format!("{message}res_{name}.{end}"));
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let there = |answer: &&String| Path::new(&res.join(answer)).exists();
        if let Some(answer) = answers.iter().find(there) {
            return (answer.clone(), std::fs::read(res.join(answer)).unwrap());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no answer to {request}");
}

pub(super) const THREE_YEARS: &str = "<StartDate>202001</StartDate><EndDate>203012</EndDate>";

#[tokio::test]
async fn a_receipt_computer_fetches_by_the_folders_what_a_patient_consents_to() {
    let demo = Demo::start().await.unwrap();
    let all = demo.description();
    let (ours, theirs) = (&all["facility"], &all["other_facility"]);
    let patients = all["patients"].as_array().unwrap();
    let noted = |word: &str| {
        let has = |one: &&Value| one["note"].as_str().unwrap().contains(word);
        patients.iter().find(has).unwrap()
    };
    let medicines = format!("{THREE_YEARS}<FileCategory>4</FileCategory>");
    let chronic = noted("同一成分");
    let asked = request(ours, chronic, &medicines);
    let (_, answer) = fetched(ours, "YZKsiquc01", "1", &asked).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.contains("<ResultCode>1<"), "{answer}");
    for told in [
        "「見本」",
        "<SinInfN>",
        "<ShDrugN>",
        "<CzDrugN>",
        "OQSB9028I",
    ] {
        assert!(answer.contains(told), "{told}");
    }
    let checkups = request(ours, chronic, "<FileCategory>2</FileCategory>");
    let (_, answer) = fetched(ours, "TKKsiquc01", "2", &checkups).await;
    assert!(String::from_utf8(answer).unwrap().contains("HbA1c"));

    let printed = format!("{THREE_YEARS}<FileCategory>3</FileCategory>");
    let (name, answer) = fetched(ours, "YZKsiquc01", "4", &request(ours, chronic, &printed)).await;
    assert_eq!(name, "YZKsiquc01res_4.pdf");
    assert!(answer.starts_with(b"%PDF-"));

    // The first six say what the demo's patients said; none has consented at the other institution.
    for (patient, code) in [(3, "OQSB9031E"), (5, "OQSB9030E"), (1, "OQSB9032E")] {
        let asked = request(ours, &patients[patient], &medicines);
        let (_, answer) = fetched(ours, "YZKsiquc01", &format!("r{patient}"), &asked).await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.contains(code), "{code}: {answer}");
        assert!(!answer.contains("<QuaInf>"), "{answer}");
    }
    let asked = request(theirs, chronic, &medicines);
    let (_, answer) = fetched(theirs, "YZKsiquc01", "3", &asked).await;
    let contents = b"OQSB9012E";
    assert!(answer.windows(contents.len()).any(|part| part == contents));
}

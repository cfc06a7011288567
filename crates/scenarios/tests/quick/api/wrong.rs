//! What is wrong with a message is told where it can be read: in the message as long as it is one,
//! else as a problem with its line. Every refusal is in the log.

use onshi_core::Function;
use onshi_core::audit::Outcome;
use onshi_population::Showcase;
use onshi_wire::messages::{EligibilityRequest, EligibilityResponse};

use super::program::{EVERY_HOW, How, Program, card, log, request, written};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

static CLOCK: TestClock = TestClock::new();

async fn open() -> (TestCentre, Institution, Showcase) {
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patient = centre.populate().swap_remove(0);
    (centre, ours, patient)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_values_are_told_by_the_message() {
    let (centre, ours, patient) = open().await;
    let mut program = Program::log_in(&centre, &ours).await;
    type Change = fn(&mut EligibilityRequest);
    let wrong: [(&str, &str, Change); 7] = [
        ("OQSB9002E", "Birthdate", |r| {
            r.body.search.birthdate = "19750230".to_owned()
        }),
        ("OQSB9001E", "Birthdate", |r| {
            r.body.search.birthdate.clear()
        }),
        ("OQSB9002E", "InsurerNumber", |r| {
            r.body.search.insurer_number = "12345".to_owned()
        }),
        ("OQSB9007E", "ConsFlg", |r| {
            r.body.search.limit_application_certificate_related_cons_flg = "5".to_owned();
        }),
        ("OQSB9002E", "QualificationConfirmationDate", |r| {
            r.header.qualification_confirmation_date = "20261301".to_owned();
        }),
        ("OQSB9002E", "InsuredIdentificationNumber", |r| {
            r.body.search.insured_identification_number = "1".repeat(21);
        }),
        ("OQSB9003E", "", |r| {
            r.header.medical_institution_code = "1319990014".to_owned()
        }),
    ];
    let mut refused = 0;
    for (code, element, change) in wrong {
        for how in EVERY_HOW {
            let mut asked = request(&program.code, card(&patient));
            change(&mut asked);
            let (kind, bytes) = written(how, &asked);
            let answer = program.send("OQSsiquc01", kind, bytes).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let limits = &onshi_wire::Limits::SINGLE;
            // A wrong value is echoed, so the answer has problems of its own.
            let answer: EligibilityResponse = match how {
                How::Json => onshi_wire::parse_json(&answer.body, limits).message,
                How::Xml(_) => onshi_wire::parse_xml(&answer.body, limits).message,
            };
            let header = &answer.header;
            assert_eq!(header.segment_of_result, "9", "{element} {how:?}");
            assert_eq!(
                header.error_code.as_deref(),
                Some(code),
                "{element} {how:?}"
            );
            let words = header.error_message.as_deref().unwrap_or("");
            assert!(words.contains(element), "{words}");
            let identifier = header.arbitrary_file_identifier.as_deref();
            assert_eq!(identifier, Some("uketsuke-0001"));
            assert_eq!(answer.body.processing_result_status.as_deref(), Some("2"));
            assert!(answer.body.result_list.is_empty(), "{element}");
            refused += 1;
        }
    }
    let lines = log(&centre, &ours, Function::CheckEligibility);
    assert_eq!(lines.len(), refused);
    assert!(
        lines
            .iter()
            .all(|line| line.outcome == Some(Outcome::Refused))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_a_problem_with_its_line() {
    let (centre, ours, patient) = open().await;
    let mut program = Program::log_in(&centre, &ours).await;
    let (_, json) = written(How::Json, &request(&program.code, card(&patient)));
    let (_, xml) = written(EVERY_HOW[1], &request(&program.code, card(&patient)));
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let unreadable: Vec<(&str, Vec<u8>)> = vec![
        ("application/xml", Vec::new()),
        ("application/xml", half(&xml)),
        ("application/xml", json.clone()),
        (
            "application/xml",
            b"<XmlMsg>\n<MessageHeader>\n</XmlMsg>".to_vec(),
        ),
        (
            "text/xml",
            b"<!DOCTYPE a [<!ENTITY b \"c\">]>\n<XmlMsg>&b;</XmlMsg>".to_vec(),
        ),
        ("application/json", Vec::new()),
        ("application/json", half(&json)),
        ("application/json", xml.clone()),
        (
            "application/json",
            b"{\"XmlMsg\":\n{\"MessageHeader\":}}".to_vec(),
        ),
        ("application/json", b"\xff\xfe{}".to_vec()),
    ];
    let all = unreadable.len();
    for (kind, bytes) in unreadable {
        let sent = String::from_utf8_lossy(&bytes).into_owned();
        let answer = program.send("OQSsiquc01", kind, bytes).await;
        assert_eq!(answer.status, 400, "{kind} {sent}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["code"], "message.unreadable");
        assert_eq!(problem["status"], 400);
        let detail = problem["problems"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("行"), "{kind} {sent}: {detail}");
    }
    let too_large = vec![b' '; 70 << 10];
    let answer = program
        .send("OQSsiquc01", "application/json", too_large)
        .await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    let lines = log(&centre, &ours, Function::CheckEligibility);
    assert_eq!(lines.len(), all + 1);
    let count = |code: &str| {
        let refusals = lines.iter().filter_map(|line| line.refusal.as_deref());
        refusals.filter(|refusal| *refusal == code).count()
    };
    assert_eq!(count("message.unreadable"), all);
    assert_eq!(count("message.too_large"), 1);
}

/// Real clients write the content type in their own way. What another site's page could send unasked is
/// taken from nobody (`centre/foreign.rs`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_types_are_taken_as_clients_write_them() {
    let (centre, ours, patient) = open().await;
    let mut program = Program::log_in(&centre, &ours).await;
    let asked = request(&program.code, card(&patient));
    let (_, json) = written(How::Json, &asked);
    let (_, xml) = written(EVERY_HOW[2], &asked);
    for (kind, bytes) in [
        ("application/json", &json),
        ("application/json;charset=UTF-8", &json),
        ("Application/Json ; Charset=utf-8", &json),
        ("text/json", &json),
        ("application/xml", &xml),
        ("text/xml; charset=Shift_JIS", &xml),
    ] {
        let answer = program.send("OQSsiquc01", kind, bytes.clone()).await;
        assert_eq!(answer.status, 200, "{kind}: {}", answer.text());
        assert!(answer.text().contains("見本"), "{kind}: {}", answer.text());
    }
    // The real path answers the same, and takes the token with and without `Bearer`.
    let real = "/oqs-api-pro/MSA01030/ILI01030SV01/search";
    for token in [program.token.clone(), format!("Bearer {}", program.token)] {
        let kind = "application/json";
        let answer = program
            .client
            .message(real, Some(&token), kind, json.clone());
        let answer = answer.await.unwrap();
        let validity = answer.json()["XmlMsg"]["MessageBody"]["QualificationValidity"].clone();
        assert_eq!(validity, "1", "{}", answer.text());
    }
}

//! What insurers report by the API: taken once, told line by line, and found by the next check.

use http::Request;
use onshi_core::audit::Outcome;
use onshi_core::certificate::Issued;
use onshi_core::insured::{InsurerRecord, Line, QualificationRecord};
use onshi_core::{Function, insurer};
use onshi_scenarios::client::{Answer, Client};
use onshi_scenarios::postgres::fresh_database;
use onshi_wire::messages::QualificationConfirmSearchInfo;
use serde_json::{Value, json};
use tokio::task::block_in_place;

use super::program::{How, Program, request};
use crate::centre::test_centre::{TestCentre, TestClock};

const OWN: &str = "06139018";
const OTHER: &str = "06139026";

fn first(number: &str, day: &str) -> String {
    let record = InsurerRecord {
        insurer_number: number.to_owned(),
        insurer_name: "架空健康保険組合".to_owned(),
        data_date: day.to_owned(),
    };
    serde_json::to_string(&Line::Insurer(record)).unwrap() + "\n"
}

fn person(person: i64, insurer: &str) -> String {
    let record = QualificationRecord {
        person,
        insurer_number: insurer.to_owned(),
        insured_identification_number: person.to_string(),
        insured_card_classification: "01".to_owned(),
        name: "見本　次郎".to_owned(),
        sex1: "1".to_owned(),
        birthdate: "19900101".to_owned(),
        qualification_date: "20200401".to_owned(),
        ..QualificationRecord::default()
    };
    serde_json::to_string(&Line::Qualification(Box::new(record))).unwrap() + "\n"
}

fn people(range: std::ops::Range<i64>) -> String {
    range.map(|one| person(one, OWN)).collect()
}

struct Sender {
    client: Client,
}

impl Sender {
    fn new(centre: &TestCentre, issued: &Issued) -> Sender {
        Sender {
            client: centre.client(issued),
        }
    }

    async fn send(&mut self, number: &str, key: &str, body: &str) -> Answer {
        let path = format!("/onshi/v1/insurers/{number}/records");
        let request = Request::post(path)
            .header("content-type", "application/x-ndjson")
            .header("idempotency-key", key)
            .body(body.to_owned().into())
            .unwrap();
        self.client.send(request).await.unwrap()
    }

    async fn report(&mut self, key: &str, body: &str) -> Value {
        let answer = self.send(OWN, key, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    async fn refused(&mut self, key: &str, body: &str) -> (u16, String) {
        let answer = self.send(OWN, key, body).await;
        let code = answer.json()["code"].as_str().unwrap_or("").to_owned();
        (answer.status, code)
    }

    async fn status(&mut self) -> Value {
        let path = format!("/onshi/v1/insurers/{OWN}/status");
        let answer = self.client.get(&path).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

fn counts(answer: &Value) -> [i64; 5] {
    ["lines", "added", "changed", "unchanged", "rejected"]
        .map(|name| answer[name].as_i64().unwrap())
}

async fn reported_and_checked(location: Option<String>) {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.rules.report.batch_lines = 2;
        if let Some(location) = location {
            config.store.location = location;
        }
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let issued = centre.insurer("架空健康保険組合", &[OWN]);
    let mut sender = Sender::new(&centre, &issued);
    let before = sender.status().await;
    assert_eq!(
        (&before["persons"], &before["dataDate"]),
        (&json!(0), &json!(null))
    );

    let text = first(OWN, "20261101") + &people(1..6) + &person(7, OTHER) + "{\"見本\":1}\n";
    let answer = sender.report("k1", &text).await;
    assert_eq!(counts(&answer), [8, 6, 0, 0, 2]);
    assert_eq!(answer["repeated"], false);
    let lines: Vec<i64> = answer["rejections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["line"].as_i64().unwrap())
        .collect();
    assert_eq!(lines, [7, 8]);
    assert!(!answer.to_string().contains("見本"), "{answer}");
    // The same report again is the same report; the same file as another one changes nothing.
    let mut again = sender.report("k1", &text).await;
    assert_eq!(again["repeated"], true);
    again["repeated"] = json!(false);
    assert_eq!(again, answer);
    assert_eq!(counts(&sender.report("k2", &text).await), [8, 0, 0, 6, 2]);
    let state = sender.status().await;
    assert_eq!(state["dataDate"], "20261101");
    assert_eq!(state["insurerName"], "架空健康保険組合");
    assert_eq!(
        (&state["persons"], &state["qualifications"]),
        (&json!(5), &json!(5))
    );
    assert_eq!(state["lastReport"]["report"], "k2");

    // A clinic finds who was reported, with the day, and not whom another insurer would have to.
    let mut program = Program::log_in(&centre, &ours).await;
    for (number, insurer, expected) in [("3", OWN, "1"), ("7", OTHER, "4"), ("7", OWN, "4")] {
        let search = QualificationConfirmSearchInfo {
            insurer_number: insurer.to_owned(),
            insured_identification_number: number.to_owned(),
            birthdate: "19900101".to_owned(),
            limit_application_certificate_related_cons_flg: "0".to_owned(),
            ..QualificationConfirmSearchInfo::default()
        };
        let code = program.code.clone();
        let answer = program.check(How::Json, &request(&code, search)).await;
        let validity = answer.body.qualification_validity.as_deref();
        assert_eq!(validity, Some(expected), "{number} of {insurer}");
    }

    let refused = sender.refused("k1", &(text.clone() + &people(6..7))).await;
    assert_eq!(refused, (409, "report.changed".to_owned()));
    let older = first(OWN, "20261031") + &people(1..2);
    let refused = sender.refused("k3", &older).await;
    assert_eq!(refused, (409, "report.older".to_owned()));
    for wrong in [people(1..2), first(OTHER, "20261101"), String::new()] {
        let refused = sender.refused("k4", &wrong).await;
        assert_eq!(refused, (422, "input.invalid".to_owned()), "{wrong}");
    }
    let answer = sender.send(OTHER, "k5", &first(OTHER, "20261101")).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (403, &json!("insurer.not_own"))
    );
    assert_eq!(
        counts(&sender.status().await["lastReport"]),
        [8, 0, 0, 6, 2]
    );

    the_log_tells_no_person(&centre, &issued);
    centre.closed().await;
}

/// The log says who did what for which insurer, and nothing of any person.
fn the_log_tells_no_person(centre: &TestCentre, issued: &Issued) {
    let log = block_in_place(|| centre.audit_of_insurers(500));
    for line in &log {
        let words = format!("{line:?}");
        assert!(
            !words.contains("見本") && !words.contains("19900101"),
            "{words}"
        );
        assert_eq!(
            line.certificate_serial.as_deref(),
            Some(issued.serial.as_str())
        );
    }
    let refused = |code: &str| {
        let found = log
            .iter()
            .find(|line| line.refusal.as_deref() == Some(code));
        let found = found.unwrap_or_else(|| panic!("{code} is not in the log"));
        assert_eq!(found.outcome, Some(Outcome::Refused));
        found.subject.clone().unwrap()
    };
    assert_eq!(refused("insurer.not_own"), OTHER);
    for code in ["report.changed", "report.older", "input.invalid"] {
        assert_eq!(refused(code), OWN);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_reported_is_found_by_the_next_check_on_sqlite() {
    reported_and_checked(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_reported_is_found_by_the_next_check_on_postgres() {
    let location = block_in_place(fresh_database);
    reported_and_checked(Some(location)).await;
}

/// Says that it sends all, and is cut off after a part of it.
async fn broken_off(
    centre: &TestCentre,
    issued: &Issued,
    key: &str,
    text: &str,
    sent: usize,
) -> String {
    let client = centre.client(issued);
    let head = format!(
        "POST /onshi/v1/insurers/{OWN}/records HTTP/1.1\r\nhost: {}\r\nidempotency-key: {key}\r\n\
         content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
        client.host(),
        text.len()
    );
    let bytes = [head.as_bytes(), &text.as_bytes()[..sent]].concat();
    let answer = client.wire(&bytes).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_breaks_off_goes_on_where_it_was() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.rules.report.batch_lines = 3;
        // Who stops sending is waited for no longer than this.
        config.centre.request_seconds = 1;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let issued = centre.insurer("架空健康保険組合", &[OWN]);
    let mut sender = Sender::new(&centre, &issued);
    let text = first(OWN, "20261101") + "bad\n" + &people(1..10);
    let cut = (first(OWN, "20261101") + "bad\n" + &people(1..6)).len() - 20;
    let answer = broken_off(&centre, &issued, "k1", &text, cut).await;
    assert!(answer.contains("message.too_slow"), "{answer}");
    let state = sender.status().await;
    assert_eq!(state["dataDate"], json!(null), "half a report is no state");
    let half = &state["lastReport"];
    assert_eq!(
        (&half["finished"], &half["rejected"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(
        counts(half),
        [4, 2, 0, 0, 1],
        "what was committed, and no more"
    );

    // Another file under the same name is not what was begun, wherever it differs.
    let changed = text.replacen("\"Person\":2,", "\"Person\":3,", 1);
    let refused = sender.refused("k1", &changed).await;
    assert_eq!(refused, (409, "report.changed".to_owned()));
    let refused = sender.refused("k1", &first(OWN, "20261101")).await;
    assert_eq!(refused, (409, "report.changed".to_owned()));

    let answer = sender.report("k1", &text).await;
    assert_eq!(counts(&answer), [11, 10, 0, 0, 1]);
    assert_eq!(answer["rejections"][0]["line"], 2);
    let state = sender.status().await;
    assert_eq!(
        (&state["persons"], &state["dataDate"]),
        (&json!(9), &json!("20261101"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_wrongly_is_told_and_not_only_refused() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let issued = centre.insurer("架空健康保険組合", &[OWN]);
    let mut sender = Sender::new(&centre, &issued);
    let good = first(OWN, "20261101");
    let answer = sender.send(OWN, &"k".repeat(65), &good).await;
    assert_eq!(
        (answer.status, &answer.json()["problems"][0]["pointer"]),
        (422, &json!("idempotency-key"))
    );
    let path = format!("/onshi/v1/insurers/{OWN}/records");
    let answer = sender
        .client
        .message(&path, None, "application/xml", "<a/>")
        .await
        .unwrap();
    assert_eq!(
        (answer.status, &answer.json()["problems"][0]["pointer"]),
        (415, &json!("Content-Type"))
    );
    for number in ["0613901", "06139019", "x", &"9".repeat(65)] {
        let answer = sender.send(number, "k", &good).await;
        assert!(
            matches!(answer.status, 403 | 404),
            "{number}: {}",
            answer.text()
        );
    }
    // As CSV, and with no name: each is a report of its own.
    let csv = "Person,InsurerNumber,InsuredIdentificationNumber,InsuredCardClassification,Name,\
        Sex1,Birthdate,QualificationDate,InsurerName,DataDate\n\
        ,06139018,,,,,,,架空健康保険組合,20261101\n\
        1,06139018,1,01,見本　次郎,1,19900101,20200401,,\n";
    for (added, unchanged) in [(2, 0), (0, 2)] {
        let answer = sender
            .client
            .message(&path, None, "text/csv", csv)
            .await
            .unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(counts(&answer.json()), [2, added, 0, unchanged, 0]);
    }
    // Much of what is refused is still taken in, so that the sender hears why.
    let long = people(1..5_000);
    let refused = sender.refused("k9", &long).await;
    assert_eq!(refused, (422, "input.invalid".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_judged_at_every_request() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(0);
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let issued = centre.insurer("架空健康保険組合", &[OWN, OTHER]);
    let mut sender = Sender::new(&centre, &issued);
    for number in [OWN, OTHER] {
        let answer = sender.send(number, "k1", &first(number, "20261101")).await;
        assert_eq!(
            answer.status,
            200,
            "one certificate, two numbers: {}",
            answer.text()
        );
    }
    CLOCK.advance(2 * 86_400);
    let refused = sender.refused("k2", &first(OWN, "20261101")).await;
    assert_eq!(refused, (403, "certificate.expired".to_owned()));
    CLOCK.advance(-2 * 86_400);
    assert_eq!(sender.status().await["dataDate"], "20261101");
    let serial = issued.serial.clone();
    let operation = onshi_core::service::OperationContext::new(
        centre.operator.actor(),
        Function::ManageCertificates,
        onshi_core::Request::fresh(),
    );
    block_in_place(|| {
        centre
            .service
            .change_and_wait(operation, move |tx| insurer::revoke(tx, &serial, "試験"))
    })
    .unwrap();
    // On the connection that is open already.
    let refused = sender.refused("k3", &first(OWN, "20261101")).await;
    assert_eq!(refused, (403, "certificate.revoked".to_owned()));
    // Signed by us and never written down: nobody's.
    let (begin, end) = (
        CLOCK.read().plus_seconds(-60),
        CLOCK.read().plus_seconds(86_400),
    );
    let forged = centre
        .authority
        .issue_insurer("架空健康保険組合", [9; 16], begin.ms(), end.ms())
        .unwrap();
    let refused = Sender::new(&centre, &forged).refused("k4", "").await;
    assert_eq!(refused, (403, "certificate.foreign".to_owned()));
}

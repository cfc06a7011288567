//! The demo as a sandbox: fixed passwords, the first state put back, a clock that is moved, faults on request, and what came and
//! was answered to read.

use onshi_scenarios::client::{Client, Identity};
use onshi_scenarios::demo::Demo;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

/// Only what went wrong takes this long.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

const CHECK: &str = "/onshi/v1/messages/OQSsiquc01";

/// A vendor's program at the demo's first institution.
struct Vendor<'a> {
    demo: &'a Demo,
    client: Client,
    token: String,
}

impl<'a> Vendor<'a> {
    fn new(demo: &'a Demo) -> Vendor<'a> {
        let port = demo.value("/centre/url").rsplit(':').next();
        let port: u16 = port.unwrap_or_default().parse().unwrap();
        let text = |pointer: &str| std::fs::read_to_string(demo.value(pointer)).unwrap();
        let identity = Identity {
            certificate_pem: text("/facility/terminal/certificate"),
            key_pem: text("/facility/terminal/key"),
        };
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let client = Client::new(address, &text("/centre/ca"), Some(&identity)).unwrap();
        Vendor {
            demo,
            client,
            token: String::new(),
        }
    }

    async fn log_in(&mut self) {
        let password = self.demo.password("WebApi01");
        let told = self.client.log_in_for_tokens("WebApi01", password).await;
        let told = told.unwrap();
        assert_eq!(told.status, 200, "{}", told.text());
        let token = &told.json()["result"]["idToken"];
        self.token = token.as_str().unwrap().to_owned();
    }

    fn header(&self) -> Value {
        json!({"MedicalInstitutionCode": self.demo.value("/facility/code")})
    }

    /// Sends a message: the status, and the message or problem.
    async fn message(&mut self, path: &str, header: Value, body: Value) -> (u16, Value) {
        let message = json!({"XmlMsg": {"MessageHeader": header, "MessageBody": body}});
        let token = Some(self.token.as_str());
        let told = self.client.json(path, token, &message).await.unwrap();
        (told.status, told.json())
    }

    fn card(&self) -> Value {
        let patient = &self.demo.patients()[0];
        json!({
            "InsurerNumber": patient["insurer_number"],
            "InsuredCardSymbol": patient["symbol"],
            "InsuredIdentificationNumber": patient["number"],
            "InsuredBranchNumber": patient["branch"],
            "Birthdate": patient["birthdate"],
            "LimitApplicationCertificateRelatedConsFlg": "1",
        })
    }

    fn today(&self) -> Value {
        let told = said(self.demo, &["clock"]);
        let at = told["at"].as_str().unwrap_or_default();
        let mut header = self.header();
        header["QualificationConfirmationDate"] = json!(at[..10].replace('-', ""));
        header
    }

    async fn check(&mut self) -> (u16, Value) {
        let body = json!({"QualificationConfirmSearchInfo": self.card()});
        self.message(CHECK, self.today(), body).await
    }

    /// The institution's own number of the patient, as a check gives it back.
    async fn reference_number(&mut self) -> Value {
        let (status, told) = self.check().await;
        assert_eq!(status, 200, "{told}");
        let body = &told["XmlMsg"]["MessageBody"];
        assert_eq!(body["QualificationValidity"], "1", "{told}");
        body["ResultList"][0]["ResultOfQualificationConfirmation"]["ReferenceNumber"].clone()
    }

    async fn medicines(&mut self) -> Value {
        let card = self.card();
        let mut header = self.header();
        for (to, from) in [
            ("InsurerNumber", "InsurerNumber"),
            ("InsuranceCardSymbol", "InsuredCardSymbol"),
            (
                "InsuredPersonIdentificationNumber",
                "InsuredIdentificationNumber",
            ),
            ("BranchNumber", "InsuredBranchNumber"),
        ] {
            header[to] = card[from].clone();
        }
        let body = json!({"StartDate": "202301", "EndDate": "203012", "FileCategory": "4"});
        let (status, told) = self
            .message("/onshi/v1/messages/YZKsiquc01", header, body)
            .await;
        assert_eq!(status, 200, "{told}");
        told["XmlMsg"]["MessageHeader"].clone()
    }
}

/// What a command of the demo says.
fn said(demo: &Demo, arguments: &[&str]) -> Value {
    let (code, printed) = demo.ask(arguments).unwrap();
    assert_eq!(code, Some(0), "{arguments:?}: {printed}");
    serde_json::from_str(&printed).unwrap()
}

#[tokio::test]
async fn the_first_state_comes_back_while_the_demo_runs_with_its_fixed_passwords() {
    let demo = Demo::start_with(&["--seed", "7"]).await.unwrap();
    assert_eq!(demo.description()["for_tests_only"], json!({"seed": 7}));
    // It is said behind the description that was waited for.
    let begun = Instant::now();
    while !demo.log().contains("--seed 7") {
        assert!(begun.elapsed() < FAR_TOO_LONG, "{}", demo.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(demo.password("WebApi01"), "Catm-TC6e-H6Ht-ppDz");
    assert_eq!(demo.password("Reset01"), "UqpS-mZdj-68BH-iKsn");

    let mut vendor = Vendor::new(&demo);
    vendor.log_in().await;
    assert_eq!(vendor.reference_number().await, Value::Null);
    let mut number = vendor.card();
    let fields = number.as_object_mut().unwrap();
    fields.remove("Birthdate");
    fields.remove("LimitApplicationCertificateRelatedConsFlg");
    fields.insert("ReferenceNumber".to_owned(), json!("P-0001"));
    let body = json!({"ReferenceNumberRegistrationInfo": number});
    let header = vendor.header();
    let (status, told) = vendor
        .message("/onshi/v1/messages/OQSsiimm01", header, body)
        .await;
    assert_eq!(status, 200, "{told}");
    assert_eq!(vendor.reference_number().await, "P-0001");
    assert!(vendor.medicines().await["ResultCode"] == "1");

    // The consents of the start are over a day later, and so is the token; the clock goes on from there.
    let moved = said(&demo, &["clock", "--forward", "24h"]);
    assert_eq!(moved["aheadSeconds"], 24 * 3600);
    let (status, told) = vendor.check().await;
    assert_eq!((status, &told["code"]), (401, &json!("token.expired")));
    vendor.log_in().await;
    assert_ne!(vendor.medicines().await["ResultCode"], "1");
    let (code, why) = demo.ask(&["clock", "--to", "2020-01-01T00:00"]).unwrap();
    assert_eq!(code, Some(3), "{why}");
    assert!(why.contains("clock_backwards"), "{why}");
    let (code, why) = demo.ask(&["clock", "--forward", "5000d"]).unwrap();
    assert_eq!(code, Some(3), "{why}");
    // A terminal's certificate ends after three years and three months.
    said(&demo, &["clock", "--forward", "1300d"]);
    let told = vendor.client.log_in_for_tokens("WebApi01", "x").await;
    assert_eq!(told.unwrap().problem().code, "certificate.expired");

    let old = vendor.token.clone();
    said(&demo, &["reset"]);
    assert_eq!(said(&demo, &["clock"])["aheadSeconds"], 0);
    assert!(demo.folder().join("demo.json").exists());
    let mut vendor = Vendor::new(&demo);
    vendor.token = old;
    let (status, told) = vendor.check().await;
    assert_eq!((status, &told["code"]), (401, &json!("token.unknown")));
    vendor.log_in().await;
    assert_eq!(vendor.reference_number().await, Value::Null);
    assert!(vendor.medicines().await["ResultCode"] == "1");
}

#[tokio::test]
async fn faults_come_on_request_and_a_vendor_reads_the_own_requests_without_secrets() {
    let demo = Demo::start().await.unwrap();
    let mut vendor = Vendor::new(&demo);
    vendor.log_in().await;
    assert_eq!(vendor.check().await.0, 200);

    // The demo's own programs ask as well, and so does a log-in: only the message that is meant meets with it.
    said(
        &demo,
        &[
            "faults",
            "--unavailable",
            "--times",
            "1",
            "--only",
            "OQSsiquc01",
        ],
    );
    vendor.log_in().await;
    let today = vendor.today();
    let body = json!({"XmlMsg": {"MessageHeader": today, "MessageBody": {}}});
    let token = vendor.token.clone();
    let refused = vendor
        .client
        .json(CHECK, Some(&token), &body)
        .await
        .unwrap();
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert_eq!(refused.problem().code, "unavailable");
    assert!(refused.again_after().is_some());
    assert_eq!(vendor.check().await.0, 200);

    said(
        &demo,
        &["faults", "--cut", "--times", "1", "--only", "OQSsiquc01"],
    );
    let cut = vendor.client.json(CHECK, Some(&token), &body).await;
    assert!(
        cut.is_err(),
        "{}",
        cut.map(|told| told.text()).unwrap_or_default()
    );
    let mut vendor = Vendor {
        client: vendor.client.another(),
        ..vendor
    };
    assert_eq!(vendor.check().await.0, 200);
    said(
        &demo,
        &[
            "faults",
            "--slow",
            "20ms",
            "--times",
            "1",
            "--only",
            "OQSsiquc01",
        ],
    );
    assert_eq!(vendor.check().await.0, 200);

    stays_under_way(&demo, &mut vendor).await;
    reads_the_log(&demo, &vendor);
    told_by_its_owner_alone(&demo);
}

async fn stays_under_way(demo: &Demo, vendor: &mut Vendor<'_>) {
    const FETCH: &str = "/onshi/v1/messages/OQSmuquc02";
    said(demo, &["faults", "--bulk"]);
    let mut row = vendor.card();
    row["ArbitraryIdentifier"] = json!("1");
    let body = json!({"QualificationConfirmSearchInfo": [row]});
    let header = vendor.today();
    let (status, told) = vendor
        .message("/onshi/v1/messages/OQSmuquc01", header, body)
        .await;
    assert_eq!(status, 200, "{told}");
    let number = told["XmlMsg"]["MessageBody"]["ReceptionNumber"].clone();
    let header = vendor.header();
    let mut fetches = 0;
    loop {
        let body = json!({"ReceptionNumber": number});
        let (_, told) = vendor.message(FETCH, header.clone(), body).await;
        fetches += 1;
        let segment = &told["XmlMsg"]["MessageHeader"]["SegmentOfResult"];
        if fetches <= 20 {
            assert_eq!(segment, "2", "{told}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        } else if segment == "1" {
            break;
        }
        if fetches == 20 {
            let set = said(demo, &["faults", "--off"]);
            assert_eq!(set["bulk"], false);
        }
        assert!(fetches < 500, "it never gets done: {told}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn reads_the_log(demo: &Demo, vendor: &Vendor<'_>) {
    let (code, log) = demo.ask(&["log"]).unwrap();
    assert_eq!(code, Some(0), "{log}");
    assert!(
        !log.contains(demo.password("WebApi01")),
        "a password is in the log"
    );
    assert!(!log.contains(&vendor.token), "a token is in the log");
    let entries: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let code = demo.value("/facility/code");
    assert!(entries.iter().all(|entry| entry["institution"] == code));
    for (fault, status) in [("unavailable", 503), ("cut", 200), ("slow", 200)] {
        let met = entries
            .iter()
            .find(|entry| entry["faults"] == json!([fault]));
        assert_eq!(
            met.map(|entry| &entry["status"]),
            Some(&json!(status)),
            "{fault}"
        );
    }
    let check = entries
        .iter()
        .rfind(|entry| entry["path"] == CHECK)
        .unwrap();
    let asked = &check["request"]["body"]["XmlMsg"]["MessageBody"];
    let number = &asked["QualificationConfirmSearchInfo"]["InsuredIdentificationNumber"];
    assert_eq!(number, &demo.patients()[0]["number"]);
    let answered = &check["answer"]["body"]["XmlMsg"]["MessageBody"];
    assert_eq!(answered["QualificationValidity"], "1");
    let other = demo.value("/other_facility/code");
    let (_, log) = demo.ask(&["log", "--facility", other]).unwrap();
    assert!(!log.contains(code), "{log}");
}

/// The key of the control is its owner's, and without it nothing is done.
fn told_by_its_owner_alone(demo: &Demo) {
    use std::io::{BufRead, BufReader, Write};
    let file = demo.folder().join("control.json");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let told: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let address: SocketAddr = told["address"].as_str().unwrap().parse().unwrap();
    assert!(address.ip().is_loopback());
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"{\"key\": \"wrong\", \"order\": \"reset\"}\n")
        .unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    assert_eq!(answer.trim(), "{\"refused\":\"unreadable\"}");
}

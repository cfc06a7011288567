//! Consents over real TLS: said at the card reader, told by checks and lists, delivered to the linked
//! application, and over.

use http::{Request, header};
use onshi_client::reader::{CERTIFICATE, CONSENTS, SIGNATURE, WITHDRAWALS, sign};
use onshi_core::certificate::Issued;
use onshi_core::{AccountKind, Moment};
use onshi_population::Showcase;
use onshi_scenarios::client::Answer;
use onshi_wire::messages::{
    BulkEligibilityResponse, ConsentSubject, EligibilityResponse, HomeVisitListRequest,
    UploadResponse,
};
use onshi_wire::{Limits, parse_xml};
use serde_json::{Value, json};

use super::bulk::{fetch_of, number};
use super::program::{How, Program, card, request};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

/// A card reader with its account and its key.
pub(super) struct Reader {
    pub(super) program: Program,
    pub(super) issued: Issued,
    requests: u32,
}

impl Reader {
    pub(super) async fn at(centre: &TestCentre, at: &Institution, now: Moment) -> Reader {
        let issued = tokio::task::block_in_place(|| {
            let (from, to) = (now.plus_seconds(-60), now.plus_seconds(40 * 86_400));
            let provision = centre.provision();
            provision.reader_certificate(&at.code, "KAO01", from, to)
        });
        Reader {
            program: Program::log_in_as(centre, at, AccountKind::Face).await,
            issued: issued.unwrap(),
            requests: 0,
        }
    }

    /// What every request has.
    fn begun(&mut self, patient: &Showcase, now: Moment) -> Value {
        self.requests += 1;
        json!({
            "requestId": format!("r{}", self.requests),
            "madeAt": now.jst_fourteen(),
            "medicalInstitutionCode": self.program.code,
            "person": {
                "insurerNumber": patient.insurer_number,
                "symbol": patient.symbol.clone().unwrap_or_default(),
                "number": patient.number,
                "branch": patient.branch,
                "birthdate": patient.birthdate,
            },
        })
    }

    async fn send(&mut self, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let signature = sign(&self.issued.key_pem, body.as_bytes()).unwrap();
        self.send_signed(path, body, &signature).await
    }

    async fn send_signed(&mut self, path: &str, body: String, signature: &str) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, &self.program.token)
            .header(CERTIFICATE, &self.issued.serial)
            .header(SIGNATURE, signature)
            .body(body.into())
            .unwrap();
        self.program.client.send(request).await.unwrap()
    }

    pub(super) async fn says(&mut self, patient: &Showcase, now: Moment, said: Value) -> Answer {
        let mut body = self.begun(patient, now);
        for (name, value) in said.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.send(CONSENTS, &body).await
    }
}

/// Persons are named by the card's face.
pub(super) fn without_card(config: &mut onshi_server::Config) {
    config.rules.consent.without_card = true;
}

fn first(centre: &TestCentre) -> Showcase {
    centre.populate().into_iter().next().unwrap()
}

fn yes() -> Value {
    json!({"purpose": "1", "verified": "face", "ceiling": true,
        "kinds": {"YZK": true, "TKK": false, "SRJ": true}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_at_the_reader_is_told_until_its_time_is_over() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            without_card(config);
            config.rules.consent.outpatient_seconds = 600;
        },
    )
    .await;
    let ours = centre.ours();
    let patient = first(&centre);
    let mut reader = Reader::at(&centre, &ours, CLOCK.read()).await;
    let mut program = Program::log_in(&centre, &ours).await;
    let asked = request(&reader.program.code, card(&patient));
    let told = |answer: &EligibilityResponse| {
        let person = answer.body.result_list.first().unwrap().clone();
        [
            ConsentSubject::PharmacistsInfo,
            ConsentSubject::SpecificHealthCheckupsInfo,
            ConsentSubject::DiagnosisInfo,
            ConsentSubject::OperationInfo,
        ]
        .map(|subject| person.consent(subject))
    };
    let before = program.check(How::Json, &asked).await;
    assert!(told(&before).iter().all(|consent| consent.flag.is_none()));

    let given = CLOCK.read();
    let answer = reader.says(&patient, given, yes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    for how in super::program::EVERY_HOW {
        let flags = told(&program.check(how, &asked).await);
        let expected = ["1", "0", "1", "0"].map(|flag| Some(flag.to_owned()));
        assert_eq!(flags.clone().map(|consent| consent.flag), expected);
        assert_eq!(flags[0].given, Some(given.jst_fourteen()));
        let end = given.plus_seconds(600);
        assert_eq!(flags[0].available, Some(end.jst_fourteen()));
        assert_eq!(flags[1].available, None);
    }
    // Another institution is told nothing.
    let theirs = centre.theirs();
    let mut other = Program::log_in(&centre, &theirs).await;
    let elsewhere = request(&other.code, card(&patient));
    let elsewhere = other.check(How::Json, &elsewhere).await;
    assert!(
        told(&elsewhere)
            .iter()
            .all(|consent| consent.flag.is_none())
    );

    let mut back = reader.begun(&patient, CLOCK.read());
    back["kinds"] = json!(["SRJ"]);
    let answer = reader.send(WITHDRAWALS, &back).await;
    assert_eq!(answer.json()["withdrawn"], 1, "{}", answer.text());
    let flags = told(&program.check(How::Json, &asked).await);
    assert_eq!(flags[2].flag.as_deref(), Some("0"));
    assert_eq!(flags[0].flag.as_deref(), Some("1"));
    CLOCK.advance(600);
    let over = program.check(How::Json, &asked).await;
    assert!(told(&over).iter().all(|consent| consent.flag.is_none()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_reader_sends_wrongly_is_refused_with_its_reason() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), without_card).await;
    let ours = centre.ours();
    let patient = first(&centre);
    let mut reader = Reader::at(&centre, &ours, CLOCK.read()).await;
    let code = |answer: &Answer| answer.json()["code"].as_str().unwrap_or("").to_owned();
    let whole = {
        let mut body = reader.begun(&patient, CLOCK.read());
        for (name, value) in yes().as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let mut tried = Vec::new();
    for (field, value, expected) in [
        ("purpose", json!("4"), "input.invalid"),
        ("verified", json!("dream"), "input.invalid"),
        ("verified", json!("oral"), "consent.oral"),
        ("kinds", json!({"ABC": true}), "input.invalid"),
        ("kinds", json!(["YZK"]), "message.unreadable"),
        ("bookedDay", json!("20261131"), "input.invalid"),
        ("bookedDay", json!("20271231"), "consent.day"),
        ("madeAt", json!("2026112609150"), "input.invalid"),
        ("madeAt", json!("20200101000000"), "reader.clock"),
        ("requestId", json!(""), "input.invalid"),
        (
            "medicalInstitutionCode",
            json!("1319999999"),
            "permission.denied",
        ),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        let answer = reader.send(CONSENTS, &body).await;
        tried.push((field, code(&answer), expected.to_owned()));
    }
    let body = whole.to_string();
    let signature = sign(&reader.issued.key_pem, b"something else").unwrap();
    let answer = reader.send_signed(CONSENTS, body.clone(), &signature).await;
    tried.push(("signature", code(&answer), "reader.signature".to_owned()));
    let answer = reader
        .send_signed(CONSENTS, body.clone(), "no base64!")
        .await;
    tried.push(("signature", code(&answer), "reader.signature".to_owned()));
    for (field, told, expected) in tried {
        assert_eq!(told, expected, "{field}");
    }
    // The account alone, or another account with the key, is not enough.
    let mut other = Program::log_in(&centre, &ours).await;
    std::mem::swap(&mut other, &mut reader.program);
    let answer = reader.send(CONSENTS, &whole).await;
    assert_eq!(code(&answer), "permission.denied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_consented_at_home_are_listed_with_why_it_is_over() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), without_card).await;
    let ours = centre.ours();
    let patient = first(&centre);
    let mut reader = Reader::at(&centre, &ours, CLOCK.read()).await;
    let mut program = Program::log_in(&centre, &ours).await;
    let mut list = HomeVisitListRequest::default();
    list.header.medical_institution_code = ours.code.as_str().to_owned();
    let today = CLOCK.read().jst_day().eight();
    list.body.search.consent_date_from.clone_from(&today);
    list.body.search.consent_date_to = today;
    list.body.search.medical_treatment_flag = "2".to_owned();
    let home = json!({"purpose": "2", "verified": "by_eye", "kinds": {"YZK": true, "TKK": false}});
    let answer = reader.says(&patient, CLOCK.read(), home).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut seen = Vec::new();
    for round in 0..2 {
        if round == 1 {
            let mut back = reader.begun(&patient, CLOCK.read());
            back["purpose"] = json!("2");
            let answer = reader.send(WITHDRAWALS, &back).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        let key = format!("list-{round}");
        let taken: UploadResponse = program.ask_once("OQSmuhvq01", &key, &list).await;
        let number = number(&taken);
        let asked = fetch_of(&program.code, &number);
        let found = loop {
            let found: BulkEligibilityResponse = program.ask("OQSmuhvq02", How::Json, &asked).await;
            if found.header.segment_of_result != "2" {
                break found;
            }
            tokio::task::yield_now().await;
        };
        let unit = found.body.units.into_iter().next().unwrap();
        let result = unit.result.unwrap();
        seen.push((
            result.consent(ConsentSubject::PharmacistsInfo).flag,
            result
                .consent(ConsentSubject::SpecificHealthCheckupsInfo)
                .flag,
            unit.processing_result_message.unwrap_or_default(),
        ));
    }
    let flag = |flag: &str| Some(flag.to_owned());
    assert_eq!(seen[0], (flag("1"), flag("0"), String::new()));
    assert_eq!((&seen[1].0, &seen[1].1), (&flag("2"), &flag("0")));
    assert!(seen[1].2.contains("2：患者による取消"), "{}", seen[1].2);
    // A period that ends before it begins is told.
    list.body.search.consent_date_to = "20200101".to_owned();
    let refused: UploadResponse = program.ask_once("OQSmuhvq01", "wrong", &list).await;
    assert!(
        refused
            .header
            .error_message
            .unwrap()
            .contains("期間の終わり")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_comes_to_the_linked_application_and_is_gone_when_it_lies_there() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), without_card).await;
    let ours = centre.ours();
    let patient = first(&centre);
    let mut reader = Reader::at(&centre, &ours, CLOCK.read()).await;
    let mut link = Program::log_in_as(&centre, &ours, AccountKind::Link).await;
    let token = link.token.clone();
    let waits = tokio::spawn(async move {
        let path = "/onshi/v1/reader/results";
        let answer = link.client.json(path, Some(&token), &json!({})).await;
        (link, answer.unwrap())
    });
    let answer = reader.says(&patient, CLOCK.read(), yes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (mut link, answer) = waits.await.unwrap();
    let told = answer.json();
    let result = &told["results"][0];
    let name = result["name"].as_str().unwrap();
    let pattern = format!("_{}.xml", CLOCK.read().jst_fourteen());
    assert!(
        name.starts_with("OQSsiquc01res_face_") && name.ends_with(&pattern),
        "{name}"
    );
    let content = base64_of(result["content"].as_str().unwrap());
    let parsed = parse_xml::<EligibilityResponse>(&content, &Limits::SINGLE);
    assert_eq!(parsed.problems, vec![]);
    assert_eq!(parsed.message.header.reference_classification, "1");
    assert!(parsed.message.body.search.is_none());
    let token = link.token.clone();
    let id = json!({"id": result["id"]});
    let path = "/onshi/v1/reader/results/delivered";
    for _ in 0..2 {
        let answer = link.client.json(path, Some(&token), &id).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let unknown = json!({"id": "f0"});
    let answer = link
        .client
        .json(path, Some(&token), &unknown)
        .await
        .unwrap();
    assert_eq!(answer.status, 404);
}

fn base64_of(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

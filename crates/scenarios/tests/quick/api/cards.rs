//! My Number Cards at the reader, over real TLS, with cards of JPKI-SIM that sign by APDUs.

mod desk;
mod home;
mod ocsp;
mod own_certificate;
mod screens;
mod settings;
mod visit;

use http::{Request, header};
use onshi_card::{Fault, Profile};
use onshi_core::AccountKind;
use onshi_core::card::CardState;
use serde_json::{Value, json};

use super::program::{How, Program, card, request};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};
use desk::{Desk, Plastic};

/// What the reader's folder gets, of all that waits.
async fn results(centre: &TestCentre, at: &Institution) -> usize {
    let mut link = Program::log_in_as(centre, at, AccountKind::Link).await;
    let request = Request::post("/onshi/v1/reader/results")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, &link.token)
        .body("{}".into())
        .unwrap();
    let answer = link.client.send(request).await.unwrap();
    answer.json()["results"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_read_and_its_holder_consents_and_the_result_is_everywhere_once() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let patient = centre.populate().into_iter().next().unwrap();
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    for profile in [Profile::Card, Profile::NextCard] {
        let mut plastic = desk.issue((&patient, profile), true, CLOCK.read());
        let challenge = desk.challenge(CLOCK.read()).await;
        assert_eq!(challenge["mode"], "normal");
        assert_eq!(challenge["settings"]["kinds"], json!(["YZK", "TKK"]));
        let shown = plastic.shown(&challenge, "pin");
        let visit = desk.send("cards", shown, CLOCK.read()).await;
        assert_eq!(visit.status, 200, "{}", visit.text());
        let visit = visit.json();
        assert_eq!(visit["state"], "good", "{profile:?}");
        let said = json!({"visit": visit["visit"], "purpose": "1", "ceiling": true,
            "kinds": {"YZK": true, "TKK": false}});
        let sent = desk.begun(&said, CLOCK.read());
        let answer = desk.send_whole("consents", &sent).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.text().contains(r#""QualificationValidity":"1""#));
        // The answer was lost: the same again is the same.
        let again = desk.send_whole("consents", &sent).await;
        assert_eq!(again.text(), answer.text());
        // Another consent of the visit is none.
        let more = desk.send("consents", said, CLOCK.read()).await;
        assert_eq!(more.json()["code"], "visit.over");
        // What was agreed to is told to the institution's programs.
        let mut program = Program::log_in(&centre, &desk.at).await;
        let asked = request(&program.code, card(&patient));
        let told = program.check(How::Json, &asked).await;
        let told = told.body.result_list.into_iter().next().unwrap();
        let flag = told.pharmacists_info_cons_flg;
        assert_eq!(flag.as_deref(), Some("1"), "{profile:?}");
    }
    assert_eq!(results(&centre, &desk.at).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_card_is_answered_in_its_own_words() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let patient = centre.populate().into_iter().next().unwrap();
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    let cases = [
        (None, CardState::Good),
        (Some(Fault::EndsSoon), CardState::EndsSoon),
        (Some(Fault::EndedRecently), CardState::ExpiredRecently),
        (Some(Fault::Expired), CardState::Expired),
        (Some(Fault::Revoked), CardState::Revoked),
        (Some(Fault::WrongIssuer), CardState::OtherAuthority),
        (Some(Fault::OtherGeneration), CardState::Good),
    ];
    let mut cards: Vec<(Plastic, CardState)> = Vec::new();
    for (fault, state) in cases {
        let faults: Vec<Fault> = fault.into_iter().collect();
        cards.push((desk.make(&patient, Profile::Card, &faults), state));
    }
    cards.push((
        desk.make(&patient, Profile::Card, &[]),
        CardState::UnknownCard,
    ));
    desk.trust(CLOCK.read());
    let known: Vec<(&Plastic, &str, bool)> = cards
        .iter()
        .filter(|(_, state)| {
            *state != CardState::UnknownCard && *state != CardState::OtherAuthority
        })
        .map(|(plastic, _)| (plastic, "card", true))
        .collect();
    desk.register(&known);
    let mut told = std::collections::BTreeSet::new();
    for (plastic, expected) in &mut cards {
        let visit = desk.come(plastic, "face", CLOCK.read()).await;
        assert_eq!(visit["state"], expected.code());
        assert_eq!(visit["accepted"], expected.is_accepted(), "{expected:?}");
        if let Some(what) = visit["words"]["what"].as_str() {
            told.insert(what.to_owned());
        }
        let said = json!({"visit": visit["visit"], "purpose": "1", "ceiling": true,
            "kinds": {"YZK": true}});
        let answer = desk.send("consents", said.clone(), CLOCK.read()).await;
        let code = answer.json()["code"].as_str().unwrap_or("").to_owned();
        let refused = match (expected.is_accepted(), expected.opens_medical()) {
            (true, true) => "",
            (true, false) => "card.no_medical",
            _ => "visit.over",
        };
        assert_eq!(code, refused, "{expected:?}");
        if refused == "card.no_medical" {
            let mut eligibility = said;
            eligibility["kinds"] = json!({});
            let answer = desk.send("consents", eligibility, CLOCK.read()).await;
            assert!(answer.text().contains(r#""QualificationValidity":"1""#));
        }
    }
    assert_eq!(told.len(), 6, "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_replayed_stolen_or_wrongly_signed_is_refused() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let patient = centre.populate().into_iter().next().unwrap();
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    let mut plastic = desk.issue((&patient, Profile::Card), false, CLOCK.read());
    let code = |answer: &onshi_scenarios::client::Answer| {
        answer.json()["code"].as_str().unwrap_or("").to_owned()
    };
    let challenge = desk.challenge(CLOCK.read()).await;
    let good = plastic.shown(&challenge, "pin");
    let other = desk.challenge(CLOCK.read()).await;
    let with = |field: &str, value: Value| {
        let mut changed = good.clone();
        changed[field] = value;
        changed
    };
    for (changed, expected) in [
        (
            with("challenge", other["challenge"].clone()),
            "card.signature",
        ),
        (with("signature", json!("AAAA")), "card.signature"),
        (with("signature", json!("no base64!")), "input.invalid"),
        (with("certificate", json!("AAAA")), "card.certificate"),
        (with("verified", json!("smartphone")), "card.method"),
        (with("verified", json!("oral")), "card.method"),
        (with("verified", json!("by_eye")), "card.method"),
        (with("verified", json!("dream")), "input.invalid"),
    ] {
        let answer = desk.send("cards", changed, CLOCK.read()).await;
        assert_eq!(code(&answer), expected);
    }
    let visit = desk.send("cards", good.clone(), CLOCK.read()).await.json();
    let replayed = desk.send("cards", good, CLOCK.read()).await;
    assert_eq!(code(&replayed), "card.challenge");
    // A visit is its reader's; another reader of the institution has a certificate of its own.
    let said = json!({"visit": visit["visit"], "purpose": "1", "kinds": {}, "ceiling": true});
    let early = desk.send("consents", said.clone(), CLOCK.read()).await;
    assert_eq!(code(&early), "card.not_registered");
    let mut second = desk.second("KAO02", CLOCK.read());
    second.hand_over(&mut desk);
    let stolen = desk.send("consents", said.clone(), CLOCK.read()).await;
    assert_eq!(code(&stolen), "visit.over");
    let challenge = desk.challenge(CLOCK.read()).await;
    let shown = plastic.shown(&challenge, "pin");
    let answer = desk.send("cards", shown, CLOCK.read()).await;
    assert_eq!(code(&answer), "reader.other_account");
    second.hand_over(&mut desk);
    // On the spot.
    let spot = json!({"visit": visit["visit"]});
    let registered = desk.send("registrations", spot, CLOCK.read()).await;
    assert_eq!(registered.json()["registered"], true);
    let answer = desk.send("consents", said, CLOCK.read()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let late = desk.challenge(CLOCK.read()).await;
    CLOCK.advance(121);
    let shown = plastic.shown(&late, "pin");
    let answer = desk.send("cards", shown, CLOCK.read()).await;
    assert_eq!(code(&answer), "card.challenge");
    let trouble = json!({"kind": "pin_locked"});
    let told = desk.send("troubles", trouble, CLOCK.read()).await;
    assert_eq!((told.status, told.text().as_str()), (200, "{}"));
    let status = json!({"version": "onshi reader 0.1.0", "settings": ""});
    let told = desk.send("status", status, CLOCK.read()).await;
    assert_eq!(told.json()["reader"], "KAO01", "{}", told.text());
}

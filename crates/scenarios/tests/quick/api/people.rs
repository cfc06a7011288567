//! Every patient of the showcase, in every form of message, on both databases; and the many ways
//! to write one card.

use onshi_core::facility::set_encoding;
use onshi_core::{AccountKind, Function};
use onshi_scenarios::postgres::fresh_database;
use onshi_wire::Encoding;
use onshi_wire::messages::EligibilityResponse;
use tokio::task::block_in_place;

use super::program::{EVERY_HOW, How, Program, card, log, request, written};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

/// Says which character set the institution's programs read.
pub fn reads(centre: &TestCentre, at: &Institution, encoding: Encoding) {
    let code = at.code.clone();
    centre.operate(&at.code, Function::ManageFacilities, move |tx| {
        set_encoding(tx, &code, encoding == Encoding::ShiftJis)
    });
}

async fn everybody(location: Option<String>) {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.login.identity_cache_ms = 0;
            if let Some(location) = location {
                config.store.location = location;
            }
        },
    )
    .await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let patients = centre.populate();
    let mut validities: Vec<&str> = Vec::new();
    let mut checks = 0;
    for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
        reads(&centre, &ours, encoding);
        let mut program = Program::log_in(&centre, &ours).await;
        for patient in &patients {
            let asked = request(&program.code, card(patient));
            for how in EVERY_HOW {
                let told = format!("{} {how:?}, answered in {encoding:?}", patient.note_ja);
                let answer = program.check(how, &asked).await;
                must_be(&answer, &patient.expected_validity, &told);
                let comes = if how == How::Json {
                    Encoding::Utf8
                } else {
                    encoding
                };
                let identifier = &answer.header.character_code_identifier;
                assert_eq!(identifier, comes.code().code(), "{told}");
                replaced_are_named(&answer, comes, &told);
                checks += 1;
            }
            validities.push(&patient.expected_validity);
        }
    }
    validities.sort_unstable();
    validities.dedup();
    assert_eq!(validities, ["1", "2", "3", "4", "5", "6"]);
    let entries = log(&centre, &ours, Function::CheckEligibility);
    assert_eq!(entries.len(), checks, "one entry for each check");
    centre.closed().await;
}

fn must_be(answer: &EligibilityResponse, validity: &str, told: &str) {
    let (header, body) = (&answer.header, &answer.body);
    assert_eq!(header.segment_of_result, "1", "{told}");
    assert_eq!(
        body.qualification_validity.as_deref(),
        Some(validity),
        "{told}"
    );
    assert_eq!(header.reference_classification, "2", "{told}");
    let identifier = header.arbitrary_file_identifier.as_deref();
    assert_eq!(identifier, Some("uketsuke-0001"), "{told}");
    let nothing_told = matches!(validity, "4" | "5");
    assert_eq!(body.result_list.is_empty(), nothing_told, "{told}");
    if validity != "1" {
        let words = body.processing_result_message.as_deref().unwrap_or("");
        assert!(!words.is_empty(), "{told}: why, and what to do");
    }
    for result in &body.result_list {
        assert_eq!(
            result.insurer_number.as_ref().unwrap().chars().count(),
            8,
            "{told}"
        );
        assert!(!result.insurer_name.is_empty(), "{told}");
    }
}

/// ● never stands alone: the message says where it stands, and for which character.
fn replaced_are_named(answer: &EligibilityResponse, encoding: Encoding, told: &str) {
    let names: Vec<&str> = answer
        .body
        .result_list
        .iter()
        .map(|r| r.name.as_str())
        .collect();
    let words = answer
        .body
        .processing_result_message
        .as_deref()
        .unwrap_or("");
    let has_stand_in = names.iter().any(|name| name.contains('●'));
    assert_eq!(has_stand_in, words.contains('●'), "{told}: {words}");
    let outside = [("𠮷", "U+20BB7"), ("𣘺", "U+2363A"), ("辻󠄀", "U+E0100")];
    for (character, number) in outside {
        if !told.contains(character) {
            continue;
        }
        let has_it = names.iter().any(|name| name.contains(character));
        assert_eq!(has_it, encoding == Encoding::Utf8, "{told}");
        let named = words.contains(&format!("Name: {number}"));
        assert_eq!(named, encoding == Encoding::ShiftJis, "{told}: {words}");
        let code = answer.body.processing_result_code.as_deref();
        assert_eq!(
            code == Some("OQSB9016W"),
            encoding == Encoding::ShiftJis,
            "{told}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_gets_the_expected_answer_on_sqlite() {
    everybody(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_gets_the_expected_answer_on_postgresql() {
    everybody(Some(block_in_place(fresh_database))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_card_written_in_many_ways_is_one_card() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let mut program = Program::log_in(&centre, &ours).await;
    let wide = |text: &str| -> String {
        text.chars()
            .map(|c| match c {
                '0'..='9' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
                c => c,
            })
            .collect()
    };
    let six = |p: &&onshi_population::Showcase| {
        p.insurer_number.trim().len() == 6 && p.expected_validity == "1" && p.symbol.is_some()
    };
    let patient = patients.iter().find(six).expect("a municipal insurer");
    let plain = card(patient);
    let number = patient.number.clone();
    let (first, rest) = number.split_at(1);
    let mut variants = vec![plain.clone()];
    let mut vary = |change: &dyn Fn(&mut onshi_wire::messages::QualificationConfirmSearchInfo)| {
        let mut varied = plain.clone();
        change(&mut varied);
        variants.push(varied);
    };
    vary(&|c| c.insured_identification_number = wide(&number));
    vary(&|c| c.insured_identification_number = format!("{first}-{rest}"));
    vary(&|c| c.insured_identification_number = format!("{first}－{rest}"));
    vary(&|c| c.insured_identification_number = format!("{first} {rest}"));
    vary(&|c| c.insured_identification_number = format!("{first}　{rest}"));
    vary(&|c| c.insured_card_symbol = Some("見本1".to_owned()));
    vary(&|c| c.insured_card_symbol = Some("見本 １".to_owned()));
    vary(&|c| c.insured_card_symbol = Some("見本・１".replace('・', "－")));
    vary(&|c| c.insurer_number = patient.insurer_number.trim().to_owned());
    vary(&|c| c.insurer_number = format!("  {}", patient.insurer_number.trim()));
    vary(&|c| c.insurer_number = format!("00{}", patient.insurer_number.trim()));
    vary(&|c| c.insured_branch_number = None);
    vary(&|c| c.insured_branch_number = Some(String::new()));
    for varied in &variants {
        for how in EVERY_HOW {
            let asked = request(&program.code, varied.clone());
            let answer = program.check(how, &asked).await;
            let validity = answer.body.qualification_validity.as_deref();
            assert_eq!(validity, Some("1"), "{varied:?} {how:?}");
        }
    }
    for wrong in [Some("77".to_owned()), Some("09".to_owned())] {
        let mut other = plain.clone();
        other.insured_branch_number = wrong;
        let answer = program
            .check(How::Json, &request(&program.code, other))
            .await;
        assert_eq!(answer.body.qualification_validity.as_deref(), Some("4"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_identifier_comes_back_as_it_was() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patient = centre.populate().swap_remove(0);
    let mut program = Program::log_in(&centre, &ours).await;
    let fifty = "5".repeat(50);
    let identifiers = [
        "a",
        "受付①髙－～",
        "a&b<c>\"d'",
        "=?_%5B;--",
        fifty.as_str(),
    ];
    for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
        reads(&centre, &ours, encoding);
        program = Program::log_in(&centre, &ours).await;
        for identifier in identifiers {
            for how in EVERY_HOW {
                let mut asked = request(&program.code, card(&patient));
                asked.header.arbitrary_file_identifier = Some(identifier.to_owned());
                let answer = program.check(how, &asked).await;
                let came = answer.header.arbitrary_file_identifier.as_deref();
                assert_eq!(came, Some(identifier), "{how:?} {encoding:?}");
            }
        }
    }
    // Clients look for it as text, without reading the XML.
    let (kind, bytes) = written(EVERY_HOW[1], &request(&program.code, card(&patient)));
    let answer = program.send("OQSsiquc01", kind, bytes).await;
    let wanted = "<ArbitraryFileIdentifier>uketsuke-0001</ArbitraryFileIdentifier>";
    assert!(answer.text().contains(wanted));
    assert_eq!(
        answer.header("content-type"),
        "application/xml; charset=Shift_JIS"
    );
    let declaration = b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"";
    assert!(answer.body.starts_with(declaration));
    let login = ours.login(AccountKind::WebApi);
    let told = program
        .client
        .log_in_for_tokens(&login.user_id, &login.password);
    assert_eq!(told.await.unwrap().json()["result"]["linkSysCharCd"], "1");
}

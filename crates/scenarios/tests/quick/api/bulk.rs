//! Bulk messages: taken at once, worked in the background, fetched by reception number.

use std::collections::BTreeSet;
use std::time::Duration;

use onshi_core::audit::Detail;
use onshi_core::{Function, Moment};
use onshi_population::Showcase;
use onshi_scenarios::postgres::fresh_database;
use onshi_server::Running;
use onshi_wire::messages::{
    BulkConfirmUnit, BulkEligibilityRequest, BulkEligibilityResponse, BulkReferenceNumberRequest,
    BulkReferenceNumberResponse, DownloadRequest, ReferenceNumberRegistrationInfo,
    TicketListRequest, UploadResponse,
};
use onshi_wire::shape::Typed;
use tokio::task::block_in_place;

use super::program::{How, Program, card, log, request, today};
use crate::centre::test_centre::{TestCentre, TestClock};

/// Between two questions whether it is done: each is an entry of the log that a test reads.
const BETWEEN: Duration = Duration::from_millis(5);

pub fn many(code: &str, patients: &[Showcase]) -> BulkEligibilityRequest {
    let mut asked = BulkEligibilityRequest::default();
    asked.header.qualification_confirmation_date = today();
    asked.header.medical_institution_code = code.to_owned();
    asked.header.arbitrary_file_identifier = Some("yoyaku-0001".to_owned());
    for (place, patient) in patients.iter().enumerate() {
        let mut search = card(patient);
        search.arbitrary_identifier = Some(format!("P{place:05}"));
        asked.body.searches.push(search);
    }
    asked
}

pub fn fetch_of(code: &str, number: &str) -> DownloadRequest {
    let mut asked = DownloadRequest::default();
    asked.header.medical_institution_code = code.to_owned();
    asked.body.reception_number = number.to_owned();
    asked
}

/// Fetches until it is done, as clients do: with a new request each time.
pub async fn fetched(program: &mut Program, number: &str) -> BulkEligibilityResponse {
    let asked = fetch_of(&program.code, number);
    loop {
        let answer: BulkEligibilityResponse = program.ask("OQSmuquc02", How::Json, &asked).await;
        match answer.header.segment_of_result.as_str() {
            "2" => {
                assert_eq!(answer.header.error_code.as_deref(), Some("OQSB9017I"));
                assert!(answer.body.units.is_empty());
                tokio::time::sleep(BETWEEN).await;
            }
            "1" => return answer,
            other => panic!("{other}: {:?}", answer.header),
        }
    }
}

pub fn number(taken: &UploadResponse) -> String {
    assert_eq!(
        taken.header.segment_of_result.as_deref(),
        Some("1"),
        "{taken:?}"
    );
    taken.body.reception_number.clone().unwrap()
}

/// How often a person was looked at by a bulk request, by the log.
fn looked_at(centre: &TestCentre, at: &crate::centre::test_centre::Institution) -> usize {
    let lines = log(centre, at, Function::CheckEligibilityInBulk);
    let persons = lines.iter().filter_map(|line| line.detail.as_ref());
    persons
        .filter(|detail| matches!(detail, Detail::Checked { .. }))
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_row_spoils_no_other() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let mut program = Program::log_in(&centre, &ours).await;
    let mut asked = many(&program.code, &patients[..3]);
    asked.body.searches[1].birthdate = "19750230".to_owned();
    let taken: UploadResponse = program.ask("OQSmuquc01", How::Json, &asked).await;
    let number = number(&taken);
    let answer = fetched(&mut program, &number).await;
    let header = &answer.header;
    let counts = [
        &header.number_of_processing_result,
        &header.number_of_normal_processing,
        &header.number_of_error,
    ];
    assert_eq!(counts.map(|c| c.as_deref().unwrap()), ["3", "2", "1"]);
    assert_eq!(header.reception_number.as_deref(), Some(number.as_str()));
    assert_eq!(
        header.arbitrary_file_identifier.as_deref(),
        Some("yoyaku-0001")
    );
    assert_eq!(header.qualification_confirmation_date, Some(today()));
    let statuses: Vec<_> = answer
        .body
        .units
        .iter()
        .map(|u| &u.processing_result_status)
        .collect();
    assert_eq!(statuses, ["1", "2", "1"]);
    let bad = &answer.body.units[1];
    assert_eq!(bad.processing_result_code.as_deref(), Some("OQSB9002E"));
    assert!(
        bad.processing_result_message
            .as_deref()
            .unwrap()
            .contains("Birthdate")
    );
    assert!(bad.result.is_none());
    for (unit, search) in answer.body.units.iter().zip(&asked.body.searches) {
        assert_eq!(unit.search.as_ref(), Some(search), "each row is echoed");
    }
    assert_eq!(looked_at(&centre, &ours), 2, "one entry for each person");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_validity_comes_by_bulk_too() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| config.store.location = block_in_place(fresh_database),
    )
    .await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let patients = centre.populate();
    let mut program = Program::log_in(&centre, &ours).await;
    let asked = many(&program.code, &patients);
    let taken: UploadResponse = program.ask("OQSmuquc01", How::Json, &asked).await;
    let answer = fetched(&mut program, &number(&taken)).await;
    assert_eq!(answer.body.units.len(), patients.len());
    for (unit, patient) in answer.body.units.iter().zip(&patients) {
        let validity = unit.qualification_validity.as_deref();
        assert_eq!(
            validity,
            Some(patient.expected_validity.as_str()),
            "{}",
            patient.note_ja
        );
    }
    assert_eq!(looked_at(&centre, &ours), patients.len());
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reception_number_is_the_institutions_own() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let patients = centre.populate();
    let mut program = Program::log_in(&centre, &ours).await;
    let mut neighbour = Program::log_in(&centre, &theirs).await;
    let asked = many(&program.code, &patients[..2]);
    let taken: UploadResponse = program.ask_once("OQSmuquc01", "one", &asked).await;
    let ours_number = number(&taken);
    fetched(&mut program, &ours_number).await;

    // The same upload with the same key is the same request, for this institution and this kind.
    let again: UploadResponse = program.ask_once("OQSmuquc01", "one", &asked).await;
    assert_eq!(number(&again), ours_number);
    let other: UploadResponse = program.ask_once("OQSmuquc01", "two", &asked).await;
    assert_ne!(number(&other), ours_number);
    let mut tickets = TicketListRequest::default();
    tickets.header.medical_institution_code = program.code.clone();
    tickets.body.search.medical_treatment_month = today()[..6].to_owned();
    let of_another_kind: UploadResponse = program.ask_once("OQSmutic01", "one", &tickets).await;
    assert_ne!(number(&of_another_kind), ours_number);
    let their_asked = many(&neighbour.code, &patients[..2]);
    let taken: UploadResponse = neighbour.ask_once("OQSmuquc01", "one", &their_asked).await;
    assert_ne!(number(&taken), ours_number);

    let unknown = format!("{}00000000000", today());
    let nobody_has = [
        (true, "OQSmuquc02", ours_number.as_str()),
        (false, "OQSmuquc02", unknown.as_str()),
        (false, "OQSmutic02", ours_number.as_str()),
    ];
    let mut told = BTreeSet::new();
    for (foreign, id, number) in nobody_has {
        let who = if foreign {
            &mut neighbour
        } else {
            &mut program
        };
        let asked = fetch_of(&who.code.clone(), number);
        let answer: BulkEligibilityResponse = who.ask(id, How::Json, &asked).await;
        assert_eq!(answer.header.segment_of_result, "9", "{id} {number}");
        assert!(answer.body.units.is_empty());
        told.insert(answer.header.error_code.unwrap());
    }
    assert_eq!(told.len(), 1, "nobody learns whether it is somebody else's");
    assert!(told.contains("OQSB9004E"));
}

/// Closes the centre and opens it again, on the same data.
async fn reopened(centre: TestCentre, clock: fn() -> Moment) -> TestCentre {
    let config = centre.running.centre.config.clone();
    centre.running.stop().await;
    let running = Running::start_with_clock(config, clock).await.unwrap();
    TestCentre { running, ..centre }
}

async fn interrupted(location: Option<String>) {
    static CLOCK: TestClock = TestClock::new();
    const PERSONS: usize = 600;
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.rules.bulk.chunk = 1;
            if let Some(location) = location {
                config.store.location = location;
            }
        },
    )
    .await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let shown = centre.populate();
    let patients: Vec<Showcase> = shown.iter().cycle().take(PERSONS).cloned().collect();
    let mut program = Program::log_in(&centre, &ours).await;
    let asked = many(&program.code, &patients);
    let taken: UploadResponse = program.ask("OQSmuquc01", How::Json, &asked).await;
    let number = number(&taken);
    let poll = fetch_of(&program.code, &number);
    let answer: BulkEligibilityResponse = program.ask("OQSmuquc02", How::Json, &poll).await;
    assert_eq!(answer.header.segment_of_result, "2");
    drop(program);
    let centre = reopened(centre, || CLOCK.read()).await;
    let mut program = Program::log_in(&centre, &ours).await;
    // Another node helps with a piece: whoever comes second finds it done.
    let node = &centre.service;
    let helped = block_in_place(|| node.work_on_bulk(&onshi_core::Request::fresh())).unwrap();
    assert!(helped, "the restart came in the middle");
    let answer = fetched(&mut program, &number).await;
    assert_eq!(answer.body.units.len(), PERSONS);
    let mark = |unit: &BulkConfirmUnit| unit.search.clone().unwrap().arbitrary_identifier.unwrap();
    let marks: Vec<String> = answer.body.units.iter().map(mark).collect();
    let expected: Vec<String> = (0..PERSONS).map(|place| format!("P{place:05}")).collect();
    assert_eq!(marks, expected, "each once, in the order of the upload");
    for (unit, patient) in answer.body.units.iter().zip(&patients) {
        let validity = unit.qualification_validity.as_deref();
        assert_eq!(validity, Some(patient.expected_validity.as_str()));
    }
    assert_eq!(
        looked_at(&centre, &ours),
        PERSONS,
        "and each is in the log once"
    );
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_in_the_middle_loses_nothing_on_sqlite() {
    interrupted(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_in_the_middle_loses_nothing_on_postgresql() {
    interrupted(Some(block_in_place(fresh_database))).await;
}

fn registration(patient: &Showcase, number: &str) -> ReferenceNumberRegistrationInfo {
    let card = card(patient);
    ReferenceNumberRegistrationInfo {
        reference_number: number.to_owned(),
        insurer_number: card.insurer_number,
        insured_card_symbol: card.insured_card_symbol,
        insured_identification_number: card.insured_identification_number,
        insured_branch_number: card.insured_branch_number,
    }
}

/// Asks until the list is done.
async fn listed<M: Typed>(
    program: &mut Program,
    id: &str,
    number: &str,
    segment: fn(&M) -> String,
) -> M {
    let asked = fetch_of(&program.code, number);
    loop {
        let answer: M = program.ask(id, How::Json, &asked).await;
        if segment(&answer) != "2" {
            assert_eq!(segment(&answer), "1");
            return answer;
        }
        tokio::time::sleep(BETWEEN).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reference_number_comes_back_to_whoever_gave_it() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let patients = centre.populate();
    let unknown = patients
        .iter()
        .find(|p| p.expected_validity == "4")
        .unwrap();
    let mut program = Program::log_in(&centre, &ours).await;
    let mut asked = BulkReferenceNumberRequest::default();
    asked.header.medical_institution_code = program.code.clone();
    asked.body.registrations = vec![
        registration(&patients[0], "カルテ0001"),
        registration(unknown, "P0002"),
        registration(&patients[1], "カルテ0001"),
        registration(&patients[1], "P0003"),
    ];
    let taken: UploadResponse = program.ask("OQSmuimm01", How::Json, &asked).await;
    let segment = |m: &BulkReferenceNumberResponse| m.header.segment_of_result.clone();
    let answer = listed(&mut program, "OQSmuimm02", &number(&taken), segment).await;
    assert_eq!(answer.header.number_of_error.as_deref(), Some("2"));
    let codes: Vec<_> = answer
        .body
        .units
        .iter()
        .map(|u| u.processing_result_code.clone())
        .collect();
    let failed = |code: &str| Some(code.to_owned());
    assert_eq!(
        codes,
        [None, failed("OQSB9014E"), failed("OQSB9018E"), None]
    );
    // Nor does the log say of those two that it was done.
    let logged: Vec<_> = centre
        .audit(&ours.code, 20)
        .into_iter()
        .filter_map(|line| Some((line.outcome?.code(), line.detail?)))
        .filter(|(_, detail)| detail.code().starts_with("reference_re"))
        .collect();
    let done = ("done", Detail::ReferenceRegistered {});
    let not = |code: &str| {
        let code = code.to_owned();
        ("refused", Detail::ReferenceRefused { code })
    };
    let newest_first = [done.clone(), not("OQSB9018E"), not("OQSB9014E"), done];
    assert_eq!(logged, newest_first);

    for (patient, expected) in [(&patients[0], "カルテ0001"), (&patients[1], "P0003")] {
        let answer = program
            .check(How::Json, &request(&program.code.clone(), card(patient)))
            .await;
        let result = &answer.body.result_list[0];
        assert_eq!(result.reference_number.as_deref(), Some(expected));
    }
    let taken: UploadResponse = {
        let asked = many(&program.code, &patients[..1]);
        program.ask("OQSmuquc01", How::Json, &asked).await
    };
    let answer = fetched(&mut program, &number(&taken)).await;
    assert_eq!(
        answer.body.units[0].reference_number.as_deref(),
        Some("カルテ0001")
    );
    // The neighbour asks about the same patient, and knows nothing of it.
    let mut neighbour = Program::log_in(&centre, &theirs).await;
    let asked = request(&neighbour.code.clone(), card(&patients[0]));
    let answer = neighbour.check(How::Json, &asked).await;
    assert_eq!(answer.body.result_list[0].reference_number, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_ticket_here_is_listed_here_alone() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let theirs = centre.theirs();
    centre.populate();
    for (at, expected) in [(&ours, 1), (&theirs, 0)] {
        let mut program = Program::log_in(&centre, at).await;
        let mut asked = TicketListRequest::default();
        asked.header.medical_institution_code = program.code.clone();
        asked.body.search.medical_treatment_month = today()[..6].to_owned();
        let taken: UploadResponse = program.ask("OQSmutic01", How::Json, &asked).await;
        let segment = |m: &BulkEligibilityResponse| m.header.segment_of_result.clone();
        let answer = listed(&mut program, "OQSmutic02", &number(&taken), segment).await;
        assert_eq!(answer.body.units.len(), expected);
        let words = expected.to_string();
        assert_eq!(answer.header.number_of_processing_result, Some(words));
        for unit in &answer.body.units {
            let result = unit.result.as_ref().unwrap();
            assert_eq!(result.insured_card_classification, "A1");
            let ticket = &result.public_expense_result_list[0];
            let code = ticket.designated_medical_institution_code.as_deref();
            assert_eq!(code, Some(program.code.as_str()));
        }
        let lines = log(&centre, at, Function::CheckEligibilityInBulk);
        let told = lines
            .iter()
            .filter(|l| l.detail == Some(Detail::BulkListed {}));
        assert_eq!(told.count(), expected, "one entry for each person");
    }
}

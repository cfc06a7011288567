//! Bulk requests that are not worked, or not to their end: another content under the same key, an
//! account that was stopped meanwhile, results whose time is over.

use onshi_core::account::{Managed, manage};
use onshi_core::audit::{Detail, Line};
use onshi_core::{AccountKind, Function, Role};
use onshi_scenarios::postgres::fresh_database;
use onshi_wire::messages::{BulkEligibilityResponse, TicketListRequest, UploadResponse};
use tokio::task::block_in_place;

use super::bulk::{fetch_of, fetched, many, number};
use super::program::{How, Program, log, today};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

fn refused(centre: &TestCentre, at: &Institution, code: &str) -> Vec<Line> {
    let mut lines = log(centre, at, Function::CheckEligibilityInBulk);
    lines.retain(|line| line.refusal.as_deref() == Some(code));
    lines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_was_used_for_another_content_is_refused() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let mut program = Program::log_in(&centre, &ours).await;
    let first = many(&program.code, &patients[..3]);
    let taken: UploadResponse = program.ask_once("OQSmuquc01", "one", &first).await;
    let mut others = vec![many(&program.code, &patients[..2]); 4];
    others[1] = many(&program.code, &patients[1..4]);
    others[2] = first.clone();
    others[2].header.qualification_confirmation_date = "20260101".to_owned();
    others[3] = first.clone();
    others[3].header.arbitrary_file_identifier = Some("yoyaku-0002".to_owned());
    for other in &others {
        let answer = program.send_once("OQSmuquc01", "one", other).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["code"], "idempotency.key_reused");
        let words = problem["detail"].as_str().unwrap();
        assert!(words.contains("新しいキー"), "it says what to do: {words}");
    }
    // The first one is as it was, whether it is being worked or done.
    let again: UploadResponse = program.ask_once("OQSmuquc01", "one", &first).await;
    assert_eq!(number(&again), number(&taken));
    let answer = fetched(&mut program, &number(&taken)).await;
    assert_eq!(answer.body.units.len(), 3);
    let again: UploadResponse = program.ask_once("OQSmuquc01", "one", &first).await;
    assert_eq!(number(&again), number(&taken));

    // A list has no rows; its month is its content.
    let mut list = TicketListRequest::default();
    list.header.medical_institution_code = program.code.clone();
    list.body.search.medical_treatment_month = today()[..6].to_owned();
    let _: UploadResponse = program.ask_once("OQSmutic01", "list", &list).await;
    let _: UploadResponse = program.ask_once("OQSmutic01", "list", &list).await;
    list.body.search.medical_treatment_month = "202601".to_owned();
    let answer = program.send_once("OQSmutic01", "list", &list).await;
    assert_eq!(answer.status, 422, "{}", answer.text());

    let audited = refused(&centre, &ours, "idempotency.key_reused");
    assert_eq!(audited.len(), others.len() + 1);
    let about = audited.last().unwrap().subject.clone();
    assert_eq!(about, Some(number(&taken)), "the log says whose key it was");
    centre.closed().await;
}

async fn stopped_meanwhile(location: Option<String>) {
    static CLOCK: TestClock = TestClock::new();
    const PERSONS: usize = 300;
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
    let ours = centre.ours();
    let shown = centre.populate();
    let patients: Vec<_> = shown.iter().cycle().take(PERSONS).cloned().collect();
    let mut program = Program::log_in(&centre, &ours).await;
    let mut other = Program::log_in_as(&centre, &ours, AccountKind::Link).await;
    let asked = many(&program.code, &patients);
    let taken: UploadResponse = program.ask("OQSmuquc01", How::Json, &asked).await;
    let mut list = TicketListRequest::default();
    list.header.medical_institution_code = program.code.clone();
    list.body.search.medical_treatment_month = today()[..6].to_owned();
    // It waits behind the first one.
    let listed: UploadResponse = program.ask("OQSmutic01", How::Json, &list).await;
    let user_id = ours.login(AccountKind::WebApi).user_id.clone();
    centre.operate(&ours.code, Function::OperateAccounts, move |tx| {
        let wanted = onshi_core::account::UserId::parse(&user_id).unwrap();
        let found = manage::find_by_user_id(tx, &wanted)?;
        manage::stop(tx, Managed::All, &found.account_id, "紛失")
    });

    let answer = fetched(&mut other, &number(&taken)).await;
    let units = &answer.body.units;
    assert_eq!(units.len(), PERSONS, "each row has an answer");
    let worked = units
        .iter()
        .take_while(|unit| unit.processing_result_status == "1")
        .count();
    assert!(worked < PERSONS, "the stop came in the middle");
    for (unit, search) in units[worked..].iter().zip(&asked.body.searches[worked..]) {
        assert_eq!(unit.search.as_ref(), Some(search));
        assert_eq!(unit.processing_result_code.as_deref(), Some("OQSB9011E"));
        let words = unit.processing_result_message.as_deref().unwrap();
        assert!(words.contains("停止されています"), "{words}");
        assert!(
            words.contains("もう一度要求"),
            "it says what to do: {words}"
        );
        assert!(unit.result.is_none() && unit.qualification_validity.is_none());
    }
    let failed = (PERSONS - worked).to_string();
    assert_eq!(answer.header.number_of_error, Some(failed));
    let lines = log(&centre, &ours, Function::CheckEligibilityInBulk);
    let details = lines.iter().filter_map(|line| line.detail.as_ref());
    let looked_at = details
        .filter(|detail| matches!(detail, Detail::Checked { .. }))
        .count();
    assert_eq!(looked_at, worked, "nobody was looked at after the stop");

    // An empty list would say that nobody has a ticket.
    let wanted = fetch_of(&other.code.clone(), &number(&listed));
    let answer = loop {
        let answer: BulkEligibilityResponse = other.ask("OQSmutic02", How::Json, &wanted).await;
        if answer.header.segment_of_result != "2" {
            break answer;
        }
    };
    assert_eq!(answer.header.number_of_error.as_deref(), Some("1"));
    let unit = &answer.body.units[0];
    assert_eq!(unit.processing_result_code.as_deref(), Some("OQSB9011E"));
    let mut audited = log(&centre, &ours, Function::RunBulk);
    audited.retain(|line| line.refusal.as_deref() == Some("account.stopped"));
    assert!(audited.len() >= 2, "both requests say so in the log");
    assert!(
        audited.iter().all(|line| line.role == Some(Role::System)),
        "the account did nothing any more"
    );
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_accounts_request_is_worked_no_further_on_sqlite() {
    stopped_meanwhile(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_accounts_request_is_worked_no_further_on_postgresql() {
    stopped_meanwhile(Some(block_in_place(fresh_database))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_reception_number_is_told_that_its_time_is_over() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut program = Program::log_in(&centre, &ours).await;
    let (old, new) = (
        "2020010112000012345".to_owned(),
        format!("{}00000012345", today()),
    );
    let asked = [
        (old.as_str(), "OQSB9013E"),
        (&new, "OQSB9004E"),
        (&old[..18], "OQSB9004E"),
    ];
    for (number, code) in asked {
        let asked = fetch_of(&program.code.clone(), number);
        let answer: BulkEligibilityResponse = program.ask("OQSmuquc02", How::Json, &asked).await;
        assert_eq!(answer.header.segment_of_result, "9");
        assert_eq!(answer.header.error_code.as_deref(), Some(code), "{number}");
    }
    centre.closed().await;
}

//! What pages cost on PostgreSQL: a page of many asks the database as often as a page of one.

use super::many::crowd;
use super::{centre_at, consents};
use crate::api::medical::person;
use crate::api::program::Program;
use crate::centre::test_centre::{TestClock, log_in};
use onshi_core::AccountKind;
use onshi_core::permission::Scope;
use onshi_scenarios::client::Client;
use onshi_scenarios::counted::CountedDatabase;
use onshi_scenarios::postgres::fresh_database;
use tokio::task::block_in_place;

/// More than a few statements of the centre's own jobs, which run meanwhile.
const PATIENTS: i64 = 60;
/// So many statements more a page of many may cost: persons are asked for fifty at a time.
const MORE: u64 = 3;

/// The statements of a page: the fewest of a few times, since the centre's own jobs ask too.
async fn cost(program: &mut Program, database: &CountedDatabase, path: &str) -> (u64, usize) {
    let (mut least, mut entries) = (u64::MAX, 0);
    for _ in 0..3 {
        let before = database.executed();
        let bundle = program.found(path).await;
        least = least.min(database.executed() - before);
        entries = bundle["entry"].as_array().map_or(0, Vec::len);
    }
    (least, entries)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_many_asks_as_often_as_a_page_of_one() {
    static CLOCK: TestClock = TestClock::new();
    let database = CountedDatabase::before(&block_in_place(fresh_database));
    let (centre, ours, patients) = centre_at(|| CLOCK.read(), Some(&database.location)).await;
    let patient = person(&patients[0]);
    let now = CLOCK.read();
    consents(&centre, &ours, (patient, &Scope::ALL), (now, 86_400));
    let mut screen = centre.client(&ours.terminal);
    log_in(&mut screen, ours.login(AccountKind::Viewer)).await;
    let list_of_one = list(&mut screen, &database).await;
    crowd(&centre, &ours, PATIENTS);

    let mut program = Program::log_in(&centre, &ours).await;
    let id = program.patient(&patients[0]).await;
    for number in 0..30 {
        // What is looked at leaves accesses to tell of.
        let date = 2000 + number;
        let path = format!("MedicationStatement?patient={id}&date=ge{date}&_count=1");
        program.found(&path).await;
    }
    for search in [
        "Consent?".to_owned(),
        format!("Consent?patient={id}&"),
        format!("MedicationStatement?patient={id}&"),
        format!("Procedure?patient={id}&"),
        format!("Observation?patient={id}&"),
        format!("DiagnosticReport?patient={id}&"),
        format!("AuditEvent?patient={id}&"),
    ] {
        let (one, _) = cost(&mut program, &database, &format!("{search}_count=1")).await;
        let (many, entries) = cost(&mut program, &database, &format!("{search}_count=200")).await;
        println!("{search} {entries} entries: {many} statements, one: {one}");
        assert!(one > 0 && entries > 2, "{search}: {one}, {entries}");
        assert!(many <= one + MORE, "{search} {entries}: {one}, {many}");
    }
    let list_of_many = list(&mut screen, &database).await;
    println!("list of patients: {list_of_many} statements, of one: {list_of_one}");
    assert!(list_of_many <= list_of_one + MORE);
    block_in_place(|| drop(program));
    centre.closed().await;
}

/// The same of the doctor's list of patients who consented.
async fn list(screen: &mut Client, database: &CountedDatabase) -> u64 {
    let mut least = u64::MAX;
    for _ in 0..3 {
        let before = database.executed();
        let page = screen.get("/web/medical").await.unwrap();
        assert_eq!(page.status, 200, "{}", page.text());
        least = least.min(database.executed() - before);
    }
    least
}

//! The operator's commands beside a service with short limits: what walks through all of a large
//! database takes as long as it takes.

use crate::faults::place::Place;
use onshi_scenarios::database::Database;
use onshi_scenarios::postgres;
use std::process::Stdio;
use std::time::Duration;

/// Runs a command while its tables are locked for longer than a statement of the service may take,
/// which is what a statement that has to walk for so long looks like.
fn beside_a_lock(place: &Place, more: &[&str], arguments: &[&str]) -> Option<i32> {
    let mut locker = Database::open(&place.config.location());
    locker.batch("begin; lock table audit_entry in access exclusive mode");
    let mut command = place.onshi(&[more, arguments].concat());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let mut waiter = Database::open(&place.config.location());
    // It has come so far, and waits for longer than the service's limit.
    let waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' \
                 and now() - query_start > interval '1500 milliseconds'";
    let code = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended.code();
        }
        if waiter.number(waits) > Some(0) {
            locker.batch("rollback");
            break child.wait().unwrap().code();
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    locker.batch("rollback");
    code
}

#[test]
fn a_command_of_the_operator_outlives_the_services_limit_of_a_statement() {
    let (place, _site) = Place::with_site(Some(postgres::fresh_database()), |config| {
        config.store.postgres.statement_seconds = 1;
        config.store.postgres.lock_seconds = 60;
    });
    let verify = ["audit", "verify"];
    assert_eq!(
        beside_a_lock(&place, &[], &verify),
        Some(0),
        "{}",
        place.complaints()
    );
    // With a limit of its own it has that one, as the service has.
    let limit = ["--set", "store.postgres.operator_statement_seconds=1"];
    assert_eq!(beside_a_lock(&place, &limit, &verify), Some(1));
    assert!(
        place.complaints().contains("statement timeout"),
        "{}",
        place.complaints()
    );
}

//! A schema that is newer than the program: it serves on as long as that was only added to, and says so when something was taken
//! away that it needs (ADR 0055).

use crate::stores::test_node::{OPENING, Place, TestNode, admin, code, operator, user_id};
use onshi_core::account::{Managed, manage};
use onshi_core::engine::migrate;
use onshi_core::store::{Location, newest_migration};
use onshi_core::{AccountKind, Function};
use std::time::{Duration, Instant};

/// Only what went wrong takes this long.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

crate::stores::on_both!(
    a_node_serves_on_and_another_starts_beside_a_newer_schema,
    a_schema_that_something_was_taken_away_from_is_refused,
    a_database_of_another_line_of_versions_is_refused,
);

/// What a migration of the next version may do, and the note of it.
fn expand(place: &Place) {
    let insured = match place.location {
        Location::Sqlite(_) => "insured.",
        Location::Postgres(_) => "",
    };
    place.connect().batch(&format!(
        "alter table account add column later text; \
         alter table audit_entry add column later bigint not null default 0; \
         alter table {insured}qualification add column later text; \
         create table later_thing (thing bigint not null primary key); \
         insert into schema_migration values (1000000, 'later', '', 0); \
         insert into insured_migration values (1000000)"
    ));
}

fn a_node_serves_on_and_another_starts_beside_a_newer_schema(place: &Place) {
    let east = place.node("east");
    east.open_clinic().unwrap();
    works(&east, "before");
    expand(place);
    works(&east, "after");
    let noted = "select count(*) from schema_migration";
    let before = place.number(noted);
    let west = place.node("west");
    assert_eq!(place.number(noted), before);
    works(&west, "beside");
    works(&east, "still");
    place.log_is_whole(1 + 4 * 3);
}

/// Registers an account, reads it and changes it.
fn works(node: &TestNode, id: &str) {
    let name = "架空 花子";
    let registered = node.register(AccountKind::General, id, name).unwrap();
    let found = node.read(operator().at(code()), Function::OperateAccounts, |tx| {
        manage::find_by_user_id(tx, &user_id(id))
    });
    assert_eq!(found.unwrap().name, name);
    let told = node.change(admin(), Function::ManageAccounts, move |tx| {
        manage::stop(tx, Managed::Others, &registered, "休職")
    });
    told.unwrap();
}

fn a_schema_that_something_was_taken_away_from_is_refused(place: &Place) {
    let east = place.node("east");
    expand(place);
    let with = |floor: i64| format!("insert into schema_floor values ({floor})");
    place.connect().batch(&with(newest_migration()));
    assert_eq!(migrate(&place.location, 0).unwrap(), 0);
    assert_eq!(east.service.health(FAR_TOO_LONG), Ok(()));
    place.connect().batch(&with(1_000_000));
    let fault = migrate(&place.location, 0).unwrap_err();
    assert!(
        fault
            .cause
            .contains("it needs one that knows the migration 1000000"),
        "{fault}"
    );
    assert!(
        fault
            .japanese
            .unwrap()
            .contains("新しいプログラムを使ってください")
    );
    // Who serves already is told by the next look at the database, and shows it to the balancer.
    let begun = Instant::now();
    let words = loop {
        if let Err(words) = east.service.health(FAR_TOO_LONG) {
            break words;
        }
        assert!(begun.elapsed() < FAR_TOO_LONG, "it is never told");
    };
    assert!(
        words.contains("it needs one that knows the migration 1000000"),
        "{words}"
    );
}

fn a_database_of_another_line_of_versions_is_refused(place: &Place) {
    expand(place);
    let newest = newest_migration();
    place.connect().batch(&format!(
        "delete from schema_migration where number = {newest}"
    ));
    let fault = migrate(&place.location, 0).unwrap_err();
    assert!(
        fault.cause.contains("not of one line of versions"),
        "{fault}"
    );
}

/// Somebody reads a table for long that a migration wants. Whoever comes behind the migration must not wait for that reader.
#[test]
fn a_migration_that_waits_for_a_table_holds_up_nobody() {
    let place = Place::postgres();
    place.connect().batch(
        "alter table api_token drop column replaced_at; delete from schema_migration where number = 45",
    );
    let mut reader = place.connect();
    reader.batch("begin; lock table api_token in access share mode");
    std::thread::scope(|scope| {
        let migrating = scope.spawn(|| migrate(&place.location, OPENING.ms() + 1));
        let mut other = place.connect();
        let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' \
                       and datname = current_database()";
        while other.number(waiting) == Some(0) {
            std::thread::yield_now();
        }
        // It would be a deadlock of this test, or end in this time-out, if the migration kept its place in the line.
        other.batch("set lock_timeout = '60s'; select count(*) from api_token");
        assert!(!migrating.is_finished());
        reader.batch("commit");
        assert_eq!(migrating.join().unwrap().unwrap(), 1);
    });
    assert_eq!(
        place.number("select count(*) from api_token where replaced_at is null"),
        0
    );
}

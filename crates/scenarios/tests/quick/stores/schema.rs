//! The schema: one text for both databases, brought up to date as often as one likes.

use crate::stores::test_node::{OPENING, Place};
use onshi_core::engine::migrate;
use onshi_core::store::{Location, MIGRATIONS, describe_schema};

crate::stores::on_both!(
    a_second_migration_changes_nothing,
    another_schema_is_refused,
);

#[test]
fn both_databases_have_the_schema_of_the_committed_text() {
    let text = |place: Place| describe_schema(&place.location).unwrap();
    let (sqlite, postgres) = (text(Place::sqlite()), text(Place::postgres()));
    assert_eq!(sqlite, postgres);
    expect_test::expect_file!["../../../../core/src/store/schema.txt"].assert_eq(&sqlite);
}

#[test]
fn the_first_migration_applies_all_and_the_second_none() {
    for place in [Place::empty_sqlite(), Place::empty_postgres()] {
        let applied = migrate(&place.location, OPENING.ms()).unwrap();
        assert_eq!(applied, MIGRATIONS.len());
        assert_eq!(migrate(&place.location, OPENING.ms() + 1).unwrap(), 0);
    }
}

fn a_second_migration_changes_nothing(place: &Place) {
    let before = describe_schema(&place.location).unwrap();
    assert_eq!(migrate(&place.location, OPENING.ms() + 1).unwrap(), 0);
    assert_eq!(describe_schema(&place.location).unwrap(), before);
    let applied_at = place.number("select max(applied_at) from schema_migration");
    assert_eq!(applied_at, OPENING.ms());
}

fn another_schema_is_refused(place: &Place) {
    let told = |place: &Place| migrate(&place.location, 0).unwrap_err().cause;
    let other = "update schema_migration set checksum = 'x' where number = 1";
    place.connect().batch(other);
    let cause = "migration 1 (accounts) is not the one that was applied";
    assert_eq!(told(place), cause);
}

#[test]
fn nodes_that_start_at_the_same_moment_migrate_one_after_the_other() {
    let place = Place::empty_postgres();
    let applied: usize = std::thread::scope(|scope| {
        let nodes: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| migrate(&place.location, OPENING.ms()).unwrap()))
            .collect();
        nodes.into_iter().map(|node| node.join().unwrap()).sum()
    });
    assert_eq!(applied, MIGRATIONS.len());
}

#[test]
fn a_database_that_orders_texts_otherwise_is_refused() {
    let place = Place::empty_postgres();
    let Location::Postgres(url) = &place.location else {
        unreachable!("it was asked for above");
    };
    for (name, locale) in [
        ("words", "C.UTF-8"),
        ("icu", "C' icu_locale 'und' locale_provider 'icu"),
    ] {
        let sql = format!("create database {name} template template0 locale '{locale}'");
        place.connect().batch(&sql);
        let (server, _) = url.rsplit_once('/').unwrap();
        let other = Location::Postgres(format!("{server}/{name}"));
        let fault = migrate(&other, 0).unwrap_err();
        assert!(fault.cause.contains("--locale=C"), "{fault}");
    }
}

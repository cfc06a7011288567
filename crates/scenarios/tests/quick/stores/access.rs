//! Who looked at somebody, on both databases: with plain checks, whether the index has them already or not.

use crate::stores::test_node::{OPENING, Place, code, operator, rules};
use onshi_core::access::{Period, report};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Moment, Request, jobs};

crate::stores::on_both!(
    checks_are_told_before_and_behind_their_index,
    two_nodes_index_the_same_checks_without_a_fault,
);

const DAY: i64 = 86_400;

/// A check of a person so many seconds after the opening, past the door.
fn checked(place: &Place, (seq, person, seconds): (i64, i64, i64)) {
    let at = OPENING.plus_seconds(seconds).ms();
    let facility = code();
    let entry = format!(
        "insert into audit_chain (chain, node, last_seq, last_hash) values (7, 'before', {seq}, {hash}) \
         on conflict (chain) do update set last_seq = excluded.last_seq; \
         insert into audit_entry (chain, seq, at, request, function, outcome, role, facility_code, \
         subject_kind, subject) values (7, {seq}, {at}, 1, 32, 1, 6, '{}', 4, '{person}')",
        facility.as_str(),
        hash = match place.location {
            onshi_core::store::Location::Sqlite(_) => "x''",
            onshi_core::store::Location::Postgres(_) => "''",
        },
    );
    place.connect().batch(&entry);
}

fn checks_are_told_before_and_behind_their_index(place: &Place) {
    let mut small = rules();
    small.retention.index_entries = 4;
    let node = place.node_with("east", small);
    let told = |from: i64, until: i64| -> Vec<i64> {
        let of = Function::ReadAccessReport;
        let operation = OperationContext::new(operator().actor(), of, Request::fresh());
        let period = Period {
            from: OPENING.plus_seconds(from),
            until: OPENING.plus_seconds(until),
            with_checks: true,
        };
        let found = node
            .service
            .read_and_wait(operation, move |tx| report(tx, 1, period))
            .unwrap();
        assert!(!found.is_cut);
        let checks = found.accesses.iter();
        let checks = checks.filter(|access| access.function == Some(Function::CheckEligibility));
        let seconds = |at: Moment| (at.ms() - OPENING.ms()) / 1000;
        checks.map(|access| seconds(access.at)).collect()
    };
    // Of the person every third day, of another one in between.
    let mut expected = Vec::new();
    for number in 0..30 {
        let seconds = number * DAY;
        checked(place, (number + 1, number % 3 + 1, seconds));
        if number % 3 == 0 {
            expected.insert(0, seconds);
        }
    }
    assert_eq!(told(0, 40 * DAY), expected, "nothing is in the index yet");
    let job = jobs::all().find(|job| job.function() == Function::IndexChecks);
    let mut pieces = 0;
    let run = |pieces: &mut u8| {
        let request = Request::new(node.now(), [*pieces + 100; 32]);
        *pieces += 1;
        job.unwrap().run(&node.service, &request).unwrap()
    };
    assert!(run(&mut pieces) && run(&mut pieces));
    assert_eq!(place.number("select count(*) from check_access"), 8);
    assert_eq!(told(0, 40 * DAY), expected, "some are in the index");
    while run(&mut pieces) {}
    // What it writes of itself is no reason to go on.
    assert!(!run(&mut pieces));
    let indexed = place.number("select count(*) from check_access");
    assert!((26..=30).contains(&indexed), "{indexed}");
    assert_eq!(told(0, 40 * DAY), expected);
    assert_eq!(told(3 * DAY, 9 * DAY), [6 * DAY, 3 * DAY], "of a period");
    assert_eq!(told(3 * DAY + 1, 9 * DAY + 1), [9 * DAY, 6 * DAY]);
    checked(place, (31, 1, 31 * DAY));
    expected.insert(0, 31 * DAY);
    assert_eq!(told(0, 40 * DAY), expected);
}

fn two_nodes_index_the_same_checks_without_a_fault(place: &Place) {
    let mut small = rules();
    small.retention.index_entries = 4;
    let nodes = ["east", "west"].map(|name| place.node_with(name, small.clone()));
    for number in 0..200 {
        checked(place, (number + 1, 1, number));
    }
    let job = jobs::all().find(|job| job.function() == Function::IndexChecks);
    std::thread::scope(|scope| {
        for node in &nodes {
            scope.spawn(
                move || while job.unwrap().run(&node.service, &Request::fresh()).unwrap() {},
            );
        }
    });
    let indexed = place.number("select count(*) from check_access");
    assert_eq!(indexed, 196, "all but the last four");
}

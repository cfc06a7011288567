//! What no rule needs any more is deleted on time, in small pieces, by a role of its own.

use crate::stores::test_node::{OPENING, Place, TestNode, admin, code, rules};
use onshi_core::eligibility::bulk;
use onshi_core::jobs;
use onshi_core::{AccountKind, Function, RefusalCode, Request, Rules};

crate::stores::on_both!(
    sessions_and_failures_go_in_pieces_and_leave_audit_entries,
    tokens_and_earlier_passwords_go_and_what_is_compared_stays,
    results_of_bulk_requests_are_given_to_nobody_from_their_end_on,
);

const DAY: i64 = 86_400;
const PIECE: i64 = 3;

fn small_pieces() -> Rules {
    let mut rules = rules();
    rules.retention.piece_rows = PIECE;
    rules.lock.failures = 1000;
    rules
}

/// Runs the job of a function until nothing is left, and says how many pieces it took.
fn run(centre: &TestNode, function: Function) -> i64 {
    let job = jobs::all().find(|job| job.function() == function);
    let job = job.expect("it is a job's function");
    let mut pieces = 0;
    loop {
        let before = pieces;
        let request = Request::new(centre.now(), [pieces as u8 + 100; 32]);
        pieces += 1;
        if !job.run(&centre.service, &request).unwrap() {
            // Whether the last look found anything is seen by the entries only.
            return before;
        }
    }
}

fn entries(place: &Place, function: Function) -> i64 {
    let sql = "select function, role, outcome from audit_entry order by seq";
    let rows = place.connect().rows(sql);
    let own = rows.iter().filter(|row| row.int(0) == function.number());
    own.inspect(|row| assert_eq!((row.int(1), row.int(2)), (12, 1)))
        .count() as i64
}

fn sessions_and_failures_go_in_pieces_and_leave_audit_entries(place: &Place) {
    let centre = place.node_with("east", small_pieces());
    centre.open_clinic().unwrap();
    for number in 0..7 {
        let ghost = centre.log_in(&format!("ghost{number}"), "wrong");
        assert_eq!(ghost, Err(RefusalCode::WrongPassword));
    }
    for number in 0..4 {
        let id = format!("desk{number}");
        centre.register(AccountKind::General, &id, "受付").unwrap();
        centre.log_in(&id, crate::stores::test_node::FIRST).unwrap();
    }
    let locked = format!(
        "insert into login_failure values ('{}', 'locked', 9, {}, {})",
        code().as_str(),
        OPENING.ms(),
        OPENING.plus_seconds(30 * DAY).ms()
    );
    place.connect().batch(&locked);
    let failures = "select count(*) from login_failure";
    let sessions = "select count(*) from web_session";
    centre.pass(DAY);
    for job in jobs::all() {
        assert_eq!(run(&centre, job.function()), 0, "{}", job.name());
        assert_eq!(entries(place, job.function()), 0, "nothing was due");
    }
    centre.pass(1);
    run(&centre, Function::ExpireFailures);
    assert_eq!(place.number(failures), 1, "the lock stands");
    assert_eq!(entries(place, Function::ExpireFailures), 3, "7 rows by 3");
    assert_eq!(place.number(sessions), 4);
    centre.pass(7 * DAY);
    run(&centre, Function::ExpireSessions);
    assert_eq!(place.number(sessions), 0);
    assert_eq!(entries(place, Function::ExpireSessions), 2, "4 rows by 3");
    run(&centre, Function::ExpireSessions);
    assert_eq!(entries(place, Function::ExpireSessions), 2);
    // Who logged in last is asked of the account, not of the session.
    let last = place.number("select count(*) from account where last_login_at is not null");
    assert_eq!(last, 4);
}

fn tokens_and_earlier_passwords_go_and_what_is_compared_stays(place: &Place) {
    let centre = place.node_with("east", small_pieces());
    centre.open_clinic().unwrap();
    let [own, retired] =
        ["desk1", "desk2"].map(|id| centre.register(AccountKind::General, id, "受付").unwrap());
    let mut connection = place.connect();
    for number in 0..5_i64 {
        let expires = OPENING.plus_seconds(number * DAY).ms();
        let token = format!(
            "insert into api_token (token_hash, family, use, account_id, facility_code, \
             certificate_serial, issued_at, expires_at, ended_at) values ('t{number}', 'f', 'id', '{own}', '{}', 'c1', 0, \
             {expires}, {expires})",
            code().as_str()
        );
        connection.batch(&token);
    }
    for number in 0..9 {
        for account in [&own, &retired] {
            let sql = format!("insert into password_history values ('{account}', {number}, 'h')");
            connection.batch(&sql);
        }
    }
    let end = format!("update account set retired_at = 1 where account_id = '{retired}'");
    connection.batch(&end);
    centre.pass(3 * DAY + 1);
    run(&centre, Function::ExpireTokens);
    let tokens = "select count(*) from api_token";
    assert_eq!(place.number(tokens), 2, "each a day after it ran out");
    run(&centre, Function::ExpirePasswords);
    let kept = place.number("select count(*) from password_history");
    let newest = place.number("select min(replaced_at) from password_history");
    assert_eq!(
        (kept, newest),
        (4, 5),
        "four are compared beside the current one"
    );
    assert_eq!(entries(place, Function::ExpirePasswords), 1);
    run(&centre, Function::ExpirePasswords);
    assert_eq!(entries(place, Function::ExpirePasswords), 1);
}

fn results_of_bulk_requests_are_given_to_nobody_from_their_end_on(place: &Place) {
    let centre = place.node_with("east", small_pieces());
    centre.open_clinic().unwrap();
    let upload = |key: &str| bulk::Upload {
        kind: bulk::BulkKind::Eligibility,
        key: key.to_owned(),
        file_identifier: None,
        file_spelling: None,
        day: None,
        items: vec![
            bulk::Item {
                question: Some(bulk::RowQuestion::default()),
                answer: Some(bulk::RowAnswer::default()),
                ..bulk::Item::default()
            };
            7
        ],
        content: "the same".to_owned(),
    };
    let ask = |key: &str| {
        let upload = upload(key);
        centre.change(admin(), Function::CheckEligibilityInBulk, move |tx| {
            bulk::take_whole(tx, &upload)
        })
    };
    let fetch = |number: &str| {
        let number = number.to_owned();
        centre.read(admin(), Function::CheckEligibilityInBulk, move |tx| {
            bulk::fetch(tx, None, &number)
        })
    };
    let first = ask("one").unwrap().reception_number;
    centre.pass(5 * DAY);
    let second = ask("two").unwrap().reception_number;
    centre.pass(2 * DAY);
    assert!(fetch(&first).unwrap().is_some(), "to the end of its time");
    centre.pass(1);
    assert!(
        fetch(&first).unwrap().is_none(),
        "also before it is deleted"
    );
    let again = ask("one").unwrap().reception_number;
    assert_ne!(again, first, "the key is free again");
    let job = jobs::UPKEEP[0];
    assert_eq!(job.function(), Function::ExpireResults);
    let items = "select count(*) from bulk_item";
    for left in [18, 15, 14] {
        let request = Request::new(centre.now(), [left as u8; 32]);
        assert!(job.run(&centre.service, &request).unwrap());
        assert_eq!(place.number(items), left, "in pieces");
        assert!(fetch(&first).unwrap().is_none(), "never a part of it");
    }
    run(&centre, Function::ExpireResults);
    assert_eq!(place.number(items), 14);
    assert!(fetch(&second).unwrap().is_some());
    assert_eq!(entries(place, Function::ExpireResults), 3);
    let whose = "select facility_code, subject from audit_entry where function = 70 limit 1";
    let row = place.connect().rows(whose).remove(0);
    assert_eq!(row.text(0), code().as_str());
    assert_eq!(row.text(1), first);
}

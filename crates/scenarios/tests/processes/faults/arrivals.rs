//! The centre is killed while a large bulk request comes in: what is seen of it is whole or nothing,
//! and what never got its last piece is deleted.

use crate::faults::clinic::Clinic;
use crate::faults::pace::log_in;
use crate::faults::place::{KILLS, Moments, patients, rounds};
use bytes::Bytes;
use onshi_scenarios::database::Database;
use onshi_wire::print_json;
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(120);

#[test]
fn an_upload_that_is_killed_between_its_pieces_leaves_nothing_half() {
    let mut clinic = Clinic::open(patients(1000), 10);
    let rules = &mut clinic.place.config.rules;
    rules.bulk.arriving_items = 10;
    rules.bulk.arriving_seconds = 1;
    rules.retention.every_seconds = 1;
    let all = clinic.request.body.searches.len() as i64;
    let bulk = Bytes::from(print_json(&clinic.request));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut moments = Moments::new(11);
    let mut database = Database::open(&clinic.place.config.location());
    let mut number = move |sql| database.number(sql).unwrap();
    const ARRIVING: &str = "select count(*) from bulk_arrival";
    const NEWEST: &str = "select coalesce(max(begun_at), 0) from bulk_arrival";
    const LEFT: &str = "select count(*) from bulk_item where reception_number not in \
                        (select reception_number from bulk_request)";
    let mut interrupted = 0;
    let kills = rounds(KILLS, 6);
    for _ in 0..kills {
        clinic.start_centre();
        let before = number(NEWEST);
        let (target, password, bulk) = (clinic.target(), clinic.password.clone(), bulk.clone());
        let upload = runtime.spawn(async move {
            let mut caller = target.connect().await.unwrap();
            let token = log_in(&mut caller, &password).await;
            let path = "/onshi/v1/messages/OQSmuquc01";
            // Whoever is cut off gets no answer.
            let _ = caller.message(path, Some(&token), bulk).await;
        });
        let begun = Instant::now();
        while number(NEWEST) <= before && !upload.is_finished() {
            assert!(begun.elapsed() < DEADLINE, "nothing comes in");
        }
        std::thread::sleep(moments.between(Duration::ZERO, Duration::from_millis(60)));
        clinic.kill_centre();
        runtime.block_on(upload).unwrap();
        interrupted += i64::from(number(NEWEST) > before);
        let half = "select count(*) from bulk_request r where items <> \
                    (select count(*) from bulk_item i where i.reception_number = r.reception_number)";
        assert_eq!(
            number(half),
            0,
            "a request is there without all of its persons"
        );
        let whole = clinic.taken().len() as i64 * all;
        assert_eq!(
            number("select count(*) from bulk_item") - number(LEFT),
            whole
        );
    }
    println!("{kills} kills, {interrupted} of them between two pieces");
    assert!(interrupted > 0, "no kill met an upload");
    clinic.start_centre();
    let begun = Instant::now();
    while number(ARRIVING) > 0 || number(LEFT) > 0 {
        assert!(begun.elapsed() < DEADLINE, "what was left is not deleted");
        std::thread::sleep(Duration::from_millis(50));
    }
    clinic.kill_centre();
    clinic.place.ask(&["audit", "verify"]);
}

//! Large requests on their way in: taken piece by piece, over slow lines too.

use std::time::Duration;

use onshi_core::audit::Detail;
use onshi_core::eligibility::bulk::{self, BulkKind, Item, RowQuestion, Taken, Upload};
use onshi_core::service::OperationContext;
use onshi_core::{Actor, Function, Request, jobs};
use onshi_scenarios::database::Database;
use onshi_wire::messages::UploadResponse;
use onshi_wire::print_json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::block_in_place;

use super::bulk::{fetched, many, number};
use super::program::{How, Program, log, path};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

fn counts(centre: &TestCentre, at: &Institution) -> Vec<(&'static str, i64)> {
    let lines = log(centre, at, Function::CheckEligibilityInBulk);
    let details = lines.iter().filter_map(|line| line.detail.as_ref());
    details
        .filter_map(|detail| match detail {
            Detail::BulkArriving { count } => Some(("part", *count)),
            Detail::BulkTaken { items, .. } => Some(("whole", *items)),
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_request_comes_in_in_pieces_and_is_one_request() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| config.rules.bulk.arriving_items = 20;
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let mut program = Program::log_in(&centre, &ours).await;
    let mut asked = many(&program.code, &patients);
    let once = std::mem::take(&mut asked.body.searches);
    for (place, mut search) in once.into_iter().cycle().take(70).enumerate() {
        search.arbitrary_identifier = Some(format!("P{place:05}"));
        asked.body.searches.push(search);
    }
    let taken: UploadResponse = program.ask("OQSmuquc01", How::Json, &asked).await;
    let mut pieces = counts(&centre, &ours);
    pieces.sort_unstable();
    assert_eq!(
        pieces,
        [("part", 20), ("part", 20), ("part", 20), ("whole", 70)]
    );
    let answer = fetched(&mut program, &number(&taken)).await;
    let echoed: Vec<_> = answer
        .body
        .units
        .iter()
        .map(|unit| unit.search.as_ref().unwrap().arbitrary_identifier.clone())
        .collect();
    let sent: Vec<_> = asked
        .body
        .searches
        .iter()
        .map(|search| search.arbitrary_identifier.clone())
        .collect();
    assert_eq!(echoed, sent, "each of them once, in order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_never_got_its_last_piece_is_nobodys_and_goes() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.rules.bulk.arriving_items = 3;
        config.rules.bulk.arriving_seconds = 60;
        // Its own jobs come when the test says so.
        config.rules.retention.every_seconds = 86_400;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let mut program = Program::log_in(&centre, &ours).await;
    let item = |number: i32| Item {
        question: Some(RowQuestion {
            identifier: Some(number.to_string()),
            ..RowQuestion::default()
        }),
        ..Item::default()
    };
    let items: Vec<Item> = (0..8).map(item).collect();
    let upload = Upload {
        kind: BulkKind::Eligibility,
        key: "k".to_owned(),
        file_identifier: None,
        file_spelling: None,
        day: None,
        content: bulk::digest(&items).unwrap(),
        items,
    };
    let service = centre.running.centre.service.clone();
    let account = program_actor(&centre, &ours);
    let take = |so_far: Option<bulk::Arrival>| {
        let upload = upload.clone();
        let request = Request {
            now: CLOCK.read(),
            ..Request::fresh()
        };
        let operation =
            OperationContext::new(account.clone(), Function::CheckEligibilityInBulk, request);
        block_in_place(|| {
            service.change_and_wait(operation, move |tx| {
                bulk::take_in(tx, &upload, so_far.as_ref())
            })
        })
    };
    let Taken::Part(first) = take(None).unwrap() else {
        panic!("three of eight are a part");
    };
    let rows = |sql: &'static str| {
        let location = centre.running.centre.config.location();
        block_in_place(|| Database::open(&location).number(sql).unwrap())
    };
    assert_eq!(rows("select count(*) from bulk_item"), 3);
    assert_eq!(rows("select count(*) from bulk_request"), 0);
    // What is sent again under the same key is a request of its own, and whole.
    let mut again = take(None).unwrap();
    let whole = loop {
        match again {
            Taken::Part(arrival) => again = take(Some(arrival)).unwrap(),
            Taken::Whole(request) => break request,
        }
    };
    assert_eq!(whole.items, 8);
    let run = || {
        let request = Request {
            now: CLOCK.read(),
            ..Request::fresh()
        };
        block_in_place(|| jobs::UPKEEP[0].run(&service, &request)).unwrap()
    };
    assert!(!run(), "it may still go on");
    CLOCK.advance(61);
    while run() {}
    assert_eq!(rows("select count(*) from bulk_arrival"), 0);
    assert_eq!(rows("select count(*) from bulk_item"), 8);
    // Whoever comes with the rest after that is told that it took too long.
    let late = take(Some(first));
    // The key has its request already, which is the same.
    assert!(
        matches!(late, Ok(Taken::Whole(ref request)) if request.reception_number == whole.reception_number),
        "{late:?}"
    );
    let asked = super::bulk::fetch_of(&program.code, &whole.reception_number);
    let _: onshi_wire::messages::BulkEligibilityResponse =
        program.ask("OQSmuquc02", How::Json, &asked).await;
}

fn program_actor(centre: &TestCentre, at: &Institution) -> Actor {
    let login = at.login(onshi_core::AccountKind::WebApi);
    let provision = centre.provision();
    block_in_place(|| provision.actor(&at.code, &login.user_id, &at.terminal.serial)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_body_over_a_slow_line_is_taken_while_it_gets_on_and_one_that_drips_is_not() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.centre.request_seconds = 1;
        config.limits.bulk_bytes_min = 5_000;
        config.connections.pace_bytes_per_second = 100;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let program = Program::log_in(&centre, &ours).await;
    let mut body = print_json(&many(&program.code, &patients[..3]));
    // Blanks behind it are no part of the message.
    body.resize(60_000, b' ');
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\n\
         Content-Type: application/json;charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
        path("OQSmuquc01"),
        program.client.host(),
        program.token,
        body.len()
    );
    // The pieces, and how long each takes: both take longer than any body may stand still.
    for (bytes, pause, status) in [(10_000, 400, "200"), (200, 100, "408")] {
        let mut tls = program.client.tls().await.unwrap();
        tls.write_all(head.as_bytes()).await.unwrap();
        let mut pieces = body.chunks(bytes);
        let mut answer = vec![0; 4096];
        let read = loop {
            tokio::select! {
                read = tls.read(&mut answer) => break read.unwrap(),
                () = tokio::time::sleep(Duration::from_millis(pause)) => {
                    if let Some(piece) = pieces.next() {
                        // Whoever is refused may be cut off while it sends.
                        let _ = tls.write_all(piece).await;
                        let _ = tls.flush().await;
                    }
                }
            }
        };
        let text = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert_eq!(text.split(' ').nth(1), Some(status), "{text}");
    }
}

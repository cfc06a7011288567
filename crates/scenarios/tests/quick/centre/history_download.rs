//! The log as a file: whole and in order however long it is, and nobody waits for whoever reads it
//! slowly.

use onshi_core::account::{ListFilter, Managed, manage};
use onshi_core::entropy::fresh_seed;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Request};
use std::collections::BTreeSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::block_in_place;

use super::test_centre::{Institution, TestCentre, TestClock, log_in};

/// More lines than are in memory at a time.
const LINES: usize = 11_000;

/// Each look leaves a line; many are committed together.
fn fill(centre: &TestCentre, at: &Institution, request: impl Fn() -> Request) {
    let (tell, told) = std::sync::mpsc::channel();
    for _ in 0..LINES {
        let actor = centre.operator.at(at.code.clone());
        let operation = OperationContext::new(actor, Function::OperateAccounts, request());
        let tell = tell.clone();
        centre.service.change(
            operation,
            |tx| {
                let filter = ListFilter {
                    limit: 1,
                    ..ListFilter::default()
                };
                manage::list(tx, Managed::All, &filter).map(drop)
            },
            move |answer| tell.send(answer).unwrap(),
        );
    }
    block_in_place(|| {
        for _ in 0..LINES {
            told.recv().unwrap().unwrap();
        }
    });
}

/// How many of the operator's looks there are; none of them is told twice.
fn each_once(text: &str) -> usize {
    let looks: Vec<&str> = text.lines().filter(|l| !l.contains("Kanri01")).collect();
    let different: BTreeSet<&&str> = looks.iter().collect();
    assert_eq!(different.len(), looks.len());
    looks.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_log_is_sent_in_pieces_whole_and_in_order_and_holds_no_place_meanwhile() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.limits.downloads = 1;
        config.limits.downloads_each = 1;
        config.limits.downloads_queue_each = 1;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    fill(&centre, &ours, Request::fresh);
    let one_moment = onshi_core::clock::now();
    let at_once = || Request::new(one_moment, fresh_seed());
    fill(&centre, &theirs, at_once);
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;

    // Somebody asks and reads no more than the head.
    let cookies: Vec<String> = admin
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let head = format!(
        "GET /web/history.csv HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
        admin.host(),
        cookies.join("; ")
    );
    let mut slow = admin.tls().await.unwrap();
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut beginning = [0; 16];
    slow.read_exact(&mut beginning).await.unwrap();
    assert!(beginning.starts_with(b"HTTP/1.1 200"));

    // Another institution has the only place all the same, and so has the own one.
    let mut other = centre.client(&theirs.terminal);
    log_in(&mut other, theirs.login(AccountKind::Admin)).await;
    let answer = other.get("/web/history.csv").await.unwrap();
    assert_eq!(answer.status, 200);
    let told = each_once(&answer.text());
    assert!(told >= LINES, "all of one moment: {told}");
    let answer = admin.get("/web/history.csv").await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-length"),
        "",
        "its length is not known before"
    );

    let text = answer.text();
    each_once(&text);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("\u{feff}日時,"));
    assert!(lines.len() > LINES, "{}", lines.len());
    let numbers: BTreeSet<&str> = lines[1..]
        .iter()
        .filter_map(|line| line.rsplit(',').next())
        .collect();
    assert!(
        numbers.len() > LINES - 1,
        "each look once: {}",
        numbers.len()
    );
    let looks = lines.iter().filter(|line| !line.contains("Kanri01"));
    assert!(looks.count() >= LINES, "none is missing or told twice");
    let times: Vec<&str> = lines[1..]
        .iter()
        .filter_map(|line| line.split(',').next())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "the newest first");
}

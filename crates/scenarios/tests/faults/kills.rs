//! The centre is killed while accounts are registered: what it had acknowledged is there, and
//! what is there was audited.

use crate::place::{Moments, Place, kills};
use onshi_scenarios::postgres;
use onshi_server::bench::client::{Caller, Target};
use onshi_server::bench::setup::{Served, Site};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CALLERS: usize = 8;

/// User ids that were sent, and those of which the registered page came back.
#[derive(Default)]
struct Book {
    next: AtomicUsize,
    acknowledged: Mutex<BTreeSet<String>>,
}

#[test]
fn what_was_acknowledged_outlives_every_kill_on_sqlite() {
    survive(None, kills(8), 1);
}

#[test]
fn what_was_acknowledged_outlives_every_kill_on_postgresql() {
    survive(Some(postgres::fresh_database()), kills(6), 2);
}

fn survive(location: Option<String>, kills: u32, seed: u8) {
    let place = Place::new(location);
    let site = Site::set_up(place.config.clone()).unwrap();
    let book = Arc::new(Book::default());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut moments = Moments::new(seed);
    let mut session = None;
    for _ in 0..kills {
        let moment = moments.between(Duration::from_millis(20), Duration::from_millis(350));
        let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
        let target = site.target(&served).unwrap();
        runtime.block_on(round(&site, &target, &book, &mut session, (served, moment)));
    }
    // Once more, and this time it is asked to stop.
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let target = site.target(&served).unwrap();
    runtime.block_on(async {
        let mut caller = target.connect().await.unwrap();
        caller.session = session;
        assert_eq!(caller.get("/web/menu").await.unwrap().status, 200);
    });
    let stopped = served.stop();
    assert!(stopped.is_ok(), "{stopped:?}\n{}", place.complaints());
    check(&place, &site, &book, kills);
}

/// Lets callers register accounts until the centre is killed at this moment.
async fn round(
    site: &Site,
    target: &Target,
    book: &Arc<Book>,
    session: &mut Option<String>,
    (served, moment): (Served, Duration),
) {
    let mut first = target.connect().await.unwrap();
    match session {
        None => {
            let (user_id, password) = (&site.login.user_id, &site.login.password);
            assert!(first.log_in(user_id, password).await.unwrap());
            session.clone_from(&first.session);
        }
        Some(_) => first.session.clone_from(session),
    }
    let menu = first.get("/web/menu").await.unwrap();
    assert_eq!(menu.status, 200, "the session outlives the kill");
    let mut callers = vec![first];
    while callers.len() < CALLERS {
        let mut caller = target.connect().await.unwrap();
        caller.session.clone_from(session);
        callers.push(caller);
    }
    let running: Vec<_> = callers
        .into_iter()
        .map(|caller| tokio::spawn(register(caller, book.clone())))
        .collect();
    tokio::time::sleep(moment).await;
    // This is the kill.
    drop(served);
    for caller in running {
        caller.await.unwrap();
    }
}

/// Registers one account after the other until the connection breaks.
async fn register(mut caller: Caller, book: Arc<Book>) {
    loop {
        let user_id = format!("Uke{}", book.next.fetch_add(1, Ordering::SeqCst));
        let form = [
            ("kind", "general"),
            ("user_id", user_id.as_str()),
            ("name", "架空 花子"),
            ("password_mode", "generate"),
        ];
        let Ok(answer) = caller.post("/web/accounts", &form).await else {
            return;
        };
        let page = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 303, "{user_id}: {page}");
        assert!(book.acknowledged.lock().unwrap().insert(user_id));
    }
}

fn check(place: &Place, site: &Site, book: &Book, kills: u32) {
    let code = site.admin.facility().unwrap().as_str();
    let sent = book.next.load(Ordering::SeqCst);
    let acknowledged = book.acknowledged.lock().unwrap();
    let list = [
        "account",
        "list",
        "--json",
        "--kind",
        "general",
        "--facility",
        code,
    ];
    let listed: Vec<Value> = serde_json::from_str(&place.ask(&list)).unwrap();
    let found: BTreeSet<String> = listed.iter().map(|one| word(one, "user_id")).collect();
    let export = place.ask(&["audit", "export", "--facility", code]);
    let audited: Vec<String> = export
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["detail"] == "registered" && line["fields"]["kind"] == "general")
        .filter(|line| word(line, "outcome") == "done")
        .filter(|line| word(line, "function") == "manage_accounts")
        .map(|line| word(&line, "subject"))
        .collect();
    let once: BTreeSet<String> = audited.iter().cloned().collect();
    let there = acknowledged.intersection(&found).count();
    let written = acknowledged.intersection(&once).count();
    let verified: Value = serde_json::from_str(&place.ask(&["audit", "verify", "--json"])).unwrap();
    println!(
        "{kills} kills on {}: {} acknowledged, {there} of them found, {written} of them audited; \
         {} of {} that the kills left open were done too, all audited: {}; {} audit entries under \
         {} seals verify",
        if place.config.store.location.starts_with("postgres") {
            "PostgreSQL"
        } else {
            "SQLite"
        },
        acknowledged.len(),
        found.len() - there,
        sent - acknowledged.len(),
        found == once,
        verified["entries"],
        verified["seals"],
    );
    assert!(!acknowledged.is_empty(), "no account was ever acknowledged");
    assert_eq!(there, acknowledged.len(), "an acknowledged account is gone");
    assert_eq!(found, once, "accounts and audit entries differ");
    assert_eq!(
        audited.len(),
        once.len(),
        "a registration was audited twice"
    );
    let complaints = place.complaints();
    assert!(!complaints.contains("panicked"), "{complaints}");
}

fn word(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

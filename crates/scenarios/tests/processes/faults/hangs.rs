//! PostgreSQL hangs while accounts are registered: everybody is answered all the same, nothing that
//! was acknowledged is lost, nothing that was said not to be done is there, and when it goes on the
//! centre goes on by itself.

use crate::faults::load::{Book, CALLERS};
use crate::faults::place::{HANGS, Place, rounds};
use crate::faults::relay::{Hold, Relay};
use onshi_bench::client::Target;
use onshi_bench::setup::Served;
use onshi_core::store::Location;
use onshi_scenarios::database::Database;
use onshi_scenarios::postgres;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(120);

/// How PostgreSQL is made to hang.
trait Hang {
    fn begin(&mut self);
    /// Keeps it hanging, where somebody may have come that does not.
    fn go_on(&mut self) {}
    fn end(&mut self);
}

/// Its processes that serve us are stopped; new ones come.
struct Stopped {
    address: String,
    processes: Vec<i64>,
}

impl Stopped {
    /// Those that serve us at this moment.
    fn serving(&self) -> Vec<i64> {
        let location = Location::Postgres(self.address.clone());
        let sql = "select pid from pg_stat_activity where datname = current_database() \
                   and pid <> pg_backend_pid()";
        // The driver blocks, which a thread of the runtime may not.
        let asked = std::thread::spawn(move || Database::open(&location).rows(sql));
        let rows = asked.join().unwrap();
        rows.iter().map(|row| row.int(0)).collect()
    }
}

fn signal(processes: &[i64], signal: &str) {
    for process in processes {
        // One that has ended by itself meanwhile can't be signalled any more.
        let _ = Command::new("kill")
            .args([signal, &process.to_string()])
            .status();
    }
}

impl Hang for Stopped {
    fn begin(&mut self) {
        // One that began while the others were listed would serve us on as if nothing hung.
        loop {
            let mut new = self.serving();
            new.retain(|process| !self.processes.contains(process));
            if new.is_empty() {
                break;
            }
            signal(&new, "-STOP");
            self.processes.extend(new);
        }
        assert!(!self.processes.is_empty());
    }

    fn go_on(&mut self) {
        self.begin();
    }

    fn end(&mut self) {
        signal(&self.processes, "-CONT");
        self.processes.clear();
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal(&self.processes, "-CONT");
    }
}

/// Nothing comes through the wire any more, on new connections neither.
struct Held(Relay);

impl Hang for Held {
    fn begin(&mut self) {
        self.0.hold(Hold::Question(0));
    }

    fn end(&mut self) {
        self.0.release();
    }
}

/// All goes to the server, and no answer comes back: commits are made, and nobody is told.
struct Deaf(Relay);

impl Hang for Deaf {
    fn begin(&mut self) {
        self.0.hold(Hold::Answer(0));
    }

    fn end(&mut self) {
        self.0.release();
    }
}

#[test]
fn a_postgresql_whose_processes_are_stopped_keeps_nobody_waiting() {
    let address = postgres::fresh_database();
    let stopped = Stopped {
        address: address.clone(),
        processes: Vec::new(),
    };
    survive(address, stopped, "stopped processes");
}

#[test]
fn a_wire_to_postgresql_that_is_held_keeps_nobody_waiting() {
    let (relay, address) = relayed();
    survive(address, Held(relay), "held wires");
}

#[test]
fn a_postgresql_that_is_not_heard_any_more_keeps_nobody_waiting() {
    let (relay, address) = relayed();
    survive(address, Deaf(relay), "lost answers");
}

fn relayed() -> (Relay, String) {
    let address = postgres::fresh_database();
    let (before, rest) = address.split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let relay = Relay::open();
    relay.lead_to(Some(server.parse().unwrap()));
    let port = relay.address().port();
    (relay, format!("{before}@127.0.0.1:{port}/{database}"))
}

fn survive(address: String, mut hang: impl Hang, what: &str) {
    let (place, site) = Place::with_site(Some(address), |config| {
        let postgres = &mut config.store.postgres;
        (postgres.connect_seconds, postgres.statement_seconds) = (1, 1);
        (postgres.lock_seconds, postgres.silence_seconds) = (1, 2);
        config.store.answer_seconds = 4;
    });
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let target = site.target(&served).unwrap();
    let book = Arc::new(Book::default());
    let hangs = rounds(HANGS, 2);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let running = book.callers(&site, &target, &mut None).await;
        for _ in 0..hangs {
            let reached = book.acknowledged() + 20;
            wait(&place, "it goes on", || book.acknowledged() >= reached).await;
            let turned_away = book.turned_away();
            hang.begin();
            let begun = Instant::now();
            // Both while it hangs: else these would wait for ever.
            until_unwell(&place, &target, &mut hang).await;
            let health = begun.elapsed();
            wait(&place, "everybody is answered", || {
                book.turned_away() >= turned_away + CALLERS
            })
            .await;
            let answered = begun.elapsed();
            hang.end();
            let ended = Instant::now();
            let reached = book.acknowledged() + 1;
            wait(&place, "it goes on by itself", || {
                book.acknowledged() >= reached
            })
            .await;
            println!(
                "{what}: unwell after {health:.1?}, everybody was answered after {answered:.1?}, \
                 and the next was acknowledged {:.1?} after its end",
                ended.elapsed()
            );
        }
        book.end();
        for caller in running {
            caller.await.unwrap();
        }
        let mut asker = target.connect().await.unwrap();
        assert_eq!(asker.get("/health").await.unwrap().status, 200);
    });
    drop(served);
    book.check(&place, &site, &format!("{hangs} {what}"));
}

async fn wait(place: &Place, what: &str, reached: impl Fn() -> bool) {
    let begun = Instant::now();
    while !reached() {
        let said = place.complaints();
        assert!(begun.elapsed() < DEADLINE, "{what}: never\n{said}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Asks for the health until it is told to be bad, which is told while it hangs. Connections that are
/// made anew meanwhile hang too: on a busy machine they would else be well again before anybody asks.
async fn until_unwell(place: &Place, target: &Target, hang: &mut impl Hang) {
    let begun = Instant::now();
    let mut asker = target.connect().await.unwrap();
    while asker.get("/health").await.unwrap().status != 503 {
        let said = place.complaints();
        assert!(begun.elapsed() < DEADLINE, "it was never unwell\n{said}");
        hang.go_on();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

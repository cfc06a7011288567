//! The answer to a commit is lost: the connection to PostgreSQL is cut between the commit and our
//! reading of what became of it. Whoever waits is told the truth, or that nobody knows, and never a
//! wrong yes or no.

use crate::faults::load::{Book, Said, register};
use crate::faults::place::{HANGS, Place, rounds};
use onshi_bench::setup::Served;
use onshi_core::store::Location;
use onshi_scenarios::database::Database;
use onshi_scenarios::postgres::{self, Server};

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(120);
/// A commit as the protocol carries it: a simple query, and its end.
const COMMIT: &[u8] = b"commit\0";
/// How the server says that it did, or that there was nothing to keep.
const ANSWERS: [&[u8]; 2] = [b"COMMIT\0", b"ROLLBACK\0"];

/// Where the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// Before the commit comes to the server: nothing is kept.
    Before,
    /// When the server has answered, and the answer has not come to us.
    After,
    /// The same, and no new connection is let through until it is opened again.
    AfterAndShut,
}

#[derive(Default)]
struct State {
    next: Option<Cut>,
    shut: bool,
    cuts: usize,
}

/// The wire to PostgreSQL. It ends with the test's process.
#[derive(Clone)]
struct Wire {
    server: SocketAddr,
    state: Arc<Mutex<State>>,
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

impl Wire {
    /// A wire to a new database, and the address of the database through it.
    fn open() -> (Wire, String) {
        let address = postgres::fresh_database();
        let (before, rest) = address.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let wire = Wire {
            server: server.parse().unwrap(),
            state: Arc::default(),
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = wire.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                own.join(stream);
            }
        });
        (wire, format!("{before}@127.0.0.1:{port}/{database}"))
    }

    /// Cuts the connection at the next commit.
    fn cut(&self, cut: Cut) {
        self.state.lock().unwrap().next = Some(cut);
    }

    /// Lets new connections through again.
    fn open_again(&self) {
        self.state.lock().unwrap().shut = false;
    }

    fn cuts(&self) -> usize {
        self.state.lock().unwrap().cuts
    }

    fn join(&self, ours: TcpStream) {
        if self.state.lock().unwrap().shut {
            return;
        }
        let Ok(server) = TcpStream::connect(self.server) else {
            return;
        };
        // What is cut on this connection, once its commit was seen.
        let cutting: Arc<Mutex<Option<Cut>>> = Arc::default();
        let (own, flag) = (self.clone(), cutting.clone());
        let (from, to) = (ours.try_clone().unwrap(), server.try_clone().unwrap());
        std::thread::spawn(move || {
            drop(own.to_server(&from, &to, &flag));
            drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
        });
        let own = self.clone();
        std::thread::spawn(move || {
            drop(own.to_us(&server, &ours, &cutting));
            drop((
                server.shutdown(Shutdown::Both),
                ours.shutdown(Shutdown::Both),
            ));
        });
    }

    fn to_server(
        &self,
        mut from: &TcpStream,
        mut to: &TcpStream,
        cutting: &Mutex<Option<Cut>>,
    ) -> std::io::Result<()> {
        let mut part = [0; 65_536];
        loop {
            let length = from.read(&mut part)?;
            let bytes = &part[..length];
            if length == 0 {
                return Ok(());
            }
            if contains(bytes, COMMIT) {
                let mut state = self.state.lock().unwrap();
                if let Some(cut) = state.next.take() {
                    state.shut = cut == Cut::AfterAndShut;
                    if cut == Cut::Before {
                        state.cuts += 1;
                        return Ok(());
                    }
                    // Before it is on its way, so that its answer can't come first.
                    *cutting.lock().unwrap() = Some(cut);
                }
            }
            to.write_all(bytes)?;
        }
    }

    fn to_us(
        &self,
        mut from: &TcpStream,
        mut to: &TcpStream,
        cutting: &Mutex<Option<Cut>>,
    ) -> std::io::Result<()> {
        let mut part = [0; 65_536];
        let mut swallowed = Vec::new();
        loop {
            let length = from.read(&mut part)?;
            if length == 0 {
                return Ok(());
            }
            if cutting.lock().unwrap().is_none() {
                to.write_all(&part[..length])?;
                continue;
            }
            swallowed.extend(&part[..length]);
            if ANSWERS.iter().any(|answer| contains(&swallowed, answer)) {
                self.state.lock().unwrap().cuts += 1;
                return Ok(());
            }
        }
    }
}

#[test]
fn a_commit_that_never_came_to_postgresql_is_told_not_to_be_done() {
    survive(&[Cut::Before; 4], |book| {
        assert_eq!(book.unknown(), 0, "the truth could be found out");
    });
}

#[test]
fn a_commit_whose_answer_is_lost_is_found_out_and_told_as_done() {
    survive(&[Cut::After; 6], |book| {
        assert_eq!(book.unknown(), 0, "the truth could be found out");
        assert_eq!(book.turned_away(), 0, "all of them were done");
    });
}

#[test]
fn a_commit_whose_answer_is_lost_and_that_nobody_can_ask_for_is_told_as_unknown() {
    survive(
        &[Cut::AfterAndShut, Cut::After, Cut::AfterAndShut],
        |book| {
            assert!(book.unknown() > 0, "nobody could know");
        },
    );
}

/// PostgreSQL waits for a replica that never comes, and is told to end whoever waits: then it shows the commit, which no other
/// machine has. To tell it as done would be to lose it with that one machine.
#[test]
fn a_commit_that_no_replica_has_is_never_told_as_done() {
    let server = Server::start(None);
    let address = format!("postgres://onshi@127.0.0.1:{}/postgres", server.port());
    let by_itself = |sql: &'static str| {
        let location = Location::Postgres(address.clone());
        // The driver blocks, which a thread of the runtime may not.
        let asked = std::thread::spawn(move || Database::open(&location).rows(sql));
        asked.join().unwrap()
    };
    by_itself("alter role onshi set synchronous_commit = on");
    let (place, site) = Place::with_site(Some(address.clone()), |config| {
        let postgres = &mut config.store.postgres;
        (postgres.statement_seconds, postgres.lock_seconds) = (2, 1);
    });
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let target = site.target(&served).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let said = runtime.block_on(async {
        let mut caller = target.connect().await.unwrap();
        let (user_id, password) = (&site.login.user_id, &site.login.password);
        assert!(caller.log_in(user_id, password).await.unwrap());
        by_itself("alter system set synchronous_standby_names = 'nobody'");
        by_itself("select pg_reload_conf()::text");
        let asked = tokio::spawn(async move { register(&mut caller, "Uke1").await });
        wait(&place, "a commit waits for a replica", || {
            let waiting = "select pg_terminate_backend(pid)::text from pg_stat_activity \
                           where wait_event = 'SyncRep'";
            !by_itself(waiting).is_empty()
        })
        .await;
        asked.await.unwrap()
    });
    let there = by_itself("select user_id from account where user_id = 'Uke1'");
    assert_eq!(there.len(), 1, "it is there, on this one server");
    assert_eq!(said, Some(Said::Unknown));
}

fn survive(cuts: &[Cut], say: impl Fn(&Book)) {
    let (wire, address) = Wire::open();
    let (place, site) = Place::with_site(Some(address), |config| {
        config.store.postgres.connect_seconds = 1;
        config.store.answer_seconds = 4;
    });
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let target = site.target(&served).unwrap();
    let book = Arc::new(Book::default());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let all = cuts.repeat(rounds(HANGS, 2) as usize / 2);
    runtime.block_on(async {
        let running = book.callers(&site, &target, &mut None).await;
        for cut in &all {
            let reached = book.acknowledged() + 20;
            wait(&place, "it goes on", || book.acknowledged() >= reached).await;
            let (done, turned_away) = (wire.cuts(), book.turned_away());
            wire.cut(*cut);
            wait(&place, "a commit is cut off", || wire.cuts() > done).await;
            if *cut == Cut::AfterAndShut {
                wait(&place, "somebody is told", || {
                    book.turned_away() > turned_away
                })
                .await;
                wire.open_again();
            }
        }
        let reached = book.acknowledged() + 20;
        wait(&place, "it goes on", || book.acknowledged() >= reached).await;
        book.end();
        for caller in running {
            caller.await.unwrap();
        }
    });
    drop(served);
    book.check(&place, &site, &format!("{} cuts {:?}", all.len(), cuts[0]));
    say(&book);
}

async fn wait(place: &Place, what: &str, reached: impl Fn() -> bool) {
    let begun = Instant::now();
    while !reached() {
        let said = place.complaints();
        assert!(begun.elapsed() < DEADLINE, "{what}: never\n{said}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

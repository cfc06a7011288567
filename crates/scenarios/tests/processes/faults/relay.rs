//! The wire between a terminal and the centre, which a test can hold at a certain byte: so that a
//! kill comes in the middle of a message, and not about there.
//!
//! TLS goes through it untouched. The centre may come back on another port; whoever asks keeps
//! the relay's.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(120);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    ToCentre,
    ToTerminal,
}

/// When the wire stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    /// Never.
    #[default]
    Never,
    /// In the middle of what is sent, after so many bytes.
    Question(u64),
    /// When so many bytes were sent: all goes on to the centre, and no answer comes back.
    AnswerTo(u64),
    /// In the middle of what is answered, after so many bytes.
    Answer(u64),
}

#[derive(Default)]
struct State {
    centre: Option<SocketAddr>,
    hold: Hold,
    asked: u64,
    answered: u64,
    holding: bool,
    /// How often it was cut.
    cuts: u32,
}

impl State {
    /// Whether these bytes must wait. Counts them when they need not.
    fn must_wait(&mut self, way: Way, bytes: u64) -> bool {
        let waits = match (self.hold, way) {
            (Hold::Question(most), Way::ToCentre) => self.asked + bytes > most,
            (Hold::AnswerTo(most), Way::ToTerminal) => self.asked >= most,
            (Hold::Answer(most), Way::ToTerminal) => self.answered + bytes > most,
            _ => false,
        };
        match (waits, way) {
            (true, _) => self.holding = true,
            (false, Way::ToCentre) => self.asked += bytes,
            (false, Way::ToTerminal) => self.answered += bytes,
        }
        waits
    }
}

/// The relay. It ends with the test's process.
#[derive(Clone)]
pub struct Relay {
    address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Relay {
    pub fn open() -> Relay {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let relay = Relay {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
        };
        let own = relay.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                own.join(stream);
            }
        });
        relay
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the terminal is told as the centre's address.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// Where the centre is now; nowhere when there is none.
    pub fn lead_to(&self, centre: Option<SocketAddr>) {
        self.state.0.lock().unwrap().centre = centre;
    }

    /// Stops the wire at this point from now on. The bytes are counted anew.
    pub fn hold(&self, hold: Hold) {
        let (state, changed) = &*self.state;
        let mut state = state.lock().unwrap();
        (state.hold, state.asked, state.answered, state.holding) = (hold, 0, 0, false);
        changed.notify_all();
    }

    /// Lets everything through again.
    pub fn release(&self) {
        self.hold(Hold::Never);
    }

    /// Cuts the wire: what is held never comes, and whoever comes anew gets through.
    pub fn cut(&self) {
        self.state.0.lock().unwrap().cuts += 1;
        self.release();
    }

    /// Waits until the wire stands still at the point that was named.
    pub fn wait_until_held(&self) {
        let (state, changed) = &*self.state;
        let begun = Instant::now();
        let mut state = state.lock().unwrap();
        while !state.holding {
            assert!(
                begun.elapsed() < DEADLINE,
                "{:?} was never reached",
                state.hold
            );
            let pause = Duration::from_millis(100);
            state = changed.wait_timeout(state, pause).unwrap().0;
        }
    }

    /// Waits until nothing has gone over the wire for so long: whoever asks has its question out, and waits.
    pub fn wait_until_quiet(&self, quiet: Duration) {
        let count = || {
            let state = self.state.0.lock().unwrap();
            (state.asked, state.answered)
        };
        let (begun, mut since, mut before) = (Instant::now(), Instant::now(), count());
        while since.elapsed() < quiet {
            assert!(begun.elapsed() < DEADLINE, "it is never quiet");
            std::thread::sleep(Duration::from_millis(10));
            let now = count();
            if now != before {
                (since, before) = (Instant::now(), now);
            }
        }
    }

    fn join(&self, terminal: TcpStream) {
        let centre = self.state.0.lock().unwrap().centre;
        // Dropping the terminal's connection is what a centre that is gone looks like.
        let Some(centre) = centre.and_then(|address| TcpStream::connect(address).ok()) else {
            return;
        };
        let ways = [
            (Way::ToCentre, &terminal, &centre),
            (Way::ToTerminal, &centre, &terminal),
        ];
        for (way, from, to) in ways {
            let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            let own = self.clone();
            std::thread::spawn(move || {
                // A side that was killed breaks the other's connection, too.
                drop(own.pass(way, &from, &to));
                drop(from.shutdown(Shutdown::Both));
                drop(to.shutdown(Shutdown::Both));
            });
        }
    }

    fn pass(&self, way: Way, mut from: &TcpStream, mut to: &TcpStream) -> std::io::Result<()> {
        let mut part = [0; 4096];
        loop {
            let length = from.read(&mut part)?;
            if length == 0 {
                return Ok(());
            }
            let (state, changed) = &*self.state;
            let mut state = state.lock().unwrap();
            let cuts = state.cuts;
            let mut told = false;
            while state.must_wait(way, length as u64) {
                // Told once: several that are held would wake each other for ever.
                if !std::mem::replace(&mut told, true) {
                    changed.notify_all();
                }
                state = changed.wait(state).unwrap();
                if state.cuts > cuts {
                    return Ok(());
                }
            }
            drop(state);
            to.write_all(&part[..length])?;
        }
    }
}

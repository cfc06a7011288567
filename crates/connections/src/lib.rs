//! Connections of every listener: who gets a place, for how long, and at what pace.
//!
//! Whoever connects is a stranger until its handshake has shown who it is. Strangers have places
//! of their own, so that they can fill no others, and when these run short the address that holds
//! the most gives one up, of those who say nothing the oldest: a newcomer always gets in. Those who are known
//! are counted by their names, wherever they come from, since many may share one address.
//!
//! Nothing waits for ever: the handshake, the head of a request, the time between requests, a body
//! that must go on and an answer that must be taken each have their bound in [`Limits`].

mod address;
mod arrivals;
mod body;
mod lane;
mod life;
mod lingering;
mod pace;
mod places;
mod seat;
mod serve;
mod stream;

pub use address::Source;
pub use body::{ArrivingBody, is_too_slow};
pub use places::{Counts, Ended, Places};
pub use serve::{Host, NotWelcome, bind, serve};
pub use stream::PacedStream;

use std::time::Duration;

/// The bounds of one listener.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most connections of those who are known.
    pub known_max: usize,
    /// The most connections of strangers, those whose handshake is not finished among them.
    pub strangers_max: usize,
    /// The most connections of strangers from one address.
    pub per_address: usize,
    /// How many connections from one address come in a row, each of which is a handshake, before
    /// they come at the rate. None bounds nothing.
    pub arrivals: Option<Arrivals>,
    /// By how much the threads that serve strangers are nicer than the others; 0 is beside them, as
    /// where there are none but strangers.
    pub nice: u8,
    /// The most connections of one who is known.
    pub per_name: usize,
    /// How long a handshake may take.
    pub handshake: Duration,
    /// How long the head of a request may take, the first one counted from the handshake's end.
    pub head: Duration,
    /// How long one who is known may leave a connection open between requests.
    pub idle: Duration,
    /// How long a stranger may.
    pub stranger_idle: Duration,
    /// Within this time a body must go on, or an answer be taken, by [`Limits::progress_bytes`].
    pub progress: Duration,
    /// How many bytes that is at the least.
    pub progress_bytes: u64,
    /// How long the body of a stranger may take in all, where strangers are refused anyway.
    pub stranger_body: Option<Duration>,
    /// The most bytes that are thrown away of a body that was not read when it was answered.
    pub thrown_away: usize,
    /// How long a connection on which nothing is asked is kept after a stop was asked for: a request may be on its way, and
    /// whoever sent it would never know what became of it.
    pub leave: Duration,
    /// How long requests under way may still take after a stop was asked for.
    pub shutdown: Duration,
}

/// How fast connections may come from one address that nobody known comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrivals {
    /// How many in a row.
    pub burst: u32,
    /// How many a second after that.
    pub per_second: u32,
}

impl Limits {
    /// The bounds of a page for the people at this machine, whom nobody knows and nobody refuses.
    pub fn of_this_machine(connections: usize) -> Limits {
        Limits {
            known_max: 0,
            strangers_max: connections,
            per_address: connections,
            arrivals: None,
            nice: 0,
            per_name: 0,
            handshake: Duration::from_secs(5),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            stranger_idle: Duration::from_secs(60),
            progress: Duration::from_secs(30),
            progress_bytes: 30 * 1024,
            stranger_body: None,
            thrown_away: 64 * 1024,
            leave: Duration::ZERO,
            shutdown: Duration::from_secs(10),
        }
    }
}

#[cfg(test)]
mod testing {
    //! Bounds and places for tests.

    use super::*;
    use crate::places::Place;

    pub fn limits() -> Limits {
        Limits {
            known_max: 8,
            strangers_max: 8,
            per_address: 8,
            arrivals: None,
            nice: 0,
            per_name: 8,
            handshake: Duration::from_secs(5),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            stranger_idle: Duration::from_secs(5),
            progress: Duration::from_secs(30),
            progress_bytes: 30 * 64,
            stranger_body: Some(Duration::from_secs(5)),
            thrown_away: 100_000,
            leave: Duration::from_secs(1),
            shutdown: Duration::from_secs(10),
        }
    }

    pub fn stranger(limits: &Limits) -> Place {
        Places::new(limits.clone()).enter([192, 0, 2, 1].into())
    }

    pub fn known(limits: &Limits, name: &str) -> Place {
        let place = stranger(limits);
        assert!(place.recognise(name));
        place
    }
}

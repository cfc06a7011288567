//! Who has a place, and who gives it up when places run short.

mod room;

use crate::Limits;
use crate::address::Source;
use crate::arrivals::Buckets;
use crate::seat::{Phase, Seat};
use room::Room;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How long those who are cut off may take to be gone.
const CUT: Duration = Duration::from_secs(1);

/// Why we ended a connection, where its other side did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Ended {
    /// The handshake took too long.
    HandshakeTooSlow = 1,
    /// The handshake failed.
    HandshakeFailed = 2,
    /// The head of a request took too long.
    HeadTooSlow = 3,
    /// Nothing was asked for too long.
    Idle = 4,
    /// A body did not go on.
    BodyTooSlow = 5,
    /// An answer was not taken.
    AnswerNotTaken = 6,
    /// It gave up its place for another.
    MadeRoom = 7,
    /// There was no place for it.
    TurnedAway = 8,
    /// It was still under way when the listener had to end.
    CutOff = 9,
    /// Too many came from its address within a short time.
    TooMany = 10,
}

impl Ended {
    /// All of them, in order.
    pub const ALL: [Ended; 10] = [
        Ended::HandshakeTooSlow,
        Ended::HandshakeFailed,
        Ended::HeadTooSlow,
        Ended::Idle,
        Ended::BodyTooSlow,
        Ended::AnswerNotTaken,
        Ended::MadeRoom,
        Ended::TurnedAway,
        Ended::CutOff,
        Ended::TooMany,
    ];

    pub(crate) fn of(number: u8) -> Option<Ended> {
        Ended::ALL.into_iter().find(|why| *why as u8 == number)
    }

    /// What it is called where it is counted.
    pub fn label(self) -> &'static str {
        match self {
            Ended::HandshakeTooSlow => "handshake_too_slow",
            Ended::HandshakeFailed => "handshake_failed",
            Ended::HeadTooSlow => "head_too_slow",
            Ended::Idle => "idle",
            Ended::BodyTooSlow => "body_too_slow",
            Ended::AnswerNotTaken => "answer_not_taken",
            Ended::MadeRoom => "made_room",
            Ended::TurnedAway => "turned_away",
            Ended::CutOff => "cut_off",
            Ended::TooMany => "too_many",
        }
    }
}

/// How many connections there are, and how many were ended why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections whose handshake is under way.
    pub handshakes: usize,
    /// Other connections of strangers.
    pub strangers: usize,
    /// Connections of those who are known.
    pub known: usize,
    /// How many were ended for each reason, since the start.
    pub ended: Vec<(Ended, u64)>,
}

/// The places of one listener.
#[derive(Debug)]
pub struct Places {
    limits: Limits,
    taken: Mutex<Taken>,
    ended: [AtomicU64; Ended::ALL.len()],
    /// Told when a place was given back while the listener stops.
    given_back: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    /// Sockets that are open, those that were told to leave among them.
    open: usize,
    stopping: bool,
    strangers: Room<Source>,
    known: Room<Arc<str>>,
    /// The name by which a connection is known, and where it comes from.
    names: HashMap<u64, (Arc<str>, Source)>,
    arrivals: Buckets,
}

impl Taken {
    /// A stranger of this source gives up its place.
    fn make_room(&mut self, source: Option<Source>) {
        let freed = source.and_then(|source| {
            let number = self.strangers.first_to_go(&source)?;
            self.strangers.remove(&source, number)
        });
        if let Some(seat) = freed {
            seat.leave(Ended::MadeRoom);
        }
    }

    /// The connection is gone, or has to go.
    fn forget_name(&mut self, number: u64) -> Option<Arc<str>> {
        let (name, source) = self.names.remove(&number)?;
        self.arrivals.known_left(source, Instant::now());
        Some(name)
    }

    /// The connection of this name that was idle for the longest time gives up its place.
    fn make_known_room(&mut self, name: &Arc<str>) -> bool {
        let freed = self.known.longest_idle(name).and_then(|number| {
            self.forget_name(number);
            self.known.remove(name, number)
        });
        match freed {
            Some(seat) => {
                seat.leave(Ended::MadeRoom);
                true
            }
            None => false,
        }
    }
}

impl Places {
    /// Places within these bounds.
    pub fn new(limits: Limits) -> Arc<Places> {
        Arc::new(Places {
            limits,
            taken: Mutex::default(),
            ended: Default::default(),
            given_back: Notify::new(),
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a newcomer; none where too many come from its address.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let may_come = match self.limits.arrivals {
            None => true,
            Some(rate) => {
                let source = Source::of(address);
                self.taken().arrivals.take(rate, source, Instant::now())
            }
        };
        if !may_come {
            self.count(Ended::TooMany);
            return None;
        }
        Some(self.enter(address))
    }

    /// Whether somebody known came from there not long ago.
    pub(crate) fn is_familiar(&self, address: IpAddr) -> bool {
        let source = Source::of(address);
        self.taken().arrivals.is_familiar(&source, Instant::now())
    }

    /// How much nicer the threads of strangers are.
    pub(crate) fn nice(&self) -> u8 {
        self.limits.nice
    }

    /// A place for a newcomer, who is a stranger as yet. There always is one.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Place {
        let source = Source::of(address);
        let seat = Arc::new(Seat::new(&self.limits));
        let mut taken = self.taken();
        let most = self.limits.per_address.min(self.limits.strangers_max);
        if taken.strangers.size(&source) >= most {
            taken.make_room(Some(source));
        } else if taken.strangers.count >= self.limits.strangers_max {
            let largest = taken.strangers.largest();
            taken.make_room(largest);
        }
        let number = taken.next;
        taken.next += 1;
        taken.open += 1;
        taken.strangers.add(source, number, seat.clone());
        drop(taken);
        Place {
            number,
            source,
            seat,
            places: self.clone(),
        }
    }

    /// The connection is known from now on. False when there is no place for it: then all those
    /// of its name are at work, or nobody has more than it has.
    pub(crate) fn recognise(&self, place: &Place, name: &str) -> bool {
        let name: Arc<str> = name.into();
        let mut taken = self.taken();
        if taken.known.size(&name) >= self.limits.per_name {
            if !taken.make_known_room(&name) {
                return false;
            }
        } else if taken.known.count >= self.limits.known_max {
            let own = taken.known.size(&name);
            let largest = taken.known.largest();
            let made = largest.is_some_and(|largest| {
                taken.known.size(&largest) > own && taken.make_known_room(&largest)
            });
            if !made {
                return false;
            }
        }
        // Whoever had to make room meanwhile has no place that could be changed.
        let Some(seat) = taken.strangers.remove(&place.source, place.number) else {
            return false;
        };
        seat.set_known(true);
        taken.arrivals.known_came(place.source);
        let named = (name.clone(), place.source);
        taken.names.insert(place.number, named);
        taken.known.add(name, place.number, seat);
        true
    }

    /// The connection is a stranger's again.
    pub(crate) fn demote(&self, place: &Place) {
        let mut taken = self.taken();
        let Some((name, source)) = taken.names.remove(&place.number) else {
            return;
        };
        taken.arrivals.known_no_more(source);
        let Some(seat) = taken.known.remove(&name, place.number) else {
            return;
        };
        seat.set_known(false);
        let most = self.limits.per_address.min(self.limits.strangers_max);
        if taken.strangers.size(&place.source) >= most {
            taken.make_room(Some(place.source));
        } else if taken.strangers.count >= self.limits.strangers_max {
            let largest = taken.strangers.largest();
            taken.make_room(largest);
        }
        taken.strangers.add(place.source, place.number, seat);
    }

    /// Frees a place because the system has no more file descriptors.
    pub(crate) fn free_one(&self) {
        let mut taken = self.taken();
        let largest = taken.strangers.largest();
        taken.make_room(largest);
    }

    fn give_back(&self, place: &Place) {
        let mut taken = self.taken();
        taken.open -= 1;
        match taken.forget_name(place.number) {
            Some(name) => drop(taken.known.remove(&name, place.number)),
            None => drop(taken.strangers.remove(&place.source, place.number)),
        }
        let told = taken.stopping;
        drop(taken);
        if let Some(why) = place.seat.ended() {
            self.count(why);
        }
        if told {
            self.given_back.notify_one();
        }
    }

    pub(crate) fn count(&self, why: Ended) {
        self.ended[why as usize - 1].fetch_add(1, Relaxed);
    }

    /// How many connections there are.
    pub fn counts(&self) -> Counts {
        let taken = self.taken();
        let handshakes = |seat: &&Arc<Seat>| seat.phase() == Phase::Handshake;
        let handshakes = taken.strangers.seats().filter(handshakes).count();
        Counts {
            handshakes,
            strangers: taken.strangers.count - handshakes,
            known: taken.known.count,
            ended: Ended::ALL
                .iter()
                .map(|why| (*why, self.ended[*why as usize - 1].load(Relaxed)))
                .collect(),
        }
    }

    /// Asks every connection to end, lets requests under way end, and cuts off what is left when
    /// the time is over.
    pub(crate) async fn close(&self) {
        {
            let mut taken = self.taken();
            taken.stopping = true;
            taken.strangers.seats().for_each(|seat| seat.stop());
            taken.known.seats().for_each(|seat| seat.stop());
        }
        if tokio::time::timeout(self.limits.shutdown, self.all_given_back())
            .await
            .is_ok()
        {
            return;
        }
        let cut = self.cut_off();
        tracing::warn!(
            cut,
            "connections were cut off, since they did not end in time"
        );
        // They are gone as soon as their tasks have run once more; a stop waits for nobody.
        let _ = tokio::time::timeout(CUT, self.all_given_back()).await;
    }

    /// Ends all connections at once, and tells how many there were.
    pub(crate) fn cut_off(&self) -> usize {
        let taken = self.taken();
        let seats = taken.strangers.seats().chain(taken.known.seats());
        seats.inspect(|seat| seat.leave(Ended::CutOff)).count()
    }

    async fn all_given_back(&self) {
        loop {
            if self.taken().open == 0 {
                return;
            }
            self.given_back.notified().await;
        }
    }
}

/// A place; it is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    number: u64,
    source: Source,
    seat: Arc<Seat>,
    places: Arc<Places>,
}

impl Place {
    pub fn seat(&self) -> Arc<Seat> {
        self.seat.clone()
    }

    pub fn recognise(&self, name: &str) -> bool {
        self.places.recognise(self, name)
    }

    pub fn demote(&self) {
        self.places.demote(self);
    }

    pub fn limits(&self) -> &Limits {
        &self.places.limits
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.give_back(self);
    }
}

#[cfg(test)]
mod tests;

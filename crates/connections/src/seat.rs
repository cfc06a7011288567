//! One connection's place: where it is in its life, and how it is told to leave.

use crate::Limits;
use crate::places::Ended;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::task::Waker;
use std::time::Duration;
use tokio::time::Instant;

/// What a connection is doing. Kept in the low bits of a number, with the moment above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Its handshake is not finished.
    Handshake = 0,
    /// The head of a request is under way.
    Head = 1,
    /// A request is being answered.
    Busy = 2,
    /// The answer is made, and not all of it is written.
    Answering = 3,
    /// Nothing is under way.
    Idle = 4,
}

const PHASE_BITS: u32 = 3;
/// Who has connected speaks at once.
const SILENT: Duration = Duration::from_millis(20);
/// Who has done a handshake asks for something at once.
const LINGERING: Duration = Duration::from_secs(1);

/// A connection's place.
#[derive(Debug)]
pub(crate) struct Seat {
    born: Instant,
    head: Duration,
    idle: Duration,
    stranger_idle: Duration,
    leave: Duration,
    /// Milliseconds since `born` and the phase that began then, in one number, so that they are
    /// always of one piece.
    state: AtomicU64,
    spoke: AtomicBool,
    known: AtomicBool,
    stopping: AtomicBool,
    leaving: AtomicBool,
    /// Whether something of the request that is answered was not read yet.
    unread: AtomicBool,
    ended: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

impl Seat {
    pub fn new(limits: &Limits) -> Seat {
        Seat {
            born: Instant::now(),
            head: limits.head,
            idle: limits.idle,
            stranger_idle: limits.stranger_idle,
            leave: limits.leave,
            state: AtomicU64::new(Phase::Handshake as u64),
            spoke: AtomicBool::new(false),
            known: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            ended: AtomicU8::new(0),
            waker: Mutex::new(None),
        }
    }

    fn enter(&self, phase: Phase) {
        let ms = self.born.elapsed().as_millis() as u64;
        self.state.store(ms << PHASE_BITS | phase as u64, Relaxed);
    }

    pub fn phase(&self) -> Phase {
        match self.state.load(Relaxed) & ((1 << PHASE_BITS) - 1) {
            0 => Phase::Handshake,
            1 => Phase::Head,
            2 => Phase::Busy,
            3 => Phase::Answering,
            _ => Phase::Idle,
        }
    }

    /// Since when its phase lasts.
    pub fn since(&self) -> Instant {
        self.born + Duration::from_millis(self.state.load(Relaxed) >> PHASE_BITS)
    }

    /// The handshake is over, and the first head has to come.
    pub fn greeted(&self) {
        self.enter(Phase::Head);
    }

    /// Something came over the socket.
    pub fn speaks(&self) {
        if !self.spoke.load(Relaxed) {
            self.spoke.store(true, Relaxed);
        }
    }

    /// Whether nothing came for a while where something should come at once, so that it gives up
    /// its place before those who may be a terminal in its handshake.
    pub fn lingers(&self) -> bool {
        match self.phase() {
            Phase::Handshake => !self.spoke.load(Relaxed) && self.since().elapsed() > SILENT,
            Phase::Head => self.since().elapsed() > LINGERING,
            Phase::Idle => true,
            Phase::Busy | Phase::Answering => false,
        }
    }

    /// Something of a request was read.
    pub fn reads(&self) {
        if self.phase() == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// A request is complete enough to be answered. No deadline of ours holds then, so the moment
    /// does not matter.
    pub fn busy(&self) {
        self.state.store(Phase::Busy as u64, Relaxed);
    }

    /// Whether more of the request's body is to come.
    pub fn more_comes(&self, more: bool) {
        self.unread.store(more, Relaxed);
    }

    /// Whether the last request was not read to its end.
    pub fn has_unread(&self) -> bool {
        self.unread.load(Relaxed)
    }

    /// The answer is made.
    pub fn answered(&self) {
        self.state.store(Phase::Answering as u64, Relaxed);
    }

    /// All that was to be written is with the system.
    pub fn flushed(&self) {
        if self.phase() == Phase::Answering {
            self.enter(Phase::Idle);
        }
    }

    /// Until when something has to happen.
    pub fn deadline(&self) -> Option<Instant> {
        match self.phase() {
            Phase::Head => Some(self.since() + self.head),
            Phase::Idle if self.is_known() => Some(self.since() + self.idle),
            Phase::Idle => Some(self.since() + self.stranger_idle),
            Phase::Handshake | Phase::Busy | Phase::Answering => None,
        }
    }

    pub fn is_known(&self) -> bool {
        self.known.load(Relaxed)
    }

    pub fn set_known(&self, known: bool) {
        self.known.store(known, Relaxed);
    }

    /// Tells the connection to end with what is under way.
    pub fn stop(&self) {
        self.stopping.store(true, Relaxed);
        self.wake();
    }

    /// How long it is kept then, when nothing is under way.
    pub fn leave_time(&self) -> Duration {
        self.leave
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Relaxed)
    }

    /// Tells the connection to end at once.
    pub fn leave(&self, why: Ended) {
        self.ends(why);
        self.leaving.store(true, Relaxed);
        self.wake();
    }

    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Relaxed)
    }

    /// Keeps the first reason why the connection ends.
    pub fn ends(&self, why: Ended) {
        let _ = self.ended.compare_exchange(0, why as u8, Relaxed, Relaxed);
    }

    pub fn ended(&self) -> Option<Ended> {
        Ended::of(self.ended.load(Relaxed))
    }

    /// Whom to wake when it is told something.
    pub fn wake_later(&self, waker: &Waker) {
        let mut kept = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(waker.clone());
    }

    fn wake(&self) {
        let kept = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = kept.as_ref() {
            waker.wake_by_ref();
        }
    }
}

//! The threads that read.
//!
//! Whoever asks is a thread that serves sockets, and must not wait for a disk. A look takes some
//! microseconds when its pages are in memory, less than waking a thread costs; so few threads stay
//! awake, each takes several short looks at a time and runs them in one read transaction, and
//! another is woken only when more is waiting than those that are awake will soon have done.

use super::writer::{Piece, Writer};
use super::{Connection, Pool};
use crate::error::Fault;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Something to be read, and what it leaves for the writer: its answer and its audit entry. It is
/// given the fault when there is no connection.
pub(crate) type Look = Box<dyn FnOnce(Result<&mut Connection, Fault>) -> Box<dyn Piece> + Send>;

/// How long a look takes, as far as whoever asks can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// A few rows by their keys.
    Short,
    /// A list, or anything that may walk through much. It keeps no other waiting behind it.
    Long,
}

/// How many short looks go together in one transaction at the most.
const TOGETHER: usize = 32;
/// How many looks may wait for each thread that is awake before another one is woken.
const EACH: usize = 16;

/// The threads, and the queue before them. Dropping it lets them finish what is queued, and waits.
pub(crate) struct Readers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    pool: Arc<Pool>,
    writer: Arc<Writer>,
    queue_max: usize,
    most: usize,
    state: Mutex<State>,
    called: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(Length, Look)>,
    /// Threads that sleep and were not called.
    asleep: usize,
    /// Calls that no thread has followed yet.
    calls: usize,
    closing: bool,
}

impl Readers {
    /// Starts so many threads, which leave what they read with the writer.
    pub(crate) fn start(
        pool: Arc<Pool>,
        writer: Arc<Writer>,
        threads: usize,
        queue_max: usize,
    ) -> Result<Readers, Fault> {
        let most = threads.max(1);
        let shared = Arc::new(Shared {
            pool,
            writer,
            queue_max,
            most,
            state: Mutex::new(State::default()),
            called: Condvar::new(),
        });
        let mut readers = Readers {
            shared,
            threads: Vec::with_capacity(most),
        };
        for _ in 0..most {
            let shared = readers.shared.clone();
            let thread = std::thread::Builder::new()
                .name("onshi-reader".to_owned())
                .spawn(move || shared.work())
                .map_err(|e| Fault::at("starting a reader", e))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Queues a look. When the queue is full the look comes back, to be told so.
    pub(crate) fn submit(&self, length: Length, look: Look) -> Result<(), Look> {
        let shared = &self.shared;
        let mut state = shared.lock();
        if state.waiting.len() >= shared.queue_max {
            return Err(look);
        }
        state.waiting.push_back((length, look));
        let awake = shared.most - state.asleep;
        let enough = match length {
            Length::Short => state.waiting.len() <= awake * EACH,
            Length::Long => false,
        };
        let call = state.asleep > 0 && !enough;
        if call {
            state.asleep -= 1;
            state.calls += 1;
        }
        drop(state);
        if call {
            shared.called.notify_one();
        }
        Ok(())
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.called.notify_all();
        for thread in self.threads.drain(..) {
            // A panic of a reader was already reported where it happened.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(mut looks) = self.take() {
            let mut pieces = Vec::with_capacity(looks.len());
            while !looks.is_empty() {
                let read = self
                    .pool
                    .with(|connection| read_together(connection, &mut looks, &mut pieces));
                if let Err(fault) = read {
                    // Without a connection every look that is left is told so.
                    let told = |look: Look| look(Err(Fault::at("reading", &fault)));
                    pieces.extend(looks.drain(..).map(told));
                }
            }
            for piece in pieces {
                if let Err(piece) = self.writer.submit(piece) {
                    piece.turned_away();
                }
            }
        }
    }

    /// The next looks: one long one, or some short ones. None when it is time to end.
    fn take(&self) -> Option<VecDeque<Look>> {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.closing {
                return None;
            }
            state.asleep += 1;
            while state.calls == 0 && !state.closing {
                state = self
                    .called
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            state.calls = state.calls.saturating_sub(1);
        }
        let mut taken = VecDeque::with_capacity(TOGETHER.min(state.waiting.len()));
        while taken.len() < TOGETHER {
            match state.waiting.front() {
                Some((Length::Long, _)) if !taken.is_empty() => break,
                None => break,
                Some(_) => {}
            }
            let Some((length, look)) = state.waiting.pop_front() else {
                break;
            };
            taken.push_back(look);
            if length == Length::Long {
                break;
            }
        }
        Some(taken)
    }
}

/// Runs the looks in one read transaction, or as far as the connection lasts.
fn read_together(
    connection: &mut Connection,
    looks: &mut VecDeque<Look>,
    pieces: &mut Vec<Box<dyn Piece>>,
) -> Result<(), Fault> {
    connection.begin_reading()?;
    while !connection.is_lost()
        && let Some(look) = looks.pop_front()
    {
        pieces.push(look(Ok(connection)));
    }
    if connection.is_lost() {
        return Ok(());
    }
    connection.end_reading()
}

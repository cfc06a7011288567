//! The threads that read.
//!
//! Whoever asks is a thread that serves sockets, and must not wait for a disk. A look takes some
//! microseconds when its pages are in memory, less than waking a thread costs; so few threads stay
//! awake, each takes several short looks at a time and runs them in one read transaction, and
//! another is woken only when more is waiting than those that are awake will soon have done.
//!
//! Long looks have a bounded part of the threads, and institutions are served in turn there: who
//! walks through the audit log again and again keeps neither checks nor anybody else's lists
//! waiting.

use super::writer::{WriteJob, Writer};
use crate::error::Fault;
use crate::store::{Connection, Pool};
use crate::turns::{Bounds, Turns};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Something to be read, and what it leaves for the writer: its answer and its audit entry. It is
/// given the fault when there is no connection.
pub(crate) type ReadJob =
    Box<dyn FnOnce(Result<&mut Connection, Fault>) -> Box<dyn WriteJob> + Send>;

/// How long a look takes, as far as whoever asks can know.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReadKind<'a> {
    /// A few rows by their keys.
    Point,
    /// A list, or anything that may walk through much, with whose share of such looks it is of.
    Scan(&'a str),
}

/// One of so many threads may have a long look, and half of those may be of one institution.
const LONG_PART: usize = 4;
/// How many long looks of one institution may wait.
const LONG_WAITING_EACH: usize = 256;

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
    /// How long a look may wait before it is begun.
    patience: Duration,
    most: usize,
    state: Mutex<State>,
    called: Condvar,
}

struct State {
    waiting: VecDeque<(Instant, ReadJob)>,
    long: Turns<ReadJob>,
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
        (queue_max, patience): (usize, Duration),
    ) -> Result<Readers, Fault> {
        let most = threads.max(1);
        let shared = Arc::new(Shared {
            pool,
            writer,
            queue_max,
            patience,
            most,
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                long: Turns::new(Bounds {
                    running: (most / LONG_PART).max(1),
                    running_each: (most / LONG_PART / 2).max(1),
                    waiting: queue_max,
                    waiting_each: LONG_WAITING_EACH,
                }),
                asleep: 0,
                calls: 0,
                closing: false,
            }),
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
    pub(crate) fn submit(&self, length: ReadKind<'_>, read_job: ReadJob) -> Result<(), ReadJob> {
        let shared = &self.shared;
        let mut state = shared.lock();
        let enough = match length {
            ReadKind::Point => {
                if state.waiting.len() >= shared.queue_max {
                    return Err(read_job);
                }
                state.waiting.push_back((Instant::now(), read_job));
                // Who has a long look is awake, and yet will not be done soon.
                let awake = shared.most - state.asleep - state.long.running();
                state.waiting.len() <= awake * EACH
            }
            ReadKind::Scan(share) => {
                let read_job = while_awaited(Instant::now(), shared.patience, read_job);
                state
                    .long
                    .offer(share, read_job)
                    .map_err(|(_, read_job)| read_job)?;
                !state.long.is_ready()
            }
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
        while let Some((mut read_jobs, share)) = self.take() {
            let mut jobs = Vec::with_capacity(read_jobs.len());
            while !read_jobs.is_empty() {
                let read = self
                    .pool
                    .with(|connection| read_together(connection, &mut read_jobs, &mut jobs));
                if let Err(fault) = read {
                    // Without a connection every look that is left is told so.
                    let told = |read_job: ReadJob| read_job(Err(fault.within("reading")));
                    jobs.extend(read_jobs.drain(..).map(told));
                }
            }
            if let Some(share) = share {
                self.lock().long.done(&share);
            }
            for job in jobs {
                if let Err(job) = self.writer.submit(job) {
                    job.turned_away();
                }
            }
        }
    }

    /// The next looks: one long one with its share, or some short ones. None when it is time to end.
    fn take(&self) -> Option<(VecDeque<ReadJob>, Option<Arc<str>>)> {
        let mut state = self.lock();
        while state.waiting.is_empty() && !state.long.is_ready() {
            if state.closing {
                // Long looks that wait for a place are done by whoever has the place now.
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
        if let Some((share, read_job)) = state.long.begin_next() {
            return Some((VecDeque::from([read_job]), Some(share)));
        }
        let together = TOGETHER.min(state.waiting.len());
        let (now, patience) = (Instant::now(), self.patience);
        let taken = state.waiting.drain(..together);
        let awaited = taken.map(
            |(since, read_job)| match now.duration_since(since) > patience {
                true => while_awaited(since, patience, read_job),
                false => read_job,
            },
        );
        Some((awaited.collect(), None))
    }
}

/// A look that reads nothing when it was not begun in time: nobody waits for it any more, and others
/// do.
fn while_awaited(since: Instant, patience: Duration, read_job: ReadJob) -> ReadJob {
    Box::new(move |connection| {
        let late = since.elapsed() > patience;
        let fault = || Fault::unavailable("reading", "it waited for too long");
        read_job(if late { Err(fault()) } else { connection })
    })
}

/// Runs the looks in one read transaction, or as far as the connection lasts.
fn read_together(
    connection: &mut Connection,
    read_jobs: &mut VecDeque<ReadJob>,
    jobs: &mut Vec<Box<dyn WriteJob>>,
) -> Result<(), Fault> {
    connection.begin_reading()?;
    while !connection.is_lost()
        && let Some(read_job) = read_jobs.pop_front()
    {
        jobs.push(read_job(Ok(connection)));
    }
    if connection.is_lost() {
        return Ok(());
    }
    connection.end_reading()
}

#[cfg(test)]
mod tests {
    use crate::testing::TestCentre;
    use crate::{Actor, Function};
    use std::sync::mpsc;
    use std::time::Duration;

    fn nobody() -> crate::Error {
        crate::RefusalCode::NotFound.into()
    }

    /// One institution walks through its lists again and again. Another one's list comes after at
    /// most one more of them, and what only looks at a few rows does not wait at all.
    #[test]
    fn another_institutions_list_comes_between_those_of_one() {
        let centre = TestCentre::new();
        let (ours, theirs) = (centre.clinic(1), centre.clinic(2));
        let at = |code: &crate::facility::FacilityCode| {
            let actor = Actor::account(crate::AccountKind::Admin, "a1", code.clone(), "c1");
            centre.operation(actor, Function::ReadAuditLog)
        };
        let service = centre.service();
        let (told, tells) = mpsc::channel();
        let (hold, held) = mpsc::channel::<()>();
        let (begun, begins) = mpsc::channel();
        let first = move |_: &mut crate::Tx<'_>| {
            begun.send(()).expect("somebody waits");
            held.recv().expect("it is let go");
            Ok(())
        };
        service.scan(at(&ours.code), first, |answer| answer.expect("it was read"));
        begins
            .recv_timeout(Duration::from_secs(60))
            .expect("it begins");
        for _ in 0..20 {
            let told = told.clone();
            let work = move |_: &mut crate::Tx<'_>| told.send("ours").map_err(|_| nobody());
            service.scan(at(&ours.code), work, |answer| answer.expect("it was read"));
        }
        let told_theirs = told.clone();
        let work = move |_: &mut crate::Tx<'_>| told_theirs.send("theirs").map_err(|_| nobody());
        service.scan(at(&theirs.code), work, |answer| {
            answer.expect("it was read")
        });
        let (short, shorts) = mpsc::channel();
        let read_job = |_: &mut crate::Tx<'_>| Ok(());
        service.point_read(at(&ours.code), read_job, move |answer: Result<(), _>| {
            short.send(answer.is_ok()).expect("somebody waits");
        });
        assert_eq!(shorts.recv_timeout(Duration::from_secs(60)), Ok(true));
        hold.send(()).expect("it waits");
        let order: Vec<_> = (0..21)
            .map(|_| {
                tells
                    .recv_timeout(Duration::from_secs(60))
                    .expect("all are read")
            })
            .collect();
        let place = order.iter().position(|who| *who == "theirs");
        assert!(place.is_some_and(|place| place <= 1), "{order:?}");
    }
}

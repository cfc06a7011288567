//! Hashing of passwords on a few threads of its own.
//!
//! Argon2id takes milliseconds and megabytes on purpose. On its own bounded pool a storm of
//! log-ins waits for itself, and never for anybody else: eligibility checks and pages go on.

use onshi_core::{Error, Fault, RefusalCode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// The pool.
pub struct HashingPool {
    queue: SyncSender<Job>,
}

impl HashingPool {
    /// Starts the pool; `threads` of 0 takes half of the machine's.
    pub fn start(threads: usize, queue: usize) -> Result<HashingPool, Fault> {
        let threads = self::threads(threads);
        let (sender, receiver) = sync_channel::<Job>(queue.max(1));
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 0..threads {
            let receiver = receiver.clone();
            std::thread::Builder::new()
                .name(format!("onshi-hash-{number}"))
                .spawn(move || work(&receiver))
                .map_err(|e| Fault::at("starting the hashing pool", e))?;
        }
        Ok(HashingPool { queue: sender })
    }

    /// Runs `job` on the pool. When too much waits, the answer is "busy" at once.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Whoever asked may have gone away meanwhile.
            let _ = tell.send(job());
        });
        match self.queue.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                metrics::counter!("onshi_hashing_turned_away_total").increment(1);
                return Err(RefusalCode::Busy.into());
            }
            Err(TrySendError::Disconnected(_)) => {
                return Err(Fault::at("hashing", "the pool has ended").into());
            }
        }
        told.await
            .map_err(|_| Fault::at("hashing", "the job was dropped").into())
    }
}

/// How many threads a setting means: 0 takes half of the machine's.
pub fn threads(setting: usize) -> usize {
    let machine = std::thread::available_parallelism().map_or(1, usize::from);
    if setting == 0 {
        (machine / 2).max(1)
    } else {
        setting
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            // A job that panics costs its own caller an answer, and nobody a thread.
            Ok(job) => drop(catch_unwind(AssertUnwindSafe(job))),
            Err(_) => return,
        }
    }
}

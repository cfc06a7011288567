//! Work that takes longer than the threads that serve sockets may take, on a few threads of its
//! own: passwords are hashed and judged there, large messages and lists are read and printed.
//!
//! Institutions are served in turn ([`Shares`]), so that a storm waits for itself and never for
//! anybody else, and what waits is bounded, in all and for each.

use crate::capacity::shares::Shares;
use onshi_core::turns::Bounds;
use onshi_core::{Error, Fault};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// The pool.
pub struct Pool {
    shares: Shares,
    /// Holds no more jobs than there are threads: each has a place.
    queue: Sender<Job>,
}

/// How large a pool is.
#[derive(Clone, Copy, Debug)]
pub struct PoolSize {
    /// Threads; 0 takes half of the machine's.
    pub threads: usize,
    /// Jobs that may wait, in all.
    pub waiting: usize,
    /// Jobs that may wait, of one institution.
    pub waiting_each: usize,
}

impl Pool {
    /// Starts the pool.
    pub fn start(what: &'static str, size: PoolSize) -> Result<Pool, Fault> {
        let threads = threads(size.threads);
        let (sender, receiver) = channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 0..threads {
            let receiver = receiver.clone();
            std::thread::Builder::new()
                .name(format!("onshi-{what}-{number}"))
                .spawn(move || work(&receiver))
                .map_err(|e| Fault::at(format!("starting the pool of {what}"), e))?;
        }
        let bounds = Bounds {
            running: threads,
            running_each: threads,
            waiting: size.waiting,
            waiting_each: size.waiting_each,
        };
        Ok(Pool {
            shares: Shares::new(what, bounds),
            queue: sender,
        })
    }

    /// Runs `job` when it is `key`'s turn. When too much waits, the answer is "busy" at once.
    pub async fn run<T: Send + 'static>(
        &self,
        key: &str,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let place = self.shares.place(key).await?;
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move || {
            let done = job();
            // The next one may begin before this one's asker is awake.
            drop(place);
            // Whoever asked may have gone away meanwhile.
            let _ = tell.send(done);
        });
        if self.queue.send(job).is_err() {
            return Err(Fault::at("working beside the sockets", "the pool has ended").into());
        }
        told.await
            .map_err(|_| Fault::at("working beside the sockets", "the job was dropped").into())
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

#[cfg(test)]
mod tests {
    use super::*;
    use onshi_core::RefusalCode;
    use std::sync::mpsc;

    fn pool(waiting: usize, waiting_each: usize) -> Pool {
        let size = PoolSize {
            threads: 1,
            waiting,
            waiting_each,
        };
        Pool::start("tests", size).expect("threads start")
    }

    /// One institution asks for much: the other's single job comes after at most one more of them,
    /// and is never told "busy".
    #[tokio::test]
    async fn another_institution_waits_for_one_job_and_not_for_all() {
        let pool = Arc::new(pool(64, 16));
        let (hold, held) = mpsc::channel::<()>();
        let done = Arc::new(Mutex::new(Vec::new()));
        let (begin, begun) = oneshot::channel();
        let first = tokio::spawn({
            let pool = pool.clone();
            let job = move || begin.send(()).is_ok() && held.recv().is_ok();
            async move { pool.run("a", job).await }
        });
        begun.await.expect("the first job begins");
        let mut all = Vec::new();
        let mut ask = |key: &'static str| {
            let (pool, done) = (pool.clone(), done.clone());
            all.push(tokio::spawn(async move {
                let told = pool
                    .run(key, move || done.lock().expect("it is whole").push(key))
                    .await;
                matches!(told, Err(Error::Refused(refusal)) if refusal.code == RefusalCode::Busy)
            }));
        };
        for _ in 0..40 {
            ask("a");
        }
        ask("b");
        while pool.shares.waiting() < 17 {
            tokio::task::yield_now().await;
        }
        hold.send(()).expect("the first job waits");
        let mut busy = 0;
        for told in all {
            busy += usize::from(told.await.expect("it did not panic"));
        }
        assert!(first.await.expect("it did not panic").expect("it ran"));
        assert_eq!(busy, 40 - 16, "the own share of those who wait is full");
        let order = done.lock().expect("it is whole").clone();
        let place = order.iter().position(|key| *key == "b");
        assert!(place.is_some_and(|place| place <= 1), "{order:?}");
    }

    #[tokio::test]
    async fn a_job_that_panics_costs_its_own_caller_only() {
        let pool = pool(4, 4);
        let told = pool.run("a", || panic!("on purpose")).await;
        assert!(matches!(told, Err::<(), _>(Error::Fault(_))));
        assert_eq!(pool.run("a", || 7).await.expect("the thread lives"), 7);
    }
}

//! Shares: places that institutions, insurers or terminals wait for in turn.
//!
//! Whatever is bounded (threads that hash, reports that come in, lists that are printed) is bounded
//! for each key too, and given out in turn: who asks a hundred times waits behind the own hundred,
//! and everybody else behind one of them. The order itself is [`Turns`].

use onshi_core::RefusalCode;
use onshi_core::turns::{Bounds, Turns};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Places that are given out in turn.
#[derive(Clone)]
pub struct Shares(Arc<Inner>);

struct Inner {
    /// What it is that there are places of, as the metrics call it.
    what: &'static str,
    turns: Mutex<Turns<oneshot::Sender<Place>>>,
}

/// A place. It goes to whoever is next when it is dropped.
pub struct Place(Option<(Arc<Inner>, Arc<str>)>);

impl Shares {
    /// So many places.
    pub fn new(what: &'static str, bounds: Bounds) -> Shares {
        Shares(Arc::new(Inner {
            what,
            turns: Mutex::new(Turns::new(bounds)),
        }))
    }

    /// Waits for a place of this key's share. Whoever goes away while waiting loses nothing of it.
    /// Where too much waits already, the answer is "busy" at once.
    pub async fn place(&self, key: &str) -> Result<Place, RefusalCode> {
        let (give, given) = oneshot::channel();
        let offered = self.0.lock().offer(key, give);
        if offered.is_err() {
            metrics::counter!("onshi_turned_away_total", "of" => self.0.what).increment(1);
            return Err(RefusalCode::Busy);
        }
        self.0.give_out();
        given.await.map_err(|_| RefusalCode::Busy)
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.0.lock().waiting()
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Turns<oneshot::Sender<Place>>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_out(self: &Arc<Inner>) {
        loop {
            let next = self.lock().begin_next();
            let Some((key, give)) = next else {
                return;
            };
            if let Err(mut gone) = give.send(Place(Some((self.clone(), key.clone())))) {
                // Whoever waited has gone. Dropping the place here would come back to this loop.
                gone.0 = None;
                self.lock().done(&key);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((inner, key)) = self.0.take() {
            inner.lock().done(&key);
            inner.give_out();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(running: usize, each: usize, waiting: usize, waiting_each: usize) -> Shares {
        Shares::new(
            "tests",
            Bounds {
                running,
                running_each: each,
                waiting,
                waiting_each,
            },
        )
    }

    #[tokio::test]
    async fn eight_of_one_leave_a_place_for_another() {
        let shares = shares(8, 2, 0, 0);
        let mut held = Vec::new();
        for _ in 0..8 {
            held.extend(shares.place("greedy").await.ok());
        }
        assert_eq!(held.len(), 2);
        assert!(shares.place("another").await.is_ok());
        held.pop();
        assert!(shares.place("greedy").await.is_ok(), "a place came back");
    }

    #[tokio::test]
    async fn whoever_goes_away_while_waiting_keeps_no_place() {
        let shares = shares(1, 1, 100, 100);
        let held = shares.place("a").await.expect("it is free");
        for _ in 0..50 {
            let waits = shares.place("a");
            let gone = tokio::time::timeout(std::time::Duration::ZERO, waits).await;
            assert!(gone.is_err());
        }
        let waits = tokio::spawn({
            let shares = shares.clone();
            async move { shares.place("b").await.is_ok() }
        });
        while shares.waiting() < 51 {
            tokio::task::yield_now().await;
        }
        drop(held);
        assert!(waits.await.expect("it did not panic"));
        assert_eq!(shares.waiting(), 0);
        assert!(shares.place("a").await.is_ok());
    }
}

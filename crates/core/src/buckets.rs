//! Token buckets by key: how often somebody may do something, however many somebodies there are.
//!
//! Each key has a bucket that holds `burst` and fills again by the minute. What is remembered is
//! bounded: full buckets say nothing and are forgotten, and when even then there are too many keys,
//! new ones share one bucket until some are forgotten again.

use crate::clock::Moment;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How often something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In a row.
    pub burst: u32,
    /// A minute, on and on.
    pub per_minute: u32,
}

/// Buckets by key.
pub struct Buckets {
    burst: f64,
    per_ms: f64,
    keys_max: usize,
    state: Mutex<State>,
}

struct State {
    by_key: HashMap<Box<str>, Bucket>,
    /// Of all keys that there was no room for.
    others: Bucket,
    swept_at: Option<Moment>,
}

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Moment,
}

/// Walking through all buckets takes milliseconds when there are many; so it is done no oftener.
const SWEEP_MS: i64 = 1000;
/// How long somebody is told to wait where nothing fills the bucket again.
const NEVER_MS: f64 = 3_600_000.0;

impl Buckets {
    /// Buckets of this rate, for at most so many keys at a time.
    pub fn new(rate: Rate, keys_max: usize) -> Buckets {
        let burst = f64::from(rate.burst.max(1));
        Buckets {
            burst,
            per_ms: f64::from(rate.per_minute) / 60_000.0,
            keys_max: keys_max.max(1),
            state: Mutex::new(State {
                by_key: HashMap::new(),
                others: Bucket {
                    left: burst,
                    at: Moment::from_ms(0),
                },
                swept_at: None,
            }),
        }
    }

    /// Takes one out of the key's bucket; when none is left, says when there will be one.
    pub fn take(&self, key: &str, now: Moment) -> Result<(), Moment> {
        self.with(key, now, |bucket, _, per_ms| {
            if bucket.left >= 1.0 {
                bucket.left -= 1.0;
                return Ok(());
            }
            let wait = ((1.0 - bucket.left) / per_ms).min(NEVER_MS).ceil();
            Err(Moment::from_ms(now.ms().saturating_add(wait as i64)))
        })
    }

    /// Takes one even when none is left, and says for how many milliseconds whoever took it has to
    /// wait, so that all who do are answered at the rate; never longer than `most_ms`.
    pub fn pace(&self, key: &str, now: Moment, most_ms: i64) -> i64 {
        self.with(key, now, |bucket, _, per_ms| {
            let debt_max = most_ms as f64 * per_ms;
            bucket.left = (bucket.left - 1.0).max(-debt_max);
            let wait = (-bucket.left / per_ms).ceil() as i64;
            wait.clamp(0, most_ms)
        })
    }

    /// How many keys are remembered.
    pub fn keys(&self) -> usize {
        self.lock().by_key.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, key: &str, now: Moment, f: impl FnOnce(&mut Bucket, f64, f64) -> T) -> T {
        let (burst, per_ms) = (self.burst, self.per_ms);
        let mut state = self.lock();
        let state = &mut *state;
        if !state.by_key.contains_key(key) && state.by_key.len() >= self.keys_max {
            let swept = state.swept_at.replace(now);
            if swept.is_none_or(|swept| (now.ms() - swept.ms()).abs() >= SWEEP_MS) {
                let full = |bucket: &Bucket| bucket.refilled(now, burst, per_ms).left >= burst;
                state.by_key.retain(|_, bucket| !full(bucket));
            } else {
                state.swept_at = swept;
            }
        }
        let bucket = if state.by_key.len() < self.keys_max || state.by_key.contains_key(key) {
            let fresh = Bucket {
                left: burst,
                at: now,
            };
            state.by_key.entry(key.into()).or_insert(fresh)
        } else {
            &mut state.others
        };
        *bucket = bucket.refilled(now, burst, per_ms);
        f(bucket, burst, per_ms)
    }
}

impl Bucket {
    /// What is in it now. A clock that goes back gives nothing away.
    fn refilled(self, now: Moment, burst: f64, per_ms: f64) -> Bucket {
        let passed = now.ms().saturating_sub(self.at.ms()).max(0) as f64;
        Bucket {
            left: (self.left + passed * per_ms).min(burst),
            at: self.at.max(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_ms(1_000_000);

    fn buckets(burst: u32, per_minute: u32, keys_max: usize) -> Buckets {
        Buckets::new(Rate { burst, per_minute }, keys_max)
    }

    #[test]
    fn a_burst_is_allowed_then_the_rate() {
        let limit = buckets(3, 60, 100);
        let many = (0..4).filter(|_| limit.take("a", START).is_ok());
        assert_eq!(many.count(), 3);
        assert!(
            limit.take("b", START).is_ok(),
            "another key, another bucket"
        );
        let later = START.plus_seconds(1);
        assert!(limit.take("a", later).is_ok());
        assert_eq!(limit.take("a", later), Err(later.plus_seconds(1)));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let limit = buckets(1, 60, 100);
        assert!(limit.take("a", START).is_ok());
        assert!(limit.take("a", START.plus_seconds(-100)).is_err());
        assert!(limit.take("a", START).is_err());
    }

    #[test]
    fn what_never_fills_again_is_said_to_take_long() {
        let limit = buckets(1, 0, 100);
        assert!(limit.take("a", START).is_ok());
        let until = limit.take("a", START).expect_err("it is empty");
        assert!(until.seconds_since(START) >= 3600);
    }

    #[test]
    fn full_buckets_are_forgotten_and_used_ones_are_not() {
        let limit = buckets(2, 60, 10);
        for key in 0..10 {
            assert!(limit.take(&key.to_string(), START).is_ok());
        }
        assert!(limit.take("0", START).is_ok());
        // A second later all but the first are full again.
        assert!(limit.take("new", START.plus_seconds(1)).is_ok());
        assert_eq!(limit.keys(), 2, "the used one and the new one");
    }

    #[test]
    fn more_keys_than_are_remembered_share_one_bucket() {
        let limit = buckets(5, 0, 10);
        let strangers = (0..1000).filter(|n| limit.take(&format!("s{n}"), START).is_ok());
        assert_eq!(
            strangers.count(),
            10 + 5,
            "ten of their own, five of all others"
        );
        assert_eq!(limit.keys(), 10);
        assert!(
            limit.take("s3", START).is_ok(),
            "who is known keeps the own bucket"
        );
    }

    #[test]
    fn paced_answers_go_out_at_the_rate_and_none_waits_for_ever() {
        let limit = buckets(1, 6000, 100);
        let waits: Vec<i64> = (0..5).map(|_| limit.pace("a", START, 30)).collect();
        assert_eq!(waits, [0, 10, 20, 30, 30]);
        assert_eq!(limit.pace("a", START.plus_seconds(1), 30), 0);
    }
}

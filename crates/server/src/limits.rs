//! How often a terminal may send log-ins.

use onshi_core::Moment;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A bucket of log-ins for each terminal: it holds `burst`, and fills again by the minute.
pub struct TerminalLimit {
    burst: f64,
    per_ms: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Moment,
}

/// Full buckets are forgotten when there are more than this many.
const BUCKETS_MAX: usize = 100_000;

impl TerminalLimit {
    /// A limit of `burst` in a row and `per_minute` on and on.
    pub fn new(burst: u32, per_minute: u32) -> TerminalLimit {
        TerminalLimit {
            burst: f64::from(burst),
            per_ms: f64::from(per_minute) / 60_000.0,
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one log-in out of the terminal's bucket, and says whether one was left.
    pub fn allows(&self, terminal: &str, now: Moment) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > BUCKETS_MAX {
            let (burst, per_ms) = (self.burst, self.per_ms);
            buckets.retain(|_, bucket| refill(*bucket, now, burst, per_ms) < burst);
        }
        let bucket = buckets.entry(terminal.to_owned()).or_insert(Bucket {
            left: self.burst,
            at: now,
        });
        bucket.left = refill(*bucket, now, self.burst, self.per_ms);
        bucket.at = bucket.at.max(now);
        if bucket.left < 1.0 {
            return false;
        }
        bucket.left -= 1.0;
        true
    }
}

fn refill(bucket: Bucket, now: Moment, burst: f64, per_ms: f64) -> f64 {
    let passed = (now.ms() - bucket.at.ms()).max(0) as f64;
    (bucket.left + passed * per_ms).min(burst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_then_the_rate() {
        let limit = TerminalLimit::new(3, 60);
        let start = Moment::from_ms(1_000_000);
        assert_eq!((0..4).filter(|_| limit.allows("a", start)).count(), 3);
        assert!(
            limit.allows("b", start),
            "another terminal has its own bucket"
        );
        assert!(limit.allows("a", start.plus_seconds(1)));
        assert!(!limit.allows("a", start.plus_seconds(1)));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let limit = TerminalLimit::new(1, 60);
        let start = Moment::from_ms(1_000_000);
        assert!(limit.allows("a", start));
        assert!(!limit.allows("a", start.plus_seconds(-100)));
        assert!(!limit.allows("a", start));
    }
}

//! How fast connections come from one address: each costs a handshake, which is the dearest thing
//! that a stranger can ask for.
//!
//! Every source has a bucket. Whoever's bucket is empty is hung up on before anything of TLS is
//! done. Who turns out to be known gets back what was taken, so that an institution with any number
//! of terminals behind one address is never held up by its own connections; and where somebody known
//! is connected from, several times as many may come, so that a stranger there holds up nobody.

use crate::Arrivals;
use crate::address::Source;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// How many times as many may come from where somebody known is connected.
const KNOWN_TIMES: u32 = 8;
/// The most sources whose buckets are kept; full ones are forgotten first.
const SOURCES_MAX: usize = 65_536;
/// For how long it is remembered that somebody known came from there: a shift.
const REMEMBERED: Duration = Duration::from_secs(8 * 3600);
/// How often all of them are looked through at most: it takes a moment, during which nobody comes.
const LOOK_THROUGH: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// The buckets of a listener.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    buckets: HashMap<Source, Bucket>,
    /// How many of those who are known are connected from where.
    known: HashMap<Source, usize>,
    /// From where the last one who was known is gone, and since when.
    left: HashMap<Source, Instant>,
    /// When full ones were forgotten.
    forgot: Option<Instant>,
}

impl Buckets {
    /// Whether one more may come from there now.
    pub fn take(&mut self, rate: Arrivals, source: Source, now: Instant) -> bool {
        if self.buckets.len() >= SOURCES_MAX && !self.buckets.contains_key(&source) {
            self.forget_full(rate, now);
            if self.buckets.len() >= SOURCES_MAX {
                // So many sources at a time are no one's single address; places bound them.
                return true;
            }
        }
        let rate = self.rate_of(rate, &source);
        let bucket = self.buckets.entry(source).or_insert_with(|| Bucket {
            left: f64::from(rate.burst),
            at: now,
        });
        bucket.fill(rate, now);
        if bucket.left < 1.0 {
            return false;
        }
        bucket.left -= 1.0;
        true
    }

    fn rate_of(&self, rate: Arrivals, source: &Source) -> Arrivals {
        if !self.known.contains_key(source) {
            return rate;
        }
        Arrivals {
            burst: rate.burst.saturating_mul(KNOWN_TIMES),
            per_second: rate.per_second.saturating_mul(KNOWN_TIMES),
        }
    }

    /// Whoever came from there turned out to be known: it costs nothing.
    pub fn known_came(&mut self, source: Source) {
        *self.known.entry(source).or_default() += 1;
        if let Some(bucket) = self.buckets.get_mut(&source) {
            // Filling it bounds it again.
            bucket.left += 1.0;
        }
    }

    /// One of those who are known from there is a stranger again. True when it was the last one.
    pub fn known_no_more(&mut self, source: Source) -> bool {
        let Some(count) = self.known.get_mut(&source) else {
            return false;
        };
        *count -= 1;
        if *count > 0 {
            return false;
        }
        self.known.remove(&source);
        true
    }

    /// One of those who are known from there is gone.
    pub fn known_left(&mut self, source: Source, now: Instant) {
        if !self.known_no_more(source) {
            return;
        }
        if self.left.len() >= SOURCES_MAX {
            self.left
                .retain(|_, at| now.saturating_duration_since(*at) < REMEMBERED);
        }
        if self.left.len() < SOURCES_MAX {
            self.left.insert(source, now);
        }
    }

    /// Whether somebody known is connected from there, or was not long ago.
    pub fn is_familiar(&self, source: &Source, now: Instant) -> bool {
        let lately = |at: &Instant| now.saturating_duration_since(*at) < REMEMBERED;
        self.known.contains_key(source) || self.left.get(source).is_some_and(lately)
    }

    fn forget_full(&mut self, rate: Arrivals, now: Instant) {
        let since = |at| now.saturating_duration_since(at);
        if self.forgot.is_some_and(|at| since(at) < LOOK_THROUGH) {
            return;
        }
        self.forgot = Some(now);
        self.buckets.retain(|_, bucket| {
            // With the smaller bound: one that is above it is full enough to be forgotten.
            bucket.fill(rate, now);
            bucket.left < f64::from(rate.burst)
        });
    }
}

impl Bucket {
    fn fill(&mut self, rate: Arrivals, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        let filled = self.left + passed * f64::from(rate.per_second);
        self.left = filled.min(f64::from(rate.burst));
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    const RATE: Arrivals = Arrivals {
        burst: 3,
        per_second: 2,
    };

    fn source(last: u8) -> Source {
        Source::of(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn a_source_comes_in_a_burst_and_then_at_the_rate() {
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        let mut take = |last, at| buckets.take(RATE, source(last), at);
        assert_eq!([(); 4].map(|()| take(1, now)), [true, true, true, false]);
        assert!(take(2, now), "another one has a bucket of its own");
        let later = now + Duration::from_millis(500);
        assert_eq!([(); 2].map(|()| take(1, later)), [true, false]);
        let full = now + Duration::from_secs(60);
        assert_eq!([(); 4].map(|()| take(1, full)), [true, true, true, false]);
    }

    #[test]
    fn whoever_is_known_pays_nothing() {
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        for _ in 0..1000 {
            assert!(buckets.take(RATE, source(1), now));
            buckets.known_came(source(1));
            buckets.known_left(source(1), now);
        }
    }

    #[test]
    fn where_somebody_known_came_from_is_familiar_for_a_shift() {
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        assert!(!buckets.is_familiar(&source(1), now));
        buckets.known_came(source(1));
        let gone = now + REMEMBERED * 2;
        assert!(buckets.is_familiar(&source(1), gone), "it is still there");
        buckets.known_left(source(1), gone);
        let familiar = |after| buckets.is_familiar(&source(1), gone + after);
        assert!(familiar(REMEMBERED - Duration::from_secs(1)));
        assert!(!familiar(REMEMBERED));
        assert!(!buckets.is_familiar(&source(2), gone));
        // Whose certificate is good for nothing was nobody.
        buckets.known_came(source(2));
        buckets.known_no_more(source(2));
        assert!(!buckets.is_familiar(&source(2), gone));
    }

    #[test]
    fn where_somebody_known_is_more_may_come() {
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        assert!(buckets.take(RATE, source(1), now));
        buckets.known_came(source(1));
        let later = now + Duration::from_secs(60);
        let many = (0..100).filter(|_| buckets.take(RATE, source(1), later));
        assert_eq!(many.count(), 24);
        buckets.known_left(source(1), later);
        let last = later + Duration::from_secs(60);
        let few = (0..100).filter(|_| buckets.take(RATE, source(1), last));
        assert_eq!(few.count(), 3);
    }

    #[test]
    fn more_sources_than_are_remembered_are_all_let_in_and_full_ones_forgotten() {
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        let many =
            (0..70_000u32).map(|n| Source::of(IpAddr::from((0x0a00_0000 + n).to_be_bytes())));
        assert!(many.clone().all(|source| buckets.take(RATE, source, now)));
        assert!(buckets.buckets.len() <= SOURCES_MAX);
        assert_eq!(
            buckets.forgot,
            Some(now),
            "looked through once, not for each"
        );
        let later = now + Duration::from_secs(60);
        assert!(
            many.into_iter()
                .skip(69_000)
                .all(|source| buckets.take(RATE, source, later))
        );
        assert!(buckets.buckets.len() <= 1001, "{}", buckets.buckets.len());
    }
}

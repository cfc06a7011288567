//! Latencies, and what is said about them.

use serde::Serialize;
use std::time::Duration;

/// How often something was done, and how long it took.
#[derive(Clone, Debug, Serialize)]
pub struct Rate {
    /// How many callers did it at a time.
    pub callers: usize,
    /// How often it was done.
    pub count: usize,
    /// How often it was turned away as too much at a time (503), which is not counted.
    pub turned_away: usize,
    /// How often a second.
    pub per_second: f64,
    /// The median, in milliseconds.
    pub p50_ms: f64,
    /// What one in a hundred exceeds, in milliseconds.
    pub p99_ms: f64,
}

impl Rate {
    /// From every single time that was taken within `elapsed`.
    pub fn of(callers: usize, mut taken: Vec<Duration>, elapsed: Duration) -> Rate {
        taken.sort_unstable();
        Rate {
            callers,
            count: taken.len(),
            turned_away: 0,
            per_second: rounded(taken.len() as f64 / elapsed.as_secs_f64()),
            p50_ms: share_ms(&taken, 50),
            p99_ms: share_ms(&taken, 99),
        }
    }
}

/// The time that this percentage of the sorted times do not exceed.
fn share_ms(sorted: &[Duration], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted
        .get(place)
        .map_or(0.0, |time| rounded(time.as_secs_f64() * 1000.0))
}

/// Two decimals are more than a measurement is worth.
pub fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_taken() {
        let taken = (1..=200).map(Duration::from_millis).rev().collect();
        let rate = Rate::of(4, taken, Duration::from_secs(2));
        assert_eq!((rate.p50_ms, rate.p99_ms), (100.0, 198.0));
        assert_eq!((rate.count, rate.per_second), (200, 100.0));
        assert_eq!(Rate::of(1, Vec::new(), Duration::from_secs(1)).p99_ms, 0.0);
    }
}

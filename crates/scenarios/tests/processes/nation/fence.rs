//! Somebody on each machine of PostgreSQL who writes there, whatever the cluster thinks: an old primary that still takes
//! writes would be found by what it acknowledged.

use super::lab::{AS_POSTGRES, DATABASES, Lab};
use std::collections::BTreeMap;

/// The writers; each notes what it was acknowledged, when, and on which timeline.
pub struct Fences;

/// What was found of them.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Fenced {
    /// How many writes were acknowledged, on all machines.
    pub acknowledged: usize,
    /// How many of them are gone.
    pub lost: usize,
    /// How many an old primary acknowledged when there was a newer one already.
    pub by_an_old_primary: usize,
}

impl Fences {
    /// Begins.
    pub fn begin(lab: &Lab) -> Fences {
        let primary = lab.primary().unwrap();
        let table =
            "create table fence (machine text, number bigint, primary key (machine, number))";
        let made = lab.ask(&primary, &["bash", "-c", AS_POSTGRES, "psql", table]);
        assert!(made.is_some(), "the table is made");
        for machine in DATABASES {
            lab.say(&["fence", machine]);
        }
        Fences
    }

    /// Compares what was acknowledged with what is there.
    pub fn judge(&self, lab: &Lab) -> Fenced {
        // (when, timeline) of each that was acknowledged.
        let mut told: BTreeMap<(String, u64), (f64, u64)> = BTreeMap::new();
        for machine in DATABASES {
            let text = std::fs::read_to_string(lab.path(&format!("{machine}/fence")));
            for line in text.unwrap_or_default().lines() {
                let words: Vec<&str> = line.split(' ').collect();
                let [at, number, timeline] = words[..] else {
                    continue;
                };
                let number = number.parse().unwrap();
                let timeline = u64::from_str_radix(timeline, 16).unwrap();
                told.insert(
                    (machine.to_owned(), number),
                    (at.parse().unwrap(), timeline),
                );
            }
        }
        let primary = lab.primary().unwrap();
        let all = "select machine || ' ' || number from fence";
        let found = lab.ask(&primary, &["bash", "-c", AS_POSTGRES, "psql", all]);
        let found: std::collections::BTreeSet<(String, u64)> = found
            .unwrap()
            .lines()
            .filter_map(|line| {
                let (machine, number) = line.split_once(' ')?;
                Some((machine.to_owned(), number.parse().ok()?))
            })
            .collect();
        // The first moment of each timeline.
        let mut first: BTreeMap<u64, f64> = BTreeMap::new();
        for (at, timeline) in told.values() {
            let known = first.entry(*timeline).or_insert(*at);
            *known = known.min(*at);
        }
        let is_old = |(at, timeline): &&(f64, u64)| {
            let newer = first.range(timeline + 1..).map(|(_, since)| *since);
            newer.fold(f64::INFINITY, f64::min) < *at
        };
        Fenced {
            acknowledged: told.len(),
            lost: told.keys().filter(|key| !found.contains(*key)).count(),
            by_an_old_primary: told.values().filter(is_old).count(),
        }
    }
}

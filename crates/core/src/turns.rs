//! Turns: bounded places for keyed work, given out in turn.
//!
//! Who asks for a thousand things at once waits for the own thousand, and somebody else's one thing
//! comes after at most one more of them. This is only the order and the bounds: it knows no
//! thread, lock or clock, and whoever holds it decides what waiting means.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// How much may go on and how much may wait, in all and of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// What goes on at a time, in all.
    pub running: usize,
    /// What goes on at a time of one key.
    pub running_each: usize,
    /// What waits, in all.
    pub waiting: usize,
    /// What waits of one key.
    pub waiting_each: usize,
}

/// Why something may not even wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The key's own share is used up.
    Own,
    /// Everything is.
    All,
}

/// Items that wait for their turn.
pub struct Turns<T> {
    bounds: Bounds,
    running: usize,
    waiting: usize,
    lines: HashMap<Arc<str>, Line<T>>,
    /// The keys of which something waits and may go on, in the order of their turns.
    order: VecDeque<Arc<str>>,
}

struct Line<T> {
    running: usize,
    items: VecDeque<T>,
}

impl<T> Turns<T> {
    /// Nothing waits and nothing goes on.
    pub fn new(bounds: Bounds) -> Turns<T> {
        Turns {
            bounds: Bounds {
                running: bounds.running.max(1),
                running_each: bounds.running_each.max(1),
                ..bounds
            },
            running: 0,
            waiting: 0,
            lines: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Lets an item wait for its turn; what may go on at once is never refused. A refused item
    /// comes back.
    pub fn offer(&mut self, key: &str, item: T) -> Result<(), (Full, T)> {
        let known = self.lines.get(key);
        let (running, waiting) = known.map_or((0, 0), |line| (line.running, line.items.len()));
        let at_once = self.running + self.order.len() < self.bounds.running
            && running < self.bounds.running_each
            && waiting == 0;
        if !at_once {
            if waiting >= self.bounds.waiting_each {
                return Err((Full::Own, item));
            }
            if self.waiting >= self.bounds.waiting {
                return Err((Full::All, item));
            }
        }
        let key: Arc<str> = match self.lines.get_key_value(key) {
            Some((known, _)) => known.clone(),
            None => key.into(),
        };
        let line = self.lines.entry(key.clone()).or_insert(Line {
            running: 0,
            items: VecDeque::new(),
        });
        line.items.push_back(item);
        self.waiting += 1;
        if line.items.len() == 1 && line.running < self.bounds.running_each {
            self.order.push_back(key);
        }
        Ok(())
    }

    /// The next item whose turn it is, when there is a place for it. The place is its key's until
    /// [`Turns::done`].
    pub fn begin_next(&mut self) -> Option<(Arc<str>, T)> {
        if self.running >= self.bounds.running {
            return None;
        }
        let key = self.order.pop_front()?;
        let line = self.lines.get_mut(&key)?;
        let item = line.items.pop_front()?;
        line.running += 1;
        self.running += 1;
        self.waiting -= 1;
        if !line.items.is_empty() && line.running < self.bounds.running_each {
            self.order.push_back(key.clone());
        }
        Some((key, item))
    }

    /// Gives a place back.
    pub fn done(&mut self, key: &Arc<str>) {
        let Some(line) = self.lines.get_mut(key) else {
            return;
        };
        let was_full = line.running >= self.bounds.running_each;
        line.running = line.running.saturating_sub(1);
        self.running = self.running.saturating_sub(1);
        if line.items.is_empty() {
            if line.running == 0 {
                self.lines.remove(key);
            }
        } else if was_full {
            self.order.push_back(key.clone());
        }
    }

    /// True when something could go on now.
    pub fn is_ready(&self) -> bool {
        self.running < self.bounds.running && !self.order.is_empty()
    }

    /// How many places are given out.
    pub fn running(&self) -> usize {
        self.running
    }

    /// How many items wait.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// How many keys are remembered: only those of which something waits or goes on.
    pub fn keys(&self) -> usize {
        self.lines.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    fn turns(running: usize, running_each: usize, waiting: usize, each: usize) -> Turns<u32> {
        Turns::new(Bounds {
            running,
            running_each,
            waiting,
            waiting_each: each,
        })
    }

    #[test]
    fn one_thing_of_another_comes_after_one_more_and_not_after_all() {
        let mut turns = turns(1, 1, 1000, 1000);
        for item in 0..100 {
            assert!(turns.offer("a", item).is_ok());
        }
        let (first, _) = turns.begin_next().expect("a place is free");
        assert!(turns.offer("b", 1000).is_ok());
        assert!(turns.begin_next().is_none(), "there is one place");
        turns.done(&first);
        let next = turns.begin_next().map(|(key, _)| key.to_string());
        assert_eq!(next.as_deref(), Some("b"), "a had its turn");
    }

    #[test]
    fn the_own_share_is_full_before_everything_is() {
        let mut turns = turns(1, 1, 6, 4);
        let own = (0..10).map(|item| turns.offer("a", item).map_err(|(full, _)| full));
        let own: Vec<_> = own.collect();
        assert_eq!(own.iter().filter(|taken| taken.is_ok()).count(), 4);
        assert_eq!(own.last(), Some(&Err(Full::Own)));
        assert!(turns.offer("b", 0).is_ok());
        assert!(turns.offer("c", 0).is_ok());
        assert_eq!(
            turns.offer("d", 7),
            Err((Full::All, 7)),
            "the item comes back"
        );
    }

    #[test]
    fn what_goes_on_at_once_needs_no_room_to_wait() {
        let mut turns = turns(2, 1, 0, 0);
        assert!(turns.offer("a", 1).is_ok());
        assert_eq!(turns.offer("a", 2), Err((Full::Own, 2)));
        assert!(turns.offer("b", 3).is_ok());
        assert!(turns.begin_next().is_some() && turns.begin_next().is_some());
        assert_eq!(turns.offer("c", 4), Err((Full::Own, 4)));
    }

    #[test]
    fn one_key_has_no_more_places_than_its_own() {
        let mut turns = turns(8, 2, 100, 100);
        for item in 0..20 {
            assert!(turns.offer("a", item).is_ok());
        }
        let begun: Vec<_> = std::iter::from_fn(|| turns.begin_next()).collect();
        assert_eq!(begun.len(), 2);
        turns.done(&begun[0].0);
        assert!(
            turns.begin_next().is_some(),
            "a place of its own is free again"
        );
        assert!(turns.begin_next().is_none());
    }

    /// Whatever comes in whatever order: nothing is lost, nothing is beyond its bound, nobody who
    /// could go on waits, and nothing is remembered at the end.
    #[test]
    fn the_bounds_hold_and_nothing_is_lost_in_any_order() {
        for seed in 0..200_u8 {
            let mut entropy = Entropy::new([seed; 32]);
            let bounds = Bounds {
                running: 1 + entropy.below(4) as usize,
                running_each: 1 + entropy.below(3) as usize,
                waiting: entropy.below(12) as usize,
                waiting_each: entropy.below(6) as usize,
            };
            let mut turns: Turns<u32> = Turns::new(bounds);
            let (mut going, mut taken, mut begun) = (Vec::<Arc<str>>::new(), 0, 0);
            for step in 0..400 {
                if entropy.below(3) > 0 {
                    let key = format!("k{}", entropy.below(5));
                    taken += u32::from(turns.offer(&key, step).is_ok());
                } else if !going.is_empty() {
                    let which = entropy.below(going.len() as u32) as usize;
                    let key = going.swap_remove(which);
                    turns.done(&key);
                }
                while let Some((key, _)) = turns.begin_next() {
                    going.push(key);
                    begun += 1;
                }
                assert!(going.len() <= bounds.running);
                assert!(turns.waiting() <= bounds.waiting);
                for key in &going {
                    let own = going.iter().filter(|other| *other == key).count();
                    assert!(own <= bounds.running_each, "seed {seed}");
                }
                assert!(!turns.is_ready());
            }
            while let Some(key) = going.pop() {
                turns.done(&key);
                while let Some((key, _)) = turns.begin_next() {
                    going.push(key);
                    begun += 1;
                }
            }
            assert_eq!(
                (taken, turns.waiting(), turns.keys()),
                (begun, 0, 0),
                "seed {seed}"
            );
        }
    }
}

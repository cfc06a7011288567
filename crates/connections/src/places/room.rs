//! Connections in groups: of one address, or of one name.

use crate::seat::{Phase, Seat};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

/// Connections in groups, each in the order in which they came.
#[derive(Debug)]
pub(super) struct Room<K> {
    pub groups: HashMap<K, BTreeMap<u64, Arc<Seat>>>,
    pub count: usize,
}

impl<K> Default for Room<K> {
    fn default() -> Self {
        Room {
            groups: HashMap::new(),
            count: 0,
        }
    }
}

impl<K: Clone + Eq + Hash> Room<K> {
    pub fn add(&mut self, key: K, number: u64, seat: Arc<Seat>) {
        self.groups.entry(key).or_default().insert(number, seat);
        self.count += 1;
    }

    pub fn remove(&mut self, key: &K, number: u64) -> Option<Arc<Seat>> {
        let group = self.groups.get_mut(key)?;
        let seat = group.remove(&number)?;
        if group.is_empty() {
            self.groups.remove(key);
        }
        self.count -= 1;
        Some(seat)
    }

    pub fn size(&self, key: &K) -> usize {
        self.groups.get(key).map_or(0, BTreeMap::len)
    }

    /// The group with the most connections; among equals the one with the oldest.
    pub fn largest(&self) -> Option<K> {
        let oldest = |group: &BTreeMap<u64, Arc<Seat>>| group.keys().next().copied();
        self.groups
            .iter()
            .max_by_key(|(_, group)| (group.len(), Reverse(oldest(group))))
            .map(|(key, _)| key.clone())
    }

    /// The connection of a group that gives up its place: the oldest of those that say nothing,
    /// else the oldest of all.
    pub fn first_to_go(&self, key: &K) -> Option<u64> {
        let group = self.groups.get(key)?;
        let lingering = group.iter().find(|(_, seat)| seat.lingers());
        let (number, _) = lingering.or_else(|| group.iter().next())?;
        Some(*number)
    }

    /// The connection of a group that has asked nothing for the longest time.
    pub fn longest_idle(&self, key: &K) -> Option<u64> {
        self.groups
            .get(key)?
            .iter()
            .filter(|(_, seat)| seat.phase() == Phase::Idle)
            .min_by_key(|(_, seat)| seat.since())
            .map(|(number, _)| *number)
    }

    pub fn seats(&self) -> impl Iterator<Item = &Arc<Seat>> {
        self.groups.values().flat_map(BTreeMap::values)
    }
}

//! What happens to machines.

use super::lab::{DATABASES, Lab};
use super::load::Receptions;
use std::time::Duration;

/// How long machines or lines are away whose absence nobody has to notice: longer than Patroni's ttl.
const AWAY: Duration = Duration::from_secs(25);
/// How long an old primary lives on beside the new one.
const BESIDE: Duration = Duration::from_secs(5);

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The primary's power is cut; it comes back later.
    Killed,
    /// The primary hears nobody and is heard by nobody, and lives.
    CutOff,
    /// Both replicas are cut off.
    ReplicasCutOff,
    /// The primary's machine stands still, and goes on where it was.
    Frozen,
    /// The primary's disk is full.
    DiskFull,
    /// A planned change of the primary.
    Switch,
    /// The primary is cut off, comes back, and is made the primary again.
    HealAndSwitch,
    /// Two of three machines of etcd are off.
    NoMajority,
}

const ALL: [Fault; 8] = [
    Fault::Killed,
    Fault::CutOff,
    Fault::ReplicasCutOff,
    Fault::Frozen,
    Fault::DiskFull,
    Fault::Switch,
    Fault::HealAndSwitch,
    Fault::NoMajority,
];

impl Fault {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Killed => "primary_killed",
            Fault::CutOff => "primary_cut_off",
            Fault::ReplicasCutOff => "replicas_cut_off",
            Fault::Frozen => "primary_frozen",
            Fault::DiskFull => "disk_full",
            Fault::Switch => "planned_switch",
            Fault::HealAndSwitch => "heal_and_switch",
            Fault::NoMajority => "etcd_no_majority",
        }
    }

    /// Those that are named, or all.
    pub fn chosen(names: &str) -> Vec<Fault> {
        let named = |fault: &Fault| names.split(',').any(|name| name == fault.name());
        let chosen: Vec<Fault> = ALL.iter().copied().filter(named).collect();
        let known = names.split(',').filter(|name| !name.is_empty()).count();
        assert_eq!(chosen.len(), known, "{names:?} are not all faults");
        if chosen.is_empty() {
            ALL.into()
        } else {
            chosen
        }
    }

    /// How long checks may go unanswered, by the issue: none where nothing is promised.
    pub fn gap_max(name: &str) -> Duration {
        Duration::from_secs(match name {
            "planned_switch" => 4,
            _ => 25,
        })
    }

    /// Makes it happen, and ends it; the load goes on.
    pub fn make(self, lab: &Lab, receptions: &Receptions) {
        let primary = lab.primary().unwrap();
        let others = || DATABASES.iter().filter(|name| **name != primary);
        match self {
            Fault::Killed => {
                lab.say(&["off", &primary]);
                lab.wait_other_primary(&primary);
                receptions.wait_acknowledged(100);
                lab.say(&["boot", &primary]);
            }
            Fault::CutOff => {
                lab.say(&["cut", &primary]);
                lab.wait_other_primary(&primary);
                receptions.wait_acknowledged(100);
                std::thread::sleep(BESIDE);
                lab.say(&["heal", &primary]);
            }
            Fault::ReplicasCutOff => {
                others().for_each(|name| lab.say(&["cut", name]));
                std::thread::sleep(AWAY);
                receptions.wait_acknowledged(100);
                others().for_each(|name| lab.say(&["heal", name]));
            }
            Fault::Frozen => {
                lab.say(&["freeze", &primary]);
                lab.wait_other_primary(&primary);
                receptions.wait_acknowledged(100);
                lab.say(&["thaw", &primary]);
                std::thread::sleep(BESIDE);
            }
            Fault::DiskFull => {
                lab.say(&["fill", &primary]);
                lab.wait_other_primary(&primary);
                receptions.wait_acknowledged(100);
                lab.say(&["drain", &primary]);
            }
            Fault::Switch => drop(lab.switch(None)),
            Fault::HealAndSwitch => {
                lab.say(&["cut", &primary]);
                lab.wait_other_primary(&primary);
                receptions.wait_acknowledged(100);
                std::thread::sleep(BESIDE);
                lab.say(&["heal", &primary]);
                lab.wait_whole();
                lab.switch(Some(&primary));
            }
            Fault::NoMajority => {
                ["etcd1", "etcd2"]
                    .iter()
                    .for_each(|name| lab.say(&["off", name]));
                std::thread::sleep(AWAY);
                receptions.wait_acknowledged(100);
                ["etcd1", "etcd2"]
                    .iter()
                    .for_each(|name| lab.say(&["boot", name]));
            }
        }
    }
}

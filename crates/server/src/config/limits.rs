//! Settings of shares: how much there may be, in all and for each.

use onshi_core::turns::Bounds;
use serde::{Deserialize, Serialize};

/// How much of everything else there may be, in all and for each.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// How many terminals, accounts and addresses are remembered for the sake of their limits.
    pub keys_max: usize,
    /// Threads that read and print large messages and lists; 0 takes half of the machine's.
    pub message_threads: usize,
    /// Large messages and lists that may wait for them; beyond it the answer is "busy".
    pub message_queue: usize,
    /// How many of them may be of one institution.
    pub message_queue_each: usize,
    /// Bytes of a bulk message.
    pub bulk_bytes: usize,
    /// Bulk messages that are in memory at a time.
    pub bulk_bodies: usize,
    /// How many of them may be of one institution.
    pub bulk_bodies_each: usize,
    /// Bulk messages of one institution that may wait for those.
    pub bulk_bodies_queue_each: usize,
    /// Bytes of one that have to come within each `centre.request_seconds` of waiting for them.
    pub bulk_bytes_min: u64,
    /// Insurers' reports that come in at a time.
    pub reports: usize,
    /// How many of them may be of one insurer.
    pub reports_each: usize,
    /// Bytes of a report that have to come within `centre.request_seconds` of waiting for them.
    pub report_bytes_min: u64,
    /// Downloads of the audit log that are made at a time.
    pub downloads: usize,
    /// How many of them may be of one institution.
    pub downloads_each: usize,
    /// Downloads of one institution that may wait for those.
    pub downloads_queue_each: usize,
    /// Linked applications that wait at a time for results of a card reader.
    pub reader_waits: usize,
    /// How many of them may be of one institution.
    pub reader_waits_each: usize,
    /// How often they look for results that another node took, in milliseconds.
    pub reader_recheck_ms: u64,
    /// Refusals in a row that an address without a certificate of ours is answered.
    pub stranger_burst: u32,
    /// How many of them a minute.
    pub stranger_per_minute: u32,
    /// Forms about applications in a row that are taken from an address at the portal.
    pub applicant_burst: u32,
    /// How many of them a minute.
    pub applicant_per_minute: u32,
    /// Answers a second to a certificate or an address that is refused too often.
    pub refused_per_second: u32,
}

/// For how many institutions there is room to wait.
const WAITING_INSTITUTIONS: usize = 16;

impl LimitsConfig {
    /// A report waits for nothing but its place, and its sender may as well send it again.
    pub(crate) fn for_reports(&self) -> Bounds {
        Bounds {
            running: self.reports,
            running_each: self.reports_each,
            waiting: 0,
            waiting_each: 0,
        }
    }

    /// Who finds no place comes again.
    pub(crate) fn for_reader_waits(&self) -> Bounds {
        Bounds {
            running: self.reader_waits,
            running_each: self.reader_waits_each,
            waiting: 0,
            waiting_each: 0,
        }
    }

    pub(crate) fn for_bulk_bodies(&self) -> Bounds {
        Bounds {
            running: self.bulk_bodies,
            running_each: self.bulk_bodies_each,
            waiting: self.bulk_bodies_queue_each * WAITING_INSTITUTIONS,
            waiting_each: self.bulk_bodies_queue_each,
        }
    }

    pub(crate) fn for_downloads(&self) -> Bounds {
        Bounds {
            running: self.downloads,
            running_each: self.downloads_each,
            waiting: self.downloads_queue_each * WAITING_INSTITUTIONS,
            waiting_each: self.downloads_queue_each,
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        LimitsConfig {
            keys_max: 100_000,
            message_threads: 0,
            message_queue: 32,
            message_queue_each: 4,
            bulk_bytes: 16 * 1024 * 1024,
            bulk_bodies: 8,
            bulk_bodies_each: 2,
            bulk_bodies_queue_each: 4,
            reports: 8,
            reports_each: 2,
            report_bytes_min: 32 * 1024,
            bulk_bytes_min: 960 * 1024,
            downloads: 2,
            downloads_each: 1,
            downloads_queue_each: 2,
            reader_waits: 10_000,
            reader_waits_each: 8,
            reader_recheck_ms: 1_500,
            stranger_burst: 60,
            stranger_per_minute: 60,
            applicant_burst: 20,
            applicant_per_minute: 6,
            refused_per_second: 100,
        }
    }
}

//! The audit log (操作履歴): who did what, when, for whom, and what came of it.
//!
//! Entries are written by the door in the transaction of the deed. Each commit group is sealed
//! with an HMAC over its entries and the seal before it, per writing node, with a key that is not
//! in the database: whoever changes, removes or inserts a row without that key is found by
//! [`verify_all`].

mod detail;
mod store;
mod verify;

#[cfg(test)]
mod tests;

pub use crate::terms::SubjectKind;
pub use detail::{AccountField, Change, Detail, FactorPolicyChange};
pub use store::{Filter, Line, Page};
pub(crate) use store::{Head, append, is_there, list_lines, lock_chain, open_chain};
pub use verify::{Head as ChainHead, Verification, heads_at, verify_at};
pub(crate) use verify::{heads, newest_seal_fits, verify};

use crate::actor::Role;
use crate::clock::{Day, Moment};
use crate::error::RefusalCode;
use crate::permission::Function;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::sync::Arc;

/// The key of the seals. It lives in a file of the node, never in the database.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// Takes the 32 bytes of the key.
    pub fn new(bytes: [u8; 32]) -> SealKey {
        SealKey(bytes)
    }

    /// Another key, for another purpose. It tells nothing of this one.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes any key");
        mac.update(b"onshi derived key\0");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(***)")
    }
}

/// What came of what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done = 1,
    /// The rules said no.
    Refused = 2,
    /// We failed.
    Failed = 3,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 3] = [Outcome::Done, Outcome::Refused, Outcome::Failed];

    /// The small stable number kept in the log.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Reads [`Outcome::number`] back.
    pub fn from_number(number: i64) -> Option<Outcome> {
        Outcome::ALL
            .into_iter()
            .find(|outcome| outcome.number() == number)
    }

    /// The word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Outcome::Done => "完了",
            Outcome::Refused => "拒否",
            Outcome::Failed => "失敗",
        }
    }
}

/// What a check of one person asked and found, in columns of its own: lists are read from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The day for which it was asked (資格確認日).
    pub asked_for: Day,
    /// 資格有効性.
    pub validity: i64,
    /// What was told with it: the sum of [`Checked::NOTICE`] and [`Checked::CEILING`].
    pub told: i64,
    /// The key of the card and the first day of the coverage that was told, where it was one.
    pub coverage: Option<(i64, Day)>,
}

impl Checked {
    /// There was something to look at.
    pub const NOTICE: i64 = 1;
    /// The patient let the ceiling be told.
    pub const CEILING: i64 = 2;
}

/// One line of the log, before it has its number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AuditEntry {
    pub at: Moment,
    pub request: i64,
    pub function: Function,
    pub outcome: Outcome,
    pub refusal: Option<RefusalCode>,
    pub role: Role,
    pub account_id: Option<Arc<str>>,
    pub facility_code: Option<Arc<str>>,
    pub certificate_serial: Option<Arc<str>>,
    pub subject_kind: SubjectKind,
    pub subject: Option<String>,
    /// On what the access rests: a consent's id, an emergency opening and its reason.
    pub basis: Option<String>,
    /// What exactly was done. Never a secret, never a patient's data.
    pub detail: Option<Detail>,
    /// Of a check of one person.
    pub checked: Option<Checked>,
    /// From where the connection came.
    pub peer: Option<Arc<str>>,
}

/// Begins the seal of a group: over the seal before it and the group's place in the chain.
fn seal_begin(key: &SealKey, previous: &[u8], place: [i64; 4]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes a key of any length");
    mac.update(previous);
    for number in place {
        mac.update(&number.to_be_bytes());
    }
    mac
}

fn put_bytes(row: &mut Vec<u8>, mark: u8, bytes: &[u8]) {
    row.push(mark);
    row.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    row.extend_from_slice(bytes);
}

/// Adds an entry to a seal. The columns of a check are there only where it is one, and the address
/// only where there is one, so that entries from before there were such columns keep their seals.
/// Each begins with a byte with which no column and no row begins.
fn seal_entry(mac: &mut Hmac<Sha256>, values: &[crate::store::Value]) {
    use crate::store::Value;
    let (always, others) = values.split_at(store::ALWAYS.min(values.len()));
    let (of_a_check, address) = others.split_at(store::OF_A_CHECK.min(others.len()));
    // Many small pieces cost more than they do together.
    let mut row = Vec::with_capacity(512);
    for value in always {
        put_value(&mut row, value);
    }
    for (mark, group) in [(4, of_a_check), (5, address)] {
        if group.iter().any(|value| *value != Value::Null) {
            row.push(mark);
            for value in group {
                put_value(&mut row, value);
            }
        }
    }
    mac.update(&row);
}

/// Puts one column into what is sealed, so that no two different rows give the same bytes.
fn put_value(row: &mut Vec<u8>, value: &crate::store::Value) {
    use crate::store::Value;
    match value {
        Value::Null => row.push(0),
        Value::Int(number) => {
            row.push(1);
            row.extend_from_slice(&number.to_be_bytes());
        }
        Value::Text(text) => put_bytes(row, 2, text.as_bytes()),
        Value::Shared(text) => put_bytes(row, 2, text.as_bytes()),
        Value::Bytes(bytes) => put_bytes(row, 3, bytes),
    }
}

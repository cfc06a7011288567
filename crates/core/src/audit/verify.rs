//! Finds whatever was changed, removed or inserted in the log.

use super::{SealKey, seal_begin, seal_entry, store};
use crate::clock::Moment;
use crate::error::Fault;
use crate::store::{Connection, Location};
use hmac::Mac;
use serde::Serialize;
use subtle::ConstantTimeEq;

/// What a verification found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verification {
    /// How many entries the log has.
    pub entries: i64,
    /// How many groups were sealed.
    pub seals: i64,
    /// The head of each chain. Keep it elsewhere: a log that was cut off later no longer has it.
    pub heads: Vec<Head>,
    /// What is wrong, in words; empty when the log is whole.
    pub problems: Vec<String>,
    /// The same in Japanese, one for one.
    #[serde(skip)]
    pub problems_in_japanese: Vec<String>,
}

impl Verification {
    fn tell(&mut self, english: String, japanese: String) {
        self.problems.push(english);
        self.problems_in_japanese.push(japanese);
    }
}

/// The newest seal of a chain.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// The node that writes the chain.
    pub node: String,
    /// The number of its newest entry.
    pub last_seq: i64,
    /// Its newest seal, in hexadecimal.
    pub seal: String,
    /// When that was made.
    #[serde(skip)]
    pub sealed_at: Moment,
}

/// The head of each chain, by its node.
pub(crate) fn heads(connection: &mut Connection) -> Result<Vec<Head>, Fault> {
    let mut all = Vec::new();
    for chain in store::list_chains(connection)? {
        let newest = store::seal_at(connection, chain.chain, chain.last_seq)?;
        all.push(Head {
            node: chain.node,
            last_seq: chain.last_seq,
            seal: crate::entropy::hex(&chain.last_hash),
            sealed_at: Moment::from_ms(newest.map_or(0, |seal| seal.sealed_at)),
        });
    }
    Ok(all)
}

/// The same for whoever has the database, and no service over it.
pub fn heads_at(location: &Location) -> Result<Vec<Head>, Fault> {
    heads(&mut location.connect()?)
}

/// The same for whoever has the key and the database, and no service over it.
pub fn verify_at(
    location: &Location,
    key: &SealKey,
    known: &[String],
) -> Result<Verification, Fault> {
    verify(&mut location.connect()?, key, known)
}

/// Walks every chain and compares each seal with the entries that it covers. `known` are seals
/// that were noted elsewhere earlier: each must still be in the log.
///
/// Heads and seals are of one moment, since the log goes on while it is walked.
pub(crate) fn verify(
    connection: &mut Connection,
    key: &SealKey,
    known: &[String],
) -> Result<Verification, Fault> {
    connection.at_one_moment(|connection| walk_all(connection, key, known))
}

fn walk_all(
    connection: &mut Connection,
    key: &SealKey,
    known: &[String],
) -> Result<Verification, Fault> {
    let mut report = Verification::default();
    let mut missing: Vec<&String> = known.iter().collect();
    for head in store::list_chains(connection)? {
        let store::Chain {
            chain,
            node,
            last_seq,
            last_hash,
        } = head;
        let mut walk = Walk {
            chain,
            node: &node,
            at: 0,
            seal: Vec::new(),
            sealed_at: 0,
        };
        walk.go(connection, key, &mut report, &mut missing)?;
        if walk.at != last_seq || walk.seal != last_hash {
            let at = walk.at;
            report.tell(
                format!(
                    "chain {node}: the head says entry {last_seq}, the last seal covers entry {at}"
                ),
                format!("鎖 {node}: 先頭の控えは記録 {last_seq}、最後の封印は記録 {at} までです。"),
            );
        }
        let sealed_at = Moment::from_ms(walk.sealed_at);
        report.heads.push(Head {
            node,
            last_seq,
            seal: crate::entropy::hex(&last_hash),
            sealed_at,
        });
    }
    let (entries, strays) = store::count_entries(connection)?;
    report.entries = entries;
    if strays > 0 {
        report.tell(
            format!("{strays} entries lie outside every sealed chain"),
            format!("{strays}件の記録が、封印されたどの鎖にもありません。"),
        );
    }
    for seal in missing {
        report.tell(
            format!("the seal {seal} that was noted earlier is not in the log"),
            format!("控えてあった封印 {seal} が、操作履歴にありません。"),
        );
    }
    Ok(report)
}

/// Whether the newest seal of the log was made with this key; nothing where nothing was sealed yet.
pub(crate) fn newest_seal_fits(
    connection: &mut Connection,
    key: &SealKey,
) -> Result<Option<bool>, Fault> {
    let Some((chain, seals)) = store::newest_seals(connection)? else {
        return Ok(None);
    };
    let mut seals = seals.into_iter();
    let Some(newest) = seals.next() else {
        return Ok(Some(false));
    };
    let walk = Walk {
        chain,
        node: "",
        at: newest.first - 1,
        seal: seals.next().map(|before| before.hash).unwrap_or_default(),
        sealed_at: 0,
    };
    let again = walk.compute(connection, key, &newest)?;
    Ok(Some(bool::from(again.as_slice().ct_eq(&newest.hash))))
}

struct Walk<'a> {
    chain: i64,
    node: &'a str,
    /// The last entry that a seal covered.
    at: i64,
    seal: Vec<u8>,
    sealed_at: i64,
}

impl Walk<'_> {
    fn go(
        &mut self,
        connection: &mut Connection,
        key: &SealKey,
        report: &mut Verification,
        missing: &mut Vec<&String>,
    ) -> Result<(), Fault> {
        loop {
            let seals = store::list_seals(connection, self.chain, self.at)?;
            if seals.is_empty() {
                return Ok(());
            }
            for seal in seals {
                let (first, last) = (seal.first, seal.last);
                if first != self.at + 1 {
                    let (node, from, to) = (self.node, self.at + 1, first - 1);
                    report.tell(
                        format!("chain {node}: entries {from} to {to} have no seal"),
                        format!("鎖 {node}: 記録 {from} から {to} に封印がありません。"),
                    );
                }
                let again = self.compute(connection, key, &seal)?;
                if !bool::from(again.as_slice().ct_eq(&seal.hash)) {
                    let node = self.node;
                    report.tell(
                        format!(
                            "chain {node}: entries {first} to {last} were changed, removed or \
                             inserted after they were sealed"
                        ),
                        format!(
                            "鎖 {node}: 記録 {first} から {last} が、封印の後に変更・削除・挿入されています。"
                        ),
                    );
                }
                missing.retain(|known| **known != crate::entropy::hex(&seal.hash));
                report.seals += 1;
                self.at = last;
                self.sealed_at = seal.sealed_at;
                self.seal = seal.hash;
            }
        }
    }

    fn compute(
        &self,
        connection: &mut Connection,
        key: &SealKey,
        seal: &store::Seal,
    ) -> Result<Vec<u8>, Fault> {
        let place = [self.chain, seal.first, seal.last, seal.sealed_at];
        let mut mac = seal_begin(key, &self.seal, place);
        for row in store::list_entries(connection, self.chain, seal.first, seal.last)? {
            seal_entry(&mut mac, row.values());
        }
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

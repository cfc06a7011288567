//! The log's SQL.

mod head;

pub(crate) use head::{Head, is_there, lock_chain};
pub(super) use head::{newest_seals, seal_at};

use super::{AuditEntry, Checked, Detail, Outcome, SealKey, SubjectKind, seal_begin, seal_entry};
use crate::actor::Role;
use crate::clock::Moment;
use crate::error::Fault;
use crate::permission::Function;
use crate::store::{Connection, Row, Value, marks_of_rows};
use crate::terms::FacilityCode;
use hmac::Mac;
use std::sync::OnceLock;

/// How many columns an entry has, chain and number included.
pub(super) const COLUMNS: usize = ALWAYS + OF_A_CHECK + 1;

/// How many of them every entry has.
pub(super) const ALWAYS: usize = 15;

/// How many of them are a check's; behind them is the address.
pub(super) const OF_A_CHECK: usize = 5;

const INSERT: &str = "insert into audit_entry (chain, seq, at, request, function, outcome, \
    refusal, role, account_id, facility_code, certificate_serial, subject_kind, subject, basis, \
    detail, asked_for, validity, told, card, acquired, peer_address) values ";

/// How many entries one statement carries, the most first. PostgreSQL pays a round trip for each
/// statement, and SQLite a start; few sizes make few statements of any number of entries, and the small groups
/// of an ordinary load are one each.
const BATCHES: [usize; 18] = [
    64, 32, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
];

/// How many nodes may begin their chains at the same moment.
const NODES_AT_ONCE: usize = 100;

/// The statement for the largest batch that so many entries fill, and its size.
fn insert_for(entries: usize) -> (&'static str, usize) {
    static TEXTS: [OnceLock<String>; BATCHES.len()] = [const { OnceLock::new() }; BATCHES.len()];
    let fits = BATCHES.iter().position(|size| *size <= entries);
    let which = fits.unwrap_or(BATCHES.len() - 1);
    let text = TEXTS[which].get_or_init(|| insert_text(BATCHES[which]));
    (text, BATCHES[which])
}

fn insert_text(rows: usize) -> String {
    const { assert!(BATCHES[0] * COLUMNS <= Connection::PARAMETERS_MAX) };
    format!("{INSERT}{}", marks_of_rows(rows, COLUMNS))
}

/// Finds or begins the chain of this node.
pub(crate) fn open_chain(connection: &mut Connection, node: &str) -> Result<i64, Fault> {
    let find = "select chain from audit_chain where node = $1";
    // Nodes that start at the same moment may count to the same number; one of them tries again.
    for _ in 0..NODES_AT_ONCE {
        if let Some(row) = connection.row(find, &[node.into()])? {
            return row.int(0);
        }
        connection.execute(
            "insert into audit_chain (chain, node, last_seq, last_hash) \
             select coalesce(max(chain), 0) + 1, $1, 0, $2 from audit_chain where true \
             on conflict do nothing",
            &[node.into(), Value::Bytes(Vec::new())],
        )?;
    }
    Err(Fault::at(
        "opening the audit chain",
        "it is not there after its insert",
    ))
}

/// Writes a group's entries and its seal. Reading the chain's head by an update takes its row
/// lock, so that two processes that share a node's name can't both build on the same seal.
pub(crate) fn append(
    connection: &mut Connection,
    key: &SealKey,
    chain: i64,
    entries: &[&AuditEntry],
    sealed_at: Moment,
) -> Result<Head, Fault> {
    let head = connection
        .row(
            "update audit_chain set last_seq = last_seq + $2 where chain = $1 \
             returning last_seq, last_hash",
            &[chain.into(), (entries.len() as i64).into()],
        )?
        .ok_or_else(|| Fault::at("sealing", format!("chain {chain} is gone")))?;
    let last = head.int(0)?;
    let first = last - entries.len() as i64 + 1;
    let mut mac = seal_begin(key, &head.bytes(1)?, [chain, first, last, sealed_at.ms()]);
    let (mut left, mut seq) = (entries, first);
    while !left.is_empty() {
        let (insert, size) = insert_for(left.len());
        let (batch, rest) = left.split_at(size);
        let mut values = Vec::with_capacity(size * COLUMNS);
        for (entry, seq) in batch.iter().zip(seq..) {
            entry_values(&mut values, chain, seq, entry);
        }
        for entry in values.chunks(COLUMNS) {
            seal_entry(&mut mac, entry);
        }
        connection.execute(insert, &values)?;
        left = rest;
        seq += size as i64;
    }
    let hash = mac.finalize().into_bytes().to_vec();
    connection.execute(
        "insert into audit_seal (chain, first_seq, last_seq, sealed_at, hash) \
         values ($1, $2, $3, $4, $5)",
        &[
            chain.into(),
            first.into(),
            last.into(),
            sealed_at.into(),
            Value::Bytes(hash.clone()),
        ],
    )?;
    connection.execute(
        "update audit_chain set last_hash = $2 where chain = $1",
        &[chain.into(), Value::Bytes(hash.clone())],
    )?;
    Ok(Head {
        first,
        last,
        seal: hash,
    })
}

fn entry_values(values: &mut Vec<Value>, chain: i64, seq: i64, entry: &AuditEntry) {
    values.extend([
        Value::Int(chain),
        Value::Int(seq),
        entry.at.into(),
        Value::Int(entry.request),
        Value::Int(entry.function.number()),
        Value::Int(entry.outcome.number()),
        entry.refusal.map(crate::error::RefusalCode::code).into(),
        Value::Int(entry.role.number()),
        entry.account_id.as_ref().into(),
        entry.facility_code.as_ref().into(),
        entry.certificate_serial.as_ref().into(),
        Value::Int(entry.subject_kind.number()),
        entry.subject.as_deref().into(),
        entry.basis.as_deref().into(),
        entry.detail.as_ref().map(Detail::kept).into(),
    ]);
    match &entry.checked {
        None => values.extend([const { Value::Null }; OF_A_CHECK]),
        Some(checked) => values.extend(checked_values(checked)),
    }
    values.push(entry.peer.as_ref().into());
}

fn checked_values(checked: &Checked) -> [Value; OF_A_CHECK] {
    let (card, acquired) = match checked.coverage {
        Some((card, acquired)) => (Value::Int(card), acquired.into()),
        None => (Value::Null, Value::Null),
    };
    [
        checked.asked_for.into(),
        Value::Int(checked.validity),
        Value::Int(checked.told),
        card,
        acquired,
    ]
}

/// Which lines of the log are wanted.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Filter {
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    /// The user id of who did it.
    pub user_id: Option<String>,
    pub function: Option<Function>,
    pub outcome: Option<Outcome>,
    /// Only what is about accounts: the master's view.
    pub about_accounts: bool,
}

/// Where in the log to read on.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many lines to pass over, newest first.
    pub skip: i64,
    /// How many lines at the most.
    pub limit: i64,
}

/// A line of the log as people read it, with names instead of ids.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Line {
    pub chain: i64,
    pub seq: i64,
    pub at: Moment,
    pub request: i64,
    pub function: Option<Function>,
    pub outcome: Option<Outcome>,
    pub refusal: Option<String>,
    pub role: Option<Role>,
    pub user_id: Option<String>,
    pub account_name: Option<String>,
    pub facility_code: Option<String>,
    pub terminal_name: Option<String>,
    pub certificate_serial: Option<String>,
    pub subject_kind: Option<SubjectKind>,
    /// The subject in words: an account's user id, else the id itself.
    pub subject: Option<String>,
    pub basis: Option<String>,
    pub detail: Option<Detail>,
    /// From where the connection came.
    pub peer: Option<String>,
}

const LINES: &str = "select e.chain, e.seq, e.at, e.request, e.function, e.outcome, e.refusal, \
    e.role, a.user_id, a.name, e.facility_code, coalesce(t.terminal_name, p.name), e.certificate_serial, \
    e.subject_kind, coalesce(s.user_id, e.subject), e.basis, e.detail, e.peer_address \
    from audit_entry e \
    left join account a on a.account_id = e.account_id \
    left join account s on s.account_id = e.subject and s.facility_code = e.facility_code \
    left join terminal_certificate t on t.serial = e.certificate_serial \
    left join staff_phone p on p.phone_id = e.certificate_serial \
    where e.facility_code = $1 and e.at >= $2 and e.at < $3 \
    and ($4 = '' or a.user_id_key = $4 or s.user_id_key = $4) and ($5 = 0 or e.function = $5) \
    and ($6 = 0 or e.outcome = $6) \
    and ($7 = 0 or e.function in (#)) \
    order by e.at desc, e.chain desc, e.seq desc limit $8 offset $9";

/// The query for one institution, or for the whole log; the numbers of the functions that are about
/// accounts come from the permission table.
fn lines_sql(everywhere: bool) -> &'static str {
    static BUILT: [OnceLock<String>; 2] = [const { OnceLock::new() }; 2];
    BUILT[usize::from(everywhere)].get_or_init(|| {
        let numbers: Vec<String> = Function::ABOUT_ACCOUNTS
            .iter()
            .map(|function| function.number().to_string())
            .collect();
        let sql = LINES.replace('#', &numbers.join(", "));
        if everywhere {
            sql.replace("e.facility_code = $1", "$1 = ''")
        } else {
            sql
        }
    })
}

/// The lines of one institution's log that fit, newest first.
pub(crate) fn list_lines(
    connection: &mut Connection,
    facility: Option<&FacilityCode>,
    filter: &Filter,
    page: Page,
) -> Result<Vec<Line>, Fault> {
    let parameters = [
        facility.map_or("", FacilityCode::as_str).into(),
        filter.from.map_or(0, Moment::ms).into(),
        filter.until.map_or(i64::MAX, Moment::ms).into(),
        filter
            .user_id
            .as_deref()
            .unwrap_or("")
            .to_lowercase()
            // PostgreSQL takes no NUL, and no user id has one.
            .replace('\0', "?")
            .into(),
        filter.function.map_or(0, Function::number).into(),
        filter.outcome.map_or(0, Outcome::number).into(),
        i64::from(filter.about_accounts).into(),
        page.limit.max(0).into(),
        page.skip.max(0).into(),
    ];
    connection
        .rows(lines_sql(facility.is_none()), &parameters)?
        .iter()
        .map(read_line)
        .collect()
}

fn read_line(row: &Row) -> Result<Line, Fault> {
    Ok(Line {
        chain: row.int(0)?,
        seq: row.int(1)?,
        at: row.moment(2)?,
        request: row.int(3)?,
        function: Function::from_number(row.int(4)?),
        outcome: Outcome::from_number(row.int(5)?),
        refusal: row.opt_text(6)?,
        role: Role::from_number(row.int(7)?),
        user_id: row.opt_text(8)?,
        account_name: row.opt_text(9)?,
        facility_code: row.opt_text(10)?,
        terminal_name: row.opt_text(11)?,
        certificate_serial: row.opt_text(12)?,
        subject_kind: SubjectKind::from_number(row.int(13)?),
        subject: row.opt_text(14)?,
        basis: row.opt_text(15)?,
        detail: row.opt_text(16)?.as_deref().map(Detail::of_kept),
        peer: row.opt_text(17)?,
    })
}

/// A node's chain, with its head.
pub(super) struct Chain {
    pub(super) chain: i64,
    pub(super) node: String,
    pub(super) last_seq: i64,
    pub(super) last_hash: Vec<u8>,
}

/// The seal of a group.
pub(super) struct Seal {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) sealed_at: i64,
    pub(super) hash: Vec<u8>,
}

fn read_seal(row: &Row) -> Result<Seal, Fault> {
    Ok(Seal {
        first: row.int(0)?,
        last: row.int(1)?,
        sealed_at: row.int(2)?,
        hash: row.bytes(3)?,
    })
}

/// Every chain.
pub(super) fn list_chains(connection: &mut Connection) -> Result<Vec<Chain>, Fault> {
    connection
        .rows(
            "select chain, node, last_seq, last_hash from audit_chain order by chain",
            &[],
        )?
        .iter()
        .map(|row| {
            Ok(Chain {
                chain: row.int(0)?,
                node: row.text(1)?,
                last_seq: row.int(2)?,
                last_hash: row.bytes(3)?,
            })
        })
        .collect()
}

/// The seals of a chain after this number.
pub(super) fn list_seals(
    connection: &mut Connection,
    chain: i64,
    after: i64,
) -> Result<Vec<Seal>, Fault> {
    connection
        .rows(
            "select first_seq, last_seq, sealed_at, hash from audit_seal \
             where chain = $1 and last_seq > $2 order by last_seq limit 1000",
            &[chain.into(), after.into()],
        )?
        .iter()
        .map(read_seal)
        .collect()
}

/// The raw rows of a chain between two numbers.
pub(super) fn list_entries(
    connection: &mut Connection,
    chain: i64,
    first: i64,
    last: i64,
) -> Result<Vec<Row>, Fault> {
    connection.rows(
        "select chain, seq, at, request, function, outcome, refusal, role, account_id, \
         facility_code, certificate_serial, subject_kind, subject, basis, detail, asked_for, \
         validity, told, card, acquired, peer_address \
         from audit_entry where chain = $1 and seq >= $2 and seq <= $3 order by seq limit 100000",
        &[chain.into(), first.into(), last.into()],
    )
}

/// How many entries there are in all, and how many belong to no chain that we know.
pub(super) fn count_entries(connection: &mut Connection) -> Result<(i64, i64), Fault> {
    let row = connection
        .row(
            "select count(*), (select count(*) from audit_entry x where not exists \
             (select 1 from audit_chain c where c.chain = x.chain and x.seq >= 1 \
             and x.seq <= c.last_seq)) from audit_entry",
            &[],
        )?
        .ok_or_else(|| Fault::at("counting the audit log", "no row"))?;
    Ok((row.int(0)?, row.int(1)?))
}

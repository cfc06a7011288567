//! Many qualifications at once on PostgreSQL: by COPY into a table of the connection's own, and from there by statements that
//! name no row. What comes of it is the same as row by row.

use super::{COLUMNS, Counts, INSURER, Key, Upserted, columns, key};
use crate::error::Fault;
use crate::insured::record::QualificationRecord;
use crate::service::Tx;
use crate::store::{Connection, Kind, Row, Staging, Value, marks_of_rows};
use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

/// From so many on: a copy costs some round trips more than a statement.
const MIN: usize = 200;

/// How many tickets are put in by one statement.
const TICKETS_TOGETHER: usize = 100;

/// The columns of a qualification, in the order in which they are put in.
const NAMES: [(&str, Kind); COLUMNS] = [
    ("card", Kind::Int),
    ("person", Kind::Int),
    ("acquired", Kind::Int),
    ("lost", Kind::Int),
    ("reason_of_loss", Kind::Text),
    ("insurer_number", Kind::Text),
    ("symbol", Kind::Text),
    ("number", Kind::Text),
    ("branch", Kind::Text),
    ("birthdate", Kind::Int),
    ("classification", Kind::Text),
    ("person_or_family", Kind::Text),
    ("insured_name", Kind::Text),
    ("name", Kind::Text),
    ("name_of_other", Kind::Text),
    ("name_kana", Kind::Text),
    ("name_of_other_kana", Kind::Text),
    ("sex1", Kind::Text),
    ("sex2", Kind::Text),
    ("address", Kind::Text),
    ("post_number", Kind::Text),
    ("issued", Kind::Int),
    ("card_valid", Kind::Int),
    ("card_expires", Kind::Int),
    ("ratio", Kind::Text),
    ("details", Kind::Text),
];

/// What makes a qualification the same one; an insurer's own can't become another's.
const KEYS: [&str; 4] = ["person", "acquired", "card", "insurer_number"];

/// Which of the persons were known, and to whom.
const KNOWN: &str = "select distinct q.person, q.insurer_number from incoming_qualification i \
                     join qualification q on q.person = i.person";

struct Texts {
    staging: Staging,
    insert: String,
    update: String,
    tickets: String,
}

fn texts() -> &'static Texts {
    static TEXTS: OnceLock<Texts> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let names = NAMES.map(|(name, _)| name);
        let all = names.join(", ");
        let others = || names.into_iter().filter(|name| !KEYS.contains(name));
        let set: Vec<String> = others().map(|name| format!("{name} = i.{name}")).collect();
        let differs = others().map(|name| format!("q.{name} is distinct from i.{name}"));
        let differs: Vec<String> = differs.collect();
        let same = KEYS.map(|name| format!("q.{name} = i.{name}")).join(" and ");
        Texts {
            staging: Staging::new("incoming_qualification", &NAMES),
            // As they came: a copy into an empty table puts one behind the other.
            insert: format!(
                "insert into qualification ({all}) select {all} from incoming_qualification order by ctid \
                 on conflict (person, acquired, card) do nothing returning person, acquired, card"
            ),
            update: format!(
                "update qualification q set {} from incoming_qualification i where {same} and ({}) \
                 returning q.person, q.acquired, q.card",
                set.join(", "),
                differs.join(" or ")
            ),
            tickets: format!(
                "insert into medical_ticket (facility_code, treatment_month, person) values {} \
                 on conflict (facility_code, treatment_month, person) do nothing",
                marks_of_rows(TICKETS_TOGETHER, 3)
            ),
        }
    })
}

/// Puts qualifications in, or their newer states in their places. None where it has to be done row by row: on SQLite, where there
/// are few, and where two are the same one.
pub(super) fn upsert(
    tx: &mut Tx<'_>,
    records: &[&QualificationRecord],
    counts: &mut Counts,
) -> Result<Option<Vec<Upserted>>, Fault> {
    if records.len() < MIN || !tx.connection().pays_round_trips() {
        return Ok(None);
    }
    let rows: Vec<[Value; COLUMNS]> = records
        .iter()
        .map(|record| columns(record))
        .collect::<Result<_, Fault>>()?;
    let mut keys = HashSet::with_capacity(rows.len());
    if !rows.iter().all(|row| keys.insert(key(row))) {
        return Ok(None);
    }
    let done = tx
        .connection()
        .with_staged(&texts().staging, &rows, |connection| {
            put(connection, rows.len())
        })?;
    count_new(&rows, &done, counts);
    upsert_tickets(tx, records)?;
    let upserted = |row: &[Value; COLUMNS]| match key(row) {
        key if done.added.contains(&key) => Upserted::Added,
        key if done.changed.contains(&key) => Upserted::Changed,
        _ => Upserted::Unchanged,
    };
    Ok(Some(rows.iter().map(upserted).collect()))
}

/// What became of the staged rows.
struct Done {
    /// Which persons were known before, and to which insurer.
    known: HashSet<(i64, String)>,
    added: HashSet<Key>,
    changed: HashSet<Key>,
}

fn put(connection: &mut Connection, rows: usize) -> Result<Done, Fault> {
    let of_key = |row: &Row| Ok([row.int(0)?, row.int(1)?, row.int(2)?]);
    let known = connection.rows(KNOWN, &[])?;
    let known = known.iter().map(|row| Ok((row.int(0)?, row.text(1)?)));
    let known = known.collect::<Result<_, Fault>>()?;
    let added = connection.rows(&texts().insert, &[])?;
    let added = added
        .iter()
        .map(of_key)
        .collect::<Result<HashSet<_>, Fault>>()?;
    let changed = match added.len() < rows {
        true => connection.rows(&texts().update, &[])?,
        false => Vec::new(),
    };
    Ok(Done {
        known,
        added,
        changed: changed.iter().map(of_key).collect::<Result<_, Fault>>()?,
    })
}

/// Counts what was added. A person is new to an insurer with the first qualification there.
fn count_new(rows: &[[Value; COLUMNS]], done: &Done, counts: &mut Counts) {
    let mut now: BTreeMap<&str, (HashSet<i64>, i64)> = BTreeMap::new();
    for row in rows {
        let key = key(row);
        if let (true, Value::Text(insurer)) = (done.added.contains(&key), &row[INSURER]) {
            let (persons, qualifications) = now.entry(insurer).or_default();
            persons.insert(key[0]);
            *qualifications += 1;
        }
    }
    for (insurer, (persons, added)) in now {
        let (of_insurer, qualifications) = counts.0.entry(insurer.to_owned()).or_default();
        let is_new = |person: &&i64| !done.known.contains(&(**person, insurer.to_owned()));
        *of_insurer += persons.iter().filter(is_new).count() as i64;
        *qualifications += added;
    }
}

fn upsert_tickets(tx: &mut Tx<'_>, records: &[&QualificationRecord]) -> Result<(), Fault> {
    let tickets = records.iter().flat_map(|record| {
        let tickets = record.medical_tickets.iter();
        tickets.map(move |ticket| -> [Value; 3] {
            [
                ticket.institution_code.as_str().into(),
                ticket.treatment_month.parse::<i64>().unwrap_or(0).into(),
                record.person.into(),
            ]
        })
    });
    let tickets: Vec<[Value; 3]> = tickets.collect();
    for some in tickets.chunks(TICKETS_TOGETHER) {
        // The last one stands in the places that are left.
        let last = some.iter().rev().take(1).cycle();
        let all = some.iter().chain(last).take(TICKETS_TOGETHER);
        let with: Vec<Value> = all.flatten().cloned().collect();
        tx.execute(&texts().tickets, &with)?;
    }
    Ok(())
}

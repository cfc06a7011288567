//! Putting in what insurers report, and telling what was new.

mod staged;

use super::{Card, Details};
use crate::clock::Day;
use crate::error::Fault;
use crate::insured::record::{InsurerRecord, QualificationRecord};
use crate::service::Tx;
use crate::store::{Connection, Row, Value, marks_of_rows};
use onshi_wire::numbers::match_insurer;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::OnceLock;

/// What putting something in did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Upserted {
    /// It was not known.
    Added,
    /// It was known otherwise.
    Changed,
    /// It was known so already.
    Unchanged,
}

/// How many persons and qualifications came to each insurer.
#[derive(Default)]
pub(in crate::insured) struct Counts(BTreeMap<String, (i64, i64)>);

/// Puts an insurer in, or its newer state in its place.
pub(in crate::insured) fn upsert_insurer(
    tx: &mut Tx<'_>,
    record: &InsurerRecord,
) -> Result<Upserted, Fault> {
    let now = tx.now();
    let date: i64 = record
        .data_date
        .parse()
        .map_err(|e| Fault::at("an insurer's day", e))?;
    let values: [Value; 4] = [
        match_insurer(&record.insurer_number).into(),
        record.insurer_name.as_str().into(),
        date.into(),
        now.into(),
    ];
    let added = tx.execute(
        "insert into insurer (insurer_number, name, data_date, updated_at) \
         values ($1, $2, $3, $4) on conflict (insurer_number) do nothing",
        &values,
    )?;
    if added > 0 {
        return Ok(Upserted::Added);
    }
    let changed = tx.execute(
        "update insurer set name = $2, data_date = $3, updated_at = $4 \
         where insurer_number = $1 and (name <> $2 or data_date <> $3)",
        &values,
    )?;
    Ok(if changed > 0 {
        Upserted::Changed
    } else {
        Upserted::Unchanged
    })
}

fn day_value(text: Option<&str>) -> Value {
    text.and_then(Day::parse).into()
}

/// How many qualifications are put in together, on PostgreSQL by one statement.
const TOGETHER: usize = 32;
/// How many columns of a qualification are put in.
const COLUMNS: usize = 26;

/// Puts qualifications in, or their newer states in their places: the same person, card and first
/// day are the same qualification. Says for each, in order, what that did.
pub(in crate::insured) fn upsert_qualifications(
    tx: &mut Tx<'_>,
    records: &[&QualificationRecord],
    counts: &mut Counts,
) -> Result<Vec<Upserted>, Fault> {
    if let Some(done) = staged::upsert(tx, records, counts)? {
        return Ok(done);
    }
    let mut done = Vec::with_capacity(records.len());
    for records in records.chunks(TOGETHER) {
        let rows: Vec<[Value; COLUMNS]> = records
            .iter()
            .map(|record| columns(record))
            .collect::<Result<_, Fault>>()?;
        let mut added = insert(tx, &rows)?;
        count_new(tx, &rows, &added, counts)?;
        for (record, row) in records.iter().zip(&rows) {
            // Of two lines about the same qualification the first one was put in.
            let upsert = if added.remove(&key(row)) {
                Upserted::Added
            } else if tx.execute(UPDATE, row)? > 0 {
                Upserted::Changed
            } else {
                Upserted::Unchanged
            };
            done.push(upsert);
            upsert_tickets(tx, record)?;
        }
    }
    Ok(done)
}

/// What makes a qualification the same one: person, first day, card.
type Key = [i64; 3];

fn key(row: &[Value; COLUMNS]) -> Key {
    [1, 2, 0].map(|column| match row[column] {
        Value::Int(number) => number,
        _ => 0,
    })
}

/// Puts in those that are not there, and says which they were.
fn insert(tx: &mut Tx<'_>, rows: &[[Value; COLUMNS]]) -> Result<HashSet<Key>, Fault> {
    static TEXTS: [OnceLock<String>; 2] = [const { OnceLock::new() }; 2];
    if rows.len() == TOGETHER && tx.connection().pays_round_trips() {
        let all = TEXTS[0].get_or_init(|| insert_text(TOGETHER, RETURNING));
        let there = tx.rows(all, rows.as_flattened())?;
        let place = |row: &Row| Ok([row.int(0)?, row.int(1)?, row.int(2)?]);
        return there.iter().map(place).collect();
    }
    let one = TEXTS[1].get_or_init(|| insert_text(1, ""));
    let mut there = HashSet::new();
    for row in rows {
        if tx.execute(one, row)? > 0 {
            there.insert(key(row));
        }
    }
    Ok(there)
}

fn insert_text(rows: usize, end: &str) -> String {
    const { assert!(TOGETHER * COLUMNS <= Connection::PARAMETERS_MAX) };
    let marks = marks_of_rows(rows, COLUMNS);
    format!("{INSERT} {marks} {UNLESS_THERE} {end}")
}

fn columns(record: &QualificationRecord) -> Result<[Value; COLUMNS], Fault> {
    let details = Details {
        elderly: record.elderly_recipient_certificates.clone(),
        limits: record.limit_application_certificates.clone(),
        specific: record.specific_diseases_certificates.clone(),
        tickets: record.medical_tickets.clone(),
    };
    let details = if details == Details::default() {
        Value::Null
    } else {
        serde_json::to_string(&details)
            .map_err(|e| Fault::at("writing a qualification's details", e))?
            .into()
    };
    let symbol = record.insured_card_symbol.as_deref();
    let card = Card::of(
        &record.insurer_number,
        symbol.unwrap_or(""),
        &record.insured_identification_number,
    );
    let text = |value: &Option<String>| Value::from(value.as_deref());
    Ok([
        card.key().into(),
        record.person.into(),
        day_value(Some(&record.qualification_date)),
        day_value(record.disqualification_date.as_deref()),
        text(&record.reason_of_loss),
        card.insurer.into(),
        symbol.into(),
        record.insured_identification_number.as_str().into(),
        text(&record.insured_branch_number),
        day_value(Some(&record.birthdate)),
        record.insured_card_classification.as_str().into(),
        text(&record.personal_family_classification),
        text(&record.insured_name),
        record.name.as_str().into(),
        text(&record.name_of_other),
        text(&record.name_kana),
        text(&record.name_of_other_kana),
        record.sex1.as_str().into(),
        text(&record.sex2),
        text(&record.address),
        text(&record.post_number),
        day_value(record.insured_certificate_issuance_date.as_deref()),
        day_value(record.insured_card_valid_date.as_deref()),
        day_value(record.insured_card_expiration_date.as_deref()),
        text(&record.insured_partial_contribution_ratio),
        details,
    ])
}

fn upsert_tickets(tx: &mut Tx<'_>, record: &QualificationRecord) -> Result<(), Fault> {
    for ticket in &record.medical_tickets {
        tx.execute(
            "insert into medical_ticket (facility_code, treatment_month, person) \
             values ($1, $2, $3) on conflict (facility_code, treatment_month, person) do nothing",
            &[
                ticket.institution_code.as_str().into(),
                ticket.treatment_month.parse::<i64>().unwrap_or(0).into(),
                record.person.into(),
            ],
        )?;
    }
    Ok(())
}

/// Counts what was added. A person is new to an insurer with the first qualification there.
fn count_new(
    tx: &mut Tx<'_>,
    rows: &[[Value; COLUMNS]],
    added: &HashSet<Key>,
    counts: &mut Counts,
) -> Result<(), Fault> {
    // How many were added now, by person and insurer; the same qualification counts once.
    let mut now: BTreeMap<(i64, &str), i64> = BTreeMap::new();
    let mut seen = HashSet::new();
    for row in rows {
        let key = key(row);
        if let (true, true, Value::Text(insurer)) =
            (added.contains(&key), seen.insert(key), &row[INSURER])
        {
            *now.entry((key[0], insurer)).or_default() += 1;
        }
    }
    let persons: BTreeSet<i64> = now.keys().map(|(person, _)| *person).collect();
    let Some(last) = persons.last().copied() else {
        return Ok(());
    };
    // Always as many parameters, so that it is one statement.
    let mut asked: Vec<Value> = persons.into_iter().map(Value::Int).collect();
    asked.resize(TOGETHER, Value::Int(last));
    for found in tx.rows(known_text(), &asked)? {
        let (person, insurer, known) = (found.int(0)?, found.text(1)?, found.int(2)?);
        if let Some(added) = now.get(&(person, insurer.as_str())).copied() {
            let (persons, qualifications) = counts.0.entry(insurer).or_default();
            *persons += i64::from(known == added);
            *qualifications += added;
        }
    }
    Ok(())
}

/// Where a row has the insurer's number.
const INSURER: usize = 5;

/// How many qualifications these persons have with each insurer.
fn known_text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let persons = marks_of_rows(1, TOGETHER);
        format!(
            "select person, insurer_number, count(*) from qualification \
             where person in {persons} group by person, insurer_number"
        )
    })
}

/// Adds what came to what is counted.
pub(in crate::insured) fn add_counts(tx: &mut Tx<'_>, counts: &Counts) -> Result<(), Fault> {
    for (insurer, (persons, qualifications)) in &counts.0 {
        tx.execute(
            "insert into insurer_count (insurer_number, persons, qualifications) \
             values ($1, $2, $3) on conflict (insurer_number) do update set \
             persons = insurer_count.persons + $2, \
             qualifications = insurer_count.qualifications + $3",
            &[
                insurer.as_str().into(),
                (*persons).into(),
                (*qualifications).into(),
            ],
        )?;
    }
    Ok(())
}

const INSERT: &str = "insert into qualification (card, person, acquired, lost, reason_of_loss, \
    insurer_number, symbol, number, branch, birthdate, classification, person_or_family, \
    insured_name, name, name_of_other, name_kana, name_of_other_kana, sex1, sex2, address, \
    post_number, issued, card_valid, card_expires, ratio, details) values";
const UNLESS_THERE: &str = "on conflict (person, acquired, card) do nothing";
const RETURNING: &str = "returning person, acquired, card";

/// A row that says the same already is not written again: the answer tells what was new.
const UPDATE: &str = "update qualification set lost = $4, reason_of_loss = $5, symbol = $7, \
    number = $8, branch = $9, birthdate = $10, classification = $11, person_or_family = $12, \
    insured_name = $13, name = $14, name_of_other = $15, name_kana = $16, \
    name_of_other_kana = $17, sex1 = $18, sex2 = $19, address = $20, post_number = $21, \
    issued = $22, card_valid = $23, card_expires = $24, ratio = $25, details = $26 \
    where person = $2 and acquired = $3 and card = $1 and insurer_number = $6 and \
    (lost is distinct from $4 or reason_of_loss is distinct from $5 \
    or symbol is distinct from $7 or number is distinct from $8 or branch is distinct from $9 \
    or birthdate is distinct from $10 or classification is distinct from $11 \
    or person_or_family is distinct from $12 or insured_name is distinct from $13 \
    or name is distinct from $14 or name_of_other is distinct from $15 \
    or name_kana is distinct from $16 or name_of_other_kana is distinct from $17 \
    or sex1 is distinct from $18 or sex2 is distinct from $19 or address is distinct from $20 \
    or post_number is distinct from $21 or issued is distinct from $22 \
    or card_valid is distinct from $23 or card_expires is distinct from $24 \
    or ratio is distinct from $25 or details is distinct from $26)";

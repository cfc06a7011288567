//! Putting in what insurers report, and telling what was new.

use super::{Card, Details};
use crate::clock::Day;
use crate::error::Fault;
use crate::insured::record::{InsurerRecord, QualificationRecord};
use crate::office::Work;
use crate::store::Value;
use onshi_wire::numbers::match_insurer;
use std::collections::BTreeMap;

/// What putting something in did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::insured) enum Put {
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
pub(in crate::insured) fn put_insurer(
    work: &mut Work<'_>,
    record: &InsurerRecord,
) -> Result<Put, Fault> {
    let now = work.now();
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
    let added = work.execute(
        "insert into insurer (insurer_number, name, data_date, updated_at) \
         values ($1, $2, $3, $4) on conflict (insurer_number) do nothing",
        &values,
    )?;
    if added > 0 {
        return Ok(Put::Added);
    }
    let changed = work.execute(
        "update insurer set name = $2, data_date = $3, updated_at = $4 \
         where insurer_number = $1 and (name <> $2 or data_date <> $3)",
        &values,
    )?;
    Ok(if changed > 0 {
        Put::Changed
    } else {
        Put::Unchanged
    })
}

fn day_value(text: Option<&str>) -> Value {
    text.and_then(Day::parse).into()
}

/// Puts a qualification in, or its newer state in its place: the same person, card and first day
/// are the same qualification.
pub(in crate::insured) fn put_qualification(
    work: &mut Work<'_>,
    record: &QualificationRecord,
    counts: &mut Counts,
) -> Result<Put, Fault> {
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
    let insurer = card.insurer.clone();
    let parameters = [
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
    ];
    let put = if work.execute(INSERT, &parameters)? > 0 {
        count_new(work, record.person, insurer, counts)?;
        Put::Added
    } else if work.execute(UPDATE, &parameters)? > 0 {
        Put::Changed
    } else {
        Put::Unchanged
    };
    for ticket in &record.medical_tickets {
        work.execute(
            "insert into medical_ticket (facility_code, treatment_month, person) \
             values ($1, $2, $3) on conflict (facility_code, treatment_month, person) do nothing",
            &[
                ticket.institution_code.as_str().into(),
                ticket.treatment_month.parse::<i64>().unwrap_or(0).into(),
                record.person.into(),
            ],
        )?;
    }
    Ok(put)
}

/// A person is new to an insurer with the first qualification there.
fn count_new(
    work: &mut Work<'_>,
    person: i64,
    insurer: String,
    counts: &mut Counts,
) -> Result<(), Fault> {
    let known = work.row(
        "select count(*) from qualification where person = $1 and insurer_number = $2",
        &[person.into(), insurer.as_str().into()],
    )?;
    let first = match known {
        Some(row) => row.int(0)? == 1,
        None => false,
    };
    let (persons, qualifications) = counts.0.entry(insurer).or_default();
    *persons += i64::from(first);
    *qualifications += 1;
    Ok(())
}

/// Adds what came to what is counted.
pub(in crate::insured) fn add_counts(work: &mut Work<'_>, counts: &Counts) -> Result<(), Fault> {
    for (insurer, (persons, qualifications)) in &counts.0 {
        work.execute(
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
    post_number, issued, card_valid, card_expires, ratio, details) values ($1, $2, $3, $4, $5, $6, \
    $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, \
    $26) on conflict (person, acquired, card) do nothing";

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

//! The insured persons' SQL.

use super::record::{
    ElderlyCertificate, InsurerRecord, LimitCertificate, MedicalTicket, QualificationRecord,
    SpecificDiseasesCertificate,
};
use crate::clock::Day;
use crate::error::Fault;
use crate::office::Work;
use crate::store::{Row, Value};
use onshi_wire::numbers::{match_insurer, match_number, match_symbol};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A card, by what stands on its face, in the form in which cards are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The insurer's number without padding.
    pub insurer: String,
    /// The symbol; empty when there is none.
    pub symbol: String,
    /// The number.
    pub number: String,
}

impl Card {
    /// Reads what was typed or sent.
    pub fn of(insurer: &str, symbol: &str, number: &str) -> Card {
        Card {
            insurer: match_insurer(insurer),
            symbol: match_symbol(symbol),
            number: match_number(number),
        }
    }

    /// The key under which a card's rows are found. Two cards may share one, so rows are compared.
    fn key(&self) -> i64 {
        let mut hash = Sha256::new();
        for part in [&self.insurer, &self.symbol, &self.number] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        i64::from_be_bytes(std::array::from_fn(|i| digest[i]))
    }
}

/// What only few qualifications have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// 高齢受給者証.
    #[serde(rename = "e", skip_serializing_if = "Vec::is_empty")]
    pub elderly: Vec<ElderlyCertificate>,
    /// 限度額適用認定証.
    #[serde(rename = "l", skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<LimitCertificate>,
    /// 特定疾病療養受療証.
    #[serde(rename = "s", skip_serializing_if = "Vec::is_empty")]
    pub specific: Vec<SpecificDiseasesCertificate>,
    /// 医療券・調剤券.
    #[serde(rename = "t", skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<MedicalTicket>,
}

/// A qualification as it is kept, with its insurer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualification {
    pub person: i64,
    pub acquired: Day,
    pub lost: Option<Day>,
    pub reason_of_loss: Option<String>,
    pub insurer_number: String,
    pub symbol: Option<String>,
    pub number: String,
    pub branch: Option<String>,
    pub birthdate: Day,
    pub classification: String,
    pub person_or_family: Option<String>,
    pub insured_name: Option<String>,
    pub name: String,
    pub name_of_other: Option<String>,
    pub name_kana: Option<String>,
    pub name_of_other_kana: Option<String>,
    pub sex1: String,
    pub sex2: Option<String>,
    pub address: Option<String>,
    pub post_number: Option<String>,
    pub issued: Option<Day>,
    pub card_valid: Option<Day>,
    pub card_expires: Option<Day>,
    pub ratio: Option<String>,
    pub details: Details,
    pub insurer_name: Option<String>,
    /// The day for which the insurer's data is true.
    pub data_date: Option<Day>,
}

const COLUMNS: &str = "q.person, q.acquired, q.lost, q.reason_of_loss, q.insurer_number, q.symbol, \
    q.number, q.branch, q.birthdate, q.classification, q.person_or_family, q.insured_name, q.name, \
    q.name_of_other, q.name_kana, q.name_of_other_kana, q.sex1, q.sex2, q.address, q.post_number, \
    q.issued, q.card_valid, q.card_expires, q.ratio, q.details, i.name, i.data_date \
    from qualification q left join insurer i on i.insurer_number = q.insurer_number";

/// A day is always there; the column is only checked so that a damaged row is a fault of ours.
fn day(row: &Row, column: usize) -> Result<Day, Fault> {
    row.opt_day(column)?
        .ok_or_else(|| Fault::at("reading a qualification", "a day is missing"))
}

fn read(row: &Row) -> Result<Qualification, Fault> {
    let details = match row.opt_text(24)? {
        None => Details::default(),
        Some(text) => serde_json::from_str(&text)
            .map_err(|e| Fault::at("reading a qualification's details", e))?,
    };
    Ok(Qualification {
        person: row.int(0)?,
        acquired: day(row, 1)?,
        lost: row.opt_day(2)?,
        reason_of_loss: row.opt_text(3)?,
        insurer_number: row.text(4)?,
        symbol: row.opt_text(5)?,
        number: row.text(6)?,
        branch: row.opt_text(7)?,
        birthdate: day(row, 8)?,
        classification: row.text(9)?,
        person_or_family: row.opt_text(10)?,
        insured_name: row.opt_text(11)?,
        name: row.text(12)?,
        name_of_other: row.opt_text(13)?,
        name_kana: row.opt_text(14)?,
        name_of_other_kana: row.opt_text(15)?,
        sex1: row.text(16)?,
        sex2: row.opt_text(17)?,
        address: row.opt_text(18)?,
        post_number: row.opt_text(19)?,
        issued: row.opt_day(20)?,
        card_valid: row.opt_day(21)?,
        card_expires: row.opt_day(22)?,
        ratio: row.opt_text(23)?,
        details,
        insurer_name: row.opt_text(25)?,
        data_date: row.opt_day(26)?,
    })
}

fn sql(which: usize, condition: &str) -> &'static str {
    static BUILT: [std::sync::OnceLock<String>; 3] = [const { std::sync::OnceLock::new() }; 3];
    BUILT[which].get_or_init(|| format!("select {COLUMNS} where {condition}"))
}

/// Every qualification under this card: those of a whole household, past and present.
pub(crate) fn list_by_card(work: &mut Work<'_>, card: &Card) -> Result<Vec<Qualification>, Fault> {
    let rows = work.rows(sql(0, "q.card = $1 limit 200"), &[card.key().into()])?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let qualification = read(row)?;
        let symbol = qualification.symbol.as_deref().unwrap_or("");
        if Card::of(&qualification.insurer_number, symbol, &qualification.number) == *card {
            found.push(qualification);
        }
    }
    Ok(found)
}

/// Every qualification of a person, the newest first.
pub(crate) fn list_by_person(
    work: &mut Work<'_>,
    person: i64,
) -> Result<Vec<Qualification>, Fault> {
    let condition = "q.person = $1 order by q.acquired desc limit 200";
    work.rows(sql(1, condition), &[person.into()])?
        .iter()
        .map(read)
        .collect()
}

/// Name and data date of an insurer.
pub(crate) fn find_insurer(
    work: &mut Work<'_>,
    number: &str,
) -> Result<Option<(String, Day)>, Fault> {
    work.row(
        "select name, data_date from insurer where insurer_number = $1",
        &[number.into()],
    )?
    .map(|row| Ok((row.text(0)?, day(&row, 1)?)))
    .transpose()
}

/// What putting something in did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// It was not known.
    Added,
    /// It was known otherwise.
    Changed,
    /// It was known so already.
    Unchanged,
}

/// How many persons and qualifications came to each insurer.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<String, (i64, i64)>);

/// Puts an insurer in, or its newer state in its place.
pub(super) fn put_insurer(work: &mut Work<'_>, record: &InsurerRecord) -> Result<Put, Fault> {
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
pub(super) fn put_qualification(
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
pub(super) fn add_counts(work: &mut Work<'_>, counts: &Counts) -> Result<(), Fault> {
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

/// Who has a ticket of medical assistance for this institution and month (`yyyymm`).
pub(crate) fn list_ticket_holders(
    work: &mut Work<'_>,
    facility: &str,
    month: i64,
) -> Result<Vec<i64>, Fault> {
    work.rows(
        "select person from medical_ticket where facility_code = $1 and treatment_month = $2 \
         order by person",
        &[facility.into(), month.into()],
    )?
    .iter()
    .map(|row| row.int(0))
    .collect()
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

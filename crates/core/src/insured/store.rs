//! The insured persons' SQL: finding them; [`upsert`] puts them in, [`runs`] says how far imports are.

pub(crate) mod runs;
pub(super) mod upsert;

use super::record::{
    ElderlyCertificate, LimitCertificate, MedicalTicket, SpecificDiseasesCertificate,
};
use crate::clock::Day;
use crate::error::{Error, Fault};
use crate::service::Tx;
use crate::store::{Row, Value};
use onshi_wire::numbers::{match_insurer, match_number, match_symbol};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};

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
    pub(crate) fn key(&self) -> i64 {
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
    /// The number under which the institution that asks knows the person (照会番号).
    pub reference_number: Option<String>,
    /// Whether the person may have consented to anything there; no only where it was looked.
    pub may_have_consented: bool,
}

/// With `$1` the institution that asks.
const COLUMNS: &str = "q.person, q.acquired, q.lost, q.reason_of_loss, q.insurer_number, q.symbol, \
    q.number, q.branch, q.birthdate, q.classification, q.person_or_family, q.insured_name, q.name, \
    q.name_of_other, q.name_kana, q.name_of_other_kana, q.sex1, q.sex2, q.address, q.post_number, \
    q.issued, q.card_valid, q.card_expires, q.ratio, q.details, i.name, i.data_date, \
    r.reference_number";

/// What the columns need beside the qualification.
const JOINS: &str = "left join insurer i on i.insurer_number = q.insurer_number \
    left join reference_number r on r.facility_code = $1 and r.person = q.person";

/// Columns and joins for a query of another subject that begins with them, with `$1` the
/// institution that asks; its own columns begin at [`OTHER_COLUMNS`].
pub(crate) fn columns_and_joins() -> (&'static str, &'static str) {
    (COLUMNS, JOINS)
}

/// How many columns a qualification takes.
pub(crate) const OTHER_COLUMNS: usize = 28;

/// A day is always there; the column is only checked so that a damaged row is a fault of ours.
fn day(row: &Row, column: usize) -> Result<Day, Fault> {
    row.opt_day(column)?
        .ok_or_else(|| Fault::at("reading a qualification", "a day is missing"))
}

pub(crate) fn read(mut row: Row) -> Result<Qualification, Fault> {
    let details = match row.take_opt_text(24)? {
        None => Details::default(),
        Some(text) => serde_json::from_str(&text)
            .map_err(|e| Fault::at("reading a qualification's details", e))?,
    };
    Ok(Qualification {
        person: row.int(0)?,
        acquired: day(&row, 1)?,
        lost: row.opt_day(2)?,
        reason_of_loss: row.take_opt_text(3)?,
        insurer_number: row.take_text(4)?,
        symbol: row.take_opt_text(5)?,
        number: row.take_text(6)?,
        branch: row.take_opt_text(7)?,
        birthdate: day(&row, 8)?,
        classification: row.take_text(9)?,
        person_or_family: row.take_opt_text(10)?,
        insured_name: row.take_opt_text(11)?,
        name: row.take_text(12)?,
        name_of_other: row.take_opt_text(13)?,
        name_kana: row.take_opt_text(14)?,
        name_of_other_kana: row.take_opt_text(15)?,
        sex1: row.take_text(16)?,
        sex2: row.take_opt_text(17)?,
        address: row.take_opt_text(18)?,
        post_number: row.take_opt_text(19)?,
        issued: row.opt_day(20)?,
        card_valid: row.opt_day(21)?,
        card_expires: row.opt_day(22)?,
        ratio: row.take_opt_text(23)?,
        details,
        insurer_name: row.take_opt_text(25)?,
        data_date: row.opt_day(26)?,
        reference_number: row.take_opt_text(27)?,
        may_have_consented: true,
    })
}

/// Whether there is any consent of the person, be it over or not. Each check has to know, mostly there is
/// none, and a statement of its own costs more than this look.
const ANY_CONSENT: &str = ", case when exists (select 1 from consent c \
    where c.facility_code = $1 and c.person = q.person) then 1 else 0 end";

fn sql(which: usize, (more, condition): (&str, &str)) -> &'static str {
    static BUILT: [std::sync::OnceLock<String>; 3] = [const { std::sync::OnceLock::new() }; 3];
    BUILT[which].get_or_init(|| {
        format!("select {COLUMNS}{more} from qualification q {JOINS} where {condition}")
    })
}

/// The qualifications under this card of whoever was born on this day, past and present. A card is
/// a whole household's, and the others' rows need not be read.
pub(crate) fn list_by_card(
    tx: &mut Tx<'_>,
    card: &Card,
    birthdate: Day,
) -> Result<Vec<Qualification>, Error> {
    let by_card = (ANY_CONSENT, "q.card = $2 and q.birthdate = $3 limit 200");
    let asking = Value::Shared(tx.facility()?.shared());
    let asked = [asking, card.key().into(), birthdate.into()];
    let rows = tx.rows(sql(0, by_card), &asked)?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let may_have_consented = row.int(OTHER_COLUMNS)? == 1;
        let qualification = Qualification {
            may_have_consented,
            ..read(row)?
        };
        let symbol = qualification.symbol.as_deref().unwrap_or("");
        if Card::of(&qualification.insurer_number, symbol, &qualification.number) == *card {
            found.push(qualification);
        }
    }
    Ok(found)
}

/// Person, branch and first day of everybody who is or was insured under this card.
pub(crate) fn list_holders(
    tx: &mut Tx<'_>,
    card: &Card,
) -> Result<Vec<(i64, Option<String>, Day)>, Fault> {
    let sql = "select insurer_number, symbol, number, person, branch, acquired from qualification \
               where card = $1 limit 200";
    let mut holders = Vec::new();
    for mut row in tx.rows(sql, &[card.key().into()])? {
        let symbol = row.take_opt_text(1)?.unwrap_or_default();
        if Card::of(&row.take_text(0)?, &symbol, &row.take_text(2)?) == *card {
            holders.push((row.int(3)?, row.take_opt_text(4)?, day(&row, 5)?));
        }
    }
    Ok(holders)
}

/// Every qualification of a person, the newest first.
pub(crate) fn list_by_person(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Qualification>, Error> {
    let condition = "q.person = $2 order by q.acquired desc limit 200";
    let asking = Value::Shared(tx.facility()?.shared());
    tx.rows(sql(1, ("", condition)), &[asking, person.into()])?
        .into_iter()
        .map(|row| Ok(read(row)?))
        .collect()
}

/// So many persons are asked for in one statement, whose text is always the same.
const ASKED_TOGETHER: usize = 50;

/// The newest qualification of each of these persons; who has none is not there. A list of people costs a few
/// statements and not one for each.
pub(crate) fn newest_of(
    tx: &mut Tx<'_>,
    persons: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, Qualification>, Error> {
    static BUILT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let sql = BUILT.get_or_init(|| {
        let places: Vec<String> = (2..ASKED_TOGETHER + 2).map(|n| format!("${n}")).collect();
        format!(
            "select {COLUMNS} from qualification q {JOINS} where q.person in ({}) \
             order by q.acquired desc",
            places.join(", ")
        )
    });
    let persons: BTreeSet<i64> = persons.into_iter().collect();
    let persons: Vec<i64> = persons.into_iter().collect();
    let asking = Value::Shared(tx.facility()?.shared());
    let mut newest = HashMap::new();
    for some in persons.chunks(ASKED_TOGETHER) {
        // The last one stands in the places that are left.
        let last = some.iter().rev().take(1).cycle();
        let all = some.iter().chain(last).take(ASKED_TOGETHER);
        let mut asked = vec![asking.clone()];
        asked.extend(all.map(|person| Value::from(*person)));
        for row in tx.rows(sql, &asked)? {
            let one = read(row)?;
            newest.entry(one.person).or_insert(one);
        }
    }
    Ok(newest)
}

/// Whether anything is kept of this person.
pub(crate) fn is_known(tx: &mut Tx<'_>, person: i64) -> Result<bool, Fault> {
    let row = tx.row(
        "select 1 from qualification where person = $1 limit 1",
        &[person.into()],
    )?;
    Ok(row.is_some())
}

/// The one coverage under a card's key that began on a day.
pub(crate) fn find_coverage(
    tx: &mut Tx<'_>,
    person: i64,
    (card, acquired): (i64, Day),
) -> Result<Option<Qualification>, Error> {
    let condition = "q.person = $2 and q.acquired = $3 and q.card = $4";
    let asking = Value::Shared(tx.facility()?.shared());
    let key = [asking, person.into(), acquired.into(), card.into()];
    let row = tx.row(sql(2, ("", condition)), &key)?;
    Ok(row.map(read).transpose()?)
}

/// Name and data date of an insurer.
pub(crate) fn find_insurer(tx: &mut Tx<'_>, number: &str) -> Result<Option<(String, Day)>, Fault> {
    tx.row(
        "select name, data_date from insurer where insurer_number = $1",
        &[number.into()],
    )?
    .map(|row| Ok((row.text(0)?, day(&row, 1)?)))
    .transpose()
}

/// Who has a ticket of medical assistance for this institution and month (`yyyymm`).
pub(crate) fn list_ticket_holders(
    tx: &mut Tx<'_>,
    facility: &str,
    month: i64,
) -> Result<Vec<i64>, Fault> {
    tx.rows(
        "select person from medical_ticket where facility_code = $1 and treatment_month = $2 \
         order by person",
        &[facility.into(), month.into()],
    )?
    .iter()
    .map(|row| row.int(0))
    .collect()
}

/// The insurers under whose cards a person is or was, as they were reported.
pub(crate) fn list_insurers_of(tx: &mut Tx<'_>, person: i64) -> Result<Vec<String>, Fault> {
    tx.rows(
        "select distinct insurer_number from qualification where person = $1 limit 200",
        &[person.into()],
    )?
    .iter()
    .map(|row| row.text(0))
    .collect()
}

/// Who somebody is, as far as a search without a card compares it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) person: i64,
    pub(crate) name: String,
    pub(crate) kana: Option<String>,
    pub(crate) other: Option<String>,
    pub(crate) other_kana: Option<String>,
    pub(crate) sex: String,
    pub(crate) address: Option<String>,
}

/// Everybody who was born on a day, by each coverage, the newest first.
pub(crate) fn list_by_birthdate(tx: &mut Tx<'_>, birthdate: Day) -> Result<Vec<Known>, Fault> {
    let rows = tx.rows(
        "select person, name, name_kana, name_of_other, name_of_other_kana, sex1, address \
         from qualification where birthdate = $1 order by acquired desc, person limit 100000",
        &[birthdate.into()],
    )?;
    rows.into_iter()
        .map(|mut row| {
            Ok(Known {
                person: row.int(0)?,
                name: row.take_text(1)?,
                kana: row.take_opt_text(2)?,
                other: row.take_opt_text(3)?,
                other_kana: row.take_opt_text(4)?,
                sex: row.take_text(5)?,
                address: row.take_opt_text(6)?,
            })
        })
        .collect()
}

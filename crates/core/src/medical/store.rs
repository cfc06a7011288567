//! The medical records' SQL. Nothing outside of this subject can call it, and nothing in it is read
//! without a person whom a basis named.
//!
//! A row is what one institution reported of a person for one month and kind. On SQLite rows lie in
//! the order of their key, so that what is read of a person in one go is a few pages side by side.

mod content;

use super::period::Period;
use super::record::{
    Checkup, Holds, Institution, MedicationMonth, Operation, Record, Source, TreatmentMonth,
};
use crate::clock::Month;
use crate::error::Fault;
use crate::insured::Upserted;
use crate::service::Tx;
use crate::store::{Connection, Row, Value};
use content::{KeptCheckups, KeptMedicines, KeptOperations, KeptTreatments, pack, unpack};

/// The kinds of records. The numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Medicines, by their source.
    Medicines(Source),
    /// 診療行為.
    Treatments,
    /// 手術.
    Operations,
    /// 特定健診.
    Checkups,
}

impl Kind {
    const fn number(self) -> i64 {
        match self {
            Kind::Medicines(source) => source as i64,
            Kind::Treatments => 4,
            Kind::Operations => 5,
            Kind::Checkups => 6,
        }
    }
}

/// The tree in which SQLite keeps the records: its levels, its pages above the leaves, the leaves, the pages of what
/// is too long for one, and the bytes of a page. It reads every page once.
pub(super) fn tree(connection: &mut Connection) -> Result<Option<[i64; 5]>, Fault> {
    let row = connection.row(
        "select max(length(path) - length(replace(path, '/', ''))), \
         sum(case when pagetype = 'internal' then 1 else 0 end), \
         sum(case when pagetype = 'leaf' then 1 else 0 end), \
         sum(case when pagetype = 'overflow' then 1 else 0 end) \
         from dbstat where schema = 'insured' and name = 'medical_record'",
        &[],
    )?;
    // Its own column has the size of the other file's pages.
    let page = connection.row("pragma insured.page_size", &[])?;
    let (Some(row), Some(page)) = (row, page) else {
        return Ok(None);
    };
    let number = |column| row.opt_int(column).map(Option::unwrap_or_default);
    let pages = [number(0)?, number(1)?, number(2)?, number(3)?];
    let [levels, above, leaves, overflow] = pages;
    Ok(Some([levels, above, leaves, overflow, page.int(0)?]))
}

/// The rows of a kind, the newest month first.
fn rows(tx: &mut Tx<'_>, person: i64, kind: Kind, period: Period) -> Result<Vec<Row>, Fault> {
    tx.rows(
        "select month, institution, prescriber, in_out, content from medical_record \
         where person = $1 and kind = $2 and month >= $3 and month <= $4 \
         order by month desc, institution, prescriber, in_out, insurer",
        &[
            person.into(),
            kind.number().into(),
            period.from.number().into(),
            period.until.number().into(),
        ],
    )
}

fn month(row: &Row) -> Result<Month, Fault> {
    Month::from_number(row.int(0)?)
        .ok_or_else(|| Fault::at("reading a medical record", "its month is none"))
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

pub(super) fn list_medicines(
    tx: &mut Tx<'_>,
    person: i64,
    source: Source,
    period: Period,
) -> Result<Vec<MedicationMonth>, Fault> {
    rows(tx, person, Kind::Medicines(source), period)?
        .into_iter()
        .map(|mut row| {
            let kept: KeptMedicines = unpack(&row.bytes(4)?)?;
            let is_claim = source == Source::Claim;
            let in_out = some(row.take_text(3)?);
            let prescriber = some(row.take_text(2)?).map(|code| Institution {
                code,
                name: kept.prescriber_name,
            });
            Ok(MedicationMonth {
                source,
                month: month(&row)?,
                institution: Institution {
                    code: row.take_text(1)?,
                    name: kept.name,
                },
                prescriber,
                in_out: in_out.filter(|_| is_claim),
                prescription_class: some(kept.class),
                in_house: kept.in_house,
                days: content::days(kept.days)?,
            })
        })
        .collect()
}

pub(super) fn list_treatments(
    tx: &mut Tx<'_>,
    person: i64,
    period: Period,
) -> Result<Vec<TreatmentMonth>, Fault> {
    rows(tx, person, Kind::Treatments, period)?
        .into_iter()
        .map(|mut row| {
            let kept: KeptTreatments = unpack(&row.bytes(4)?)?;
            Ok(TreatmentMonth {
                month: month(&row)?,
                institution: Institution {
                    code: row.take_text(1)?,
                    name: kept.name,
                },
                in_out: some(row.take_text(3)?),
                days: content::treatments(kept.days)?,
            })
        })
        .collect()
}

pub(super) fn list_operations(
    tx: &mut Tx<'_>,
    person: i64,
    period: Period,
) -> Result<Vec<Operation>, Fault> {
    let mut all = Vec::new();
    for mut row in rows(tx, person, Kind::Operations, period)? {
        let kept: KeptOperations = unpack(&row.bytes(4)?)?;
        let in_out = some(row.take_text(3)?);
        let institution = Institution {
            code: row.take_text(1)?,
            name: kept.name,
        };
        let of = (&institution, in_out.as_ref());
        all.extend(content::operations(kept.operations, of)?);
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.date));
    Ok(all)
}

pub(super) fn list_checkups(
    tx: &mut Tx<'_>,
    person: i64,
    period: Period,
) -> Result<Vec<Checkup>, Fault> {
    let mut all = Vec::new();
    for mut row in rows(tx, person, Kind::Checkups, period)? {
        let kept: KeptCheckups = unpack(&row.bytes(4)?)?;
        let institution = Institution {
            code: row.take_text(1)?,
            name: kept.name,
        };
        all.extend(content::checkups(kept.days, &institution)?);
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.date));
    Ok(all)
}

/// The columns of a record: the key, and the content where it holds anything.
fn columns(record: &Record) -> Result<([Value; 7], Option<Vec<u8>>), Fault> {
    let key = |kind: Kind, month: Month, [institution, prescriber, in_out]: [&str; 3]| {
        [
            record.person.into(),
            kind.number().into(),
            month.number().into(),
            institution.into(),
            prescriber.into(),
            in_out.into(),
            record.insurer.as_str().into(),
        ]
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Ok(match &record.holds {
        Holds::Medicines(of) => {
            let prescriber = of.prescriber.as_ref();
            let code = prescriber.map_or("", |one| one.code.as_str());
            let in_out = of.in_out.as_deref().unwrap_or_default();
            let kept = KeptMedicines {
                name: of.institution.name.clone(),
                prescriber_name: prescriber.map_or_else(String::new, |one| one.name.clone()),
                class: text(&of.prescription_class),
                in_house: of.in_house,
                days: content::keep_days(&of.days),
            };
            let key = key(
                Kind::Medicines(of.source),
                of.month,
                [&of.institution.code, code, in_out],
            );
            (key, content(&of.days, &kept)?)
        }
        Holds::Treatments(of) => {
            let kept = KeptTreatments {
                name: of.institution.name.clone(),
                days: content::keep_treatments(&of.days),
            };
            let in_out = of.in_out.as_deref().unwrap_or_default();
            let key = key(
                Kind::Treatments,
                of.month,
                [&of.institution.code, "", in_out],
            );
            (key, content(&of.days, &kept)?)
        }
        Holds::Operations(of) => {
            let kept = KeptOperations {
                name: of.institution.name.clone(),
                operations: content::keep_operations(&of.operations),
            };
            let in_out = of.in_out.as_deref().unwrap_or_default();
            let key = key(
                Kind::Operations,
                of.month,
                [&of.institution.code, "", in_out],
            );
            (key, content(&of.operations, &kept)?)
        }
        Holds::Checkups(of) => {
            let kept = KeptCheckups {
                name: of.institution.name.clone(),
                days: content::keep_checkups(&of.checkups),
            };
            let key = key(Kind::Checkups, of.month, [&of.institution.code, "", ""]);
            (key, content(&of.checkups, &kept)?)
        }
    })
}

fn content<T>(lines: &[T], kept: &impl serde::Serialize) -> Result<Option<Vec<u8>>, Fault> {
    (!lines.is_empty()).then(|| pack(kept)).transpose()
}

/// Puts a record in the place of what was kept of the same, or takes it away where it holds nothing.
pub(super) fn upsert(tx: &mut Tx<'_>, record: &Record) -> Result<Upserted, Fault> {
    let (key, content) = columns(record)?;
    let Some(content) = content else {
        let gone = tx.execute(
            "delete from medical_record where person = $1 and kind = $2 and month = $3 and \
             institution = $4 and prescriber = $5 and in_out = $6 and insurer = $7",
            &key,
        )?;
        return Ok(if gone > 0 {
            Upserted::Changed
        } else {
            Upserted::Unchanged
        });
    };
    let mut values = key.to_vec();
    values.push(Value::Bytes(content));
    let added = tx.execute(
        "insert into medical_record (person, kind, month, institution, prescriber, in_out, \
         insurer, content) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (person, kind, month, \
         institution, prescriber, in_out, insurer) do nothing",
        &values,
    )?;
    if added > 0 {
        return Ok(Upserted::Added);
    }
    let changed = tx.execute(
        "update medical_record set content = $8 where person = $1 and kind = $2 and month = $3 and \
         institution = $4 and prescriber = $5 and in_out = $6 and insurer = $7 and content <> $8",
        &values,
    )?;
    Ok(if changed > 0 {
        Upserted::Changed
    } else {
        Upserted::Unchanged
    })
}

//! Bulk requests on their way in: the SQL.

use crate::clock::Moment;
use crate::eligibility::bulk::Item;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Value};
use crate::terms::FacilityCode;

/// How many items one statement takes: on PostgreSQL each statement is a way there and back.
const AT_ONCE: usize = 16;
const INSERT_AT_ONCE: &str = "insert into bulk_item (reception_number, item, question, answer, spelling, version) \
     values \
     ($1, $2, $3, $4, $5, $6), ($1, $7, $8, $9, $10, $11), ($1, $12, $13, $14, $15, $16), \
     ($1, $17, $18, $19, $20, $21), ($1, $22, $23, $24, $25, $26), ($1, $27, $28, $29, $30, $31), \
     ($1, $32, $33, $34, $35, $36), ($1, $37, $38, $39, $40, $41), ($1, $42, $43, $44, $45, $46), \
     ($1, $47, $48, $49, $50, $51), ($1, $52, $53, $54, $55, $56), ($1, $57, $58, $59, $60, $61), \
     ($1, $62, $63, $64, $65, $66), ($1, $67, $68, $69, $70, $71), ($1, $72, $73, $74, $75, $76), \
     ($1, $77, $78, $79, $80, $81)";

/// Inserts items, numbered on from `from`.
pub(crate) fn insert_items(
    tx: &mut Tx<'_>,
    reception_number: &str,
    from: i64,
    items: &[Item],
) -> Result<(), Fault> {
    let mut number = from;
    let mut full = items.chunks_exact(AT_ONCE);
    for chunk in &mut full {
        let mut with: Vec<Value> = vec![reception_number.into()];
        for item in chunk {
            let row = item.kept()?;
            with.extend([
                number.into(),
                row.question.into(),
                row.answer.into(),
                row.spelling.into(),
                row.version.into(),
            ]);
            number += 1;
        }
        tx.execute(INSERT_AT_ONCE, &with)?;
    }
    for item in full.remainder() {
        super::insert_item(tx, reception_number, number, &item.kept()?)?;
        number += 1;
    }
    Ok(())
}

pub(crate) fn insert_arrival(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reception_number: &str,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into bulk_arrival (reception_number, facility_code, begun_at) values ($1, $2, $3)",
        &[
            reception_number.into(),
            facility.as_str().into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Whether what came in under this number is still waiting for the rest.
pub(crate) fn is_arriving(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reception_number: &str,
) -> Result<bool, Fault> {
    let found = tx.row(
        "select begun_at from bulk_arrival where reception_number = $1 and facility_code = $2",
        &[reception_number.into(), facility.as_str().into()],
    )?;
    Ok(found.is_some())
}

pub(crate) fn delete_arrival(tx: &mut Tx<'_>, reception_number: &str) -> Result<(), Fault> {
    tx.execute(
        "delete from bulk_arrival where reception_number = $1",
        &[reception_number.into()],
    )
    .map(drop)
}

/// The oldest of those that were begun before this moment, and whose it is.
pub(crate) fn find_left_behind(
    connection: &mut Connection,
    before: Moment,
) -> Result<Option<(String, FacilityCode)>, Fault> {
    connection
        .row(
            "select reception_number, facility_code from bulk_arrival where begun_at < $1 \
             order by begun_at limit 1",
            &[before.into()],
        )?
        .map(|row| Ok((row.text(0)?, FacilityCode::stored(row.text(1)?))))
        .transpose()
}

//! Reference numbers and bulk requests: the SQL.

mod arrivals;
mod checks;

pub(super) use arrivals::{
    delete_arrival, find_left_behind, insert_arrival, insert_items, is_arriving,
};
pub(super) use checks::{find_check, list_checks};

use super::bulk::{BulkKind, KeptRow, Request};
use crate::clock::{Day, Moment};
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Row, Value};
use crate::terms::FacilityCode;

pub(super) fn find_person(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reference: &str,
) -> Result<Option<i64>, Fault> {
    tx.row(
        "select person from reference_number where facility_code = $1 and reference_number = $2",
        &[facility.as_str().into(), reference.into()],
    )?
    .map(|row| row.int(0))
    .transpose()
}

/// A person, and the card's key and first day of the coverage by which the number was registered.
type Holder = (i64, Option<(i64, Day)>);

/// The person who has a number, and the coverage by which it was registered.
pub(super) fn find_registered(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reference: &str,
) -> Result<Option<Holder>, Fault> {
    tx.row(
        "select person, card, acquired from reference_number \
         where facility_code = $1 and reference_number = $2",
        &[facility.as_str().into(), reference.into()],
    )?
    .map(|row| Ok((row.int(0)?, row.opt_int(1)?.zip(row.opt_day(2)?))))
    .transpose()
}

/// The number that a person has.
pub(super) fn find_reference(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    person: i64,
) -> Result<Option<String>, Fault> {
    tx.row(
        "select reference_number from reference_number \
         where facility_code = $1 and person = $2",
        &[facility.as_str().into(), person.into()],
    )?
    .map(|row| row.text(0))
    .transpose()
}

/// Takes a number away from whoever has it.
pub(super) fn delete_reference(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reference: &str,
) -> Result<(), Fault> {
    tx.execute(
        "delete from reference_number where facility_code = $1 and reference_number = $2",
        &[facility.as_str().into(), reference.into()],
    )
    .map(drop)
}

/// Gives a person a number, with the coverage by which it is registered.
pub(super) fn put_reference(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    person: i64,
    reference: &str,
    (card, acquired): (i64, Day),
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into reference_number (facility_code, person, reference_number, registered_at, \
         card, acquired) values ($1, $2, $3, $4, $5, $6) on conflict (facility_code, person) \
         do update set reference_number = $3, registered_at = $4, card = $5, acquired = $6",
        &[
            facility.as_str().into(),
            person.into(),
            reference.into(),
            now.into(),
            card.into(),
            acquired.into(),
        ],
    )
    .map(drop)
}

fn read_request(row: &Row) -> Result<Request, Fault> {
    let kind = row.text(5)?;
    Ok(Request {
        reception_number: row.text(0)?,
        facility: FacilityCode::stored(row.text(1)?),
        account_id: row.text(2)?,
        account_kind: row.text(3)?,
        certificate_serial: row.text(4)?,
        kind: BulkKind::from_code(&kind)
            .ok_or_else(|| Fault::at("reading a bulk request", format!("no kind {kind}")))?,
        file_identifier: row.opt_text(6)?,
        day: row.opt_day(7)?,
        received_at: row.moment(8)?,
        items: row.int(9)?,
        next_item: row.int(10)?,
        finished_at: row.opt_moment(11)?,
        asked_by: row.opt_text(12)?.zip(row.opt_text(13)?),
        file_spelling: row.opt_text(14)?,
        content: row.opt_text(15)?,
    })
}

macro_rules! requests {
    ($where:literal) => {
        concat!(
            "select reception_number, facility_code, account_id, account_kind, \
             certificate_serial, kind, file_identifier, asked_for, received_at, items, next_item, \
             finished_at, (select a.user_id from account a where a.account_id = \
             bulk_request.account_id), (select a.name from account a where a.account_id = \
             bulk_request.account_id), file_spelling, content from bulk_request where ",
            $where
        )
    };
}

pub(super) fn find_request(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reception_number: &str,
) -> Result<Option<Request>, Fault> {
    let now = tx.now();
    tx.row(
        requests!("reception_number = $1 and facility_code = $2 and delete_after >= $3"),
        &[
            reception_number.into(),
            facility.as_str().into(),
            now.into(),
        ],
    )?
    .map(|row| read_request(&row))
    .transpose()
}

pub(super) fn find_request_by_key(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    key: &str,
) -> Result<Option<Request>, Fault> {
    let now = tx.now();
    tx.row(
        requests!("facility_code = $1 and idempotency_key = $2 and delete_after >= $3"),
        &[facility.as_str().into(), key.into(), now.into()],
    )?
    .map(|row| read_request(&row))
    .transpose()
}

pub(super) fn list_requests(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    limit: i64,
) -> Result<Vec<Request>, Fault> {
    let now = tx.now();
    tx.rows(
        requests!(
            "facility_code = $1 and delete_after >= $3 \
             order by received_at desc, reception_number limit $2"
        ),
        &[facility.as_str().into(), limit.into(), now.into()],
    )?
    .iter()
    .map(read_request)
    .collect()
}

/// The institution after this one, by its code, that has an open request.
pub(crate) fn next_with_open_requests(
    connection: &mut crate::store::Connection,
    after: &str,
) -> Result<Option<String>, Fault> {
    connection
        .row(
            "select facility_code from bulk_request where finished_at is null \
             and facility_code > $1 order by facility_code limit 1",
            &[after.into()],
        )?
        .map(|row| row.text(0))
        .transpose()
}

/// The oldest open requests of an institution.
pub(crate) fn list_open_requests(
    connection: &mut crate::store::Connection,
    facility: &str,
    limit: i64,
) -> Result<Vec<Request>, Fault> {
    connection
        .rows(
            requests!(
                "finished_at is null and facility_code = $1 \
                 order by received_at, reception_number limit $2"
            ),
            &[facility.into(), limit.into()],
        )?
        .iter()
        .map(read_request)
        .collect()
}

pub(super) fn insert_request(
    tx: &mut Tx<'_>,
    request: &Request,
    key: &str,
    delete_after: Moment,
) -> Result<(), Fault> {
    tx.execute(
        "insert into bulk_request (reception_number, facility_code, account_id, account_kind, \
         certificate_serial, kind, idempotency_key, file_identifier, asked_for, received_at, \
         items, next_item, finished_at, delete_after, file_spelling, \
         content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15)",
        &[
            request.reception_number.as_str().into(),
            request.facility.as_str().into(),
            request.account_id.as_str().into(),
            request.account_kind.as_str().into(),
            request.certificate_serial.as_str().into(),
            request.kind.code().into(),
            key.into(),
            request.file_identifier.as_deref().into(),
            request.day.into(),
            request.received_at.into(),
            request.items.into(),
            request.finished_at.into(),
            delete_after.into(),
            request.file_spelling.as_deref().into(),
            request.content.as_deref().into(),
        ],
    )
    .map(drop)
}

pub(super) fn insert_item(
    tx: &mut Tx<'_>,
    reception_number: &str,
    number: i64,
    row: &KeptRow,
) -> Result<(), Fault> {
    tx.execute(
        "insert into bulk_item (reception_number, item, question, answer, spelling, version) \
         values ($1, $2, $3, $4, $5, $6)",
        &[
            reception_number.into(),
            number.into(),
            row.question.as_str().into(),
            row.answer.as_deref().into(),
            row.spelling.as_deref().into(),
            row.version.into(),
        ],
    )
    .map(drop)
}

pub(super) fn list_items(
    tx: &mut Tx<'_>,
    reception_number: &str,
    from: i64,
    limit: i64,
) -> Result<Vec<(i64, KeptRow)>, Fault> {
    tx.rows(
        "select item, question, answer, spelling, version from bulk_item \
         where reception_number = $1 and item >= $2 order by item limit $3",
        &[reception_number.into(), from.into(), limit.into()],
    )?
    .iter()
    .map(|row| {
        Ok((
            row.int(0)?,
            KeptRow {
                question: row.text(1)?,
                answer: row.opt_text(2)?,
                spelling: row.opt_text(3)?,
                version: row.int(4)?,
            },
        ))
    })
    .collect()
}

pub(super) fn list_spellings(
    tx: &mut Tx<'_>,
    reception_number: &str,
) -> Result<Vec<(i64, String)>, Fault> {
    tx.rows(
        "select item, spelling from bulk_item \
         where reception_number = $1 and spelling is not null order by item",
        &[reception_number.into()],
    )?
    .iter()
    .map(|row| Ok((row.int(0)?, row.text(1)?)))
    .collect()
}

pub(super) fn put_answer(
    tx: &mut Tx<'_>,
    reception_number: &str,
    number: i64,
    row: &KeptRow,
) -> Result<(), Fault> {
    tx.execute(
        "update bulk_item set answer = $3, question = $4, version = $5 \
         where reception_number = $1 and item = $2",
        &[
            reception_number.into(),
            number.into(),
            row.answer.as_deref().into(),
            row.question.as_str().into(),
            row.version.into(),
        ],
    )
    .map(drop)
}

pub(super) fn change_progress(
    tx: &mut Tx<'_>,
    reception_number: &str,
    next_item: i64,
    finished: bool,
) -> Result<(), Fault> {
    let finished_at: Value = finished.then(|| tx.now()).into();
    tx.execute(
        "update bulk_request set next_item = $2, finished_at = $3 where reception_number = $1",
        &[reception_number.into(), next_item.into(), finished_at],
    )
    .map(drop)
}

/// A bulk request whose time is over, the oldest first, and the institution that it is of.
pub(super) fn find_expired(
    connection: &mut crate::store::Connection,
    now: Moment,
) -> Result<Option<(String, FacilityCode)>, Fault> {
    connection
        .row(
            "select reception_number, facility_code from bulk_request where delete_after < $1 \
             order by delete_after limit 1",
            &[now.into()],
        )?
        .map(|row| Ok((row.text(0)?, FacilityCode::stored(row.text(1)?))))
        .transpose()
}

/// Deletes at most so many items of a bulk request, and says how many there were.
pub(super) fn delete_items(
    tx: &mut Tx<'_>,
    reception_number: &str,
    most: i64,
) -> Result<u64, Fault> {
    tx.execute(
        "delete from bulk_item where reception_number = $1 and item in (select item \
         from bulk_item where reception_number = $1 order by item limit $2)",
        &[reception_number.into(), most.into()],
    )
}

pub(super) fn delete_request(tx: &mut Tx<'_>, reception_number: &str) -> Result<(), Fault> {
    tx.execute(
        "delete from bulk_request where reception_number = $1",
        &[reception_number.into()],
    )
    .map(drop)
}

/// Frees the key of a request whose time is over, and of which something may still be there.
pub(super) fn free_key(tx: &mut Tx<'_>, facility: &FacilityCode, key: &str) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update bulk_request set idempotency_key = reception_number \
         where facility_code = $1 and idempotency_key = $2 and delete_after < $3",
        &[facility.as_str().into(), key.into(), now.into()],
    )
    .map(drop)
}

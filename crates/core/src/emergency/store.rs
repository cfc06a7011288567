//! The openings' SQL, and that of their uses.

pub(super) mod candidates;
pub(super) mod requests;
pub(super) mod uses;

use super::{Opening, Place};
use crate::clock::Moment;
use crate::error::Fault;
use crate::permission::Function;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::FacilityCode;

/// What all places of a notice have.
pub(super) struct NewOpening<'a> {
    pub(super) notice: &'a str,
    pub(super) function: Function,
    pub(super) reason: &'a str,
    pub(super) begins_at: Moment,
    pub(super) until: Moment,
    pub(super) extends: Option<&'a str>,
}

/// An opening that is not over, of an institution: for itself, its municipality or its prefecture.
pub(super) struct Coming {
    pub(super) id: String,
    pub(super) function: Function,
    pub(super) reason: String,
    pub(super) begins_at: Moment,
    pub(super) until: Moment,
}

/// The openings of these functions that are not over and not closed, in the order of their beginnings.
pub(super) fn list_coming(
    connection: &mut Connection,
    facility: &FacilityCode,
    functions: [Function; 2],
    now: Moment,
) -> Result<Vec<Coming>, Fault> {
    let prefecture = facility.as_str().get(..2).unwrap_or_default().to_owned();
    let rows = connection.rows(
        "select o.opening_id, o.function, o.reason, coalesce(o.begins_at, o.opened_at), \
         o.valid_until from emergency_opening o left join facility f on f.facility_code = $1 \
         where o.function in ($2, $3) and o.closed_at is null and o.valid_until > $4 \
         and (o.facility_code = $1 or (o.facility_code = '' and (o.area = $5 or o.area = f.municipality))) \
         order by 4, o.valid_until, o.opened_at, o.opening_id limit 1000",
        &[
            facility.as_str().into(),
            functions[0].number().into(),
            functions[1].number().into(),
            now.into(),
            prefecture.as_str().into(),
        ],
    )?;
    let coming = |row: &Row| {
        Ok(Coming {
            id: row.text(0)?,
            function: function(row, 1)?,
            reason: row.text(2)?,
            begins_at: row.moment(3)?,
            until: row.moment(4)?,
        })
    };
    rows.iter().map(coming).collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    place: &Place,
    new: &NewOpening<'_>,
) -> Result<(), Fault> {
    let now = tx.now();
    let (facility, area) = match place {
        Place::Facility(code) => (code.as_str(), ""),
        Place::Area(code) => ("", code.as_str()),
    };
    tx.execute(
        "insert into emergency_opening (opening_id, facility_code, function, reason, opened_at, \
         valid_until, notice, area, begins_at, extends) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            id.into(),
            facility.into(),
            new.function.number().into(),
            new.reason.into(),
            now.into(),
            new.until.into(),
            new.notice.into(),
            area.into(),
            new.begins_at.into(),
            new.extends.into(),
        ],
    )
    .map(drop)
}

pub(super) fn close(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    function: Function,
) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update emergency_opening set closed_at = $3 where facility_code = $1 and function = $2 \
         and closed_at is null and valid_until > $3",
        &[
            facility.as_str().into(),
            function.number().into(),
            now.into(),
        ],
    )
}

pub(super) fn close_notice(tx: &mut Tx<'_>, notice: &str) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update emergency_opening set closed_at = $2 where notice = $1 and closed_at is null \
         and valid_until > $2",
        &[notice.into(), now.into()],
    )
}

/// The notices that extend one.
pub(super) fn list_extensions(tx: &mut Tx<'_>, notice: &str) -> Result<Vec<String>, Fault> {
    let rows = tx.rows(
        "select distinct notice from emergency_opening where extends = $1",
        &[notice.into()],
    )?;
    rows.iter().map(|row| row.text(0)).collect()
}

fn opening(row: &Row) -> Result<Opening, Fault> {
    let (facility, area) = (row.text(2)?, row.text(3)?);
    Ok(Opening {
        id: row.text(0)?,
        notice: row.opt_text(1)?.unwrap_or_default(),
        place: match facility.is_empty() {
            true => Place::Area(area),
            false => Place::Facility(FacilityCode::stored(facility)),
        },
        function: function(row, 4)?,
        reason: row.text(5)?,
        begins_at: row.moment(6)?,
        until: row.moment(7)?,
        closed_at: row.opt_moment(8)?,
        extends: row.opt_text(9)?,
    })
}

fn function(row: &Row, column: usize) -> Result<Function, Fault> {
    Function::from_number(row.int(column)?)
        .ok_or_else(|| Fault::at("reading an opening", "an unknown function"))
}

pub(super) fn list_of_notice(tx: &mut Tx<'_>, notice: &str) -> Result<Vec<Opening>, Fault> {
    let rows = tx.rows(
        "select opening_id, notice, facility_code, area, function, reason, \
         coalesce(begins_at, opened_at), valid_until, closed_at, extends from emergency_opening \
         where notice = $1 order by opening_id",
        &[notice.into()],
    )?;
    rows.iter().map(opening).collect()
}

pub(super) fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Opening>, Fault> {
    let rows = tx.rows(
        "select opening_id, notice, facility_code, area, function, reason, \
         coalesce(begins_at, opened_at), valid_until, closed_at, extends from emergency_opening \
         order by opened_at desc, opening_id limit $1",
        &[limit.into()],
    )?;
    rows.iter().map(opening).collect()
}

//! The openings' SQL, and that of their uses.

use super::{Opening, Place, Use};
use crate::clock::Moment;
use crate::error::Fault;
use crate::permission::Function;
use crate::service::Tx;
use crate::store::Row;
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

/// Id, reason and end of the newest opening that holds now: for the institution, its municipality or its
/// prefecture.
pub(super) fn find_open(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    function: Function,
) -> Result<Option<(String, String, Moment)>, Fault> {
    let now = tx.now();
    let prefecture = facility.as_str().get(..2).unwrap_or_default().to_owned();
    tx.row(
        "select o.opening_id, o.reason, o.valid_until from emergency_opening o \
         left join facility f on f.facility_code = $1 \
         where o.function = $2 and coalesce(o.begins_at, o.opened_at) <= $3 \
         and o.closed_at is null and o.valid_until > $3 \
         and (o.facility_code = $1 or (o.facility_code = '' and (o.area = $4 or o.area = f.municipality))) \
         order by o.valid_until desc, o.opened_at desc, o.opening_id limit 1",
        &[
            facility.as_str().into(),
            function.number().into(),
            now.into(),
            prefecture.as_str().into(),
        ],
    )?
    .map(|row| Ok((row.text(0)?, row.text(1)?, row.moment(2)?)))
    .transpose()
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

pub(super) fn insert_use(
    tx: &mut Tx<'_>,
    id: &str,
    (opening, facility): (&str, &FacilityCode),
    (person, consented, reason): (i64, bool, &str),
) -> Result<(), Fault> {
    let (now, function) = (tx.now(), tx.function());
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    tx.execute(
        "insert into emergency_use (use_id, opening_id, facility_code, function, person, consented, \
         reason, account_id, used_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            id.into(),
            opening.into(),
            facility.as_str().into(),
            function.number().into(),
            person.into(),
            i64::from(consented).into(),
            reason.into(),
            account.as_str().into(),
            now.into(),
        ],
    )
    .map(drop)
}

fn used(row: &Row) -> Result<Use, Fault> {
    let reviewed = |at: usize| {
        let remark = row.opt_text(at + 1)?.unwrap_or_default();
        Ok::<_, Fault>(row.opt_moment(at)?.map(|at| (at, remark)))
    };
    Ok(Use {
        id: row.text(0)?,
        facility: FacilityCode::stored(row.text(1)?),
        function: function(row, 2)?,
        person: row.int(3)?,
        consented: row.int(4)? == 1,
        reason: row.text(5)?,
        account_id: row.text(6)?,
        used_at: row.moment(7)?,
        reviewed_by_operator: reviewed(8)?,
    })
}

pub(super) fn find_use(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    id: &str,
) -> Result<Option<Use>, Fault> {
    let row = tx.row(
        "select use_id, facility_code, function, person, consented, reason, account_id, used_at, \
         operator_reviewed_at, operator_remark from emergency_use \
         where facility_code = $1 and use_id = $2",
        &[facility.as_str().into(), id.into()],
    )?;
    row.map(|row| used(&row)).transpose()
}

pub(super) fn list_uses(
    tx: &mut Tx<'_>,
    of: Option<&FacilityCode>,
    only_open: bool,
    limit: i64,
) -> Result<Vec<Use>, Fault> {
    let open = i64::from(only_open);
    let rows = match of {
        Some(facility) => tx.rows(
            "select use_id, facility_code, function, person, consented, reason, account_id, \
             used_at, operator_reviewed_at, operator_remark from emergency_use \
             where facility_code = $1 and ($2 = 0 or operator_reviewed_at is null) \
             order by used_at desc, use_id limit $3",
            &[facility.as_str().into(), open.into(), limit.into()],
        )?,
        None => tx.rows(
            "select use_id, facility_code, function, person, consented, reason, account_id, \
             used_at, operator_reviewed_at, operator_remark from emergency_use \
             where ($1 = 0 or operator_reviewed_at is null) order by used_at desc, use_id limit $2",
            &[open.into(), limit.into()],
        )?,
    };
    rows.iter().map(used).collect()
}

pub(super) fn review_by_operator(tx: &mut Tx<'_>, id: &str, remark: &str) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update emergency_use set operator_reviewed_at = $2, operator_remark = $3 \
         where use_id = $1 and operator_reviewed_at is null",
        &[id.into(), now.into(), remark.into()],
    )
}

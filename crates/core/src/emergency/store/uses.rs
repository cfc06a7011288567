//! The SQL of the uses of what was opened, and of their reviews.

use super::function;
use crate::clock::{Day, Moment};
use crate::emergency::uses::{CareOfUse, OwnUse, Use, ViewingConsent};
use crate::error::Fault;
use crate::service::Tx;
use crate::store::Row;
use crate::terms::FacilityCode;
use crate::terms::care::TwoFactors;
use onshi_wire::codes::EmergencyPattern;

pub(in crate::emergency) fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    (opening, facility): (&str, &FacilityCode),
    (person, consent): (i64, &ViewingConsent),
) -> Result<(), Fault> {
    let (now, function) = (tx.now(), tx.function());
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let day = consent.day().map(Day::number);
    tx.execute(
        "insert into emergency_use (use_id, opening_id, facility_code, function, person, consented, \
         reason, account_id, used_at, asked_for) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            id.into(),
            opening.into(),
            facility.as_str().into(),
            function.number().into(),
            person.into(),
            consent.number().into(),
            consent.reason().into(),
            account.as_str().into(),
            now.into(),
            day.into(),
        ],
    )
    .map(drop)
}

/// What is kept of somebody who looks in emergency care.
pub(in crate::emergency) struct NewCare<'a> {
    pub(in crate::emergency) facility: &'a FacilityCode,
    pub(in crate::emergency) person: i64,
    /// Who looks; the program that asks is the actor.
    pub(in crate::emergency) account_id: &'a str,
    pub(in crate::emergency) care: CareOfUse,
    pub(in crate::emergency) reason: &'a str,
}

pub(in crate::emergency) fn insert_care(
    tx: &mut Tx<'_>,
    id: &str,
    new: &NewCare<'_>,
) -> Result<(), Fault> {
    let (now, function) = (tx.now(), tx.function());
    let asked_by = tx.actor().account_id().unwrap_or_default().to_owned();
    let reason = new.reason.to_owned();
    let consent = ViewingConsent::InEmergencyCare { reason };
    tx.execute(
        "insert into emergency_use (use_id, opening_id, facility_code, function, person, consented, \
         reason, account_id, used_at, pattern, factors, asked_by) \
         values ($1, '', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            id.into(),
            new.facility.as_str().into(),
            function.number().into(),
            new.person.into(),
            consent.number().into(),
            consent.reason().into(),
            new.account_id.into(),
            now.into(),
            new.care.pattern.code().into(),
            new.care.factors.kept().into(),
            asked_by.as_str().into(),
        ],
    )
    .map(drop)
}

/// The newest use of an institution in emergency care for a person since then.
pub(in crate::emergency) fn find_care(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (person, since): (i64, Moment),
) -> Result<Option<Use>, Fault> {
    let row = tx.row(
        "select use_id, facility_code, function, person, consented, reason, account_id, used_at, \
         asked_for, operator_reviewed_at, operator_remark, facility_reviewed_at, facility_remark, \
         pattern, factors from emergency_use where facility_code = $1 and person = $2 \
         and used_at >= $3 and pattern is not null order by used_at desc, use_id desc limit 1",
        &[facility.as_str().into(), person.into(), since.into()],
    )?;
    row.map(|row| used(&row)).transpose()
}

/// Reads the columns of a use, which stand first in every query.
fn used(row: &Row) -> Result<Use, Fault> {
    let reviewed = |at: usize| {
        let remark = row.opt_text(at + 1)?.unwrap_or_default();
        Ok::<_, Fault>(row.opt_moment(at)?.map(|at| (at, remark)))
    };
    let asked_for = row.opt_int(8)?.and_then(Day::from_number);
    let (pattern, factors) = (row.opt_text(13)?, row.opt_text(14)?);
    let pattern = pattern.and_then(|code| EmergencyPattern::from_code(&code));
    let factors = factors.and_then(|kept| TwoFactors::of_kept(&kept));
    Ok(Use {
        id: row.text(0)?,
        facility: FacilityCode::stored(row.text(1)?),
        function: function(row, 2)?,
        person: row.int(3)?,
        consent: ViewingConsent::of_kept(row.int(4)?, row.text(5)?, asked_for)
            .ok_or_else(|| Fault::at("reading a use", "an unknown consent"))?,
        account_id: row.text(6)?,
        used_at: row.moment(7)?,
        care: pattern
            .zip(factors)
            .map(|(pattern, factors)| CareOfUse { pattern, factors }),
        reviewed_by_operator: reviewed(9)?,
        reviewed_by_institution: reviewed(11)?,
    })
}

pub(in crate::emergency) fn find(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    id: &str,
) -> Result<Option<Use>, Fault> {
    let row = tx.row(
        "select use_id, facility_code, function, person, consented, reason, account_id, used_at, \
         asked_for, operator_reviewed_at, operator_remark, facility_reviewed_at, facility_remark, pattern, factors \
         from emergency_use where facility_code = $1 and use_id = $2",
        &[facility.as_str().into(), id.into()],
    )?;
    row.map(|row| used(&row)).transpose()
}

/// The newest uses, of an institution or of all; only those that the operator has not reviewed, where
/// that is asked.
pub(in crate::emergency) fn list(
    tx: &mut Tx<'_>,
    of: Option<&FacilityCode>,
    only_open: bool,
    limit: i64,
) -> Result<Vec<Use>, Fault> {
    let open = i64::from(only_open);
    let rows = match of {
        Some(facility) => tx.rows(
            "select use_id, facility_code, function, person, consented, reason, account_id, \
             used_at, asked_for, operator_reviewed_at, operator_remark, facility_reviewed_at, \
             facility_remark, pattern, factors from emergency_use \
             where facility_code = $1 and ($2 = 0 or operator_reviewed_at is null) \
             order by used_at desc, use_id limit $3",
            &[facility.as_str().into(), open.into(), limit.into()],
        )?,
        None => tx.rows(
            "select use_id, facility_code, function, person, consented, reason, account_id, \
             used_at, asked_for, operator_reviewed_at, operator_remark, facility_reviewed_at, \
             facility_remark, pattern, factors from emergency_use where ($1 = 0 or operator_reviewed_at is null) \
             order by used_at desc, use_id limit $2",
            &[open.into(), limit.into()],
        )?,
    };
    rows.iter().map(used).collect()
}

/// The uses of an institution in a time, the newest first, each with who used it, who reviewed it and why it
/// was opened; the patient is for who asks to add.
pub(in crate::emergency) fn list_own(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (from, until): (Moment, Moment),
    limit: i64,
) -> Result<Vec<OwnUse>, Fault> {
    let rows = tx.rows(
        "select u.use_id, u.facility_code, u.function, u.person, u.consented, u.reason, \
         u.account_id, u.used_at, u.asked_for, u.operator_reviewed_at, u.operator_remark, \
         u.facility_reviewed_at, u.facility_remark, u.pattern, u.factors, a.name, a.user_id, r.name, \
         o.reason \
         from emergency_use u left join account a on a.account_id = u.account_id \
         left join account r on r.account_id = u.facility_reviewer \
         left join emergency_opening o on o.opening_id = u.opening_id \
         where u.facility_code = $1 and u.used_at >= $2 and u.used_at < $3 \
         order by u.used_at desc, u.use_id limit $4",
        &[
            facility.as_str().into(),
            from.into(),
            until.into(),
            limit.into(),
        ],
    )?;
    let own = |row: &Row| {
        Ok(OwnUse {
            used: used(row)?,
            account_name: row.opt_text(15)?.unwrap_or_default(),
            user_id: row.opt_text(16)?.unwrap_or_default(),
            reviewer: row.opt_text(17)?,
            opened_for: row.opt_text(18)?.unwrap_or_default(),
            patient: None,
        })
    };
    rows.iter().map(own).collect()
}

pub(in crate::emergency) fn review_by_operator(
    tx: &mut Tx<'_>,
    id: &str,
    remark: &str,
) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update emergency_use set operator_reviewed_at = $2, operator_remark = $3 \
         where use_id = $1 and operator_reviewed_at is null",
        &[id.into(), now.into(), remark.into()],
    )
}

pub(in crate::emergency) fn review_by_institution(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (id, remark): (&str, &str),
) -> Result<u64, Fault> {
    let now = tx.now();
    let reviewer = tx.actor().account_id().unwrap_or_default().to_owned();
    tx.execute(
        "update emergency_use set facility_reviewed_at = $3, facility_remark = $4, \
         facility_reviewer = $5 where facility_code = $1 and use_id = $2 \
         and facility_reviewed_at is null",
        &[
            facility.as_str().into(),
            id.into(),
            now.into(),
            remark.into(),
            reviewer.as_str().into(),
        ],
    )
}

//! Today's checks: the audit log's columns of a check, with the coverage that was told.

use crate::audit::Checked;
use crate::clock::Moment;
use crate::eligibility::today::{CheckId, TodaysCheck};
use crate::error::Fault;
use crate::insured;
use crate::permission::Function;
use crate::service::Tx;
use crate::store::Row;
use crate::terms::FacilityCode;
use std::sync::OnceLock;

/// A check of one of these columns' rows: the coverage's, then the entry's.
fn checks_sql(which: usize, condition: &str) -> &'static str {
    static BUILT: [OnceLock<String>; 2] = [const { OnceLock::new() }; 2];
    BUILT[which].get_or_init(|| {
        let (columns, joins) = insured::columns_and_joins();
        format!(
            "select {columns}, e.chain, e.seq, e.at, a.user_id, a.name, \
             coalesce(t.terminal_name, h.name), \
             e.asked_for, e.validity, e.told, e.card, e.acquired from audit_entry e \
             left join account a on a.account_id = e.account_id \
             left join terminal_certificate t on t.serial = e.certificate_serial \
             left join staff_phone h on h.phone_id = e.certificate_serial \
             left join qualification q on e.subject_kind = 4 and q.acquired = e.acquired \
             and q.card = e.card and q.person = \
             case when e.subject_kind = 4 then cast(e.subject as bigint) end {joins} \
             where e.facility_code = $1 and e.at >= $2 and e.function = $3 \
             and e.subject_kind in (0, 4) and {condition}"
        )
    })
}

fn read_check(mut row: Row) -> Result<TodaysCheck, Fault> {
    const AT: usize = insured::OTHER_COLUMNS;
    let checked = match (row.opt_day(AT + 6)?, row.opt_int(AT + 7)?) {
        (Some(asked_for), Some(validity)) => Some(Checked {
            asked_for,
            validity,
            told: row.opt_int(AT + 8)?.unwrap_or(0),
            coverage: row.opt_int(AT + 9)?.zip(row.opt_day(AT + 10)?),
        }),
        _ => None,
    };
    Ok(TodaysCheck {
        id: CheckId {
            chain: row.int(AT)?,
            seq: row.int(AT + 1)?,
        },
        at: row.moment(AT + 2)?,
        user_id: row.take_opt_text(AT + 3)?,
        account_name: row.take_opt_text(AT + 4)?,
        terminal_name: row.take_opt_text(AT + 5)?,
        checked,
        coverage: match row.opt_int(0)? {
            None => None,
            Some(_) => Some(insured::read(row)?),
        },
    })
}

/// The checks of an institution since a moment, newest first: as many as `page` says, after the
/// first so many.
pub(in crate::eligibility) fn list_checks(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    since: Moment,
    (skip, limit): (i64, i64),
) -> Result<Vec<TodaysCheck>, Fault> {
    let order = "true order by e.at desc, e.chain desc, e.seq desc limit $4 offset $5";
    tx.rows(
        checks_sql(0, order),
        &[
            facility.as_str().into(),
            since.into(),
            Function::CheckEligibility.number().into(),
            limit.into(),
            skip.into(),
        ],
    )?
    .into_iter()
    .map(read_check)
    .collect()
}

pub(in crate::eligibility) fn find_check(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    since: Moment,
    id: CheckId,
) -> Result<Option<TodaysCheck>, Fault> {
    tx.row(
        checks_sql(1, "e.chain = $4 and e.seq = $5"),
        &[
            facility.as_str().into(),
            since.into(),
            Function::CheckEligibility.number().into(),
            id.chain.into(),
            id.seq.into(),
        ],
    )?
    .map(read_check)
    .transpose()
}

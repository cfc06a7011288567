//! The SQL of applications.

use super::{Application, ApplicationKind, ApplicationState, Wanted};
use crate::clock::Moment;
use crate::error::Fault;
use crate::mail::MailAddress;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::FacilityCode;

/// The statement that lists the applications for which a condition holds, for [`read`].
macro_rules! applications {
    ($condition:literal) => {
        concat!(
            "select receipt, kind, state, facility_code, mail, particulars, portal_url, made_at, \
             confirm_until, confirmed_at, first_by, decided_at, decided_by, reason, notice_at, \
             notice_enrolment, code_hash from application where ",
            $condition
        )
    };
}

fn read(row: &Row) -> Result<Application, Fault> {
    let broken = || Fault::at("reading an application", "it can't be read");
    let decided = row.opt_moment(11)?.zip(row.opt_text(12)?);
    Ok(Application {
        receipt: row.text(0)?,
        kind: ApplicationKind::from_code(&row.text(1)?).ok_or_else(broken)?,
        state: ApplicationState::from_code(&row.text(2)?).ok_or_else(broken)?,
        facility: FacilityCode::stored(row.text(3)?),
        mail: MailAddress::parse(&row.text(4)?).map_err(|_| broken())?,
        particulars: serde_json::from_str(&row.text(5)?).map_err(|_| broken())?,
        portal_url: row.text(6)?,
        made_at: row.moment(7)?,
        confirm_until: row.moment(8)?,
        confirmed_at: row.opt_moment(9)?,
        first_by: row.opt_text(10)?,
        decided,
        reason: row.opt_text(13)?,
        notice_at: row.opt_moment(14)?,
        notice_enrolment: row.opt_text(15)?,
        progress: None,
    })
}

/// Gives 0 when the receipt number is another one's.
pub(super) fn insert(tx: &mut Tx<'_>, new: &Application, code_hash: &str) -> Result<u64, Fault> {
    let particulars = serde_json::to_string(&new.particulars)
        .map_err(|e| Fault::at("keeping an application", e))?;
    tx.execute(
        "insert into application (receipt, kind, state, facility_code, mail, particulars, \
         code_hash, portal_url, made_at, confirm_until) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (receipt) do nothing",
        &[
            new.receipt.as_str().into(),
            new.kind.code().into(),
            new.state.code().into(),
            new.facility.as_str().into(),
            new.mail.as_str().into(),
            particulars.into(),
            code_hash.into(),
            new.portal_url.as_str().into(),
            new.made_at.into(),
            new.confirm_until.into(),
        ],
    )
}

pub(super) fn find(tx: &mut Tx<'_>, receipt: &str) -> Result<Option<Application>, Fault> {
    let row = tx.row(applications!("receipt = $1"), &[receipt.into()])?;
    row.map(|row| read(&row)).transpose()
}

/// With the hash of its code.
pub(super) fn find_with_hash(
    tx: &mut Tx<'_>,
    receipt: &str,
) -> Result<Option<(Application, String)>, Fault> {
    let row = tx.row(applications!("receipt = $1"), &[receipt.into()])?;
    row.map(|row| Ok((read(&row)?, row.text(16)?))).transpose()
}

pub(super) fn list(tx: &mut Tx<'_>, wanted: Wanted, limit: i64) -> Result<Vec<Application>, Fault> {
    let rows = match wanted {
        Wanted::In(state) => tx.rows(
            applications!("state = $1 order by made_at desc, receipt limit $2"),
            &[state.code().into(), limit.into()],
        ),
        Wanted::Waiting => tx.rows(
            applications!(
                "state in ('received', 'seconded') order by made_at desc, receipt limit $1"
            ),
            &[limit.into()],
        ),
        Wanted::Confirmed => tx.rows(
            applications!("state <> 'unconfirmed' order by made_at desc, receipt limit $1"),
            &[limit.into()],
        ),
    };
    rows?.iter().map(read).collect()
}

pub(super) fn count_with_mail(
    tx: &mut Tx<'_>,
    mail: &MailAddress,
    since: Moment,
) -> Result<i64, Fault> {
    let row = tx.row(
        "select count(*) from application where mail = $1 and made_at > $2",
        &[mail.as_str().into(), since.into()],
    )?;
    row.map_or(Ok(0), |row| row.int(0))
}

pub(super) fn count_unconfirmed(tx: &mut Tx<'_>) -> Result<i64, Fault> {
    let row = tx.row(
        "select count(*) from application where state = 'unconfirmed'",
        &[],
    )?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// False where it was done or ended meanwhile.
pub(super) fn change_confirmed(tx: &mut Tx<'_>, receipt: &str) -> Result<bool, Fault> {
    let now = tx.now();
    let rows = tx.execute(
        "update application set state = 'received', confirmed_at = $2 \
         where receipt = $1 and state = 'unconfirmed'",
        &[receipt.into(), now.into()],
    )?;
    Ok(rows == 1)
}

/// False where it is in another state by now.
pub(super) fn change_state(
    tx: &mut Tx<'_>,
    before: &Application,
    state: ApplicationState,
) -> Result<bool, Fault> {
    let now = tx.now();
    let rows = tx.execute(
        "update application set state = $3, decided_at = $4 where receipt = $1 and state = $2",
        &[
            before.receipt.as_str().into(),
            before.state.code().into(),
            state.code().into(),
            now.into(),
        ],
    )?;
    Ok(rows == 1)
}

/// The first of two approvals; false where it is in another state by now.
pub(super) fn change_first(tx: &mut Tx<'_>, before: &Application, by: &str) -> Result<bool, Fault> {
    let rows = tx.execute(
        "update application set state = 'seconded', first_by = $2 \
         where receipt = $1 and state = 'received'",
        &[before.receipt.as_str().into(), by.into()],
    )?;
    Ok(rows == 1)
}

/// False where it is in another state by now.
pub(super) fn change_decided(
    tx: &mut Tx<'_>,
    before: &Application,
    state: ApplicationState,
    (by, reason): (&str, Option<&str>),
) -> Result<bool, Fault> {
    let now = tx.now();
    let rows = tx.execute(
        "update application set state = $3, decided_at = $4, decided_by = $5, reason = $6 \
         where receipt = $1 and state = $2",
        &[
            before.receipt.as_str().into(),
            before.state.code().into(),
            state.code().into(),
            now.into(),
            by.into(),
            reason.into(),
        ],
    )?;
    Ok(rows == 1)
}

/// Keeps that the notice was drawn, with the enrolment that came with it, or that it may be drawn; false where somebody else
/// did so meanwhile.
pub(super) fn change_notice(
    tx: &mut Tx<'_>,
    before: &Application,
    enrolment: Option<&str>,
) -> Result<bool, Fault> {
    let at = enrolment.map(|_| tx.now());
    let was_drawn = i64::from(before.notice_at.is_some());
    let rows = tx.execute(
        "update application set notice_at = $2, notice_enrolment = $3 where receipt = $1 \
         and (case when notice_at is null then 0 else 1 end) = $4",
        &[
            before.receipt.as_str().into(),
            at.into(),
            enrolment.into(),
            was_drawn.into(),
        ],
    )?;
    Ok(rows == 1)
}

pub(super) fn some_are_over(
    connection: &mut Connection,
    now: Moment,
    decided_before: Moment,
) -> Result<bool, Fault> {
    let row = connection.row(
        "select 1 from application where (state = 'unconfirmed' and confirm_until < $1) \
         or (state in ('rejected', 'withdrawn') and decided_at < $2) limit 1",
        &[now.into(), decided_before.into()],
    )?;
    Ok(row.is_some())
}

pub(super) fn delete_over(tx: &mut Tx<'_>, decided_before: Moment) -> Result<u64, Fault> {
    let (now, most) = (tx.now(), tx.rules().retention.piece_rows);
    tx.execute(
        "delete from application where receipt in (select receipt from application \
         where (state = 'unconfirmed' and confirm_until < $1) \
         or (state in ('rejected', 'withdrawn') and decided_at < $2) limit $3)",
        &[now.into(), decided_before.into(), most.into()],
    )
}

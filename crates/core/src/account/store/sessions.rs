//! The SQL by which authentication knows a session, and by which those of one terminal end.

use crate::account::session::{EndReason, Session};
use crate::account::{PasswordOrigin, Period};
use crate::actor::{AccountKind, Actor};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::FacilityCode;

pub(crate) fn keep_last_seen(
    connection: &mut Connection,
    token_hash: &str,
    now: Moment,
) -> Result<(), Fault> {
    connection
        .execute(
            "update web_session set last_seen_at = $2 \
             where token_hash = $1 and last_seen_at < $2",
            &[token_hash.into(), now.into()],
        )
        .map(drop)?;
    let session = connection.row(
        "select certificate_serial from web_session where token_hash = $1",
        &[token_hash.into()],
    )?;
    match session {
        Some(row) => crate::certificate::keep_contact(connection, &row.text(0)?, now),
        None => Ok(()),
    }
}

pub(crate) fn find_session(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<Option<Session>, Fault> {
    connection
        .row(
            "select s.token_hash, s.account_id, s.facility_code, f.name, s.certificate_serial, \
             s.terminal_name, s.started_at, s.last_seen_at, s.previous_login_at, s.ended_reason, \
             s.ended_by_terminal, a.kind, a.user_id, a.name, a.password_origin, \
             case when a.stopped_at is null and a.retired_at is null and f.stopped_at is null \
             then 1 else 0 end, a.valid_from, a.valid_until, s.factor_needed, \
             case when exists (select 1 from totp_factor t where t.account_id = s.account_id) \
             or exists (select 1 from passkey p where p.account_id = s.account_id) \
             then 1 else 0 end, f.alarm_at \
             from web_session s join account a on a.account_id = s.account_id \
             join facility f on f.facility_code = s.facility_code \
             where s.token_hash = $1",
            &[token_hash.into()],
        )?
        .map(|row| read_session(&row))
        .transpose()
}

fn read_session(row: &Row) -> Result<Session, Fault> {
    let kind = row.text(11)?;
    let ended = row.opt_text(9)?.map(|code| {
        // A reason that a newer program wrote still means that the session is over.
        EndReason::from_code(&code).unwrap_or(EndReason::Stopped)
    });
    let origin = PasswordOrigin::from_code(&row.text(14)?);
    let kind = AccountKind::from_code(&kind)
        .ok_or_else(|| Fault::at("reading a session", format!("no kind {kind}")))?;
    let (account_id, certificate_serial) = (row.text(1)?, row.text(4)?);
    let facility = FacilityCode::stored(row.text(2)?);
    let has_factor = row.int(19)? == 1;
    Ok(Session {
        actor: Actor::account(kind, &account_id, facility.clone(), &certificate_serial),
        token_hash: row.text(0)?,
        account_id,
        facility,
        facility_name: row.text(3)?,
        certificate_serial,
        terminal_name: row.text(5)?,
        started_at: row.moment(6)?,
        last_seen_at: row.moment(7)?,
        previous_login_at: row.opt_moment(8)?,
        ended: match ended {
            Some(reason) => Some((reason, row.opt_text(10)?)),
            None => None,
        },
        kind,
        user_id: row.text(12)?,
        account_name: row.text(13)?,
        password_origin: origin,
        must_change_password: origin != PasswordOrigin::Own,
        must_add_factor: row.int(18)? == 1 && !has_factor,
        has_factor,
        alarm_at: row.opt_moment(20)?,
        account_usable: row.int(15)? == 1,
        period: Period {
            from: row.opt_day(16)?,
            until: row.opt_day(17)?,
        },
    })
}

/// Ends every session that was begun through a certificate, or on a phone, and every log-in that waits there.
pub(crate) fn end_sessions_through(
    tx: &mut Tx<'_>,
    serial: &str,
    reason: &str,
) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "delete from takeover_ticket where certificate_serial = $1",
        &[serial.into()],
    )?;
    tx.execute(
        "delete from second_step where certificate_serial = $1",
        &[serial.into()],
    )?;
    tx.execute(
        "update web_session set ended_at = $2, ended_reason = $3 \
         where certificate_serial = $1 and ended_at is null",
        &[serial.into(), now.into(), reason.into()],
    )
}

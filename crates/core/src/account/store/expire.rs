//! The SQL of what is deleted when no rule needs it any more, in bounded pieces.

use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Value};

fn is_there(connection: &mut Connection, sql: &'static str, with: &[Value]) -> Result<bool, Fault> {
    Ok(connection.row(sql, with)?.is_some())
}

/// How many rows a piece may delete.
fn most(tx: &Tx<'_>) -> Value {
    tx.rules().retention.piece_rows.into()
}

pub(in crate::account) fn sessions_are_there(
    connection: &mut Connection,
    before: Moment,
) -> Result<bool, Fault> {
    let sql = "select 1 from web_session where started_at < $1 limit 1";
    is_there(connection, sql, &[before.into()])
}

pub(in crate::account) fn delete_sessions(tx: &mut Tx<'_>, before: Moment) -> Result<u64, Fault> {
    let most = most(tx);
    tx.execute(
        "delete from web_session where token_hash in (select token_hash from web_session \
         where started_at < $1 order by started_at limit $2)",
        &[before.into(), most],
    )
}

pub(in crate::account) fn tickets_are_there(
    connection: &mut Connection,
    now: Moment,
) -> Result<bool, Fault> {
    let sql = "select 1 from takeover_ticket where expires_at < $1 limit 1";
    let steps = "select 1 from second_step where expires_at < $1 limit 1";
    Ok(is_there(connection, sql, &[now.into()])? || is_there(connection, steps, &[now.into()])?)
}

pub(in crate::account) fn delete_tickets(tx: &mut Tx<'_>) -> Result<u64, Fault> {
    let (now, most) = (tx.now(), most(tx));
    let tickets = tx.execute(
        "delete from takeover_ticket where ticket_hash in (select ticket_hash \
         from takeover_ticket where expires_at < $1 limit $2)",
        &[now.into(), most.clone()],
    )?;
    let steps = tx.execute(
        "delete from second_step where ticket_hash in (select ticket_hash \
         from second_step where expires_at < $1 limit $2)",
        &[now.into(), most],
    )?;
    // One of the two may have left some.
    Ok(tickets.max(steps))
}

pub(in crate::account) fn failures_are_there(
    connection: &mut Connection,
    before: Moment,
    now: Moment,
) -> Result<bool, Fault> {
    let sql = "select 1 from login_failure where last_failed_at < $1 \
               and (locked_until is null or locked_until < $2) limit 1";
    is_there(connection, sql, &[before.into(), now.into()])
}

pub(in crate::account) fn delete_failures(tx: &mut Tx<'_>, before: Moment) -> Result<u64, Fault> {
    let (now, most) = (tx.now(), most(tx));
    tx.execute(
        "delete from login_failure where (facility_code, user_id_key) in \
         (select facility_code, user_id_key from login_failure where last_failed_at < $1 \
         and (locked_until is null or locked_until < $2) order by last_failed_at limit $3)",
        &[before.into(), now.into(), most],
    )
}

pub(in crate::account) fn tokens_are_there(
    connection: &mut Connection,
    before: Moment,
) -> Result<bool, Fault> {
    let sql = "select 1 from api_token where expires_at < $1 limit 1";
    is_there(connection, sql, &[before.into()])
}

pub(in crate::account) fn delete_tokens(tx: &mut Tx<'_>, before: Moment) -> Result<u64, Fault> {
    let most = most(tx);
    tx.execute(
        "delete from api_token where token_hash in (select token_hash from api_token \
         where expires_at < $1 order by expires_at limit $2)",
        &[before.into(), most],
    )
}

/// Accounts of which more earlier passwords are kept than are compared, and whether each is
/// retired, of which none is.
pub(in crate::account) fn find_long_histories(
    connection: &mut Connection,
    history: i64,
    most: i64,
) -> Result<Vec<(String, bool)>, Fault> {
    connection
        .rows(
            "select h.account_id, case when a.retired_at is null then 0 else 1 end \
             from password_history h join account a on a.account_id = h.account_id \
             group by h.account_id, a.retired_at \
             having count(*) > $1 or a.retired_at is not null limit $2",
            &[(history - 1).max(0).into(), most.into()],
        )?
        .iter()
        .map(|row| Ok((row.text(0)?, row.int(1)? == 1)))
        .collect()
}

/// Keeps the newest earlier passwords of an account, and no others.
pub(in crate::account) fn keep_newest_passwords(
    tx: &mut Tx<'_>,
    account_id: &str,
    keep: i64,
) -> Result<u64, Fault> {
    if keep <= 0 {
        return tx.execute(
            "delete from password_history where account_id = $1",
            &[account_id.into()],
        );
    }
    tx.execute(
        "delete from password_history where account_id = $1 and replaced_at < \
         (select min(replaced_at) from (select replaced_at from password_history \
         where account_id = $1 order by replaced_at desc limit $2) newest)",
        &[account_id.into(), keep.into()],
    )
}

//! The SQL of log-ins that wait for the second factor, and of passwords that are long enough only beside one.

use crate::account::password::PasswordOrigin;
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;

pub(in crate::account) fn insert_step(
    tx: &mut Tx<'_>,
    ticket_hash: &str,
    account_id: &str,
    certificate_serial: &str,
    expires_at: Moment,
) -> Result<(), Fault> {
    tx.execute(
        "insert into second_step (ticket_hash, account_id, certificate_serial, expires_at) \
         values ($1, $2, $3, $4)",
        &[
            ticket_hash.into(),
            account_id.into(),
            certificate_serial.into(),
            expires_at.into(),
        ],
    )
    .map(drop)
}

/// The account of a log-in that waits at this terminal.
pub(in crate::account) fn find_step(
    tx: &mut Tx<'_>,
    ticket_hash: &str,
    certificate_serial: &str,
) -> Result<Option<String>, Fault> {
    let now = tx.now();
    tx.row(
        "select account_id from second_step where ticket_hash = $1 and certificate_serial = $2 \
         and expires_at >= $3",
        &[ticket_hash.into(), certificate_serial.into(), now.into()],
    )?
    .map(|row| row.text(0))
    .transpose()
}

/// Ends every log-in of an account that waits.
pub(in crate::account) fn delete_steps(tx: &mut Tx<'_>, account_id: &str) -> Result<(), Fault> {
    tx.execute(
        "delete from second_step where account_id = $1",
        &[account_id.into()],
    )
    .map(drop)
}

/// Keeps that what a device signed to log in was used at a terminal, for as long as it would be good. Says whether it was
/// not before. It stands among the steps that wait, whose account nobody is.
pub(in crate::account) fn spend_challenge(
    tx: &mut Tx<'_>,
    challenge: &str,
    certificate_serial: &str,
    until: Moment,
) -> Result<bool, Fault> {
    let spent = tx.execute(
        "insert into second_step (ticket_hash, account_id, certificate_serial, expires_at) \
         values ($1, '', $2, $3) on conflict (ticket_hash) do nothing",
        &[challenge.into(), certificate_serial.into(), until.into()],
    )?;
    Ok(spent == 1)
}

/// Says whether the password is one that is long enough only beside a second factor.
pub(in crate::account) fn mark_password_short(
    tx: &mut Tx<'_>,
    account_id: &str,
    is_short: bool,
) -> Result<(), Fault> {
    tx.execute(
        "update account set password_short = $2 where account_id = $1",
        &[account_id.into(), i64::from(is_short).into()],
    )
    .map(drop)
}

/// Has the password changed first at the next log-in, where it is too short without the second factor that is gone.
pub(in crate::account) fn refuse_short_password(
    tx: &mut Tx<'_>,
    account_id: &str,
) -> Result<(), Fault> {
    tx.execute(
        "update account set password_origin = $2, version = version + 1 \
         where account_id = $1 and password_short = 1 and password_origin = $3",
        &[
            account_id.into(),
            PasswordOrigin::TooShort.code().into(),
            PasswordOrigin::Own.code().into(),
        ],
    )
    .map(drop)
}

//! The SQL of log-ins that are tried: what is needed to test a password, and failures as they are counted.

use crate::account::Credential;
use crate::account::login::Failures;
use crate::account::password::Cost;
use crate::account::{Account, PasswordHash, UserId};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::FacilityCode;

pub(in crate::account) fn find_failure(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    key: &str,
) -> Result<Failures, Fault> {
    let row = tx.row(
        "select failures, locked_until from login_failure \
         where facility_code = $1 and user_id_key = $2",
        &[facility.as_str().into(), key.into()],
    )?;
    row.map_or(Ok(Failures::default()), |row| {
        Ok(Failures {
            count: row.int(0)?,
            locked_until: row.opt_moment(1)?,
        })
    })
}

pub(in crate::account) fn keep_failures(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    key: &str,
    failures: Failures,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into login_failure (facility_code, user_id_key, failures, last_failed_at, \
         locked_until) values ($1, $2, $3, $4, $5) on conflict (facility_code, user_id_key) \
         do update set failures = $3, last_failed_at = $4, locked_until = $5",
        &[
            facility.as_str().into(),
            key.into(),
            failures.count.into(),
            now.into(),
            failures.locked_until.into(),
        ],
    )
    .map(drop)
}

/// Counts for an account what was counted for its user id before anybody had it.
pub(in crate::account) fn adopt_failures(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    hidden: &str,
    user_id: &UserId,
) -> Result<(), Fault> {
    tx.execute(
        "update login_failure set user_id_key = $3 where facility_code = $1 and user_id_key = $2",
        &[
            facility.as_str().into(),
            hidden.into(),
            user_id.key().into(),
        ],
    )
    .map(drop)
}

pub(in crate::account) fn forget_failures(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    user_id: &UserId,
) -> Result<(), Fault> {
    tx.execute(
        "delete from login_failure where facility_code = $1 and user_id_key = $2",
        &[facility.as_str().into(), user_id.key().into()],
    )
    .map(drop)
}

pub(crate) fn find_credential(
    connection: &mut Connection,
    facility: &FacilityCode,
    (user_id, hidden): (&UserId, String),
    now: Moment,
) -> Result<Credential, Fault> {
    let hash = connection.row(
        "select password_hash from account where facility_code = $1 and user_id_key = $2",
        &[facility.as_str().into(), user_id.key().into()],
    )?;
    let lock = connection.row(
        "select locked_until from login_failure where facility_code = $1 and user_id_key = $2",
        &[
            facility.as_str().into(),
            match hash {
                Some(_) => user_id.key(),
                None => hidden,
            }
            .into(),
        ],
    )?;
    let locked_until = lock.map(|row| row.opt_moment(0)).transpose()?.flatten();
    // A hash ends with a salt and a digest of fixed lengths; what stands before says what it costs.
    let heads = connection.rows(
        "select distinct case when length(password_hash) > 67 \
         then substr(password_hash, 1, length(password_hash) - 67) else '' end \
         from account where facility_code = $1",
        &[facility.as_str().into()],
    )?;
    let mut costs = Vec::new();
    for head in &heads {
        costs.extend(Cost::in_head(&head.text(0)?));
    }
    Ok(Credential {
        costs,
        password: hash
            .map(|row| row.text(0))
            .transpose()?
            .map(PasswordHash::stored),
        locked_until: locked_until.filter(|until| *until > now),
    })
}

/// Keeps the same password under a stronger hash. It is no change of the password, so nothing else
/// of the account moves.
pub(in crate::account) fn change_hash(
    tx: &mut Tx<'_>,
    account: &Account,
    anew: &PasswordHash,
) -> Result<(), Fault> {
    tx.execute(
        "update account set password_hash = $3, rehashed_from = $4 \
         where account_id = $1 and password_hash = $2",
        &[
            account.account_id.as_str().into(),
            account.password.as_str().into(),
            anew.as_str().into(),
            account.password.digest().into(),
        ],
    )
    .map(drop)
}

//! The accounts' SQL; [`attempts`] has that of log-ins that are tried, [`expire`] deletes what no rule
//! needs any more.

pub(super) mod activations;
mod attempts;
pub(super) mod expire;
mod sessions;
mod steps;
pub(super) mod tokens;

pub(crate) use activations::find_activation;
pub(crate) use attempts::find_credential;
pub(super) use attempts::{
    adopt_failures, change_hash, find_failure, forget_failures, keep_failures,
};
pub(crate) use sessions::{end_sessions_through, find_session, keep_last_seen};
pub(super) use steps::{
    delete_steps, find_step, insert_step, mark_password_short, refuse_short_password,
    spend_challenge,
};
pub(crate) use tokens::find_token;

use super::manage::Edit;
use super::password::Owner;
use super::session::OpenSession;
use super::{
    Account, Holder, NewAccount, PasswordHash, PasswordOrigin, Period, Profession, State, UserId,
};
use crate::actor::AccountKind;
use crate::clock::Moment;
use crate::error::Fault;
use crate::fold::folded;
use crate::service::Tx;
use crate::store::{Connection, Row, Value};
use crate::terms::FacilityCode;
use std::sync::OnceLock;

/// How the account list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By user id.
    #[default]
    UserId,
    /// By name.
    Name,
    /// By kind.
    Kind,
    /// By last log-in.
    LastLogin,
    /// By state.
    State,
    /// By the last day of the validity period; accounts without one come last.
    ValidUntil,
}

/// What the account list shows.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ListFilter {
    /// Part of the user id or the name.
    pub text: String,
    pub kind: Option<AccountKind>,
    pub state: Option<State>,
    pub sort: Sort,
    pub descending: bool,
    pub skip: i64,
    pub limit: i64,
}

/// Every column of an account of the institution `$1`, with its lock and its state at the moment
/// `$2` (`$3` is the day, `$4` the moment before which a last log-in counts as unused).
const ACCOUNTS: &str = "(select a.account_id, a.facility_code, a.user_id, a.kind, a.name, \
    a.profession, a.license_number, a.designation_reason, a.designation_approver, \
    a.valid_from, a.valid_until, a.note, a.password_hash, a.password_origin, \
    a.password_changed_at, a.created_at, c.user_id as created_by_user, a.stopped_at, \
    a.stopped_reason, a.retired_at, a.retired_reason, a.last_login_at, \
    a.last_login_terminal, a.version, f.locked_until, a.user_id_key, a.rehashed_from, \
    a.emergency_viewing, \
    case when a.retired_at is not null then 'retired' \
    when a.stopped_at is not null then 'stopped' \
    when a.valid_until < $3 then 'expired' when a.valid_from > $3 then 'not_yet_valid' \
    when f.locked_until > $2 then 'locked' when a.last_login_at is null then 'never_used' \
    when a.last_login_at < $4 then 'unused' else 'active' end as state \
    from account a \
    left join login_failure f on f.facility_code = a.facility_code \
    and f.user_id_key = a.user_id_key and f.locked_until > $2 \
    left join account c on c.account_id = a.created_by \
    where a.facility_code = $1) x";

/// Queries over [`ACCOUNTS`], built once.
#[derive(Clone, Copy)]
enum Query {
    ById,
    ByUserId,
    ByKind,
    Count,
    List(Sort, bool),
}

/// `$5` holds the kinds of the group between commas, `$6` a kind, `$7` a state.
/// Retired accounts are listed only when they are asked for.
const FITS: &str = "$5 like '%,' || kind || ',%' and ($6 = '' or kind = $6) \
    and (state = $7 or ($7 = '' and state <> 'retired'))";

impl Query {
    fn sql(self) -> &'static str {
        static BUILT: [OnceLock<String>; 16] = [const { OnceLock::new() }; 16];
        let (place, text) = match self {
            Query::ById => (0, format!("select * from {ACCOUNTS} where account_id = $5")),
            Query::ByUserId => (
                1,
                format!("select * from {ACCOUNTS} where user_id_key = $5"),
            ),
            Query::ByKind => (
                2,
                format!(
                    "select * from {ACCOUNTS} where kind = $5 and retired_at is null \
                     order by created_at limit 1"
                ),
            ),
            Query::Count => (3, format!("select count(*) from {ACCOUNTS} where {FITS}")),
            Query::List(sort, descending) => {
                let column = match sort {
                    Sort::UserId => "user_id_key",
                    Sort::Name => "name",
                    Sort::Kind => "kind",
                    Sort::LastLogin => "coalesce(last_login_at, 0)",
                    Sort::State => "state",
                    Sort::ValidUntil => "coalesce(valid_until, 99999999)",
                };
                let way = if descending { "desc" } else { "asc" };
                let text = format!(
                    "select * from {ACCOUNTS} where {FITS} \
                     order by {column} {way}, user_id_key limit $8 offset $9"
                );
                (4 + sort as usize * 2 + usize::from(descending), text)
            }
        };
        BUILT[place].get_or_init(|| text)
    }
}

fn read(row: &Row) -> Result<Account, Fault> {
    let profession = row.opt_text(5)?;
    let holder = match profession.as_deref() {
        None => None,
        Some("designated") => Some(Holder::Designated {
            reason: row.opt_text(7)?.unwrap_or_default(),
            approver: row.opt_text(8)?.unwrap_or_default(),
        }),
        Some(code) => Profession::ALL
            .into_iter()
            .find(|profession| profession.code() == code)
            .map(|profession| Ok::<_, Fault>(Holder::Licensed(profession, row.opt_text(6)?)))
            .transpose()?,
    };
    let dated = |at: usize| -> Result<Option<(Moment, String)>, Fault> {
        let Some(moment) = row.opt_moment(at)? else {
            return Ok(None);
        };
        Ok(Some((moment, row.opt_text(at + 1)?.unwrap_or_default())))
    };
    let kind = row.text(3)?;
    Ok(Account {
        account_id: row.text(0)?,
        facility: FacilityCode::stored(row.text(1)?),
        user_id: UserId(row.text(2)?),
        kind: AccountKind::from_code(&kind)
            .ok_or_else(|| Fault::at("reading an account", format!("no kind {kind}")))?,
        name: row.text(4)?,
        holder,
        emergency_viewing: row.int(27)? == 1,
        period: Period {
            from: row.opt_day(9)?,
            until: row.opt_day(10)?,
        },
        note: row.text(11)?,
        password: PasswordHash::stored(row.text(12)?),
        rehashed_from: row.opt_text(26)?,
        origin: PasswordOrigin::from_code(&row.text(13)?),
        password_changed_at: row.moment(14)?,
        created_at: row.moment(15)?,
        created_by: row.opt_text(16)?,
        stopped: dated(17)?,
        retired: dated(19)?,
        last_login: dated(21)?,
        version: row.int(23)?,
        locked_until: row.opt_moment(24)?,
    })
}

/// The first four parameters of every account query.
fn scope(tx: &Tx<'_>, facility: &FacilityCode) -> Vec<Value> {
    let now = tx.now();
    let unused = now.plus_seconds(-tx.rules().account.unused_days * 86_400);
    vec![
        facility.as_str().into(),
        now.into(),
        now.jst_day().into(),
        unused.into(),
    ]
}

fn one(
    tx: &mut Tx<'_>,
    query: Query,
    facility: &FacilityCode,
    value: Value,
) -> Result<Option<Account>, Fault> {
    let mut parameters = scope(tx, facility);
    parameters.push(value);
    tx.row(query.sql(), &parameters)?
        .map(|row| read(&row))
        .transpose()
}

pub(super) fn find(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    account_id: &str,
) -> Result<Option<Account>, Fault> {
    one(tx, Query::ById, facility, account_id.into())
}

pub(super) fn find_by_user_id(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    user_id: &UserId,
) -> Result<Option<Account>, Fault> {
    one(tx, Query::ByUserId, facility, user_id.key().into())
}

pub(super) fn find_by_kind(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    kind: AccountKind,
) -> Result<Option<Account>, Fault> {
    one(tx, Query::ByKind, facility, kind.code().into())
}

pub(super) fn list(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    kinds: &[AccountKind],
    filter: &ListFilter,
) -> Result<(Vec<Account>, i64), Fault> {
    let mut group = String::from(",");
    for kind in kinds {
        group.push_str(kind.code());
        group.push(',');
    }
    let mut parameters = scope(tx, facility);
    parameters.extend([
        group.into(),
        filter.kind.map_or("", AccountKind::code).into(),
        filter.state.map_or("", State::code).into(),
    ]);
    let wanted = folded(&filter.text);
    if !wanted.is_empty() {
        return search(tx, filter, parameters, &wanted);
    }
    let count = tx
        .row(Query::Count.sql(), &parameters)?
        .ok_or_else(|| Fault::at("counting accounts", "no row"))?
        .int(0)?;
    parameters.extend([filter.limit.max(0).into(), filter.skip.max(0).into()]);
    let rows = tx.rows(
        Query::List(filter.sort, filter.descending).sql(),
        &parameters,
    )?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, count))
}

/// The accounts whose user id or name holds what was typed, in the form in which such texts are
/// compared, which no database knows; an institution has few enough to look at each.
fn search(
    tx: &mut Tx<'_>,
    filter: &ListFilter,
    mut parameters: Vec<Value>,
    wanted: &str,
) -> Result<(Vec<Account>, i64), Fault> {
    parameters.extend([i64::MAX.into(), 0.into()]);
    let sql = Query::List(filter.sort, filter.descending).sql();
    let mut found = Vec::new();
    for row in tx.rows(sql, &parameters)? {
        let account = read(&row)?;
        let texts = [account.user_id.as_str(), &account.name];
        if texts.iter().any(|text| folded(text).contains(wanted)) {
            found.push(account);
        }
    }
    let count = found.len() as i64;
    let skip = usize::try_from(filter.skip).unwrap_or_default();
    let limit = usize::try_from(filter.limit).unwrap_or_default();
    Ok((found.into_iter().skip(skip).take(limit).collect(), count))
}

fn holder_values(holder: Option<&Holder>) -> [Value; 4] {
    match holder {
        None => [Value::Null, Value::Null, Value::Null, Value::Null],
        Some(Holder::Licensed(profession, license)) => [
            profession.code().into(),
            license.as_deref().into(),
            Value::Null,
            Value::Null,
        ],
        Some(Holder::Designated { reason, approver }) => [
            "designated".into(),
            Value::Null,
            reason.into(),
            approver.into(),
        ],
    }
}

/// Gives 0 when the user id was given out before, be it by another node a moment ago.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    account_id: &str,
    new: &NewAccount,
) -> Result<u64, Fault> {
    let now = tx.now();
    let creator = tx.actor().account_id().map(str::to_owned);
    let mut values: Vec<Value> = vec![
        account_id.into(),
        facility.as_str().into(),
        new.user_id.as_str().into(),
        new.user_id.key().into(),
        new.kind.code().into(),
        new.name.as_str().into(),
    ];
    values.extend(holder_values(new.holder.as_ref()));
    values.extend([
        new.period.from.into(),
        new.period.until.into(),
        new.note.as_str().into(),
        new.password.as_str().into(),
        new.origin.code().into(),
        now.into(),
        creator.into(),
        i64::from(new.emergency_viewing).into(),
    ]);
    tx.execute(
        "insert into account (account_id, facility_code, user_id, user_id_key, kind, name, \
         profession, license_number, designation_reason, designation_approver, valid_from, \
         valid_until, note, password_hash, password_origin, password_changed_at, created_at, \
         created_by, emergency_viewing, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
         $11, $12, $13, $14, $15, $16, $16, $17, $18, 1) on conflict (facility_code, user_id_key) do nothing",
        &values,
    )
}

pub(super) fn change_details(
    tx: &mut Tx<'_>,
    account: &Account,
    edit: &Edit,
) -> Result<u64, Fault> {
    let mut values: Vec<Value> = vec![
        account.account_id.as_str().into(),
        edit.version.into(),
        edit.name.as_str().into(),
    ];
    values.extend(holder_values(edit.holder.as_ref()));
    values.extend([
        edit.period.from.into(),
        edit.period.until.into(),
        edit.note.as_str().into(),
        i64::from(edit.emergency_viewing).into(),
    ]);
    tx.execute(
        "update account set name = $3, profession = $4, license_number = $5, \
         designation_reason = $6, designation_approver = $7, valid_from = $8, valid_until = $9, \
         note = $10, emergency_viewing = $11, version = version + 1 where account_id = $1 and version = $2",
        &values,
    )
}

pub(super) fn change_stopped(
    tx: &mut Tx<'_>,
    account_id: &str,
    reason: Option<&str>,
) -> Result<(), Fault> {
    let at = reason.map(|_| tx.now());
    tx.execute(
        "update account set stopped_at = $2, stopped_reason = $3, version = version + 1 \
         where account_id = $1",
        &[account_id.into(), at.into(), reason.into()],
    )
    .map(drop)
}

pub(super) fn change_retired(tx: &mut Tx<'_>, account_id: &str, reason: &str) -> Result<(), Fault> {
    let at = tx.now();
    tx.execute(
        "update account set retired_at = $2, retired_reason = $3, version = version + 1 \
         where account_id = $1",
        &[account_id.into(), at.into(), reason.into()],
    )?;
    // It never gets another password.
    expire::keep_newest_passwords(tx, account_id, 0).map(drop)
}

pub(super) fn change_password(
    tx: &mut Tx<'_>,
    account: &Account,
    hash: &PasswordHash,
    origin: PasswordOrigin,
) -> Result<(), Fault> {
    let now = tx.now();
    // Whichever way the password changes, what was handed out before it is void.
    activations::void(tx, &account.account_id)?;
    if !account.password.is_none() {
        tx.execute(
            "insert into password_history (account_id, replaced_at, password_hash) \
             values ($1, $2, $3)",
            &[
                account.account_id.as_str().into(),
                now.into(),
                account.password.as_str().into(),
            ],
        )?;
    }
    let compared = tx.rules().password.history - 1;
    expire::keep_newest_passwords(tx, &account.account_id, compared)?;
    tx.execute(
        "update account set password_hash = $2, password_origin = $3, password_changed_at = $4, \
         rehashed_from = null, password_short = 0, version = version + 1 where account_id = $1",
        &[
            account.account_id.as_str().into(),
            hash.as_str().into(),
            origin.code().into(),
            now.into(),
        ],
    )
    .map(drop)
}

pub(super) fn change_last_login(
    tx: &mut Tx<'_>,
    account_id: &str,
    terminal_name: &str,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update account set last_login_at = $2, last_login_terminal = $3 where account_id = $1",
        &[account_id.into(), now.into(), terminal_name.into()],
    )
    .map(drop)
}

pub(super) fn insert_session(
    tx: &mut Tx<'_>,
    (token_hash, factor_needed): (&str, bool),
    account: &Account,
    certificate_serial: &str,
    terminal_name: &str,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into web_session (token_hash, account_id, facility_code, certificate_serial, \
         terminal_name, started_at, last_seen_at, previous_login_at, factor_needed) \
         values ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
        &[
            token_hash.into(),
            account.account_id.as_str().into(),
            account.facility.as_str().into(),
            certificate_serial.into(),
            terminal_name.into(),
            now.into(),
            account.last_login.as_ref().map(|(at, _)| *at).into(),
            i64::from(factor_needed).into(),
        ],
    )
    .map(drop)
}

pub(super) fn list_open_sessions(
    tx: &mut Tx<'_>,
    account_id: &str,
    idle_since: Moment,
    begun_since: Moment,
) -> Result<Vec<OpenSession>, Fault> {
    tx.rows(
        "select terminal_name, started_at, last_seen_at from web_session \
         where account_id = $1 and ended_at is null and last_seen_at >= $2 and started_at >= $3 \
         order by last_seen_at desc limit 20",
        &[account_id.into(), idle_since.into(), begun_since.into()],
    )?
    .iter()
    .map(|row| {
        Ok(OpenSession {
            terminal_name: row.text(0)?,
            started_at: row.moment(1)?,
            last_seen_at: row.moment(2)?,
        })
    })
    .collect()
}

pub(super) fn end_sessions(
    tx: &mut Tx<'_>,
    account_id: &str,
    reason: &str,
    by_terminal: Option<&str>,
) -> Result<u64, Fault> {
    let now = tx.now();
    // A ticket stands for a password that was typed before whatever ends the sessions.
    tx.execute(
        "delete from takeover_ticket where account_id = $1",
        &[account_id.into()],
    )?;
    delete_steps(tx, account_id)?;
    tx.execute(
        "update web_session set ended_at = $2, ended_reason = $3, ended_by_terminal = $4 \
         where account_id = $1 and ended_at is null",
        &[
            account_id.into(),
            now.into(),
            reason.into(),
            by_terminal.into(),
        ],
    )
}

pub(super) fn end_sessions_of_facility(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    reason: &str,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "delete from takeover_ticket where account_id in \
         (select account_id from account where facility_code = $1)",
        &[facility.as_str().into()],
    )?;
    tx.execute(
        "delete from second_step where account_id in \
         (select account_id from account where facility_code = $1)",
        &[facility.as_str().into()],
    )?;
    tx.execute(
        "update web_session set ended_at = $2, ended_reason = $3 \
         where facility_code = $1 and ended_at is null",
        &[facility.as_str().into(), now.into(), reason.into()],
    )
    .map(drop)
}

pub(super) fn end_session(tx: &mut Tx<'_>, token_hash: &str, reason: &str) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "update web_session set ended_at = $2, ended_reason = $3 \
         where token_hash = $1 and ended_at is null",
        &[token_hash.into(), now.into(), reason.into()],
    )
}

pub(super) fn insert_ticket(
    tx: &mut Tx<'_>,
    ticket_hash: &str,
    account_id: &str,
    certificate_serial: &str,
    expires_at: Moment,
) -> Result<(), Fault> {
    tx.execute(
        "insert into takeover_ticket (ticket_hash, account_id, certificate_serial, expires_at) \
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

pub(super) fn use_ticket(
    tx: &mut Tx<'_>,
    ticket_hash: &str,
    certificate_serial: &str,
    now: Moment,
) -> Result<Option<String>, Fault> {
    tx.row(
        "delete from takeover_ticket where ticket_hash = $1 and certificate_serial = $2 \
         and expires_at >= $3 returning account_id",
        &[ticket_hash.into(), certificate_serial.into(), now.into()],
    )?
    .map(|row| row.text(0))
    .transpose()
}

pub(crate) fn list_password_hashes(
    connection: &mut Connection,
    account_id: &str,
    history: i64,
) -> Result<Vec<PasswordHash>, Fault> {
    let mut hashes = Vec::new();
    let current = connection.row(
        "select password_hash from account where account_id = $1",
        &[account_id.into()],
    )?;
    let before = connection.rows(
        "select password_hash from password_history where account_id = $1 \
         order by replaced_at desc limit $2",
        &[account_id.into(), (history - 1).max(0).into()],
    )?;
    for row in current.iter().chain(&before) {
        hashes.push(PasswordHash::stored(row.text(0)?));
    }
    Ok(hashes)
}

pub(crate) fn find_owner(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Option<Owner>, Fault> {
    connection
        .row(
            "select a.user_id, a.name, f.facility_code, f.name from account a \
             join facility f on f.facility_code = a.facility_code where a.account_id = $1",
            &[account_id.into()],
        )?
        .map(|row| {
            Ok(Owner {
                user_id: row.text(0)?,
                name: row.text(1)?,
                facility_code: row.text(2)?,
                facility_name: row.text(3)?,
            })
        })
        .transpose()
}

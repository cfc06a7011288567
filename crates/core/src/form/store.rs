//! The SQL of forms that were sent.

use super::Submission;
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Value};

/// Something sealed, and until when it may be opened.
pub(super) type Until = (Vec<u8>, Moment);

/// A form as it is kept.
pub(super) struct Found {
    pub(super) at: Moment,
    pub(super) location: Option<String>,
    pub(super) text: Option<Until>,
    pub(super) secret_until: Option<Moment>,
}

impl Submission {
    fn place(&self) -> [Value; 2] {
        [self.key.owner.as_str().into(), self.token.as_str().into()]
    }
}

fn place_and<const N: usize>(submission: &Submission, more: [Value; N]) -> Vec<Value> {
    submission.place().into_iter().chain(more).collect()
}

/// Gives 0 when the token was used before, be it by another node a moment ago.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    submission: &Submission,
    kept_until: Moment,
) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute(
        "insert into form_token (owner, token, used_at, kept_until) values ($1, $2, $3, $4) \
         on conflict (owner, token) do nothing",
        &place_and(submission, [now.into(), kept_until.into()]),
    )
}

/// Keeps an answer. Where it belongs to a session that the form itself began, the form was never
/// spent there.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    submission: &Submission,
    location: &str,
    text: Option<Until>,
    secret: Option<Until>,
) -> Result<(), Fault> {
    let now = tx.now();
    let kept_until = now.plus_seconds(tx.rules().session.shown_again_seconds);
    let until = |sealed: &Option<Until>| sealed.as_ref().map(|(_, until)| *until);
    let (text_until, secret_until) = (until(&text), until(&secret));
    let bytes =
        |sealed: Option<Until>| sealed.map_or(Value::Null, |(bytes, _)| Value::Bytes(bytes));
    let values = [
        now.into(),
        location.into(),
        bytes(text),
        text_until.into(),
        bytes(secret),
        secret_until.into(),
        kept_until.into(),
    ];
    tx.execute(
        "insert into form_token (owner, token, used_at, location, shown, shown_until, secret, \
         secret_until, kept_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         on conflict (owner, token) do update set location = $4, shown = $5, shown_until = $6, \
         secret = $7, secret_until = $8",
        &place_and(submission, values),
    )
    .map(drop)
}

/// Takes away what is shown once, and gives it.
pub(super) fn take_secret(
    tx: &mut Tx<'_>,
    submission: &Submission,
    now: Moment,
) -> Result<Option<Vec<u8>>, Fault> {
    let found = tx.row(
        "select secret from form_token where owner = $1 and token = $2 and secret_until >= $3",
        &place_and(submission, [now.into()]),
    )?;
    let Some(row) = found else {
        return Ok(None);
    };
    let taken = tx.execute(
        "update form_token set secret = null, secret_until = null \
         where owner = $1 and token = $2 and secret is not null",
        &submission.place(),
    )?;
    Ok(row.opt_bytes(0)?.filter(|_| taken == 1))
}

pub(super) fn find(
    connection: &mut Connection,
    submission: &Submission,
) -> Result<Option<Found>, Fault> {
    connection
        .row(
            "select used_at, location, shown, shown_until, secret_until from form_token \
             where owner = $1 and token = $2",
            &submission.place(),
        )?
        .map(|row| {
            Ok(Found {
                at: row.moment(0)?,
                location: row.opt_text(1)?,
                text: row.opt_bytes(2)?.zip(row.opt_moment(3)?),
                secret_until: row.opt_moment(4)?,
            })
        })
        .transpose()
}

/// What of a form is over by itself.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Secret,
    Text,
    All,
}

impl Part {
    pub(super) const ALL: [Part; 3] = [Part::Secret, Part::Text, Part::All];
}

/// Whether anything is kept that nobody can send or see any more.
pub(super) fn something_is_over(connection: &mut Connection, now: Moment) -> Result<bool, Fault> {
    for sql in [
        "select 1 from form_token where secret_until < $1 limit 1",
        "select 1 from form_token where shown_until < $1 limit 1",
        "select 1 from form_token where kept_until < $1 limit 1",
    ] {
        if connection.row(sql, &[now.into()])?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Forgets a part that is over, of at most so many forms, and says of how many.
pub(super) fn forget(tx: &mut Tx<'_>, part: Part, most: i64) -> Result<u64, Fault> {
    let now = tx.now();
    let sql = match part {
        Part::Secret => {
            "update form_token set secret = null, secret_until = null where (owner, token) in \
             (select owner, token from form_token where secret_until < $1 limit $2)"
        }
        Part::Text => {
            "update form_token set shown = null, shown_until = null where (owner, token) in \
             (select owner, token from form_token where shown_until < $1 limit $2)"
        }
        Part::All => {
            "delete from form_token where (owner, token) in \
             (select owner, token from form_token where kept_until < $1 limit $2)"
        }
    };
    tx.execute(sql, &[now.into(), most.into()])
}

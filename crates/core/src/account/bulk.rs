//! Registering many accounts at once (アカウントの一括登録): all of them or none, each with the audit entry of a single
//! registration.

use super::manage::{self, Managed};
use super::{NewAccount, UserId, store};
use crate::actor::AccountKind;
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::service::Tx;

/// Whose a user id is that was given out before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// An account of the own group has it.
    By(TakenBy),
    /// An account that somebody else manages has it: nothing is told of that one.
    Else,
}

/// An account of the own group, as far as it has to be told from one that is to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TakenBy {
    pub account_id: String,
    pub kind: AccountKind,
    pub name: String,
    pub created_at: Moment,
    /// A retired account keeps its user id.
    pub retired: bool,
}

/// Which of these user ids were given out before, in the order in which they were asked for.
pub fn find_taken(
    tx: &mut Tx<'_>,
    managed: Managed,
    ids: &[UserId],
) -> Result<Vec<Option<Taken>>, Error> {
    let facility = tx.facility()?;
    check_count(tx, ids.len())?;
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let found = store::find_by_user_id(tx, &facility, id)?;
        all.push(
            found.map(|account| match managed.kinds().contains(&account.kind) {
                true => Taken::By(TakenBy {
                    account_id: account.account_id,
                    kind: account.kind,
                    name: account.name,
                    created_at: account.created_at,
                    retired: account.retired.is_some(),
                }),
                false => Taken::Else,
            }),
        );
    }
    tx.set_detail(Detail::AccountListChecked {
        count: ids.len() as i64,
    });
    Ok(all)
}

/// Registers all of them, and gives their ids in the same order. Where one can't be registered, none is.
pub fn register_all(
    tx: &mut Tx<'_>,
    managed: Managed,
    all: &[NewAccount],
) -> Result<Vec<String>, Error> {
    check_count(tx, all.len())?;
    let mut registered = Vec::with_capacity(all.len());
    for new in all {
        registered.push(manage::register(tx, managed, new)?);
        tx.close_entry();
    }
    Ok(registered)
}

fn check_count(tx: &Tx<'_>, count: usize) -> Result<(), Error> {
    match count > tx.rules().account.bulk_max {
        true => Err(RefusalCode::TooLarge.into()),
        false => Ok(()),
    }
}

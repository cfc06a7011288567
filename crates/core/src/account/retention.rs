//! What is kept of log-ins no longer than a rule needs it: sessions, counts of failures, tokens,
//! earlier passwords.

use super::store::expire;
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Tx, Upkeep, deleted};
use crate::store::Connection;

const DAY: i64 = 86_400;

/// Deletes questions whether to take over a session and second steps of log-ins that nobody answered in time, and
/// sessions of the web. None lives longer than its absolute limit, so when it began says
/// since when it is over at the latest; for some days more its screen is told why.
#[derive(Clone, Copy)]
pub(crate) struct ExpireSessions;

/// Deletes counts of failed log-ins, of user ids that exist and of those that do not alike: else
/// what is counted would tell which exist.
#[derive(Clone, Copy)]
pub(crate) struct ExpireFailures;

/// Deletes tokens some time after they have run out. One that was used or ended stays until then,
/// so that its use is known for what it is.
#[derive(Clone, Copy)]
pub(crate) struct ExpireTokens;

/// Deletes earlier passwords that are not compared any more. A change of the password does so for
/// its account; this is for what the rule or a retirement left.
#[derive(Clone, Copy)]
pub(crate) struct ExpirePasswords;

fn sessions_before(now: Moment, rules: &Rules) -> Moment {
    now.plus_seconds(-rules.session.absolute_seconds - rules.retention.session_days * DAY)
}

fn failures_before(now: Moment, rules: &Rules) -> Moment {
    now.plus_seconds(-rules.retention.failure_days * DAY)
}

fn tokens_before(now: Moment, rules: &Rules) -> Moment {
    now.plus_seconds(-rules.retention.token_days * DAY)
}

impl Upkeep for ExpireSessions {
    fn function(&self) -> Function {
        Function::ExpireSessions
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        Ok(expire::tickets_are_there(connection, now)?
            || expire::sessions_are_there(connection, sessions_before(now, rules))?)
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let before = sessions_before(tx.now(), tx.rules());
        let tickets = expire::delete_tickets(tx)?;
        let sessions = expire::delete_sessions(tx, before)?;
        // One of the two may have left some.
        let more = deleted(tx, tickets.max(sessions));
        let count = i64::try_from(tickets + sessions).unwrap_or(i64::MAX);
        tx.set_detail(Detail::Deleted { count });
        Ok(more)
    }
}

impl Upkeep for ExpireFailures {
    fn function(&self) -> Function {
        Function::ExpireFailures
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        expire::failures_are_there(connection, failures_before(now, rules), now)
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let before = failures_before(tx.now(), tx.rules());
        let rows = expire::delete_failures(tx, before)?;
        Ok(deleted(tx, rows))
    }
}

impl Upkeep for ExpireTokens {
    fn function(&self) -> Function {
        Function::ExpireTokens
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        expire::tokens_are_there(connection, tokens_before(now, rules))
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let before = tokens_before(tx.now(), tx.rules());
        let rows = expire::delete_tokens(tx, before)?;
        Ok(deleted(tx, rows))
    }
}

impl Upkeep for ExpirePasswords {
    fn function(&self) -> Function {
        Function::ExpirePasswords
    }

    /// It walks through all of them, for what is rarely there.
    fn every_seconds(&self, rules: &Rules) -> i64 {
        rules.retention.every_seconds.max(DAY)
    }

    fn is_due(
        &self,
        connection: &mut Connection,
        _now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault> {
        let found = expire::find_long_histories(connection, rules.password.history, 1)?;
        Ok(!found.is_empty())
    }

    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let (history, most) = (tx.rules().password.history, tx.rules().retention.piece_rows);
        let accounts = expire::find_long_histories(tx.connection(), history, most)?;
        let mut rows = 0;
        for (account_id, retired) in &accounts {
            let keep = if *retired { 0 } else { history - 1 };
            rows += expire::keep_newest_passwords(tx, account_id, keep)?;
        }
        let count = i64::try_from(rows).unwrap_or(i64::MAX);
        tx.set_detail(Detail::Deleted { count });
        Ok(accounts.len() as i64 >= most)
    }
}

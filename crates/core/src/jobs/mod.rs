//! What the centre does on its own (定期処理): small jobs that nobody asks for.
//!
//! A job is asked of the permission table like anybody else, in the role [`Role::System`], and what
//! it does is audited under a function of its own. It works in pieces that are small enough for
//! single checks to come between. Whoever runs it gives the moment and the randomness.
//!
//! [`Role::System`]: crate::actor::Role::System

use crate::account::retention::{ExpireFailures, ExpirePasswords, ExpireSessions, ExpireTokens};
use crate::actor::Actor;
use crate::clock::Moment;
use crate::eligibility::retention::ExpireResults;
use crate::error::{Error, Fault};
use crate::office::{Errand, Office, Request, Work};
use crate::permission::Function;
use crate::rules::Rules;
use crate::store::Connection;

/// Something that the centre does on its own, now and then.
pub trait Job: Sync {
    /// What the permission table is asked for, and what stands in the audit log.
    fn function(&self) -> Function;

    /// What it is called in the logs.
    fn name(&self) -> &'static str {
        self.function().code()
    }

    /// How often it is looked whether there is something to do.
    fn every_seconds(&self, rules: &Rules) -> i64 {
        rules.retention.every_seconds
    }

    /// Looks whether there is something to do. It leaves no trace, so that a job that has nothing
    /// to do does not fill the audit log.
    fn is_due(
        &self,
        connection: &mut Connection,
        now: Moment,
        rules: &Rules,
    ) -> Result<bool, Fault>;

    /// Does one piece of it, of at most so many rows as the rules say, and says whether there may
    /// be more.
    fn work(&self, work: &mut Work<'_>) -> Result<bool, Error>;
}

/// Every job, in the order in which they are run.
pub static ALL: [&dyn Job; 5] = [
    &ExpireResults,
    &ExpireSessions,
    &ExpireFailures,
    &ExpireTokens,
    &ExpirePasswords,
];

impl Office {
    /// Does a piece of a job, and says whether there may be more. The piece is audited; that
    /// there was nothing to do is not.
    pub fn run_job(&self, job: &'static dyn Job, request: &Request) -> Result<bool, Error> {
        let now = request.now;
        let due = self.at_the_gate(|connection| job.is_due(connection, now, self.rules()))?;
        if !due {
            return Ok(false);
        }
        let errand = Errand::new(Actor::system(), job.function(), request.clone());
        self.change_and_wait(errand, move |work| job.work(work))
    }
}

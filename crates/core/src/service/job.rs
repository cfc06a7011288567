//! What the centre does on its own: what a job is, and how it comes to the door.
//!
//! A job is asked of the permission table like anybody else, in the role [`Role::System`], and what
//! it does is audited under a function of its own. It works in pieces that are small enough for
//! single checks to come between. Whoever runs it gives the moment and the randomness.
//!
//! [`Role::System`]: crate::actor::Role::System

use super::{OperationContext, Request, Service, Tx};
use crate::actor::Actor;
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, Fault};
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

    /// How often it is looked whether there is something to do; at every look where it is 0.
    fn every_seconds(&self, rules: &Rules) -> i64;

    /// Does one piece of it, and says whether there may be more. The piece is audited; that there
    /// was nothing to do is not.
    fn run(&self, service: &Service, request: &Request) -> Result<bool, Error>;
}

/// A job that tidies, a piece in a transaction: it deletes what no rule needs any more, or sorts what came in.
pub(crate) trait Upkeep: Sync {
    /// See [`Job::function`].
    fn function(&self) -> Function;

    /// See [`Job::every_seconds`].
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
    fn work(&self, tx: &mut Tx<'_>) -> Result<bool, Error>;
}

/// Tells how many rows a piece of a job that tidies has deleted, and says whether there may be more: a full piece may
/// have left some.
pub(crate) fn deleted(tx: &mut Tx<'_>, rows: u64) -> bool {
    let count = i64::try_from(rows).unwrap_or(i64::MAX);
    tx.set_detail(Detail::Deleted { count });
    count >= tx.rules().retention.piece_rows
}

impl<T: Upkeep + Copy + Send + 'static> Job for T {
    fn function(&self) -> Function {
        Upkeep::function(self)
    }

    fn every_seconds(&self, rules: &Rules) -> i64 {
        Upkeep::every_seconds(self, rules).max(1)
    }

    fn run(&self, service: &Service, request: &Request) -> Result<bool, Error> {
        let now = request.now;
        let due =
            service.read_for_authn(|connection| self.is_due(connection, now, service.rules()))?;
        if !due {
            return Ok(false);
        }
        let job = *self;
        service.change_as_the_centre(Upkeep::function(self), request, move |tx| job.work(tx))
    }
}

impl Service {
    /// Does something in the centre's own name, which only a job may.
    pub(crate) fn change_as_the_centre<T: Send + 'static>(
        &self,
        function: Function,
        request: &Request,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let operation = OperationContext::new(Actor::system(), function, request.clone());
        self.change_and_wait(operation, work)
    }
}

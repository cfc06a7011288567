//! Looking something up without blocking the sockets, and not for ever.

use crate::state::context::Context;
use onshi_core::Fault;

/// Runs a look-up that blocks beside the sockets. It is waited for as long as for any answer.
pub async fn beside<T, E>(
    context: &Context,
    what: &'static str,
    look: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Fault> + Send + 'static,
{
    let found = tokio::task::spawn_blocking(look);
    match tokio::time::timeout(context.patience, found).await {
        Ok(Ok(found)) => found,
        Ok(Err(panic)) => Err(Fault::at(what, panic).into()),
        Err(_) => Err(Fault::unavailable(what, "the database did not answer in time").into()),
    }
}

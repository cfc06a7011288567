//! What was confirmed on a page that asks: done, or what is wrong with what was typed beside it.

use crate::http::route::Call;
use crate::http::submission::After;
use axum::response::Response;
use onshi_core::{Error, RefusalCode, Subject, Tx};

/// The answer where it was done; else what is wrong with the reason, for the page that asks once more.
pub(super) async fn submitted<T: Send + 'static>(
    call: &Call,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    after: impl Fn(&T) -> After + Send + 'static,
) -> Result<Result<Response, String>, Error> {
    match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, answer)) => Ok(Ok(answer)),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::Invalid => {
            let texts = refusal.problems.into_iter().map(|problem| problem.text);
            Ok(Err(texts.collect::<Vec<_>>().join(" ")))
        }
        Err(other) => Err(other),
    }
}

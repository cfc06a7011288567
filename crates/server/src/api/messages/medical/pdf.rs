//! The answers that are printed documents (FileCategory 1 and 3, and OQSsiurl): made in memory, beside the sockets.

use super::NotDone;
use crate::api::ApiCall;
use crate::api::reply::Printed;
use crate::documents::MadeFor;
use onshi_core::{Error, RefusalCode};
use onshi_documents::Document;
use onshi_wire::error_codes;

/// Who has it made, where and when: the institution, and which of its programs.
pub(in crate::api::messages) fn made_for(
    call: &ApiCall,
    institution: &str,
) -> Result<MadeFor, Error> {
    let identity = call.identity()?;
    let by = match identity.actor.role() {
        onshi_core::Role::Link => "連携アプリケーション",
        _ => "Web API",
    };
    Ok(MadeFor {
        words: format!("{institution}（{}） {by}", identity.facility.as_str()),
        now: call.request.now,
    })
}

/// Prints a document. Where the centre has no fonts, or it would be a book, the message says so.
pub(in crate::api::messages) async fn print(
    call: &ApiCall,
    make: impl FnOnce() -> Document + Send + 'static,
) -> Result<Result<Printed, NotDone>, Error> {
    let centre = call.centre.clone();
    match call
        .print_beside(move || centre.documents.print(&make()))
        .await?
    {
        Ok(bytes) => Ok(Ok(Printed::pdf(bytes))),
        Err(Error::Refused(refusal)) => match refusal.code {
            RefusalCode::DocumentFonts | RefusalCode::DocumentTooLong => {
                Ok(Err(&error_codes::NO_PDF))
            }
            _ => Err(refusal.into()),
        },
        Err(fault) => Err(fault),
    }
}

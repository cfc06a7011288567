//! Who has a code for a certificate (取得コード). It stands where a token would.

use crate::state::Centre;
use crate::state::blocking::beside;
use axum::http::{HeaderMap, header};
use onshi_core::authn::Enrolling;
use onshi_core::{Error, RefusalCode};
use onshi_wire::typed_code;
use std::sync::Arc;

/// What stands before the code in `Authorization`.
const SCHEME: &str = "Enrolment ";

/// Whoever shows a code that was issued; refused, and counted as a stranger, where there is no such code.
pub(super) async fn find(
    centre: &Arc<Centre>,
    headers: &HeaderMap,
) -> Result<Arc<Enrolling>, Error> {
    let shown = headers.get(header::AUTHORIZATION);
    let typed = shown.and_then(|value| value.to_str().ok()?.strip_prefix(SCHEME));
    let code = typed.and_then(|typed| typed_code::read(typed).ok());
    let code = code.ok_or(RefusalCode::EnrolmentUnknown)?;
    let asked = centre.clone();
    let found = beside(centre, "looking for a code", move || {
        asked.service.authn().enrolling(&code)
    });
    let found = found.await?;
    Ok(found.map(Arc::new).ok_or(RefusalCode::EnrolmentUnknown)?)
}

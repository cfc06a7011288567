//! マイナ資格確認アプリ（居宅同意取得型）, as the staff who visit patients see it: pages of the portal in the browser of a phone
//! that was activated. SIMULATED: the real one is an app.
//!
//! [`entry`] is the way in, [`consent`] what is done for a patient. A page that is only opened changes nothing: the card's
//! program leads back to one.

mod consent;
mod entry;
pub mod form;
mod samples;
pub mod view;

pub use consent::{card, consent, register, result, review};
pub use entry::{activate, activation, form, log_in, log_out, pass, take_over};

use crate::http::route::Call;
use crate::web::layout::frame::{FormTokens, SessionEnd};
use crate::web::reply;
use crate::web::visit::view::{MenuPage, VisitFrame};
use axum::response::Response;
use onshi_core::{Error, RefusalCode};

/// The first page of whoever is logged in.
const TOP: &str = crate::http::route::PHONES;

fn forms(call: &Call) -> Result<FormTokens, Error> {
    let tokens = call.forms.clone();
    tokens.ok_or_else(|| RefusalCode::FormUnknown.into())
}

/// The frame of a page for whoever is logged in.
fn frame(call: &Call) -> Result<VisitFrame, Error> {
    let (session, phone) = call.both()?;
    let rules = &call.centre.config.rules.session;
    let last = session.started_at.plus_seconds(rules.absolute_seconds);
    Ok(VisitFrame {
        plain: reply::plain_frame_at(&call.centre, Some(phone), TOP),
        facility_code: session.facility.as_str().to_owned(),
        account_name: session.account_name.clone(),
        user_id: session.user_id.clone(),
        session: SessionEnd {
            idle_seconds: rules.idle_seconds,
            left_seconds: last.seconds_since(call.request.now).max(0),
        },
    })
}

/// What can be done.
pub async fn menu(call: Call) -> Result<Response, Error> {
    Ok(reply::page(&MenuPage {
        frame: frame(&call)?,
        forms: forms(&call)?,
    }))
}

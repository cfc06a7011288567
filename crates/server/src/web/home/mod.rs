//! マイナ在宅受付Web, as the patient sees it: pages of the portal at the institution's own address.
//!
//! Nothing is told and nothing is kept before the card has signed what is to be done. The signature is made by a program
//! beside the browser (`onshi card sign-at`), which leads back with it; what it is good for is done by the press that
//! follows, since a page that is only opened changes nothing.

mod consents;
pub mod form;
mod samples;
mod sign;
pub mod view;

pub(in crate::web) use consents::kinds;
pub use consents::{
    before_card, behind_card, consent, consent_card, consents, inquire, register, registered,
    review, withdraw, withdrawn,
};

use crate::http::route::{Call, HomeCall};
use crate::web::home::view::TopPage;
use crate::web::layout::frame::{FormTokens, PlainFrame};
use crate::web::reply;
use axum::response::Response;
use onshi_core::home_reception::{HomeInstitution, purposes};
use onshi_core::{Error, RefusalCode};

/// Where the pages of an institution's address are.
fn base(call: &Call) -> String {
    format!("/home/{}", call.parameter("address"))
}

/// The patient's browser. Routes of addresses always have one.
fn home(call: &Call) -> Result<&HomeCall, Error> {
    call.home
        .as_ref()
        .ok_or_else(|| RefusalCode::HomeUnknown.into())
}

fn institution(call: &Call) -> Result<&HomeInstitution, Error> {
    Ok(&home(call)?.visitor.institution)
}

fn frame(call: &Call) -> Result<PlainFrame, Error> {
    Ok(PlainFrame {
        institution: Some(institution(call)?.name.clone()),
        // The manual is the staff's.
        help: None,
        ..reply::plain_frame(&call.centre, None)
    })
}

fn forms(call: &Call) -> Result<FormTokens, Error> {
    let tokens = call.forms.clone();
    tokens.ok_or_else(|| RefusalCode::FormUnknown.into())
}

/// What can be done here.
pub async fn top(call: Call) -> Result<Response, Error> {
    let institution = institution(&call)?;
    Ok(reply::page(&TopPage {
        frame: frame(&call)?,
        base: base(&call),
        institution: institution.name.clone(),
        purposes: purposes(&institution.settings)
            .iter()
            .map(|one| one.label())
            .collect(),
    }))
}

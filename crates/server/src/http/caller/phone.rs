//! Phones of staff (マイナ資格確認アプリ): by the secret that the browser keeps, and the first time by the
//! アクティベーションコード that is sent.

use crate::http::caller::Caller;
use crate::http::cookies::Cookies;
use crate::http::extract::Fields;
use crate::state::Centre;
use crate::state::blocking::beside;
use onshi_core::authn::LoggedIn;
use onshi_core::error::Fact;
use onshi_core::facility::FacilityCode;
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::{Error, Moment, Problem, Refusal, RefusalCode};
use onshi_wire::numbers::narrowed;
use std::sync::Arc;

/// The field of 医療機関コード.
pub(crate) const FACILITY: &str = "facility_code";
/// The field of アクティベーションコード.
pub(crate) const CODE: &str = "code";

/// The phone whose browser shows this secret, and who is logged in there.
pub(super) async fn find(
    centre: &Arc<Centre>,
    cookies: &Cookies,
    (is_use, now): (bool, Moment),
) -> Result<Caller, Error> {
    let secret = cookies.phone.clone().ok_or(RefusalCode::PhoneUnknown)?;
    let session = cookies.session.clone();
    let asked = centre.clone();
    let found = beside(centre, "looking whose phone it is", move || {
        let session = (session.as_deref(), is_use);
        asked.service.authn().staff_phone(&secret, session, now)
    });
    let (phone, who) = found.await?.ok_or(RefusalCode::PhoneUnknown)?;
    Ok(Caller::Phone(Box::new(phone), who))
}

/// The phone that a form's code binds. What can't be right is told as the slip that it is.
pub(crate) async fn activating(
    centre: &Arc<Centre>,
    form: &Fields,
    now: Moment,
) -> Result<Caller, Error> {
    let slip = |problem: Problem| Refusal {
        problems: vec![problem],
        ..Refusal::new(RefusalCode::PhoneCode)
    };
    let typed = narrowed(form.get(FACILITY));
    let facility = FacilityCode::parse(typed.trim()).map_err(slip)?;
    let code = OneTimeCode::parse(Fact::ActivationCode, form.get(CODE)).map_err(slip)?;
    let asked = centre.clone();
    let found = beside(centre, "looking which phone a code binds", move || {
        asked.service.authn().activating(&facility, &code, now)
    });
    let phone = found.await?.ok_or(RefusalCode::PhoneCode)?;
    Ok(Caller::Phone(Box::new(phone), LoggedIn::Nobody))
}

//! The forms of a request: each is taken once, and one that is sent again leads to what came of it.

use crate::http::access::Access;
use crate::http::caller::Caller;
use crate::http::cookies::Cookies;
use crate::http::extract::Fields;
use crate::http::reply;
use crate::http::service::ServiceHandle;
use crate::http::submission::{Answered, FormTokens, RESULT, with_result};
use crate::state::Centre;
use crate::state::blocking::beside;
use axum::response::Response;
use onshi_core::authn::LoggedIn;
use onshi_core::form::{FIELD, FormKey, Sent, Submission};
use onshi_core::{Error, Moment, RefusalCode};
use std::sync::Arc;

/// The forms of one request: the one that it sends, and those of the page that answers it.
pub(crate) struct Forms {
    /// The session's key, that of a patient's or an applicant's browser, or the terminal's where nobody needs to be logged in.
    key: Option<FormKey>,
    /// The tokens of the page, for those who are logged in, for patients and for applicants.
    pub(crate) tokens: Option<FormTokens>,
    sent: Option<Submission>,
}

impl Forms {
    pub(crate) fn of(
        access: Access,
        (caller, cookies): (&Caller, &Cookies),
        form: &Result<Fields, Error>,
        seed: [u8; 32],
    ) -> Forms {
        let cookie = cookies.session.as_deref();
        let session = match caller.logged_in() {
            LoggedIn::Session(_) => cookie.map(FormKey::of_session),
            _ => None,
        };
        // A patient's browser and an applicant's have a cookie of their own, which is no session.
        let browser = cookie.filter(|_| access.is_of_a_browser());
        let session = session.or(browser.map(FormKey::of_session));
        // So has a phone's, before anybody is logged in there.
        let phone = cookies.phone.as_deref().map(FormKey::of_session);
        let key = match access {
            Access::Session(_)
            | Access::Home(_)
            | Access::Applicant(_)
            | Access::PhoneSession(_) => session.clone(),
            Access::Phone(_) | Access::PhoneActivation(_) => phone.clone(),
            Access::Terminal(_) => caller
                .terminal()
                .ok()
                .map(|at| FormKey::of_terminal(&at.serial)),
            _ => None,
        };
        let token = form.as_ref().map_or("", |fields| fields.get(FIELD));
        Forms {
            sent: key.as_ref().and_then(|key| key.accept(token)),
            tokens: match access {
                Access::PhoneSession(_) => session,
                _ => phone.or(session),
            }
            .map(|key| FormTokens { key, seed }),
            key,
        }
    }

    /// The handle for the form that was sent. Who sends it again, or one of no page of this session,
    /// is refused; a form that could not be read is refused for that. A page that only asks sends
    /// none.
    pub(crate) async fn service_for(
        &self,
        centre: &Arc<Centre>,
        service: ServiceHandle,
        form: Option<&Result<Fields, Error>>,
        now: Moment,
    ) -> Result<ServiceHandle, Error> {
        let sent = match (form, &self.sent) {
            (None, _) | (Some(Err(_)), None) => return Ok(service),
            (Some(Ok(_)), None) => return service.refuse(RefusalCode::FormUnknown).await,
            (Some(_), Some(sent)) => sent,
        };
        match look_up(centre, sent, now).await? {
            None => Ok(service.for_form(sent.clone())),
            Some(_) => Err(RefusalCode::FormAlreadySent.into()),
        }
    }

    /// Where a form was sent before, the way to what came of it is the answer; it is on this page where
    /// nothing else is known.
    pub(crate) async fn led_back(
        &self,
        centre: &Arc<Centre>,
        answer: Result<Response, Error>,
        page: &str,
        now: Moment,
    ) -> Result<Response, Error> {
        let again = matches!(&answer, Err(Error::Refused(refusal))
            if refusal.code == RefusalCode::FormAlreadySent);
        let Some(sent) = self.sent.as_ref().filter(|_| again) else {
            return answer;
        };
        let found = look_up(centre, sent, now).await?;
        let location = found.and_then(|found| found.location);
        let location = location.unwrap_or_else(|| with_result(page, sent));
        Ok(reply::redirect(&location))
    }

    /// The form whose answer the query asks for.
    pub(crate) async fn result(
        &self,
        centre: &Arc<Centre>,
        query: &Fields,
        now: Moment,
    ) -> Result<Option<Answered>, Error> {
        let named = query.get(RESULT);
        let key = self.key.as_ref().filter(|_| !named.is_empty());
        let Some(submission) = key.and_then(|key| key.accept(named)) else {
            return Ok(None);
        };
        let Some(sent) = look_up(centre, &submission, now).await? else {
            return Ok(None);
        };
        let text = sent.text.as_deref().unwrap_or_default();
        let text = serde_json::from_str(text).unwrap_or_default();
        Ok(Some(Answered {
            submission,
            sent,
            text,
        }))
    }
}

async fn look_up(
    centre: &Arc<Centre>,
    submission: &Submission,
    now: Moment,
) -> Result<Option<Sent>, Error> {
    let (asked, submission) = (centre.clone(), submission.clone());
    let found = beside(centre, "looking up a form", move || {
        asked.service.authn().sent(&submission, now)
    });
    Ok(found.await?)
}

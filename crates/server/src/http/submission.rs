//! Forms of the screens are taken once, and answered by the page after them.
//!
//! How a screen uses it:
//!
//! - its template puts `frame.forms.field("main")` into the form, another word for each form of the
//!   page;
//! - its `POST` handler does what it does through `ServiceHandle::submit`, and says with an [`After`] on
//!   which page the answer is and what that page shows; it sends the browser there;
//! - its `GET` handler asks [`Call::shown`] whether it is such a page, and shows that. A notice is
//!   shown by the frame without its doing.
//!
//! Whatever goes through `ServiceHandle::change` spends the form's token as well: a form that was sent
//! before gets to no handler, but leads to the answer that there was.

use crate::http::extract::Fields;
use crate::http::reply;
use crate::http::service::ServiceHandle;
use crate::routes::{Access, Call, Route};
use crate::state::Centre;
use crate::state::blocking::beside;
use crate::web::layout::frame::FormTokens;
use axum::response::Response;
use onshi_core::authn::{LoggedIn, Terminal};
use onshi_core::emergency::OpenFunction;
use onshi_core::entropy::fresh_seed;
use onshi_core::form::{self, FIELD, FormKey, Sent, Submission};
use onshi_core::{Error, Fault, Moment, RefusalCode, Tx};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The field of the query that names the form whose answer a page shows.
pub const RESULT: &str = "result";

/// Where the answer to a form is, and what is shown there.
#[derive(Clone, Debug, Default)]
pub struct After {
    location: String,
    text: ShownText,
    secret: Option<String>,
    session: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct ShownText {
    notice: Option<String>,
    page: Option<serde_json::Value>,
}

impl After {
    /// On this page, which is one of ours.
    pub fn at(location: impl Into<String>) -> After {
        After {
            location: location.into(),
            ..After::default()
        }
    }

    /// With this message at its top.
    #[must_use]
    pub fn notice(mut self, text: impl Into<String>) -> After {
        self.text.notice = Some(text.into());
        self
    }

    /// With this to show; [`Call::shown`] gives it to the page.
    #[must_use]
    pub fn page(mut self, page: &impl Serialize) -> After {
        // What can't be told is not told; the page says when the form was taken.
        self.text.page = serde_json::to_value(page).ok();
        self
    }

    /// With a password, which is shown once and never again.
    #[must_use]
    pub fn secret(mut self, secret: Option<String>) -> After {
        self.secret = secret;
        self
    }

    /// For a session that the form itself began: the cookie that goes out with the answer.
    #[must_use]
    pub fn in_session(mut self, cookie: &str) -> After {
        self.session = Some(cookie.to_owned());
        self
    }

    /// Keeps it with the form, and gives the address of the answer.
    pub(crate) fn keep(self, tx: &mut Tx<'_>, submission: &Submission) -> Result<String, Error> {
        let of_its_own = self.session.as_ref().and_then(|cookie| {
            let key = FormKey::of_session(cookie);
            let token = key.issue(&tx.entropy().block(), "after");
            key.accept(&token)
        });
        let submission = of_its_own.as_ref().unwrap_or(submission);
        let text = serde_json::to_string(&self.text)
            .map_err(|e| Fault::at("keeping what a form shows", e))?;
        let location = with_result(&self.location, submission);
        let shown = form::Shown {
            location: location.clone(),
            text,
            secret: self.secret,
        };
        form::keep(tx, submission, &shown)?;
        Ok(location)
    }
}

/// The address of a page that shows what came of this form.
fn with_result(location: &str, submission: &Submission) -> String {
    let mark = if location.contains('?') { '&' } else { '?' };
    format!("{location}{mark}{RESULT}={}", submission.token())
}

/// A form that was sent, as the page after it has it.
#[derive(Clone, Debug)]
pub struct Answered {
    submission: Submission,
    sent: Sent,
    text: ShownText,
}

/// The forms of one request: the one that it sends, and those of the page that answers it.
pub(crate) struct Forms {
    /// The session's key, or the terminal's where nobody needs to be logged in.
    key: Option<FormKey>,
    /// The tokens of the page, for those who are logged in.
    pub(crate) tokens: Option<FormTokens>,
    sent: Option<Submission>,
}

impl Forms {
    pub(crate) fn of(
        route: &Route,
        terminal: Option<&Terminal>,
        (who, cookie): (&LoggedIn, Option<&str>),
        form: &Result<Fields, Error>,
        seed: [u8; 32],
    ) -> Forms {
        let session = match who {
            LoggedIn::Session(_) => cookie.map(FormKey::of_session),
            _ => None,
        };
        let key = match route.access {
            Access::Session(_) => session.clone(),
            Access::Terminal(_) => terminal.map(|at| FormKey::of_terminal(&at.serial)),
            _ => None,
        };
        let token = form.as_ref().map_or("", |fields| fields.get(FIELD));
        Forms {
            sent: key.as_ref().and_then(|key| key.accept(token)),
            tokens: session.map(|key| FormTokens { key, seed }),
            key,
        }
    }

    /// The tokens of the page that is answered, the moment that it is of, and what is open then.
    pub(crate) fn page<'o>(
        &self,
        now: Moment,
        open: &'o [OpenFunction],
    ) -> (Option<FormTokens>, Moment, &'o [OpenFunction]) {
        (self.tokens.clone(), now, open)
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

    /// Where a form was sent before, the way to what came of it is the answer.
    pub(crate) async fn led_back(
        &self,
        centre: &Arc<Centre>,
        answer: Result<Response, Error>,
        path: &str,
        now: Moment,
    ) -> Result<Response, Error> {
        let again = matches!(&answer, Err(Error::Refused(refusal))
            if refusal.code == RefusalCode::FormAlreadySent);
        let Some(sent) = self.sent.as_ref().filter(|_| again) else {
            return answer;
        };
        let found = look_up(centre, sent, now).await?;
        let location = found.and_then(|found| found.location);
        let location =
            location.unwrap_or_else(|| with_result(crate::web::reply::page_before(path), sent));
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

impl Answered {
    /// What the page says at its top.
    pub(crate) fn notice(&self) -> Option<(bool, String)> {
        if let Some(text) = &self.text.notice {
            return Some((true, text.clone()));
        }
        let gone = self.text.page.is_none();
        let at = self.sent.at.jst_time_words();
        gone.then(|| {
            let text = format!(
                "送信された内容は、{at}に受け付けています。くり返しの送信は行いませんでした。"
            );
            (false, text)
        })
    }
}

impl Call {
    /// What this page shows of a form that was sent, if it is the page after one.
    pub fn shown<T: DeserializeOwned>(&self) -> Option<T> {
        let page = self.result.as_ref()?.text.page.clone()?;
        serde_json::from_value(page).ok()
    }

    /// The password that waits to be shown on this page, once: it is gone after this, and the
    /// audit log says that it was shown.
    pub(crate) async fn shown_once(
        &self,
        about: onshi_core::Subject,
    ) -> Result<Option<String>, Error> {
        let Some(result) = self
            .result
            .as_ref()
            .filter(|result| result.sent.secret_waits)
        else {
            return Ok(None);
        };
        let submission = result.submission.clone();
        let show = move |tx: &mut Tx<'_>| form::show_once(tx, &submission);
        self.service.change(about, show).await
    }

    /// A token for a form of a page that nobody is logged in on.
    pub(crate) fn form_token(&self) -> String {
        let key = self.terminal.as_ref().ok();
        let key = key.map(|terminal| FormKey::of_terminal(&terminal.serial));
        key.map_or_else(String::new, |key| key.issue(&fresh_seed(), "main"))
    }
}

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

use onshi_core::form::{self, FIELD, FormKey, Sent, Submission};
use onshi_core::{Error, Fault, Tx};
use serde::{Deserialize, Serialize};

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
pub(super) struct ShownText {
    notice: Option<String>,
    pub(super) page: Option<serde_json::Value>,
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
pub(super) fn with_result(location: &str, submission: &Submission) -> String {
    let mark = if location.contains('?') { '&' } else { '?' };
    format!("{location}{mark}{RESULT}={}", submission.token())
}

/// A form that was sent, as the page after it has it.
#[derive(Clone, Debug)]
pub struct Answered {
    pub(super) submission: Submission,
    pub(super) sent: Sent,
    pub(super) text: ShownText,
}

/// Makes the tokens of a page's forms, by which each form is taken once.
#[derive(Debug, Clone)]
pub struct FormTokens {
    /// The session's key.
    pub key: FormKey,
    /// The request's randomness.
    pub seed: [u8; 32],
}

impl FormTokens {
    /// The hidden field of a form; another word for each form of a page.
    pub fn field(&self, form: &str) -> String {
        hidden_token(&self.key.issue(&self.seed, form))
    }
}

/// The hidden field that carries a form's token, which is made of letters, digits, `-` and `_`.
pub(crate) fn hidden_token(token: &str) -> String {
    format!("<input type=\"hidden\" name=\"{FIELD}\" value=\"{token}\">")
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

//! パスキーでログイン: one press instead of user id and password, also for the next person at the same terminal.

use crate::http::route::Call;
use crate::web::login::form::PasskeyLoginForm;
use crate::web::login::view::PasskeyPrompt;
use crate::web::login::{answer, refused, shown_on_form};
use axum::response::Response;
use onshi_core::account::login::LoggedIn as Entered;
use onshi_core::account::passkey_entry;
use onshi_core::entropy::fresh_seed;
use onshi_core::form::FormKey;
use onshi_core::{Error, RefusalCode, Subject, Tx};

/// The name of the query by which the log-in asks for a passkey at once: somebody pressed 「交代」.
pub(super) const SWITCH: &str = "switch";

/// What the log-in asks a device for; none where no terminal is known.
pub(super) fn prompt(call: &Call) -> Option<PasskeyPrompt> {
    let terminal = call.terminal.as_ref().ok()?;
    let now = call.request.now;
    Some(PasskeyPrompt {
        challenge: call.service.passkey_challenge(&call.centre, terminal, now),
        token: FormKey::of_terminal(&terminal.serial).issue(&fresh_seed(), "passkey"),
        at_once: call.query.get(SWITCH) == "1",
    })
}

/// Logs in.
pub async fn log_in(call: Call) -> Result<Response, Error> {
    let form: PasskeyLoginForm = call.form.read();
    match attempt(&call, form.credential).await {
        Ok(outcome) => answer(&call, "", outcome),
        Err(Error::Refused(refusal)) if shown_on_form(refusal.code) => {
            Ok(refused(&call, "", &refusal))
        }
        Err(error) => Err(error),
    }
}

async fn attempt(call: &Call, sent: String) -> Result<Entered, Error> {
    let terminal = call.terminal()?;
    let taken = call.centre.log_ins.take(&terminal.serial, call.request.now);
    if taken.is_err() {
        return call.service.refuse(RefusalCode::TooManyAttempts).await;
    }
    let names = call.centre.config.centre.names.clone();
    let through = call.through()?;
    let enter = move |tx: &mut Tx<'_>| passkey_entry::log_in(tx, &sent, &names, &through);
    call.service.change(Subject::NONE, enter).await
}

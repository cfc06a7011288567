//! What a handler may find out before the door: whether what was typed fits, and what a certificate is
//! worth. It is told the answer and never what the answer comes from.

use crate::http::presented::Presented;
use crate::http::service::ServiceHandle;
use crate::state::blocking::beside;
use crate::state::context::Context;
use onshi_core::account::UserId;
use onshi_core::account::login::PasswordVerdict;
use onshi_core::account::own_password::PasswordChange;
use onshi_core::authn::{BadCertificate, Terminal};
use onshi_core::entropy::fresh_seed;
use onshi_core::facility::FacilityCode;
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::{Error, Fault, Moment, RefusalCode};

impl ServiceHandle {
    /// Tests what somebody typed to log in, on a screen or by the API. Nothing about it, its time
    /// least of all, tells whether there is such an account.
    pub async fn test_credential(
        &self,
        context: &Context,
        (facility, user_id): (&FacilityCode, &UserId),
        password: &str,
        now: Moment,
    ) -> Result<PasswordVerdict, Error> {
        let (service, at, key) = (self.service.clone(), facility.clone(), user_id.clone());
        let credential = beside(context, "looking up a credential", move || {
            service.authn().credential(&at, &key, now)
        })
        .await?;
        if credential.is_locked() {
            return Ok(PasswordVerdict::NotTested);
        }
        let test = move |typed: &str, rules: &_, salt| credential.test(typed, rules, salt);
        context.test_secret(facility, password, test).await
    }

    /// Tests the secret number of the institution of whoever asks.
    pub async fn test_secret_number(
        &self,
        context: &Context,
        facility: &FacilityCode,
        digits: &str,
    ) -> Result<PasswordVerdict, Error> {
        let (service, actor) = (self.service.clone(), self.own_operation()?.actor);
        let kept = beside(context, "looking up the secret number", move || {
            service.authn().secret_number(&actor)
        })
        .await?
        .ok_or(RefusalCode::NotFound)?;
        let test = move |typed: &str, rules: &_, salt| kept.test(typed, rules, salt);
        context.test_secret(facility, digits, test).await
    }

    /// What is needed to choose the first password of the account that a one-time activation opens now, if it opens one.
    pub async fn activation(
        &self,
        context: &Context,
        facility: &FacilityCode,
        (user_id, code): (&UserId, &OneTimeCode),
        now: Moment,
    ) -> Result<Option<PasswordChange>, Error> {
        let (service, at) = (self.service.clone(), facility.clone());
        let (user_id, code) = (user_id.clone(), code.clone());
        let found = beside(context, "looking up an activation", move || {
            service.authn().activation(&at, (&user_id, &code), now)
        });
        Ok(found.await?)
    }

    /// What is needed to change the password of whoever asks.
    pub async fn password_change(&self, context: &Context) -> Result<PasswordChange, Error> {
        let (service, actor) = (self.service.clone(), self.own_operation()?.actor);
        let found = beside(context, "looking up a password", move || {
            service.authn().password_change(&actor)
        });
        Ok(found.await?.ok_or(RefusalCode::NotFound)?)
    }

    /// What a device is to sign to log in by a passkey alone at this terminal, for as long as the second step of a log-in
    /// may take.
    pub fn passkey_challenge(&self, context: &Context, terminal: &Terminal, now: Moment) -> String {
        let seconds = context.config.rules.second_factor.step_seconds;
        let seed = fresh_seed();
        let mut nonce = [0; 16];
        nonce.copy_from_slice(&seed[..16]);
        let until = now.plus_seconds(seconds);
        let authn = self.service.authn();
        authn.passkey_challenge(&terminal.serial, nonce, until)
    }

    /// What the certificate that a connection shows is worth.
    pub async fn judge(
        &self,
        context: &Context,
        presented: &Presented,
        now: Moment,
    ) -> Result<Result<Terminal, BadCertificate>, Fault> {
        let (service, presented) = (self.service.clone(), presented.clone());
        beside(context, "judging a certificate", move || {
            service.authn().terminal(&presented.certificate, now)
        })
        .await
    }
}

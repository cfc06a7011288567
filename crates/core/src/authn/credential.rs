//! What a password or a secret number is tested with. The hashes themselves are not given away.

use super::Authn;
pub use crate::account::Credential;
use crate::account::login::hidden;
use crate::account::own_password::PasswordChange;
use crate::account::password::{Tested, test};
use crate::account::{self, PasswordHash, UserId};
use crate::actor::{Actor, Role};
use crate::clock::Moment;
use crate::error::Fault;
use crate::facility::{self, FacilityCode};
use crate::one_time_code::OneTimeCode;
use crate::rules::PasswordRules;
use crate::second_factor;

/// What an institution's secret number (秘密の番号) is tested with.
pub struct SecretNumber(PasswordHash);

impl SecretNumber {
    /// Tests the twelve digits.
    pub fn test(&self, digits: &str, rules: &PasswordRules, salt: [u8; 16]) -> Tested {
        test(digits, Some(&self.0), &[], rules, salt)
    }
}

impl Authn<'_> {
    /// What is needed to test a password for this user id at this institution.
    pub fn credential(
        &self,
        facility: &FacilityCode,
        user_id: &UserId,
        now: Moment,
    ) -> Result<Credential, Fault> {
        let hidden = hidden(self.service.typed_ids(), facility, user_id);
        self.service.read_for_authn(|connection| {
            account::find_credential(connection, facility, (user_id, hidden), now)
        })
    }

    /// What is needed to choose the first password of the account that this one-time activation opens now; none where it opens none.
    pub fn activation(
        &self,
        facility: &FacilityCode,
        (user_id, code): (&UserId, &OneTimeCode),
        now: Moment,
    ) -> Result<Option<PasswordChange>, Fault> {
        let found = self.service.read_for_authn(|connection| {
            account::find_activation(connection, facility, user_id, now)
        })?;
        let key = self.service.one_time_codes();
        match found.filter(|(id, kept)| kept.is_of(key, id, code)) {
            Some((id, _)) => self.password_change_of(&id),
            None => Ok(None),
        }
    }

    /// What a device is to sign to log in by a passkey alone at the terminal of this certificate.
    pub fn passkey_challenge(
        &self,
        certificate_serial: &str,
        nonce: [u8; 16],
        until: Moment,
    ) -> String {
        let key = self.service.second_factors();
        second_factor::challenge_to_enter(key, certificate_serial, nonce, until)
    }

    /// What is needed to change the password of whoever asks.
    pub fn password_change(&self, of: &Actor) -> Result<Option<PasswordChange>, Fault> {
        match of.account_id() {
            Some(id) => self.password_change_of(id),
            None => Ok(None),
        }
    }

    fn password_change_of(&self, id: &str) -> Result<Option<PasswordChange>, Fault> {
        let history = self.rules().password.history;
        self.service.read_for_authn(|connection| {
            let Some(owner) = account::find_owner(connection, id)? else {
                return Ok(None);
            };
            let hashes = account::list_password_hashes(connection, id, history)?;
            let has_factor = second_factor::has_factor(connection, id)?;
            let known = (hashes, has_factor);
            Ok(Some(PasswordChange::of(id.to_owned(), owner, known)))
        })
    }

    /// What the secret number of an institution is tested with, for the account that needs it.
    pub fn secret_number(&self, of: &Actor) -> Result<Option<SecretNumber>, Fault> {
        let Some(facility) = of.facility().filter(|_| of.role() == Role::Reset) else {
            return Ok(None);
        };
        let kept = self
            .service
            .read_for_authn(|connection| facility::find_secret_number(connection, facility))?;
        Ok(kept.map(SecretNumber))
    }
}

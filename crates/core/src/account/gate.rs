//! What the gate may look at before anybody has asked for anything: who is at the door.
//!
//! These look-ups tell the asker nothing; they only decide as whom the asker is let in to the
//! door. They leave no audit entry, and nothing else in the program reads without one.

use super::login::hidden;
use super::password::Cost;
use super::session::{Session, token_hash};
use super::{PasswordHash, UserId, store};
use crate::certificate::{self, TerminalCertificate};
use crate::clock::Moment;
use crate::error::Fault;
use crate::facility::{self, Facility, FacilityCode};
use crate::form::{self, Sent, Submission};
use crate::insurer::{self, InsurerCertificate};
use crate::office::Office;
use crate::store::Value;

/// The gate's book.
pub struct Gate<'a> {
    office: &'a Office,
}

/// What is needed to test a password, without telling whether the account exists.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The hash to test; none when there is no such account.
    pub password: Option<PasswordHash>,
    /// Until when the user id is locked.
    pub locked_until: Option<Moment>,
    /// What the hashes cost that this institution's accounts have: each is paid for every id, so
    /// that time tells nothing of whose is which.
    pub costs: Vec<Cost>,
}

impl<'a> Gate<'a> {
    pub(crate) fn new(office: &'a Office) -> Gate<'a> {
        Gate { office }
    }

    /// The session of this cookie.
    pub fn session(&self, token: &str) -> Result<Option<Session>, Fault> {
        let hash = token_hash(token);
        self.office
            .at_the_gate(|connection| store::find_session(connection, &hash))
    }

    /// The session of a program's token.
    pub fn token(&self, token: &str) -> Result<Option<super::token::TokenSession>, Fault> {
        self.office
            .at_the_gate(|connection| super::token::find(connection, token))
    }

    /// The certificate with this serial number, with its institution.
    pub fn certificate(
        &self,
        serial: &str,
    ) -> Result<Option<(TerminalCertificate, Facility)>, Fault> {
        self.office.at_the_gate(|connection| {
            let Some(found) = certificate::store::find(connection, serial)? else {
                return Ok(None);
            };
            let facility = facility::store::find(connection, &found.facility)?;
            Ok(facility.map(|facility| (found, facility)))
        })
    }

    /// The insurer's certificate with this serial number.
    pub fn insurer(&self, serial: &str) -> Result<Option<InsurerCertificate>, Fault> {
        self.office
            .at_the_gate(|connection| insurer::store::find(connection, serial))
    }

    /// What is needed to test a password for this user id at this institution.
    pub fn credential(
        &self,
        facility: &FacilityCode,
        user_id: &UserId,
        now: Moment,
    ) -> Result<Credential, Fault> {
        let hidden = hidden(self.office.typed_ids(), facility, user_id);
        self.office.at_the_gate(|connection| {
            store::find_credential(connection, facility, (user_id, hidden), now)
        })
    }

    /// The current hash of an account's password, and those before it, newest first.
    pub fn password_hashes(
        &self,
        account_id: &str,
        history: i64,
    ) -> Result<Vec<PasswordHash>, Fault> {
        self.office
            .at_the_gate(|connection| store::list_password_hashes(connection, account_id, history))
    }

    /// The secret number of an institution, hashed.
    pub fn secret_number(&self, facility: &FacilityCode) -> Result<Option<PasswordHash>, Fault> {
        self.office
            .at_the_gate(|connection| facility::store::find_secret_number(connection, facility))
    }

    /// The user id, kind and names that a password must not contain.
    pub fn owner(&self, account_id: &str) -> Result<Option<super::password::Owner>, Fault> {
        self.office
            .at_the_gate(|connection| store::find_owner(connection, account_id))
    }

    /// What came of a form that was sent before; none when it was not.
    pub fn sent(&self, submission: &Submission, now: Moment) -> Result<Option<Sent>, Fault> {
        self.office
            .at_the_gate(|connection| form::look_up(connection, submission, now))
    }

    /// Keeps when a session was last seen. Nobody waits for it; losing the last minute of it in a
    /// crash ends a session a minute early, no more.
    pub fn seen(&self, session: &Session, now: Moment) {
        let hash = session.token_hash.clone();
        self.office.keep_gate_book(now, move |connection| {
            connection
                .execute(
                    "update web_session set last_seen_at = $2 \
                     where token_hash = $1 and last_seen_at < $2",
                    &[Value::Text(hash.clone()), now.into()],
                )
                .map(drop)
        });
    }
}

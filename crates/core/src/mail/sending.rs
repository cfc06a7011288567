//! How letters go out: whoever carries them takes some that are due, and says what became of each.

use super::{MailAddress, store};
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::keyed;
use crate::permission::Function;
use crate::service::{Request, Service, Tx};

/// How many letters are taken at a time.
const TAKEN_MAX: i64 = 20;

/// For how long a letter that was taken is nobody else's, in seconds: longer than a mail server is waited for.
const LEASE_SECONDS: i64 = 300;

/// The longest time between two tries, in seconds.
const RETRY_SECONDS_MAX: i64 = 6 * 3600;

/// A letter that is to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// By which it is known.
    pub id: String,
    /// To whom.
    pub to: MailAddress,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// When it was written: its `Date`.
    pub written_at: Moment,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The mail server took it.
    Done,
    /// It did not, and may take it later; what it said.
    Later(String),
    /// It will never take it; what it said.
    Never(String),
}

impl Service {
    /// Takes letters that are due; nothing is written where none is. What is not settled comes again.
    pub fn take_letters(&self, request: &Request) -> Result<Vec<Outgoing>, Error> {
        let now = request.now;
        if !self.read_for_authn(|connection| store::are_due(connection, now))? {
            return Ok(Vec::new());
        }
        self.change_as_the_centre(Function::SendMail, request, take)
    }

    /// Says what became of a letter.
    pub fn settle_letter(&self, request: &Request, id: &str, sent: Sent) -> Result<(), Error> {
        let id = id.to_owned();
        let settle = move |tx: &mut Tx<'_>| settle(tx, &id, &sent);
        self.change_as_the_centre(Function::SendMail, request, settle)
    }
}

fn take(tx: &mut Tx<'_>) -> Result<Vec<Outgoing>, Error> {
    let lease = tx.now().plus_seconds(LEASE_SECONDS);
    let mut taken = Vec::new();
    for waiting in store::list_due(tx, TAKEN_MAX)? {
        let text = keyed::open(tx.mail_key(), waiting.id.as_bytes(), &waiting.sealed);
        let Some(text) = text.and_then(|text| String::from_utf8(text).ok()) else {
            let why = "its text can't be read: the keys are not those with which it was written";
            store::give_up(tx, &waiting.id, why)?;
            continue;
        };
        store::postpone(tx, &waiting.id, lease, None)?;
        taken.push(Outgoing {
            id: waiting.id,
            to: waiting.to,
            subject: waiting.subject,
            text,
            written_at: waiting.written_at,
        });
    }
    tx.set_detail(Detail::MailTaken {
        count: taken.len() as i64,
    });
    Ok(taken)
}

fn settle(tx: &mut Tx<'_>, id: &str, sent: &Sent) -> Result<(), Error> {
    let Some((facility, tries)) = store::find(tx, id)? else {
        return Err(Fault::at("settling a letter", "there is none of this id").into());
    };
    if let Some(facility) = &facility {
        tx.set_facility(facility);
    }
    match sent {
        Sent::Done => {
            store::mark_sent(tx, id)?;
            tx.set_detail(Detail::MailSent {});
        }
        Sent::Later(why) if tries < tx.rules().mail.tries_max => {
            let wait = wait_seconds(tx.rules().mail.retry_seconds, tries);
            let next = tx.now().plus_seconds(wait);
            store::postpone(tx, id, next, Some(why))?;
            tx.set_detail(Detail::MailPostponed { tries });
        }
        Sent::Later(why) | Sent::Never(why) => {
            store::give_up(tx, id, why)?;
            tx.set_detail(Detail::MailGivenUp { tries });
        }
    }
    Ok(())
}

/// How long the next try is waited for, after so many: twice as long each time.
fn wait_seconds(first: i64, tries: i64) -> i64 {
    let doubled = u32::try_from(tries - 1).unwrap_or_default().min(30);
    first.saturating_mul(1 << doubled).min(RETRY_SECONDS_MAX)
}

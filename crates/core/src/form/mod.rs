//! Forms of the screens: each is taken once, and what came of it can be shown again.
//!
//! A page carries a token in each form. It is made of randomness and a seal with a key that comes
//! from the session's own cookie, so that any node takes it and nothing is kept until it is used.
//! Its use is written down in the transaction of what the form does: a second press, a reload or
//! another node finds it there, and nothing is done twice. The answer is told by the page after
//! the form, so that reloading that page, or going back to it, only shows it again. What it shows
//! lies in the database, encrypted with a key from the same cookie, which the database never sees.

pub(crate) mod retention;
mod store;
#[cfg(test)]
mod tests;

use crate::clock::Moment;
use crate::entropy::hex;
use crate::error::{Error, Fault, RefusalCode};
use crate::keyed::mac;
use crate::service::Tx;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use subtle::ConstantTimeEq;

/// The name of the hidden field that carries the token.
pub const FIELD: &str = "form_token";

const RANDOM_BYTES: usize = 16;
const SEAL_BYTES: usize = 16;
/// How long the use of a token is remembered that belongs to a terminal and to no session.
const TERMINAL_SECONDS: i64 = 7 * 86_400;

/// Makes and knows the tokens of one session, or of one terminal before a log-in.
#[derive(Clone)]
pub struct FormKey {
    owner: String,
    secret: [u8; 32],
    of_session: bool,
}

impl std::fmt::Debug for FormKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormKey(***)")
    }
}

/// A form that was sent: its token, and whose it is.
#[derive(Clone, Debug)]
pub struct Submission {
    key: FormKey,
    token: String,
}

/// What the page after a form shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Where that page is.
    pub location: String,
    /// What it shows, in the screens' own words; empty when it needs nothing.
    pub text: String,
    /// What it shows once and never again: a new password.
    pub secret: Option<String>,
}

/// A form that was taken before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub at: Moment,
    /// Where its answer is, unless it was answered at once.
    pub location: Option<String>,
    /// What the page shows, while it may be shown again.
    pub text: Option<String>,
    /// Whether something waits to be shown once.
    pub secret_waits: bool,
}

impl FormKey {
    /// The key of the session that this cookie opens.
    pub fn of_session(cookie: &str) -> FormKey {
        FormKey {
            owner: crate::account::session::token_hash(cookie),
            secret: mac(cookie.as_bytes(), &[b"form tokens"]),
            of_session: true,
        }
    }

    /// The key of a terminal where nobody is logged in. It holds no secret: nothing that is worth
    /// keeping to oneself comes of such a form, and where it was sent from is looked at besides.
    pub fn of_terminal(serial: &str) -> FormKey {
        FormKey {
            owner: format!("terminal {serial}"),
            secret: mac(b"nobody", &[b"form tokens of terminals"]),
            of_session: false,
        }
    }

    /// The token of one form of a page; `seed` is the request's, `label` tells forms of one page
    /// apart.
    pub fn issue(&self, seed: &[u8; 32], label: &str) -> String {
        let random = mac(seed, &[b"form token", label.as_bytes()]);
        let random = &random[..RANDOM_BYTES];
        let seal = mac(&self.secret, &[random]);
        let bytes = [random, &seal[..SEAL_BYTES]].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The form that was sent with this token, when the token is one of ours.
    pub fn accept(&self, token: &str) -> Option<Submission> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (random, seal) = bytes.split_at_checked(RANDOM_BYTES)?;
        let expected = mac(&self.secret, &[random]);
        let ours: bool = expected[..SEAL_BYTES].ct_eq(seal).into();
        ours.then(|| Submission {
            key: self.clone(),
            token: token.to_owned(),
        })
    }
}

impl Submission {
    /// The token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The cipher for one text of this one form. The key is used for that text alone, so its nonce
    /// need not differ.
    fn cipher(&self, of: Sealed) -> Result<LessSafeKey, Fault> {
        let label: &[u8] = match of {
            Sealed::Text => b"what is shown",
            Sealed::Secret => b"what is shown once",
        };
        let key = mac(&self.key.secret, &[label, self.token.as_bytes()]);
        UnboundKey::new(&CHACHA20_POLY1305, &key)
            .map(LessSafeKey::new)
            .map_err(|e| Fault::at("making a key for what a form shows", e))
    }

    fn seal(&self, of: Sealed, text: &str) -> Result<Vec<u8>, Fault> {
        let mut bytes = text.as_bytes().to_vec();
        self.cipher(of)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key([0; NONCE_LEN]),
                Aad::from(self.key.owner.as_bytes()),
                &mut bytes,
            )
            .map_err(|e| Fault::at("sealing what a form shows", e))?;
        Ok(bytes)
    }

    /// None when somebody else's hand was in the database: then there is nothing to show.
    fn open(&self, of: Sealed, mut sealed: Vec<u8>) -> Option<String> {
        let aad = Aad::from(self.key.owner.as_bytes());
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let text = self
            .cipher(of)
            .ok()?
            .open_in_place(nonce, aad, &mut sealed)
            .ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[derive(Clone, Copy)]
enum Sealed {
    Text,
    Secret,
}

/// Takes a form, once: the first thing in the transaction of what it does.
pub fn spend(tx: &mut Tx<'_>, submission: &Submission) -> Result<(), Error> {
    let now = tx.now();
    let seconds = if submission.key.of_session {
        tx.rules().session.absolute_seconds
    } else {
        TERMINAL_SECONDS
    };
    let kept_until = now.plus_seconds(seconds);
    if store::insert(tx, submission, kept_until)? == 0 {
        return Err(RefusalCode::FormAlreadySent.into());
    }
    Ok(())
}

/// Keeps what the page after the form shows, in the transaction of what was done.
pub fn keep(tx: &mut Tx<'_>, submission: &Submission, shown: &Shown) -> Result<(), Error> {
    let now = tx.now();
    let until = |seconds| now.plus_seconds(seconds);
    let rules = &tx.rules().session;
    let (text_until, secret_until) = (
        until(rules.shown_again_seconds),
        until(rules.password_shown_seconds),
    );
    let text = match shown.text.as_str() {
        "" => None,
        text => Some((submission.seal(Sealed::Text, text)?, text_until)),
    };
    let secret = match &shown.secret {
        None => None,
        Some(secret) => Some((submission.seal(Sealed::Secret, secret)?, secret_until)),
    };
    store::keep(tx, submission, &shown.location, text, secret)?;
    Ok(())
}

/// Gives what is shown once, and takes it away in the same transaction; none when it was shown
/// before or waited too long. Whoever shows it says what it was.
pub fn show_once(tx: &mut Tx<'_>, submission: &Submission) -> Result<Option<String>, Error> {
    let now = tx.now();
    let sealed = store::take_secret(tx, submission, now)?;
    Ok(sealed.and_then(|sealed| submission.open(Sealed::Secret, sealed)))
}

/// Looks a form up that was sent before. What is shown once is not told here.
pub(crate) fn look_up(
    connection: &mut crate::store::Connection,
    submission: &Submission,
    now: Moment,
) -> Result<Option<Sent>, Fault> {
    let found = store::find(connection, submission)?;
    Ok(found.map(|found| {
        let shown = found.text.filter(|(_, until)| now <= *until);
        Sent {
            at: found.at,
            location: found.location,
            text: shown.and_then(|(sealed, _)| submission.open(Sealed::Text, sealed)),
            secret_waits: found.secret_until.is_some_and(|until| now <= until),
        }
    }))
}

/// A fresh token for tests and tools that send forms without a page.
pub fn fresh_token(key: &FormKey) -> String {
    let seed = crate::entropy::fresh_seed();
    key.issue(&seed, &hex(&seed[..4]))
}

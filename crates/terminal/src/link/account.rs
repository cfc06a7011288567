//! The 連携アプリ用アカウント: its log-in, and the tokens that come of it.
//!
//! A password that was refused is not tried again before its file changes, an hour passes or the
//! program starts anew: whoever mistypes it must not be locked out by a program. Every other no
//! (locked, stopped, the certificate) is asked about again each minute, since somebody else mends
//! it and it costs no attempt.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header;
use onshi_client::{Answer, Tokens, paths, token};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::centre_client::{self, Away, CentreClient, Refusal, Trouble};
use super::guarded::Stamp;
use super::status::LinkStatus;

const SAME_PASSWORD_AGAIN: Duration = Duration::from_secs(3600);
const AGAIN: Duration = Duration::from_secs(60);

/// The code of a password that does not fit.
const WRONG: &str = "login.wrong";

/// Passwords are some dozens of characters.
const SECRET_BYTES_MAX: u64 = 4096;

#[derive(Debug)]
pub(crate) struct Account {
    user_id: String,
    password_file: PathBuf,
    status: Arc<LinkStatus>,
    state: Mutex<State>,
}

enum State {
    Out,
    In(Held),
    Refused {
        refusal: Refusal,
        /// The password's file as it was when it was refused.
        tried: Option<Stamp>,
        again: Instant,
    },
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Out => "Out",
            Self::In(_) => "In(***)",
            Self::Refused { .. } => "Refused",
        })
    }
}

struct Held {
    tokens: Tokens,
    renew_at: Instant,
    ends_at: Instant,
}

impl Account {
    pub(crate) fn new(user_id: String, password_file: PathBuf, status: Arc<LinkStatus>) -> Self {
        Self {
            user_id,
            password_file,
            status,
            state: Mutex::new(State::Out),
        }
    }

    /// The token to send, after a log-in if that is needed and allowed. Who comes meanwhile waits
    /// here, so that there is one log-in for all.
    pub(crate) async fn token(&self, centre_client: &CentreClient) -> Result<String, Trouble> {
        let mut state = self.state.lock().await;
        match &*state {
            State::In(held) if Instant::now() < held.renew_at => {
                return Ok(held.tokens.id.clone());
            }
            State::In(held) => match self.refresh(centre_client, &held.tokens).await {
                Ok(fresh) => {
                    let id = fresh.tokens.id.clone();
                    *state = State::In(fresh);
                    return Ok(id);
                }
                Err(Trouble::Away(_)) if Instant::now() < held.ends_at => {
                    return Ok(held.tokens.id.clone());
                }
                Err(Trouble::Away(away)) => return Err(Trouble::Away(away)),
                // The family of tokens ended; the password may still be right.
                Err(Trouble::Refused(_)) => {}
            },
            State::Refused {
                refusal,
                tried,
                again,
            } => {
                let file = stamp(&self.password_file);
                if Instant::now() < *again && file == *tried {
                    return Err(Trouble::Refused(refusal.clone()));
                }
            }
            State::Out => {}
        }
        self.log_in(centre_client, &mut state).await
    }

    /// Forgets a token that the centre did not take, unless there is a newer one already.
    pub(crate) async fn forget(&self, token: &str) {
        let mut state = self.state.lock().await;
        if matches!(&*state, State::In(held) if held.tokens.id == token) {
            *state = State::Out;
        }
    }

    async fn log_in(
        &self,
        centre_client: &CentreClient,
        state: &mut State,
    ) -> Result<String, Trouble> {
        let tried = stamp(&self.password_file);
        let (file, place) = (self.password_file.clone(), self.password_file.display());
        let read = tokio::task::spawn_blocking(move || secret(&file)).await;
        let outcome = match read.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(password) => {
                let body = token::log_in(&self.user_id, &password);
                self.ask(centre_client, paths::LOG_IN, body).await
            }
            Err(error) => {
                tracing::error!(%error, "the password's file can't be read");
                Err(Trouble::Refused(Refusal {
                    code: "password.file".to_owned(),
                    what: format!("パスワードのファイル {place} を読み取れません。"),
                    remedy: "ファイルがあるか、読み取る権限があるかを確かめてください。".to_owned(),
                }))
            }
        };
        match outcome {
            Ok(held) => {
                tracing::info!("logged in");
                let id = held.tokens.id.clone();
                *state = State::In(held);
                self.status.account(Ok(()));
                Ok(id)
            }
            Err(Trouble::Refused(refusal)) => {
                tracing::error!(code = refusal.code, "the log-in was refused");
                let wait = if refusal.code == WRONG {
                    SAME_PASSWORD_AGAIN
                } else {
                    AGAIN
                };
                *state = State::Refused {
                    refusal: refusal.clone(),
                    tried,
                    again: Instant::now() + wait,
                };
                self.status.account(Err(refusal.clone()));
                Err(Trouble::Refused(refusal))
            }
            Err(away) => {
                *state = State::Out;
                Err(away)
            }
        }
    }

    async fn refresh(
        &self,
        centre_client: &CentreClient,
        tokens: &Tokens,
    ) -> Result<Held, Trouble> {
        self.ask(centre_client, paths::REFRESH, token::renewal(tokens))
            .await
    }

    async fn ask(
        &self,
        centre_client: &CentreClient,
        path: &str,
        body: Bytes,
    ) -> Result<Held, Trouble> {
        let headers = [
            (header::CONTENT_TYPE, token::JSON),
            (header::ACCEPT, "application/json"),
        ];
        let asked = Instant::now();
        let reply = centre_client.post(path, &headers, body).await?;
        if let Some(away) = centre_client::away(&reply) {
            return Err(Trouble::Away(away));
        }
        if !matches!(reply.status, 200..300) {
            return Err(Trouble::Refused(Refusal::of(&centre_client::problem(
                &reply,
            ))));
        }
        granted(&reply, asked)
    }
}

/// Renewed when a fifth of the time is left. Counted from before asking: the centre counted from
/// later.
fn granted(reply: &Answer, asked: Instant) -> Result<Held, Trouble> {
    let tokens = Tokens::read(&reply.body).ok_or_else(|| {
        Trouble::Away(Away {
            what: "センターのログインの応答を読み取れませんでした。".to_owned(),
            remedy: "この端末のソフトウェアが最新か確かめてください。".to_owned(),
            for_all: true,
            again_after: None,
        })
    })?;
    Ok(Held {
        renew_at: asked + tokens.lasts.mul_f32(0.8),
        ends_at: asked + tokens.lasts,
        tokens,
    })
}

fn stamp(path: &Path) -> Option<Stamp> {
    // A link to a file is followed: secrets are often mounted so.
    let path = std::fs::canonicalize(path).ok()?;
    Stamp::of(&path).ok().flatten()
}

/// Reads a password: one line. Blocks.
pub(super) fn secret(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    file.take(SECRET_BYTES_MAX + 1).read_to_string(&mut text)?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > SECRET_BYTES_MAX {
        return Err(io::Error::other("too long for a password"));
    }
    let line = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(io::Error::other("the file is empty"));
    }
    Ok(line.to_owned())
}

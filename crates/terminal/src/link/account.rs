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
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::board::Board;
use super::guarded::Stamp;
use super::way::{Away, Refusal, Reply, Trouble, Way};

const LOG_IN: &str = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";
const REFRESH: &str = "/oqs-api-pro/MSA12020/ILI12020SV01/refresh";

const SAME_PASSWORD_AGAIN: Duration = Duration::from_secs(3600);
const AGAIN: Duration = Duration::from_secs(60);

/// The code of a password that does not fit.
const WRONG: &str = "login.wrong";

/// Passwords are some dozens of characters.
const SECRET_BYTES_MAX: u64 = 4096;

#[derive(Debug)]
pub(super) struct Account {
    user_id: String,
    password_file: PathBuf,
    board: Arc<Board>,
    state: Mutex<State>,
}

enum State {
    Out,
    In(Tokens),
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

struct Tokens {
    id: String,
    refresh: String,
    renew_at: Instant,
    ends_at: Instant,
}

#[derive(Deserialize)]
struct Granted {
    result: GrantedTokens,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GrantedTokens {
    id_token: String,
    #[serde(default)]
    refresh_token: String,
    /// Not among the real system's public fields; ten minutes where it is absent.
    #[serde(default = "ten_minutes")]
    expires_in: u64,
}

fn ten_minutes() -> u64 {
    600
}

impl Account {
    pub(super) fn new(user_id: String, password_file: PathBuf, board: Arc<Board>) -> Self {
        Self {
            user_id,
            password_file,
            board,
            state: Mutex::new(State::Out),
        }
    }

    /// The token to send, after a log-in if that is needed and allowed. Who comes meanwhile waits
    /// here, so that there is one log-in for all.
    pub(super) async fn token(&self, way: &Way) -> Result<String, Trouble> {
        let mut state = self.state.lock().await;
        match &*state {
            State::In(tokens) if Instant::now() < tokens.renew_at => {
                return Ok(tokens.id.clone());
            }
            State::In(tokens) => match self.refresh(way, tokens).await {
                Ok(fresh) => {
                    let id = fresh.id.clone();
                    *state = State::In(fresh);
                    return Ok(id);
                }
                Err(Trouble::Away(_)) if Instant::now() < tokens.ends_at => {
                    return Ok(tokens.id.clone());
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
        self.log_in(way, &mut state).await
    }

    /// Forgets a token that the centre did not take, unless there is a newer one already.
    pub(super) async fn forget(&self, token: &str) {
        let mut state = self.state.lock().await;
        if matches!(&*state, State::In(tokens) if tokens.id == token) {
            *state = State::Out;
        }
    }

    async fn log_in(&self, way: &Way, state: &mut State) -> Result<String, Trouble> {
        let tried = stamp(&self.password_file);
        let (file, place) = (self.password_file.clone(), self.password_file.display());
        let read = tokio::task::spawn_blocking(move || secret(&file)).await;
        let outcome = match read.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(password) => {
                let body = json!({"userId": self.user_id, "password": password});
                self.ask(way, LOG_IN, body).await
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
            Ok(tokens) => {
                tracing::info!("logged in");
                let id = tokens.id.clone();
                *state = State::In(tokens);
                self.board.account(Ok(()));
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
                self.board.account(Err(refusal.clone()));
                Err(Trouble::Refused(refusal))
            }
            Err(away) => {
                *state = State::Out;
                Err(away)
            }
        }
    }

    async fn refresh(&self, way: &Way, tokens: &Tokens) -> Result<Tokens, Trouble> {
        let body = json!({"refreshToken": tokens.refresh});
        self.ask(way, REFRESH, body).await
    }

    async fn ask(&self, way: &Way, path: &str, body: serde_json::Value) -> Result<Tokens, Trouble> {
        let headers = [
            (header::CONTENT_TYPE, "application/json;charset=UTF-8"),
            (header::ACCEPT, "application/json"),
        ];
        let asked = Instant::now();
        let reply = way
            .post(path, &headers, Bytes::from(body.to_string()))
            .await?;
        if let Some(away) = reply.away() {
            return Err(Trouble::Away(away));
        }
        if !reply.status.is_success() {
            return Err(Trouble::Refused(reply.problem().refusal()));
        }
        granted(&reply, asked)
    }
}

/// Renewed when a fifth of the time is left. Counted from before asking: the centre counted from
/// later.
fn granted(reply: &Reply, asked: Instant) -> Result<Tokens, Trouble> {
    let granted: Granted = serde_json::from_slice(&reply.body).map_err(|_| {
        Trouble::Away(Away {
            what: "センターのログインの応答を読み取れませんでした。".to_owned(),
            remedy: "この端末のソフトウェアが最新か確かめてください。".to_owned(),
            for_all: true,
            again_after: None,
        })
    })?;
    let lasts = Duration::from_secs(granted.result.expires_in);
    Ok(Tokens {
        id: granted.result.id_token,
        refresh: granted.result.refresh_token,
        renew_at: asked + lasts.mul_f32(0.8),
        ends_at: asked + lasts,
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

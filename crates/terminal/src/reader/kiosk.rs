//! The kiosk's page (受付の画面) and the demo's tray beside it, on loopback.
//!
//! What comes in may be a PIN or a picture of a face: it is read into memory that is cleared, and
//! no line of a log has more than a path.

#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::{Method, Request, StatusCode, header};
use onshi_connections::ArrivingBody;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use super::driver::Handle;
use super::face::{HIGH, Picture, WIDE};
use super::machine::{Prescription, Shown, Touch};
use super::secret::Secret;
use super::tray::{Put, Tray};
use crate::gateway::guard;
use crate::gateway::pages::{self, Reply};
use crate::loopback;

const HTML: &str = include_str!("../../../../assets/kiosk/kiosk.html");
const STYLE: &str = include_str!("../../../../assets/kiosk/kiosk.css");
const SCRIPT: &str = include_str!("../../../../assets/kiosk/kiosk.js");
/// The words in each language.
pub(super) const TEXTS: &str = include_str!("../../../../assets/kiosk/texts.json");

const JSON: &str = "application/json";
/// One screen, and a browser that opens a few connections for it.
const CONNECTIONS_MAX: usize = 32;
/// For how long a page waits for the next screen.
const PATIENCE: Duration = Duration::from_secs(20);
/// A touch is a few dozen bytes, a picture what its pixels are.
const BODY_BYTES_MAX: usize = WIDE * HIGH + 1024;
/// How often, and how many times, somebody who stands before the virtual camera is seen.
const STANDING: (Duration, u32) = (Duration::from_millis(100), 40);

/// The kiosk, with its address.
#[derive(Debug)]
pub struct Kiosk {
    listener: TcpListener,
    address: SocketAddr,
    desk: Arc<Desk>,
}

#[derive(Debug)]
struct Desk {
    port: u16,
    handle: Handle,
    tray: Option<Tray>,
}

impl Kiosk {
    /// Takes an address of loopback.
    pub async fn bind(
        address: SocketAddr,
        handle: Handle,
        tray: Option<Tray>,
    ) -> io::Result<Kiosk> {
        let listener = onshi_connections::bind(address).await?;
        let address = listener.local_addr()?;
        let desk = Desk {
            port: address.port(),
            handle,
            tray,
        };
        Ok(Kiosk {
            listener,
            address,
            desk: Arc::new(desk),
        })
    }

    /// The way to the reader.
    pub fn handle(&self) -> Handle {
        self.desk.handle.clone()
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until it is told to stop.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        tracing::info!(address = %self.address, "the kiosk is open");
        // A page may wait for the next screen: it is not waited for.
        let most = (CONNECTIONS_MAX, Duration::from_secs(1));
        loopback::serve(self.desk, self.listener, most, shutdown).await;
    }
}

/// A touch, as the page sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent<'a> {
    number: u64,
    touch: &'a str,
    /// Borrowed: there is no other copy of a PIN than the body, which is cleared.
    #[serde(default)]
    value: Option<&'a str>,
}

/// A card of the tray.
#[derive(Deserialize)]
struct Named {
    name: String,
}

impl loopback::Pages for Desk {
    async fn answer(&self, request: Request<ArrivingBody>) -> Reply {
        if let Err(refusal) = guard::check(&request, self.port) {
            tracing::warn!(?refusal, "refused");
            return plain(StatusCode::FORBIDDEN, "このアドレスでは表示できません。");
        }
        let path = request.uri().path().to_owned();
        if pages::reads(request.method()) {
            return self
                .read(&path, request.uri().query().unwrap_or_default())
                .await;
        }
        if *request.method() != Method::POST {
            return plain(StatusCode::METHOD_NOT_ALLOWED, "この操作はできません。");
        }
        let body = match loopback::whole(request, BODY_BYTES_MAX).await {
            Some(body) => body,
            None => return plain(StatusCode::BAD_REQUEST, "受け取れませんでした。"),
        };
        match path.as_str() {
            "/kiosk/touch" => self.touch(&body).await,
            "/kiosk/frame" => self.frame(body),
            "/kiosk/no-camera" => {
                self.handle.no_camera().await;
                done()
            }
            _ => self.tray(&path, &body),
        }
    }
}

impl Desk {
    async fn read(&self, path: &str, query: &str) -> Reply {
        match path {
            "/" => pages::own(StatusCode::OK, "text/html; charset=utf-8", HTML),
            "/kiosk/assets/kiosk.css" => {
                pages::own(StatusCode::OK, "text/css; charset=utf-8", STYLE)
            }
            "/kiosk/assets/kiosk.js" => {
                pages::own(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT)
            }
            "/kiosk/assets/texts.json" => pages::own(StatusCode::OK, JSON, TEXTS),
            "/kiosk/assets/tokens.css" => found("tokens.css"),
            "/kiosk/assets/icon.svg" => found("icon.svg"),
            "/kiosk/shown" => self.shown(query).await,
            "/tray/cards" => {
                let cards = self.tray.as_ref().map(Tray::list);
                json_reply(&json!({"cards": cards.unwrap_or_default()}))
            }
            _ => match path.strip_prefix("/tray/photos/") {
                Some(place) => self.photo(place),
                None => nothing(),
            },
        }
    }

    fn photo(&self, place: &str) -> Reply {
        let tray = self.tray.as_ref().zip(place.parse().ok());
        match tray.and_then(|(tray, place)| tray.photo(place)) {
            Some(photo) => pages::own(StatusCode::OK, "image/bmp", photo),
            None => nothing(),
        }
    }

    /// The present screen, or the next one where the page has it already.
    async fn shown(&self, query: &str) -> Reply {
        let known = query.strip_prefix("after=").unwrap_or_default();
        let mut shown = self.handle.shown.clone();
        let next = shown.wait_for(|shown| mark(shown) != known);
        // What waited in vain is told the same again.
        let told = match tokio::time::timeout(PATIENCE, next).await {
            Ok(Ok(shown)) => Some(shown.clone()),
            Ok(Err(_)) => return plain(StatusCode::SERVICE_UNAVAILABLE, "終了しました。"),
            Err(_) => None,
        };
        let told = told.unwrap_or_else(|| self.handle.shown.borrow().clone());
        json_reply(&told)
    }

    async fn touch(&self, body: &[u8]) -> Reply {
        let Some((number, touch)) = read_touch(body) else {
            return plain(StatusCode::BAD_REQUEST, "この操作は分かりません。");
        };
        self.handle.touch(number, touch).await;
        done()
    }

    fn frame(&self, body: Zeroizing<Vec<u8>>) -> Reply {
        match Picture::new(WIDE, HIGH, body) {
            Some(picture) => {
                self.handle.frame(picture);
                done()
            }
            None => plain(StatusCode::BAD_REQUEST, "画像の大きさが違います。"),
        }
    }

    fn tray(&self, path: &str, body: &[u8]) -> Reply {
        let Some(tray) = &self.tray else {
            return nothing();
        };
        let Ok(Named { name }) = serde_json::from_slice(body) else {
            return plain(StatusCode::BAD_REQUEST, "カードの名前を送信してください。");
        };
        match path {
            "/tray/put" => match tray.put(&name) {
                Put::Done => done(),
                Put::None => nothing(),
                Put::Elsewhere => plain(
                    StatusCode::CONFLICT,
                    "このカードは別のリーダーに入っています。取り出してから置いてください。",
                ),
            },
            "/tray/take" => {
                tray.take();
                done()
            }
            "/tray/stand" => match tray.person(&name) {
                Some(person) => {
                    let handle = self.handle.clone();
                    tokio::spawn(stand(handle, person));
                    done()
                }
                None => nothing(),
            },
            _ => nothing(),
        }
    }
}

/// Somebody stands before the camera for a while.
async fn stand(handle: Handle, person: Picture) {
    let (every, times) = STANDING;
    for _ in 0..times {
        handle.frame(person.clone());
        tokio::time::sleep(every).await;
    }
}

/// What tells one state of the page from another.
fn mark(shown: &Shown) -> String {
    let (visual, alarm) = (u8::from(shown.visual), u8::from(shown.alarm));
    format!("{}-{visual}{alarm}", shown.number)
}

fn read_touch(body: &[u8]) -> Option<(u64, Touch)> {
    use super::machine::Method as Way;
    let Sent {
        number,
        touch,
        value,
    } = serde_json::from_slice(body).ok()?;
    let secret = || {
        let value = value?;
        Some(Secret::new(value.as_bytes().to_vec()))
    };
    let touch = match touch {
        "method" => Touch::Method(match value? {
            "face" => Way::Face,
            "pin" => Way::Pin,
            "visual" => Way::Visual,
            "phone" => Way::Phone,
            _ => return None,
        }),
        "pin" => Touch::Pin(secret()?),
        "printed" => Touch::Printed(secret()?),
        "passcode" => Touch::Passcode(secret()?),
        "is_the_person" => Touch::IsThePerson,
        "is_not_the_person" => Touch::IsNotThePerson,
        "register" => Touch::Register,
        "agree_to_all" => Touch::AgreeToAll,
        "agree_to_none" => Touch::AgreeToNone,
        "apart" => Touch::Apart,
        "agree" => Touch::Agree,
        "disagree" => Touch::Disagree,
        "prescription" => Touch::Prescription(match value? {
            "1" => Prescription::Electronic,
            "2" => Prescription::Paper,
            _ => return None,
        }),
        "back" => Touch::Back,
        "again" => Touch::Again,
        "end" => Touch::End,
        _ => return None,
    };
    Some((number, touch))
}

fn found(name: &str) -> Reply {
    pages::asset(name).unwrap_or_else(nothing)
}

fn nothing() -> Reply {
    plain(StatusCode::NOT_FOUND, "ページが見つかりません。")
}

fn done() -> Reply {
    plain(StatusCode::NO_CONTENT, "")
}

fn plain(status: StatusCode, text: &'static str) -> Reply {
    pages::own(status, "text/plain; charset=utf-8", text)
}

fn json_reply(value: &impl serde::Serialize) -> Reply {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let mut reply = pages::own(StatusCode::OK, JSON, body);
            reply.headers_mut().remove(header::ETAG);
            reply
        }
        Err(error) => {
            tracing::error!(%error, "a screen can't be told");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "")
        }
    }
}

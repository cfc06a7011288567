//! The reader's way to the centre: the 顔認証用 account through the terminal's certificate, and every
//! body signed with the reader's own key. Nothing of face, PIN or 照合番号 is in what is sent.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::RwLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::header::{self, HeaderName};
use onshi_client::{Answer, reader, token};
use serde_json::{Map, Value, json};

use super::certificate::OwnFiles;
use super::machine::{
    Method, Outcome, Person, Prescription, Question, Refused, Reply, Rules, Trouble,
};
use crate::gateway::state;
use crate::link::{Account, CentreClient};

const STATUS: &str = "/onshi/v1/reader/status";
const CHALLENGES: &str = "/onshi/v1/reader/challenges";
const CARDS: &str = "/onshi/v1/reader/cards";
const REGISTRATIONS: &str = "/onshi/v1/reader/registrations";
const TROUBLES: &str = "/onshi/v1/reader/troubles";

/// How often the same is sent to a centre that does not answer, before the patient is told.
const TRIES: u32 = 3;
/// What the card signs begins with this line: a centre that was taken over gets nothing else signed.
const TO_SIGN: &[u8] = b"ONSHI-CARD-1\n";
/// How long until it is asked again what holds here, where the centre did not say.
const AGAIN: Duration = Duration::from_secs(30);
/// How long until the centre is told that new settings were picked up.
const PICKED_UP: Duration = Duration::from_secs(1);

/// A reader's client of the centre.
#[derive(Debug)]
pub(super) struct ReaderClient {
    pub(super) centre: CentreClient,
    pub(super) account: Account,
    /// By what the reader signs; while it is exchanged nothing is signed.
    pub(super) signs: RwLock<Signs>,
    /// The files of the reader's certificate, where it is renewed here.
    pub(super) own: Option<OwnFiles>,
    /// 医療機関コード.
    pub(super) facility: String,
    /// A name for each request, drawn at random.
    pub(super) draw: fn() -> String,
    pub(super) now: fn() -> i64,
    /// The version of the institution's settings by which the reader works; empty before the first.
    pub(super) settings: Mutex<String>,
}

/// By what a reader signs.
#[derive(Debug)]
pub(super) struct Signs {
    /// The serial number of its certificate.
    pub(super) serial: String,
    /// Its key (PEM).
    pub(super) key: PathBuf,
}

/// Why there is no answer to read.
pub(super) enum No {
    Refused(Refused),
    Away,
}

impl ReaderClient {
    fn body(&self, id: &str, more: Value) -> Bytes {
        let mut body = Map::new();
        body.insert("requestId".to_owned(), json!(id));
        body.insert("madeAt".to_owned(), json!(state::fourteen((self.now)())));
        let facility = json!(self.facility);
        body.insert("medicalInstitutionCode".to_owned(), facility);
        if let Value::Object(more) = more {
            body.extend(more);
        }
        Bytes::from(Value::Object(body).to_string())
    }

    /// Sends something, and the same again where the centre does not answer: under the same name it
    /// is done once.
    pub(super) async fn post(&self, path: &str, id: &str, more: Value) -> Result<Value, No> {
        let body = self.body(id, more);
        let signs = self.signs.read().await;
        let key = tokio::fs::read_to_string(&signs.key).await;
        let key = zeroize::Zeroizing::new(key.map_err(|error| {
            tracing::error!(%error, "the reader's key can't be read");
            No::Refused(Refused {
                code: "reader.key".to_owned(),
                what: "カードリーダーの鍵を読み取れません。".to_owned(),
                remedy: "職員にお知らせください。".to_owned(),
            })
        })?);
        let Some(signature) = reader::sign(&key, &body) else {
            return Err(No::Refused(Refused {
                code: "reader.key".to_owned(),
                what: "カードリーダーの鍵を使えません。".to_owned(),
                remedy: "職員にお知らせください。".to_owned(),
            }));
        };
        let serial = signs.serial.clone();
        drop(signs);
        let signed = (serial.as_str(), signature.as_str());
        for again in 0..TRIES {
            if again > 0 {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            match self.send(path, signed, body.clone()).await {
                Ok(value) => return Ok(value),
                Err(No::Refused(refused)) => return Err(No::Refused(refused)),
                Err(No::Away) => {}
            }
        }
        Err(No::Away)
    }

    async fn send(
        &self,
        path: &str,
        (serial, signature): (&str, &str),
        body: Bytes,
    ) -> Result<Value, No> {
        let account = self.account.token(&self.centre).await;
        let token = account.map_err(|trouble| match trouble.refusal() {
            Some((code, what, remedy)) => No::Refused(Refused { code, what, remedy }),
            None => No::Away,
        })?;
        let headers = [
            (header::CONTENT_TYPE, token::JSON),
            (header::AUTHORIZATION, token.as_str()),
            (HeaderName::from_static(reader::CERTIFICATE), serial),
            (HeaderName::from_static(reader::SIGNATURE), signature),
        ];
        let answered = self.centre.post(path, &headers, body).await;
        let answer = answered.map_err(|trouble| match trouble.refusal() {
            Some((code, what, remedy)) => No::Refused(Refused { code, what, remedy }),
            None => No::Away,
        })?;
        if answer.status == 401 {
            self.account.forget(&token).await;
            return Err(No::Away);
        }
        if answer.is_away() {
            return Err(No::Away);
        }
        if answer.status != 200 {
            return Err(No::Refused(refused(&answer)));
        }
        serde_json::from_slice(&answer.body).map_err(|_| No::Away)
    }

    /// What holds at this reader, and when to ask again.
    pub(super) async fn status(&self) -> (Option<Rules>, Duration) {
        let version = concat!("onshi reader ", env!("CARGO_PKG_VERSION"));
        let works_by = self.settings.lock().map(|kept| kept.clone());
        let works_by = works_by.unwrap_or_default();
        let more = json!({"version": version, "settings": works_by});
        match self.post(STATUS, &(self.draw)(), more).await {
            Ok(told) => {
                let seconds = told["askAgainSeconds"].as_u64().unwrap_or(30);
                let newest = told["settings"]["version"].as_str().unwrap_or_default();
                let again = if newest == works_by {
                    Duration::from_secs(seconds.clamp(1, 600))
                } else {
                    // They hold from here on, and the institution sees soon that they do.
                    if let Ok(mut kept) = self.settings.lock() {
                        *kept = newest.to_owned();
                    }
                    PICKED_UP
                };
                (Some(rules(&told)), again)
            }
            Err(_) => (None, AGAIN),
        }
    }

    /// Tells what ended a try, for the staff.
    pub(super) async fn tell(&self, trouble: Trouble) {
        let kind = match trouble {
            Trouble::PinLocked => "pin_locked",
            Trouble::PinRefused => "pin_refused",
            Trouble::FaceRefused => "face_refused",
            Trouble::CardUnreadable => "card_unreadable",
            Trouble::OtherCard => "other_card",
            Trouble::CardForgotten => "card_forgotten",
            Trouble::GivenUp => "given_up",
        };
        let id = (self.draw)();
        let told = self.post(TROUBLES, &id, json!({"kind": kind})).await;
        if told.is_err() {
            tracing::warn!(kind, "the centre could not be told");
        }
    }

    /// Asks, and reads the answer.
    pub(super) async fn ask(&self, question: Question) -> Reply {
        match self.try_ask(question).await {
            Ok(reply) => reply,
            Err(No::Refused(refused)) => {
                tracing::warn!(code = refused.code, "the centre refused");
                Reply::Refused(refused)
            }
            Err(No::Away) => Reply::Away,
        }
    }

    async fn try_ask(&self, question: Question) -> Result<Reply, No> {
        match question {
            Question::Challenge => {
                let told = self.post(CHALLENGES, &(self.draw)(), json!({})).await?;
                challenge(&told).ok_or(No::Away)
            }
            Question::Identify {
                visit,
                challenge,
                certificate,
                signature,
                method,
                passcode,
            } => {
                let mut more = json!({
                    "challenge": challenge,
                    "certificate": STANDARD.encode(certificate.bytes()),
                    "signature": STANDARD.encode(signature.bytes()),
                    "verified": verified(method),
                });
                if let Some(passcode) = passcode {
                    more["passcode"] = json!(String::from_utf8_lossy(passcode.bytes()));
                }
                // A challenge serves once, so that each signature is another request.
                let id = format!("{visit}-{}", (self.draw)());
                let told = self.post(CARDS, &id[..id.len().min(64)], more).await?;
                person(&told).map(Reply::Person).ok_or(No::Away)
            }
            Question::Register { ticket } => {
                let more = json!({"visit": ticket});
                let told = self.post(REGISTRATIONS, &(self.draw)(), more).await?;
                match told["registered"].as_bool() {
                    Some(true) => Ok(Reply::Registered),
                    _ => Err(No::Away),
                }
            }
            Question::Record {
                visit,
                ticket,
                said,
                prescription,
            } => {
                let kinds: Map<String, Value> = said
                    .into_iter()
                    .map(|(kind, yes)| (kind, json!(yes)))
                    .collect();
                let mut more = json!({
                    "visit": ticket, "purpose": "1", "kinds": kinds, "ceiling": true,
                });
                if let Some(chosen) = prescription {
                    more["prescription"] = json!(match chosen {
                        Prescription::Electronic => "1",
                        Prescription::Paper => "2",
                    });
                }
                let told = self.post(reader::CONSENTS, &visit, more).await?;
                Ok(Reply::Recorded(outcome(&told)))
            }
        }
    }
}

fn verified(method: Method) -> &'static str {
    match method {
        Method::Face => "face",
        Method::Pin => "pin",
        Method::Visual => "by_eye",
        Method::Phone => "smartphone",
    }
}

fn refused(answer: &Answer) -> Refused {
    let problem = answer.problem();
    Refused {
        code: problem.code.clone(),
        what: problem.title.clone(),
        remedy: problem.remedy().to_owned(),
    }
}

fn rules(told: &Value) -> Rules {
    let seconds = told["settings"]["forgottenCardSeconds"].as_u64();
    let by_eye = (told["mode"] == "by_eye").then(|| told["modeSeconds"].as_u64());
    Rules {
        by_eye: by_eye.flatten().map(|left| left.min(3600) * 1000),
        forgotten_ms: seconds.unwrap_or(30).clamp(1, 3600) * 1000,
    }
}

fn challenge(told: &Value) -> Option<Reply> {
    let to_sign = STANDARD.decode(told["toSign"].as_str()?).ok()?;
    if !to_sign.starts_with(TO_SIGN) {
        return None;
    }
    Some(Reply::Challenge {
        name: told["challenge"].as_str()?.to_owned(),
        to_sign,
        rules: rules(told),
    })
}

fn person(told: &Value) -> Option<Person> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let asks = told["ask"]["kinds"].as_array();
    let accepted = told["accepted"].as_bool()?;
    let state = told["state"].as_str()?;
    Some(Person {
        ticket: text(&told["visit"]),
        state: if state == "good" { "" } else { state }.to_owned(),
        accepted,
        registered: told["registered"].as_bool().unwrap_or(!accepted),
        what: text(&told["words"]["what"]),
        remedy: text(&told["words"]["next"]),
        asks: asks.map_or_else(Vec::new, |asks| asks.iter().map(text).collect()),
        prescription: told["ask"]["prescription"].as_bool() == Some(true),
    })
}

/// What is shown of OQSsiquc01res.
fn outcome(told: &Value) -> Outcome {
    let body = &told["XmlMsg"]["MessageBody"];
    let first = &body["ResultList"][0];
    let person = match first.get("ResultOfQualificationConfirmation") {
        Some(person) => person,
        None => first,
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Outcome {
        validity: text(&body["QualificationValidity"]),
        name: text(&person["Name"]),
    }
}

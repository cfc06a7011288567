//! The attacks themselves.

use super::super::client::{Caller, Target};
use bytes::Bytes;
use onshi_client::paths;
use onshi_core::Fault;
use onshi_server::operator::provision::Login;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The empty rows of a bulk message.
const EMPTY_ROWS: usize = 1_500_000;
const UPLOAD: &str = "/onshi/v1/messages/OQSmuquc01";
pub(super) const INSURER: &str = "06139018";

#[derive(Clone, Copy)]
pub(super) enum Attack {
    EmptyRows,
    AdversarialPasswords,
    ReusedPasswords,
    DrippingReports,
    IdleStrangers,
    Refusals,
}

impl Attack {
    pub(super) const ALL: [Attack; 6] = [
        Attack::EmptyRows,
        Attack::AdversarialPasswords,
        Attack::ReusedPasswords,
        Attack::DrippingReports,
        Attack::IdleStrangers,
        Attack::Refusals,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Attack::EmptyRows => "bulk messages of 1.5 million empty rows",
            Attack::AdversarialPasswords => "adversarial passwords",
            Attack::ReusedPasswords => "reused passwords",
            Attack::DrippingReports => "dripping reports of an insurer",
            Attack::IdleStrangers => "idle strangers",
            Attack::Refusals => "refusals without an account",
        }
    }

    pub(super) fn connections(self, attackers: usize) -> usize {
        match self {
            Attack::ReusedPasswords => attackers.max(100),
            Attack::IdleStrangers => attackers.max(400),
            _ => attackers,
        }
    }
}

/// What the attackers have.
#[derive(Clone)]
pub(super) struct Means {
    pub(super) target: Target,
    pub(super) insurer: Target,
    pub(super) stranger: Target,
    pub(super) token: String,
    pub(super) login: Login,
    pub(super) session: Option<String>,
    pub(super) rows: Bytes,
}

impl Means {
    /// The same, from this address of this machine.
    pub(super) fn from(self, own: IpAddr) -> Means {
        Means {
            target: self.target.from(own),
            insurer: self.insurer.from(own),
            stranger: self.stranger.from(own),
            ..self
        }
    }
}

pub(super) fn empty_rows(facility: &str) -> Bytes {
    let mut body = format!(
        "{{\"XmlMsg\":{{\"MessageHeader\":{{\"MedicalInstitutionCode\":\"{facility}\",\
         \"QualificationConfirmationDate\":\"20261101\"}},\
         \"MessageBody\":{{\"QualificationConfirmSearchInfo\":["
    );
    body.push_str(&"{},".repeat(EMPTY_ROWS - 1));
    body.push_str("{}]}}}");
    Bytes::from(body)
}

pub(super) type Answers = Mutex<BTreeMap<u16, u64>>;

pub(super) fn count(answers: &Answers, status: u16) {
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    *answers.entry(status).or_insert(0) += 1;
}

/// One attacker's connection, until it ends or the attack does.
pub(super) async fn one(
    attack: Attack,
    means: &Means,
    number: usize,
    goes_on: &AtomicBool,
    answers: &Answers,
) -> Result<(), Fault> {
    match attack {
        Attack::IdleStrangers => return idle(means, goes_on).await,
        Attack::DrippingReports => return drip(means, number, goes_on, answers).await,
        _ => {}
    }
    let mut caller = means.target.connect().await?;
    caller.session.clone_from(&means.session);
    while goes_on.load(Ordering::Relaxed) {
        count(answers, ask(attack, means, &mut caller).await?);
    }
    Ok(())
}

async fn ask(attack: Attack, means: &Means, caller: &mut Caller) -> Result<u16, Fault> {
    let change = |new: String| {
        let current = means.login.password.clone();
        [
            ("current_password", current),
            ("new_password", new.clone()),
            ("confirm_password", new),
        ]
    };
    let fields = match attack {
        Attack::EmptyRows => {
            let answer = caller
                .message(UPLOAD, Some(&means.token), means.rows.clone())
                .await?;
            return Ok(answer.status);
        }
        Attack::Refusals => {
            let broken = Bytes::from("{");
            return Ok(caller.message(paths::LOG_IN, None, broken).await?.status);
        }
        Attack::AdversarialPasswords => {
            let long = "4@8({[<369&#!|1703$5+%2a".repeat(3);
            change(long[..64].to_owned())
        }
        _ => change(means.login.password.clone()),
    };
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
    Ok(caller.post("/web/password", &fields).await?.status)
}

/// A stranger who connects and says nothing.
async fn idle(means: &Means, goes_on: &AtomicBool) -> Result<(), Fault> {
    let fault = |e| Fault::at("idling", e);
    let mut stream = means.stranger.tcp().await?;
    let mut byte = [0; 1];
    while goes_on.load(Ordering::Relaxed) {
        let read = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut byte)).await;
        if let Ok(read) = read {
            read.map_err(fault)?;
            return Err(Fault::at("idling", "the connection was ended"));
        }
    }
    Ok(())
}

/// A report of which a byte comes now and then.
async fn drip(
    means: &Means,
    number: usize,
    goes_on: &AtomicBool,
    answers: &Answers,
) -> Result<(), Fault> {
    let fault = |e| Fault::at("dripping", e);
    let mut tls = means.insurer.tls().await?;
    let head = format!(
        "POST /onshi/v1/insurers/{INSURER}/records HTTP/1.1\r\nHost: localhost\r\n\
         Content-Type: application/x-ndjson\r\nIdempotency-Key: drip-{number}\r\n\
         Content-Length: 1000000\r\n\r\n"
    );
    tls.write_all(head.as_bytes()).await.map_err(fault)?;
    let mut answer = [0; 1024];
    while goes_on.load(Ordering::Relaxed) {
        match tokio::time::timeout(Duration::from_millis(200), tls.read(&mut answer)).await {
            Err(_) => tls.write_all(b" ").await.map_err(fault)?,
            Ok(read) => {
                let text = String::from_utf8_lossy(&answer[..read.map_err(fault)?]).into_owned();
                let status = text
                    .split(' ')
                    .nth(1)
                    .and_then(|status| status.parse().ok());
                count(answers, status.unwrap_or(0));
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The name of an attack, for people.
pub(super) fn in_words(name: &'static str) -> &'static str {
    let japanese = match name {
        "bulk messages of 1.5 million empty rows" => "150万行の空の一括照会",
        "adversarial passwords" => "判定に時間のかかるパスワード",
        "reused passwords" => "使い回しのパスワード",
        "dripping reports of an insurer" => "少しずつしか送らない保険者の報告",
        "idle strangers" => "何も送らない部外者の接続",
        "refusals without an account" => "アカウントなしの拒否",
        other => other,
    };
    onshi_language::spoken().choose(name, japanese)
}

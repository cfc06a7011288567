//! Strangers: how long terminals wait beside those who hold as many connections as they can.

use super::client::{Caller, Target};
use super::levels::{program, runtime};
use super::machine::Machine;
use super::nginx::{self, Nginx};
use super::setup::{Scratch, Site};
use super::timing::{Rate, rounded};
use onshi_core::{Error, Fault};
use serde::Serialize;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Handle, Runtime};
use tokio::task::JoinSet;

/// How strangers are measured.
#[derive(clap::Args)]
pub struct StrangersArguments {
    /// How many attackers there are at a time, each of whom holds many connections.
    ///
    /// 同時に攻撃する者の数。それぞれが多くの接続を抱えます。
    #[arg(long, default_value_t = 8)]
    attackers: usize,
    /// How many connections all of them hold together at the most.
    ///
    /// 攻撃する者すべてが抱える接続数の上限
    #[arg(long, default_value_t = 10_000)]
    connections: usize,
    /// How many terminals keep a connection open, and how many come anew each time.
    ///
    /// 接続を保つ端末の数（毎回つなぎ直す端末も同じ数）
    #[arg(long, default_value_t = 2)]
    terminals: usize,
    /// How long each attack takes, in seconds.
    ///
    /// 各攻撃の長さ（秒）
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The folder to work in. A folder made in it goes at the end.
    ///
    /// 作業するフォルダ。中に作ったフォルダは、終わりに消します。
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

/// What was found.
#[derive(Serialize)]
pub struct StrangersReport {
    pub machine: Machine,
    pub attackers: usize,
    pub rounds: Vec<Round>,
}

/// One attack; the first one is none.
#[derive(Serialize)]
pub struct Round {
    pub attack: &'static str,
    /// Connections that the attackers made.
    pub made: usize,
    /// Pages over connections that terminals keep.
    pub kept: Rate,
    /// Pages over connections that terminals make anew, handshake included.
    pub anew: Rate,
    /// The 99th percentile of both against the quiet round.
    pub kept_ratio: f64,
    pub anew_ratio: f64,
    /// Connections and requests of terminals that were not answered.
    pub failed: usize,
}

/// What an attacker does with each of its connections.
#[derive(Clone, Copy)]
enum Attack {
    None,
    Silence,
    Handshake,
    HalfAHead,
    Drip,
    NeverRead,
    /// The same against nginx, while the terminals ask the service: what sharing the machine costs.
    NeverReadOfNginx,
}

const ATTACKS: [(&str, Attack); 7] = [
    ("quiet", Attack::None),
    ("connections without a word", Attack::Silence),
    ("handshakes, then nothing", Attack::Handshake),
    ("half a head", Attack::HalfAHead),
    ("a byte a second into a report", Attack::Drip),
    ("answers that are never read", Attack::NeverRead),
    ("the same against nginx", Attack::NeverReadOfNginx),
];

const PAGE: &str = "/web/login";
const HALF: &[u8] = b"GET /web/login HTTP/1.1\r\nHost: localhost\r\n";
const REPORT: &[u8] = b"POST /onshi/v1/insurers/1/records HTTP/1.1\r\nHost: localhost\r\n\
                        Content-Length: 1000000\r\n\r\n";
const LARGE_PATH: &str = "/onshi/v1/openapi.json";
const LARGE: &[u8] = b"GET /onshi/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LARGE_OF_NGINX: &[u8] = b"GET /answer.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// How long an attacker rests between two connections: what is measured is holding them, not how
/// many handshakes the processors have time for.
const REST: Duration = Duration::from_millis(4);
/// How nice the threads of attackers are: as those that serve them.
const BEHIND: i32 = 10;
/// How long all rest between two attacks: what one left behind is not the next one's.
const BETWEEN: Duration = Duration::from_secs(12);

/// Measures.
pub fn measure(arguments: &StrangersArguments) -> Result<StrangersReport, Error> {
    nginx::must_be_there()?;
    let machine = Machine::look();
    let folder = Scratch::within(&arguments.dir)?;
    let mut config = folder.config();
    config.log.level = "error".to_owned();
    let site = Site::set_up(config)?;
    let program = program()?;
    let served = site.serve(&program, &folder.0)?;
    let terminal = site.target(&served)?;
    let stranger = Target::of_a_stranger(served.address()?, &site.authority_pem)?;
    let runtime = runtime()?;
    let large = runtime.block_on(async { stranger.connect().await?.get(LARGE_PATH).await })?;
    let nginx = Nginx::start(&site, &folder.0, &large.body)?;
    let elsewhere = elsewhere()?;
    let time = Duration::from_secs(arguments.seconds.max(1));
    let mut rounds: Vec<Round> = Vec::new();
    for (attack, kind) in ATTACKS {
        let attacking = Attackers {
            kind,
            threads: elsewhere.handle().clone(),
            stranger: match kind {
                Attack::NeverReadOfNginx => nginx.target.clone(),
                _ => stranger.clone(),
            },
            each: (arguments.connections / arguments.attackers.max(1)).max(1),
        };
        let (made, failed, kept, anew) =
            runtime.block_on(round(arguments, &attacking, &terminal, time))?;
        if !matches!(kind, Attack::None) {
            std::thread::sleep(BETWEEN);
        }
        let quiet = rounds.first();
        let ratio = |rate: &Rate, quiet: Option<&Rate>| {
            rounded(rate.p99_ms / quiet.unwrap_or(rate).p99_ms.max(0.01))
        };
        rounds.push(Round {
            attack,
            made,
            failed,
            kept_ratio: ratio(&kept, quiet.map(|round| &round.kept)),
            anew_ratio: ratio(&anew, quiet.map(|round| &round.anew)),
            kept,
            anew,
        });
    }
    served.stop()?;
    Ok(StrangersReport {
        machine,
        attackers: arguments.attackers,
        rounds,
    })
}

#[derive(Clone)]
struct Attackers {
    kind: Attack,
    threads: Handle,
    stranger: Target,
    each: usize,
}

async fn round(
    arguments: &StrangersArguments,
    attackers: &Attackers,
    terminal: &Target,
    time: Duration,
) -> Result<(usize, usize, Rate, Rate), Fault> {
    let mut attacking = JoinSet::new();
    if !matches!(attackers.kind, Attack::None) {
        // They begin before the terminals do, so that these come when all is taken.
        let end = Instant::now() + time + time / 2;
        for number in 0..arguments.attackers {
            let stranger = attackers.stranger.clone().from(own_address(number));
            let one = Attackers {
                stranger,
                ..attackers.clone()
            };
            attacking.spawn_on(attack(one, end), &attackers.threads);
        }
        tokio::time::sleep(time / 2).await;
    }
    let begun = Instant::now();
    let (mut kept, mut anew) = (JoinSet::new(), JoinSet::new());
    for _ in 0..arguments.terminals {
        kept.spawn(ask(terminal.clone(), true, begun + time));
        anew.spawn(ask(terminal.clone(), false, begun + time));
    }
    let count = arguments.terminals;
    let (kept, failed) = all(kept).await?;
    let kept = Rate::of(count, kept, begun.elapsed());
    let (anew, more) = all(anew).await?;
    let anew = Rate::of(count, anew, begun.elapsed());
    let mut made = 0;
    while let Some(one) = attacking.join_next().await {
        made += one.map_err(|e| Fault::at("attacking", e))?;
    }
    Ok((made, failed + more, kept, anew))
}

type Asked = (Vec<Duration>, usize);

async fn all(mut tasks: JoinSet<Asked>) -> Result<Asked, Fault> {
    let (mut taken, mut failed) = (Vec::new(), 0);
    while let Some(one) = tasks.join_next().await {
        let (times, without) = one.map_err(|e| Fault::at("asking", e))?;
        taken.extend(times);
        failed += without;
    }
    Ok((taken, failed))
}

/// A terminal asks for a page, over and over: over one connection, or each time over a new one.
async fn ask(terminal: Target, keeps: bool, end: Instant) -> Asked {
    let (mut taken, mut failed, mut kept) = (Vec::new(), 0, None);
    while Instant::now() < end {
        let begun = Instant::now();
        match ask_once(&terminal, kept.take()).await {
            Ok(caller) => {
                taken.push(begun.elapsed());
                kept = keeps.then_some(caller);
            }
            Err(_) => failed += 1,
        }
        // A person, or a program that has other things to do.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (taken, failed)
}

async fn ask_once(terminal: &Target, kept: Option<Caller>) -> Result<Caller, Fault> {
    let mut caller = match kept {
        Some(caller) => caller,
        None => terminal.connect().await?,
    };
    let answer = caller.get(PAGE).await?;
    match answer.status {
        200 => Ok(caller),
        status => Err(Fault::at("asking", format!("status {status}"))),
    }
}

/// Threads for attackers, whose processors are elsewhere: behind those of the measured, in whose
/// way they would only be here.
pub(super) fn elsewhere() -> Result<Runtime, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .on_thread_start(|| {
            let own = Some(rustix::thread::gettid());
            // Where it can't be done they only take more than they would.
            let _ = rustix::process::setpriority_process(own, BEHIND);
        })
        .enable_all()
        .build();
    runtime.map_err(|e| Fault::at("starting the runtime of the attackers", e))
}

/// The address of an attacker, each of whom has one of its own: 127.0.0.2 and so on.
pub(super) fn own_address(number: usize) -> IpAddr {
    let last = u8::try_from(2 + number % 250).unwrap_or(2);
    IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))
}

/// Makes connections one after the other and holds them all, the oldest not for ever.
async fn attack(attackers: Attackers, end: Instant) -> usize {
    let (mut raw, mut tasks, mut made) = (VecDeque::new(), JoinSet::new(), 0);
    while Instant::now() < end {
        tokio::time::sleep(REST).await;
        if let Attack::Silence = attackers.kind {
            let Ok(stream) = attackers.stranger.tcp().await else {
                continue;
            };
            raw.push_back(stream);
        } else {
            while tasks.try_join_next().is_some() {}
            if tasks.len() >= attackers.each {
                continue;
            }
            tasks.spawn(hold(attackers.stranger.clone(), attackers.kind, end));
        }
        made += 1;
        if raw.len() > attackers.each {
            raw.pop_front();
        }
    }
    made
}

async fn hold(stranger: Target, kind: Attack, end: Instant) {
    let Ok(mut tls) = stranger.tls().await else {
        return;
    };
    let first: &[u8] = match kind {
        Attack::HalfAHead => HALF,
        Attack::Drip => REPORT,
        _ => &[],
    };
    if tls.write_all(first).await.is_err() || tls.flush().await.is_err() {
        return;
    }
    let mut byte = [0; 1];
    while Instant::now() < end {
        let more: &[u8] = match kind {
            Attack::Drip => b"x",
            Attack::NeverRead => LARGE,
            Attack::NeverReadOfNginx => LARGE_OF_NGINX,
            _ => &[],
        };
        if tls.write_all(more).await.is_err() || tls.flush().await.is_err() {
            return;
        }
        let second = tokio::time::sleep(Duration::from_secs(1));
        if let Attack::NeverRead | Attack::NeverReadOfNginx = kind {
            second.await;
            continue;
        }
        // Whoever is hung up on makes another one.
        tokio::select! {
            () = second => {}
            _ = tls.read(&mut byte) => return,
        }
    }
}

/// The name of an attack, for people.
pub(super) fn in_words(name: &'static str) -> &'static str {
    let japanese = match name {
        "quiet" => "静かなとき",
        "connections without a word" => "何も送らない接続",
        "handshakes, then nothing" => "ハンドシェイクだけの接続",
        "half a head" => "途中までのヘッダー",
        "a byte a second into a report" => "毎秒1バイトの報告",
        "answers that are never read" => "読まれない答え",
        "the same against nginx" => "同じことをnginxに",
        other => other,
    };
    onshi_language::spoken().choose(name, japanese)
}

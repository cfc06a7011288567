//! The card reader: how long a patient waits for the machine between the card and the result, and for what;
//! and what another institution's checks notice of a full waiting room at many readers.

mod hall;
mod visit;

use crate::client::Target;
use crate::eligibility::{fill, program_account};
use crate::levels::PlaceArguments;
use crate::machine::Machine;
use crate::setup::{Scratch, Site, log_in};
use crate::table::headings;
use crate::timing::{Rate, rounded};
use bytes::Bytes;
use hall::{Hall, furnish};
use onshi_client::paths::SEARCH;
use onshi_core::{Error, Fault};
use onshi_language::{say, spoken};
use onshi_population::Plan;
use onshi_terminal::reader::machine::Method;
use onshi_terminal::reader::{self, Handle, Tray};
use serde::Serialize;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use visit::{Visit, visit};

/// How readers are measured.
#[derive(clap::Args)]
pub struct ReaderArguments {
    /// How long a card takes for a command (APDU), in milliseconds.
    ///
    /// カードが1回の応答（APDU）にかける時間（ミリ秒）
    #[arg(long, value_delimiter = ',', default_values_t = [0, 20, 40])]
    apdu_ms: Vec<u32>,
    /// How many patients come, one after the other at each of the readers.
    ///
    /// 来院する患者の数（どのリーダーにも順に並びます）
    #[arg(long, default_value_t = 1_000)]
    patients: usize,
    /// At how many readers.
    ///
    /// リーダーの数
    #[arg(long, default_value_t = 50)]
    readers: usize,
    #[command(flatten)]
    place: PlaceArguments,
}

/// What was found.
#[derive(Serialize)]
pub struct ReaderReport {
    pub machine: Machine,
    /// One patient at one reader.
    pub alone: Vec<Alone>,
    pub crowd: Crowd,
}

/// Medians of a few patients at one reader, nobody else being there.
#[derive(Serialize)]
pub struct Alone {
    pub method: &'static str,
    pub apdu_ms: u32,
    /// How many commands the card was given.
    pub commands: u32,
    /// From the card to the result, every touch following at once.
    pub whole_ms: f64,
    pub card_ms: f64,
    pub face_ms: f64,
    pub centre_ms: f64,
}

/// Many patients at many readers at once.
#[derive(Serialize)]
pub struct Crowd {
    pub readers: usize,
    pub apdu_ms: u32,
    pub visits: Rate,
    /// Visits that did not end with a result.
    pub failed: usize,
    /// Checks of a program beside them, and just before without them.
    pub checks_quiet: Rate,
    pub checks_beside: Rate,
    pub checks_ratio: f64,
}

/// So many patients come alone.
const ALONE: usize = 7;
/// How long a card takes for a command where many come.
const CROWD_APDU_MS: u32 = 20;
/// How often somebody else is checked.
const CHECK_PAUSE: Duration = Duration::from_millis(5);

/// A reader at work.
#[derive(Clone)]
struct AtWork {
    handle: Handle,
    tray: Tray,
}

/// Where the readers' centre is.
type Where<'a> = (&'a Site, &'a Scratch, SocketAddr);

/// Measures.
pub fn measure(arguments: &ReaderArguments) -> Result<ReaderReport, Error> {
    let machine = Machine::look();
    let (folder, mut config) = arguments.place.prepare()?;
    config.log.level = "error".to_owned();
    config.login.terminal_burst = u32::MAX;
    let mut config = crate::levels::with_one_certificate(config);
    config.rules.password.argon2_passes = config.rules.password.argon2_passes.min(1);
    let site = Site::set_up(config)?;
    let neighbour = site.neighbour("131999017", "隣のクリニック")?;
    let (user_id, password) = program_account(&neighbour)?;
    let plan = Plan {
        persons: 10_000,
        seed: 1,
        today: onshi_core::clock::now().jst_day(),
    };
    let service = site.service()?;
    let questions = Arc::new(fill(&neighbour, &service, plan)?);
    let hall = furnish((&site, &service, &folder), plan, arguments.readers.max(1))?;
    drop(service);
    let program = std::env::current_exe().map_err(|e| Fault::at("finding this program", e))?;
    let served = site.serve(&program, &folder.0)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Fault::at("starting the runtime", e))?;
    let at = (&site, &folder, served.address()?);
    let (alone, crowd) = runtime.block_on(async {
        let alone = alone(&hall, at, &arguments.apdu_ms).await?;
        let target = neighbour.target(&served)?;
        let checks = Checks {
            token: log_in(&target, &user_id, &password).await?,
            target,
            questions,
        };
        let crowd = crowd(
            &hall,
            at,
            (arguments.patients, &checks),
            arguments.place.time(),
        )
        .await?;
        Ok::<_, Error>((alone, crowd))
    })?;
    // Their threads look after their cards until the readers end.
    runtime.shutdown_background();
    served.stop()?;
    Ok(ReaderReport {
        machine,
        alone,
        crowd,
    })
}

async fn open(hall: &Hall, stand: usize, at: Where<'_>, apdu_ms: u32) -> Result<AtWork, Error> {
    let none = || Fault::at("opening a reader", "nobody insured has a card for it");
    let stand = hall.stands.get(stand).ok_or_else(none)?;
    let (config, tray) = hall.reader(stand, at, apdu_ms);
    let reader = reader::open(config).await;
    let reader = reader.map_err(|e| Fault::at("opening a reader", e))?;
    let handle = reader.handle();
    tokio::spawn(reader.run(std::future::pending()));
    Ok(AtWork { handle, tray })
}

async fn alone(hall: &Hall, at: Where<'_>, apdu_ms: &[u32]) -> Result<Vec<Alone>, Error> {
    let mut all = Vec::new();
    for apdu_ms in apdu_ms {
        let AtWork { mut handle, tray } = open(hall, 0, at, *apdu_ms).await?;
        for (method, name) in [(Method::Pin, "pin"), (Method::Face, "face")] {
            // The first one waits for the log-in of the reader besides.
            visit(&mut handle, &tray, method).await?;
            let mut visits = Vec::new();
            for _ in 0..ALONE {
                visits.push(visit(&mut handle, &tray, method).await?);
            }
            let median = |of: fn(&Visit) -> Duration| {
                let mut times: Vec<Duration> = visits.iter().map(of).collect();
                times.sort_unstable();
                let middle = times.get(times.len() / 2).copied().unwrap_or_default();
                rounded(middle.as_secs_f64() * 1000.0)
            };
            all.push(Alone {
                method: name,
                apdu_ms: *apdu_ms,
                commands: visits.first().map_or(0, |one| one.commands),
                whole_ms: median(|one| one.whole),
                card_ms: median(|one| one.card),
                face_ms: median(|one| one.face),
                centre_ms: median(|one| one.centre),
            });
        }
    }
    Ok(all)
}

async fn crowd(
    hall: &Hall,
    at: Where<'_>,
    (patients, checks): (usize, &Checks),
    time: Duration,
) -> Result<Crowd, Error> {
    let mut readers = Vec::new();
    for stand in 0..hall.stands.len() {
        let mut reader = open(hall, stand, at, CROWD_APDU_MS).await?;
        // All are logged in before anything is measured.
        visit(&mut reader.handle, &reader.tray, Method::Pin).await?;
        readers.push(reader);
    }
    checks.ask(Duration::from_secs(1)).await?;
    let checks_quiet = checks.ask(time).await?;
    let each = patients.div_ceil(readers.len().max(1));
    let (count, begun) = (readers.len(), Instant::now());
    let mut rooms = JoinSet::new();
    for AtWork { mut handle, tray } in readers {
        rooms.spawn(async move {
            let (mut taken, mut failed) = (Vec::new(), 0);
            for _ in 0..each {
                match visit(&mut handle, &tray, Method::Pin).await {
                    Ok(one) => taken.push(one.whole),
                    Err(fault) => {
                        tracing::error!(%fault, "a visit failed");
                        failed += 1;
                    }
                }
            }
            (taken, failed)
        });
    }
    let visits = async {
        let (mut taken, mut failed) = (Vec::new(), 0);
        while let Some(done) = rooms.join_next().await {
            let (more, no) = done.map_err(|e| Fault::at("the waiting room", e))?;
            taken.extend(more);
            failed += no;
        }
        Ok::<_, Fault>((Rate::of(count, taken, begun.elapsed()), failed))
    };
    let (visits, checks_beside) = checks.beside(visits).await?;
    let (visits, failed) = visits?;
    let ratio = checks_beside.p99_ms / checks_quiet.p99_ms.max(0.01);
    Ok(Crowd {
        readers: count,
        apdu_ms: CROWD_APDU_MS,
        visits,
        failed,
        checks_ratio: rounded(ratio),
        checks_quiet,
        checks_beside,
    })
}

/// Another institution's program, which checks one patient after the other.
struct Checks {
    target: Target,
    token: String,
    questions: Arc<Vec<Bytes>>,
}

impl Checks {
    async fn ask(&self, time: Duration) -> Result<Rate, Error> {
        let ((), rate) = self.beside(tokio::time::sleep(time)).await?;
        Ok(rate)
    }

    /// Checks for as long as something else takes.
    async fn beside<T>(&self, what: impl Future<Output = T>) -> Result<(T, Rate), Error> {
        let mut caller = self.target.connect().await?;
        let (mut taken, begun) = (Vec::new(), Instant::now());
        tokio::pin!(what);
        loop {
            let question = self.questions[taken.len() % self.questions.len()].clone();
            let asked = Instant::now();
            let answer = caller.message(SEARCH, Some(&self.token), question).await?;
            taken.push(asked.elapsed());
            if answer.status != 200 {
                let status = format!("status {}", answer.status);
                return Err(Fault::at("checking beside the readers", status).into());
            }
            tokio::select! {
                done = &mut what => return Ok((done, Rate::of(1, taken, begun.elapsed()))),
                () = tokio::time::sleep(CHECK_PAUSE) => {}
            }
        }
    }
}

/// The report for people.
pub fn table(report: &ReaderReport) -> String {
    let machine = &report.machine;
    let mut text = say!(
        "{} cores ({}), load {} before the run, built as {}\n\
         from the card to the result, every touch following at once; medians in ms\n\n",
        "{}コア（{}）、測定前の負荷 {}、ビルド {}\n\
         カードを置いてから結果まで（操作は待ち時間なし）。中央値（ミリ秒）\n\n",
        machine.cores,
        machine.processor,
        machine.load,
        machine.build,
    );
    let heads = spoken().choose(
        ["APDU ms", "APDUs", "whole", "card", "face", "centre"],
        ["APDU ms", "APDU数", "全体", "カード", "顔", "センター"],
    );
    let columns: Vec<(&str, usize)> = heads.into_iter().map(|head| (head, 9)).collect();
    text.push_str(&headings(("", 6), &columns));
    for row in &report.alone {
        text.push_str(&format!(
            "{:<6} {:>9} {:>9} {:>9.1} {:>9.1} {:>9.1} {:>9.1}\n",
            row.method,
            row.apdu_ms,
            row.commands,
            row.whole_ms,
            row.card_ms,
            row.face_ms,
            row.centre_ms
        ));
    }
    let crowd = &report.crowd;
    text.push_str(&say!(
        "\n{} patients at {} readers at once ({} ms an APDU): p50 {} ms, p99 {} ms, {} failed\n\
         another institution's checks: p99 {} ms before, {} ms beside them ({} times)",
        "\n患者{}人、リーダー{}台を同時に（APDU {} ms）：p50 {} ms、p99 {} ms、失敗 {}\n\
         ほかの医療機関等の資格確認：p99 は前が {} ms、同時が {} ms（{}倍）",
        crowd.visits.count + crowd.failed,
        crowd.readers,
        crowd.apdu_ms,
        crowd.visits.p50_ms,
        crowd.visits.p99_ms,
        crowd.failed,
        crowd.checks_quiet.p99_ms,
        crowd.checks_beside.p99_ms,
        crowd.checks_ratio
    ));
    text
}

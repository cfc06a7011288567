//! What one institution notices of another one's attack: each attack runs by itself, and beside it
//! somebody else checks patients and logs in, as just before without it.

mod hostile;

use super::client::Target;
use super::eligibility::{fill, program_account};
use super::levels::{PlaceArguments, ask_once, program, runtime};
use super::machine::Machine;
use super::press::Press;
use super::setup::{Site, log_in};
use super::strangers::{elsewhere, own_address};
use super::table::{left, right};
use super::timing::{Rate, rounded};
use bytes::Bytes;
use hostile::{Attack, INSURER, Means, count, empty_rows, one};
use onshi_client::paths::SEARCH;
use onshi_core::{Error, Fault};
use onshi_language::{say, spoken};
use onshi_population::Plan;
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Login, Provision};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// How attacks are measured.
#[derive(clap::Args)]
pub struct AttackArguments {
    /// How many connections each attack has at the least.
    ///
    /// 各攻撃の接続数の下限
    #[arg(long, default_value_t = 8)]
    attackers: usize,
    #[command(flatten)]
    place: PlaceArguments,
}

/// What was found.
#[derive(Serialize)]
pub struct AttackReport {
    pub machine: Machine,
    pub rounds: Vec<Round>,
}

/// One attack.
#[derive(Serialize)]
pub struct Round {
    pub attack: &'static str,
    pub connections: usize,
    /// What the attackers were answered, and how often; 0 is a connection that ended.
    pub answers: BTreeMap<u16, u64>,
    pub quiet: Other,
    pub beside: Other,
    pub checks_ratio: f64,
    pub log_ins_ratio: f64,
}

/// What the other institution saw.
#[derive(Serialize)]
pub struct Other {
    pub checks: Rate,
    pub log_ins: Rate,
    /// Checks and log-ins that were not answered as they should be.
    pub turned_away: u64,
}

/// How often the other institution checks somebody, and how often somebody logs in there.
const CHECK_PAUSE: Duration = Duration::from_millis(5);
const LOG_IN_PAUSE: Duration = Duration::from_millis(100);
const BETWEEN: Duration = Duration::from_secs(5);

/// Measures.
pub fn measure(arguments: &AttackArguments) -> Result<AttackReport, Error> {
    let machine = Machine::look();
    let (folder, mut config) = arguments.place.prepare()?;
    config.log.level = "error".to_owned();
    // The log-ins of the other institution are what is measured.
    config.login.terminal_burst = u32::MAX;
    let site = Site::set_up(config)?;
    let attacker = site.neighbour("131999017", "攻撃クリニック")?;
    let (user_id, password) = program_account(&site)?;
    let (their_id, their_password) = program_account(&attacker)?;
    let plan = Plan {
        persons: 10_000,
        seed: 1,
        today: onshi_core::clock::now().jst_day(),
    };
    let service = site.service()?;
    let questions = Arc::new(fill(&site, &service, plan)?);
    let authority = site.authority()?;
    let operator = site.operator(&service)?;
    let provision = Provision {
        service: &service,
        authority: &authority,
        operator: &operator,
    };
    let now = onshi_core::clock::now();
    let end = now.plus_seconds(CERTIFICATE_DAYS * 86_400);
    let begin = now.plus_seconds(-3600);
    let insurer =
        provision.insurer_certificate("攻撃健康保険組合", &[INSURER.to_owned()], begin, end)?;
    drop(service);
    let program = program()?;
    let served = site.serve(&program, &folder.0)?;
    let runtime = runtime()?;
    let elsewhere = elsewhere()?;
    let address = served.address()?;
    let (certificate, key) = (&insurer.certificate_pem, &insurer.key_pem);
    let insurer = Target::new(address, &site.authority_pem, certificate, key)?;
    let rounds = runtime.block_on(async {
        let (target, theirs) = (site.target(&served)?, attacker.target(&served)?);
        let measured = Measured {
            token: log_in(&target, &user_id, &password).await?,
            target,
            questions,
            login: site.login.clone(),
        };
        let messages = Press {
            path: SEARCH,
            kind: "application/json",
            token: measured.token.clone(),
            questions: measured.questions.clone(),
        };
        ask_once(&measured.target, &messages, "").await?;
        let mut caller = theirs.connect().await?;
        caller
            .log_in(&attacker.login.user_id, &attacker.login.password)
            .await?;
        let means = Means {
            token: log_in(&theirs, &their_id, &their_password).await?,
            target: theirs,
            insurer,
            stranger: Target::of_a_stranger(address, &site.authority_pem)?,
            login: attacker.login.clone(),
            session: caller.session.clone(),
            rows: empty_rows(&attacker.facility_code()),
        };
        rounds(arguments, &measured, &means, elsewhere.handle()).await
    })?;
    served.stop()?;
    Ok(AttackReport { machine, rounds })
}

async fn rounds(
    arguments: &AttackArguments,
    measured: &Measured,
    means: &Means,
    elsewhere: &Handle,
) -> Result<Vec<Round>, Error> {
    let time = arguments.place.time();
    let mut rounds = Vec::new();
    for attack in Attack::ALL {
        let connections = attack.connections(arguments.attackers);
        let quiet = measured.measure(time).await?;
        let goes_on = Arc::new(AtomicBool::new(true));
        let answers = Arc::new(Mutex::new(BTreeMap::new()));
        let mut attackers = JoinSet::new();
        for number in 0..connections {
            let means = means.clone().from(own_address(number));
            let (goes_on, answers) = (goes_on.clone(), answers.clone());
            let attacker = async move {
                while goes_on.load(Ordering::Relaxed) {
                    let status = one(attack, &means, number, &goes_on, &answers).await;
                    if status.is_err() {
                        count(&answers, 0);
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            };
            attackers.spawn_on(attacker, elsewhere);
        }
        // The attack is under way before anything is measured.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let beside = measured.measure(time).await?;
        goes_on.store(false, Ordering::Relaxed);
        // What is still being answered is not waited for.
        attackers.shutdown().await;
        let answers = answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let ratio = |beside: &Rate, quiet: &Rate| rounded(beside.p99_ms / quiet.p99_ms.max(0.01));
        rounds.push(Round {
            attack: attack.name(),
            connections,
            answers,
            checks_ratio: ratio(&beside.checks, &quiet.checks),
            log_ins_ratio: ratio(&beside.log_ins, &quiet.log_ins),
            quiet,
            beside,
        });
        // What the attack left behind is not the next one's.
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(rounds)
}

/// The other institution.
struct Measured {
    target: Target,
    token: String,
    questions: Arc<Vec<Bytes>>,
    login: Login,
}

impl Measured {
    async fn measure(&self, time: Duration) -> Result<Other, Error> {
        let (checks, log_ins) = tokio::join!(self.check(time), self.log_in(time));
        let ((checks, odd), (log_ins, odd_too)) = (checks?, log_ins?);
        Ok(Other {
            checks,
            log_ins,
            turned_away: odd + odd_too,
        })
    }

    async fn check(&self, time: Duration) -> Result<(Rate, u64), Fault> {
        let mut caller = self.target.connect().await?;
        let (mut taken, mut odd, begun) = (Vec::new(), 0, Instant::now());
        while begun.elapsed() < time {
            let question = self.questions[taken.len() % self.questions.len()].clone();
            let asked = Instant::now();
            let answer = caller.message(SEARCH, Some(&self.token), question).await?;
            taken.push(asked.elapsed());
            odd += u64::from(answer.status != 200);
            tokio::time::sleep(CHECK_PAUSE).await;
        }
        Ok((Rate::of(1, taken, begun.elapsed()), odd))
    }

    /// Logs in again and again; where the account is open already, the page asks.
    async fn log_in(&self, time: Duration) -> Result<(Rate, u64), Fault> {
        let mut caller = self.target.connect().await?;
        let (mut taken, mut odd, begun) = (Vec::new(), 0, Instant::now());
        let fields = [
            ("user_id", self.login.user_id.as_str()),
            ("password", self.login.password.as_str()),
        ];
        while begun.elapsed() < time {
            caller.session = None;
            let asked = Instant::now();
            let answer = caller.post("/web/login", &fields).await?;
            taken.push(asked.elapsed());
            odd += u64::from(!matches!(answer.status, 200 | 303));
            tokio::time::sleep(LOG_IN_PAUSE).await;
        }
        Ok((Rate::of(1, taken, begun.elapsed()), odd))
    }
}

/// The report for people.
pub fn table(report: &AttackReport) -> String {
    let machine = &report.machine;
    let mut text = say!(
        "{} cores ({}), load {} before the run, built as {}\n\
         p99 of another institution in ms: quiet, beside the attack, one by the other\n\n",
        "{}コア（{}）、測定前の負荷 {}、ビルド {}\n\
         ほかの医療機関等の p99（ミリ秒）：静かなとき、攻撃の隣、その比\n\n",
        machine.cores,
        machine.processor,
        machine.load,
        machine.build,
    );
    let heads = spoken().choose(
        [
            "from", "checks", "beside", "ratio", "log-ins", "beside", "ratio", "away",
        ],
        [
            "接続",
            "資格確認",
            "攻撃時",
            "比",
            "ログイン",
            "攻撃時",
            "比",
            "拒否",
        ],
    );
    text.push_str(&left("", 42));
    for (head, cells) in heads.into_iter().zip([6, 8, 8, 6, 8, 8, 6, 6]) {
        text.push_str(&format!(" {}", right(head, cells)));
    }
    let answered = spoken().choose("attackers were answered", "攻撃者への答え");
    text.push_str(&format!("  {answered}\n"));
    for round in &report.rounds {
        let answers: Vec<String> = round
            .answers
            .iter()
            .map(|(status, count)| format!("{status}: {count}"))
            .collect();
        text.push_str(&format!(
            "{} {:>6} {:>8.2} {:>8.2} {:>6.2} {:>8.2} {:>8.2} {:>6.2} {:>6}  {}\n",
            left(hostile::in_words(round.attack), 42),
            round.connections,
            round.quiet.checks.p99_ms,
            round.beside.checks.p99_ms,
            round.checks_ratio,
            round.quiet.log_ins.p99_ms,
            round.beside.log_ins.p99_ms,
            round.log_ins_ratio,
            round.beside.turned_away,
            answers.join(", ")
        ));
    }
    text
}
